"""An agenda that could not be delivered in time does not arrive after the news that replaced it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from models.store.letter import Letter
from notifications import outbox
from notifications.contexts import context_of
from notifications.sender import send_due
from rules.shared.region import Region
from tests.support.calendars import CalendarProgram, expected
from tests.support.mail_servers import MailServer
from tests.support.meetings import PREP, TUESDAY, Story
from tests.support.queued_letters import HOUR, letters

REASON = "er is een nieuwere agenda"


def calendar_of(server: MailServer, address: str) -> CalendarProgram:
    """What the letters that arrived make of somebody's calendar, in the order in which they came; a simple one keeps no SEQUENCE."""
    program = CalendarProgram(address)
    for mail in server.mails:
        if mail["To"].addresses[0].addr_spec == address:
            for part in mail.walk():
                if part.get_content_type() == "text/calendar":
                    program.receive(part.get_payload(decode=True))  # type: ignore[arg-type] # bytes: it has no parts
                    program.forget_sequences()
    return program


@pytest.mark.parametrize("changes", ["cancelled", "moved and cancelled"])
def test_greylisted_while_the_meeting_is_cancelled(
    story: Story, server: MailServer, region: Region, changes: str
) -> None:
    """One recipient is put off: the older invitations are withheld, and their calendar ends as everybody's: without it."""
    story.case_at_the_table("sys-noord")
    story.prepare()
    address = region.mail_of("sys-noord")
    server.says[address] = "450 4.2.0 Greylisted"
    now = PREP
    send_due(story.database, now)
    if changes != "cancelled":
        story.change(now + HOUR, "T_BC", TUESDAY, start="15:00")
        send_due(story.database, now + HOUR)
    server.says.clear()
    story.change(now + 2 * HOUR, "T_BC", TUESDAY, cancelled=True)
    while any(letter.state in ("queued", "retry") for letter in letters(story.database)):
        now += HOUR
        send_due(story.database, now)
    about, who = f"T_BC:{TUESDAY}", "sys-noord"
    mine = [letter for letter in letters(story.database) if (letter.subject, letter.recipient) == (about, who)]
    assert [(one.state, one.reason) for one in mine] == [("withheld", REASON)] * (len(mine) - 1) + [("sent", None)]
    assert len(mine) == (2 if changes == "cancelled" else 3)
    for recipient in ("sys-noord", "sys-zuid"):
        found = calendar_of(server, region.mail_of(recipient)).events.values()
        assert sorted(found) == expected(story, now).get(recipient, [])


def test_only_news_for_the_same_person(story: Story, server: MailServer) -> None:
    """A later version to somebody else holds up nothing; the same version neither; asked for by hand, old news stays withheld."""
    story.case_at_the_table("sys-noord")
    story.prepare()
    send_due(story.database, PREP)
    sent = [letter for letter in letters(story.database) if letter.meeting_id]
    assert {letter.state for letter in sent} == {"sent"}
    meeting = sent[0].meeting_id
    with story.database.writing() as session:
        nine = context_of("agenda", version=9)
        row = outbox.letter_row("agenda", "ref-lt", "x", "9", nine, PREP, meeting_id=meeting)
        outbox.queue_letters(session, [row])
        assert not any(outbox.superseded(session, letter) for letter in sent)
        row = outbox.letter_row("agenda_cancelled", sent[0].recipient, "x", "9", nine, PREP, meeting_id=meeting)
        outbox.queue_letters(session, [row])
        assert [outbox.superseded(session, letter) for letter in sent] == [True] + [False] * (len(sent) - 1)
        assert outbox.send_again(session.get_one(Letter, sent[0].id), later(PREP))
    send_due(story.database, later(PREP))
    again = next(letter for letter in letters(story.database) if letter.id == sent[0].id)
    assert (again.state, again.reason) == ("withheld", REASON)


def later(moment: datetime) -> datetime:
    return moment + timedelta(minutes=1)
