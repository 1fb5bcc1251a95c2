"""flexroute letters: letters without words, options that do not go together, and sending again by state."""

from __future__ import annotations

import pytest

from models.store.database import Database
from models.store.letter import Letter
from notifications.contexts import Context
from notifications.outbox import letter_row, queue_letters
from tests.support.commands import Run
from tests.support.queued_letters import QUEUED_AT, letters, queue


@pytest.mark.parametrize("kind", ["assessment_request", "never_heard_of"])
def test_a_letter_without_words(database: Database, flexroute: Run, kind: str) -> None:
    """What cannot be rendered is just what somebody wants to look at: to whom, its state, why, how often."""
    reason = "van deze brief is geen e-mail te maken (UndefinedError)"
    with database.writing() as session:
        queue_letters(session, [letter_row(kind, "sys-gone", "ZB-2026-000001", "1", Context({}), QUEUED_AT)])
    with database.writing() as session:
        letter = session.get_one(Letter, 1)
        letter.state, letter.reason, letter.attempts, letter.tried_at = "failed", reason, 2, QUEUED_AT
    said = flexroute("letters", "--show", "1")
    assert said.code == 0
    assert said.out.startswith(
        f"Aan: sys-gone\nStaat: mislukt: {reason}\nPogingen: 2; de laatste op 02-03-2026 08:00\n\n"
        "De woorden van deze brief zijn niet te tonen ("
    )
    told = flexroute("letters", "--show", "1", "--json").json
    assert (told["state"], told["attempts"], told["subject"], told["text"]) == ("failed", 2, None, None)


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        (["--again", "1", "--show", "1"], "--again: gaat niet samen met --show; kies er één"),
        (["--again", "1", "--state", "failed"], "--again: gaat niet samen met --state; kies er één"),
        (["--again-all", "failed", "--case", "ZB"], "--again-all: gaat niet samen met --case; kies er één"),
        (["--again-all", "failed", "--last", "3"], "--again-all: gaat niet samen met --last; kies er één"),
        (["--show", "1", "--case", "ZB"], "--show: gaat niet samen met --case; kies er één"),
        (["--show", "1", "--state", "sent"], "--show: gaat niet samen met --state; kies er één"),
        (["--again-all", "sent"], "--again-all: 'sent' kan niet; kies uit: mislukt, niet verstuurd, tegengehouden"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together(database: Database, flexroute: Run, given_: list[str], told: str) -> None:
    """Nothing is silently left out of what somebody asks, and nothing is done."""
    queue(database, 1)
    with database.writing() as session:
        session.get_one(Letter, 1).state = "failed"
    said = flexroute("letters", *given_)
    assert (said.code, said.out) == (2, "")
    assert f"Zo kan het niet: {told}" in said.err
    assert letters(database)[0].state == "failed"


@pytest.mark.parametrize("state", ["failed", "withheld", "held"])
def test_again_by_state(database: Database, flexroute: Run, state: str) -> None:
    """All that stopped in one state, with a few more by number."""
    queue(database, 6)
    with database.writing() as session:
        for number, standing in enumerate(["failed", "withheld", "held", state, "sent"], 1):
            session.get_one(Letter, number).state = standing
    told = flexroute("letters", "--again-all", state, "--again", "5", "--json").json
    number = ["failed", "withheld", "held"].index(state) + 1
    assert (told["ok"], sorted(told["again"]), told["under_way"]) == (True, [number, 4, 5], [])
    assert {letter.id for letter in letters(database) if letter.state == "queued"} == {number, 4, 5, 6}


def test_a_letter_that_went_with_others(database: Database, flexroute: Run) -> None:
    """A.10: a row of its own, with its own words; it says that its mail had others, and which file it is in where it is the first."""
    queue(database, 6, one_run=True)
    assert flexroute("deliver").code == 0
    said = flexroute("letters", "--show", "4").out
    assert "In één mail met 1 andere brief van deze soort\n" in said
    assert "Kenmerk van de casus: ZB-2026-000004" in said
    files = [row["file"] for row in flexroute("letters", "--last", "36500", "--json").json]
    assert [file is not None for file in files] == [True] * 3 + [False] * 3
