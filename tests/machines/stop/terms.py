"""The terms and statuses of the document, from the decisions."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import date, timedelta
from typing import Any

from tests.machines.stop.reading import Reading
from tests.machines.stop.told import Known
from tests.machines.stop.world import ACCESSES, ADMINISTRATORS, DAY, ITEMS, WARNINGS, local, months_on


class Terms(Reading):
    """What is due on which day, and where a dossier stands."""

    months: int
    file_days: int

    def term(self, dossier: sqlite3.Row) -> date:
        return months_on(date.fromisoformat(dossier["contract_ends_on"]), self.months)

    def ends_by(self, child: sqlite3.Row, solution: dict[str, Any] | None = None) -> date:
        """S-10, S-25: the twelve months; on route 1 without a receiver also within the allocation."""
        known, last = self.known(child), self.term(self.of(child))
        way = solution or known.agreed
        if way and way["route"] == 1 and not way["receiving_provider"] and child["allocation_ends_on"]:
            return min(last, date.fromisoformat(child["allocation_ends_on"]))
        return last

    def words(self, child: sqlite3.Row, known: Known) -> list[tuple[date, str]]:
        """The days from which something is to be said that was not said yet."""
        if known.started_on:
            due = known.started_on + timedelta(days=self.file_days)
            said = {row["kind"] for row in self.all("SELECT kind FROM letter WHERE subject = ?", child["reference"])}
            if known.file >= ITEMS or "file_overdue" in said:
                return []
            first = [(due - timedelta(days=7), "file_due")] if "file_due" not in said else []
            return [*first, (due + DAY, "file_overdue")]
        if known.finished_on:
            return []
        last, until = self.ends_by(child), date.min
        for letter in self.all("SELECT kind, context, queued_at FROM letter WHERE subject = ?", child["reference"]):
            if letter["kind"] in ("term_near", "term_exceeded") and json.loads(letter["context"])["last_day"] == str(
                last
            ):
                until = max(until, local(letter["queued_at"]))
        near = sorted((months_on(last, -months), "term_near") for months in WARNINGS)
        return [(day, kind) for day, kind in [*near, (last + DAY, "term_exceeded")] if day > until]

    def owed(self, child: sqlite3.Row) -> str | None:
        """The letter that the clock writes about a child today: the latest of those that are due."""
        known = self.known(child)
        if self.of(child)["closed_on"]:
            return None
        due = [kind for day, kind in self.words(child, known) if day <= self.today]
        return due[-1] if due else None

    def finishes_here(self, child: sqlite3.Row) -> bool:
        """On an agreed route 1 without a receiver."""
        known = self.known(child)
        return bool(known.agreed and known.agreed["route"] == 1 and known.receiver is None)

    def speaks_on(self, child: sqlite3.Row) -> date | None:
        """The first day on which the clock has something to say."""
        days = [day for day, _ in self.words(child, self.known(child))]
        return days[0] if days else None

    def told(self, kind: str, child: sqlite3.Row) -> list[str]:
        """A.10: who gets a letter of the clock."""
        stopper = self.of(child)["provider_id"]
        if kind in ("file_due", "file_overdue"):
            return list({stopper, self.known(child).receiver or stopper, *ADMINISTRATORS})
        return [stopper, ACCESSES[child["municipality"]], *ADMINISTRATORS]

    def standing(self, row: sqlite3.Row) -> tuple[str, set[str]]:
        """Where a dossier stands, and what is missing: the table of the document."""
        if row["closed_on"]:
            return "closed", set()
        dossier, children = self.dossier(row), self.children(row)
        if not dossier.counts:
            return "announced", {"counts"}
        places = dossier.places | dossier.counts.keys()
        missing = {"counts"} if any(p not in dossier.counts or dossier.counts[p].silent for p in places) else set()
        missing |= {"explanation"} if any(c.unexplained for c in dossier.counts.values()) else set()
        if missing:
            return "counting", missing
        added = Counter((child["municipality"], child["category"]) for child in children)
        said = Counter({(p, c): n for p, counts in dossier.counts.items() for c, n in (counts.provider or {}).items()})
        missing = {"children"} if +added != +said else set()
        known = [self.known(child) for child in children]
        missing |= {"routes"} if any(one.open and one.agreed is None for one in known) else set()
        if missing:
            return "routing", missing
        rest = {
            "open_children": any(one.open for one in known),
            "files": any(one.started_on and not one.file >= ITEMS for one in known),
            "sign_offs": any(not one.open and not one.signed_off for one in known),
            "declarations": self.today <= date(int(row["contract_ends_on"][:4]) + 1, 12, 31),
        }
        return "settling", {what for what, still in rest.items() if still}

    def closes(self, row: sqlite3.Row) -> bool:
        """S-52: whether the clock closes a dossier today."""
        waits = self.all("SELECT id FROM decided WHERE settled_at IS NULL AND dossier_id = ?", row["id"])
        waits += [one for child in self.children(row) for one in self.undecided(child)]
        return self.standing(row) == ("settling", set()) and not waits
