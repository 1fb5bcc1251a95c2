"""One mail for the letters of one kind, to one receiver and of one run: with what each says, and sent, failed or in doubt together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import Session, col

from models.store.database import Database
from models.store.letter import Letter, State
from notifications import outbox, sender
from notifications.contexts import Context
from notifications.outbox import TOGETHER, letter_row, queue_letters, send_again
from notifications.retry import Trouble
from notifications.sender import send_due
from notifications.templates import fill, fill_together
from notifications.together import Body, parts
from rules.shared.process import of_letter
from rules.shared.region import Region
from tests.notifications.test_outbox import ANSWERS, PAUSES, Wire, at_their_end, one_database
from tests.support.letter_contexts import GRJR, WHOLE, renamed
from tests.support.letter_html import Page
from tests.support.letter_text import WIDEST, flat
from tests.support.mail_servers import MailServer
from tests.support.meetings import Story
from tests.support.queued_letters import HOUR, MINUTE, QUEUED_AT, RECIPIENTS, arrived, letters, queue

__all__ = ["one_database"]  # a fixture
THIRTY = 30


def mails(server: MailServer) -> list[str]:
    """What each mail that arrived says."""
    return [" ".join(mail.get_body(("plain",)).get_content().split()) for mail in server.mails]  # type: ignore[union-attr]


def states(database: Database) -> Counter[str]:
    return Counter(letter.state for letter in letters(database))


def change(database: Database, number: int, **values: Any) -> None:
    with database.writing() as session:
        session.execute(update(Letter).where(col(Letter.id) == number).values(**values))


# what it says


@pytest.mark.parametrize("kind", [kind for kind in WHOLE if kind not in of_letter(kind).rendered])
def test_it_says_what_each_letter_says(kind: str) -> None:
    """A.10: each reference, under it the words of its letter, once where they are the same; and the same in HTML."""
    number = "-0007" if WHOLE[kind][0]["reference"].endswith("-0001") else ""
    others = [
        {**one, "reference": f"{one['reference'][:7]}-0000{n:02}{number}"} for n, one in enumerate(WHOLE[kind] * 2, 1)
    ]
    said = fill_together(GRJR, kind, others)
    text = flat(said)
    assert [one["reference"] for one in others if text.count(f"- {one['reference']}") != 1] == []
    for one in others:
        for sentence in body_of(kind, one).split(". "):
            assert sentence.rstrip(".") in text
    assert len(said.text) < sum(len(fill(GRJR, kind, one).text) for one in others)
    urgent = ", ook spoed" if any(one.get("urgent") for one in others) else ""
    assert said.subject.endswith(f": {len(others)} keer{urgent}")
    assert Page(said.html).words == text
    assert max(map(len, said.text.splitlines())) <= WIDEST


def body_of(kind: str, known: dict[str, Any]) -> str:
    """The words of a letter between greeting and signature, without what is said of its case."""
    text = flat(fill(GRJR, kind, {key: value for key, value in known.items() if key not in ("details", "urgent")}))
    return text.removeprefix("Beste collega, ").partition(" Kenmerk")[0]


def test_what_differs_stands_with_its_reference() -> None:
    """A.10: thirty requests with days of their own are one page: their days with them, the rest once."""
    days = [f"2026-03-{9 + n % 20:02}" for n in range(THIRTY)]
    known = WHOLE["assessment_request"][0]
    many = [{**known, "reference": f"ZB-2026-0001{n:02}", "due": day, "details": {}} for n, day in enumerate(days)]
    text = flat(said := fill_together(GRJR, "assessment_request", many))
    assert text.count("Leg in Flexroute vast") == 1
    assert "Wanneer? Dit verschilt: zie bij het kenmerk." in text
    assert (
        "- ZB-2026-000100 Wanneer? Uiterlijk maandag 9 maart 2026. - ZB-2026-000101 Wanneer? Uiterlijk dinsdag" in text
    )
    assert Page(said.html).words == text
    assert len(said.text.splitlines()) < 100


@given(st.lists(st.sampled_from(["a\nb", "a\nc", "b\nb", "a", "a\nb\nc\nd"]), min_size=1, max_size=9))
def test_no_words_are_lost(texts: list[str]) -> None:
    """A.10: each letter is in one part, and its words are those of the part and its own."""
    bodies = [Body(text, "\n".join(f"<p>{line}</p>" for line in text.splitlines())) for text in texts]
    found = parts(bodies)
    assert sorted(place for part in found for place in part.whose) == list(range(len(bodies)))
    for part in found:
        for place, own in zip(part.whose, part.own, strict=True):
            lines = [*part.body.text.splitlines(), *(one.text for one in own)]
            assert set(bodies[place].text.splitlines()) <= set(lines)
            assert all(one.html == one.text for one in own)


@pytest.mark.both_databases
def test_thirty_letters_of_one_run(database: Database, server: MailServer) -> None:
    """A.10: one mail to each receiver, with all its references; the outbox keeps a row for each letter."""
    queue(database, THIRTY, one_run=True)
    assert send_due(database, QUEUED_AT).sent == THIRTY
    assert len(server.mails) == len(RECIPIENTS)
    assert len(set(arrived(server))) == len(RECIPIENTS)
    for letter in letters(database):
        assert (letter.state, letter.attempts) == ("sent", 1)
        assert sum(letter.subject in said for said in mails(server)) == 1
    assert {mail["Subject"] for mail in server.mails} == {"Vraag om beoordeling: 10 keer"}


def test_what_does_not_fall_together(database: Database, server: MailServer) -> None:
    """A.10: another run, another kind, another receiver, or no reference of a process."""
    queue(database, 3, one_run=True)
    queue(database, 3, QUEUED_AT + MINUTE, one_run=True)
    change(database, 1, kind="assessment_reminder", recipient="sys-oost")
    change(database, 6, subject="afgewezen:x", queued_at=QUEUED_AT)
    assert send_due(database, QUEUED_AT + MINUTE).sent == len(server.mails) == 6


def test_agendas_are_never_one_mail(story: Story, server: MailServer) -> None:
    """C.8: an invitation is of one meeting."""
    story.case_at_the_table("sys-noord")
    story.case_at_the_table("sys-noord", table="T_C2")
    send_due(story.database, QUEUED_AT + timedelta(days=3))
    server.received.clear()
    story.prepare()
    with story.database.writing() as session:
        session.execute(update(Letter).where(col(Letter.kind) == "agenda").values(queued_at=QUEUED_AT))
    agendas = [letter for letter in letters(story.database) if letter.kind == "agenda"]
    assert Counter(one.recipient for one in agendas)["sys-noord"] > 1
    send_due(story.database, QUEUED_AT + timedelta(days=5))
    assert len(server.mails) == len(agendas)


def test_a_mail_has_an_end(database: Database, server: MailServer) -> None:
    """A.10: so many letters at most."""
    queue(database, 3 * (TOGETHER + 1), one_run=True)
    send_due(database, QUEUED_AT)
    assert len(server.mails) == 6
    assert states(database) == {"sent": 3 * (TOGETHER + 1)}


# what becomes of it


@pytest.mark.both_databases
def test_a_letter_that_may_not_go_is_left_out(database: Database, server: MailServer) -> None:
    """C.4: the guard holds one, another has no words; the others go, with none of what was held."""
    queue(database, 9, one_run=True)
    [first, second, *_] = [one for one in letters(database) if one.recipient == "sys-noord"]
    with database.writing() as session:
        held = session.get_one(Letter, first.id)
        held.context = {**held.context, "details": {"own_number": "999900006"}}
        session.get_one(Letter, second.id).context = {}
    done = send_due(database, QUEUED_AT)
    assert done.sent == 7
    assert set(done.kept) == {f"brief {first.id}", f"brief {second.id}"}
    assert states(database) == {"sent": 7, "held": 1, "failed": 1}
    assert not any("999900006" in said or first.subject in said or second.subject in said for said in mails(server))


@pytest.mark.both_databases
def test_in_doubt_it_is_the_same_mail_again(database: Database, server: MailServer) -> None:
    """A.10: the line breaks after the last dot: all of it goes again, with the same Message-ID; the others wait for nothing."""
    queue(database, THIRTY, one_run=True)
    server.hangs_up = 1
    send_due(database, QUEUED_AT)
    assert states(database) == {"sent": 20, "retry": 10}
    assert {(one.state, one.in_doubt) for one in letters(database)} == {("sent", 0), ("retry", 1)}
    queue(database, THIRTY, QUEUED_AT + MINUTE, one_run=True)
    done = send_due(database, QUEUED_AT + HOUR)
    assert done.notes == ["10 brieven zijn misschien dubbel aangekomen"]
    assert Counter(Counter(arrived(server)).values()) == {1: 5, 2: 1}
    assert states(database) == {"sent": 2 * THIRTY}


def test_asked_for_one_the_whole_mail_goes(database: Database, server: MailServer) -> None:
    """A.10: a person has one letter of a mail in doubt tried now: it takes the others along, or it would be another mail."""
    queue(database, 9, one_run=True)
    server.hangs_up = 1
    send_due(database, QUEUED_AT)
    [one, *others] = [letter for letter in letters(database) if letter.state == "retry"]
    with database.writing() as session:
        assert send_again(session.get_one(Letter, others[0].id), QUEUED_AT + MINUTE)
    send_due(database, QUEUED_AT + MINUTE)
    assert states(database) == {"sent": 9}
    assert Counter(Counter(arrived(server)).values()) == {1: 2, 2: 1}
    with database.writing() as session:
        assert send_again(session.get_one(Letter, one.id), QUEUED_AT + HOUR)
    send_due(database, QUEUED_AT + HOUR)
    assert arrived(server)[-1].startswith(f"<letter-{one.id}.2.")


@pytest.mark.both_databases
def test_the_answer_is_that_of_a_receiver(database: Database, server: MailServer, region: Region) -> None:
    """A.10: one is refused, one is put off, one is taken; each with all its letters."""
    queue(database, 9, one_run=True)
    server.says[region.mail_of("sys-zuid")] = "550 5.1.1 unknown"
    server.says[region.mail_of("sys-oost")] = "450 4.2.0 Greylisted"
    assert len(send_due(database, QUEUED_AT).kept) == 3
    of = {who: {one.state for one in letters(database) if one.recipient == who} for who in RECIPIENTS}
    assert of == {"sys-noord": {"sent"}, "sys-zuid": {"failed"}, "sys-oost": {"retry"}}
    server.says.clear()
    with database.writing() as session:
        for letter in letters(database):
            assert letter.state != "failed" or send_again(session.get_one(Letter, letter.id), QUEUED_AT + HOUR)
    send_due(database, QUEUED_AT + HOUR)
    assert states(database) == {"sent": 9}
    assert len(server.mails) == 3


def test_one_that_need_not_go_any_more(database: Database, server: MailServer) -> None:
    """AMB-18: another is asked after a region came in, while the mail waits: it goes without, as another mail."""
    queue(database, 9, one_run=True)
    server.says["mail"] = "450 4.3.2 not now"
    send_due(database, QUEUED_AT)
    server.says.clear()
    [first, *_] = letters(database)
    change(database, first.id or 0, state=State.WITHHELD.value, try_at=None)
    send_due(database, QUEUED_AT + 5 * HOUR)
    assert states(database) == {"sent": 8, "withheld": 1}
    assert not any(first.subject in said for said in mails(server))


def test_somebody_has_one_of_them(database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A.10: a letter that is not as we left it is another sender's: none of the mail is claimed, and the round ends."""
    queue(database, 9, one_run=True)
    really = sender._Round._claim

    def late(self: Any, ours: list[Letter]) -> None:
        change(database, ours[-1].id or 0, attempts=5)
        really(self, ours)

    monkeypatch.setattr(sender._Round, "_claim", late)
    assert send_due(database, QUEUED_AT).elsewhere
    assert states(database) == {"queued": 9}
    assert server.mails == []


