"""A word without an end stays on the page of what is printed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notifications.flex.agenda_words import in_words
from notifications.stop.report import words as dossier_words
from rules.shared.region import Region
from tests.support.dossier_views import a_child, a_region, a_view
from tests.support.letter_contexts import FIRST_CASE, MEETING
from tests.support.paper import in_the_margin

LONG = {  # the first of them in `make test`
    "one word": "Jeugdhulpverlening" * 7,
    "capitals": "W" * 110,
    "kept together": "\u00a0".join(["Stichting"] * 11),
    "no space after a hyphen": "Noord\u2011" * 19,
    "a link": "https://overleg.example.nl/" + "kamer/" * 20,
}
SIZES = [next(iter(LONG)), *(pytest.param(name, marks=pytest.mark.long) for name in [*LONG][1:])]


def renamed(name: str, places: int = 0) -> Region:
    """Everything that has a name has this one."""
    data = a_region(places).model_dump(by_alias=True, mode="json")
    for one in (data, *data["organisations"], *data["tables"]):
        one["name"] = name
    return Region.model_validate(data)


def agenda(name: str) -> dict[str, Any]:
    case = {**FIRST_CASE, "subcontractors": [{"id": "oa-klein", "through": "sys-noord", "answer": "no"}]}
    words = in_words(renamed(name), {**MEETING, "cases": [case] * 2})
    return {**words, "title": f"Agenda {name}", "region": name, "version": 2}


@pytest.mark.parametrize("name", SIZES)
def test_the_agenda(name: str) -> None:
    """F-53: names of tables, organisations and the region, in every place of the agenda."""
    assert in_the_margin("agenda", agenda(LONG[name][:110])) == []


@pytest.mark.parametrize("name", SIZES)
def test_the_dossier(name: str) -> None:
    """S-36: names in every place of the overview of a dossier."""
    region = renamed(LONG[name][:110], 3)
    view = a_view(waiting_for=[one.id for one in region.organisations][:2], care_forms=["zorgvorm" * 5] * 3)
    children = [a_child(n) for n in range(2)]
    words = dossier_words.in_words(region, view, children, date(2027, 3, 1))
    assert in_the_margin("dossier", {**words, "title": LONG[name][:110]}) == []
