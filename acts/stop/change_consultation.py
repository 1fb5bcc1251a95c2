"""One consultation moves, gets another time or place, or is cancelled, until it begins (S-36)."""

from datetime import datetime, time

from sqlmodel import Session

from acts.engine.other_time import OtherTime
from acts.stop.act import DossierAct
from models.stop.consultation import begins_at, changes_of, ensure_consultation, held_on, series_of
from models.stop.dossier import StopDossier
from rules.shared.refusal import Refused, invalid
from rules.stop.asked import OfDossier
from rules.stop.roles import administration


class Change(OtherTime):
    """Of one consultation of the dossier."""


def _planned(session: Session, dossier: StopDossier, asked: OfDossier, now: datetime) -> None:
    values: Change = asked.values
    series, days = series_of(session, dossier), asked.region.days
    if series is None:
        raise Refused("wrong_step", "Voor dit dossier is geen overleg gepland.")
    changes = changes_of(session, dossier)
    day = held_on(series, days, values.on, changes)
    if day is None:
        raise invalid("on", f"op {values.on:%d-%m-%Y} is er geen overleg over dit dossier")
    row = ensure_consultation(session, dossier, day)
    if now >= begins_at(series, row):
        raise Refused("wrong_step", "Dit overleg is al geweest of begonnen.", "on")
    start = time.fromisoformat(row.start or series.start)
    values.fits(asked.region, series.until, start, now, lambda to: held_on(series, days, to, changes) is not None)


ACT = DossierAct("change_consultation", Change, administration, "contractbeheer", planned=_planned)
