"""What of a referral may still be corrected, and what that does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acts.flex.correction import Corrected
from models.flex.case import REQUEST
from rules.flex.correcting import ALWAYS, JUDGED, UNTIL_ANSWERED, begins_again, correctable, unanswered, weeks_now
from rules.flex.facts import CaseFacts, Statement
from rules.flex.matching import candidates, same_undertaking
from rules.flex.route import BEFORE_START, Signal, Step
from rules.flex.settling import correct_referral
from rules.shared.region import Region
from tests.support.facts import a_case

DAY = date(2026, 3, 17)
FIELDS = st.frozensets(st.sampled_from(sorted(UNTIL_ANSWERED | JUDGED | ALWAYS)), min_size=1)
FLEX = "flex-anker"
FAR: dict[str, Any] = {"assessed_round": 1, "approved_round": 1, "allocation_number": "1", "procedure_check": ()}


def test_every_field_of_a_referral_can_be_corrected_once() -> None:
    """F-12: whatever is asked at the referral stands in one of three lists, and is kept where a correction finds it."""
    lists = [UNTIL_ANSWERED, JUDGED, ALWAYS]
    assert sum(map(len, lists)) == len(frozenset.union(*lists))
    assert frozenset.union(*lists) == Corrected.model_fields.keys() - {"reason"} == REQUEST.keys() | {"private"}


@pytest.mark.parametrize(
    ("known", "fields"),
    [
        ({"step": Step.PROVIDER_CHECK, "decided": frozenset({"register_referral"})}, UNTIL_ANSWERED | JUDGED | ALWAYS),
        ({"step": Step.PROVIDER_CHECK, "decided": frozenset({"decide_mediation"})}, JUDGED | ALWAYS),
        ({"step": Step.PROVIDER_CHECK, "round": 2}, JUDGED | ALWAYS),
        ({"step": Step.MEDIATION}, JUDGED | ALWAYS),
        ({"step": Step.TABLE}, JUDGED | ALWAYS),
        ({"step": Step.APPROVAL}, JUDGED | ALWAYS),
        ({"step": Step.FLEX_SEARCH, "asked": FLEX}, JUDGED | ALWAYS),
        ({"step": Step.RE_OFFER}, JUDGED | ALWAYS),
        ({"step": Step.HANDOVER, "accepted": FLEX}, ALWAYS),
        ({"step": Step.ALLOCATION, "accepted": FLEX}, ALWAYS),
    ],
)
def test_what_may_be_corrected_when(known: dict[str, Any], fields: frozenset[str]) -> None:
    """F-12, AMB-24: all before the first answer, not of whom it is after it, nothing that a flex provider accepted."""
    assert correctable(a_case(**known)) == fields


@pytest.mark.parametrize("field", sorted(JUDGED))
@pytest.mark.parametrize("step", [Step.MEDIATION, Step.TABLE, Step.APPROVAL, Step.FLEX_SEARCH, Step.RE_OFFER])
def test_another_question_is_judged_anew(region: Region, step: Step, field: str) -> None:
    """F-12, AMB-24: back to Team Zorgbemiddeling in a new round, where table, approval and a passed check do not count."""
    case = a_case(step=step, asked=FLEX if step is Step.FLEX_SEARCH else None, flex_answers={"flex-bron": False}, **FAR)
    settled = correct_referral(case, {field}, DAY, region)
    after = settled.after(case)
    assert (after.step, after.round) == (Step.MEDIATION, 2)
    assert (after.table_assessed, after.approved, after.allocated, after.procedure_check) == (False, False, False, None)
    assert (after.asked, after.table, after.meets_on, after.flex_answers, after.decided) == (
        None,
        None,
        None,
        {},
        frozenset(),
    )


def test_before_the_first_answer_nothing_is_lost(region: Region) -> None:
    """F-21, AMB-01: another provider has a week from now on, another day of receipt counts from that day, else nothing moves."""
    case = a_case(due=date(2026, 3, 9), decided=frozenset({"register_referral"}))
    other = correct_referral(replace(case, provider="sys-zuid", owner="sys-zuid"), {"provider"}, DAY, region)
    assert (other.to, other.changes["due"], other.changes["overdue"]) == (Step.PROVIDER_CHECK, date(2026, 3, 24), False)
    earlier = correct_referral(replace(case, received_on=date(2026, 3, 1)), {"received_on"}, DAY, region)
    assert (earlier.to, earlier.changes["due"]) == (Step.PROVIDER_CHECK, date(2026, 3, 8))
    assert correct_referral(case, {"opdracht", "care_form", "urgent"}, DAY, region).to is None


def test_without_a_norm_somebody_looks(region: Region) -> None:
    """AMB-03: also where a correction takes the norm away."""
    case = a_case(treeknorm_date=None)
    assert correct_referral(case, {"opdracht"}, DAY, region).signals == (Signal.NO_TREEKNORM,)
    assert correct_referral(case, {"urgent"}, DAY, region).signals == ()


@given(
    step=st.sampled_from(BEFORE_START),
    fields=FIELDS,
    number=st.integers(1, 4),
    accepted=st.sampled_from([None, FLEX]),
    opdracht=st.sampled_from(["A", "B", "C1", "E"]),
    decided=st.sampled_from([frozenset[str](), frozenset({"decide_mediation"})]),
)
def test_a_correction_never_brings_nearer_to_flex(
    region: Region,
    step: Step,
    fields: frozenset[str],
    number: int,
    accepted: str | None,
    opdracht: str,
    decided: frozenset[str],
) -> None:
    """F-11, F-37, AMB-21, AMB-24: it keeps its step, or begins again; who said no as a subcontractor stays out, whatever is asked."""
    said = (Statement("sys-noord", "oa-dubbel", declined=True),)
    rounds = {**FAR, "assessed_round": number, "approved_round": number, "decided": decided}
    case: CaseFacts = a_case(step=step, round=number, opdracht=opdracht, statements=said, accepted=accepted, **rounds)
    if not fields <= correctable(case):
        return  # refused before it comes here
    settled = correct_referral(case, fields, DAY, region)
    after = settled.after(case)
    if begins_again(case, fields):
        assert (after.step, after.round, after.approved, after.table_assessed) == (
            Step.MEDIATION,
            number + 1,
            False,
            False,
        )
    else:
        assert after.step is step
        assert (after.round, after.approved, after.accepted) == (number, case.approved, accepted)
    assert after.statements == said
    dubbel = region.organisation["oa-dubbel"]
    assert not [one for one in candidates(region, after, DAY) if same_undertaking(region.organisation[one], dubbel)]
    assert not (settled.to is Step.PROVIDER_CHECK and not unanswered(case))


@pytest.mark.parametrize(("said", "weeks"), [(3, 3), (None, 10)])
def test_what_somebody_said_goes_before_the_norm(region: Region, said: int | None, weeks: int) -> None:
    """F-02, AMB-03: the norm of the opdracht as it is now; a number that was given stays until it is corrected itself."""
    request = {"opdracht": "B", "care_form": None, "received_on": date(2026, 3, 2)}
    assert weeks_now(request, said, region) == weeks
