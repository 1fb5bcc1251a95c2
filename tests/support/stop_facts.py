"""Dossiers of providers that stop, and children in them, for the tests of the rules."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from acts.engine.act import check
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.stop.asked import OfChild
from rules.stop.facts import ChildFacts, Counts, DossierFacts, FlexCase, Proposal
from rules.stop.route import FILE_ITEMS, MESSAGES, Care, Category, Route, StopSignal
from tests.support.acts import CHILD_ACTS
from tests.support.facts import DAYS
from tests.support.parties import HERE, RECEIVER, STOPPER, THERE

# the same ones every time, and a slow machine is no failure
EXAMPLES = settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 10, 1)
FINISH = Proposal(Route.FINISH, expected_end=date(2027, 5, 1))
TRANSFER = Proposal(Route.TRANSFER, RECEIVER)
ALONG = Proposal(Route.FINISH, RECEIVER, moves_along=True)


def numbers(pre_trajectory: int = 0, running: int = 0, finishing: int = 0) -> dict[str, int]:
    """One side's three numbers."""
    return {"pre_trajectory": pre_trajectory, "running": running, "finishing": finishing}


SAME, OTHER = numbers(running=3), numbers(running=4)
COUNTED_ALIKE = Counts(SAME, SAME)


def a_dossier(**known: Any) -> DossierFacts:
    """A provider in Rotterdam that stops at the end of 2026; both sides counted the same."""
    usual: dict[str, Any] = {
        "reference": "ST-2026-000001",
        "provider": STOPPER,
        "stop_type": "not_renewed",
        "contract_ends_on": date(2026, 12, 31),
        "care_forms": ("outpatient_individual", "family_home"),
        "counts": {HERE: COUNTED_ALIKE},
        "children_in": frozenset({HERE}),
    }
    return DossierFacts(**{**usual, **known})


def a_child(**known: Any) -> ChildFacts:
    """A child with durable care that was just added."""
    usual: dict[str, Any] = {
        "reference": "ST-2026-000001-0001",
        "municipality": HERE,
        "care": Care.DURABLE,
        "category": Category.RUNNING,
        "care_form": "outpatient_individual",
        "registered_on": date(2025, 3, 3),
        "allocation_ends_on": date(2027, 8, 31),
    }
    return ChildFacts(**{**usual, **known})


READY: dict[str, Any] = {  # all that a start at the receiver needs
    "proposed": True,
    "agreed": TRANSFER,
    "agreed_on": date(2026, 9, 10),
    "informed_on": date(2026, 9, 11),
    "consent": True,
    "handed_over_on": date(2026, 9, 15),
    "handover_file": frozenset(FILE_ITEMS),
    "accepted_on": date(2026, 9, 20),
    "allocation_number": "100200301",
    "allocated_on": date(2026, 9, 25),
}


def asked(
    region: Region, child: ChildFacts | None = None, dossier: DossierFacts | None = None, **known: Any
) -> OfChild:
    """An act on a child, today."""
    usual: dict[str, Any] = {"by": STOPPER, "today": TODAY, "given": {}}
    return OfChild(region, dossier=dossier or a_dossier(), child=child or a_child(), **{**usual, **known})


def _maybe(what: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | what


def _some(what: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(what))


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    """Any route, with or without a receiver, moving along or not."""
    receiver = draw(_maybe(st.sampled_from((RECEIVER, "sys-zuid", "heidehof"))))
    return Proposal(draw(st.sampled_from(Route)), receiver, draw(st.booleans()), draw(_maybe(DAYS)))


def cases() -> st.SearchStrategy[FlexCase]:
    """A case in the flex route, which somebody accepted or not."""
    accepted = _maybe(st.sampled_from((RECEIVER, "flex-anker")))
    return st.builds(FlexCase, st.just("ZB-2026-000001"), st.just("B"), st.booleans(), accepted, st.booleans())


@st.composite
def children(draw: st.DrawFn) -> ChildFacts:
    """Any child, also one that cannot be."""
    return a_child(
        municipality=draw(st.sampled_from((HERE, THERE))),
        care=draw(st.sampled_from(Care)),
        category=draw(st.sampled_from(Category)),
        registered_on=draw(DAYS),
        allocation_ends_on=draw(_maybe(DAYS)),
        waiting=draw(_maybe(proposals())),
        refused=draw(st.booleans()),
        proposed=draw(st.booleans()),
        agreed=draw(_maybe(proposals())),
        agreed_on=draw(_maybe(DAYS)),
        informed_on=draw(_maybe(DAYS)),
        consent=draw(_maybe(st.booleans())),
        handed_over_on=draw(_maybe(DAYS)),
        handover_file=draw(_some((*FILE_ITEMS, "diagnose"))),
        accepted_on=draw(_maybe(DAYS)),
        taken_over_as_registered_on=draw(_maybe(DAYS)),
        allocation_number=draw(_maybe(st.just("1"))),
        allocated_on=draw(_maybe(DAYS)),
        messages=draw(_some(MESSAGES)),
        started_on=draw(_maybe(DAYS)),
        file=draw(_some((*FILE_ITEMS, "diagnose"))),
        file_completed_on=draw(_maybe(DAYS)),
        finished_on=draw(_maybe(DAYS)),
        signed_off_on=draw(_maybe(DAYS)),
        signals=draw(_some(tuple(StopSignal))),
        flex=draw(_maybe(cases())),
    )


def code(refused: Refused | None) -> str:
    """The code with which a gate is closed; "" where it is open."""
    return refused.code if refused else ""


def refusal(region: Region, act: str, by: str, child: ChildFacts, given: dict[str, Any], **known: Any) -> str:
    """The code with which an act on a child is refused; "" where it may happen."""
    look = asked(region, child, known.pop("dossier", None), by=by, given=given, **known)
    try:
        check(CHILD_ACTS[act], look)
    except Refused as refused:
        return refused.code
    return ""


def subsets(items: tuple[str, ...]) -> list[frozenset[str]]:
    """All sets of some of these, none and all of them among these."""
    return [frozenset(some) for some in chain.from_iterable(combinations(items, n) for n in range(len(items) + 1))]