@pytest.mark.parametrize("met", ["guard", "words"])
def test_only_together_they_cannot_go(
    database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch, met: str
) -> None:
    """C.4: what is wrong with the mail as a whole holds up none of its letters: they go one by one, in their order."""
    queue(database, 9, one_run=True)

    def wrong(*_: Any) -> Any:
        raise ValueError

    def found(said: Any, *_: str) -> bool:
        return "3 keer" in said.subject

    monkeypatch.setattr(sender, *(("private_number", found) if met == "guard" else ("together", wrong)))
    assert send_due(database, QUEUED_AT).kept == {}
    assert states(database) == {"sent": 9}
    assert len(server.mails) == 9


@contextmanager
def emptied(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        session.execute(delete(Letter))
        yield session


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANSWERS, max_size=12), st.lists(PAUSES, min_size=1, max_size=8), st.integers(1, 4))
def test_none_is_lost_and_none_goes_alone(
    one_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    plan: list[Trouble | Exception | None],
    waits: list[timedelta],
    runs: int,
) -> None:
    """A.10: whatever happens, the letters of one mail are in one state, and each comes to its end."""
    with emptied(one_database):
        pass
    for run in range(runs):
        queue(one_database, 6, QUEUED_AT + run * MINUTE, one_run=True)
    wire, now = Wire(plan), QUEUED_AT + HOUR
    monkeypatch.setattr(sender, "transport", contextmanager(lambda *_: iter([wire])))
    for number, pause in enumerate([*waits, *[timedelta(days=3)] * 30]):
        if number > len(waits) and at_their_end(one_database):
            break
        send_due(one_database, now)
        found = letters(one_database)
        for same in {(one.recipient, one.queued_at) for one in found}:
            mine = [one for one in found if (one.recipient, one.queued_at) == same]
            assert len({(one.state, one.attempts, one.in_doubt, one.try_at, one.reason) for one in mine}) == 1
        now += pause
    assert at_their_end(one_database)
    assert wire.taken.total() <= runs * len(RECIPIENTS) + sum(one.in_doubt for one in letters(one_database))


