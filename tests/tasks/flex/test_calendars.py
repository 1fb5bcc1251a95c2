"""What is in people's calendars after all that can happen to a meeting: one event where they are expected, nothing elsewhere (C.8)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from flexroute.clock import from_local, local_date
from flexroute.settings import practising
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex.agenda import starts_at
from models.flex.case import Case
from models.flex.meeting import Meeting
from models.region.directory import store_region
from models.store.database import Database, using
from notifications.agendas.issuing import everybody, latest_issue
from notifications.flex.agenda import OF_TABLE
from rules.flex.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.shared.refusal import Refused
from rules.shared.region import Region
from tests.support.calendars import Moments, Post, expected, invitation, sharing
from tests.support.databases import with_region
from tests.support.meetings import PREP, TUESDAY, Story
from tests.support.repeating import Rounds

WEDNESDAY, THURSDAY = "2026-03-18", "2026-03-19"
NEXT_MONDAY = from_local("2026-03-09T07:00")
NEXT_FRIDAY = from_local("2026-03-13T13:00")  # T_FORV is prepared; sys-zuid takes no part in it


def test_everything_that_happens_to_a_meeting(story: Story, region: Region) -> None:
    """N-03, F-26, AMB-13: a case comes, goes and comes back; a guest; another time and day, and back; cancelled."""
    post = Post(story, region)

    def as_expected() -> Moments:
        found = post.calendars()
        assert found == expected(story, NEXT_FRIDAY)
        return found

    def move(to: str) -> None:
        story.runner.decide("move_to_table", case, "tz-anna", {"table": to, "reason": "Anders"}, NEXT_FRIDAY)

    story.prepare(NEXT_FRIDAY)
    alone = as_expected()
    case = story.case_at_the_table("sys-zuid", NEXT_FRIDAY, table="T_FORV")
    with_case = as_expected()
    assert len(with_case["sys-zuid"]) == len(alone["sys-zuid"]) + 1
    move("T_BC")
    assert as_expected() == alone
    move("T_FORV")
    assert as_expected() == with_case
    call = {"table": "T_FORV", "on": WEDNESDAY, "provider": "flex-anker"}
    story.runner.decide("call_flex_provider", None, "tz-anna", call, NEXT_FRIDAY)
    assert len(as_expected()["flex-anker"]) == len(alone.get("flex-anker", [])) + 1
    story.change(NEXT_FRIDAY, "T_FORV", WEDNESDAY, start="15:30")
    before = as_expected()
    story.change(NEXT_FRIDAY, "T_FORV", WEDNESDAY, to=THURSDAY)
    assert as_expected() != before
    story.change(NEXT_FRIDAY, "T_FORV", THURSDAY, to=WEDNESDAY)
    assert as_expected() == before
    story.change(NEXT_FRIDAY, "T_FORV", WEDNESDAY, cancelled=True)
    assert "tz-bram" not in as_expected() or len(as_expected()["tz-bram"]) < len(before["tz-bram"])


def test_who_need_not_come_any_more(story: Story, region: Region) -> None:
    """Its owner hears that the case left, and nobody else does; only its own copy of the meeting goes (RFC 5546, 3.2.5)."""
    case = story.case_at_the_table("sys-zuid", NEXT_FRIDAY, table="T_FORV")
    story.prepare(NEXT_FRIDAY)
    before = story.letters()[-1][0].id or 0
    story.runner.decide("withdraw", case, "ref-lt", {"reason": "Niet nodig"}, NEXT_FRIDAY)
    sent = story.letters(before)
    still = [(AGENDA, who) for who in ("tz-bram", "sys-oost", "sys-noord")]
    assert [(letter.kind, letter.recipient) for letter, _ in sent] == [*still, (INVITATION_WITHDRAWN, "sys-zuid")]
    said = sent[-1][1]
    assert "Uw casus staat niet meer op de agenda." in said.text
    assert [kind for _, kind, _ in said.attachments] == ["text/calendar"]
    calendar = icalendar.Calendar.from_ical(invitation(said))
    [event], [others] = calendar.walk("VEVENT"), icalendar.Calendar.from_ical(invitation(sent[0][1])).walk("VEVENT")
    assert calendar["method"] == "CANCEL"
    assert "status" not in event
    assert event["attendee"] == f"mailto:{region.mail_of('sys-zuid')}"
    assert [event[key] for key in ("uid", "organizer", "sequence")] == [
        others[key] for key in ("uid", "organizer", "sequence")
    ]


def test_a_cancelled_meeting_goes_to_everybody_on_its_last_agenda(story: Story, region: Region) -> None:
    """Also to who is no participant any more: it is in that calendar."""
    story.case_at_the_table("sys-noord")
    story.prepare()
    with story.database.reading() as session:
        invited = everybody(latest_issue(session, OF_TABLE, story.meeting()).content)
        moment = starts_at(region, story.meeting()).astimezone(UTC)
    fewer = [{**table.model_dump(), "participants": ["sys-noord"]} for table in region.tables]
    with story.database.writing() as session:
        store_region(session, Region.model_validate({**region.model_dump(by_alias=True), "tables": fewer}))
    post = Post(story, region)
    assert all(moment in post.calendars()[who] for who in invited)
    before = story.letters()[-1][0].id or 0
    story.change(PREP, "T_BC", TUESDAY, cancelled=True)
    assert [letter.recipient for letter, _ in story.letters(before) if letter.kind == AGENDA_CANCELLED] == invited
    assert not [who for who, moments in post.calendars().items() if moment in moments]


def test_prepared_again_nothing_goes_out(story: Story) -> None:
    story.case_at_the_table("sys-noord")
    story.prepare()
    before = len(story.letters())
    story.prepare()
    story.prepare(PREP + timedelta(days=1))
    assert len(story.letters()) == before


@pytest.mark.parametrize(("address_of", "told"), [("sys-oost", False), ("sys-noord", False), ("flex-anker", True)])
def test_who_shares_an_address_keeps_the_meeting(story: Story, region: Region, address_of: str, told: bool) -> None:
    """Its own case left, but somebody at the same address still comes: a CANCEL would take the meeting from them."""
    with story.database.writing() as session:
        store_region(session, sharing(region, "sys-zuid", address_of))
    case = story.case_at_the_table("sys-zuid", NEXT_FRIDAY, table="T_FORV")
    story.prepare(NEXT_FRIDAY)
    before = story.letters()[-1][0].id or 0
    story.runner.decide("withdraw", case, "ref-lt", {"reason": "Niet nodig"}, NEXT_FRIDAY)
    sent = [(letter.kind, letter.recipient) for letter, _ in story.letters(before)]
    assert ((INVITATION_WITHDRAWN, "sys-zuid") in sent) == told
    assert (AGENDA, "sys-oost") in sent


# whatever happens

ANY = st.integers(0, 9)
SOME_TABLES = st.sampled_from(["T_BC", "T_FORV", "T_C2", "T_FOR"])
ANY_STEP = st.one_of(
    st.tuples(st.just("prepare"), ANY, ANY),
    st.tuples(st.just("case"), st.sampled_from(["sys-noord", "sys-zuid", "prest-west"]), SOME_TABLES),
    st.tuples(st.just("move_to_table"), ANY, st.fixed_dictionaries({"table": SOME_TABLES})),
    st.tuples(st.just("withdraw"), ANY, st.just({})),
    st.tuples(
        st.just("call_flex_provider"),
        ANY,
        st.fixed_dictionaries({"provider": st.sampled_from(["flex-anker", "flex-delta", "flex-dubbel"])}),
    ),
    st.tuples(st.just("change_meeting"), ANY, st.builds(lambda days: {"days": days}, st.integers(-3, 9))),
    st.tuples(st.just("change_meeting"), ANY, st.sampled_from([{"start": "15:30"}, {"cancelled": True}])),
)
Step = tuple[str, Any, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Path:
    """A database with the region, to copy."""
    file = tmp_path_factory.mktemp("made") / "flexroute.db"
    with with_region(file, region):
        return file


@contextmanager
def fresh(made: Path) -> Iterator[Story]:
    folder = made.parent / "now"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(made, folder)
    url = f"sqlite:///{folder / made.name}"
    with practising(home=folder), using(Database(url)) as database, Runner(None) as runner:
        yield Story(database, runner)


PREPARE = ("prepare", 0, 0)
OWNERS_ARE_GUESTS = [("case", "sys-zuid", "T_FORV"), ("case", "sys-noord", "T_C2"), ("case", "prest-west", "T_FOR")]


def test_whatever_happens(made: Path, region: Region, rounds: Rounds) -> None:
    """N-03: after any sequence of events everybody's calendar holds the meetings at which they are expected, each once."""

    @settings(max_examples=5, deadline=None, database=None, phases=[Phase.generate])  # making it smaller takes minutes
    @given(steps=st.lists(ANY_STEP, min_size=6, max_size=20))
    def hold(steps: list[Step]) -> None:
        now = NEXT_MONDAY
        with fresh(made) as story:
            for step in [*OWNERS_ARE_GUESTS, PREPARE, *steps, PREPARE]:
                now += timedelta(hours=2)
                try:
                    _do(story, step, now)
                except Refused:
                    continue  # not everything is possible at every moment
            assert Post(story, region).calendars() == expected(story, now)

    for one in rounds.seeds(1):
        seed(one)(hold)()


def _do(story: Story, step: Step, now: datetime) -> None:
    what, which, values = step
    if what == "prepare":
        story.runner.run(table_prep, "agenda's", now=now, this_week_too=True)
        return
    if what == "case":
        story.case_at_the_table(which, now, table=values)
        return
    with story.database.reading() as session:
        cases = session.exec(select(Case.reference).where(Case.step == "table").order_by(col(Case.id))).all()
        to_come = session.exec(select(Meeting).where(Meeting.on > local_date(now)).order_by(col(Meeting.id))).all()
    case = None
    values = {**values, "reason": "Anders"}
    if what in ("move_to_table", "withdraw"):
        if not cases:
            return
        case = cases[which % len(cases)]
    else:
        if not to_come:
            return
        meeting = to_come[which % len(to_come)]
        values |= {"table": meeting.table_id, "on": meeting.on.isoformat()}
        if "days" in values:
            values["to"] = (meeting.on + timedelta(days=values.pop("days"))).isoformat()
        if what == "call_flex_provider":
            del values["reason"]
    story.runner.decide(what, case, "tz-anna", values, now)
