"""What a mail server answers to everybody fails no letter: they wait, and somebody hears it. What is about one letter fails that one."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

import pytest
from sqlalchemy import update
from sqlmodel import col

from models.store.database import Database
from models.store.exclusive import exclusively
from models.store.letter import Letter
from notifications.mail_held_up import held_up
from notifications.retry import ALIKE, TroubleKind, of_one
from notifications.transports.answers import trouble
from rules.shared.region import Region
from tests.support.mail_servers import MailServer
from tests.support.queued_letters import HOUR, MINUTE, QUEUED_AT, deliver, letters, queue

SIX = 6


def states(database: Database) -> Counter[str]:
    return Counter(letter.state for letter in letters(database))


class Answer(NamedTuple):
    """What a server says, to which command, and what kind of trouble that is."""

    at: str
    says: str
    kind: TroubleKind


FROM_THE_FIELD = [
    Answer("data", "554 5.2.252 SendAsDenied", TroubleKind.LOGIN),
    Answer("data", "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException", TroubleKind.LOGIN),
    Answer("rcpt", "554 5.7.1 Relay access denied", TroubleKind.LOGIN),
    Answer("rcpt", "454 4.7.1 <a@b.example.nl>: Relay access denied", TroubleKind.LOGIN),
    Answer("rcpt", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", TroubleKind.LOGIN),
    Answer("rcpt", "550 relay not permitted", TroubleKind.LOGIN),
    Answer("rcpt", "550 5.7.57 Client not authenticated to send mail", TroubleKind.LOGIN),
    Answer("data", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", TroubleKind.LOGIN),
    Answer("rcpt", "550 5.7.606 Access denied, banned sending IP", TroubleKind.LOGIN),
    Answer("rcpt", "554 5.7.1 Client host rejected: Access denied", TroubleKind.LOGIN),
    Answer("rcpt", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked", TroubleKind.LOGIN),
    Answer("rcpt", "553 5.7.1 Sender address rejected: not owned by user", TroubleKind.LOGIN),
    Answer("data", "550 5.7.26 Unauthenticated email from regio.nl is not accepted", TroubleKind.LOGIN),
    Answer("data", "550 5.1.8 Access denied, bad outbound sender", TroubleKind.LOGIN),
    Answer("rcpt", "534 5.7.9 Application-specific password required", TroubleKind.LOGIN),
    Answer("data", "550 5.4.5 Daily user sending limit exceeded", TroubleKind.BUSY),
    Answer("mail", "550 5.4.5 Daily sending quota exceeded", TroubleKind.BUSY),
    Answer("rcpt", "554 5.7.1 Recipient address rejected: You have exceeded your quota", TroubleKind.BUSY),
    Answer("data", "554 5.2.2 mailbox full; SubmissionQuotaExceededException", TroubleKind.BUSY),
    Answer("data", "550 5.1.90 Your message can't be sent: daily limit for message recipients", TroubleKind.BUSY),
    Answer("data", "452 4.3.1 Insufficient system storage", TroubleKind.BUSY),
    Answer("rcpt", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", TroubleKind.BUSY),
    Answer("mail", "452 4.3.1 Insufficient system resources", TroubleKind.BUSY),
    Answer("rcpt", "452 Too many recipients", TroubleKind.BUSY),
]
OF_ONE_LETTER = [
    Answer("rcpt", "550 5.1.1 User unknown", TroubleKind.REFUSED),
    Answer("rcpt", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", TroubleKind.REFUSED),
    Answer("rcpt", "550 5.2.1 Mailbox disabled", TroubleKind.REFUSED),
    Answer("rcpt", "552 5.2.2 The account is over quota", TroubleKind.REFUSED),
    Answer("rcpt", "452 4.2.2 The account that you tried to reach is over quota", TroubleKind.REFUSED_FOR_NOW),
    Answer("data", "552 5.3.4 Message size exceeds fixed limit", TroubleKind.REFUSED),
    Answer("data", "552 Message exceeds the maximum", TroubleKind.REFUSED),
    Answer("mail", "552 5.3.4 Message size exceeds your limit", TroubleKind.REFUSED),
    Answer("rcpt", "550 5.7.133 SenderNotAuthenticatedForGroup; authentication required", TroubleKind.REFUSED),
]
OF_NOBODY_KNOWS_WHAT = [
    Answer("data", "554 5.7.1 looks like spam", TroubleKind.REFUSED),
    Answer("rcpt", "550 5.4.1 Recipient address rejected: Access denied", TroubleKind.REFUSED),
    Answer("rcpt", "550 Requested action not taken", TroubleKind.REFUSED),
    Answer("data", "554 5.6.0 Corrupt message content", TroubleKind.REFUSED),
]


@pytest.mark.parametrize("answer", FROM_THE_FIELD + OF_ONE_LETTER + OF_NOBODY_KNOWS_WHAT, ids=lambda one: one.says[:40])
def test_what_an_answer_is_about(answer: Answer) -> None:
    """C.4: us, the server or one letter; with its codes, without its words."""
    code, _, words = answer.says.partition(" ")
    met = trouble(int(code), words.encode(), of_sender=answer.at == "mail")
    assert met.kind is answer.kind
    enhanced = words.split()[0] if words[1] == "." else ""
    assert met.reason.endswith(f" ({f'{code} {enhanced}'.strip()})")
    assert words.removeprefix(enhanced).strip() not in met.reason


@pytest.mark.parametrize("answer", FROM_THE_FIELD, ids=lambda one: one.says[:40])
def test_an_answer_about_us_fails_no_letter(database: Database, server: MailServer, answer: Answer) -> None:
    """C.4: after the first letter the post waits; mended, everything goes. What is to mend is told at once, the rest after two hours."""
    queue(database, SIX)
    server.says[answer.at] = answer.says
    first = deliver(QUEUED_AT)
    assert states(database) == {"retry": 1, "queued": SIX - 1}
    assert letters(database)[0].trouble == answer.kind
    assert first.attention == (answer.kind is TroubleKind.LOGIN)
    assert deliver(QUEUED_AT + 3 * HOUR).attention
    assert "failed" not in states(database)
    server.says.clear()
    deliver(QUEUED_AT + 8 * HOUR)
    assert states(database) == {"sent": SIX}


@pytest.mark.parametrize("answer", OF_NOBODY_KNOWS_WHAT, ids=lambda one: one.says[:40])
@pytest.mark.both_databases
def test_the_same_answer_to_several_is_of_the_server(database: Database, server: MailServer, answer: Answer) -> None:
    """C.4: at the second recipient the first one's letter waits as well, the round ends, the operator hears it; a later round tries one."""
    queue(database, SIX)
    server.says[answer.at] = answer.says
    told = deliver(QUEUED_AT)
    assert (told.attention, "brief 1:" in told.message, ALIKE in told.message) == (True, False, True)
    assert states(database) == {"retry": 2, "queued": SIX - 2}
    assert [deliver(QUEUED_AT + minutes * MINUTE).attention for minutes in (5, 30, 60)] == [True] * 3
    assert states(database) == {"retry": 3, "queued": SIX - 3}
    server.says.clear()
    assert not deliver(QUEUED_AT + 6 * HOUR).attention
    assert states(database) == {"sent": SIX}


