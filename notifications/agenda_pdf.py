"""The agenda to print and to read on a screen: one PDF per issue, also for who listens to it (PDF/UA)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from typst import Fonts, compile

TEMPLATE = Path(__file__).with_name("agenda.typ")


def pdf(words: Mapping[str, Any], issued_at: datetime) -> bytes:
    """An agenda in words as A4. The same words and moment give the same bytes. Raises typst.TypstError.

    The words go in as data, so what a name looks like is never taken for markup.
    """
    return _printed(json.dumps(words, ensure_ascii=False), issued_at)


@lru_cache(maxsize=8)
def _printed(words: str, issued_at: datetime) -> bytes:
    """Made once for all who get it: it costs ten times as much as the rest of the letter."""
    return compile(
        TEMPLATE,
        font_paths=_fonts(),
        ignore_system_fonts=True,  # the same pages on every machine
        sys_inputs={"agenda": words},
        pdf_standards=["ua-1"],
        timestamp=issued_at.replace(microsecond=0),  # all that Typst takes
    )


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    return Fonts(include_system_fonts=False)
