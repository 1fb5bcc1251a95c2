"""The database as it is, and what the decisions in it tell."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlmodel import col, select

from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.dossier import StopChild
from models.views.dossier import ChildView
from tests.machines.life import Life
from tests.machines.stop.told import Dossier, Known, Numbers
from tests.machines.stop.world import NEVER, local


class Reading(Life):
    """Children and dossiers, and what the decisions tell of each."""

    def child(self, ident: int) -> sqlite3.Row:
        [row] = self.all("SELECT * FROM stop_child WHERE id = ?", ident)
        return row

    def of(self, child: sqlite3.Row) -> sqlite3.Row:
        """Its dossier."""
        [row] = self.all("SELECT * FROM stop_dossier WHERE id = ?", child["dossier_id"])
        return row

    def children(self, dossier: sqlite3.Row) -> list[sqlite3.Row]:
        return self.all(
            "SELECT * FROM stop_child WHERE dossier_id = ? AND removed_on IS NULL ORDER BY id", dossier["id"]
        )

    def undecided(self, child: sqlite3.Row) -> list[sqlite3.Row]:
        """What waits to be settled, about it or about its dossier."""
        return self.all(
            "SELECT id FROM decided WHERE settled_at IS NULL AND (child_id = ? OR dossier_id = ?)",
            child["id"],
            child["dossier_id"],
        )

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        found = self.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: [tuple(row) for row in self.all(f'SELECT * FROM "{name}" ORDER BY rowid')] for (name,) in found}

    def events(self, child: sqlite3.Row, before: str = NEVER) -> Iterator[tuple[str, dict[str, Any], str]]:
        """What was decided about a child and is settled, and when its route lapsed; in order, earlier than `before`."""
        decided = self.all(
            "SELECT act, data, at FROM decided WHERE child_id = ? AND at < ? AND settled_at IS NOT NULL",
            child["id"],
            before,
        )
        found = [(row["at"], row["act"], json.loads(row["data"])) for row in decided]
        lapsed = self.all(
            "SELECT DISTINCT queued_at, context FROM letter WHERE kind = 'term_exceeded' AND subject = ? AND queued_at < ?",
            child["reference"],
            before,
        )
        found += [(row["queued_at"], "lapse", {}) for row in lapsed if json.loads(row["context"])["lapsed"]]
        for at, act, data in sorted(found, key=lambda one: one[0]):
            yield act, data, at

    def known(self, child: sqlite3.Row, before: str = NEVER) -> Known:
        """A child by its decisions."""
        known = Known()
        for act, data, at in self.events(child, before):
            known.take(act, data, local(at))
        return known

    def dossier(self, row: sqlite3.Row, before: str = NEVER) -> Dossier:
        """A dossier by its decisions."""
        found = Dossier(continuation={*self.asked_at_first(row)})
        rows = "SELECT act, data, at, by FROM decided WHERE dossier_id = ? AND at < ? AND settled_at IS NOT NULL ORDER BY id"
        for decision in self.all(rows, row["id"], before):
            data = json.loads(decision["data"])
            if decision["act"] == "request_continuation":
                found.continuation.add(decision["by"])
            elif decision["act"] == "explain_difference":
                found.counts[data["municipality"]].explained = True
            elif decision["act"] == "record_counts":
                counts = found.counts.setdefault(data.pop("municipality"), Numbers())
                counts.explained = False
                if decision["by"] == row["provider_id"]:
                    counts.provider = data
                else:
                    counts.access = data
        of_it = "SELECT municipality FROM stop_child WHERE dossier_id = ? AND added_at < ? AND removed_on IS NULL"
        added = self.all(of_it, row["id"], before)
        found.places = {child["municipality"] for child in added}
        return found

    def asked_at_first(self, row: sqlite3.Row) -> list[str]:
        first = self.all("SELECT data FROM decided WHERE dossier_id = ? AND act = 'register_stop'", row["id"])
        return [who for one in first for who in json.loads(one["data"])["continuation_requested_by"]]

    def holders(self) -> dict[str, str]:
        return {view.reference: view.held_by for view in self.views()}

    def views(self) -> list[ChildView]:
        """The children as people see them."""
        with self.database.reading() as session:
            rows = session.exec(select(StopChild).order_by(col(StopChild.id))).all()
            return stop_overview.of_children(session, load_region(session), rows, self.today)
