"""What an answer does: where the case goes, and what changes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.flex.case import Case
from rules.flex import settling
from rules.flex.assessment import Norm
from rules.flex.correcting import ALWAYS, JUDGED, UNTIL_ANSWERED
from rules.flex.facts import CaseFacts, Statement
from rules.flex.matching import candidates
from rules.flex.procedure import NO_APPROVAL, NO_TABLE_ASSESSMENT
from rules.flex.route import TRANSITION_OF, TRANSITIONS, Outcome, Signal, Step, may_lead
from rules.flex.settings import FlexSettings
from rules.flex.settling import Settled
from rules.shared.region import Region
from tests.support.facts import DAYS, a_case, with_settings

DAY = date(2026, 3, 17)
LAST_DAY = date(2026, 5, 11)
NORM = Norm(LAST_DAY, DAY)
IN_TIME, LATE = "2026-04-01", "2026-06-01"
FLEX = "flex-anker"
AGREED: dict[str, Any] = {  # all that is agreed with a flex provider
    "accepted": FLEX,
    "handed_over_on": DAY,
    "allocation_number": "100200301",
    "procedure_check": (),
}


def assessed(can: bool, start: str | None = None, *subcontractors: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an assessment."""
    return {**party(can, start), "subcontractors": subcontractors, "ground": None, "ground_text": None}


def party(can: bool, start: str | None = None, **more: Any) -> dict[str, Any]:
    return {"can_deliver": can, "earliest_start": start, "in_time": None, "explanation": None, **more}


def discussed(*answers: Mapping[str, Any], adjourn: str | None = None) -> dict[str, Any]:
    """The values of the answers at a table."""
    return {"on": "2026-03-12", "answers": answers, "adjourn": adjourn}


def asked_flex(provider: str, accepts: bool, start: str | None = None) -> dict[str, Any]:
    """The values of a flex provider's answer."""
    return {"provider": provider, "accepts": accepts, "earliest_start": start, "in_time": None, "explanation": None}


def delivered(by: str) -> dict[str, Any]:
    """The values of an allocation."""
    return {"number": "100200301", "issued_by": "toegang-rotterdam", "delivered_by": by, "on": "2026-03-20"}


# every answer ---------------------------------------------------------------------------------------------------------

ROUNDS = st.integers(1, 5)
STARTS = st.sampled_from([None, IN_TIME, LATE])
PARTIES = st.builds(party, st.booleans(), STARTS)
SUBCONTRACTORS = st.lists(st.builds(party, st.booleans(), STARTS, provider=st.just("oa-klein")), max_size=1)
ANSWERS = st.builds(
    lambda provider, said, subs: {**said, "provider": provider, "subcontractors": subs},
    st.sampled_from(["sys-zuid", "sys-noord"]),
    PARTIES,
    SUBCONTRACTORS,
)
MEDIATIONS = st.sampled_from(
    [
        {"outcome": "table", "table": None, "provider": None},
        {"outcome": "table", "table": "vt", "provider": None},
        {"outcome": "solved_directly", "provider": "sys-zuid", "table": None},
        {"outcome": "back_to_provider", "provider": None, "table": None},
    ]
)
PLANNED = st.none() | st.tuples(st.sampled_from(["bc", "vt"]), DAYS)
OF_ACT: dict[str, Callable[[st.DrawFn, CaseFacts, Region], Settled]] = {
    "register_referral": lambda _, case, region: settling.register_referral(case, region),
    "correct_referral": lambda draw, case, region: settling.correct_referral(
        case, draw(st.frozensets(st.sampled_from(sorted(UNTIL_ANSWERED | JUDGED | ALWAYS)), min_size=1)), DAY, region
    ),
    "record_assessment": lambda draw, case, _: settling.record_assessment(
        case, assessed(draw(st.booleans()), draw(STARTS), *draw(SUBCONTRACTORS)), NORM
    ),
    "take_over": lambda *_: settling.take_over(),
    "decide_mediation": lambda draw, _, region: settling.decide_mediation(draw(MEDIATIONS), DAY, region),
    "move_to_table": lambda *_: settling.to_table("vt"),
    "record_table_answers": lambda draw, case, _: settling.record_table_answers(
        case, discussed(*draw(st.lists(ANSWERS)), adjourn=draw(st.none() | st.just("ziek"))), NORM
    ),
    "decide_approval": lambda draw, case, region: settling.decide_approval(case, draw(st.booleans()), region, DAY),
    "record_flex_answer": lambda draw, case, region: settling.record_flex_answer(
        case, asked_flex(FLEX, draw(st.booleans()), draw(STARTS)), NORM, region, DAY
    ),
    "report_unable": lambda _, case, __: settling.report_unable(case),
    "re_offer": lambda _, case, region: settling.re_offer(case, region),
    "record_handover": lambda *_: settling.record_handover({"on": "2026-03-20"}),
    "record_allocation": lambda draw, case, region: settling.record_allocation(
        case, delivered(draw(st.sampled_from(["provider", "table", "ref-lt"]))), region
    ),
    "record_start": lambda _, case, __: settling.record_start(case),
    "withdraw": lambda *_: settling.withdraw(),
}


