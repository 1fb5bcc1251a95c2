"""Words on A4, to print, to read on a screen and to listen to (PDF/UA): agendas, and dossiers of who stops."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from typst import Fonts, TypstError, compile

_UNDRAWN = re.compile(r"[^\x20-\x7e\xa0-\u024f\u1e00-\u1eff\u2010-\u2027]")  # what the fonts may not have


def pdf(template: Literal["agenda", "dossier"], words: Mapping[str, Any], made_at: datetime) -> bytes:
    """A page of words by its template. The same words and moment give the same bytes. Raises typst.TypstError.

    The words go in as data, so what a name looks like is never taken for markup. A letter that no font has becomes a question
    mark: a PDF that reads aloud may hold no empty boxes, and a strange name may not keep people from their papers.
    """
    try:
        return _printed(template, json.dumps(words, ensure_ascii=False), made_at)
    except TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _printed(template, json.dumps(_drawn(words), ensure_ascii=False), made_at)


def _drawn(value: Any) -> Any:
    match value:
        case str():
            return _UNDRAWN.sub("?", value)
        case list() | tuple():
            return [_drawn(one) for one in value]
        case Mapping():
            return {key: _drawn(one) for key, one in value.items()}
    return value


@lru_cache(maxsize=8)
def _printed(template: str, words: str, made_at: datetime) -> bytes:
    """Made once for all who get it: it costs ten times as much as the rest of a letter."""
    return compile(
        Path(__file__).with_name(f"{template}.typ"),
        font_paths=_fonts(),
        ignore_system_fonts=True,  # the same pages on every machine
        sys_inputs={"words": words},
        pdf_standards=["ua-1"],
        timestamp=made_at.astimezone(UTC).replace(microsecond=0),  # all that Typst takes
    )


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    return Fonts(include_system_fonts=False)
