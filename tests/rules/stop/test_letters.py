"""Who gets which letter of a provider that stops (A.10: N-20 … N-26), and that nobody else does."""

from __future__ import annotations

from datetime import date

import pytest

from rules.flex.letters import OF_MEETINGS, RECIPIENTS
from rules.shared.region import Region
from rules.stop.letters import STOP_LETTERS, stop_recipients
from tests.support.facts import changed
from tests.support.parties import ACCESS, ACCESS_THERE, ADMINISTRATION, HERE, RECEIVER, STOPPER, THERE
from tests.support.stop_facts import COUNTED_ALIKE, a_dossier

OF_ONE_PLACE: dict[str, set[str]] = {  # of one municipality; for route 2 with a receiver
    "counts_to_recognise": {ACCESS},
    "counts_differ": {STOPPER, ACCESS},
    "route_proposal": {ACCESS},
    "route_decision": {STOPPER},
    "transfer_request": {RECEIVER},
    "transfer_withdrawn": {RECEIVER},
    "consent_refused": {ACCESS},
    "registration_date_changed": {STOPPER, ACCESS},
    "transfer_complete": {STOPPER, ACCESS},
    "file_due": {STOPPER, RECEIVER, ADMINISTRATION},
    "file_overdue": {STOPPER, RECEIVER, ADMINISTRATION},
    "term_near": {STOPPER, ACCESS, ADMINISTRATION},
    "term_exceeded": {STOPPER, ACCESS, ADMINISTRATION},
    "flex_route_entered": {STOPPER, ACCESS, ADMINISTRATION},
    "flex_route_news": {STOPPER, ACCESS, ADMINISTRATION},
    "flex_route_not_needed": {"care_mediation_team"},
    "your_turn": {ACCESS},
    "child_corrected": set(),
}
INVOLVED = {ADMINISTRATION, STOPPER, ACCESS, ACCESS_THERE}
OF_ALL: dict[str, set[str]] = {
    "provider_stops": {"access_working_group", "backoffice"},
    "provider_list": {STOPPER, ACCESS, ACCESS_THERE},
    "dossier_corrected": set(),
    "consultation": INVOLVED,
    "consultation_cancelled": INVOLVED,
    "consultation_withdrawn": INVOLVED,
}


def test_every_letter_has_its_recipients() -> None:
    """A.10 N-20 … N-26: the letters of this document, no more and no fewer."""
    assert {*OF_ONE_PLACE} | {*OF_ALL} == {*STOP_LETTERS}
    assert not STOP_LETTERS.keys() & {*RECIPIENTS, *OF_MEETINGS}


@pytest.mark.parametrize("kind", OF_ONE_PLACE)
def test_letters_of_one_municipality(region: Region, kind: str) -> None:
    """S-31, S-32, S-41, S-42, S-44, S-47, S-51, AMB-43, AMB-47, AMB-49, N-21, N-22, N-25, N-26: its own access, no other."""
    dossier = a_dossier(counts={HERE: COUNTED_ALIKE, THERE: COUNTED_ALIKE})
    found = stop_recipients(kind, dossier, region, HERE, RECEIVER)
    assert {*found} == OF_ONE_PLACE[kind]
    assert len(found) == len(OF_ONE_PLACE[kind])
    there = stop_recipients(kind, dossier, region, THERE, RECEIVER)
    assert {*there} == {ACCESS_THERE if who == ACCESS else who for who in OF_ONE_PLACE[kind]}


@pytest.mark.parametrize("kind", OF_ALL)
def test_letters_of_the_dossier(region: Region, kind: str) -> None:
    """S-30, S-37, S-38, S-39, N-20, N-23: the mailboxes; the list to every access that has counts, and to who stops."""
    dossier = a_dossier(counts={THERE: COUNTED_ALIKE, HERE: COUNTED_ALIKE})
    assert {*stop_recipients(kind, dossier, region)} == OF_ALL[kind]
    only = {*stop_recipients(kind, a_dossier(counts={HERE: COUNTED_ALIKE}), region)}
    assert only == OF_ALL[kind] - {ACCESS_THERE}


@pytest.mark.parametrize("kind", STOP_LETTERS)
def test_no_letter_goes_to_a_family(region: Region, kind: str) -> None:
    """S-45, N-24: everybody who gets one has an address in the region file, and the law's parties are the only ones."""
    parties = {
        "stopping",
        "access",
        "receiver",
        "administration",
        "access_working_group",
        "backoffice",
        "team",
        "involved",
    }
    assert {*STOP_LETTERS[kind]} <= parties
    assert all(region.knows(who) for who in stop_recipients(kind, a_dossier(), region, HERE, RECEIVER))


def test_everybody_of_contract_administration_hears_it(region: Region) -> None:
    """S-35, S-47, AMB-45, N-25, N-26: every person with that role."""
    second = {"id": "rsj", "name": "RSJ", "mail": "rsj@example.nl", "roles": ["contract_administration"]}
    larger = changed(region, people=[*(row.model_dump() for row in region.people), second])
    for kind in ("file_due", "file_overdue", "term_near", "term_exceeded"):
        assert {ADMINISTRATION, "rsj"} <= {*stop_recipients(kind, a_dossier(), larger, HERE, RECEIVER)}


def test_nobody_gets_a_letter_twice(region: Region) -> None:
    """A.10: also who is two parties at once."""
    for kind in OF_ONE_PLACE:
        found = stop_recipients(kind, a_dossier(), region, HERE, STOPPER)
        assert len({*found}) == len(found)


def test_a_letter_without_a_receiver_goes_to_the_others(region: Region) -> None:
    """S-24: on route 1 nobody takes over."""
    assert stop_recipients("transfer_request", a_dossier(), region, HERE) == ()
    assert stop_recipients("file_due", a_dossier(contract_ends_on=date(2026, 6, 30)), region, HERE) == (
        STOPPER,
        ADMINISTRATION,
    )
