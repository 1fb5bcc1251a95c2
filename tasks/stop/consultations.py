"""The recurring consultation about a provider that stops: planned, changed, and its agendas issued a week ahead (S-35, S-36)."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from prefect import Task
from sqlmodel import col, select

from models.region.directory import load_region
from models.stop.consultation import (
    Consultation,
    ConsultationSeries,
    begins_at,
    changes_of,
    coming,
    ensure_consultation,
    held_on,
    planned_on,
    rhythm,
    series_of,
)
from models.stop.dossier import StopDossier
from models.stop.history import hold_dossiers
from models.store.database import current
from notifications.stop.consultation import cancel_consultation, issue_consultation
from rules.shared.region import Region
from rules.shared.series import meetings
from tasks.engine.agendas import Prepared, prepared
from tasks.engine.step import named_task
from tasks.stop.settle import dossier_line
from tasks.stop.work import DossierContext


@dossier_line("consultations")
def consultations(work: DossierContext) -> None:
    """A series is planned, in the place of the one before, or one consultation changes."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "plan_consultation":
        _plan(work)
    else:
        _change(work)


def _plan(work: DossierContext) -> None:
    """The new series takes over what is known and still to come: at its own day and time, also what was cancelled; the rest is off."""
    given, old = work.answer, series_of(work.session, work.dossier)
    known = coming(work.session, work.dossier, old, work.now) if old else []
    series = ConsultationSeries(
        dossier_id=work.dossier.id or 0,
        first_on=date.fromisoformat(given["first_on"]),
        start=given["start"],
        minutes=given["minutes"],
        every_weeks=given["every_weeks"],
        until=date.fromisoformat(given["until"]) if given["until"] else None,
    )
    series = work.session.merge(series)
    work.session.flush()
    for meeting in known:
        day = planned_on(series, work.region.days, meeting.series_on)
        if day:
            meeting.on, meeting.start, meeting.cancelled = day.on, None, False
            _issue_again(work, meeting)
        elif not meeting.cancelled:
            cancel_consultation(work.session, work.dossier, meeting, work.now)


def _change(work: DossierContext) -> None:
    given, series = work.answer, series_of(work.session, work.dossier)
    assert series is not None  # noqa: S101 - the act looked
    changes = changes_of(work.session, work.dossier)
    day = held_on(series, work.region.days, date.fromisoformat(given["on"]), changes)
    assert day is not None  # noqa: S101 - the act looked
    meeting = ensure_consultation(work.session, work.dossier, day)
    if given["cancelled"]:
        cancel_consultation(work.session, work.dossier, meeting, work.now)
        return
    meeting.change(given)
    _issue_again(work, meeting)


def take_off(work: DossierContext) -> None:
    """The dossier closes: nobody needs to come any more."""
    series = series_of(work.session, work.dossier)
    for meeting in coming(work.session, work.dossier, series, work.now) if series else []:
        if not meeting.cancelled:
            cancel_consultation(work.session, work.dossier, meeting, work.now)


def _issue_again(work: DossierContext, meeting: Consultation) -> None:
    if meeting.version:
        issue_consultation(work.session, work.region, work.dossier, meeting, work.now)


@named_task("Agenda's van één dossier")
def prepare_consultations(dossier: str, first: date, last: date, now: datetime) -> Prepared:
    """Issue the agendas of the consultations from `first` to `last`; one that was issued is left alone."""
    return prepared(dossier, partial(_prepare, dossier, first, last, now))


def _prepare(reference: str, first: date, last: date, now: datetime) -> Prepared:
    done = Prepared()
    with current().writing() as session:
        region = load_region(session)
        for dossier in hold_dossiers(session, [reference]):
            series = series_of(session, dossier)
            if series is None or dossier.closed_on:
                return done
            for day in meetings(rhythm(series), region.days, first, changes_of(session, dossier)):
                if day.on > last:
                    break
                meeting = ensure_consultation(session, dossier, day)
                if meeting.version == 0 and now < begins_at(series, meeting):
                    issue_consultation(session, region, dossier, meeting, now)
                    done.issued.append(meeting.on)
    return done


def agendas(_region: Region) -> list[tuple[str, Task[..., Prepared]]]:
    """What is prepared for a week: every open dossier about which there is a consultation."""
    planned = select(StopDossier.reference).join(ConsultationSeries).where(col(StopDossier.closed_on).is_(None))
    with current().reading() as session:
        found = list(session.exec(planned.order_by(col(StopDossier.id))))
    return [(reference, prepare_consultations) for reference in found]