@st.composite
def cases(draw: st.DrawFn, at: Step) -> CaseFacts:
    """Any case at a step, with what it can have there."""
    number = draw(ROUNDS)
    known: dict[str, Any] = {
        "round": number,
        "treeknorm_date": draw(st.none() | st.just(LAST_DAY)),
        "due": draw(st.none() | DAYS),
        "overdue": draw(st.booleans()),
        "taken_over": draw(st.booleans()),
        "table": draw(st.sampled_from([None, "bc"])),
        "decided": draw(st.frozensets(st.sampled_from(sorted(TRANSITION_OF)))),
        "assessed_round": number - draw(st.integers(0, 1)),
        "approved_round": number - draw(st.integers(0, 1)),
        **draw(st.sampled_from([{}, AGREED])),
    }
    if at in (Step.APPROVAL, Step.FLEX_SEARCH):
        known |= {"assessed_round": number, "accepted": None}
    if at is Step.FLEX_SEARCH:
        known |= {"asked": FLEX, "approved_round": number}
    return a_case(step=at, **known)


@st.composite
def settled_cases(draw: st.DrawFn, region: Region) -> tuple[str, CaseFacts, Settled]:
    """Any act that moves a case or changes it, the case before it, and what it does; also once it is planned for a table."""
    act = draw(st.sampled_from(sorted(OF_ACT)))
    one = TRANSITION_OF[act]
    case = draw(cases(draw(st.sampled_from(one.leads_from or one.at))))
    settled = OF_ACT[act](draw, case, region)
    if settled.to is Step.TABLE:
        settled = settled.then(settling.on_agenda(settled.after(case), draw(PLANNED)))
    elif settled.to is Step.MEDIATION:
        settled = settled.then(settling.at_mediation(draw(st.booleans())))
    return act, case, settled


def test_every_act_is_settled_by_a_rule() -> None:
    """F-41: all but the one that moves nothing and changes no case: a subcontractor that takes its no back."""
    assert {one.act for one in TRANSITIONS} == {*OF_ACT, "withdraw_statement"}


@given(data=st.data())
def test_an_answer_leads_where_the_route_says(region: Region, data: st.DataObject) -> None:
    """F-41: wherever it leads, and however full the agendas are."""
    act, case, settled = data.draw(settled_cases(region))
    assert may_lead(act, case.step, settled.to or case.step)
    assert act == "correct_referral" or (settled.to is None) == (act == "record_allocation")


