"""The agenda of a consultation as it is issued: how the dossier stands, and who is invited. References, dates, numbers and ids only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from flexroute.clock import local_date
from models.stop import overview as stop_overview
from models.stop.consultation import Consultation, ConsultationIssue, ConsultationSeries, begins_at, ends_at, series_of
from models.stop.dossier import StopDossier
from models.stop.history import facts_of_dossiers
from notifications.agendas.issuing import MeetingKind, cancel, issue
from notifications.stop.report.blocks import blocks
from notifications.stop.report.words import figures, in_words
from rules.shared.region import Region
from rules.stop.letters import CONSULTATION, CONSULTATION_CANCELLED, CONSULTATION_WITHDRAWN, stop_recipients

OF_CONSULTATION = MeetingKind(
    ConsultationIssue, "consultation_id", CONSULTATION, CONSULTATION_CANCELLED, CONSULTATION_WITHDRAWN
)


def content(
    session: Session,
    region: Region,
    dossier: StopDossier,
    series: ConsultationSeries,
    meeting: Consultation,
    now: datetime,
) -> dict[str, Any]:
    """What the agenda says, as the dossier stands now: nothing of a youth, nothing that somebody typed."""
    facts = facts_of_dossiers(session, [dossier])[dossier.id or 0]
    today = local_date(now)
    view, children = stop_overview.whole(session, region, dossier, today)
    who = stop_recipients(CONSULTATION, facts, region)
    return {
        "dossier": dossier.reference,
        "provider": dossier.provider_id,
        "contract_ends_on": dossier.contract_ends_on.isoformat(),
        "ends_by": view.ends_by.isoformat(),
        "series_on": meeting.series_on.isoformat(),
        "on": meeting.on.isoformat(),
        "starts_at": begins_at(series, meeting).isoformat(),
        "ends_at": ends_at(series, meeting).isoformat(),
        "chair": who[0],
        "invited": list(who),
        "optional": [],
        "place_in_program": bool(meeting.room or meeting.link),
        "figures": figures(region, view),
        "blocks": blocks(region, view, children),
        "overview": in_words(region, view, children, today),
    }


def subject_of(dossier: StopDossier, meeting: Consultation) -> str:
    """The name of a consultation in the outbox: its day in the series, which never changes."""
    return f"{dossier.reference}:{meeting.series_on.isoformat()}"


def issue_consultation(
    session: Session, region: Region, dossier: StopDossier, meeting: Consultation, now: datetime
) -> None:
    """Issue the agenda of a consultation, with a version one higher, to everybody invited (S-36)."""
    session.flush()
    series = series_of(session, dossier)
    if series is not None:
        said = content(session, region, dossier, series, meeting, now)
        issue(session, region, OF_CONSULTATION, meeting, subject_of(dossier, meeting), said, now)


def cancel_consultation(session: Session, dossier: StopDossier, meeting: Consultation, now: datetime) -> None:
    """Take a consultation off; who was invited to it hears that."""
    if meeting.version:
        cancel(session, OF_CONSULTATION, meeting, subject_of(dossier, meeting), now)
    meeting.cancelled = True
