"""The invitation as calendar programs read it: who comes in which role, and when that is (C.8, RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.agendas.invitation import invitation
from notifications.flex.agenda_letter import event_of
from tests.support.calendars import read_calendar, sharing
from tests.support.letter_contexts import FLEX, GRJR, MEETING, OTHER, OWNER

CHAIR = MEETING["chair"]
ISSUED = datetime(2026, 3, 6, 12, tzinfo=UTC)


def test_the_invitation_itself() -> None:
    """C.8: roles, time zone, an identity that stays; who is a provider and a flex provider comes once; who is unknown, not."""
    said = {**MEETING, "on": "2026-03-11", "optional": [FLEX, OWNER, "weg"]}
    made = invitation(GRJR, event_of(GRJR, said, 3, ISSUED, "Agenda"))
    calendar = read_calendar(made)
    [event], [zone] = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
    assert str(zone["tzid"]) == event["dtstart"].params["tzid"] == "Europe/Amsterdam"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=2)
    assert event["uid"].startswith("T_BC-2026-03-10@")
    assert event["organizer"] == f"mailto:{GRJR.mail_of('care_mediation_team')}"
    roles = [(str(one).removeprefix("mailto:"), one.params["role"]) for one in event["attendee"]]
    required, optional = "REQ-PARTICIPANT", "OPT-PARTICIPANT"
    wanted = [(MEETING["chair"], "CHAIR"), (OWNER, required), (OTHER, required), (FLEX, optional)]
    assert roles == [(GRJR.mail_of(ident), role) for ident, role in wanted]
    assert f"SPOED (opdracht B, {GRJR.name_of(OWNER)})" in event["description"]
    assert (event["status"], event["class"], event["sequence"]) == ("CONFIRMED", "PRIVATE", 3)
    assert max(map(len, made.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    ("begins", "moment"),
    [("2026-01-13T10:00:00+01:00", 9), ("2026-07-14T10:00:00+02:00", 8), ("2041-07-16T10:00:00+02:00", 8)],
    ids=["winter", "summer", "many summers later"],
)
def test_the_time_zone_tells_summer_from_winter_by_rule(begins: str, moment: int) -> None:
    """Outlook reads TZID, DTSTART, RRULE and the offsets, and nothing else of a time zone."""
    said = {**MEETING, "starts_at": begins}
    calendar = read_calendar(invitation(GRJR, event_of(GRJR, said, 1, ISSUED, "Agenda")))
    [event], [zone] = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
    parts = {part.name: (part["rrule"]["bymonth"], "rdate" in part) for part in zone.subcomponents}
    assert parts == {"STANDARD": ([10], False), "DAYLIGHT": ([3], False)}
    on_the_clock = event["dtstart"].dt.replace(tzinfo=zone.to_tz(lookup_tzid=False))
    assert on_the_clock.hour == 10
    assert on_the_clock.astimezone(UTC) == datetime.fromisoformat(begins)
    assert on_the_clock.astimezone(UTC).hour == moment


@pytest.mark.parametrize(
    ("one", "other", "roles"),
    [
        (FLEX, OWNER, {CHAIR: "CHAIR", OWNER: "REQ-PARTICIPANT", OTHER: "REQ-PARTICIPANT"}),
        (CHAIR, OTHER, {CHAIR: "CHAIR", OWNER: "REQ-PARTICIPANT", FLEX: "OPT-PARTICIPANT"}),
    ],
    ids=["flex provider and provider", "chair and provider"],
)
def test_an_address_comes_once_in_its_most_demanding_role(one: str, other: str, roles: dict[str, str]) -> None:
    region, said = sharing(GRJR, one, other), {**MEETING, "invited": [OTHER, OWNER, CHAIR]}
    [event] = read_calendar(invitation(region, event_of(region, said, 1, ISSUED, "Agenda"))).walk("VEVENT")
    found = {str(attendee): attendee.params["role"] for attendee in event["attendee"]}
    assert found == {f"mailto:{region.mail_of(who)}": role for who, role in roles.items()}
    assert len(event["attendee"]) == len(roles)