@given(data=st.data())
def test_a_step_begins_with_a_clean_slate(region: Region, data: st.DataObject) -> None:
    """F-21, F-26: only the provider has a term, only a case at a table a day, only one that is searched an open request."""
    _, case, settled = data.draw(settled_cases(region))
    after = settled.after(case)
    if settled.to:
        assert not after.overdue
        assert (after.due is not None) == (after.step is Step.PROVIDER_CHECK)
        assert (after.meets_on is not None) == (after.step is Step.TABLE)
        assert (after.outcome is not None) == (after.step is Step.CLOSED)
        assert (after.asked is not None) == (after.step is Step.FLEX_SEARCH)


@given(data=st.data())
def test_no_flex_provider_without_table_and_approval_of_the_round(region: Region, data: st.DataObject) -> None:
    """F-11, F-36: gates 1 and 2 hold wherever an answer leads to a search or a handover."""
    act, case, settled = data.draw(settled_cases(region))
    after = settled.after(case)
    if settled.to in (Step.FLEX_SEARCH, Step.HANDOVER):
        assert after.table_assessed
        assert after.approved
    if after.round != case.round:
        assert act in ("correct_referral", "decide_approval", "re_offer")
        assert after.round == case.round + 1
        assert (after.table_assessed, after.approved, after.flex_answers, after.decided) == (
            False,
            False,
            {},
            frozenset(),
        )


@given(data=st.data())
def test_the_row_is_changed_as_the_facts_are(region: Region, data: st.DataObject) -> None:
    """F-41: what is kept of a case is what the rule said of it."""
    _, case, settled = data.draw(settled_cases(region))
    row = Case(
        reference=case.reference,
        registered_at=datetime(2026, 3, 2, tzinfo=UTC),
        referral_route="lt",
        referrer_id=case.referrer,
        provider_id=case.provider,
        owner_id=case.owner,
        received_on=case.received_on,
        municipality="Rotterdam",
        opdracht=case.opdracht,
        treeknorm_date=case.treeknorm_date,
        step=case.step.value,
    )
    of_others = {"meets_on", "flex_answers"}  # they follow from rows of their own
    named = set(CaseFacts.__slots__) - {"provider", "referrer", "statements", "from_stop", *of_others}
    row.change({name: getattr(case, name) for name in named})
    assert row.facts(case.meets_on, case.statements, case.flex_answers) == case
    row.change({name: value for name, value in settled.changes.items() if name not in of_others})
    row.step = settled.to or row.step
    after = settled.after(case)
    assert row.facts(after.meets_on, after.statements, after.flex_answers) == after
    assert row.outcome is None or type(row.outcome) is str
    assert type(row.decided) is list


# the provider and Team Zorgbemiddeling --------------------------------------------------------------------------------


@pytest.mark.parametrize(("last", "signals"), [(LAST_DAY, ()), (None, (Signal.NO_TREEKNORM,))])
def test_the_week_begins_with_the_referral(region: Region, last: date | None, signals: tuple[Signal, ...]) -> None:
    """F-21, AMB-01, AMB-03: on the day of receipt; somebody looks where there is no treeknorm."""
    settled = settling.register_referral(a_case(step=Step.REFERRAL, treeknorm_date=last), region)
    assert (settled.to, settled.changes["due"], settled.signals) == (Step.PROVIDER_CHECK, date(2026, 3, 9), signals)


@pytest.mark.parametrize(
    ("given", "possible", "declined"),
    [
        (assessed(True, IN_TIME), True, []),
        (assessed(True, LATE), False, []),
        (assessed(False), False, []),
        (assessed(False, None, party(True, IN_TIME, provider="oa-klein")), True, [False]),
        (assessed(True, IN_TIME, party(True, LATE, provider="oa-klein")), True, [True]),
        (assessed(False, None, party(False, provider="oa-klein")), False, [True]),
    ],
)
def test_a_provider_that_can_ends_the_route(given: dict[str, Any], possible: bool, declined: list[bool]) -> None:
    """F-19, F-20, F-22, F-23, F-37, AMB-22: itself or a subcontractor, in time; what a subcontractor said is kept."""
    settled = settling.record_assessment(a_case(taken_over=True), given, NORM)
    assert settled.to is (Step.CLOSED if possible else Step.MEDIATION)
    assert settled.changes.get("outcome") is (Outcome.PLACED if possible else None)
    assert (settled.news, settled.other) == (("found", "sys-noord") if possible else (None, None))
    assert settled.changes["taken_over"] is False
    assert settled.said == tuple(Statement("sys-noord", "oa-klein", no) for no in declined)


