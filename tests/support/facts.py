"""Cases, organisations and regions for the tests of the rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from rules.flex.facts import CaseFacts
from rules.flex.route import Step
from rules.shared.region import Region
from rules.shared.settings import apart

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MAIL = "post@example.nl"
DAYS = st.dates(date(2025, 1, 1), date(2029, 12, 31))
ONE = timedelta(days=1)


def d(text: str) -> date:
    """A day, such as "2026-03-06"."""
    return date.fromisoformat(text)


def at(moment: str) -> datetime:
    """A local moment, such as "2026-03-06T13:00"."""
    return datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)


def a_case(**known: Any) -> CaseFacts:
    """A case of opdracht B at Jeugdhulp Noord, received on Monday 2 March 2026."""
    usual: dict[str, Any] = {
        "reference": "ZB-2026-000123",
        "opdracht": "B",
        "provider": "sys-noord",
        "owner": "sys-noord",
        "referrer": "ref-lt",
        "received_on": date(2026, 3, 2),
        "treeknorm_date": date(2026, 5, 11),
        "step": Step.PROVIDER_CHECK,
    }
    return CaseFacts(**{**usual, **known})


def changed(region: Region, **parts: Any) -> Region:
    """The region with some of its parts replaced."""
    return Region.model_validate({**region.model_dump(by_alias=True), **parts})


def with_settings(region: Region, **settings: Any) -> Region:
    """The region with other numbers, of whichever process they are."""
    now = apart({"settings": settings})
    own = {
        name: {**part.model_dump(), **now.get("processes", {}).get(name, {})} for name, part in region.processes.items()
    }
    return changed(region, settings={**region.settings.model_dump(), **now["settings"]}, processes=own)


def with_table(region: Region, ident: str, **keys: Any) -> Region:
    """The region with one table changed."""
    rows = [{**row.model_dump(), **(keys if row.id == ident else {})} for row in region.tables]
    return changed(region, tables=rows)


def with_organisation(region: Region, ident: str, **keys: Any) -> Region:
    """The region with one organisation changed, or one more."""
    rows = [{**row.model_dump(by_alias=True), **(keys if row.id == ident else {})} for row in region.organisations]
    if ident not in region.organisation:
        rows.append({"id": ident, "name": ident, "mail": MAIL, **keys})
    return changed(region, organisations=rows)


def contract(kind: str, *opdrachten: str, since: str = "2023-01-01", until: str = "2029-12-31") -> dict[str, Any]:
    """A contract as a region file has it."""
    return {"kind": kind, "opdrachten": list(opdrachten), "from": since, "to": until}


def small_region(organisations: list[dict[str, Any]], **parts: Any) -> Region:
    """A region of these organisations, with one contract manager and nothing else."""
    manager = {"id": "cm", "name": "Manager", "mail": MAIL, "roles": ["contract_manager"], "opdrachten": ["B"]}
    mailboxes = dict.fromkeys(("care_mediation_team", "access_working_group", "backoffice"), MAIL)
    rows = [{"name": row["id"], "mail": MAIL, **row} for row in organisations]
    usual = {"region": "klein", "name": "Klein", "tables": [], "people": [manager], "mailboxes": mailboxes}
    return Region.model_validate({**usual, "organisations": rows, **parts})
