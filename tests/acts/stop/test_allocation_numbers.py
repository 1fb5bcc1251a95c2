"""One allocation number of a municipality is one youth's, in the flex route and in the dossiers together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from acts import perform
from flows.mover import Runner
from rules.shared.refusal import Refused
from tests.support.dossiers import People
from tests.support.parties import ACCESS
from tests.support.simultaneous import together
from tests.support.tries import own_number
from tests.tasks.stop.test_flex_entry import accepted

pytestmark = pytest.mark.on_postgresql
GIVEN_ON = "2026-10-07"
NUMBER = "410001"
IN_CASE = {"number": NUMBER, "issued_by": "ref-lt", "delivered_by": "provider", "on": GIVEN_ON}
OF_CHILD = {"number": NUMBER, "on": GIVEN_ON}
REFERRED_THEN = {"referral_route": "local_team", "opdracht": "B", "provider": "sys-noord", "received_on": GIVEN_ON}


def why(people: People, act: str, about: str, by: str, **given: object) -> Refused:
    with pytest.raises(Refused) as refused:
        people.do(act, about, by, **given)
    return refused.value


@pytest.fixture
def case(people: People) -> str:
    """A case of a child in a dossier whose number is recorded: a flex provider accepted it."""
    dossier = people.open(2)
    child = people.add(dossier)
    people.add(dossier)
    reference = accepted(people, child)
    people.wait_until(f"{GIVEN_ON}T09:00")
    people.do("record_allocation", reference, "sys-noord", **IN_CASE)
    return reference


def another(people: People, municipality: str = "0599") -> str:
    return people.do("register_referral", None, "ref-lt", **REFERRED_THEN, municipality=municipality)


def test_only_the_regions_own_people_hear_whose_it_is(people: People, case: str) -> None:
    """F-82: somebody of the region can look; a provider or referrer learns nothing of another youth."""
    other = another(people)
    of_team = why(people, "record_allocation", other, "tz-anna", **IN_CASE)
    of_provider = why(people, "record_allocation", other, "sys-noord", **IN_CASE)
    assert [(one.code, one.field) for one in (of_team, of_provider)] == [("invalid", "number")] * 2
    assert case in of_team.message
    assert "ZB-" not in of_provider.message


def test_a_number_of_another_municipality_is_another_number(people: People, case: str) -> None:
    """F-82: each municipality gives out its own."""
    assert people.refused("record_allocation", another(people, "0606"), "sys-noord", **IN_CASE) == ""


def test_a_child_and_its_own_case_share_one_and_no_other_child_does(people: People, case: str) -> None:
    """S-57: they are the same youth (docs/decisions/0011); the child next to it is not, and its access hears no name."""
    child, next_to_it = "ST-2026-000001-0001", "ST-2026-000001-0002"
    people.agree(child)
    people.agree(next_to_it)
    refused = why(people, "record_allocation", next_to_it, ACCESS, **OF_CHILD)
    assert (refused.code, refused.field) == ("invalid", "number")
    assert "ZB-" not in refused.message
    people.do("record_allocation", child, ACCESS, **OF_CHILD)
    assert people.refused("record_allocation", next_to_it, ACCESS, **OF_CHILD) == "invalid"
    people.do("withdraw", case, "tz-anna", reason="Niet meer nodig.")
    assert people.refused("record_allocation", another(people), "sys-noord", **IN_CASE) == "invalid"  # of the child


def test_a_withdrawn_case_frees_its_number(people: People, case: str) -> None:
    """AMB-30: what ended without help has no allocation."""
    other = another(people)
    assert people.refused("record_allocation", other, "sys-noord", **IN_CASE) == "invalid"
    people.do("withdraw", case, "tz-anna", reason="Toch een plek gevonden.")
    assert people.refused("record_allocation", other, "sys-noord", **IN_CASE) == ""


def test_a_number_whose_check_failed_may_come_again(people: People) -> None:
    """AMB-27, AMB-74: it does not count as recorded: for this youth, and for another."""
    people.wait_until(f"{GIVEN_ON}T09:00")
    case, other = another(people), another(people)
    for about in (case, case, other):
        assert people.refused("record_allocation", about, "sys-noord", **IN_CASE) == ""
    failed = [kind for kind, _ in people.letters(case)].count("procedure_check_failed")
    assert failed == 2 * 2  # to the team and to the contract manager, each time


def test_one_number_is_not_for_a_selection(people: People) -> None:
    """S-57: a number is refused for several children, and nothing is recorded; messages may be, and one child may."""
    dossier = people.open(2)
    children = [people.add(dossier) for _ in range(2)]
    for child in children:
        people.agree(child)
    given = {"number": NUMBER, "on": "2026-09-01"}
    with pytest.raises(Refused) as refused:
        people.runner.decide_each("record_allocation", children, ACCESS, given, people.now)
    assert (refused.value.code, refused.value.field) == ("invalid", "number")
    assert all("allocation" in people.child(child).missing for child in children)
    together_ = people.runner.decide_each("record_allocation", children, ACCESS, {"messages": ["new_301"]}, people.now)
    alone = people.runner.decide_each("record_allocation", [children[0]] * 2, ACCESS, given, people.now)
    assert [*together_[0].values(), *alone[0].values()] == [None] * 3


def test_a_number_that_waits_to_be_settled_is_taken(people: People, case: str) -> None:
    """F-82: recorded and not moved, for a child: whoever comes next with it for another youth has it settled first."""
    child = "ST-2026-000001-0002"
    people.agree(child)
    given = {**OF_CHILD, "number": own_number(child)}
    perform(people.database, "record_allocation", child, ACCESS, given, people.now)
    other = another(people)
    assert (
        people.refused("record_allocation", other, "sys-noord", **{**IN_CASE, "number": own_number(child)}) == "invalid"
    )
    assert "allocation" not in people.child(child).missing


def test_of_two_youths_at_the_same_moment_one_gets_the_number(people: People, case: str) -> None:
    """F-82, S-57: whichever comes first; on PostgreSQL too, where nothing else makes them wait for each other."""
    now = people.now

    def recording(about: str, number: str) -> Callable[[], str]:
        def record() -> str:
            with Runner(None) as runner:
                try:
                    runner.decide("record_allocation", about, ACCESS, {"number": number, "on": GIVEN_ON}, now)
                except Refused as refused:
                    return refused.code
            return ""

        return record

    for turn in range(4):
        dossier = people.open(2)
        children = [people.add(dossier) for _ in range(2)]
        for child in children:
            people.agree(child)
        codes = together(*(recording(child, f"50000{turn}") for child in children))
        assert Counter(codes) == {"": 1, "invalid": 1}