def test_a_take_over_is_no_no() -> None:
    """F-21, AMB-02: nobody said anything; at the table the provider must still answer."""
    settled = settling.take_over()
    assert (settled.to, settled.said, settled.changes["taken_over"]) == (Step.MEDIATION, (), True)
    assert settled.after(a_case()).assessed_round == 0


def test_team_zorgbemiddeling_has_three_ways(region: Region) -> None:
    """F-25, F-26, F-64, AMB-05: a table, a named provider, or the provider again, with a week from the day of the decision."""
    mediation = {"table": None, "provider": None}
    asked = settling.decide_mediation({**mediation, "outcome": "table", "table": "vt"}, DAY, region)
    assert (asked.to, asked.table) == (Step.TABLE, "vt")
    solved = settling.decide_mediation({**mediation, "outcome": "solved_directly", "provider": "x"}, DAY, region)
    assert (solved.to, solved.changes["outcome"]) == (Step.CLOSED, Outcome.SOLVED)
    assert (solved.news, solved.other) == ("found", "x")
    back = settling.decide_mediation({**mediation, "outcome": "back_to_provider"}, DAY, region)
    assert (back.to, back.changes["due"]) == (Step.PROVIDER_CHECK, DAY + timedelta(days=7))


@pytest.mark.parametrize(("has_table", "signals"), [(True, ()), (False, (Signal.NO_TABLE,))])
def test_the_team_is_told_where_no_table_is(has_table: bool, signals: tuple[Signal, ...]) -> None:
    """F-25, AMB-11: it decides what happens then."""
    settled = settling.at_mediation(has_table)
    assert (settled.to, settled.signals) == (Step.MEDIATION, signals)


# the table ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "late"), [(DAY - timedelta(days=1), True), (DAY, False), (LAST_DAY, False), (None, False)]
)
def test_a_meeting_after_the_treeknorm_is_a_signal(last: date | None, late: bool) -> None:
    """F-26, F-31: on the agenda of the table that takes it; late is later than the last day."""
    settled = settling.on_agenda(a_case(table="bc", treeknorm_date=last), ("vt", DAY))
    assert (settled.to, settled.changes["table"], settled.changes["meets_on"]) == (Step.TABLE, "vt", DAY)
    assert settled.signals == ((Signal.TREEKNORM_AT_RISK,) if late else ())
    assert settling.meets_on(a_case(treeknorm_date=last), DAY) == Settled(signals=settled.signals)


def test_without_a_table_the_team_decides() -> None:
    """AMB-28: a case whose table has stopped goes back, and keeps the name of its last table."""
    case = a_case(step=Step.TABLE, table="bc", meets_on=DAY)
    settled = settling.to_table("vt").then(settling.on_agenda(case, None))
    assert (settled.to, settled.signals) == (Step.MEDIATION, (Signal.NO_TABLE,))
    assert (settled.after(case).table, settled.after(case).meets_on) == ("bc", None)


def test_the_first_that_can_takes_the_case() -> None:
    """F-29, F-32, F-37: in the order of the answers; all that subcontractors said is kept."""
    no = {**party(False), "provider": "sys-west", "subcontractors": [party(False, provider="oa-klein")]}
    first, second = ({**party(True, IN_TIME), "provider": who, "subcontractors": []} for who in ("sys-zuid", "x"))
    settled = settling.record_table_answers(a_case(step=Step.TABLE), discussed(no, first, second), NORM)
    assert (settled.to, settled.changes["outcome"]) == (Step.CLOSED, Outcome.PLACED)
    assert (settled.news, settled.other) == ("found", "sys-zuid")
    assert settled.said == (Statement("sys-west", "oa-klein", declined=True),)


