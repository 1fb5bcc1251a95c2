"""What is true of a case or a meeting, held against what a scenario expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from cli.player.driver import Driver
from flexroute.clock import local_date
from models.region.directory import load_region
from models.store.database import Database
from models.store.letter import Letter
from notifications.render import render
from rules.flex.letters import INVITATION_WITHDRAWN
from rules.shared.process import View, processes
from rules.shared.region import Region


def label(kind: str, name: Any) -> str:
    """A scenario's own name of a case, a dossier or a child; each kind has names of its own."""
    return f"{kind}:{name}"


def views() -> dict[str, View]:
    """What scenarios can look at, in all processes, by its label."""
    return {kind: view for process in processes() for kind, view in process.views.items()}


EVERY = ("exists", "mails", "mails_include")  # what may be expected of all of them
Difference = tuple[str, Any, Any]
ORDERED = ("cases", "candidates")


class Observer:
    """Compares; remembers up to which letter each case and meeting was looked at."""

    def __init__(self, database: Database, driver: Driver, labels: Mapping[str, str]) -> None:
        self._database, self._driver, self._labels = database, driver, labels
        self._seen: dict[str, int] = {}

    def compare(self, expect: Mapping[str, Any], now: datetime) -> Iterator[Difference]:
        """Every key that does not hold, with what was expected and what is."""
        [(kind, look)] = [(kind, look) for kind, look in views().items() if kind in expect]
        own, today = expect[kind], local_date(now)
        if not isinstance(own, Mapping):
            own = self._labels.get(label(kind, own), label(kind, own))
        names = {known: name.partition(":")[2] for name, known in self._labels.items()}
        with self._database.reading() as session:
            region = load_region(session)
            subject, view = look.of(session, region, own, today, names)
        yield from self._facts(expect, self._driver.seen(own, view, names, now))
        with self._database.reading() as session:
            yield from self._letters(session, region, expect, subject)

    def _facts(self, expect: Mapping[str, Any], view: Mapping[str, Any] | None) -> Iterator[Difference]:
        if (view is not None) != expect.get("exists", True):
            yield "exists", expect.get("exists", True), view is not None
            return
        for key, expected in expect.items():
            if key in (*views(), *EVERY):
                continue
            got = view.get(key) if view else None
            if not _same(key, expected, got):
                yield key, expected, got

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


def _same(key: str, expected: Any, got: Any) -> bool:
    if isinstance(expected, list) and isinstance(got, list) and key not in ORDERED:
        return sorted(expected) == sorted(got)
    return bool(expected == got)
