"""The invitation in people's calendars (iCalendar, C.8): one event per meeting, which moves or disappears but never doubles."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from flexroute.clock import AMSTERDAM
from models.meeting import AgendaIssue
from rules.region import Region


def invitation(
    region: Region, table_id: str, issue: AgendaIssue, *, cancelled: bool, summary: str, description: str
) -> bytes:
    """A REQUEST, or a CANCEL: the UID stands on the day in the series, the SEQUENCE rises with every issue (RFC 5546)."""
    said = issue.content
    calendar = Calendar()
    calendar.add("prodid", "-//Flexroute//agenda//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    calendar.add_component(_amsterdam())
    event = Event()
    domain = region.mail_of("care_mediation_team").partition("@")[2]
    event.add("uid", f"{table_id}-{said['series_on']}@{domain}")
    event.add("sequence", issue.version)
    event.add("dtstamp", issue.issued_at)
    event.add("dtstart", datetime.fromisoformat(said["starts_at"]).astimezone(AMSTERDAM))
    event.add("dtend", datetime.fromisoformat(said["ends_at"]).astimezone(AMSTERDAM))
    event.add("summary", summary)
    event.add("description", description)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _address(region, "care_mediation_team"))
    for ident in said["invited"]:
        event.add(
            "attendee", _attendee(region, ident, "CHAIR" if ident == said["chair"] else "REQ-PARTICIPANT"), encode=False
        )
    for ident in said["optional"]:
        event.add("attendee", _attendee(region, ident, "OPT-PARTICIPANT"), encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


@lru_cache(maxsize=1)
def _amsterdam() -> Timezone:
    return Timezone.from_tzinfo(AMSTERDAM)  # half of the work of an invitation, and always the same


def _address(region: Region, ident: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{region.mail_of(ident)}")
    address.params["cn"] = vText(region.name_of(ident))
    return address


def _attendee(region: Region, ident: str, role: str) -> vCalAddress:
    address = _address(region, ident)
    address.params |= {"role": vText(role), "partstat": vText("NEEDS-ACTION"), "rsvp": vText("TRUE")}
    return address
