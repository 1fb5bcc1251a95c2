"""Taking in another region: not where a case or a dossier would lose somebody; then the clock looks at every child anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from flexroute import clock
from flexroute.errors import UserError
from models.bridges.waiting import Waiting, who_must_act
from models.flex.case import Case
from models.region.directory import RegionRecord, load_region, store_region
from models.stop.dossier import StopChild, StopCounts, StopDossier
from models.stop.history import hold_dossiers
from rules.flex.route import Step
from rules.shared.region import Region

AT_ONCE = date(2000, 1, 1)
SHOWN = 20  # references in a refusal


@dataclass(frozen=True, slots=True)
class Handover:
    """An open case, dossier or child that others must act on from now on: who had to before, and who must now."""

    now: Waiting
    before: tuple[str, ...]

    @property
    def reference(self) -> str:
        """Of the case, dossier or child."""
        return self.now.reference

    @property
    def gone(self) -> tuple[str, ...]:
        """Who need not act any more."""
        return tuple(who for who in self.before if who not in self.now.who)

    @property
    def newcomers(self) -> tuple[str, ...]:
        """Who had not to act before, and must be told."""
        return tuple(who for who in self.now.who if who not in self.before)


def change_region(session: Session, region: Region, today: date | None = None) -> list[Handover]:
    """Store a region in the place of what was there; answers with what changes hands by it.

    Raises UserError where a case, dossier or child would be left without somebody: leave the transaction, and nothing has changed.
    """
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
    handed = _handed_over(session, region, today or clock.local_date(clock.now()))
    try:
        store_region(session, region)
    except IntegrityError:
        raise UserError(
            "Dit bestand mist een organisatie of tafel die nog bij een casus hoort. Er is niets gewijzigd. "
            "Laat die erin staan; een contract kan wel eindigen."
        ) from None
    may_be_due = (col(StopChild.finished_on).is_(None), col(StopChild.file_completed_on).is_(None))
    session.execute(update(StopChild).where(*may_be_due).values(watch_on=AT_ONCE))  # its terms may have become others
    return handed


def _handed_over(session: Session, region: Region, today: date) -> list[Handover]:
    """What changes hands. Everything open is ours from here on: whoever moves it later reads the new region."""
    if session.exec(select(RegionRecord.id)).first() is None:
        return []
    hold_dossiers(session, session.exec(select(StopDossier.reference).where(col(StopDossier.closed_on).is_(None))))
    session.exec(select(Case.id).where(Case.step != Step.CLOSED).order_by(col(Case.id)).with_for_update()).all()
    before = {one.reference: one for one in who_must_act(session, load_region(session), today)}
    after = list(who_must_act(session, region, today))
    _refuse([one for one in after if one.lacks])
    pairs = ((one, before[one.reference].who if one.reference in before else ()) for one in after)
    return [Handover(one, who) for one, who in pairs if set(one.who) != set(who)]


def _refuse(stranded: Iterable[Waiting]) -> None:
    if told := [f"  {one.reference}: {one.lacks}" for one in stranded]:
        more = [f"  en nog {len(told) - SHOWN}"] if len(told) > SHOWN else []
        raise UserError(
            "Met dit bestand wachten deze op niemand. Er is niets gewijzigd. Geef iemand in het bestand die taak:\n"
            + "\n".join(told[:SHOWN] + more)
        )
