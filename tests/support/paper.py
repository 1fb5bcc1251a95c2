"""What a template looks like on paper: whether anything stands in the margin."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typst import compile

import notifications

PPI = 36
MARGIN = 15  # pixels (a centimetre) that stay white at the left and the right of every page


def in_the_margin(template: str, words: Mapping[str, Any]) -> list[int]:
    """The pages of this template on which something is drawn in the left or right margin, or past it."""
    source = Path(notifications.__file__).with_name(f"{template}.typ")
    given = {"words": json.dumps(words, ensure_ascii=False)}
    made = compile(source, ignore_system_fonts=True, sys_inputs=given, format="png", ppi=PPI)
    pages = made if isinstance(made, list) else [made]
    return [number for number, page in enumerate(pages, 1) if _inked(page)]


def _inked(png: bytes) -> bool:
    """Decodes a PNG of typst: eight bits, three or four colours."""
    at, data, width, colours = 8, b"", 0, 4
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack(">IIBB", png[at + 8 : at + 18])
            assert depth == 8
            colours = {2: 3, 6: 4}[colour]
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    raw, length = zlib.decompress(data), width * colours
    line = bytearray(length)
    for start in range(0, len(raw), length + 1):
        line = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + length]), line, colours)
        if any(sign < 250 for sign in (*line[: MARGIN * colours], *line[-MARGIN * colours :])):
            return True
    return False


def _unfiltered(kind: int, line: bytearray, above: bytearray, colours: int) -> bytearray:
    for at in range(len(line)):
        left, up = (line[at - colours] if at >= colours else 0), above[at]
        corner = above[at - colours] if at >= colours else 0
        around = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(around - one))
        line[at] = (line[at] + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
    return line
