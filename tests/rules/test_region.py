"""A region as data: what it may hold, and what it answers."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.flex.settings import FlexSettings
from rules.shared.region import Contract, Organisation, Region, Table
from rules.shared.settings import WEEKDAYS, Settings
from tests.support.facts import (
    DAYS,
    MAIL,
    changed,
    contract,
    small_region,
    with_organisation,
    with_settings,
    with_table,
)

NOON = time(12, 0)


def test_the_numbers_of_the_process_have_the_readings_as_defaults() -> None:
    """F-21, AMB-01, AMB-04, AMB-12, AMB-14, AMB-19, AMB-23, AMB-29: a setting that is absent has the chosen reading."""
    usual, together = FlexSettings(), Settings()
    assert usual.assessment_days == 7
    assert usual.escalation_working_days == 1
    assert (usual.approval_reminder_working_days, usual.flex_reminder_working_days) == (2, 3)
    assert usual.flex_learning_meetings == 3
    assert usual.return_on_first_decline is False
    assert usual.many_rounds_from == 3
    assert (together.table_prep.weekday, together.table_prep.time) == ("friday", time(13, 0))
    assert (together.agenda_closes.working_days_before, together.agenda_closes.time) == (1, NOON)


def test_the_acceptance_duty_holds_unless_a_region_says_otherwise(region: Region) -> None:
    """F-04, AMB-69: true in the GRJR; a region without it says so in its file."""
    assert FlexSettings().acceptance_duty
    assert not with_settings(region, acceptance_duty=False).settings_of(FlexSettings).acceptance_duty


@pytest.mark.parametrize(
    "wrong",
    [
        {"assessment_days": 0},
        {"agenda_closes": {"working_days_before": 0}},
        {"agenda_closes": {"time": "12:00:30"}},
        {"table_prep": {"weekday": "vrijdag"}},
        {"flex_learning_meetings": -1},
        {"asessment_days": 7},
    ],
)
def test_a_wrong_setting_is_an_error(region: Region, wrong: dict[str, Any]) -> None:
    """F-21, AMB-14: a term of no days, an agenda that closes on the day itself, an unknown key."""
    with pytest.raises(ValidationError):
        changed(region, settings=wrong, processes={})


def test_a_region_does_not_change(region: Region) -> None:
    """F-53: a region is a set of facts; another file is another region."""
    with pytest.raises(ValidationError):
        region.settings_of(FlexSettings).assessment_days = 8  # type: ignore[misc]
    with pytest.raises(ValidationError):
        region.table["T_BC"].every_weeks = 2  # type: ignore[misc]


# tables --------------------------------------------------------------------------------------------------------------


@given(anchor=DAYS, weekday=st.sampled_from(WEEKDAYS))
def test_the_anchor_is_on_the_weekday(region: Region, anchor: date, weekday: str) -> None:
    """F-53, AMB-14: a series that begins on another day than its own is an error."""
    row = {**region.table["T_BC"].model_dump(), "anchor": anchor, "weekday": weekday}
    if WEEKDAYS[anchor.weekday()] == weekday:
        assert Table.model_validate(row).anchor == anchor
    else:
        with pytest.raises(ValidationError, match="anchor"):
            Table.model_validate(row)


@pytest.mark.parametrize(
    "wrong", [{"every_weeks": 0}, {"opdrachten": []}, {"flex": "sometimes"}, {"start": "10:00:00"}, {"chairs": "x"}]
)
def test_a_wrong_table_is_an_error(region: Region, wrong: dict[str, Any]) -> None:
    """F-53, F-62: a table has a rhythm, an opdracht and a known policy for flex."""
    with pytest.raises(ValidationError):
        with_table(region, "T_BC", **wrong)


def test_a_table_may_be_without_participants_and_without_an_end(region: Region) -> None:
    """F-60, F-62, AMB-15, AMB-28: both are filled in when they are known."""
    row = {
        key: value
        for key, value in region.table["T_FORV"].model_dump().items()
        if key not in ("participants", "valid_until")
    }
    table = Table.model_validate(row)
    assert table.participants == ()
    assert table.valid_until is None


# contracts -----------------------------------------------------------------------------------------------------------


@given(since=DAYS, until=DAYS, day=DAYS)
def test_a_contract_holds_from_and_to_inclusive(since: date, until: date, day: date) -> None:
    """F-36: in force on its first and its last day; one that ends before it begins is an error."""
    row = {"kind": "flex", "opdrachten": ["B"], "from": since, "to": until}
    if until < since:
        with pytest.raises(ValidationError):
            Contract.model_validate(row)
        return
    contract = Contract.model_validate(row)
    assert contract.holds(day) == (since <= day <= until)
    assert contract.holds(since)
    assert contract.holds(until)


def _organisation(*contracts: dict[str, Any]) -> Organisation:
    return Organisation.model_validate({"id": "o", "name": "O", "mail": MAIL, "contracts": contracts})


@pytest.mark.parametrize("kind", ["system", "performance"])
def test_a_performance_provider_is_a_system_provider_too(kind: str) -> None:
    """F-18, AMB-17: both kinds are treated alike, on the days that the contract holds."""
    provider = _organisation(contract(kind, "B", since="2026-01-01", until="2026-06-30"))
    assert provider.is_system_provider()
    assert [provider.is_system_provider(date(2026, month, 30)) for month in (5, 6, 7)] == [True, True, False]
    assert not provider.is_flex_provider()
    assert not provider.has_flex_contract(("B",), date(2026, 3, 1))


def test_a_flex_provider_is_no_system_provider() -> None:
    """F-01, F-18, F-36: a flex contract, for its own opdrachten and days."""
    flex = _organisation(contract("flex", "B", "C", since="2026-01-01", until="2026-06-30"))
    assert flex.is_flex_provider()
    assert not flex.is_system_provider()
    assert flex.has_flex_contract(("C", "E"), date(2026, 6, 30))
    assert not flex.has_flex_contract(("C", "E"), date(2026, 7, 1))
    assert not flex.has_flex_contract(("E",), date(2026, 6, 30))
    assert not _organisation().is_flex_provider()


@pytest.mark.parametrize(
    ("contracts", "flex_only"),
    [
        ([contract("flex", "B")], True),
        ([contract("flex", "C")], True),  # a flex provider, whatever its opdrachten
        ([contract("flex", "B"), contract("system", "B")], False),
        ([contract("flex", "B"), contract("performance", "B")], False),
        ([contract("flex", "B"), contract("system", "C")], True),  # system provider of something else
        ([contract("system", "B")], False),
        ([], False),
    ],
)
def test_nobody_refers_straight_to_a_flex_provider(
    region: Region, contracts: list[dict[str, Any]], flex_only: bool
) -> None:
    """F-01, F-10, F-65: unless it is a system or performance provider of this opdracht as well."""
    assert (
        with_organisation(region, "ander", contracts=contracts).is_flex_only("ander", "B", date(2026, 3, 2))
        is flex_only
    )


@pytest.mark.parametrize(("day", "flex_only"), [("2026-06-30", False), ("2026-07-01", True)])
def test_a_contract_that_ended_opens_no_way_to_flex(region: Region, day: str, flex_only: bool) -> None:
    """F-01, F-10, F-18: who was a system provider once, and is a flex provider now, is a flex provider."""
    both = [contract("system", "B", until="2026-06-30"), contract("flex", "B")]
    was = with_organisation(region, "ander", contracts=both)
    assert was.is_flex_only("ander", "B", date.fromisoformat(day)) is flex_only


# who is who ----------------------------------------------------------------------------------------------------------


def test_addresses_and_names(region: Region) -> None:
    """F-62, F-69: an organisation, person, table or mailbox by its id."""
    assert region.mail_of("ref-lt") == "wijkteam@centrum.example.nl"
    assert region.mail_of("cm-bc") == "carla@grjr.example.nl"
    assert region.mail_of("care_mediation_team") == "zorgbemiddeling@grjr.example.nl"
    with pytest.raises(KeyError):
        region.mail_of("nobody")
    names = [region.name_of(ident) for ident in ("sys-noord", "tz-anna", "T_BC", "care_mediation_team", "onbekend")]
    assert names == ["Jeugdhulp Noord", "Anna de Vries", "B/C-tafel (minus C1)", "Team Zorgbemiddeling", "onbekend"]
    assert region.name_of("access_working_group") == "Werkgroep Toegang"
    assert region.name_of("backoffice") == "Backoffice"


@pytest.mark.parametrize(
    ("ident", "known"),
    [("ref-lt", True), ("tz-anna", True), ("backoffice", True), ("T_BC", False), ("nobody", False), ("", False)],
)
def test_a_region_knows_whom_it_can_reach(region: Region, ident: str, known: bool) -> None:
    """F-62, F-69: organisations, people and mailboxes have an address; a table has none."""
    assert region.knows(ident) is known


def test_an_opdracht_has_its_contract_managers(region: Region) -> None:
    """F-33, AMB-18: all that have it; contract administration where nobody does."""
    assert region.contract_managers("C2") == ("cm-bc",)
    assert region.contract_managers("D") == ("beheer",)


def test_the_three_kinds_of_referrers() -> None:
    """F-14, F-15, F-16: local team, medical, certified institution; no fourth."""
    kinds = ("local_team", "medical", "certified_institution")
    rows = [{"id": f"ref-{n}", "referrer": kind} for n, kind in enumerate(kinds)]
    assert [o.referrer for o in small_region(rows).organisations] == list(kinds)
    with pytest.raises(ValidationError):
        small_region([{"id": "ref", "referrer": "school"}])


@pytest.mark.parametrize(
    "wrong",
    [
        {"agb": "9000001"},
        {"kvk": "900000012"},
        {"mail": "geen adres"},
        {"mail": "a@b.nl, c@d.nl"},
        {"municipality": "599"},
        {"id": "met spatie"},
        {"contracts": [contract("hoofdaannemer", "B")]},
    ],
)
def test_a_wrong_organisation_is_an_error(wrong: dict[str, Any]) -> None:
    """F-72, AMB-22: numbers of eight digits, one address, a known kind of contract."""
    with pytest.raises(ValidationError):
        small_region([{"id": "o", **wrong}])


@pytest.mark.parametrize("missing", ["care_mediation_team", "access_working_group", "backoffice"])
def test_a_region_has_its_mailboxes(region: Region, missing: str) -> None:
    """F-24: there is always a Team Zorgbemiddeling to turn to."""
    with pytest.raises(ValidationError, match=missing):
        changed(region, mailboxes={key: value for key, value in region.mailboxes.items() if key != missing})


@pytest.mark.parametrize(
    ("opdracht", "right"), [("*", True), ("B", True), ("C1", True), ("", False), ("**", False), ("B C", False)]
)
def test_a_norm_is_of_one_opdracht_or_of_all(region: Region, opdracht: str, right: bool) -> None:
    """F-02, F-75, AMB-03: and a norm of no weeks is an error."""
    row = {"opdracht": opdracht, "weeks": 10, "valid_from": "2026-01-01"}
    if right:
        assert changed(region, treeknorm=[row]).treeknorm[0].weeks == 10
        with pytest.raises(ValidationError):
            changed(region, treeknorm=[{**row, "weeks": 0}])
    else:
        with pytest.raises(ValidationError):
            changed(region, treeknorm=[row])


def test_there_is_no_norm_by_default() -> None:
    """F-02, AMB-03: the contract fixes it; a region without norms has none."""
    assert small_region([]).treeknorm == ()


def test_the_care_forms_are_those_of_contracts_and_norms(region: Region) -> None:
    """F-70, AMB-03: no list of its own."""
    assert region.known_care_forms() == {"outpatient_individual", "outpatient_group", "family_home", "residential"}
    row = {"opdracht": "B", "care_form": "day_treatment", "weeks": 4, "valid_from": "2026-01-01"}
    assert "day_treatment" in changed(region, treeknorm=[row]).known_care_forms()


def test_the_calendar_is_the_regions_own(region: Region) -> None:
    """AMB-14: its choices of holidays reach its working days."""
    monday = date(2026, 3, 2)
    assert region.days.is_working_day(monday)
    assert not changed(region, holidays={"extra": [monday]}).days.is_working_day(monday)


def test_names_that_the_region_gives(region: Region) -> None:
    """F-27: to mailboxes, opdrachten and care forms; what has none keeps its code."""
    box = {"mail": MAIL, "name": "Servicepunt"}
    own = changed(
        region,
        mailboxes={**region.model_dump()["mailboxes"], "backoffice": box, "kerngroep": box},
        opdrachten={"B": "Ambulant"},
        care_forms={"day_treatment": "dagbehandeling"},
    )
    assert [own.name_of(box) for box in ("backoffice", "kerngroep", "access_working_group")] == ["Servicepunt"] * 2 + [
        "Werkgroep Toegang"
    ]
    assert (own.mail_of("backoffice"), own.mail_of("access_working_group")) == (
        MAIL,
        "werkgroep-toegang@grjr.example.nl",
    )
    assert [own.opdracht_in_words(code) for code in ("B", "C")] == ["B (Ambulant)", "C"]
    assert [own.has_opdracht(code) for code in ("B", "C")] == [True, False]
    assert region.has_opdracht("C")
    assert "day_treatment" in own.known_care_forms()
