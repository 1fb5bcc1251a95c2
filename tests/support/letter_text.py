"""The words of a letter, and whether they are any good."""

from __future__ import annotations

from itertools import pairwise

from notifications.templates import Rendered
from notifications.words import words

WIDEST = 100


def flat(said: Rendered) -> str:
    return " ".join(said.text.split())


def assert_proper(said: Rendered, sender: str = "Team Zorgbemiddeling") -> None:
    """One line of subject, no wide lines, no holes, no codes, signed, and something under every heading.

    No `sender`: who signs this letter reads it itself.
    """
    whole = f"{said.subject}\n{said.text}"
    assert said.subject
    assert "\n" not in said.subject
    assert [line for line in whole.splitlines() if len(line) > WIDEST] == []
    assert [code for code in words() if "_" in code and code in whole] == []
    assert [hole for hole in ("{", "None", "\n\n\n", "..", " ,") if hole in whole] == []
    assert said.text.startswith("Beste collega,\n\n" if sender else "Voor ")
    signed = f"Met vriendelijke groet,\n{sender}\n" if sender else "Dit bericht heeft Flexroute voor u gemaakt.\n"
    assert f"\n\n{signed}" in said.text
    assert [line for line, after in pairwise(said.text.splitlines()) if line.endswith("?") and not after] == []
