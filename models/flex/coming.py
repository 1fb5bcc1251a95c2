"""Meetings of the tables as people look at them: which come, with what is on each, and which still wait for answers (F-26 … F-33)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import inspect
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from flexroute.clock import local_date
from models.flex import history
from models.flex.agenda import find_meeting, meeting_day, new_meeting, series_places, starts_at
from models.flex.case import Case
from models.flex.meeting import AgendaIssue, AgendaItem, Meeting
from rules.flex.agenda_changes import NO_CHANGES, AgendaChanges, agenda_changes
from rules.flex.route import Step
from rules.flex.seeing import sees_meeting
from rules.flex.tables import closes_at
from rules.shared.region import Region, Table
from rules.shared.series import meetings

_ITEM, _CASE = (inspect(table).local_table.c for table in (AgendaItem, Case))
_ON_IT = rows_of(
    *(_ITEM.meeting_id, _CASE.reference, _CASE.opdracht, _CASE.urgent, _CASE.round, _CASE.owner_id, _CASE.step),
    _CASE.meeting_id.label("now_at"),
).where(_ITEM.case_id == _CASE.id)


@dataclass(frozen=True)
class OnAgenda:
    """A case on the agenda of a meeting. `waits`: it is still to be discussed there, or to be answered."""

    reference: str
    opdracht: str
    urgent: bool
    round: int
    owner: str
    waits: bool


@dataclass(frozen=True)
class TableMeeting:
    """A meeting of a table. `meeting` is not kept yet where nothing was planned for it or said about it."""

    table: Table
    meeting: Meeting
    starts_at: datetime
    closes_at: datetime  # from then on no case comes on its agenda (AMB-14)
    cases: tuple[OnAgenda, ...] = ()
    issued_at: datetime | None = None  # the agenda, last
    changed: AgendaChanges = NO_CHANGES  # since it was issued first

    @property
    def waiting(self) -> tuple[OnAgenda, ...]:
        """The cases that are still to be discussed or answered."""
        return tuple(case for case in self.cases if case.waits)

    def seen_by(self, who: str, region: Region) -> bool:
        """Whether somebody sees this meeting (rules/flex/seeing.py)."""
        return sees_meeting(who, region, self.table, [case.owner for case in self.waiting])


def coming(session: Session, region: Region, first: date, last: date) -> list[TableMeeting]:
    """The meetings of all tables in these days, in their order; those that were cancelled too. The number of queries is fixed."""
    within = select(Meeting).where(col(Meeting.on).between(first, last)).order_by(col(Meeting.id))
    kept = {(row.table_id, row.series_on): row for row in session.exec(within)}
    changes = history.changes(session, first)
    found, places = [row for row in kept.values() if row.cancelled], series_places(session)
    for table in region.tables:
        held = (day for day in meetings(table, region.days, first, changes.get(table.id, {})) if day.on <= last)
        found += [kept.get((table.id, day.series_on)) or new_meeting(table.id, day, places) for day in held]
    return _told(session, region, found)


def unanswered(session: Session, region: Region, now: datetime) -> list[TableMeeting]:
    """The meetings of today and before that have cases which wait for the answers given there, the earliest first."""
    waiting = select(Case.meeting_id).where(Case.step == Step.TABLE)
    been = select(Meeting).where(col(Meeting.id).in_(waiting), Meeting.on <= local_date(now))
    return _told(session, region, session.exec(been).all())


def find(session: Session, region: Region, table_id: str, on: date) -> TableMeeting | None:
    """The meeting of a table on a day, also one that was cancelled; None where there is none."""
    if (table := region.table.get(table_id)) is None:
        return None
    changes = history.changes(session, on).get(table_id, {})
    day = meeting_day(region, table, on, changes)
    meeting = find_meeting(session, table_id, on) or (
        new_meeting(table_id, day, series_places(session)) if day else None
    )
    return _told(session, region, [meeting])[0] if meeting else None


def _told(session: Session, region: Region, those: Sequence[Meeting]) -> list[TableMeeting]:
    ids = [row.id for row in those if row.id]
    cases, issues = _cases(session, ids), _issues(session, {row.id: row.version for row in those if row.version})
    found = []
    for row in those:
        if (table := region.table.get(row.table_id)) is None:
            continue  # of a table that the region has no more
        on_it = tuple(cases.get(row.id, ()))
        told = TableMeeting(table, row, starts_at(region, row), closes_at(row.on, region), on_it)
        if issued := issues.get(row.id):
            first, last = issued
            changed = agenda_changes(first.content, last.content)
            told = replace(told, issued_at=last.issued_at, changed=changed)
        found.append(told)
    return sorted(found, key=lambda one: (one.starts_at, one.table.id, one.meeting.cancelled))


def _cases(session: Session, meetings: Collection[int]) -> dict[int | None, list[OnAgenda]]:
    found: dict[int | None, list[OnAgenda]] = defaultdict(list)
    if meetings:
        on_it = _ON_IT.where(_ITEM.meeting_id.in_(meetings), _ITEM.removed.is_(False)).order_by(_ITEM.id)
        for row in session.connection().execute(on_it):
            waits = row.step == Step.TABLE and row.now_at == row.meeting_id
            on = OnAgenda(row.reference, row.opdracht, row.urgent, row.round, row.owner_id, waits)
            found[row.meeting_id].append(on)
    return found


def _issues(session: Session, versions: dict[int | None, int]) -> dict[int | None, tuple[AgendaIssue, AgendaIssue]]:
    """Of each meeting, by its latest version, the first agenda that was issued, and the last."""
    wanted = select(AgendaIssue).where(
        col(AgendaIssue.meeting_id).in_(versions), col(AgendaIssue.version).in_({1, *versions.values()})
    )
    found = {(one.meeting_id, one.version): one for one in (session.exec(wanted) if versions else ())}
    return {ident: (found[ident or 0, 1], found[ident or 0, last]) for ident, last in versions.items()}
