"""Numbers in a text that may be a citizen service number (BSN), however people write it (C.4)."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # takes no room: 999\u200b900006
_GAP = r"(?:[^\S\t-\r]|[.\-\u2010-\u2015\u2212])"  # one space, dot or dash of any kind

_HOUR, _DAY, _MONTH = "(?:[01]?[0-9]|2[0-4])", "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_YEAR, _TIME = "(?:19|20)[0-9]{2}", f"{_HOUR}[.:][0-5][0-9]"
_SOMETHING_ELSE = re.compile(  # than a BSN, whatever its digits
    r"(?<!\d)(?:"
    + "|".join(
        (
            f"{_YEAR}-{_MONTH}-{_DAY}",
            *(f"{_DAY}{sign}{_MONTH}{sign}{_YEAR}" for sign in ("-", "/", r"\.", " ")),
            rf"{_TIME}\s?[-\u2013]\s?{_TIME}",
            rf"{_TIME}(?=\s?u(?:ur)?\b)",
            f"{_HOUR}:[0-5][0-9](?::[0-5][0-9])?",
            rf"(?<=\+)31{_GAP}?(?:\(0\){_GAP}?)?[1-8](?:{_GAP}?\d){{8}}",  # a phone number, from abroad
            rf"0031{_GAP}?(?:\(0\){_GAP}?)?[1-8](?:{_GAP}?\d){{8}}",
            r"(?<!\d )\d{3} \d{3} \d{3} \d{3}(?: \d{1,2})?(?! \d)",  # of a meeting in Teams
        )
    )
    + r")(?!\d)"
    r"|\b(?:ZB-\d{4}-\d{6}|ST-\d{4}-\d{6}(?:-\d{4})?)(?!\d)"  # our own references
    r"|\b[A-Z]{2}\d{2} ?[A-Z]{4}(?: ?\d{4}){2} ?\d{2}(?!\d)"  # a bank account
    r"|\b[Tt]oewijzing(?:s?(?:nummer|nr))?[\s.:]{0,3}(?:(?:nummer|nr)[\s.:]{1,3})?\d{1,9}(?!\d)"
)
_CALLED = re.compile(  # "BSN", and between that and its number no other sentence
    r"(?<![^\W\d_])(?:bsn|b\.s\.n|burgerservice)(?:[^\d,;!?\n.]|\.(?!\s+(?-i:[A-Z]))){0,30}\Z", re.IGNORECASE
)


def _written(digits: int) -> re.Pattern[str]:
    """So many digits with at most one sign between two of them."""
    return re.compile(rf"(?<!\d)(?=(\d(?:{_GAP}?\d){{{digits - 1}}})(?!\d))")


_RUN = re.compile(rf"\d(?:{_GAP}?\d){{7,}}")  # enough digits for one
_BEFORE, _AFTER = 60, 20  # signs around them that may tell what they are
_NUMBERS = {digits: _written(digits) for digits in (8, 9, 10)}


def passes_elfproef(number: str) -> bool:
    """Nine digits of which 9·d1 + 8·d2 + … + 2·d8 − 1·d9 is a multiple of eleven (C.4)."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True)) % 11 == 0


def may_hold_bsn(text: str) -> bool:
    """Whether a text holds a number that may be a BSN (C.4): nine digits that pass the elfproef, or what is called a BSN.

    Together or in groups of two to four; with one zero too many in front, unless that makes it a Dutch phone number.
    Where somebody writes "BSN" before it, any nine or ten digits, and eight: a zero in front gets lost.
    """
    seen = text if text.isascii() else _UNSEEN.sub("", text)
    return any(_holds(seen, *run.span()) for run in _RUN.finditer(seen))


def _holds(text: str, start: int, end: int) -> bool:
    """Whether this run of digits holds one; what is around it may tell what it is."""
    begin = max(0, start - _BEFORE)
    plain = _SOMETHING_ELSE.sub(lambda found: "/" * len(found[0]), text[begin : end + _AFTER])
    for digits, pattern in _NUMBERS.items():
        for found in pattern.finditer(plain, start - begin, end - begin):
            groups = re.findall(r"\d+", found[1])
            if len(groups) > 1 and not all(2 <= len(group) <= 4 for group in groups):
                continue
            if _is_one("".join(groups), digits) or _CALLED.search(plain[: found.start()]):
                return True
    return False


def _is_one(number: str, digits: int) -> bool:
    """Whether digits that nobody calls a BSN may be one."""
    if digits == 10:
        return number.startswith("0") and number[1] not in "12345678" and passes_elfproef(number[1:])
    return digits == 9 and passes_elfproef(number)
