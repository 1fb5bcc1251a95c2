"""The invitation in people's calendars (iCalendar, C.8): one event per meeting, which moves or disappears but never doubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Component, Event, Timezone, vCalAddress, vText

from flexroute.clock import AMSTERDAM
from notifications.agenda import calendars, everybody
from rules.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.region import Region

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


def invitation(
    region: Region,
    said: Mapping[str, Any],
    version: int,
    issued_at: datetime,
    summary: str,
    kind: str = AGENDA,
    leaving: str | None = None,
) -> bytes:
    """A REQUEST, or a CANCEL for all or for the one who is `leaving` (RFC 5546).

    The UID stands on the day in the series and on nothing that may change, such as a mail address; the SEQUENCE is the
    version, and rises with every issue.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Flexroute//agenda//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if kind == AGENDA else "CANCEL")
    calendar.add_component(_amsterdam())
    event = Event()
    event.add("uid", f"{said['table']}-{said['series_on']}@{region.region}.flexroute")
    event.add("sequence", version)
    event.add("dtstamp", issued_at)
    event.add("dtstart", datetime.fromisoformat(said["starts_at"]).astimezone(AMSTERDAM))
    event.add("dtend", datetime.fromisoformat(said["ends_at"]).astimezone(AMSTERDAM))
    event.add("summary", summary)
    event.add("description", _description(region, said))
    event.add("class", "PRIVATE")
    # Who is no longer invited gets a CANCEL without STATUS, with nobody else as attendee: for the others the
    # meeting goes on (RFC 5546, 3.2.5). Outlook goes by METHOD and a raised SEQUENCE, and takes the meeting away too.
    if kind != INVITATION_WITHDRAWN:
        event.add("status", "CANCELLED" if kind == AGENDA_CANCELLED else "CONFIRMED")
    event.add("organizer", _address(region, "care_mediation_team"))
    concerned = calendars(region, [leaving] if leaving else everybody(said))
    for address, attendee in _attendees(region, said).items():
        if address in concerned:
            event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
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


def _description(region: Region, said: Mapping[str, Any]) -> str:
    cases = [
        f"{number}. {case['reference']}{' - SPOED' if case['urgent'] else ''}"
        f" (opdracht {case['opdracht']}, {region.name_of(case['owner'])})"
        for number, case in enumerate(said["cases"], 1)
    ]
    return "\n".join(cases or ["Er zijn geen casussen."])


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
