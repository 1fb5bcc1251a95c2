"""Taking in another region: not where something open would lose somebody. What else it means, each process knows (`OfRegion`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from flexroute.clock import local_date
from flexroute.errors import UserError
from models.region.directory import RegionRecord, load_region, store_region
from models.store.assignment import derive_anew
from models.store.waiting import who_must_act
from rules.shared.assignment import Waiting
from rules.shared.process import processes
from rules.shared.region import Region

SHOWN = 20  # references in a refusal


@dataclass(frozen=True, slots=True)
class Reassignment:
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


def change_region(session: Session, region: Region, now: datetime) -> list[Reassignment]:
    """Store a region in the place of what was there; answers with what changes hands by it.

    Raises UserError where a case, dossier or child would be left without somebody: leave the transaction, and nothing has changed.
    """
    for process in processes():
        process.region.allows(session, region)
    handed = _handed_over(session, region, local_date(now))
    try:
        store_region(session, region)
    except IntegrityError:
        raise UserError(
            "Dit bestand mist een organisatie of tafel die nog bij een casus hoort. Er is niets gewijzigd. "
            "Laat die erin staan; een contract kan wel eindigen."
        ) from None
    for process in processes():
        process.region.changed(session)
    derive_anew(session, region, now)
    return handed


def _handed_over(session: Session, region: Region, today: date) -> list[Reassignment]:
    """What changes hands. Everything open is ours from here on: whoever moves it later reads the new region."""
    if session.exec(select(RegionRecord.id)).first() is None:
        return []
    for process in reversed(processes()):  # a dossier goes before its cases (docs/decisions/0011)
        process.region.hold_open(session)
    former = load_region(session)
    pairs = [(one(former), one(region)) for one in who_must_act(session, today)]  # others wait: once, for both
    _refuse([now for _, now in pairs if now and now.lacks])
    handed = (Reassignment(now, before.who if before else ()) for before, now in pairs if now)
    return [one for one in handed if set(one.before) != set(one.now.who)]


def _refuse(stranded: Iterable[Waiting]) -> None:
    if told := [f"  {one.reference}: {one.lacks}" for one in stranded]:
        more = [f"  en nog {len(told) - SHOWN}"] if len(told) > SHOWN else []
        raise UserError(
            "Met dit bestand wachten deze op niemand. Er is niets gewijzigd. Geef iemand in het bestand die taak:\n"
            + "\n".join(told[:SHOWN] + more)
        )
