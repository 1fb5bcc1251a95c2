"""What a provider says by phone: a care mediator records it for who may do it, and it is told as such (decision 0020)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acts import Refused, acts
from acts.engine.act import allowed, doers, nothing_more
from acts.engine.read import read_in_full
from flexroute.clock import from_local
from flows.mover import Runner
from models.store.database import Database
from models.store.decision import Decision
from models.views.timeline import timeline
from rules.flex.asked import OfCase
from rules.shared.person import AtRequest
from rules.shared.region import Region
from rules.shared.roles import is_care_mediator
from tests.support.acts import CASE_ACTS
from tests.support.facts import a_case
from tests.support.flex_acts import (
    A_NO,
    ALLOCATED,
    APPROVED,
    FLEX_CAN,
    FRIDAY,
    HANDED_OVER,
    MONDAY,
    NOBODY_CAN,
    STARTED,
    TO_TABLE,
    UNABLE,
    refer,
)
from tests.support.stored import rows
from tests.support.tries import Try

LATER = from_local("2026-03-11T15:00")
ANNA = AtRequest("tz-anna")
AGAIN: Try = ("re_offer", "sys-noord", {"explanation": "Niemand kan."})
OPEN = {"record_assessment", "re_offer", "record_handover", "report_unable"}


def go(runner: Runner, case: str, one: Try, at_request: str | None = None) -> None:
    act, by, given = one
    now = FRIDAY if act in ("record_assessment", "decide_mediation") else LATER
    runner.decide(act, case, by, given, now, AtRequest(at_request) if at_request else None)


@pytest.mark.both_databases
def test_along_the_route(database: Database, runner: Runner) -> None:
    """F-19, F-39, F-40: the provider's own answer, with the mediator as who recorded it."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for one in (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER, UNABLE, AGAIN):
        go(runner, case, one, "tz-anna" if one[0] in OPEN else None)
    by = {one.act: (one.by, one.person) for one in rows(database, Decision) if one.act in OPEN}
    assert by == dict.fromkeys(OPEN - {"report_unable"}, ("sys-noord", "tz-anna")) | {
        "report_unable": ("flex-anker", "tz-anna")
    }
    with database.reading() as session:
        told = {one.act: (one.person, one.at_request) for one in timeline(session, case).timeline}
    assert told["record_assessment"] == ("Anna de Vries", True)
    assert told["decide_mediation"] == (None, None)
    said = {one.act: one for one in read_in_full(database, case, "sys-noord", LATER).decisions}
    assert (said["re_offer"].person, said["re_offer"].at_request) == ("Anna de Vries", True)
    assert said["re_offer"].said == {"uitleg": "Niemand kan."}


def test_which_acts() -> None:
    """It is data of the act: four answers of a provider; no approval, no start, nothing of a municipality, nothing of a dossier."""
    found = [(name, act) for name, those in acts().items() for act in those if act.at_request]
    assert {name for name, _ in found} == OPEN
    assert len(found) == len(OPEN)
    assert doers(found[0][1]) == "de aanbieder die de verwijzing beoordeelt; op verzoek ook een zorgbemiddelaar"


@pytest.mark.parametrize(
    ("one", "who", "field", "told"),
    [
        (A_NO, "cm-bc", "for", "Op verzoek legt dit alleen vast: een zorgbemiddelaar."),
        (A_NO, "sys-zuid", "for", "Op verzoek legt dit alleen vast: een zorgbemiddelaar."),
        (("record_assessment", "sys-zuid", A_NO[2]), "tz-anna", None, "de aanbieder die de verwijzing beoordeelt"),
        (
            ("withdraw", "ref-lt", {"reason": "x"}),
            "tz-anna",
            "for",
            "Dit kan niet op verzoek. Dit legt zelf vast: de verw",
        ),
        (APPROVED, "tz-anna", "for", "Dit legt zelf vast: de contractmanager"),
        (("register_referral", "ref-lt", {}), "tz-anna", "for", "Dit kan niet op verzoek"),
    ],
)
def test_who_may_not(database: Database, runner: Runner, one: Try, who: str, field: str | None, told: str) -> None:
    """Never what somebody must say for themselves, nor by somebody of another role or organisation."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    before = len(rows(database, Decision))
    with pytest.raises(Refused, match=told) as refused:
        go(runner, case, one, who)
    assert (refused.value.code, refused.value.field) == ("forbidden", field)
    assert len(rows(database, Decision)) == before


@given(data=st.data())
def test_only_the_providers_own_answer_and_only_by_a_mediator(region: Region, data: st.DataObject) -> None:
    """A.8: whoever is named, on whatever act: what the provider may do itself, of the four, and nobody else records it."""
    everybody = st.sampled_from([*region.organisation, *region.person])
    act, by, who = data.draw(st.sampled_from([*CASE_ACTS.values()])), data.draw(everybody), data.draw(everybody)
    case = a_case(accepted="flex-anker", flex_answers={"flex-anker": True})
    asked = OfCase(region, by, date(2026, 3, 11), {}, person=AtRequest(who), case=case)
    try:
        recorded = allowed(act, asked, nothing_more) is asked
    except Refused:
        recorded = False
    may = act.may(asked) and by in region.organisation and is_care_mediator(who, region)
    assert recorded == (act.name in OPEN and may)


def test_a_start_is_never_recorded_at_request(database: Database, runner: Runner) -> None:
    """F-50: the flex provider itself says that the help has started."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for one in (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER, ALLOCATED):
        go(runner, case, one)
    with pytest.raises(Refused, match="Dit legt zelf vast: de flex-aanbieder die ja heeft gezegd"):
        go(runner, case, STARTED, "tz-anna")
    go(runner, case, STARTED)


def test_without_being_asked_nothing_changes(database: Database, runner: Runner) -> None:
    """A mediator is no contact of the provider, nor the provider."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for by, person in (("tz-anna", None), ("sys-noord", "tz-anna")):
        with pytest.raises(Refused) as refused:
            runner.decide("record_assessment", case, by, A_NO[2], FRIDAY, person)
        assert refused.value.code == "forbidden"
