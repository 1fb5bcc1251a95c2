"""A provider that stops as data: its stages, its statuses with what may be missing, and the picture."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from itertools import product

import pytest

from docs.stop_standings import OF_CHILD, OF_DOSSIER
from notifications.stop.picture import CLOCK, LEADS, mermaid
from notifications.words import words
from rules.stop.facts import Counts, DossierFacts
from rules.stop.route import AT, OPEN, STAGE_OF, STAGES, Category, ChildStatus, DossierStatus
from rules.stop.status import Tally, dossier_missing
from tests.support.acts import CHILD_ACTS, STOP_VALUES

REQUIREMENT = re.compile(r"F-17|S-(0[1-9]|[1-5]\d|60)")
SOME_DAY = date(2027, 3, 1)
NUMBERS = {category.value: 1 for category in Category}


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_says_what_it_is_and_where_it_is_written(name: str) -> None:
    """Each line of the flow has a name, acts and the sentence of its number."""
    stage = STAGES[name]
    assert REQUIREMENT.fullmatch(stage.requirement)
    assert stage.name
    assert len(stage.sentence) > 30
    assert stage.acts


def test_every_act_is_settled_at_one_stage() -> None:
    """An act of a stopping provider is in the flow once, and every act on an open child has its statuses."""
    settled = [act for stage in STAGES.values() for act in stage.acts]
    assert len(settled) == len(set(settled)) == len(STAGE_OF)
    assert set(settled) == set(STOP_VALUES)
    assert set(AT) == {*CHILD_ACTS, "enter_flex_route"}


def test_what_may_be_missing_in_a_dossier_is_what_the_rules_say() -> None:
    """S-17, S-41, S-42, S-52: the table of the documentation is the whole of what the rules can answer."""
    sides = (Counts(NUMBERS), Counts(NUMBERS, {**NUMBERS, "running": 2}), Counts(NUMBERS, NUMBERS))
    added: dict[tuple[str, str], int] = {("0599", category): 1 for category in Category}
    found: dict[DossierStatus, set[str]] = defaultdict(set)
    for counts, all_in, unsettled, today, closed in product(
        ({}, *({"0599": side} for side in sides)),
        (False, True),
        (False, True),
        (SOME_DAY, date(2028, 1, 1)),
        (False, True),
    ):
        facts = DossierFacts(
            reference="ST-2026-000001",
            provider="zonnewende",
            stop_type="not_renewed",
            contract_ends_on=date(2026, 12, 31),
            care_forms=("outpatient_individual",),
            counts=counts,
            closed=closed,
        )
        tally = Tally(
            by_category=added if all_in else {},
            by_status={ChildStatus.FINISHING: int(unsettled)},
            without_route=int(unsettled and not all_in),
            incomplete_files=int(unsettled),
            unsigned=int(unsettled),
        )
        status, missing = dossier_missing(facts, tally, today)
        found[status] |= missing
    assert found == {status: set(standing.missing) for status, standing in OF_DOSSIER.items()}
    assert list(OF_DOSSIER) == list(DossierStatus)


def test_everything_missing_has_its_words() -> None:
    """S-35: what a dossier or child waits for is said in Dutch."""
    standings = [*OF_DOSSIER.items(), *OF_CHILD.items()]
    assert not [
        code for status, standing in standings for code in (status.value, *standing.missing) if code not in words()
    ]
    assert all(standing.when for _, standing in standings)


def test_the_picture_shows_every_status_and_every_move() -> None:
    """AMB-31: drawn from the same data, with a way in, and a way on from each status but the last ones."""
    lines = mermaid().splitlines()
    assert lines[0] == "flowchart TD"
    assert len(lines) == 2 + len(ChildStatus) + len(LEADS)
    assert sum("-->" in line for line in lines) == len(LEADS)
    assert {lead.to for lead in LEADS} == set(ChildStatus)
    assert {lead.origin for lead in LEADS} == {None, *OPEN}
    assert len({(lead.origin, lead.answer, lead.to) for lead in LEADS}) == len(LEADS)


def test_every_drawn_act_may_be_done_there() -> None:
    """S-11: and only the clock and acts of people move a child; nothing leads on from a settled one."""
    for lead in LEADS:
        assert lead.act in (CLOCK, "add_child") or lead.origin in AT[lead.act]
