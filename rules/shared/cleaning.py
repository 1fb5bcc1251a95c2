"""What the eye sees is what is kept: one way to clean every cell of a list and every value that somebody typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from unicodedata import category, normalize

DEEPEST = 40  # values within values
_PLAIN = re.compile(r"[!-&(-<>-~][!-~]*(?: [!-~]+)*")  # nearly every cell: nothing to clean, unless _x000D_ is in it
# Excel writes _x000D_
_LINE_END = re.compile(r"(?:\r|_x000[dD]_)(?:\n|_x000[aA]_)?|_x000[aA]_|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\uffa0") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
_BLANK = frozenset("\t\u2800\u3164")
_HYPHENS = frozenset("\u2010\u2011")  # look like - and are written by word processors
_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')  # how programs keep the zeros of ="0599" in Excel
# Excel's mark for text, but neither 't Hof, 's-Gravenhage, nor a quotation
_MARK = re.compile(r"'+(?!(?:[stnkmd]\s|s-[^\W\d_]))(?!.*\w[.,!?]?'(?:\W|$))", re.IGNORECASE | re.DOTALL)


def clean(text: str) -> str:
    """The same text to the eye: composed letters, plain spaces and line ends, nothing that nobody sees. Twice is once."""
    if _is_plain(text):
        return text
    while (cleaned := _clean(text)) != text:
        text = cleaned
    return text


def one_line(text: str) -> str:
    """A clean text without line ends, as a value is that fits on one line: a name, a number, a code."""
    return text if _is_plain(text) else clean(" ".join(clean(text).split()))


def cleaned(given: Any, depth: int = 0) -> Any:
    """The values that somebody gave, each text in them clean. Raises ValueError where they are nested without end."""
    if depth > DEEPEST:
        raise ValueError("deze waarden zitten te diep in elkaar")
    if isinstance(given, str):
        return clean(given)
    if isinstance(given, Mapping):
        return {key: cleaned(value, depth + 1) for key, value in given.items()}
    if isinstance(given, (list, tuple)):
        return type(given)(cleaned(value, depth + 1) for value in given)
    return given


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and "_x" not in text


def _clean(text: str) -> str:
    text = _LINE_END.sub("\n", text)
    if not (text.isascii() and text.isprintable()):
        text = normalize("NFC", "".join(map(_seen, text)))
    text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
    if kept := _AS_TEXT.fullmatch(text):
        return kept[1].replace('""', '"')
    if text.startswith("'") and (mark := _MARK.match(text)):
        return text[mark.end() :]
    return text


@cache
def _seen(sign: str) -> str:
    """What the eye sees of a sign: itself, a space, a hyphen, or nothing."""
    kind = category(sign)
    if sign == "\n":
        return sign
    if sign in _BLANK or kind == "Zs":
        return " "
    if sign in _HYPHENS:
        return "-"
    return "" if kind in ("Cc", "Cf") or sign in _UNSEEN else sign
