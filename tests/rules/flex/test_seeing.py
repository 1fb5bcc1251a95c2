"""Who may see what of a case: by the part that somebody has in it (A.8, C.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.flex import seeing
from rules.flex.facts import CaseFacts, FromStop
from rules.flex.route import Step
from rules.shared.process import named
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.seeing import Spoken, may_read, not_theirs
from tests.support.facts import a_case

SIGHT = named("flex").sights["case"]
AT_TABLE = a_case(step=Step.TABLE, table="T_BC")
ACCEPTED = a_case(step=Step.HANDOVER, accepted="flex-anker")
OF_STOP = a_case(from_stop=FromStop("ST-2026-000001-0001", "zonnewende", municipality="0599"))


def reads(case: CaseFacts, who: str, act: str, region: Region, by: str = "tz-bram") -> bool:
    return may_read(SIGHT, case, who, region, Spoken(act, by, {}))


@pytest.mark.parametrize(
    ("case", "who", "parts"),
    [
        (a_case(), "tz-anna", {"team"}),
        (a_case(), "cm-bc", {"manager"}),
        (a_case(), "cm-e", set()),
        (a_case(), "sys-noord", {"owner"}),
        (a_case(), "ref-lt", {"referrer"}),
        (a_case(), "ref-gp", set()),
        (a_case(), "sys-zuid", set()),
        (AT_TABLE, "sys-zuid", {"table"}),
        (replace(AT_TABLE, step=Step.APPROVAL), "sys-zuid", set()),
        (AT_TABLE, "sys-noord", {"owner", "table"}),
        (AT_TABLE, "bosrand", set()),
        (a_case(step=Step.FLEX_SEARCH, asked="flex-anker"), "flex-anker", {"asked"}),
        (ACCEPTED, "flex-anker", {"flex"}),
        (ACCEPTED, "flex-dubbel", set()),
        (a_case(), "toegang-rotterdam", set()),
        (a_case(), "beheer", set()),
        (OF_STOP, "toegang-rotterdam", {"access"}),
        (OF_STOP, "toegang-schiedam", set()),
        (OF_STOP, "beheer", {"administration"}),
        (OF_STOP, "zonnewende", set()),
    ],
)
def test_parts(region: Region, case: CaseFacts, who: str, parts: set[str]) -> None:
    """A.8: who has which part in a case; at the table only while it discusses the case (F-29)."""
    assert seeing.parts(case, who, region, {}) == parts


@pytest.mark.parametrize(
    ("case", "who", "act", "may"),
    [
        (a_case(), "ref-lt", "record_assessment", True),
        (a_case(), "ref-lt", "record_table_answers", False),  # what other providers said at the table
        (a_case(), "sys-noord", "decide_approval", True),
        (AT_TABLE, "sys-zuid", "record_assessment", True),  # F-28
        (AT_TABLE, "sys-zuid", "record_handover", False),
        (a_case(asked="flex-anker"), "flex-anker", "register_referral", True),
        (a_case(asked="flex-anker"), "flex-anker", "record_assessment", False),
        (ACCEPTED, "flex-anker", "record_handover", True),
        (ACCEPTED, "flex-dubbel", "record_handover", False),
    ],
)
def test_readers(region: Region, case: CaseFacts, who: str, act: str, may: bool) -> None:
    """C.4: each part reads what its task needs."""
    assert reads(case, who, act, region) is may


def test_own_words(region: Region) -> None:
    """What somebody said stays theirs to read, also when they have no part in the case any more."""
    assert reads(a_case(), "flex-dubbel", "record_flex_answer", region, by="flex-dubbel")
    assert not_theirs(SIGHT, a_case(), "flex-dubbel", region, spoke=True, youth=False) is None
    refused = not_theirs(SIGHT, a_case(), "flex-dubbel", region, spoke=True, youth=True)
    assert refused
    assert (refused.code, refused.field) == ("forbidden", "youth")


def test_team_and_contract_manager_read_everything(region: Region) -> None:
    """F-25, F-42."""
    for act in seeing.READERS:
        assert reads(a_case(), "tz-anna", act, region)
        assert reads(a_case(), "cm-bc", act, region)


@pytest.mark.parametrize(
    ("case", "may"),
    [
        (AT_TABLE, {"tz-anna", "sys-noord", "ref-lt"}),
        (ACCEPTED, {"tz-anna", "sys-noord", "ref-lt", "flex-anker"}),
        (OF_STOP, {"tz-anna", "sys-noord", "ref-lt", "toegang-rotterdam"}),
    ],
)
def test_youth(region: Region, case: CaseFacts, may: set[str]) -> None:
    """F-39, C.4: who the youth is, is for who helps or places it, not for who judges or sits at the table."""
    everybody = ("tz-anna", "cm-bc", "sys-noord", "ref-lt", "sys-zuid", "flex-anker", "toegang-rotterdam", "beheer")
    found = {who for who in everybody if not refused_youth(case, who, region)}
    assert found == may


def refused_youth(case: CaseFacts, who: str, region: Region) -> Refused | None:
    return not_theirs(SIGHT, case, who, region, spoke=False, youth=True)


@pytest.mark.parametrize(
    ("owners", "see"),
    [([], set()), (["sys-noord"], {"sys-noord", "sys-zuid", "sys-oost", "prest-west"}), (["zonnewende"], {"zonnewende"})],
)  # fmt: skip
def test_meetings(region: Region, owners: list[str], see: set[str]) -> None:
    """F-26, F-28, F-29: the team and who administers always; who sits there, and whose case it is, while it discusses a case."""
    table = region.table["T_BC"]
    found = {one for one in (*region.organisation, *region.person) if seeing.sees_meeting(one, region, table, owners)}
    at_table = {table.chair, *table.participants} if owners else set()
    assert found == {"tz-anna", "tz-bram", "beheer"} | see | at_table


@given(data=st.data())
def test_who_has_no_part_reads_only_own_words(region: Region, data: st.DataObject) -> None:
    """C.4: whatever the case, whoever asks: no part and no word in it means nothing to read, and who the youth is least of all."""
    organisations = st.sampled_from([*region.organisation])
    known: dict[str, Any] = {
        "owner": data.draw(organisations),
        "referrer": data.draw(organisations),
        "asked": data.draw(st.none() | organisations),
        "accepted": data.draw(st.none() | organisations),
        "step": data.draw(st.sampled_from([*Step])),
        "table": data.draw(st.none() | st.sampled_from([*region.table])),
    }
    case, who = a_case(**known), data.draw(st.sampled_from([*region.organisation, *region.person]))
    act, by = data.draw(st.sampled_from([*seeing.READERS])), data.draw(organisations)
    mine = seeing.parts(case, who, region, {})
    if reads(case, who, act, region, by):
        assert mine or who == by
    if not refused_youth(case, who, region):
        assert mine
        assert not not_theirs(SIGHT, case, who, region, spoke=False, youth=False)
