"""What the clock does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import note

from flexroute.clock import AMSTERDAM
from flows.deadline_watch import deadline_watch
from flows.stop_provider import stop_provider
from flows.table_prep import table_prep
from tests.machines.stop.acting import Acting
from tests.machines.stop.world import DAY, LATEST


class Clock(Acting):
    """Time passes, and the scheduled flows run."""

    def clock(self, chance: Random) -> None:
        """Days or months pass, and somebody looks at the terms."""
        if self.now > LATEST:
            return
        match chance.choice(["days", "days", "weeks", "months", "term", "term", "term", "now"]):
            case "days":
                self.now += timedelta(days=chance.randint(1, 9))
            case "weeks":
                self.now += timedelta(days=chance.randint(10, 45))
            case "months":
                self.now += timedelta(days=chance.randint(60, 200))
            case "term":  # the day before something is due, and the day itself
                days = [
                    day
                    for child in self.all("SELECT * FROM stop_child WHERE removed_on IS NULL")
                    if (day := self.speaks_on(child))
                ]
                coming = sorted(day for day in days if day > self.today + DAY)
                if coming:
                    self.now = datetime.combine(coming[0] - DAY, time(7), AMSTERDAM).astimezone(UTC)
                    self.watch()
                    self.now += DAY
            case _:
                self.twice(chance.choice([stop_provider, table_prep]))
                return
        self.watch()

    def watch(self) -> None:
        """The deadline watch, until it has nothing more to say: a route that lapsed gave its child another last day."""
        self.everything_holds()
        while self.look():
            pass
        self.twice(deadline_watch)

    def look(self) -> bool:
        """One run: it says what is due, ends no care, gives no child to another, closes what is done. Whether a route lapsed."""
        holders, rows, before = (
            self.holders(),
            self.all("SELECT * FROM stop_child WHERE removed_on IS NULL"),
            self.size("letter"),
        )
        owed = {row["id"]: kind for row in rows if not self.undecided(row) and (kind := self.owed(row))}
        lapsing = {row["id"] for row in rows if owed.get(row["id"]) == "term_exceeded" and self.finishes_here(row)}
        closing = {row["id"] for row in self.all("SELECT * FROM stop_dossier") if self.closes(row)}
        self.flow(deadline_watch)
        self.watched_on = self.today
        for child in rows:
            said = self.all("SELECT * FROM letter WHERE id > ? AND subject = ?", before, child["reference"])
            kind = owed.get(child["id"])
            people = Counter((letter["kind"], letter["recipient"]) for letter in said)
            assert people == Counter((kind, who) for who in (self.told(kind, child) if kind else ()))
            self.due_letters.update((row["kind"], row["recipient"], row["subject"]) for row in said)
            if kind:
                self.signals[child["id"]] |= {{"term_near": "term_at_risk", "file_due": ""}.get(kind, kind)} - {""}
                self.came[kind] += 1
            if child["id"] in lapsing:
                assert self.child(child["id"])["route"] is None, "route 1 did not lapse"
                self.came["lapsed"] += 1
        assert self.holders() == holders, "the clock gave a child to another"
        closed = {row["id"] for row in self.all("SELECT * FROM stop_dossier WHERE closed_on = ?", self.day())}
        assert closed - self.closed.keys() == closing
        self.everything_holds()
        return bool(lapsing)

    def flow(self, which: Any) -> None:
        note(f"{self.now:%Y-%m-%d %H:%M} {which.fn.__name__}")
        self.runner.run(which, "gepland", now=self.now)

    def twice(self, which: Any) -> None:
        """A flow, and once more: the second time it finds nothing to do."""
        self.flow(which)
        before = self.dump()
        self.flow(which)
        assert self.dump() == before, "a second run changed something"
