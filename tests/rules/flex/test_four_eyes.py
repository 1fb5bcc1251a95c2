"""Four eyes: who decided for the team in a round does not approve in it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rules.flex.asked import OfCase
from rules.flex.four_eyes import four_eyes, without_four_eyes
from rules.flex.route import Step
from rules.shared.person import AtRequest, same_person
from rules.shared.region import Region
from tests.support.facts import a_case, changed, with_settings

PEOPLE = ("tz-anna", "tz-bram", "cm-bc", "beheer")
REASON = "Er is een persoon voor beide taken."


def asked(region: Region, by: str, team: set[str], person: str | None = None) -> OfCase:
    case = a_case(step=Step.APPROVAL)
    return OfCase(region, by, date(2026, 3, 11), {}, person=person, case=case, for_team=frozenset(team))


@given(by=st.sampled_from(PEOPLE), team=st.sets(st.sampled_from((*PEOPLE, "who-left"))), exception=st.booleans())
def test_one_person_never_both_unless_recorded(region: Region, by: str, team: set[str], exception: bool) -> None:
    """F-34, AMB-18: refused exactly for who decided; with an exception of the region nobody is, and exactly those are said."""
    region = with_settings(region, four_eyes_exception=REASON) if exception else region
    one = asked(region, by, team)
    refused = four_eyes(one)
    assert (refused.code if refused else None) == ("four_eyes" if by in team and not exception else None)
    assert without_four_eyes(one) == (REASON if by in team and exception else None)


def test_who_records_at_request_is_the_person(region: Region) -> None:
    """The person counts, also behind `--for`."""
    assert four_eyes(asked(region, "sys-noord", {"tz-anna"}, AtRequest("tz-anna")))
    assert not four_eyes(asked(region, "sys-noord", {"tz-anna"}, AtRequest("tz-bram")))
    assert not four_eyes(asked(region, "sys-noord", {"sys-noord"}))  # nobody in particular


def test_one_person_with_two_ids(region: Region) -> None:
    """By name and address together: a name may be common, and an address a team's."""
    anna = region.person["tz-anna"].model_dump()
    for own, same in (
        ({"name": "A. de Vries", "mail": anna["mail"]}, False),
        ({"name": anna["name"], "mail": "other@grjr.example.nl"}, False),
        ({"name": "anna  de vries", "mail": "Anna@GRJR.example.nl"}, True),
    ):
        people = [{**row.model_dump(), **(own if row.id == "cm-bc" else {})} for row in region.people]
        assert same_person("tz-anna", "cm-bc", changed(region, people=people)) is same
    assert not same_person("tz-anna", "nobody", region)
