"""A dossier to print and to read on a screen: one page for the consultation, then every child; also for who listens (PDF/UA, S-36)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from typst import Fonts, TypstError, compile

TEMPLATE = Path(__file__).with_name("dossier.typ")
_UNDRAWN = re.compile(r"[^\x20-\x7e\xa0-\u024f\u1e00-\u1eff\u2010-\u2027]")  # what the fonts may not have


def pdf(words: Mapping[str, Any], made_at: datetime) -> bytes:
    """A dossier in words (dossier_words.in_words) as A4. The same words and moment give the same bytes. Raises typst.TypstError.

    The words go in as data, so what a name looks like is never taken for markup. A letter that no font has becomes a question mark:
    a PDF that reads aloud may hold no empty boxes, and a strange name may not keep a consultation from its papers.
    """
    try:
        return _printed(json.dumps(words, ensure_ascii=False), made_at)
    except TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _printed(json.dumps(_drawn(words), ensure_ascii=False), made_at)


def _drawn(value: Any) -> Any:
    match value:
        case str():
            return _UNDRAWN.sub("?", value)
        case list() | tuple():
            return [_drawn(one) for one in value]
        case Mapping():
            return {key: _drawn(one) for key, one in value.items()}
    return value


@lru_cache(maxsize=4)
def _printed(words: str, made_at: datetime) -> bytes:
    """Made once for all who get it."""
    return compile(
        TEMPLATE,
        font_paths=_fonts(),
        ignore_system_fonts=True,  # the same pages on every machine
        sys_inputs={"dossier": words},
        pdf_standards=["ua-1"],
        timestamp=made_at.replace(microsecond=0),  # all that Typst takes
    )


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    return Fonts(include_system_fonts=False)
