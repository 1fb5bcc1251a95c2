"""Taking in another region: not where a case or a dossier would lose somebody; then the clock looks at every child anew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from flexroute.errors import UserError
from models.directory import store_region
from models.stop import StopChild, StopCounts
from rules.region import Region

AT_ONCE = date(2000, 1, 1)


def change_region(session: Session, region: Region) -> None:
    """Store a region in the place of what was there. Raises UserError: leave the transaction, and nothing has changed."""
    places = {*session.exec(select(StopChild.municipality)), *session.exec(select(StopCounts.municipality))}
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
    try:
        store_region(session, region)
    except IntegrityError:
        raise UserError(
            "Dit bestand mist een organisatie of tafel die nog bij een casus hoort. Er is niets gewijzigd. "
            "Laat die erin staan; een contract kan wel eindigen."
        ) from None
    may_be_due = (col(StopChild.finished_on).is_(None), col(StopChild.file_completed_on).is_(None))
    session.execute(update(StopChild).where(*may_be_due).values(watch_on=AT_ONCE))  # its terms may have become others
