"""Every letter on one page, wide and on a phone: `python -m tests.support.show_letters demo/letters.html`."""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import cast

from notifications.templates import fill
from tests.support.letter_contexts import GRJR, ISSUES, LETTERS, Context

WIDTHS = (640, 360)


def page() -> str:
    """Each variant of each kind, as it goes out, under the name of its test."""
    return '<!doctype html>\n<html lang="nl">\n<meta charset="utf-8">\n' + "\n".join(
        f"<h2>{case.id}</h2>\n<p>{escape(said.subject)}</p>\n"
        + "".join(
            f'<iframe loading="lazy" width="{width}" height="1000" srcdoc="{escape(said.html)}"></iframe>'
            for width in WIDTHS
        )
        for case in [*LETTERS, *ISSUES]
        for said in [fill(GRJR, *cast(tuple[str, Context], case.values))]
    )


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(), encoding="utf-8")
