"""Making a page: templates in plain Dutch, with the words, days and names that every page has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flexroute import clock
from notifications.words import code_in_words, day_in_words, task_in_words, who_in_words
from portal.asking import Asking
from rules.shared.process import of_reference
from rules.shared.refusal import Refused
from rules.shared.sentences import sentence

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "woorden": code_in_words,
        "taak": task_in_words,
        "dag": day_in_words,
        "datum": _day,
        "moment": _moment,
        "zin": sentence,
        "adres": address,
        "naam": lambda ident, region: region.name_of(ident),
        "hoofdletter": lambda text: text[:1].upper() + text[1:],
    }
    made.globals |= {"wie": who_in_words}
    return made


def address(reference: str) -> str:
    """Where the page of a subject is: `/zaken/ZB-2026-000001`. Raises KeyError for what is of no process."""
    process = of_reference(reference)
    if process is None:
        raise KeyError(reference)
    return f"/{process.page}/{reference}"


def page(request: Request, template: str, known: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """This template as an answer. `known`: what it may read; who is signed in it always knows."""
    asking: Asking | None = getattr(request.state, "asking", None)
    text = _environment().get_template(template).render({"asking": asking, "path": request.url.path, **known})
    return HTMLResponse(text, status)


STATUS = {"not_found": 404, "forbidden": 403, "invalid": 422}


def status_of(refused: Refused) -> int:
    """The status of an answer that refuses; most are a conflict with how something stands."""
    return STATUS.get(refused.code, 409)


def _day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        value = clock.local_date(value)
    return f"{value:%d-%m-%Y}" if value else ""


def _moment(value: datetime) -> str:
    return f"{clock.local(value):%d-%m-%Y %H:%M}"
