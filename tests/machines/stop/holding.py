"""What must always be so."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.dossier import StopChild, StopDossier
from models.store.letter import Letter
from models.views.dossier import ChildView
from notifications.render import render
from rules.stop.status import child_status
from tests.machines.stop.allowed import Allowed
from tests.machines.stop.world import (
    ACCESSES,
    CORRECTED,
    ITEMS,
    MOTIVES,
    OF_CONSULTATIONS,
    ORGANISATIONS,
    REGION,
    contracted,
)
from tests.support.private import SECRETS

EVER = "9999-12-31 00:00"


class Holding(Allowed):
    """Each child, each dossier, the clock and the letters, against what the decisions tell."""

    seen: Any
    closed: dict[int, str]
    letters_read: int
    watched_on: date | None
    shown: dict[str, ChildView]  # the children as people see them now

    def everything_holds(self) -> None:
        seen = (self.version(), self.today)
        if seen == self.seen:
            return  # nothing changed since
        self.seen = seen
        checks = (self.decisions, self.each_child, self.allocations, self.each_dossier, self.the_clock_looks_in_time)
        for check in (*checks, self.letters, self.somebody, self.assignments):
            check()

    def each_child(self) -> None:
        """S-11: held by exactly one; its row, and what people see of it, follow from the decisions; a term never ends care."""
        assert not self.all("SELECT * FROM stop_child WHERE trouble IS NOT NULL")
        views = self.shown = {view.reference: view for view in self.views()}
        with self.database.reading() as session:
            derived = {row.reference: child_status(row.facts()) for row in session.exec(select(StopChild))}
        for child in self.all("SELECT * FROM stop_child WHERE removed_on IS NULL"):
            known, dossier, view = self.known(child), self.of(child), views[child["reference"]]
            if self.undecided(child):
                continue
            assert child["status"] == known.status == view.status == derived[child["reference"]]
            access = ACCESSES[child["municipality"]]
            holder = access if known.finished_on and known.signed_off else dossier["provider_id"]
            holder = known.receiver if known.started_on else holder
            assert view.held_by == holder in ORGANISATIONS
            assert not (known.started_on and known.finished_on)
            assert view.route == child["route"] == (known.agreed["route"] if known.agreed else None)
            assert view.receiving_provider == known.receiver
            case = self.flex_case(child, EVER)
            waits = known.status == "transferring" and known.receiver == case.accepted and not case.ready
            missing = known.missing(self.dossier(dossier).counted) | ({"flex_route"} if waits else set())
            assert {*view.missing} == missing
            assert view.ends_by == self.ends_by(child) <= self.term(dossier)
            assert str(view.registered_on) == (known.registered_on or child["registered_on"])
            due = known.started_on + timedelta(days=self.file_days) if known.started_on else None
            assert view.file_due == due
            late = max(0, (known.completed_on - due).days) if known.completed_on and due else None
            assert view.file_late_days == late
            assert {*view.signals} == self.signals.get(child["id"], set())

    def allocations(self) -> None:
        """S-57, F-82: one allocation number of a municipality is one youth's; a child and its cases are one, a withdrawn case has none."""
        found = self.all(
            "SELECT municipality, allocation_number, id AS child FROM stop_child UNION "
            "SELECT municipality, allocation_number, stop_child_id FROM escalation_case "
            "WHERE outcome IS NULL OR outcome <> 'withdrawn'"
        )
        having = Counter((row["municipality"], row["allocation_number"]) for row in found if row["allocation_number"])
        assert not [number for number, youths in having.items() if youths > 1], "two youths with one number"

    def each_dossier(self) -> None:
        """S-17, S-42, S-52: its status and what is missing follow; closed only when all is settled, and for good."""
        assert not self.all("SELECT * FROM stop_dossier WHERE trouble IS NOT NULL")
        with self.database.reading() as session:
            rows = session.exec(select(StopDossier).order_by(col(StopDossier.id))).all()
            views = stop_overview.of_dossiers(session, load_region(session), rows, self.today)
        for row, view in zip(self.all("SELECT * FROM stop_dossier ORDER BY id"), views, strict=True):
            if ident := self.closed.get(row["id"]):
                assert row["closed_on"] == ident
            waits = [one for child in self.children(row) for one in self.undecided(child)]
            if waits or self.all("SELECT id FROM decided WHERE settled_at IS NULL AND dossier_id = ?", row["id"]):
                continue
            dossier = self.dossier(row)
            assert (view.status, {*view.missing}) == self.standing(row)
            assert view.differences == {p: c.differences for p, c in dossier.counts.items() if c.differences}
            assert view.ends_by == self.term(row)
            assert view.open == sum(self.known(child).open for child in self.children(row))
            forms = json.loads(row["care_forms"])
            able = [o for o in ORGANISATIONS if any(contracted(o, form, self.today) for form in forms)]
            assert view.candidates == [who for who in able if who != row["provider_id"]]
            if row["closed_on"] and row["id"] not in self.closed:
                self.closed[row["id"]] = row["closed_on"]
                assert dossier.counted, "closed with a difference"
                for child in self.children(row):
                    known = self.known(child)
                    assert not known.open, "closed with an open child"
                    assert known.signed_off, "closed unsigned"
                    assert known.finished_on or known.file >= ITEMS, "closed incomplete"

    def somebody(self) -> None:
        """S-11, A.10: a child that is not settled, and its dossier, wait for somebody who exists and was told, or acted there."""
        rows = {row["id"]: row for row in self.all("SELECT * FROM stop_dossier")}
        for child in self.all("SELECT * FROM stop_child WHERE removed_on IS NULL"):
            dossier, view = rows[child["dossier_id"]], self.shown[child["reference"]]
            if self.undecided(child) or dossier["closed_on"] or not (view.missing or self.known(child).open):
                continue
            assert view.waiting_for, f"{view.reference} waits for nobody"
            assert {*view.waiting_for} <= {*ORGANISATIONS, "care_mediation_team"}
            knows = {dossier["provider_id"]}  # it stops, and its duty began with that (S-40)
            decided = "SELECT by FROM decided WHERE dossier_id = ? OR child_id IN (SELECT id FROM stop_child WHERE dossier_id = ?)"
            knows |= {row["by"] for row in self.all(decided, dossier["id"], dossier["id"])}
            about = [dossier["reference"], view.reference, *view.flex_cases]
            marks = ", ".join("?" * len(about))
            told = f"SELECT recipient FROM letter WHERE subject IN ({marks}) AND state IN ('queued', 'sent')"
            knows |= {row["recipient"] for row in self.all(told, *about)}
            assert knows & {*view.waiting_for}, f"nobody of {view.waiting_for} was told of {view.reference}"

    def the_clock_looks_in_time(self) -> None:
        """S-10, S-47: no child is forgotten: it is looked at on the first day on which there is something to say at the latest."""
        for child in self.all("SELECT * FROM stop_child WHERE removed_on IS NULL"):
            day = self.speaks_on(child)
            if day is None or self.undecided(child) or self.of(child)["closed_on"]:
                continue
            assert child["watch_on"] is not None
            latest = max(day, self.watched_on) if self.watched_on else day
            assert date.fromisoformat(child["watch_on"]) <= latest

    def letters(self) -> None:
        """A.10, C.4, N-24: those that are due, each once, to known parties; nothing private or typed but the motives."""
        keys = Counter(row["key"] for row in self.all("SELECT key FROM letter"))
        assert not [key for key, number in keys.items() if number > 1]
        queued = Counter(
            (row["kind"], row["recipient"], row["subject"])
            for row in self.all("SELECT * FROM letter WHERE subject LIKE 'ST-%'")
            if row["kind"] not in (*OF_CONSULTATIONS, *CORRECTED)
        )
        assert queued == +self.due_letters
        raw = self.all("SELECT key, subject, context, reason FROM letter WHERE id > ?", self.letters_read)
        said = [str(text) for row in raw for text in row]
        said += [str(row["content"]) for row in self.all("SELECT content FROM consultation_issue")]
        with self.database.reading() as session:
            fresh = select(Letter).where(col(Letter.id) > self.letters_read).order_by(col(Letter.id))
            rendered = set()
            for letter in session.exec(fresh).all():
                self.letters_read = letter.id or self.letters_read
                about = (letter.kind, letter.subject, json.dumps(letter.context))
                if about in rendered:
                    continue  # the same for everybody who gets it
                rendered.add(about)
                words = render(session, REGION, letter)
                said += [words.subject, words.text, words.html]
                if letter.kind == "provider_stops":
                    assert MOTIVES.replace("\n", " ") in " ".join(words.text.split())  # S-39
        for secret in SECRETS:
            assert not [text for text in said if secret in text], f"{secret} goes out"
