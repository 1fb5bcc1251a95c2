"""`table_prep` for a table with many cases, with PDF, ICS and mails; and what each part of it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlmodel import select

from acts import perform
from benchmarks import workload
from benchmarks.world import fresh
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.store.database import Database
from models.store.letter import Letter
from notifications.agendas.invitation import invitation
from notifications.agendas.issuing import latest_issue
from notifications.flex.agenda import OF_TABLE, content
from notifications.flex.agenda_letter import event_of
from notifications.flex.agenda_words import in_words
from notifications.templates import fill
from notifications.typeset import pdf
from rules.flex.letters import AGENDA


def measure(postgresql: str | None, number: int, api_url: str) -> dict[str, Any]:
    """Seconds for preparing the agenda and for mailing it, and milliseconds of what it is made of."""
    with fresh(postgresql) as database, Runner(api_url) as runs:
        references = workload.referrals(database, number)
        runs.move(None, "aanmeldingen", workload.BEFORE)
        for act, by, given in workload.DECISIONS[:2]:
            for reference in references:
                perform(database, act, reference, by, given, workload.BEFORE)
            runs.move(None, act, workload.BEFORE)
        with database.writing() as session:  # only the post about the meeting counts
            for letter in session.exec(select(Letter)):
                session.delete(letter)
        preparing = _seconds(
            lambda: runs.run(table_prep, "agenda's", now=workload.BEFORE, this_week_too=True),
        )
        mailing = _seconds(lambda: runs.run(deliver_mail, "post", now=workload.BEFORE))
        parts = _parts(database)
        with database.reading() as session:
            recipients = len(session.exec(select(Letter).where(Letter.kind == AGENDA, Letter.state == "sent")).all())
    return {
        "cases": number,
        "mails": recipients,
        "seconds": preparing + mailing,
        "preparing_seconds": preparing,
        "mailing_seconds": mailing,
        "parts_ms": parts,
    }


def _parts(database: Database) -> dict[str, float]:
    with database.reading() as session:
        region = load_region(session)
        meeting = session.exec(select(Meeting).where(Meeting.table_id == "T_BC", Meeting.version > 0)).first()
        assert meeting is not None  # noqa: S101
        issue = latest_issue(session, OF_TABLE, meeting)
        words = {**in_words(region, issue.content), "version": issue.version, "had_a_case": False}
        printed = {**words, "title": "Agenda", "region": region.name}
        return {
            "content": 1000 * _seconds(lambda: content(session, region, meeting, {})),
            "words": 1000 * _seconds(lambda: in_words(region, issue.content)),
            "text and HTML": 1000 * _seconds(lambda: fill(region, AGENDA, words)),
            "ICS": 1000
            * _seconds(lambda: invitation(region, event_of(region, issue.content, 1, issue.issued_at, "Agenda"))),
            "PDF": 1000 * _seconds(lambda: pdf("agenda", printed, issue.issued_at)),
        }


def _seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
