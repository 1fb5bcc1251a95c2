"""Who must act on what: written where a step opens, closed where it is answered. Derived: the rules say it, here it can be found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Row,
    Select,
    and_,
    bindparam,
    false,
    insert,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, Session, SQLModel

from flexroute.clock import local_date
from models.store.claim import open_claims, side_of_party
from models.store.database import in_parts
from models.store.subject import Subject
from models.views.task import Task
from rules.shared.assignment import Assigned, Party, members
from rules.shared.process import processes
from rules.shared.region import Region

_OPEN: dict[str, Any] = {"sqlite_where": text("closed_at IS NULL"), "postgresql_where": text("closed_at IS NULL")}


class Assignment(SQLModel, table=True):
    """Somebody must act on a subject. What was answered stays, with when."""

    __table_args__ = (
        Index("assignment_of_subject", "subject", **_OPEN),
        Index("assignment_most_urgent", "routine", "sort_day", "subject", **_OPEN),
        Index("assignment_of_party", "organisation", "role", "scope", **_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(foreign_key="subject.reference")
    organisation: str | None = None
    role: str | None = None
    scope: str | None = None  # the opdracht or municipality of the role
    acts: str  # the one that is due first, with spaces between them
    requirement: str
    since: date
    due: date | None = None
    routine: bool = True  # not urgent: false comes first
    sort_day: date  # the last day; after all others where there is none
    closed_at: datetime | None = None

    @property
    def party(self) -> Party:
        """Who must act."""
        return Party(self.organisation, self.role, self.scope)


_TABLES: list[Any] = [inspect(table) for table in (Assignment, Subject)]
_ASSIGNMENT, _SUBJECT = (table.local_table.c for table in _TABLES)
_STILL_OPEN = _ASSIGNMENT.closed_at.is_(None)
_THESE: Any = bindparam("references", expanding=True)
# Whoever writes holds the subject, and reads only then, in a statement of its own: one that waited for a lock tells what was before.
_HOLD = (
    select(_SUBJECT.reference)
    .where(_SUBJECT.reference.in_(_THESE))
    .order_by(_SUBJECT.reference)
    .with_for_update(key_share=True)
)
_OPEN_ROWS = select(*_ASSIGNMENT).where(_ASSIGNMENT.subject.in_(_THESE), _STILL_OPEN).order_by(_ASSIGNMENT.id)
_CLOSE = update(Assignment).where(_ASSIGNMENT.id == bindparam("closed")).values(closed_at=bindparam("now"))
_MOVE = (
    update(Assignment)
    .where(_ASSIGNMENT.id == bindparam("moved"))
    .values(due=bindparam("by"), sort_day=bindparam("sorted"), routine=bindparam("usual"))
)
_ADD = insert(Assignment)

Derive = Callable[[], Mapping[str, Sequence[Assigned]]]


def assign(session: Session, references: Iterable[str], derive: Derive, now: datetime) -> None:
    """These are theirs from now on: what is not asked any more is closed, what stays asked stays, what is new is added.

    `derive` is called once the subjects are ours. To be called last in a transaction, when its rows are written.
    """
    for part in in_parts(list(dict.fromkeys(references))):
        these = {"references": part}
        held = session.connection().execute(_HOLD, these).scalars().all()
        _write(session, held, session.connection().execute(_OPEN_ROWS, these).all(), derive(), now)


def _write(
    session: Session,
    held: Sequence[str],
    rows: Sequence[Row[Any]],
    wanted: Mapping[str, Sequence[Assigned]],
    now: datetime,
) -> None:
    today, run = local_date(now), session.connection().execute
    open_: dict[str, dict[Any, Row[Any]]] = defaultdict(dict)
    closed, moved, added = [], [], []
    for row in rows:
        same = Party(row.organisation, row.role, row.scope), tuple(row.acts.split())
        if open_[row.subject].setdefault(same, row) is not row:
            closed.append(row.id)  # said twice
    for reference in held:
        kept = open_[reference]
        for one in wanted.get(reference, ()):
            before = kept.pop((one.party, one.acts), None)
            if before is not None and one.since not in (None, before.since):
                closed.append(before.id)  # the same was asked again
                before = None
            if before is None:
                added.append(_row(reference, one, today))
            elif (before.due, before.routine) != (one.due, not one.urgent):
                changed = {"moved": before.id, "by": one.due, "sorted": one.due or date.max, "usual": not one.urgent}
                moved.append(changed)
        closed += [row.id for row in kept.values()]
    if closed:
        run(_CLOSE, [{"closed": ident, "now": now} for ident in closed])
    if moved:
        run(_MOVE, moved)
    if added:
        run(_ADD, added)


def _row(reference: str, one: Assigned, today: date) -> dict[str, Any]:
    return {
        "subject": reference,
        "organisation": one.party.organisation,
        "role": one.party.role,
        "scope": one.party.scope,
        "acts": " ".join(one.acts),
        "requirement": one.requirement,
        "since": one.since or today,
        "due": one.due,
        "routine": not one.urgent,
        "sort_day": one.due or date.max,
    }


def derive_anew(session: Session, region: Region, now: datetime) -> None:
    """Everything open is assigned as the rules say it now: another region came in, or a database of before has no assignments."""
    for process in processes():
        wanted = dict(process.assigned(session, region))
        assign(session, wanted, partial(dict, wanted), now)


def asked_of(session: Session, references: Sequence[str]) -> dict[str, list[Assigned]]:
    """What is asked now about each of these, in the order in which it was written."""
    found: dict[str, list[Assigned]] = defaultdict(list)
    for part in in_parts(references):
        for row in session.connection().execute(_OPEN_ROWS, {"references": part}):
            found[row.subject].append(_assigned(row))
    return found


def _assigned(row: Row[Any]) -> Assigned:
    party = Party(row.organisation, row.role, row.scope)
    return Assigned(party, tuple(row.acts.split()), row.requirement, row.due, row.since, not row.routine)


def subjects_of(session: Session, region: Region, who: str, today: date) -> Select[tuple[str]]:
    """The references of what waits for this organisation, person or team, whichever role it has them by; to choose by.

    The work of who is replaced today is that of the deputy.
    """
    return select(_ASSIGNMENT.subject).where(_STILL_OPEN, theirs(session, region, who, today))


def theirs(session: Session, region: Region, who: str, today: date) -> ColumnElement[bool]:
    """What waits for this organisation, person or team, whichever role it has it by; to choose by."""
    columns = (_ASSIGNMENT.organisation, _ASSIGNMENT.role, _ASSIGNMENT.scope)
    asked = session.connection().execute(select(*columns).where(_STILL_OPEN).distinct())
    own = [who] if region.stand_in(who, today) == who else []
    whose = {*own, *region.stands_in_for(who, today)}
    roles = {role for one in whose & region.person.keys() for role in region.person[one].roles}
    mine = [
        one
        for one in asked
        if not whose.isdisjoint(members(Party(*one), region)) or (one.role in roles and not one.scope)
    ]
    same = (and_(*map(ColumnElement.is_not_distinct_from, columns, party)) for party in mine)
    return or_(false(), *same)


_LISTED = (
    select(
        *(_ASSIGNMENT.subject, _SUBJECT.process, _SUBJECT.kind, _ASSIGNMENT.acts, _ASSIGNMENT.requirement),
        *(_ASSIGNMENT.since, _ASSIGNMENT.due, _ASSIGNMENT.routine),
        *(_ASSIGNMENT.organisation, _ASSIGNMENT.role, _ASSIGNMENT.scope),
    )
    .join(Subject, _ASSIGNMENT.subject == _SUBJECT.reference)
    .where(_STILL_OPEN)
    .order_by(_ASSIGNMENT.routine, _ASSIGNMENT.sort_day, _ASSIGNMENT.subject)
    .limit(bindparam("limit"))
)  # built once: that takes longer than reading fifty rows


def most_urgent(session: Session, region: Region, today: date, limit: int, who: str | None = None) -> list[Task]:
    """What must be done first, of everything or by one organisation, person or team: what is urgent, then by its last day.

    The work of who is replaced today is that of the deputy.
    """
    chosen = _LISTED.where(theirs(session, region, who, today)) if who else _LISTED

    @cache  # many wait for the same
    def whom(*party: str | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(region.stand_in(one, today) for one in members(Party(*party), region)))

    rows = session.connection().execute(chosen, {"limit": limit}).all()
    claimed = open_claims(session, [row.subject for row in rows])
    return [
        Task(
            *(reference, process, kind, tuple(acts.split()), whom(*party), requirement, since, due, not routine),
            *claimed.get((reference, side_of_party(Party(*party), region)), (None, None))[:2],
        )
        for reference, process, kind, acts, requirement, since, due, routine, *party in rows
    ]
