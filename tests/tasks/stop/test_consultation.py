"""The recurring consultation about a provider that stops: planned, issued a week ahead like a table's agenda, changed, cancelled."""

from __future__ import annotations

from datetime import date
from typing import Any

import icalendar
import pytest
from sqlmodel import Session, select

from flows.deadline_watch import deadline_watch
from flows.table_prep import table_prep
from models.region.directory import load_region
from models.stop.consultation import ConsultationIssue
from models.store.letter import Letter
from notifications.guard import private_number
from notifications.render import render
from notifications.stop.consultation import issue_consultation
from notifications.templates import Rendered
from tests.support.commands import Run
from tests.support.dossiers import People, letters_about, told
from tests.support.parties import ACCESS, ADMINISTRATION, STOPPER

RHYTHM = {"first_on": "2026-09-15", "start": "10:00", "every_weeks": 2}
THERE = {ADMINISTRATION, STOPPER, ACCESS}


@pytest.fixture
def dossier(people: People) -> str:
    """With a child, and a consultation every two weeks from Tuesday 15 September."""
    made = people.open()
    people.add(made, private={"name": "Jip Voorbeeldsma"})
    people.do("plan_consultation", made, ADMINISTRATION, **RHYTHM)
    return made


def prepare(people: People, at: str) -> None:
    """The agendas of the week after."""
    people.runner.run(table_prep, "agenda's", now=people.wait_until(at))


def as_sent(session: Session, letter: Letter) -> Rendered:
    return render(session, load_region(session), letter)


