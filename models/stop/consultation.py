"""The consultations about a provider that stops: how often, each one, and what was sent about it (S-36)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from flexroute.clock import AMSTERDAM, local_date
from models.stop.dossier import StopDossier
from models.store.occurrence import Occurrence
from rules.shared.calendar import WorkingDays
from rules.shared.series import Change, Changes, MeetingDay, Rhythm, meetings


class ConsultationSeries(SQLModel, table=True):
    """How often contract administration consults with the stopping provider (S-36)."""

    __tablename__ = "consultation_series"

    dossier_id: int = Field(primary_key=True, foreign_key="stop_dossier.id")
    first_on: date
    start: str
    minutes: int
    every_weeks: int
    until: date | None = None


class Consultation(Occurrence, table=True):
    """One consultation. Its day in the series names it for good, also when it moves."""

    __table_args__ = (UniqueConstraint("dossier_id", "series_on"),)

    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = Field(foreign_key="stop_dossier.id")


class ConsultationIssue(SQLModel, table=True):
    """An agenda of a consultation as it was sent: codes, dates, numbers and ids only."""

    __tablename__ = "consultation_issue"

    consultation_id: int = Field(primary_key=True, foreign_key="consultation.id")
    version: int = Field(primary_key=True)
    issued_at: datetime
    content: dict[str, Any] = Field(sa_type=JSON)


def series_of(session: Session, dossier: StopDossier) -> ConsultationSeries | None:
    """How often there is a consultation about this dossier; None where none is planned."""
    return session.get(ConsultationSeries, dossier.id)


def rhythm(series: ConsultationSeries) -> Rhythm:
    """As the rules know it."""
    return Rhythm(series.first_on, series.every_weeks, series.until)


def changes_of(session: Session, dossier: StopDossier) -> Changes:
    """The consultations that are known already or were changed."""
    return _changes(session, [dossier.id or 0])[dossier.id or 0]


def _changes(session: Session, dossiers: Sequence[int]) -> dict[int, dict[date, Change]]:
    found: dict[int, dict[date, Change]] = defaultdict(dict)
    for row in session.exec(select(Consultation).where(col(Consultation.dossier_id).in_(dossiers))):
        found[row.dossier_id][row.series_on] = Change(row.on, row.cancelled)
    return found


def next_on(session: Session, days: WorkingDays, dossiers: Sequence[int], today: date) -> dict[int, date]:
    """The day of the next consultation, today or later, about each dossier that has one (S-36)."""
    planned = session.exec(select(ConsultationSeries).where(col(ConsultationSeries.dossier_id).in_(dossiers)))
    changes = _changes(session, dossiers)
    held = {s.dossier_id: meetings(rhythm(s), days, today, changes[s.dossier_id]) for s in planned}
    return {ident: coming[0].on for ident, coming in held.items() if coming}


def held_on(series: ConsultationSeries, days: WorkingDays, on: date, changes: Changes) -> MeetingDay | None:
    """The consultation on a day; None when there is none then."""
    return next((day for day in meetings(rhythm(series), days, on, changes) if day.on == on), None)


def planned_on(series: ConsultationSeries, days: WorkingDays, series_on: date) -> MeetingDay | None:
    """The consultation of a day of the series itself, whatever was changed; None when the series has no such day."""
    return next((day for day in meetings(rhythm(series), days, series_on, {}) if day.series_on == series_on), None)


def ensure_consultation(session: Session, dossier: StopDossier, day: MeetingDay) -> Consultation:
    """The row of a consultation, made when it is not there yet. Only for who holds the dossier."""
    same = (Consultation.dossier_id == dossier.id, Consultation.series_on == day.series_on)
    row = session.exec(select(Consultation).where(*same)).first()
    if row is None:
        row = Consultation(dossier_id=dossier.id or 0, series_on=day.series_on, on=day.on)
        session.add(row)
        session.flush()
    return row


def find_consultation(session: Session, dossier: str, on: date) -> Consultation | None:
    """The consultation about a dossier on a day, also one that was cancelled since; the row may not be there yet."""
    rows = select(Consultation).join(StopDossier).where(StopDossier.reference == dossier, Consultation.on == on)
    return session.exec(rows.order_by(col(Consultation.cancelled), col(Consultation.id))).first()


def begins_at(series: ConsultationSeries, row: Consultation) -> datetime:
    """When a consultation begins, aware."""
    return datetime.combine(row.on, time.fromisoformat(row.start or series.start), AMSTERDAM)


def ends_at(series: ConsultationSeries, row: Consultation) -> datetime:
    """When it ends, aware."""
    return begins_at(series, row) + timedelta(minutes=series.minutes)


def coming(session: Session, dossier: StopDossier, series: ConsultationSeries, now: datetime) -> list[Consultation]:
    """The consultations that are known and still to begin, also those that were cancelled."""
    rows = select(Consultation).where(Consultation.dossier_id == dossier.id, col(Consultation.on) >= local_date(now))
    return [row for row in session.exec(rows.order_by(col(Consultation.on))) if now < begins_at(series, row)]
