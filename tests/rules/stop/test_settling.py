"""What an answer about a child of a stopping provider does: which facts change, and where the child stands then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.stop.dossier import StopChild
from rules.shared.region import Region
from rules.stop import settling
from rules.stop.correcting import JUDGED, correct_child, remove_child
from rules.stop.facts import ChildFacts, Counts, FlexCase, Proposal
from rules.stop.route import AT, FILE_ITEMS, MESSAGES, STAGES, ChildStatus, StopSignal
from rules.stop.settings import StopSettings
from rules.stop.settling import Settled
from rules.stop.status import child_missing, child_status
from rules.stop.terms import ends_by_of
from tests.support.facts import DAYS
from tests.support.parties import RECEIVER
from tests.support.stop_facts import (
    ALONG,
    EXAMPLES,
    FINISH,
    OTHER,
    READY,
    SAME,
    TODAY,
    TRANSFER,
    a_child,
    a_dossier,
    children,
    proposals,
)

ITEMS = st.frozensets(st.sampled_from((*FILE_ITEMS, "diagnose")))
OF_ACT: dict[str, Callable[[st.DrawFn, ChildFacts, Region], Settled]] = {
    "propose_route": lambda draw, child, region: settling.propose_route(
        child, draw(proposals()), a_dossier(), region.settings_of(StopSettings)
    ),
    "decide_route": lambda draw, child, _: settling.decide_route(child, draw(st.booleans()), TODAY),
    "inform_family": lambda draw, child, _: settling.inform_family(child, draw(DAYS)),
    "finish_care": lambda *_: settling.finish_care(TODAY),
    "record_consent": lambda draw, *_: settling.record_consent(draw(st.booleans())),
    "record_handover": lambda *_: settling.record_handover(TODAY),
    "record_file": lambda draw, child, _: settling.record_file(child, draw(ITEMS), TODAY),
    "accept_transfer": lambda draw, child, _: settling.accept_transfer(child, draw(st.none() | DAYS), TODAY),
    "record_allocation": lambda draw, child, _: settling.record_allocation(
        child, *draw(st.sampled_from([("1", TODAY), (None, None)])), draw(st.sets(st.sampled_from(MESSAGES)))
    ),
    "record_start": lambda *_: settling.record_start(TODAY),
    "sign_off": lambda *_: settling.sign_off(TODAY),
    "correct_child": lambda draw, child, _: correct_child(
        child, {field: getattr(child, field) for field in draw(st.sets(st.sampled_from(sorted(JUDGED))))}
    ),
    "remove_child": lambda *_: remove_child(TODAY),
    "the clock": lambda draw, child, region: (
        settling.at_term(child, draw(DAYS), draw(st.none() | DAYS), region.settings_of(StopSettings), TODAY)
        or Settled()
    ),
}


@st.composite
def settled_children(draw: st.DrawFn, region: Region) -> tuple[str, ChildFacts, Settled]:
    """Any act, any child before it, and what it does."""
    act, child = draw(st.sampled_from(sorted(OF_ACT))), draw(children())
    if act == "decide_route":
        child = replace(child, waiting=draw(proposals()))
    return act, child, OF_ACT[act](draw, child, region)


def test_every_act_on_a_child_is_settled_by_a_rule() -> None:
    """S-10: all but the one that only asks another process for help."""
    assert {*OF_ACT} == {*AT} - {"enter_flex_route"} | {"the clock"}
    assert {act for act in OF_ACT if act != "the clock"} <= {act for stage in STAGES.values() for act in stage.acts}


@EXAMPLES
@given(data=st.data())
def test_the_row_is_changed_as_the_facts_are(region: Region, data: st.DataObject) -> None:
    """S-10, S-11: so the status of the row is that of the facts."""
    _, child, settled = data.draw(settled_children(region))
    row = StopChild(
        reference=child.reference,
        dossier_id=1,
        added_at=datetime(2026, 9, 1, tzinfo=UTC),
        municipality=child.municipality,
        care=child.care.value,
        category=child.category.value,
        care_form=child.care_form,
        registered_on=child.registered_on,
        allocation_ends_on=child.allocation_ends_on,
        signals=dict.fromkeys(sorted(child.signals), "2026-09-01"),
    )
    stands = [f.name for f in fields(ChildFacts) if f.default is not MISSING or f.default_factory is not MISSING]
    row.change({name: getattr(child, name) for name in stands if name not in ("signals", "flex")})
    assert row.facts(child.flex) == child
    row.change(settled.changes)
    row.signals = {**row.signals, **dict.fromkeys(settled.signals, "2026-10-01")}
    assert row.facts(child.flex) == settled.after(child)
    assert child_status(row.facts(child.flex)) is child_status(settled.after(child))


@EXAMPLES
@given(data=st.data())
def test_nobody_but_a_start_or_an_end_settles_a_child(region: Region, data: st.DataObject) -> None:
    """S-11: whatever else is answered, and whenever a term passes, the provider goes on holding the child."""
    act, child, settled = data.draw(settled_children(region))
    if act not in ("record_start", "finish_care"):
        after = settled.after(child)
        assert (after.started_on, after.finished_on) == (child.started_on, child.finished_on)
    assert child.signals <= settled.after(child).signals  # once raised a signal stays


# a route --------------------------------------------------------------------------------------------------------------


@EXAMPLES
@given(child=children(), proposal=proposals())
def test_a_proposal_waits_and_leaves_the_agreement(region: Region, child: ChildFacts, proposal: Proposal) -> None:
    """S-31, S-43, S-51: until the access decides; care that is expected to end too late is a signal."""
    after = (settled := settling.propose_route(child, proposal, a_dossier(), region.settings_of(StopSettings))).after(
        child
    )
    assert (after.waiting, after.proposed, after.refused) == (proposal, True, False)
    assert (after.agreed, after.informed_on, after.consent) == (child.agreed, child.informed_on, child.consent)
    last = ends_by_of(child, proposal, a_dossier(), region.settings_of(StopSettings))
    late = proposal.expected_end is not None and proposal.expected_end > last
    assert settled.signals == ((StopSignal.TERM_AT_RISK,) if late else ())


@EXAMPLES
@given(child=children(), proposal=proposals())
def test_a_new_agreement_begins_afresh(child: ChildFacts, proposal: Proposal) -> None:
    """S-32, S-44: all that followed the one before is gone, as with a child of which nothing was ever agreed."""
    waiting = replace(child, waiting=proposal)
    after = settling.decide_route(waiting, agreed=True, on=TODAY).after(waiting)
    new = a_child(waiting=proposal)
    first = settling.decide_route(new, agreed=True, on=TODAY).after(new)
    follows = [f.name for f in fields(ChildFacts) if f.name in {*READY, "messages", "taken_over_as_registered_on"}]
    known = [name for name in follows if name != "proposed"]
    assert len(known) == 11  # those of a start, with the messages and the registration date
    assert [getattr(after, name) for name in known] == [getattr(first, name) for name in known]
    assert (after.agreed, after.agreed_on, after.waiting) == (proposal, TODAY, None)


@EXAMPLES
@given(child=children(), proposal=proposals())
def test_a_no_leaves_what_was_agreed(child: ChildFacts, proposal: Proposal) -> None:
    """AMB-44: it only ends the proposal; without an agreed route another one is due."""
    waiting = replace(child, waiting=proposal)
    after = settling.decide_route(waiting, agreed=False, on=TODAY).after(waiting)
    assert after == replace(child, waiting=None, refused=True)


@pytest.mark.parametrize(
    ("agreed", "status"),
    [(FINISH, ChildStatus.FINISHING), (TRANSFER, ChildStatus.TRANSFERRING), (ALONG, "transferring")],
)
def test_a_yes_makes_the_route(agreed: Proposal, status: str) -> None:
    """S-24, S-27, S-29, S-32: who has a receiver moves; for the start all is still missing."""
    child = a_child(waiting=agreed, proposed=True)
    assert child_status(child) is ChildStatus.WAITING_FOR_DECISION
    after = settling.decide_route(child, agreed=True, on=TODAY).after(child)
    assert child_status(after) == status
    assert {"consent", "handover", "acceptance"} <= child_missing(after, counts_open=False) or agreed is FINISH


@pytest.mark.parametrize(("days", "early"), [(-1, True), (0, False), (1, False)])
def test_a_family_that_was_told_too_early_is_flagged(days: int, early: bool) -> None:
    """S-45: before the day of the decision."""
    on = TODAY + timedelta(days=days)
    settled = settling.inform_family(a_child(agreed=TRANSFER, agreed_on=TODAY), on)
    assert settled == Settled({"informed_on": on}, (StopSignal.TOLD_TOO_EARLY,) if early else ())


# route 2 --------------------------------------------------------------------------------------------------------------


def test_step_by_step_to_the_start() -> None:
    """S-12, S-28, S-33, S-45, S-47, S-50, S-55, S-57: nothing is missing any more, and the child is with its receiver."""
    child = a_child(waiting=ALONG, proposed=True)
    steps: list[Callable[[ChildFacts], Settled]] = [
        lambda one: settling.decide_route(one, agreed=True, on=TODAY),
        lambda one: settling.inform_family(one, TODAY),
        lambda _: settling.record_consent(given=True),
        lambda _: settling.record_handover(TODAY),
        lambda one: settling.record_file(one, FILE_ITEMS[:2], TODAY),
        lambda one: settling.record_file(one, FILE_ITEMS[2:], TODAY),
        lambda one: settling.accept_transfer(one, None, TODAY),
        lambda one: settling.record_allocation(one, None, None, MESSAGES[:3]),
        lambda one: settling.record_allocation(one, "100200301", TODAY, MESSAGES[3:]),
    ]
    for do in steps:
        assert child_missing(child, counts_open=False)
        child = do(child).after(child)
    assert child_missing(child, counts_open=False) == set()
    child = settling.record_start(TODAY).after(child)
    assert child_status(child) is ChildStatus.TRANSFERRED
    assert child_missing(child, counts_open=False) == {*FILE_ITEMS, "sign_off"}


@EXAMPLES
@given(child=children(), items=ITEMS)
def test_the_file_adds_up(child: ChildFacts, items: frozenset[str]) -> None:
    """S-47, S-48, S-55: before the start one file, after it another; what completes that one gives its date, once."""
    after = settling.record_file(child, items, TODAY).after(child)
    if child.started_on is None:
        assert (after.handover_file, after.file) == (child.handover_file | items, child.file)
        assert after.file_completed_on == child.file_completed_on
        return
    assert (after.handover_file, after.file) == (child.handover_file, child.file | items)
    completed = TODAY if after.file_complete else None
    assert after.file_completed_on == (child.file_completed_on or completed)


@pytest.mark.parametrize("given_", [None, date(2025, 3, 3), date(2026, 1, 5)])
def test_the_registration_date_goes_along(given_: date | None) -> None:
    """S-33, S-34, AMB-47: the original, unless the receiver gave another."""
    after = settling.accept_transfer(a_child(), given_, TODAY).after(a_child())
    assert (after.accepted_on, after.taken_over_as_registered_on) == (TODAY, given_ or date(2025, 3, 3))


def test_messages_without_a_number_keep_the_number() -> None:
    """S-28, S-57: in parts if need be."""
    child = a_child(allocation_number="1", allocated_on=TODAY, messages=frozenset(MESSAGES[:1]))
    after = settling.record_allocation(child, None, None, MESSAGES[1:]).after(child)
    assert (after.allocation_number, after.allocated_on, after.messages) == ("1", TODAY, frozenset(MESSAGES))


@pytest.mark.parametrize(
    ("known", "case", "withdrawn"),
    [
        ({"finished_on": TODAY}, {}, True),
        ({"finished_on": TODAY}, {"accepted": RECEIVER}, True),
        ({"finished_on": TODAY}, {"open": False}, False),
        ({"started_on": TODAY}, {"accepted": RECEIVER}, False),  # only the start is left there
        ({"started_on": TODAY}, {"accepted": "flex-anker"}, True),  # somebody else took the child
        ({"started_on": TODAY}, {}, True),
    ],
)
def test_a_case_that_is_not_needed(known: dict[str, Any], case: dict[str, Any], withdrawn: bool) -> None:
    """AMB-30: of a child that is settled, unless its receiver must only start there."""
    flex = FlexCase("ZB-2026-000001", "B", **case)
    assert settling.case_to_withdraw(a_child(agreed=TRANSFER, flex=flex, **known)) == (flex if withdrawn else None)
    assert settling.case_to_withdraw(a_child(agreed=TRANSFER, **known)) is None


# the clock ------------------------------------------------------------------------------------------------------------

LAST = date(2027, 12, 31)
DAY_AFTER = LAST + timedelta(days=1)
OPEN: dict[str, Any] = {"proposed": True, "refused": True, "agreed_on": TODAY, "informed_on": TODAY}


@pytest.mark.parametrize(
    ("today", "said_on", "signals"),
    [
        (date(2027, 1, 1), None, ()),  # before the first warning
        (LAST, None, (StopSignal.TERM_AT_RISK,)),
        (LAST, LAST, ()),  # said already
        (DAY_AFTER, LAST, (StopSignal.TERM_EXCEEDED,)),
        (DAY_AFTER, DAY_AFTER, ()),
    ],
)
def test_a_term_asks_for_a_word_once(
    region: Region, today: date, said_on: date | None, signals: tuple[StopSignal, ...]
) -> None:
    """S-51, S-53, N-26: a warning while there is time, and the day after it passed; silence changes nothing."""
    settled = settling.at_term(a_child(agreed=TRANSFER), LAST, said_on, region.settings_of(StopSettings), today)
    assert settled == (Settled(signals=signals) if signals else None)


@pytest.mark.parametrize("done", ["started_on", "finished_on"])
def test_a_settled_child_has_no_term(region: Region, done: str) -> None:
    """S-10: neither after the start nor after the end of care."""
    assert settling.at_term(a_child(**{done: TODAY}), LAST, None, region.settings_of(StopSettings), DAY_AFTER) is None


@pytest.mark.parametrize(("agreed", "lapses"), [(FINISH, True), (TRANSFER, False), (ALONG, False), (None, False)])
def test_route_1_lapses_after_its_term(region: Region, agreed: Proposal | None, lapses: bool) -> None:
    """S-11, S-24, AMB-43: the access decides again; by then the child moves by default, and stays until it has."""
    child = a_child(agreed=agreed, **OPEN)
    settled = settling.at_term(child, LAST, None, region.settings_of(StopSettings), DAY_AFTER)
    assert settled
    after = settled.after(child)
    assert settled.signals == (StopSignal.TERM_EXCEEDED,)
    if not lapses:
        assert after == replace(child, signals=frozenset(settled.signals))
        return
    assert (after.agreed, after.agreed_on, after.informed_on) == (None, None, None)
    assert child_status(after) is ChildStatus.WAITING_FOR_PROPOSAL
    assert settling.at_term(child, LAST, None, region.settings_of(StopSettings), LAST) == Settled(
        signals=(StopSignal.TERM_AT_RISK,)
    )


DUE = TODAY + timedelta(days=28)


@pytest.mark.parametrize(
    ("today", "reminded", "known", "settled"),
    [
        (DUE - timedelta(days=8), False, {}, None),
        (DUE - timedelta(days=7), False, {}, Settled()),
        (DUE, False, {}, Settled()),
        (DUE, True, {}, None),
        (DUE + timedelta(days=1), True, {}, Settled(signals=(StopSignal.FILE_OVERDUE,))),
        (DUE + timedelta(days=1), False, {}, Settled(signals=(StopSignal.FILE_OVERDUE,))),
        (DUE + timedelta(days=2), True, {"signals": frozenset({StopSignal.FILE_OVERDUE})}, None),
        (DUE + timedelta(days=1), False, {"file": frozenset(FILE_ITEMS)}, None),
        (DUE + timedelta(days=1), False, {"started_on": None}, None),
    ],
)
def test_a_file_asks_for_a_word_twice(
    region: Region, today: date, reminded: bool, known: dict[str, Any], settled: Settled | None
) -> None:
    """S-47, N-25: four weeks from the start; a reminder a week before, and once more when it is too late."""
    child = a_child(**{"started_on": TODAY, **known})
    assert settling.at_file_term(child, reminded, region.settings_of(StopSettings), today) == settled


# counts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of_provider", [True, False])
def test_new_numbers_need_a_new_explanation(of_provider: bool) -> None:
    """S-40, S-41, S-42: what was explained were other numbers; those of the other side stay."""
    explained = settling.explain_difference(Counts(SAME, OTHER))
    assert explained.agreed
    numbers = {**SAME, "finishing": 7}
    new = settling.record_counts(explained, numbers, of_provider)
    assert new == (Counts(numbers, OTHER) if of_provider else Counts(SAME, numbers))
    assert not new.agreed
    same = settling.record_counts(new, OTHER if of_provider else SAME, not of_provider)
    assert not same.agreed
    assert settling.record_counts(same, numbers, not of_provider).agreed
