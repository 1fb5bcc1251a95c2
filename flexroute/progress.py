"""How far this process is with the command at hand, for what people hear when it must stop halfway.

Who works through many writes down what is committed for good; the case database says whether anything was.
"""

from __future__ import annotations

from collections import Counter

_done: Counter[str] = Counter()
_committed: list[bool] = []


def begin() -> None:
    """A new command: nothing is done yet."""
    _done.clear()
    _committed.clear()


def committed() -> None:
    """Something was recorded."""
    if not _committed:
        _committed.append(True)


def done(one: str, more: str, number: int = 1) -> None:
    """So many more of these are done, and doing it again is safe: `1 brief is verstuurd`, `4 brieven zijn verstuurd`."""
    if number:
        _done[f"{one}|{more}"] += number


def in_words(surely: bool = True) -> str:
    """What is done, as a sentence for who hears that it stopped. `surely`: nobody doubts whether the last part was recorded."""
    told = [f"{number} {words.split('|')[number != 1]}" for words, number in _done.items()]
    if told:
        return f"Al gedaan: {', '.join(told)}. Dat blijft zo; dezelfde opdracht nog een keer geven kan geen kwaad."
    if not surely:
        return "Het is niet zeker of dit is vastgelegd. Kijk dat eerst na."
    if _committed:
        return "Wat al was vastgelegd, blijft staan. Kijk eerst hoe het ervoor staat."
    return "Er is niets gewijzigd."
