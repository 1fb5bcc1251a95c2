"""Answers of a table from a sheet: in one transaction, on both databases (F-28 … F-33)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from acts import Refused, perform
from acts.engine.act import Doubt
from acts.flex.answer_list import Answered, answer_case, import_answers
from acts.flex.answer_sheet import write_sheet
from acts.intake.rows import Sent
from flexroute.clock import from_local
from models.store.database import Database
from models.store.decision import Decision
from processes import PROCESSES
from rules.shared.region import Region
from tests.support.meetings import Story
from tests.support.simultaneous import together
from tests.support.stored import rows

TABLE_DAY = from_local("2026-03-10T15:00")
HEAD = "kenmerk;overleg;aanbieder;kan leveren;uitleg"


def test_one_case_by_two_names(database: Database, story: Story) -> None:
    """F-33: its whole reference and its number are one case; a number of two cases is a wrong cell."""
    case = story.case_at_the_table("sys-noord")
    names = (case, str(int(case[-6:])), case)
    answers = zip(names, ("sys-zuid", "sys-oost", "prest-west"), strict=True)
    lines = [HEAD, *(f"{name};10-03-2026;{provider};nee;Vol" for name, provider in answers)]
    file = Sent("blad.csv", "\r\n".join(lines).encode())
    done = import_answers(database, file, "tz-anna", TABLE_DAY, lambda _: None)
    assert ([one for _, one in done.new], done.wrong) == ([case], [])


def test_what_stays_stuck_is_told(database: Database, story: Story) -> None:
    """C.4: nothing of the sheet is taken in, and people hear which case and what to do."""
    case = story.case_at_the_table("sys-noord")
    perform(database, "withdraw", case, "ref-lt", {"reason": "Niet meer nodig."}, TABLE_DAY)
    lines = [HEAD, *(f"{case};10-03-2026;{who};nee;Vol" for who in ("sys-zuid", "sys-oost", "prest-west"))]
    file = Sent("blad.csv", "\r\n".join(lines).encode())
    with pytest.raises(Refused, match=f"casus {case} is iets vastgelegd") as refused:
        import_answers(database, file, "tz-anna", TABLE_DAY, lambda _: None)
    assert refused.value.code == "already_decided"


@pytest.mark.both_databases
def test_all_or_nothing(database: Database, story: Story, tmp_path: Path) -> None:
    """F-33: one line that is wrong, and nothing of the other case is recorded; then both, and again nothing new."""
    cases = [story.case_at_the_table("sys-noord") for _ in range(2)]
    with database.reading() as session:
        assert write_sheet(session, tmp_path / "blad.csv", "T_BC", TABLE_DAY.date()) == 2
    lines = [
        f"{case};10-03-2026;{provider};nee;Vol" for case in cases for provider in ("sys-zuid", "sys-oost", "prest-west")
    ]

    def take_in(*those: str) -> tuple[list[str], list[str], list[int]]:
        content = "\r\n".join([HEAD, *those]).encode()
        done = import_answers(database, Sent("blad.csv", content), "tz-anna", TABLE_DAY, lambda _: None)
        return [case for _, case in done.new], [case for _, case in done.known], [one.line for one in done.wrong]

    before = len(rows(database, Decision))
    assert take_in(*lines[:5]) == ([], [], [5])  # one provider did not answer about the second case
    assert len(rows(database, Decision)) == before
    assert take_in(*lines) == (cases, [], [])
    assert len(rows(database, Decision)) == before + 2
    story.runner.move(cases, "antwoorden", TABLE_DAY)
    assert take_in(*lines) == ([], cases, [])


@pytest.mark.both_databases
def test_two_people_answer_about_a_case_at_once(database: Database, story: Story) -> None:
    """F-33: case by case. One is recorded; the other hears why not, or that it was the same."""
    case = story.case_at_the_table("sys-noord")
    about = {"case": case, "on": "2026-03-10"}
    noes = [
        (line, {**about, "provider": who, "can_deliver": "nee", "explanation": "Vol"})
        for line, who in enumerate(("sys-zuid", "sys-oost", "prest-west"), 1)
    ]
    adjourned = [(0, {**about, "adjourn": "Te weinig bekend"})]

    def by(who: str, rows: list[tuple[int, dict[str, str]]]) -> Callable[[], Answered | None]:
        return lambda: answer_case(database, rows, who, TABLE_DAY, lambda _: None)

    done = together(by("tz-anna", noes), by("tz-bram", adjourned))
    assert sum(not one.wrong for one in done) == 1
    [told] = [one.wrong for one in done if one.wrong]
    assert [(line in (0, 1), column, case in why) for line, column, why in told] == [(True, "case", True)]
    story.runner.move([case], "antwoorden", TABLE_DAY)
    first = done[0].wrong == []
    again = by("tz-anna", noes)() if first else by("tz-bram", adjourned)()
    assert again
    assert (again.known, again.wrong) == (True, [])
    assert answer_case(database, [], "tz-anna", TABLE_DAY, lambda _: None) is None


def test_a_child_that_enters_the_flex_route_is_asked_about_too(database: Database, region: Region) -> None:
    """F-27: its opdracht, as that of a referral."""
    [act] = [process.acts["enter_flex_route"] for process in PROCESSES if "enter_flex_route" in process.acts]
    values = act.values.model_construct(opdracht="C3")
    with database.reading() as session:
        [doubt] = act.doubts(session, region, "tz-anna", values)
    assert isinstance(doubt, Doubt)
    assert doubt.asked.startswith("opdracht C3 staat in deze regio bij geen tafel")