def test_due_in_order(database: Database) -> None:
    """A.10: by the first letter of each mail."""
    queue(database, 6, one_run=True)
    with database.writing() as session:
        row = letter_row("escalation", "tz", "ZB-2026-000009", "x", Context({}), QUEUED_AT)
        queue_letters(session, [row])
    with database.reading() as session:
        assert outbox.due(session, QUEUED_AT) == [[1, 4], [2, 5], [3, 6], [7]]


def test_consultations_are_never_one_mail(database: Database) -> None:
    """S-36: each has its own entry in the calendar, also of one dossier, receiver and run."""
    dossier = "ST-2026-000009"
    days = [f"{dossier}:2026-09-{day}" for day in (15, 22)]
    with database.writing() as session:
        found = [letter_row("consultation", "zonnewende", on, "x", Context({}), QUEUED_AT) for on in days]
        queue_letters(session, found)
        mails = outbox.due(session, QUEUED_AT)
    assert [len(mail) for mail in mails] == [1, 1]


def test_names_are_names() -> None:
    """C.4: also where several letters are one mail."""
    region = renamed('Zorg & <b>Zoon</b> "{{ 1 }}" &amp; co')
    days = [
        {**WHOLE["assessment_reminder"][0], "due": f"2026-03-1{n}", "reference": f"ZB-2026-00000{n}"} for n in range(3)
    ]
    said = fill_together(region, "assessment_reminder", days)
    assert Page(said.html).words == flat(said)
    assert "<b>" not in said.html
    assert "<b>Zoon</b>" in said.text
