"""People's calendars for the tests: a small calendar program per recipient, and who is expected where."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import icalendar
from sqlmodel import col, select

from flexroute.clock import local_date
from models.flex import history
from models.flex.agenda import starts_at
from models.flex.meeting import Meeting
from models.region.directory import load_region
from notifications.flex.agenda import guests
from notifications.templates import Rendered
from rules.shared.region import Region
from tests.support.meetings import Story

Moments = dict[str, list[datetime]]


def read_calendar(ics: bytes | str) -> Any:
    """A calendar as icalendar reads it; whose own types allow every property to be of every kind."""
    return icalendar.Calendar.from_ical(ics)


def invitation(said: Rendered) -> bytes:
    """The one calendar entry of a letter."""
    [ics] = [content for _, kind, content in said.attachments if kind == "text/calendar"]
    return ics


class CalendarProgram:
    """The calendar of one address, as RFC 5546 has it: by UID, and only news with a higher SEQUENCE than it knows."""

    def __init__(self, address: str) -> None:
        self.address = f"mailto:{address}"
        self.events: dict[str, datetime] = {}
        self._known: dict[str, int] = {}

    def receive(self, ics: bytes) -> None:
        calendar = read_calendar(ics)
        [event] = calendar.walk("VEVENT")
        uid, sequence = str(event["uid"]), int(event["sequence"])
        attendees = event.get("attendee", [])
        concerned = self.address in (attendees if isinstance(attendees, list) else [attendees])
        if sequence <= self._known.get(uid, -1):
            return
        if calendar["method"] == "REQUEST" and concerned:
            self.events[uid] = event["dtstart"].dt.astimezone(UTC)
        elif calendar["method"] == "CANCEL" and (concerned or event.get("status") == "CANCELLED"):
            self.events.pop(uid, None)
        else:
            return
        self._known[uid] = sequence

    def forget_sequences(self) -> None:
        """As simple programs do, and every program once the event is deleted: what comes last counts."""
        self._known.clear()


class Post:
    """Brings the letters of a story to the calendars of those who get them, each letter twice."""

    def __init__(self, story: Story, region: Region) -> None:
        self._story, self._region, self._last = story, region, 0
        self._programs: dict[str, CalendarProgram] = {}

    def calendars(self) -> Moments:
        """What is in everybody's calendar now; who has nothing in it is left out."""
        for letter, said in self._story.letters(self._last):
            self._last = letter.id or 0
            program = self._programs.setdefault(
                letter.recipient, CalendarProgram(self._region.mail_of(letter.recipient))
            )
            for _ in range(2):
                program.receive(invitation(said))
        return {ident: sorted(program.events.values()) for ident, program in self._programs.items() if program.events}


def expected(story: Story, now: datetime) -> Moments:
    """Who must come to which meeting whose agenda was issued: by the rules, not by what was sent."""
    moments: Moments = defaultdict(list)
    with story.database.reading() as session:
        region = load_region(session)
        for meeting in session.exec(select(Meeting).where(col(Meeting.cancelled).is_(False), Meeting.version > 0)):
            changes = history.changes(session, local_date(now)).get(meeting.table_id, {})
            for ident in {who for group in guests(session, region, meeting, changes) for who in group}:
                moments[ident].append(starts_at(region, meeting).astimezone(UTC))
    return {ident: sorted(found) for ident, found in moments.items()}


def sharing(region: Region, one: str, other: str) -> Region:
    """The region when the first has the mail address of the other, written with capitals."""
    rows = region.model_dump(by_alias=True)
    for row in (*rows["organisations"], *rows["people"]):
        if row["id"] == one:
            row["mail"] = region.mail_of(other).title()
    return Region.model_validate(rows)
