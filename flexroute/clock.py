"""One clock. Moments are aware UTC; terms are dates in the region's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flexroute.errors import UserError

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

    Raises ValueError, and UserError for a moment that the clock skips in March: no guess would be right.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        return moment.astimezone(UTC)
    known = moment.replace(tzinfo=AMSTERDAM).astimezone(UTC)
    if local(known).replace(tzinfo=None) != moment:
        raise UserError(
            f"{moment:%d-%m-%Y %H:%M} bestaat niet: de klok gaat dan een uur vooruit. Kies een ander moment."
        )
    return known
