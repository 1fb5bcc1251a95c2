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
from sqlmodel import col, select

from flexroute.clock import local_date
from models import history
from models.case import Case
from models.database import current
from models.directory import load_region
from rules.matching import candidates
from rules.route import Step
from tasks.chunk import Settled


def show_candidates(done: Settled, now: datetime) -> None:
    """The flex providers of the cases that are being searched for, in the order in which they are asked (F-36)."""
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


def show_agenda(table_id: str, on: str, text: str) -> None:
    """The agenda of one meeting, as it was issued."""
    _show(
        create_markdown_artifact,
        markdown=f"```\n{text}\n```",
        key=f"agenda-{table_id}-{on}".lower().replace("_", "-"),
        description=f"Agenda {table_id} {on}",
    )
