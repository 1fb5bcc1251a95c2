"""A list while others decide or import, or while the database goes away (S-17)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event

from acts import perform
from acts.intake.report import Import
from acts.stop import child_list
from acts.stop.children import record_children
from flexroute.errors import Unreachable
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.refusal import Refused
from tests.support.client_lists import COUNTS, FIRST, LINE, SECOND, STOP, listed, many, taking_in
from tests.support.lists import NOW
from tests.support.stored import rows, unsettled


def test_what_was_decided_about_the_dossier_just_before_is_settled_first(take_in: Any, database: Database) -> None:
    perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
    assert take_in(listed(LINE)).new == [(2, FIRST)]
    assert unsettled(database) == ["add_child"]


def test_also_in_the_midst_of_a_list(take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is told as what it was: those before stay new, those after it go on."""

    def counted_after_the_first(*args: Any) -> Any:
        if args[3][0]["sender_reference"] == "C-3" and not _counted(database):
            perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
        return record_children(*args)

    monkeypatch.setattr(child_list, "CHUNK", 2)
    monkeypatch.setattr(child_list, "record_children", counted_after_the_first)
    done = take_in(listed(*many(5)))
    assert [line for line, _ in done.new] == [2, 3, 4, 5, 6]
    assert (done.known, done.wrong) == ([], [])


def _counted(database: Database) -> bool:
    return any(one.act == "record_counts" for one in rows(database, Decision))


def test_a_dossier_that_stays_stuck_is_told(take_in: Any, database: Database) -> None:
    perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
    with pytest.raises(Refused, match="nog niet is verwerkt"):
        take_in(listed(LINE), settle=lambda: None)
    assert rows(database, StopChild) == []
    assert take_in(listed(LINE)).new


def test_a_database_that_goes_away_is_told_and_a_second_try_takes_in_the_rest(
    take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_at_the_second(*args: Any) -> Any:
        if args[3][0]["sender_reference"] == "C-3":
            raise Unreachable("weg")
        return record_children(*args)

    text = listed(*many(3))
    with monkeypatch.context() as broken:
        broken.setattr(child_list, "CHUNK", 2)
        broken.setattr(child_list, "record_children", fails_at_the_second)
        with pytest.raises(Unreachable):
            take_in(text)
    done = take_in(text)
    assert done == Import(known=[(2, FIRST), (3, SECOND)], new=[(4, "ST-2026-000001-0003")])


def test_two_imports_at_once(database: Database, stop: str, tmp_path: Path) -> None:
    """S-17: two lists that overlap, at the same moment; every child once, every reference once."""
    barrier = Barrier(2)

    def take_in(first: int) -> Import:
        folder = tmp_path / str(first)
        folder.mkdir()
        barrier.wait(30)
        return taking_in(database, folder)(listed(*many(150, first)))

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.map(take_in, (1, 101))
    assert not one.wrong + two.wrong
    children = rows(database, StopChild)
    assert sorted(child.reference for child in children) == [f"{STOP}-{n:04d}" for n in range(1, 251)]
    assert {child.sender_reference for child in children} == {f"C-{n}" for n in range(1, 251)}
    assert (len(one.new) + len(two.new), len(one.known) + len(two.known)) == (250, 50)


def test_a_long_list_asks_no_more_of_the_database_for_each_line(take_in: Any, database: Database) -> None:
    """S-14: the whole client base of a large provider, in time that grows with its lines and no faster."""

    def statements(lines: list[str]) -> int:
        asked: list[int] = []

        def count(*_: Any) -> None:
            asked.append(1)

        event.listen(database.engine, "before_cursor_execute", count)
        assert len(take_in(listed(*lines)).new) == len(lines)
        event.remove(database.engine, "before_cursor_execute", count)
        return len(asked)

    few = statements(many(200))
    assert statements(many(400, 201)) <= 2 * few
