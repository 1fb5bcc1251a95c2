"""The letters of a meeting: agenda and cancellation (N-03)."""

from __future__ import annotations

import pytest

from notifications.templates import day_in_words, fill
from rules.letters import AGENDA
from tests.test_letters import (
    AGENDAS,
    FLEX,
    OTHER,
    OTHER_REFERENCE,
    OWNER,
    REFERENCE,
    REGION,
    Context,
    assert_proper,
    flat,
)

TABLE = REGION.tables[0]

FIRST: Context = {
    "reference": REFERENCE,
    "opdracht": "B",
    "care_form": "outpatient_individual",
    "must_answer": [OTHER],
    "age_band": "12-15",
    "urgent": True,
    "round": 1,
    "owner": OWNER,
    "ground": "capacity_not_at_level",
    "treeknorm_date": "2026-05-11",
}
SECOND: Context = {
    "reference": OTHER_REFERENCE,
    "opdracht": "C",
    "care_form": None,
    "age_band": None,
    "urgent": False,
    "must_answer": [OWNER, OTHER],
    "round": 2,
    "owner": OTHER,
    "ground": None,
    "treeknorm_date": None,
}
MEETING: Context = {
    "table": TABLE.id,
    "series_on": "2026-03-10",
    "on": "2026-03-10",
    "starts_at": "2026-03-10T10:00:00+01:00",
    "ends_at": "2026-03-10T12:00:00+01:00",
    "chair": TABLE.chair,
    "invited": [TABLE.chair, OWNER, OTHER],
    "optional": [FLEX],
    "place_in_program": True,
    "version": 1,
    "cases": [FIRST, SECOND],
}
MEETINGS: dict[str, Context] = {
    "plain": {},
    "again": {"version": 2},
    "moved": {"on": "2026-03-11"},
    "second-round": {"cases": [SECOND]},
    "no-guests-no-place": {"optional": [], "place_in_program": False},
    "no-cases": {"cases": []},
    "adult": {"cases": [{**FIRST, "age_band": "18+"}]},
}
ISSUES = [
    pytest.param(kind, {**MEETING, **more}, id=f"{kind}-{name}") for kind in AGENDAS for name, more in MEETINGS.items()
]


@pytest.mark.parametrize(("kind", "context"), ISSUES)
def test_letter_of_a_meeting(kind: str, context: Context) -> None:
    said = fill(REGION, kind, context)
    assert_proper(said)
    assert f"{TABLE.name}, {day_in_words(context['on'])}" in said.subject
    assert [case["reference"] for case in context["cases"] if case["reference"] not in said.text] == []
    assert "Kenmerk" not in said.text


def test_agenda_in_full() -> None:
    said = fill(REGION, AGENDA, MEETING)
    lines = said.text.splitlines()
    first, second = lines.index(f"1. {REFERENCE} - SPOED"), lines.index(f"2. {OTHER_REFERENCE}")
    assert said.subject == f"Agenda {TABLE.name}, dinsdag 10 maart 2026"
    assert "Tijd: 10:00 tot 12:00 uur" in lines
    assert lines[first + 1 : second] == [
        "   Opdracht: B",
        "   Soort hulp: ambulant individueel",
        "   Leeftijd: 12 tot en met 15 jaar",
        "   Ronde: 1",
        f"   Aanbieder: {REGION.name_of(OWNER)}",
        "   Reden: de capaciteit is nog niet op het benodigde niveau",
        "   Treeknorm: start uiterlijk maandag 11 mei 2026",
        f"   Wie antwoordt: {REGION.name_of(OTHER)}",
        "",
    ]
    assert "   Treeknorm: geen treeknorm ingesteld" in lines[second:]
    assert f"   Wie antwoordt: {REGION.name_of(OWNER)}, {REGION.name_of(OTHER)}" in lines[second:]


def test_agenda_again_moved_or_without_cases() -> None:
    assert fill(REGION, AGENDA, {**MEETING, "version": 2}).subject.endswith(" (bijgewerkt)")
    moved = fill(REGION, AGENDA, {**MEETING, "on": "2026-03-11"})
    assert "De normale dag was dinsdag 10 maart 2026." in flat(moved)
    assert "Er zijn geen casussen." in fill(REGION, AGENDA, {**MEETING, "cases": []}).text
    assert "18 jaar of ouder" in fill(REGION, AGENDA, {**MEETING, "cases": [{**FIRST, "age_band": "18+"}]}).text
