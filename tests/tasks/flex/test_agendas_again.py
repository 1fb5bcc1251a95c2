"""An issued agenda whose cases change is issued again, and Prefect shows the new one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flexroute.clock import from_local
from flows.mover import Runner
from models.store.database import Database
from rules.flex.letters import AGENDA
from tests.support.meetings import PREP, TUESDAY, Story

LATER = PREP + timedelta(hours=1)
DURING = from_local(f"{TUESDAY}T10:30")
NO_OF = {"subcontractors": [{"provider": "oa-klein", "can_deliver": False, "explanation": "Vol"}]}
TAKEN_BACK = "Praktijk Klein: nee, later ingetrokken"


def take_back(story: Story, case: str, now: Any = LATER) -> None:
    story.runner.decide("withdraw_statement", case, "sys-noord", {"subcontractor": "oa-klein"}, now)


def words(story: Story) -> str:
    return " ".join(story.latest().text.split())


def test_a_subcontractor_takes_its_no_back(database: Database) -> None:
    """Everybody who was told "nee" hears that it was taken back, once."""
    with Runner(None) as runner:
        story = Story(database, runner)
        case = story.case_at_the_table("sys-noord", no=NO_OF)
        story.prepare()
        assert "Praktijk Klein: nee" in words(story)
        before = story.letters()
        take_back(story, case)
        again = story.letters(before[-1][0].id or 0)
        assert TAKEN_BACK in words(story)
        assert story.meeting().version == 2
        invited = [letter.recipient for letter, _ in before if letter.subject == f"T_BC:{TUESDAY}"]
        assert [(letter.kind, letter.recipient) for letter, _ in again] == [(AGENDA, who) for who in invited]


@pytest.mark.parametrize(("prepared", "now", "version"), [(False, LATER, 0), (True, DURING, 1)])
def test_nobody_is_told_before_the_agenda_or_during_the_meeting(
    database: Database, prepared: bool, now: Any, version: int
) -> None:
    with Runner(None) as runner:
        story = Story(database, runner)
        case = story.case_at_the_table("sys-noord", no=NO_OF)
        if prepared:
            story.prepare()
        take_back(story, case, now)
        assert story.meeting().version == version


def test_prefect_shows_what_was_issued_last(
    database: Database, prefect_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of a meeting that moves, under the same name, and of one that is off."""
    shown: list[tuple[str, str, str]] = []

    def create(*, key: str, description: str, markdown: str) -> None:
        shown.append((key, description, " ".join(markdown.split())))

    monkeypatch.setattr("tasks.flex.artifacts.create_markdown_artifact", create)
    monkeypatch.setattr("notifications.flex.agenda_letter.pdf", None)  # words only: nobody reads a PDF in Prefect
    with Runner(prefect_server) as runner:
        story = Story(database, runner)
        case = story.case_at_the_table("sys-noord", no=NO_OF)
        assert shown == []
        story.prepare()
        assert [key for key, *_ in shown].count("agenda-t-bc-2026-03-10") == 1
        shown.clear()
        take_back(story, case)
        story.change(LATER + timedelta(hours=1), "T_BC", TUESDAY, to="2026-03-11")
        story.change(LATER + timedelta(hours=2), "T_BC", "2026-03-11", cancelled=True)
        assert {key for key, *_ in shown} == {"agenda-t-bc-2026-03-10"}
        moved, off = shown  # a decision about a case waits for no artifact
        assert TAKEN_BACK in moved[2]
        assert moved[1].endswith("woensdag 11 maart 2026 (bijgewerkt)")
        assert "Dit overleg gaat niet door" in off[2]
