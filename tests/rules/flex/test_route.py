"""The route as data: its steps, and where each answer leads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from itertools import pairwise

import pytest

from rules.flex.facts import CaseFacts
from rules.flex.route import (
    BEFORE_START,
    PROCESS_VERSION,
    STEP_INFO,
    TRANSITION_OF,
    TRANSITIONS,
    Outcome,
    Step,
    acts_at,
    asks,
    may_lead,
    mermaid,
    settled_at,
)

REQUIREMENT = re.compile(r"F-(0[1-9]|[1-7]\d|8[0-2])")
ACTS = [way.act for way in TRANSITIONS]


def reached(start: Step, without: Iterable[Step] = ()) -> set[Step]:
    """Every step to which a case can come from `start` without passing the ones left out."""
    found, ways = {start}, [(a, b) for way in TRANSITIONS for a, _, b in way.moves]
    while more := {b for a, b in ways if a in found and b not in found and b not in without}:
        found |= more
    return found


def test_the_process_is_version_1_1() -> None:
    """F-68: the version of the document that each case is stamped with."""
    assert PROCESS_VERSION == "1.1"


def test_the_steps_are_in_the_order_of_the_document() -> None:
    """F-17, F-19, F-25, F-29, F-34, F-36, F-39, F-50: each has its number, its name and the sentence it stands on."""
    numbers = [stop.number for stop in STEP_INFO.values()]
    assert list(STEP_INFO) == list(Step)
    assert numbers == ["1", "2", "4", "5–7", "8", "9", "L-2", "10", "11", ""]


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.CLOSED])
def test_a_step_says_what_it_asks_and_where_it_is_written(step: Step) -> None:
    """F-41: names, questions and sentences are complete, so that the picture can be drawn from them."""
    stop = STEP_INFO[step]
    assert REQUIREMENT.fullmatch(stop.requirement)
    assert all((stop.name, stop.asks, len(stop.sentence) > 30))


def test_names_and_sentences_are_told_apart() -> None:
    """F-41: no two steps have the same name, sentence or requirement."""
    for key in ("name", "asks", "sentence", "requirement"):
        said = [getattr(stop, key) for step, stop in STEP_INFO.items() if step is not Step.CLOSED]
        assert len(set(said)) == len(said)


@pytest.mark.parametrize("way", TRANSITIONS, ids=ACTS)
def test_every_way_begins_and_ends_at_a_step(way: object) -> None:
    """F-41: with an answer in words where there is more than one, and the number of its sentence."""
    known = next(row for row in TRANSITIONS if row is way)
    assert REQUIREMENT.fullmatch(known.requirement)
    assert known.at
    assert all(isinstance(step, Step) for step in (*known.at, *(to for _, to in known.leads)))
    assert set(known.leads_from or ()) <= set(known.at)
    answers = [answer for answer, _ in known.leads]
    assert len(set(answers)) == len(answers)
    assert len(answers) <= 1 or all(answers)


def test_an_act_has_one_way() -> None:
    """F-13: the same for all referral routes: an act is in the route once."""
    assert sorted(TRANSITION_OF) == sorted(ACTS)
    assert len(set(ACTS)) == len(ACTS)


def test_the_referral_route_is_no_branch() -> None:
    """F-13: the rules do not even know by which of the three routes a case came."""
    assert not [field.name for field in fields(CaseFacts) if "route" in field.name]


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.CLOSED])
def test_every_step_has_a_way_out_and_can_end(step: Step) -> None:
    """AMB-30: no case gets stuck; besides withdrawing there is another way on, and an end."""
    assert [
        way.act
        for way in TRANSITIONS
        if way.act != "withdraw" and any(a == step and b != step for a, _, b in way.moves)
    ]
    assert Step.CLOSED in reached(step)
    assert may_lead("withdraw", step, Step.CLOSED)


def test_what_is_closed_stays_closed() -> None:
    """F-12, AMB-30: after the start, or the end, nothing leads on."""
    assert Step.CLOSED not in BEFORE_START
    assert not [way.act for way in TRANSITIONS if Step.CLOSED in way.at]
    assert reached(Step.CLOSED) == {Step.CLOSED}


def test_every_step_can_be_reached() -> None:
    """F-17: from the referral on."""
    assert reached(Step.REFERRAL) == set(Step)


@pytest.mark.parametrize("act", ACTS)
def test_may_lead_agrees_with_the_route(act: str) -> None:
    """F-41: a case moves as the route says and not otherwise; staying is no move."""
    way = TRANSITION_OF[act]
    origins = way.leads_from or way.at
    known = {(a, b) for a in origins for _, b in way.leads} | {(step, step) for step in Step}
    assert {(a, b) for a in Step for b in Step if may_lead(act, a, b)} == known
    assert {(a, b) for a, _, b in way.moves} | {(step, step) for step in Step} == known


@pytest.mark.parametrize("gate", [Step.PROVIDER_CHECK, Step.MEDIATION, Step.TABLE, Step.APPROVAL])
def test_no_way_to_flex_around_a_judgement(gate: Step) -> None:
    """F-01, F-10, F-11, F-33, F-36, F-65: take one of these steps away, and no flex provider can be asked."""
    flex = {Step.FLEX_SEARCH, Step.HANDOVER, Step.ALLOCATION}
    assert not flex & reached(Step.REFERRAL, without=[gate])


def test_flex_is_asked_before_it_gets_the_case() -> None:
    """F-36, F-39, F-50: no handover without a flex provider that accepted; no allocation step without a handover."""
    assert Step.HANDOVER not in reached(Step.REFERRAL, without=[Step.FLEX_SEARCH])
    assert Step.ALLOCATION not in reached(Step.REFERRAL, without=[Step.HANDOVER])


@pytest.mark.parametrize(
    ("act", "origin", "to"),
    [
        ("register_referral", Step.REFERRAL, {Step.PROVIDER_CHECK}),
        ("record_assessment", Step.PROVIDER_CHECK, {Step.CLOSED, Step.MEDIATION}),
        ("take_over", Step.PROVIDER_CHECK, {Step.MEDIATION}),
        ("decide_mediation", Step.MEDIATION, {Step.TABLE, Step.CLOSED, Step.PROVIDER_CHECK}),
        ("record_table_answers", Step.TABLE, {Step.CLOSED, Step.APPROVAL, Step.MEDIATION}),
        ("decide_approval", Step.APPROVAL, {Step.FLEX_SEARCH, Step.RE_OFFER, Step.TABLE, Step.MEDIATION}),
        ("record_flex_answer", Step.FLEX_SEARCH, {Step.HANDOVER, Step.RE_OFFER}),
        ("re_offer", Step.RE_OFFER, {Step.MEDIATION}),
        ("record_handover", Step.HANDOVER, {Step.ALLOCATION}),
        ("report_unable", Step.HANDOVER, {Step.RE_OFFER}),
        ("report_unable", Step.ALLOCATION, {Step.RE_OFFER}),
        ("record_start", Step.ALLOCATION, {Step.CLOSED}),
        ("record_start", Step.HANDOVER, set()),
        ("record_allocation", Step.ALLOCATION, set()),
        ("withdraw_statement", Step.FLEX_SEARCH, set()),
        ("correct_referral", Step.FLEX_SEARCH, {Step.MEDIATION}),
        ("correct_referral", Step.HANDOVER, set()),
    ],
)
def test_the_answers_lead_where_the_document_says(act: str, origin: Step, to: set[Step]) -> None:
    """F-17, F-19, F-24, F-25, F-26, F-32, F-33, F-36, F-38, F-39, F-40, F-50, F-64, AMB-02, AMB-05, AMB-27: A.13."""
    assert {step for step in Step if step != origin and may_lead(act, origin, step)} == to


def test_loop_l1_goes_back_to_the_same_table() -> None:
    """F-38, AMB-20: no approval: the table again, and from there to the contract manager again."""
    assert may_lead("decide_approval", Step.APPROVAL, Step.TABLE)
    assert may_lead("record_table_answers", Step.TABLE, Step.APPROVAL)


def test_loop_l2_goes_back_to_team_zorgbemiddeling() -> None:
    """F-40, AMB-23, AMB-24: by the provider, and then past table and contract manager again."""
    assert {way.act for way in TRANSITIONS if any(b == Step.RE_OFFER for _, _, b in way.moves)} == {
        "decide_approval", "record_flex_answer", "report_unable"}  # fmt: skip
    assert not {Step.FLEX_SEARCH, Step.HANDOVER} & reached(Step.RE_OFFER, without=[Step.APPROVAL])
    assert Step.FLEX_SEARCH in reached(Step.RE_OFFER)


def test_solving_directly_never_leads_to_flex() -> None:
    """F-64, F-65, AMB-05: Team Zorgbemiddeling may do without a table, not without the judgement for flex."""
    assert not {Step.FLEX_SEARCH, Step.HANDOVER, Step.ALLOCATION} & {
        to for _, to in TRANSITION_OF["decide_mediation"].leads
    }


def test_a_case_ends_in_one_of_four_ways() -> None:
    """F-32, F-64, AMB-05, AMB-30: placed, solved directly, started at flex, withdrawn; and each has its act."""
    assert len(Outcome) == 4
    ends = {way.act for way in TRANSITIONS if any(b == Step.CLOSED for _, _, b in way.moves)}
    assert ends == {"record_assessment", "decide_mediation", "record_table_answers", "record_start", "withdraw"}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_settled_at_one_step(act: str) -> None:
    """F-41: the line of the flow that settles it is a step of the route, its own first one unless the route says another."""
    way = TRANSITION_OF[act]
    assert settled_at(act) == (way.settled_at if way.settled_at is not None else way.at[0])
    assert way.settled_at is None or way.settled_at in (*way.at, *(to for _, to in way.leads))


@pytest.mark.parametrize(
    ("step", "acts"),
    [
        (Step.REFERRAL, ("register_referral",)),
        (Step.PROVIDER_CHECK, ("record_assessment", "take_over")),
        (Step.MEDIATION, ("decide_mediation",)),
        (Step.TABLE, ("move_to_table", "record_table_answers")),
        (Step.APPROVAL, ("decide_approval",)),
        (Step.FLEX_SEARCH, ("record_flex_answer",)),
        (Step.RE_OFFER, ("re_offer",)),
        (Step.HANDOVER, ("report_unable", "record_handover", "record_allocation", "record_start")),
        (Step.ALLOCATION, ("report_unable", "record_allocation", "record_start")),
        (Step.CLOSED, ()),
    ],
)
def test_a_step_is_answered_by_its_own_acts(step: Step, acts: tuple[str, ...]) -> None:
    """F-19, F-25, F-29, F-34, F-36, F-39, F-40, F-50: what may be done at any step is no answer to one."""
    assert acts_at(step) == acts


@pytest.mark.parametrize("act", ["correct_referral", "record_allocation", "withdraw", "withdraw_statement"])
def test_what_may_be_done_at_every_step_before_the_start(act: str) -> None:
    """AMB-21, AMB-24, AMB-30, AMB-74: an allocation may come at any moment; only the last two steps ask for it, and it moves nothing."""
    assert TRANSITION_OF[act].at == BEFORE_START
    assert set(TRANSITION_OF[act].asked_at or ()) <= {Step.HANDOVER, Step.ALLOCATION}
    assert act in ("withdraw", "correct_referral") or not TRANSITION_OF[act].leads


@pytest.mark.parametrize("step", list(Step))
def test_what_is_asked_at_allocation_follows_the_check(step: Step) -> None:
    """F-50, AMB-27: first the allocation; after a failed check another one, after a passed one the start."""
    at_other_steps = STEP_INFO[step].asks
    expected = (
        ["de start vastleggen", "de toewijzing opnieuw aanleveren"] if step is Step.ALLOCATION else [at_other_steps] * 2
    )
    assert asks(step, None) == at_other_steps
    assert [asks(step, "passed"), asks(step, ["no_approval"])] == expected


def test_the_picture_names_every_step_and_every_answer() -> None:
    """F-41: drawn from the same data: a box for each step, an arrow for each move; withdrawing and correcting left out."""
    lines = mermaid().splitlines()
    boxes = [line for line in lines if line.endswith('"]')]
    assert lines[0] == "flowchart TD"
    assert [box.strip().split("[")[0] for box in boxes] == [step.value for step in Step]
    assert all(stop.name in box and stop.number in box for stop, box in zip(STEP_INFO.values(), boxes, strict=True))
    moves = [move for way in TRANSITIONS if way.act not in ("withdraw", "correct_referral") for move in way.moves]
    arrows = [line.strip() for line in lines if "-->" in line]
    assert len(arrows) == len(moves)
    for (origin, answer, to), arrow in zip(moves, arrows, strict=True):
        assert arrow.startswith(f"{origin.value} -->")
        assert arrow.endswith(f" {to.value}")
        assert answer in arrow
    assert "ingetrokken" not in mermaid()


def test_the_happy_path_is_one_line() -> None:
    """F-17, F-19, F-25, F-26, F-33, F-36, F-39, F-50: from referral to start by way of every numbered step."""
    path = [Step.REFERRAL, Step.PROVIDER_CHECK, Step.MEDIATION, Step.TABLE, Step.APPROVAL, Step.FLEX_SEARCH,
            Step.HANDOVER, Step.ALLOCATION, Step.CLOSED]  # fmt: skip
    acts = ["register_referral", "record_assessment", "decide_mediation", "record_table_answers", "decide_approval",
            "record_flex_answer", "record_handover", "record_start"]  # fmt: skip
    assert all(may_lead(act, a, b) for act, (a, b) in zip(acts, pairwise(path), strict=True))