def test_one_letter_in_a_round(database: Database, server: MailServer) -> None:
    """C.4: in a quiet office each round has one letter; the second with the same answer says that it is the server."""
    server.says["data"] = "554 5.7.1 no"
    for number in range(1, 4):
        queue(database, number, QUEUED_AT + number * HOUR)
        deliver(QUEUED_AT + number * HOUR)
        with database.writing() as session:  # one letter each time
            session.execute(update(Letter).where(col(Letter.state) == "queued").values(state="withheld"))
    assert "failed" not in states(database)


def test_a_letter_in_between_that_is_taken(database: Database, server: MailServer, region: Region) -> None:
    """Two recipients refuse their letters, others take theirs in between: each stands alone."""
    queue(database, 9)  # noord, zuid and oost in turn, beginning with zuid
    for who, says in (("sys-zuid", "550 no"), ("sys-noord", "550 5.1.1 unknown"), ("sys-oost", "250 OK")):
        server.says[region.mail_of(who)] = says
    assert deliver(QUEUED_AT).attention
    assert [one.state for one in letters(database)] == ["failed", "sent", "failed"] * 3


def test_recipients_that_are_not_known(database: Database, server: MailServer) -> None:
    """C.4: 5.1.1 names the recipient; however many hear it, each of these letters fails and is told."""
    queue(database, SIX)
    server.says["rcpt"] = "550 5.1.1 User unknown"
    assert deliver(QUEUED_AT).attention
    assert states(database) == {"failed": SIX}


