"""Who holds what: how much of each process waits for whom, and what waits longest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from models.store.assignment import Assignment, theirs
from models.store.subject import Subject
from rules.shared.assignment import Role
from rules.shared.region import Organisation, Region

PROVIDER, FLEX, REFERRER = "provider", "flex_provider", "referrer"  # beside the roles of a region


class Held(NamedTuple):
    """What is open of one kind of subject: ids, codes and dates only."""

    process: str  # its name
    kind: str  # case, stop, child
    number: int
    by: dict[str, int]  # how many wait for each kind of party, the most first; several may be waited for
    longest: str  # the reference of what waits longest
    since: date


def held(session: Session, region: Region, today: date, who: str | None = None) -> Iterator[Held]:
    """What waits, of everything or of one organisation, person or team, by process."""
    waits = (col(Assignment.closed_at).is_(None), *([theirs(session, region, who, today)] if who else []))
    of: list[Any] = [Subject.process, Subject.kind]
    number: Any = func.count(func.distinct(Assignment.subject))
    subjects = _joined(*of, number, func.min(Assignment.since)).where(*waits).group_by(*of)
    whose: list[Any] = [*of, Assignment.organisation, Assignment.role]
    parties = _joined(*whose, number).where(*waits).group_by(*whose)
    by: dict[tuple[str, str], Counter[str]] = {}
    for process, kind, organisation, role, count in session.execute(parties):
        by.setdefault((process, kind), Counter())[_party(region.organisation.get(organisation), role)] += count
    for process, kind, count, since in session.execute(subjects.order_by(*of)):
        first = _joined(Assignment.subject).where(*waits, Subject.process == process, Subject.kind == kind)
        first = first.where(Assignment.since == since).order_by(Assignment.subject).limit(1)
        longest = session.execute(first).scalar_one()
        yield Held(process, kind, count, dict(by[process, kind].most_common()), longest, since)


def _joined(*columns: Any) -> Select[Any]:
    return select(*columns).join(Subject, col(Subject.reference) == col(Assignment.subject))


def _party(organisation: Organisation | None, role: str | None) -> str:
    """What kind of party somebody is."""
    if organisation is None:
        return role or PROVIDER
    if organisation.municipality:
        return Role.ACCESS
    if organisation.referrer:
        return REFERRER
    return FLEX if organisation.is_flex_provider() and not organisation.is_system_provider() else PROVIDER