def event(rendered: Rendered) -> tuple[str, Any]:
    """METHOD and event of the invitation."""
    [content] = [content for _, kind, content in rendered.attachments if kind == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(content)
    return str(calendar["method"]), calendar.walk("VEVENT")[0]


def test_planning_mails_nobody(people: People, dossier: str) -> None:
    """S-36: the agenda goes out a week ahead, not before."""
    prepare(people, "2026-09-04T13:00")
    assert people.letters(f"{dossier}:2026-09-15") == []


def test_the_agenda_goes_to_everybody_with_invitation_and_overview(people: People, dossier: str) -> None:
    """S-35, S-36: contract administration leads; the provider and the access of every municipality come; nothing of the youth is in it."""
    prepare(people, "2026-09-11T13:00")
    assert told(people.letters(f"{dossier}:2026-09-15")) == {"consultation": THERE}
    with people.database.reading() as session:
        letter = letters_about(session, f"{dossier}:2026-09-15")[0]
        rendered = as_sent(session, letter)
        region = load_region(session)
    method, entry = event(rendered)
    assert (method, entry["sequence"], entry["status"]) == ("REQUEST", 1, "CONFIRMED")
    assert entry["organizer"] == f"mailto:{region.mail_of(ADMINISTRATION)}"
    assert entry["dtstart"].dt.isoformat() == "2026-09-15T10:00:00+02:00"
    assert {name.rpartition(".")[2] for name, _, _ in rendered.attachments} == {"ics", "pdf"}
    assert "dinsdag 15 september 2026" in rendered.text
    assert not any("Jip" in part for part in (rendered.text, rendered.html, str(letter.context)))


def test_a_second_run_issues_nothing_again(people: People, dossier: str) -> None:
    """S-36: like the agenda of a table."""
    prepare(people, "2026-09-11T13:00")
    prepare(people, "2026-09-11T14:00")
    assert len(people.letters(f"{dossier}:2026-09-15")) == len(THERE)


def test_it_comes_back_every_two_weeks_and_a_holiday_moves_it(people: People, dossier: str) -> None:
    """S-36, AMB-14: the series does not drift; one on a holiday goes to the next working day."""
    people.do("plan_consultation", dossier, ADMINISTRATION, first_on="2026-12-11", start="10:00", every_weeks=2)
    prepare(people, "2026-12-24T13:00")
    with people.database.reading() as session:
        rendered = as_sent(session, letters_about(session, f"{dossier}:2026-12-25")[0])
    assert event(rendered)[1]["dtstart"].dt.date() == date(2026, 12, 28)


def test_moving_keeps_it_one_event(people: People, dossier: str) -> None:
    """S-36, C.8: another day, the same UID, a higher SEQUENCE."""
    prepare(people, "2026-09-11T13:00")
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", to="2026-09-16", start="11:00")
    with people.database.reading() as session:
        letters = letters_about(session, f"{dossier}:2026-09-15")
        (_, first), (_, second) = event(as_sent(session, letters[0])), event(as_sent(session, letters[-1]))
    assert first["uid"] == second["uid"]
    assert (second["sequence"], second["dtstart"].dt.isoformat()) == (2, "2026-09-16T11:00:00+02:00")


def test_the_dossier_says_when_the_next_one_is(people: People, dossier: str) -> None:
    """S-36: also when it moved or is off; nothing where none is planned."""
    assert people.dossier(dossier).next_consultation == date(2026, 9, 15)
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", to="2026-09-16")
    assert people.dossier(dossier).next_consultation == date(2026, 9, 16)
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-16", cancelled=True)
    assert people.dossier(dossier).next_consultation == date(2026, 9, 29)
    assert people.dossier(people.open()).next_consultation is None


def test_cancelling_takes_it_out_of_the_calendars(people: People, dossier: str) -> None:
    """S-36, C.8: who was invited hears that it is off; before the agenda went out nobody has to hear it."""
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-29", cancelled=True)
    prepare(people, "2026-09-11T13:00")
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", cancelled=True)
    prepare(people, "2026-09-25T13:00")
    assert people.letters(f"{dossier}:2026-09-29") == []
    with people.database.reading() as session:
        letters = letters_about(session, f"{dossier}:2026-09-15")
        method, entry = event(as_sent(session, letters[-1]))
    assert told([(one.kind, one.recipient) for one in letters])["consultation_cancelled"] == THERE
    assert (method, entry["sequence"], entry["status"]) == ("CANCEL", 2, "CANCELLED")


def test_it_can_be_read_and_printed(people: People, dossier: str, flexroute: Run) -> None:
    """S-36: the agenda as it was sent, by the command of the tables' agendas."""
    prepare(people, "2026-09-11T13:00")
    text = flexroute("agenda", dossier, "2026-09-15")
    assert text.code == 0
    assert dossier in text.out
    assert "10:00 tot 11:00 uur" in text.out
    assert flexroute("agenda", dossier, "2026-09-15", "--format", "pdf").raw.startswith(b"%PDF")
    told = flexroute("agenda", dossier, "2026-09-15", "--json").json
    assert (told["version"], told["dossier"]) == (1, dossier)
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", cancelled=True, reason="x")
    assert "gaat niet door" in flexroute("agenda", dossier, "2026-09-15").out
    none = flexroute("agenda", dossier, "2026-09-22")
    assert (none.code, "is geen agenda verstuurd" in none.err) == (1, True)


def test_a_dossier_that_closes_takes_it_off(people: People) -> None:
    """S-36, S-52: its agenda was out and then nothing was left to consult about; nobody comes for nothing."""
    dossier = people.open(0)
    people.do("plan_consultation", dossier, ADMINISTRATION, **{**RHYTHM, "first_on": "2028-01-04"})
    prepare(people, "2027-12-31T13:00")
    people.wait_until("2028-01-03T07:00")
    people.runner.run(deadline_watch, "termijnen", now=people.now)
    assert people.dossier(dossier).status == "closed"
    assert told(people.letters(f"{dossier}:2028-01-04"))["consultation_cancelled"] == THERE
    prepare(people, "2028-01-14T13:00")
    assert people.letters(f"{dossier}:2028-01-18") == []


def test_planning_anew_takes_the_place_of_the_old_series(people: People, dossier: str) -> None:
    """S-36: what was announced and is not in the new series is cancelled."""
    prepare(people, "2026-09-11T13:00")
    people.do("plan_consultation", dossier, ADMINISTRATION, first_on="2026-09-17", start="09:00", every_weeks=1)
    assert "consultation_cancelled" in told(people.letters(f"{dossier}:2026-09-15"))
    prepare(people, "2026-09-11T14:00")
    prepare(people, "2026-09-18T13:00")
    assert told(people.letters(f"{dossier}:2026-09-24")) == {"consultation": THERE}


def test_a_municipality_that_comes_later_is_invited_too(people: People, dossier: str) -> None:
    """S-36: the access of a municipality that has children now."""
    people.add(dossier, municipality="0606")
    prepare(people, "2026-09-11T13:00")
    assert told(people.letters(f"{dossier}:2026-09-15"))["consultation"] == THERE | {"toegang-schiedam"}


@pytest.mark.parametrize(
    ("act", "by", "given", "code"),
    [
        ("plan_consultation", STOPPER, RHYTHM, "forbidden"),
        ("plan_consultation", ADMINISTRATION, {**RHYTHM, "first_on": "2026-09-13"}, "invalid"),
        ("plan_consultation", ADMINISTRATION, {**RHYTHM, "first_on": "2026-08-31"}, "invalid"),
        ("plan_consultation", ADMINISTRATION, {**RHYTHM, "until": "2026-09-10"}, "invalid"),
        ("plan_consultation", ADMINISTRATION, {**RHYTHM, "start": "10 uur"}, "invalid"),
        ("change_consultation", ACCESS, {"on": "2026-09-15", "cancelled": True}, "forbidden"),
        ("change_consultation", ADMINISTRATION, {"on": "2026-09-16", "cancelled": True}, "invalid"),
        ("change_consultation", ADMINISTRATION, {"on": "2026-09-15"}, "invalid"),
        ("change_consultation", ADMINISTRATION, {"on": "2026-09-15", "to": "2026-09-13"}, "invalid"),
        ("change_consultation", ADMINISTRATION, {"on": "2026-09-15", "to": "2026-09-29"}, "invalid"),
    ],
)
def test_refused_with_a_code(people: People, dossier: str, act: str, by: str, given: dict[str, Any], code: str) -> None:
    """S-36: only contract administration, on working days to come."""
    assert people.refused(act, dossier, by, **given) == code


def test_one_that_has_been_is_not_changed(people: People, dossier: str) -> None:
    """S-36: until it begins."""
    people.wait_until("2026-09-15T10:30")
    assert (
        people.refused("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", cancelled=True) == "wrong_step"
    )


def test_without_a_series_there_is_nothing_to_change(people: People) -> None:
    """S-36."""
    bare = people.open()
    assert people.refused("change_consultation", bare, ADMINISTRATION, on="2026-09-15", cancelled=True) == "wrong_step"


def test_a_later_agenda_goes_before_an_earlier_one(people: People, dossier: str) -> None:
    """S-36: an agenda that is still to be sent is not sent once there is a newer one."""
    from flows.deliver_mail import deliver_mail

    prepare(people, "2026-09-11T13:00")
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", room="Zaal 3")
    people.runner.run(deliver_mail, "post", now=people.now)
    with people.database.reading() as session:
        rows = session.exec(select(Letter).where(Letter.subject == f"{dossier}:2026-09-15")).all()
    assert {(row.context["version"], row.state) for row in rows} == {(1, "withheld"), (2, "sent")}


def latest(people: People, about: str) -> tuple[str, Any]:
    """METHOD and event of the last letter about a consultation."""
    with people.database.reading() as session:
        return event(as_sent(session, letters_about(session, about)[-1]))


def test_planning_anew_brings_back_what_was_cancelled(people: People, dossier: str) -> None:
    """S-36, C.8: a day of the new series is held, also one that was off: said again to who had it, and prepared where nobody had."""
    prepare(people, "2026-09-11T13:00")
    for day in ("2026-09-15", "2026-09-29"):
        people.do("change_consultation", dossier, ADMINISTRATION, on=day, cancelled=True)
    people.do("plan_consultation", dossier, ADMINISTRATION, **{**RHYTHM, "start": "14:00"})
    method, entry = latest(people, f"{dossier}:2026-09-15")
    assert (method, entry["sequence"], entry["status"]) == ("REQUEST", 3, "CONFIRMED")
    assert entry["dtstart"].dt.isoformat() == "2026-09-15T14:00:00+02:00"
    prepare(people, "2026-09-25T13:00")
    assert told(people.letters(f"{dossier}:2026-09-29")) == {"consultation": THERE}


def test_planning_anew_gives_its_own_day_and_time(people: People, dossier: str) -> None:
    """S-36: one that was moved within the old series goes back to the day and time of the new one; room and link stay."""
    prepare(people, "2026-09-11T13:00")
    moved = {"to": "2026-09-16", "start": "16:00", "room": "Zaal 3"}
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", **moved)
    people.do("plan_consultation", dossier, ADMINISTRATION, **{**RHYTHM, "start": "09:30"})
    _, entry = latest(people, f"{dossier}:2026-09-15")
    assert entry["dtstart"].dt.isoformat() == "2026-09-15T09:30:00+02:00"


def test_planning_anew_leaves_what_has_begun(people: People, dossier: str) -> None:
    """S-36: whatever time the new series has."""
    prepare(people, "2026-09-11T13:00")
    people.wait_until("2026-09-15T10:30")
    people.do("plan_consultation", dossier, ADMINISTRATION, **{**RHYTHM, "first_on": "2026-09-22", "start": "15:00"})
    assert "consultation_cancelled" not in told(people.letters(f"{dossier}:2026-09-15"))


def test_its_own_time_counts(people: People, dossier: str) -> None:
    """S-36: of one that was moved to the afternoon, not the time of the series: it may change until it begins itself."""
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", start="16:00")
    people.wait_until("2026-09-15T11:00")
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", room="Zaal 3")
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-15", to="2026-09-16")
    people.do("change_consultation", dossier, ADMINISTRATION, on="2026-09-16", start="08:00")
    people.wait_until("2026-09-16T09:00")
    late = people.refused("change_consultation", dossier, ADMINISTRATION, on="2026-09-16", cancelled=True)
    assert late == "wrong_step"


def test_a_dossier_that_breaks_holds_up_no_other(people: People, dossier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-36, C.4: the other agendas go out; the run asks for attention, with the kind of error and not its text."""
    other = people.open()
    people.add(other)
    people.do("plan_consultation", other, ADMINISTRATION, **RHYTHM)

    def breaks(session: Session, region: Any, broken: Any, meeting: Any, now: Any) -> None:
        if broken.reference == dossier:
            raise RuntimeError("Jip Voorbeeldsma")
        issue_consultation(session, region, broken, meeting, now)

    with monkeypatch.context() as patch:
        patch.setattr("tasks.stop.consultations.issue_consultation", breaks)
        ended = people.runner.run(table_prep, "agenda's", now=people.wait_until("2026-09-11T13:00"))
    assert ended.attention
    assert f"{dossier}: RuntimeError in tasks.stop.consultations:" in ended.message
    assert "Jip" not in ended.message
    assert told(people.letters(f"{other}:2026-09-15")) == {"consultation": THERE}
    prepare(people, "2026-09-11T14:00")
    assert told(people.letters(f"{dossier}:2026-09-15")) == {"consultation": THERE}


def test_the_overview_is_held_to_the_last_check_too(people: People, dossier: str) -> None:
    """C.4: a number that may be a BSN, in what only the PDF says, does not go out."""
    prepare(people, "2026-09-11T13:00")
    with people.database.writing() as session:
        [issue] = session.exec(select(ConsultationIssue))
        letter = letters_about(session, f"{dossier}:2026-09-15")[0]
        assert not private_number(as_sent(session, letter))
        issue.content = {**issue.content, "overview": {**issue.content["overview"], "note": "999900006"}}
        assert private_number(as_sent(session, letter))