@given(number=ROUNDS)
def test_when_nobody_can_the_contract_manager_decides(number: int) -> None:
    """F-33, gate 2: the table assessed the case in this round."""
    case = a_case(step=Step.TABLE, round=number)
    no = {**party(True, LATE), "provider": "sys-zuid", "subcontractors": []}
    settled = settling.record_table_answers(case, discussed(no), NORM)
    assert settled.to is Step.APPROVAL
    assert settled.after(case).table_assessed


def test_an_adjourned_case_comes_again() -> None:
    """AMB-32: at the same table, and that is no assessment."""
    settled = settling.record_table_answers(a_case(step=Step.TABLE, table="bc"), discussed(adjourn="ziek"), NORM)
    assert (settled.to, settled.table) == (Step.TABLE, "bc")
    assert "assessed_round" not in settled.changes


# the contract manager -------------------------------------------------------------------------------------------------


@given(number=ROUNDS, answers=st.dictionaries(st.sampled_from([FLEX, "flex-x"]), st.booleans()))
def test_a_no_raises_the_round_and_never_opens_the_search(
    region: Region, number: int, answers: dict[str, bool]
) -> None:
    """F-38, AMB-20, AMB-24, AMB-29: the same table; everybody answers again; many rounds are a signal once."""
    case = a_case(step=Step.APPROVAL, round=number, assessed_round=number, table="bc", flex_answers=answers)
    settled = settling.decide_approval(case, approved=False, region=region, today=DAY)
    assert (settled.to, settled.table) == (Step.TABLE, "bc")
    after = settled.after(case)
    assert (after.round, after.flex_answers, after.approved, after.table_assessed) == (number + 1, {}, False, False)
    assert (Signal.MANY_ROUNDS in settled.signals) == (number + 1 == region.settings_of(FlexSettings).many_rounds_from)


def test_a_yes_opens_the_search(region: Region) -> None:
    """F-34, F-36: the first in order is asked; with nobody to ask the owner must offer the case again (AMB-23)."""
    case = a_case(step=Step.APPROVAL, assessed_round=1)
    everybody = candidates(region, case, DAY)
    settled = settling.decide_approval(case, approved=True, region=region, today=DAY)
    assert (settled.to, settled.changes["asked"]) == (Step.FLEX_SEARCH, everybody[0])
    assert settled.after(case).approved
    answered = replace(case, flex_answers=dict.fromkeys(everybody, False))
    nobody = settling.decide_approval(answered, approved=True, region=region, today=DAY)
    assert (nobody.to, nobody.news) == (Step.RE_OFFER, None)
    assert nobody.after(answered).approved


# the flex provider ----------------------------------------------------------------------------------------------------


def searching(asked: str, **known: Any) -> CaseFacts:
    """A case for which a flex provider is asked."""
    return a_case(step=Step.FLEX_SEARCH, assessed_round=1, approved_round=1, asked=asked, **known)


def test_a_yes_in_time_leads_to_the_handover(region: Region) -> None:
    """F-36, F-39: and who hangs on the case hears that help is found."""
    case = searching(FLEX)
    settled = settling.record_flex_answer(case, asked_flex(FLEX, True, IN_TIME), NORM, region, DAY)
    assert (settled.to, settled.news, settled.other) == (Step.HANDOVER, "found", FLEX)
    after = settled.after(case)
    assert (after.accepted, after.asked, after.flex_answers) == (FLEX, None, {FLEX: True})


