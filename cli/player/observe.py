"""What is true of a case or a meeting, held against what a scenario expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from flexroute.clock import local_date
from models.flex import history, overview
from models.flex.agenda import cases_on, find_meeting, meeting_day
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.letter import Letter
from notifications.flex.agenda import guests, subject_of
from notifications.render import render
from rules.flex.letters import INVITATION_WITHDRAWN
from rules.shared.region import Region
from rules.stop.route import OPEN


def label(kind: str, name: Any) -> str:
    """A scenario's own name of a case, a dossier or a child; each kind has names of its own."""
    return f"{kind}:{name}"


Difference = tuple[str, Any, Any]
ORDERED = ("cases", "candidates")


class Observer:
    """Compares; remembers up to which letter each case and meeting was looked at."""

    def __init__(self, database: Database, labels: Mapping[str, str]) -> None:
        self._database, self._labels = database, labels
        self._seen: dict[str, int] = {}

    def compare(self, expect: Mapping[str, Any], now: datetime) -> Iterator[Difference]:
        """Every key that does not hold, with what was expected and what is."""
        with self._database.reading() as session:
            region = load_region(session)
            if "meeting" in expect:
                subject, view = self._meeting(session, region, expect["meeting"])
            else:
                subject, view = self._standing(session, region, expect, local_date(now))
            yield from self._facts(expect, view)
            yield from self._letters(session, region, expect, subject)

    def _standing(
        self, session: Session, region: Region, expect: Mapping[str, Any], today: date
    ) -> tuple[str, dict[str, Any] | None]:
        [kind] = {"case", "stop", "child"} & expect.keys()
        name = label(kind, expect[kind])
        subject = self._labels.get(name, name)
        if kind == "case":
            return subject, overview.of_case(session, region, subject, today)
        if kind == "child":
            return subject, stop_overview.of_child(session, region, subject, today)
        view = stop_overview.of_dossier(session, region, subject, today)
        return subject, view and {**view, "open_children": self._open_children(session, subject)}

    def _open_children(self, session: Session, dossier: str) -> list[str]:
        of_it = col(StopChild.reference).startswith(f"{dossier}-")
        rows = select(StopChild.reference).where(of_it, col(StopChild.status).in_([status.value for status in OPEN]))
        return [self._name(reference) for reference in session.exec(rows)]

    def _name(self, reference: str) -> str:
        """The scenario's own label of a reference."""
        names = {known: name.partition(":")[2] for name, known in self._labels.items()}
        return names.get(reference, reference)

    def _facts(self, expect: Mapping[str, Any], view: Mapping[str, Any] | None) -> Iterator[Difference]:
        if (view is not None) != expect.get("exists", True):
            yield "exists", expect.get("exists", True), view is not None
            return
        for key, expected in expect.items():
            if key in ("case", "meeting", "stop", "child", "exists", "mails", "mails_include"):
                continue
            got = view.get(key) if view else None
            if not _same(key, expected, got):
                yield key, expected, got

    def _meeting(self, session: Session, region: Region, which: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
        table, on = region.table[which["table"]], _day(which["on"])
        known = find_meeting(session, table.id, on)
        changes = history.changes(session, on).get(table.id, {})
        day = meeting_day(region, table, on, changes)
        if day is None or (known and known.cancelled):
            return (subject_of(known) if known else f"{table.id}:{on}", None)
        meeting = known or Meeting(table_id=table.id, series_on=day.series_on, on=day.on)
        invited, optional = guests(session, region, meeting, changes)
        return subject_of(meeting), {
            "cases": [self._name(case.reference) for case in cases_on(session, meeting)],
            "invited": invited,
            "optional": optional,
            "moved_from": day.moved_from,
            "agenda_version": meeting.version,
        }

    def _letters(
        self, session: Session, region: Region, expect: Mapping[str, Any], subject: str
    ) -> Iterator[Difference]:
        rows = (
            select(Letter)
            .where(Letter.subject == subject, col(Letter.id) > self._seen.get(subject, 0))
            .where(Letter.kind != INVITATION_WITHDRAWN)  # tidies a calendar; A.10 knows no such letter
            .order_by(col(Letter.id))
        )
        letters = session.exec(rows).all()
        self._seen[subject] = letters[-1].id or 0 if letters else self._seen.get(subject, 0)
        got = sorted({(letter.kind, letter.recipient) for letter in letters})
        for key in ("mails", "mails_include"):
            if key not in expect:
                continue
            wanted = sorted({(mail["kind"], who) for mail in expect[key] for who in mail["to"]})
            if (got != wanted) if key == "mails" else not set(wanted) <= set(got):
                yield key, _grouped(wanted), _grouped(got)
            for mail in expect[key]:
                for words in mail.get("contains") or ():
                    said = [render(session, region, letter) for letter in letters if letter.kind == mail["kind"]]
                    if not any(_flat(words) in _flat(f"{one.subject}\n{one.text}") for one in said):
                        yield f"{key}.contains", words, mail["kind"]


def _grouped(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    kinds = dict.fromkeys(kind for kind, _ in pairs)
    return [{"kind": kind, "to": [who for of, who in pairs if of == kind]} for kind in kinds]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _same(key: str, expected: Any, got: Any) -> bool:
    if isinstance(expected, list) and isinstance(got, list) and key not in ORDERED:
        return sorted(expected) == sorted(got)
    return bool(expected == got)
