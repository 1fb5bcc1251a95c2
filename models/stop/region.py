"""What another region means for providers that stop."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from flexroute.errors import UserError
from models.stop.dossier import StopChild, StopCounts, StopDossier, in_dossier
from models.stop.history import hold_dossiers
from rules.shared.region import Region

AT_ONCE = date(2000, 1, 1)


def hold_open(session: Session) -> None:
    """Every open dossier is ours until the transaction ends: whoever moves it later reads the new region."""
    hold_dossiers(session, session.exec(select(StopDossier.reference).where(col(StopDossier.closed_on).is_(None))))


def allows(session: Session, region: Region) -> None:
    """Every municipality of a dossier keeps its access, and the dossiers contract administration. Raises UserError."""
    places = {
        *session.exec(select(StopChild.municipality).where(in_dossier())),
        *session.exec(select(StopCounts.municipality)),
    }
    if without := sorted(places - region.access.keys()):
        raise UserError(
            f"Dit bestand mist de Toegang van gemeente {', '.join(without)}. Er is een dossier met jeugdigen uit die gemeente. "
            "Er is niets gewijzigd. Laat de Toegang erin staan."
        )
    if places and not region.contract_administration():
        raise UserError(
            "Dit bestand heeft niemand met de rol contract_administration, en er is een dossier van een aanbieder die stopt. "
            "Er is niets gewijzigd. Geef iemand die rol."
        )


def changed(session: Session) -> None:
    """The clock looks at every child anew: its terms may have become others."""
    look_anew(session)


def look_anew(session: Session, *which: ColumnElement[bool]) -> None:
    """The clock looks at these children as soon as it can: their terms may have become others."""
    may_be_due = (col(StopChild.finished_on).is_(None), col(StopChild.file_completed_on).is_(None), in_dossier())
    session.execute(update(StopChild).where(*may_be_due, *which).values(watch_on=AT_ONCE))