@pytest.mark.parametrize("said", [(False, None), (True, LATE)])
def test_a_no_or_too_late_asks_the_next(region: Region, said: tuple[bool, str | None]) -> None:
    """F-36, F-40, AMB-23: one at a time, until nobody is left."""
    everybody = candidates(region, a_case(), DAY)
    case = searching(everybody[0])
    for following in (*everybody[1:], None):
        assert case.asked
        settled = settling.record_flex_answer(case, asked_flex(case.asked, *said), NORM, region, DAY)
        case = settled.after(case)
        assert (case.step, case.asked) == (Step.FLEX_SEARCH if following else Step.RE_OFFER, following)
    assert case.flex_answers == dict.fromkeys(everybody, False)
    assert case.accepted is None


def test_the_first_no_may_end_the_search(region: Region) -> None:
    """F-40: by the literal reading, where the region chose it."""
    literal = with_settings(region, return_on_first_decline=True)
    settled = settling.record_flex_answer(searching(FLEX), asked_flex(FLEX, False), NORM, literal, DAY)
    assert settled.to is Step.RE_OFFER


def test_what_was_agreed_lapses_when_it_cannot_after_all() -> None:
    """F-40: the handover and the allocation were with that provider."""
    case = a_case(step=Step.ALLOCATION, approved_round=1, **AGREED)
    settled = settling.report_unable(case)
    assert (settled.to, settled.news, settled.other) == (Step.RE_OFFER, "lost", FLEX)
    after = settled.after(case)
    assert (after.accepted, after.handed_over, after.allocated, after.procedure_check) == (None, False, False, None)


def test_an_offered_case_begins_a_round(region: Region) -> None:
    """F-40, AMB-24: with a fresh assessment, a fresh approval, and no allocation of before."""
    case = a_case(step=Step.RE_OFFER, assessed_round=1, approved_round=1, allocation_number="1", procedure_check=())
    after = settling.re_offer(case, region).after(case)
    assert (after.step, after.round) == (Step.MEDIATION, 2)
    assert (after.allocated, after.approved, after.table_assessed, after.procedure_check) == (False, False, False, None)


def test_handed_over_and_then_allocated() -> None:
    """F-39, F-81: an allocation that came early stays (AMB-74)."""
    case = a_case(step=Step.HANDOVER, allocation_number="1", procedure_check=())
    after = settling.record_handover({"on": "2026-03-20"}).after(case)
    assert (after.step, after.handed_over_on, after.allocated) == (Step.ALLOCATION, date(2026, 3, 20), True)


@pytest.mark.parametrize("step", TRANSITION_OF["record_allocation"].at)
def test_an_allocation_moves_nothing(region: Region, step: Step) -> None:
    """F-50, F-51, AMB-27, AMB-74: at whatever step; the number is kept once the check passes."""
    followed = a_case(step=step, assessed_round=1, approved_round=1)
    passed = settling.record_allocation(followed, delivered("provider"), region)
    assert passed == Settled(changes={"procedure_check": (), "allocation_number": "100200301"})
    failed = settling.record_allocation(a_case(step=step), delivered("table"), region)
    assert failed == Settled(changes={"procedure_check": (NO_TABLE_ASSESSMENT, NO_APPROVAL)})
    assert not failed.after(a_case(step=step)).allocated


def test_the_start_closes_the_case() -> None:
    """F-50, AMB-25: from now on the flex provider answers for it."""
    case = a_case(step=Step.ALLOCATION, **AGREED)
    after = settling.record_start(case).after(case)
    assert (after.step, after.outcome, after.owner) == (Step.CLOSED, Outcome.STARTED, FLEX)


def test_a_withdrawn_case_has_no_open_request() -> None:
    """AMB-30: whatever was open ends, and who hangs on it hears it."""
    settled = settling.withdraw()
    after = settled.after(searching(FLEX))
    assert (after.step, after.outcome, after.asked) == (Step.CLOSED, Outcome.WITHDRAWN, None)
    assert (settled.news, settled.other) == ("withdrawn", None)