def test_letters_that_nobody_takes_do_not_hold_up_the_others(
    database: Database, server: MailServer, region: Region
) -> None:
    """Where it was two recipients after all, the post goes on to the others at the next try, and these two fail: nobody waits for ever."""
    queue(database, 6)
    for who in ("sys-zuid", "sys-oost"):
        server.says[region.mail_of(who)] = "554 5.7.1 no"
    with database.writing() as session:  # the two that are refused come first
        session.execute(update(Letter).where(col(Letter.id) == 3).values(recipient="sys-noord"))
        session.execute(update(Letter).where(col(Letter.id) == 2).values(recipient="sys-oost"))
        session.execute(update(Letter).where(col(Letter.id) > 3).values(recipient="sys-noord"))
    deliver(QUEUED_AT)
    assert states(database) == {"retry": 2, "queued": 4}
    assert deliver(QUEUED_AT + 30 * MINUTE).attention
    assert states(database) == {"failed": 2, "sent": 4}


@pytest.mark.parametrize("says", ["451 4.7.1 Try again later", "450 later", "452 4.3.1 full", "432 4.3.2 busy"])
def test_everybody_is_put_off(database: Database, server: MailServer, says: str) -> None:
    """C.4: nobody fails within two hours, then somebody is told, in every run; after five days still none has failed."""
    queue(database, SIX)
    server.says["data"] = says
    told = {minutes: deliver(QUEUED_AT + minutes * MINUTE).attention for minutes in (0, 20, 60, 120, 125, 130, 180)}
    assert [minutes for minutes, attention in told.items() if attention] == [125, 130, 180]
    for hours in (24, 119, 121, 145):
        assert deliver(QUEUED_AT + hours * HOUR).attention
    assert set(states(database)) <= {"retry", "queued"}


def test_one_full_mailbox(database: Database, server: MailServer) -> None:
    """A recipient that puts its letters off is told of when they fail, as before."""
    queue(database, 3)
    server.says["rcpt"] = "452 4.2.2 over quota"
    assert not any(deliver(QUEUED_AT + hours * HOUR).attention for hours in (0, 3, 60, 119))
    assert deliver(QUEUED_AT + 124 * HOUR).attention
    assert states(database) == {"failed": 3}


@pytest.mark.both_databases
def test_another_is_at_work(database: Database, server: MailServer) -> None:
    """A.10: a round that meets another one ends in peace with a sentence, also when letters have waited long."""
    queue(database, 3)
    with exclusively(database, "post"):
        met = deliver(QUEUED_AT + 5 * HOUR)
    assert (met.attention, met.message) == (False, "0 verstuurd; een andere run bezorgt de post al")
    assert deliver(QUEUED_AT + 5 * HOUR).message == "3 verstuurd"


@pytest.mark.both_databases
def test_what_is_held_up(database: Database, server: MailServer) -> None:
    """What waits, is held or failed, why, and what to do: nothing when there is nothing."""

    def now_held_up(now: datetime) -> list[tuple[str, str]]:
        with database.reading() as session:
            return [(one.what, one.why) for one in held_up(session, now)]

    assert now_held_up(QUEUED_AT) == []
    queue(database, 4)
    assert now_held_up(QUEUED_AT + HOUR) == []
    assert now_held_up(QUEUED_AT + 3 * HOUR) == [("4 brieven wachten langer dan 2 uur", "nog niet geprobeerd")]
    server.says["rcpt"] = "550 5.1.1 User unknown"
    server.says["mail"] = "530 5.7.0 log in"
    deliver(QUEUED_AT)
    why = "de mailserver wil dat Flexroute inlogt (530 5.7.0)"
    assert now_held_up(QUEUED_AT + MINUTE) == [("de post wacht tot 02-03 08:30", why)]
    server.says.pop("mail")
    deliver(QUEUED_AT + HOUR)
    why = "de mailserver weigert deze brief of deze ontvanger (550 5.1.1)"
    assert now_held_up(QUEUED_AT + HOUR) == [("4 brieven mislukt", why)]


def test_codes_of_one() -> None:
    """By its codes alone."""
    assert all(map(of_one, ("(550 5.1.1)", "(552)", "(400 ErrorInvalidRecipients)", "(452 4.2.2)")))
    assert not any(map(of_one, ("(550)", "(554 5.7.1)", "(450 4.2.0)", "(552 5.7.0)", "(400 ErrorInvalidRequest)")))
