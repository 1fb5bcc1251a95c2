"""C.4: what leaves the program, a paper or a list, holds no number that may be a BSN, whatever was kept before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from flows.mover import Runner
from models.flex.case import Case
from models.flex.meeting import Meeting
from models.stop.dossier import StopChild, StopDossier
from models.store.database import Database
from notifications.guard import HELD, held_back
from tests.support.commands import Run
from tests.support.dossiers import People
from tests.support.meetings import TUESDAY, Story

BSN = "99 99 00 006"


def with_bsn(database: Database, table: Any, **values: Any) -> None:
    """As a program of before may have kept it."""
    with database.writing() as session:
        session.execute(update(table).values(values))


@pytest.fixture
def dossier(people: People, flexroute: Run) -> str:
    made = people.open()
    people.add(made, sender_reference="C-1")
    return made


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (StopChild, {"sender_reference": f"C {BSN}"}),
        (StopChild, {"location": BSN}),
        (StopDossier, {"locations": [BSN]}),
    ],
    ids=["sender's reference", "location", "locations"],
)
def test_a_dossier(dossier: str, people: People, flexroute: Run, tmp_path: Path, table: Any, values: Any) -> None:
    """A sheet is not made, and the message says at what; in a list the text is held back, and the rest is there."""
    assert flexroute("stop", dossier, "--format", "xlsx", "--output", str(tmp_path / "goed.xlsx")).code == 0
    with_bsn(people.database, table, **values)
    said = flexroute("stop", dossier, "--format", "xlsx", "--output", str(tmp_path / "uit.xlsx"))
    assert said.code == 1
    assert f"een BSN kan zijn ({dossier}" in said.err
    assert next(iter(values)) in said.err
    assert not (tmp_path / "uit.xlsx").exists()
    lists = [flexroute("stop", dossier, "--format", "json"), flexroute("stops", "--json")]
    for said in lists[: 1 if table is StopChild else 2]:
        assert said.code == 1
        assert HELD in said.out
        assert HELD in said.err
        assert BSN not in said.out
        assert dossier in said.out


def test_a_dossier_on_paper(dossier: str, people: People, flexroute: Run, tmp_path: Path) -> None:
    """Made whole, or not at all."""
    rename(people.database)
    said = flexroute("stop", dossier, "--format", "pdf", "--output", str(tmp_path / "uit.pdf"))
    assert (said.code, said.out) == (1, "")
    assert "een BSN kan zijn" in said.err
    assert not (tmp_path / "uit.pdf").exists()


def test_cases(case_database: Database, flexroute: Run) -> None:
    """The case stays in the list."""
    with Runner(None) as runner:
        reference = Story(case_database, runner).case_at_the_table("sys-noord", sender_reference="K-1")
    assert flexroute("cases", "--json").code == 0
    with_bsn(case_database, Case, sender_reference=BSN)
    said = flexroute("cases", "--json")
    assert said.code == 1
    assert [(case["reference"], case["sender_reference"]) for case in said.json] == [(reference, HELD)]


@pytest.mark.parametrize("kind", ["json", "pdf", "ics", "html"])
def test_an_agenda(case_database: Database, flexroute: Run, kind: str) -> None:
    """Made whole, or not at all."""
    with Runner(None) as runner:
        story = Story(case_database, runner)
        story.case_at_the_table("sys-noord")
        story.prepare()
    assert flexroute("agenda", "T_BC", TUESDAY, "--format", kind).code == 0
    if kind == "json":
        with_bsn(case_database, Meeting, room=BSN)
    else:
        rename(case_database)
    said = flexroute("agenda", "T_BC", TUESDAY, "--format", kind)
    assert (said.code, said.out) == (1, "")
    assert "een BSN kan zijn" in said.err


def rename(database: Database) -> None:
    """An organisation of the region has such a name."""
    from models.region.directory import load_region, store_region

    with database.writing() as session:
        region = load_region(session)
        named = [one.model_copy(update={"name": f"Zuid {BSN}"}) for one in region.organisations]
        store_region(session, region.model_copy(update={"organisations": tuple(named)}))


def test_what_holds_none_is_the_same() -> None:
    """Nothing is copied for nothing."""
    fine = {"reference": "ZB-2026-000123", "rows": [{"on": "2026-03-09", "number": 999900006, "note": None}]}
    assert held_back(fine) is fine
    assert held_back({"a": [BSN, "x"]}) == {"a": [HELD, "x"]}
