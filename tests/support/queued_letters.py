"""Letters to send, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlmodel import col, select

from flexroute.clock import from_local, local
from flexroute.settings import practising
from flows.deliver_mail import deliver_mail
from flows.mover import Ended, Runner
from models.store.database import Database
from models.store.letter import Letter
from notifications.contexts import context_of
from notifications.outbox import letter_row, queue_letters
from tests.support.mail_servers import SENDER, MailServer

QUEUED_AT = from_local("2026-03-02T08:00")
MICROSECOND = timedelta(microseconds=1)
MINUTE, FIVE_MINUTES, HOUR = timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)
RECIPIENTS = ("sys-noord", "sys-zuid", "sys-oost")


def queue(database: Database, number: int, now: datetime = QUEUED_AT, *, one_run: bool = False) -> None:
    """So many letters, each about a case of its own, to three receivers in turn; each a mail, or with `one_run` one to each receiver."""
    context = context_of(
        "assessment_request",
        opdracht="B",
        round=1,
        owner="sys-noord",
        urgent=False,
        treeknorm_date=None,
        norm_passed=False,
        received_on="2026-03-02",
        due="2026-03-09",
    )
    with database.writing() as session:
        queue_letters(
            session,
            [
                letter_row(
                    "assessment_request",
                    RECIPIENTS[n % 3],
                    f"ZB-2026-{n:06}",
                    now.isoformat(),
                    context,
                    now if one_run else now + n * MICROSECOND,
                )
                for n in range(1, number + 1)
            ],
        )


def deliver(now: datetime) -> Ended:
    """A round of the post at this moment."""
    with Runner(None) as runner:
        return runner.run(deliver_mail, "post", now=now)


def letters(database: Database) -> list[Letter]:
    """All of them, in the order in which they were queued."""
    with database.reading() as session:
        return list(session.exec(select(Letter).order_by(col(Letter.id))).all())


def arrived(server: MailServer) -> list[str]:
    """Their Message-IDs, in the order in which they came."""
    return [mail["Message-ID"] for mail in server.mails]


def expected(database: Database) -> list[str]:
    """The Message-IDs of all letters."""
    return [message_id(letter) for letter in letters(database)]


def message_id(letter: Letter, domain: str = "regio.nl") -> str:
    """Of letter, edition and the moment on the clock when it was queued."""
    return f"<letter-{letter.id}.{letter.edition}.{local(letter.queued_at):%Y%m%dT%H%M%S}@{domain}>"


@contextmanager
def by_smtp() -> Iterator[MailServer]:
    """A mail server that does not listen yet, and settings that send letters to it."""
    made = MailServer()
    given = {"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": made.port, "smtp_security": "none"}
    with practising(mail_from=SENDER, **given):
        yield made
