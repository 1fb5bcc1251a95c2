"""Who may do what in a dossier (A.8): everybody of the region, at every door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from processes.stop import STOP
from rules.shared.region import Region
from rules.shared.roles import is_administration, municipality_of
from rules.stop import roles as stop_roles
from rules.stop.asked import OfChild, OfDossier
from rules.stop.facts import Proposal
from rules.stop.route import Route
from tests.support.acts import CHILD_ACTS, DOSSIER_ACTS
from tests.support.facts import changed
from tests.support.parties import ACCESS, ACCESS_THERE, ADMINISTRATION, HERE, MEDIATORS, RECEIVER, STOPPER, THERE
from tests.support.stop_facts import FINISH, TODAY, TRANSFER, a_child, a_dossier

OUTSIDER = "sys-zuid"


def everybody(region: Region) -> list[str]:
    return [*region.organisation, *region.person, *region.mailboxes, "niemand", ""]


def let_in(region: Region, may: Callable[[Any], bool], asked: Callable[[str], OfDossier]) -> set[str]:
    """Everybody whom this door lets in."""
    return {who for who in everybody(region) if may(asked(who))}


def of_dossier(region: Region, **given: Any) -> Callable[[str], OfDossier]:
    return lambda who: OfDossier(region, who, TODAY, given, dossier=a_dossier())


def of_child(region: Region, **known: Any) -> Callable[[str], OfChild]:
    return lambda who: OfChild(region, who, TODAY, {}, dossier=a_dossier(), child=a_child(**known))


def test_contract_administration(region: Region) -> None:
    """S-35, S-36, S-38, S-39, AMB-45: every person with that role, under whatever name, and nobody else."""
    assert let_in(region, stop_roles.administration, of_dossier(region)) == {ADMINISTRATION}
    second = {"id": "rsj", "name": "RSJ", "mail": "rsj@example.nl", "roles": ["contract_administration", "scheduler"]}
    larger = changed(region, people=[*(row.model_dump() for row in region.people), second])
    assert let_in(larger, stop_roles.administration, of_dossier(larger)) == {ADMINISTRATION, "rsj"}
    assert {who for who in everybody(larger) if is_administration(who, larger)} == {ADMINISTRATION, "rsj"}


def test_who_asks_for_continuation(region: Region) -> None:
    """S-07: contract administration for the client, each access for its municipality."""
    asked = let_in(region, stop_roles.administration_or_access, of_dossier(region))
    assert asked == {ADMINISTRATION, ACCESS, ACCESS_THERE}


def test_the_stopping_provider(region: Region) -> None:
    """S-31, S-40, S-43, S-46, S-51, S-53: the one of this dossier, no other provider."""
    assert let_in(region, stop_roles.stopping, of_dossier(region)) == {STOPPER}
    assert let_in(region, stop_roles.stopping, of_child(region, agreed=TRANSFER)) == {STOPPER}


def test_duties_are_of_both(region: Region) -> None:
    """S-13 … S-23, S-54: who stops and contract administration keep the checklist."""
    assert let_in(region, stop_roles.stopping_or_administration, of_dossier(region)) == {STOPPER, ADMINISTRATION}


@pytest.mark.parametrize(
    ("municipality", "access"),
    [(HERE, {ACCESS}), (THERE, {ACCESS_THERE}), ("0502", set()), (599, set()), (["0599"], set())],
)
def test_numbers_of_a_municipality(region: Region, municipality: Any, access: set[str]) -> None:
    """S-41, S-42, S-58: its own access, no other; the stopping provider for all."""
    asked = of_dossier(region, municipality=municipality)
    assert let_in(region, stop_roles.stopping_or_access, asked) == {STOPPER, *access}


def test_numbers_of_no_municipality(region: Region) -> None:
    """S-41: who leaves the municipality out is told that, not that it may not act."""
    found = let_in(region, stop_roles.stopping_or_access, of_dossier(region))
    assert found == {STOPPER, ACCESS, ACCESS_THERE}


@pytest.mark.parametrize(("municipality", "access"), [(HERE, ACCESS), (THERE, ACCESS_THERE)])
def test_the_childs_own_access(region: Region, municipality: str, access: str) -> None:
    """S-32, S-44, S-59, S-60: of the municipality of the child, no other."""
    assert let_in(region, stop_roles.access, of_child(region, municipality=municipality)) == {access}
    flex = let_in(region, stop_roles.access_or_mediator, of_child(region, municipality=municipality))
    assert flex == {access, *MEDIATORS}


@pytest.mark.parametrize(
    ("known", "receivers"),
    [
        ({}, set()),
        ({"agreed": FINISH}, set()),
        ({"agreed": TRANSFER}, {RECEIVER}),
        ({"waiting": TRANSFER}, {RECEIVER}),
        ({"agreed": TRANSFER, "waiting": Proposal(Route.TRANSFER, OUTSIDER)}, {RECEIVER, OUTSIDER}),
        ({"agreed": Proposal(Route.FINISH, OUTSIDER, moves_along=True)}, {OUTSIDER}),
    ],
)
def test_the_receiver(region: Region, known: dict[str, Any], receivers: set[str]) -> None:
    """S-55, S-56, S-57: of the agreed route, or of the proposal that waits."""
    assert let_in(region, stop_roles.receiver, of_child(region, **known)) == receivers


def test_of_which_municipality(region: Region) -> None:
    """AMB-45: the access is who has the code of the municipality in the region file."""
    found = {who: place for who in everybody(region) if (place := municipality_of(who, region))}
    assert found == {ACCESS: HERE, ACCESS_THERE: THERE}


WHO: dict[str, Callable[..., bool]] = {  # A.8 and the acts of a stopping provider
    "request_continuation": stop_roles.administration_or_access,
    "record_counts": stop_roles.stopping_or_access,
    "explain_difference": stop_roles.stopping_or_access,
    "plan_consultation": stop_roles.administration,
    "change_consultation": stop_roles.administration,
    "record_duty": stop_roles.stopping_or_administration,
    "correct_dossier": stop_roles.administration,
    "correct_child": stop_roles.stopping_or_administration,
    "remove_child": stop_roles.stopping_or_administration,
    "propose_route": stop_roles.stopping,
    "decide_route": stop_roles.access,
    "inform_family": stop_roles.stopping,
    "record_consent": stop_roles.stopping,
    "record_handover": stop_roles.stopping,
    "record_file": stop_roles.stopping,
    "accept_transfer": stop_roles.receiver,
    "record_allocation": stop_roles.access,
    "record_start": stop_roles.receiver,
    "finish_care": stop_roles.stopping,
    "sign_off": stop_roles.access,
}


def test_each_act_is_of_who_the_document_says() -> None:
    """S-07, S-31, S-32, S-36, S-40, S-41, S-44, S-46, S-51, S-53, S-55 … S-60: no act is anybody else's."""
    assert {name: act.may for name, act in (DOSSIER_ACTS | CHILD_ACTS).items()} == WHO
    assert STOP.acts["add_child"].may is stop_roles.stopping
    assert STOP.acts["enter_flex_route"].may is stop_roles.access_or_mediator
    assert {*STOP.acts} == {*WHO, "register_stop", "add_child", "enter_flex_route"}
    assert all(act.who for act in STOP.acts.values())
