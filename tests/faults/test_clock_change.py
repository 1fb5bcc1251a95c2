"""The nights in which the clock changes: terms, meetings and reminders keep to the wall clock in Amsterdam, and none comes twice."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pytest
from sqlmodel import col, select

from acts import perform
from flexroute.clock import AMSTERDAM, from_local, local
from flexroute.errors import UserError
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex.agenda import new_meeting, starts_at
from models.flex.case import Case
from models.flex.meeting import AgendaIssue, Meeting
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from rules.flex import tables
from rules.shared.region import Region
from rules.shared.series import prep_at, series
from tests.faults.cases import complete
from tests.faults.processes import environment, told
from tests.support.calendars import read_calendar
from tests.support.flex_acts import A_NO, BACK, REFERRED, TO_TABLE
from tests.support.tries import Try

EVERY_DAY = [date(2025, 1, 1) + timedelta(days=number) for number in range(5 * 365)]
CHANGES = {  # a Tuesday's meeting at 10:00 after the change, when its agenda is made and when it closes: in UTC
    "2026-03-29": ("2026-03-31T08:00", "2026-03-27T12:00", "2026-03-30T10:00"),
    "2026-10-25": ("2026-10-27T09:00", "2026-10-23T11:00", "2026-10-26T11:00"),
    "2027-03-28": ("2027-03-30T08:00", "2027-03-26T12:00", "2027-03-26T11:00"),  # over Easter
    "2027-10-31": ("2027-11-02T09:00", "2027-10-29T11:00", "2027-11-01T11:00"),
}
A_MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def summer(day: date, hour: int) -> bool:
    """Whether it is summer time at this hour, by the European rule: from the last Sunday of March to that of October, 01:00 UTC."""
    begins, ends = (
        datetime.combine(last - timedelta(days=(last.weekday() + 1) % 7), time(1), UTC)
        for last in (date(day.year, 3, 31), date(day.year, 10, 31))
    )
    return begins <= datetime.combine(day, time(hour), UTC) - timedelta(hours=1) < ends


def test_closing_and_preparing_are_on_the_wall_clock(region: Region) -> None:
    """AMB-14: on every day of five years an agenda closes at noon and is made at 13:00 in Amsterdam, in winter and in summer."""
    for day in EVERY_DAY:
        for moment, hour in ((tables.closes_at(day, region), 12), (prep_at(region, day), 13)):
            assert moment.date() < day
            assert region.days.is_working_day(moment.date())
            assert moment.astimezone(UTC).time() == time(hour - (2 if summer(moment.date(), hour) else 1))


def test_meetings_are_on_the_wall_clock(region: Region) -> None:
    """F-53: so does every meeting of every table begin."""
    for table in region.tables:
        for day in islice(series(table, region.days, EVERY_DAY[0]), 200):
            begins = starts_at(region, new_meeting(table.id, day))
            shift = timedelta(hours=2 if summer(day.on, table.start.hour) else 1)
            assert begins.astimezone(UTC) == datetime.combine(day.on, table.start, UTC) - shift


def referred(database: Database, runner: Runner, on: datetime, *acts: Try) -> str:
    """A case that was referred and about which all of this was decided at one moment."""
    day = {"received_on": local(on).date().isoformat()}
    reference: str | None = None
    for attempt in (REFERRED, *acts):
        act, by, given = complete(attempt, "B")
        given = given | day if attempt is REFERRED else given
        reference, _ = runner.decide(act, reference, by, given, on)
    return reference or ""


def meets_on(database: Database, reference: str) -> str:
    with database.reading() as session:
        planned = select(col(Meeting.on)).join(Case, col(Case.meeting_id) == col(Meeting.id))
        return session.exec(planned.where(Case.reference == reference)).one().isoformat()


@pytest.mark.parametrize("sunday", CHANGES)
def test_a_meeting_after_the_change(database: Database, home: Path, sunday: str) -> None:
    """F-26, AMB-14, C.8: its agenda is made on Friday at 13:00 and not a minute before, closes at noon, and says to every
    calendar that it begins at 10:00, by the time zone that the invitation brings along too."""
    begins, made, closes = (utc(text) for text in CHANGES[sunday])
    with Runner(None) as runner:
        early = referred(database, runner, made - timedelta(days=9), A_NO, TO_TABLE)  # on the week before
        first = referred(database, runner, made - timedelta(days=2), A_NO, TO_TABLE)
        for moment, issued in ((made - A_MINUTE, False), (made, True)):
            runner.run(table_prep, "agenda's", now=moment, only_when_due=True)
            with database.reading() as session:
                on_the_day = select(AgendaIssue).join(Meeting, col(Meeting.id) == col(AgendaIssue.meeting_id))
                of_table = on_the_day.where(Meeting.table_id == "T_BC", Meeting.on == begins.date())
                assert (session.exec(of_table).first() is not None) == issued
        just = referred(database, runner, closes - A_MINUTE, A_NO, TO_TABLE)
        late = referred(database, runner, closes, A_NO, TO_TABLE)
        runner.run(deliver_mail, "post", now=closes)
    assert meets_on(database, early) < sunday < meets_on(database, first) == begins.date().isoformat()
    assert meets_on(database, just) == begins.date().isoformat() < meets_on(database, late)
    begin_and_end = set()
    for letter in (home / "letters").glob("*.eml"):
        for part in email.message_from_bytes(letter.read_bytes(), policy=email.policy.default).walk():
            if part.get_content_type() == "text/calendar":
                calendar = read_calendar(part.get_content())
                [event], [zone] = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
                if f"T_BC-{begins.date()}" in event["uid"]:
                    for when in (event["dtstart"].dt, event["dtend"].dt):
                        assert when.replace(tzinfo=zone.to_tz(lookup_tzid=False)) == when
                    begin_and_end.add((event["dtstart"].dt, event["dtend"].dt))
    assert begin_and_end == {(begins, begins + timedelta(hours=2))}


@pytest.mark.parametrize("sunday", CHANGES)
def test_a_term_ends_at_midnight_in_amsterdam(database: Database, sunday: str) -> None:
    """F-21, N-11: due on the Monday after the change; late a minute after that midnight, not a minute before."""
    monday = date.fromisoformat(sunday) + timedelta(days=1)
    midnight = datetime.combine(monday + timedelta(days=1), time(), AMSTERDAM)
    with Runner(None) as runner:
        referred(database, runner, datetime.combine(monday - timedelta(days=7), time(9), AMSTERDAM).astimezone(UTC))
        for now, late in ((midnight.astimezone(UTC) - A_MINUTE, False), (midnight.astimezone(UTC), True)):
            runner.run(deadline_watch, "termijnen", now=now)
            with database.reading() as session:
                assert session.exec(select(Case.overdue)).one() == late


def test_the_watch_in_the_hour_that_comes_twice(database: Database) -> None:
    """N-11: at 02:30, and again at 02:30 an hour later, each reminder and each alarm goes once."""
    once, again = utc("2026-10-25T00:30"), utc("2026-10-25T01:30")
    assert local(once).time() == local(again).time() == time(2, 30)
    with Runner(None) as runner:
        referred(database, runner, utc("2026-10-19T08:00"))  # due on the Monday after
        referred(database, runner, utc("2026-10-17T08:00"))  # was due on Saturday
        for now in (once, again):
            assert not runner.run(deadline_watch, "termijnen", now=now).attention
            with database.reading() as session:
                written = Counter(session.exec(select(Letter.kind, Letter.subject, Letter.recipient)))
            assert {kind for kind, _, _ in written} == {
                "assessment_request",
                "assessment_reminder",
                "assessment_overdue",
            }
            assert set(written.values()) == {1}


def test_decisions_in_the_hour_that_comes_twice(database: Database) -> None:
    """F-12: decided at 02:50, and then at 02:10 by the same clock: in the order in which it was decided, once each."""
    moments = [utc("2026-10-25T00:50"), utc("2026-10-25T01:10"), utc("2026-10-25T01:50")]
    with Runner(None) as runner:
        case = referred(database, runner, utc("2026-10-24T08:00"))
        for attempt, moment in zip((A_NO, BACK, A_NO), moments, strict=True):
            act, by, given = complete(attempt, "B")
            perform(database, act, case, by, given, moment)
            assert "1 in de flexroute verplaatst" in runner.move(None, "verplaatsen", moment + A_MINUTE).message
    with database.reading() as session:
        decided = session.exec(select(Decision).order_by(col(Decision.at), col(Decision.id))).all()
        assert [one.at for one in decided[1:]] == moments
        assert [one.settled_at for one in decided[1:]] == [moment + A_MINUTE for moment in moments]
        assert [one.opening for one in decided] == [0, 1, 2, 3]
        assert session.exec(select(Case.step)).one() == "mediation"


def test_a_moment_that_the_clock_skips(database: Database) -> None:
    """C.9: 02:30 does not exist on 29 March; nobody guesses what was meant. Of the hour that comes twice it is the first."""
    skipped = environment(database, utc("2026-03-29T00:00"), FLEXROUTE_NOW="2026-03-29T02:30")
    assert told(skipped, "run") == (
        1,
        "De instellingen kloppen niet: FLEXROUTE_NOW: "
        "29-03-2026 02:30 bestaat niet: de klok gaat dan een uur vooruit. Kies een ander moment.\n",
    )
    for text in ("2026-03-29T02:00", "2026-03-29T02:59:59", "2027-03-28T02:30"):
        with pytest.raises(UserError, match="bestaat niet"):
            from_local(text)
    assert from_local("2026-03-29T01:59:59") + timedelta(seconds=1) == from_local("2026-03-29T03:00")
    assert from_local("2026-10-25T02:30") == from_local("2026-10-25T02:30+02:00") == utc("2026-10-25T00:30")
    assert from_local("2026-10-25T02:30+01:00") == utc("2026-10-25T01:30")
