"""The invitation in people's calendars (iCalendar, C.8): one event per meeting, which moves or disappears but never doubles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Component, Timezone, vCalAddress, vText
from icalendar import Event as ICalEvent

from flexroute.clock import AMSTERDAM
from notifications.agendas.issuing import MeetingKind, calendars, everybody
from rules.shared.region import Region

# Rules and no list of days (as `Timezone.from_tzinfo` makes): a list is skipped by Outlook, and summer is an hour off.
ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
"""


class Method(StrEnum):
    """What an invitation does to a calendar."""

    PUT = "put"
    CANCEL = "cancel"
    LEAVE = "leave"  # only from the calendar of who is no longer invited


def method_of(kind: MeetingKind, letter: str) -> Method:
    """What a letter of this kind of meeting does to a calendar. Raises KeyError for another letter."""
    return {kind.issued: Method.PUT, kind.cancelled: Method.CANCEL, kind.withdrawn: Method.LEAVE}[letter]


@dataclass(frozen=True)
class Event:
    """A meeting as it goes into calendars. `uid` and `starts_at`, `ends_at` (ISO) as issued; the rest in words."""

    uid: str
    summary: str
    description: str
    organizer: str  # an id of the region
    said: Mapping[str, Any]  # chair, invited and optional, starts_at and ends_at, as issued
    version: int
    issued_at: datetime


def invitation(region: Region, event: Event, method: Method = Method.PUT, leaving: str | None = None) -> bytes:
    """A REQUEST, or a CANCEL for all or for the one who is `leaving` (RFC 5546).

    The UID stands on the day in the series and on nothing that may change, such as a mail address; the SEQUENCE is the
    version, and rises with every issue.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Flexroute//agenda//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if method is Method.PUT else "CANCEL")
    calendar.add_component(_amsterdam())
    entry = ICalEvent()
    entry.add("uid", f"{event.uid}@{region.region}.flexroute")
    entry.add("sequence", event.version)
    entry.add("dtstamp", event.issued_at)
    entry.add("dtstart", datetime.fromisoformat(event.said["starts_at"]).astimezone(AMSTERDAM))
    entry.add("dtend", datetime.fromisoformat(event.said["ends_at"]).astimezone(AMSTERDAM))
    entry.add("summary", event.summary)
    entry.add("description", event.description)
    entry.add("class", "PRIVATE")
    # Who is no longer invited gets a CANCEL without STATUS, with nobody else as attendee: for the others the
    # meeting goes on (RFC 5546, 3.2.5). Outlook goes by METHOD and a raised SEQUENCE, and takes the meeting away too.
    if method is not Method.LEAVE:
        entry.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    entry.add("organizer", _address(region, event.organizer))
    concerned = calendars(region, [leaving] if leaving else everybody(event.said))
    for address, attendee in _attendees(region, event.said).items():
        if address in concerned:
            entry.add("attendee", attendee, encode=False)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _attendees(region: Region, said: Mapping[str, Any]) -> dict[str, vCalAddress]:
    """Every address once: who is invited as a provider as well as for its flex offer comes as a provider."""
    roles = {"CHAIR": [said["chair"]], "REQ-PARTICIPANT": said["invited"], "OPT-PARTICIPANT": said["optional"]}
    found: dict[str, vCalAddress] = {}
    for role, idents in roles.items():
        for ident in idents:
            for address in calendars(region, [ident]):
                found.setdefault(address, _attendee(region, ident, role))
    return found


@lru_cache(maxsize=1)
def _amsterdam() -> Component:
    return Timezone.from_ical(ZONE)


def _address(region: Region, ident: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{region.mail_of(ident)}")
    address.params["cn"] = vText(region.name_of(ident))
    return address


def _attendee(region: Region, ident: str, role: str) -> vCalAddress:
    address = _address(region, ident)
    address.params |= {"role": vText(role), "partstat": vText("NEEDS-ACTION"), "rsvp": vText("TRUE")}
    return address
