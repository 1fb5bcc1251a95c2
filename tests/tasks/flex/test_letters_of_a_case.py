"""What a region chooses of its letters: by which facts a request is recognised, and two that others do without."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from flows.mover import Runner
from models.region.directory import load_region, store_region
from models.store.database import Database
from models.store.letter import Letter
from notifications.render import render
from rules.shared.region import Region
from tests.support.facts import with_settings
from tests.support.flex_acts import (
    A_NO,
    ALLOCATED,
    APPROVED,
    FLEX_CAN,
    FRIDAY,
    HANDED_OVER,
    MONDAY,
    NOBODY_CAN,
    REFERRAL,
    TO_TABLE,
    WITHDRAWN,
)
from tests.support.private import TYPED
from tests.support.tries import Try

REFERRED = {**REFERRAL, "care_form": "residential", "age_band": "12-15", "sender_reference": "WT-41"}
AT_HANDOVER = (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN)


def play(database: Database, runner: Runner, region: Region, *tries: Try, **referral: Any) -> list[Letter]:
    """A referral and these acts in a region; answers with the letters of the case, in their order."""
    with database.writing() as session:
        store_region(session, region)
    reference, _ = runner.decide("register_referral", None, "ref-lt", {**REFERRED, **referral}, MONDAY)
    for act, by, values in tries:
        late = act not in ("record_assessment", "decide_mediation")
        number = {"number": reference[-3:]} if act == "record_allocation" else {}  # of this child alone
        runner.decide(act, reference, by, {**values, **number}, FRIDAY.replace(day=10, hour=12) if late else MONDAY)
    with database.reading() as session:
        return list(session.exec(select(Letter).where(Letter.subject == reference).order_by(col(Letter.id))))


def kinds(letters: list[Letter]) -> list[str]:
    return [letter.kind for letter in letters]


def test_the_usual_facts(database: Database, runner: Runner, region: Region) -> None:
    """C.4, F-20: the referrer, the day, the opdracht, the first day offered and the ground; nothing more of the child."""
    request, *_, escalation = play(database, runner, region, A_NO)
    usual = {"referrer": "ref-lt", "received_on": "2026-03-02", "opdracht": "B"}
    assert request.context["details"] == usual
    assert escalation.context["details"] == {**usual, "ground": "demand_peak"}
    assert escalation.context["offer"] == {"can_deliver": False, "first_day": None}


def test_the_facts_that_a_region_chose(database: Database, runner: Runner, region: Region) -> None:
    """C.4: its own number too, unless that may be a name."""
    chosen = with_settings(region, letter_details=["own_number", "age_band", "care_form"])
    [request] = play(database, runner, chosen)
    assert request.context["details"] == {"own_number": "WT-41", "age_band": "12-15", "care_form": "residential"}
    [request] = play(database, runner, chosen, sender_reference="jipvoorbeeld1", care_form="thuis-bij-oma")
    assert request.context["details"] == {"age_band": "12-15"}


def test_too_late_is_told_with_its_day(database: Database, runner: Runner, region: Region) -> None:
    """F-20, F-22, F-36: of the provider, and of a subcontractor that can sooner."""
    too_late = {"can_deliver": True, "earliest_start": "2026-07-01", "explanation": TYPED, "ground": "demand_peak"}
    sub = {"provider": "oa-klein", "can_deliver": True, "earliest_start": "2026-06-15", "explanation": TYPED}
    said: Try = ("record_assessment", "sys-noord", {**too_late, "subcontractors": [sub]})
    outcome = next(one for one in play(database, runner, region, said) if one.kind == "assessment_outcome")
    assert outcome.context["offer"] == {"can_deliver": True, "first_day": "2026-06-15"}
    with database.reading() as session:
        text = render(session, load_region(session), outcome).text
    assert "niet op tijd leveren: pas vanaf maandag 15 juni 2026" in " ".join(text.split())


@pytest.mark.parametrize("on", [True, False])
def test_a_referral_is_confirmed(database: Database, runner: Runner, region: Region, on: bool) -> None:
    """F-17: to the referrer, where the region does that."""
    letters = play(database, runner, with_settings(region, confirm_referral=on))
    confirmed = [(one.recipient, one.context["due"]) for one in letters if one.kind == "referral_received"]
    assert confirmed == ([("ref-lt", "2026-03-09")] if on else [])


@pytest.mark.parametrize("order", [(HANDED_OVER, ALLOCATED), (ALLOCATED, HANDED_OVER)])
def test_the_start_is_announced(database: Database, runner: Runner, region: Region, order: tuple[Try, Try]) -> None:
    """F-50: to the flex provider, once, when check and handover are both there; off where the region does not say so."""
    assert "start_allowed" not in kinds(play(database, runner, region, *AT_HANDOVER, *order))
    announced = with_settings(region, announce_start_allowed=True)
    again = {"sender_reference": "WT-42"}
    assert "start_allowed" not in kinds(play(database, runner, announced, *AT_HANDOVER, order[0], **again))
    letters = play(database, runner, announced, *AT_HANDOVER, *order, sender_reference="WT-43")
    assert [one.recipient for one in letters if one.kind == "start_allowed"] == ["flex-anker"]
    failing: Try = (ALLOCATED[0], ALLOCATED[1], {**ALLOCATED[2], "delivered_by": "ref-lt"})
    letters = play(database, runner, announced, *AT_HANDOVER, HANDED_OVER, failing, sender_reference="WT-44")
    assert kinds(letters)[-1] == "procedure_check_failed"
    assert "start_allowed" not in kinds(letters)


def test_who_withdrew(database: Database, runner: Runner, region: Region) -> None:
    """AMB-30: the organisation, or Team Zorgbemiddeling for one of its people."""
    for number, (by, named) in enumerate([("ref-lt", "ref-lt"), ("tz-anna", "care_mediation_team")]):
        act, _, values = WITHDRAWN
        letters = play(database, runner, region, (act, by, values), sender_reference=f"WT-5{number}")
        assert (letters[-1].context["by"], letters[-1].context["on"]) == (named, "2026-03-10")
