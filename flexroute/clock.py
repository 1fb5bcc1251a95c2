"""One clock. Moments are aware UTC; terms are dates in the region's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flexroute.errors import UserError

YEARS = (2020, 2060)  # which days are working days is known in these
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment; FLEXROUTE_NOW sets another one for practice."""
    from flexroute.settings import settings

    return (settings().now or datetime.now(UTC)).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock in Amsterdam. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(AMSTERDAM)


def local_date(moment: datetime) -> date:
    """The day it is in Amsterdam."""
    return local(moment).date()


def from_local(text: str) -> datetime:
    """A moment from ISO text; without an offset it is Amsterdam time, and the first of the hour that comes twice in October.

    Raises ValueError, and UserError for a year without a calendar or a moment that the clock skips in March: no guess would be right.
    """
    moment = datetime.fromisoformat(text)
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise UserError(f"{text[:40]} kan niet: kies een moment van {YEARS[0]} tot en met {YEARS[1]}.")
    if moment.tzinfo:
        return moment.astimezone(UTC)
    known = moment.replace(tzinfo=AMSTERDAM).astimezone(UTC)
    if local(known).replace(tzinfo=None) != moment:
        raise UserError(
            f"{moment:%d-%m-%Y %H:%M} bestaat niet: de klok gaat dan een uur vooruit. Kies een ander moment."
        )
    return known
