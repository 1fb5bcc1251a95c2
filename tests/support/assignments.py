"""Who must act, as it is kept; and whether that is what the rules say now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from models.region.directory import load_region
from models.store.assignment import Assignment, asked_of
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.assignment import Assigned
from rules.shared.process import processes

WHOLE = len("ST-2026-000001")  # of a reference: the case, or the dossier of a child


def asked(database: Database, *references: str) -> list[tuple[str | None, str]]:
    """Who must act on these now, and with which acts: an organisation, or a role with its scope."""
    with database.reading() as session:
        found = asked_of(session, references)
    return [(_named(one), " ".join(one.acts)) for reference in references for one in found.get(reference, ())]


def _named(one: Assigned) -> str | None:
    party = one.party
    return party.organisation or " ".join(part for part in (party.role, party.scope) if part)


def unlike_the_rules(database: Database) -> dict[str, Any]:
    """By reference what is kept otherwise than the rules say it. What waits to be settled, and the dossier it is in, comes later."""
    with database.reading() as session:
        region = load_region(session)
        derived = {ref: _all_but_since(said) for one in processes() for ref, said in one.assigned(session, region)}
        open_ = select(Assignment.subject).where(col(Assignment.closed_at).is_(None)).distinct()
        kept = {ref: _all_but_since(said) for ref, said in asked_of(session, list(session.exec(open_))).items()}
        waiting = _waiting(session)
    settled = {reference for reference in derived.keys() | kept.keys() if reference[:WHOLE] not in waiting}
    nothing: Counter[Assigned] = Counter()
    both = {one: (kept.get(one, nothing), derived.get(one, nothing)) for one in settled}
    return {one: pair for one, pair in both.items() if pair[0] != pair[1]}


def _waiting(session: Session) -> set[str]:
    waiting = select(Decision.subject).where(col(Decision.settled_at).is_(None))
    return {subject[:WHOLE] for subject in session.exec(waiting)}


def _all_but_since(every: Iterable[Assigned]) -> Counter[Assigned]:
    return Counter(replace(one, since=None) for one in every)
