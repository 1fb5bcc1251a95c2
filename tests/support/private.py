"""What the tests write about a youth, and nobody may read in a letter, an agenda, a run, a log or a message (C.4)."""

from __future__ import annotations

NAME, BORN, BSN = "Kornoelje", "2014-05-09", "999900006"
PRIVATE = {"name": f"Proefjeugdige {NAME}", "birth_date": "09-05-2014", "bsn": BSN}
TYPED = f"{NAME} (BSN {BSN}, geboren {BORN}) kan niet"  # as somebody types it where a reason is asked
SECRETS = (NAME, BORN, "9 mei 2014", "09-05-2014", BSN, "999900007", "31-02-2014")  # the last two as mistyped in lists
SHOWN = f"{NAME} (geboren {BORN})"  # where a BSN is refused, as the text is read elsewhere too
