"""What Prefect shows beside a run: candidate lists and agendas, with references and names of organisations only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import httpx
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from sqlalchemy import and_
from sqlmodel import col, select

from flexroute.clock import local_date
from models.flex import history
from models.flex.case import Case
from models.flex.meeting import AgendaIssue, Meeting
from models.region.directory import load_region
from models.store.database import current
from notifications.flex.agenda_letter import latest_words
from rules.flex.matching import candidates
from rules.flex.route import Step
from tasks.engine.batch import BatchResult

READABLE = 50  # cases in one list


def show_candidates(done: BatchResult, now: datetime) -> None:
    """The flex providers of the cases that are being searched for, in the order in which they are asked (F-36).

    Not after a sweep over more cases than somebody reads.
    """
    if len(done.moved) > READABLE:
        return
    with current().reading() as session:
        region = load_region(session)
        cases = session.exec(
            select(Case).where(col(Case.reference).in_(done.moved), Case.step == Step.FLEX_SEARCH)
        ).all()
        facts = history.facts_of(session, cases)
        rows: list[dict[str, Any]] = [
            {
                "casus": case.reference,
                "volgorde": number,
                "flex-aanbieder": region.name_of(flex),
                "gevraagd": "ja" if flex == case.asked_id else "",
            }
            for case in cases
            for number, flex in enumerate(candidates(region, facts[case.reference], local_date(now)), 1)
        ]
    if rows:
        key = f"kandidaten-{cases[0].reference.lower()}" if len(cases) == 1 else "kandidaten"
        _show(create_table_artifact, table=rows, key=key, description="Flex-aanbieders in de volgorde van vragen")


def _show(create: Callable[..., Any], **what: Any) -> None:
    """What is only to be looked at is worth no waiting and no failure: the step is done already."""
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}), suppress(PrefectException, httpx.HTTPError):
        create(**what)


def show_agendas(now: datetime, table_id: str | None = None) -> None:
    """The agendas issued or cancelled at this moment, also those issued again. After the transaction: words take time."""
    latest = and_(col(AgendaIssue.meeting_id) == col(Meeting.id), col(AgendaIssue.version) == col(Meeting.version))
    issued = select(Meeting).join(AgendaIssue, latest).where(AgendaIssue.issued_at == now).order_by(col(Meeting.id))
    if table_id:
        issued = issued.where(Meeting.table_id == table_id)
    with current().reading() as session:
        region = load_region(session)
        said = {meeting.reference: latest_words(session, region, meeting) for meeting in session.exec(issued)}
    for meeting, words in said.items():
        _show(
            create_markdown_artifact,
            markdown=f"```\n{words.text}\n```",
            key="agenda-" + meeting.lower().replace("_", "-").replace(":", "-"),  # the same when the meeting moves
            description=words.subject,
        )
