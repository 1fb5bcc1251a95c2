"""The invitation in people's calendars (iCalendar, C.8): one event per meeting, which moves or disappears but never doubles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from flexroute.clock import AMSTERDAM
from notifications.agenda import everybody
from rules.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.region import Region


def invitation(
    region: Region,
    said: Mapping[str, Any],
    version: int,
    issued_at: datetime,
    summary: str,
    kind: str = AGENDA,
    leaving: Iterable[str] = (),
) -> bytes:
    """A REQUEST, or a CANCEL for all or for those `leaving` (RFC 5546).

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
    # Who is no longer invited gets a CANCEL without STATUS, with only those who leave as attendees: for the others the
    # meeting goes on (RFC 5546, 3.2.5). Outlook goes by METHOD and a raised SEQUENCE, and takes the meeting away too.
    if kind != INVITATION_WITHDRAWN:
        event.add("status", "CANCELLED" if kind == AGENDA_CANCELLED else "CONFIRMED")
    event.add("organizer", _address(region, "care_mediation_team"))
    for ident, role in _roles(said).items():
        if region.knows(ident) and (kind != INVITATION_WITHDRAWN or ident in leaving):
            event.add("attendee", _attendee(region, ident, role), encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _roles(said: Mapping[str, Any]) -> dict[str, str]:
    """Everybody once: who is invited as a provider as well as for its flex offer comes as a provider."""
    required = dict.fromkeys(said["invited"], "REQ-PARTICIPANT") | {said["chair"]: "CHAIR"}
    return {ident: required.get(ident, "OPT-PARTICIPANT") for ident in everybody(said)}


def _description(region: Region, said: Mapping[str, Any]) -> str:
    cases = [
        f"{number}. {case['reference']}{' - SPOED' if case['urgent'] else ''}"
        f" (opdracht {case['opdracht']}, {region.name_of(case['owner'])})"
        for number, case in enumerate(said["cases"], 1)
    ]
    return "\n".join(cases or ["Er zijn geen casussen."])


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
