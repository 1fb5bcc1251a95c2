"""Steps 5–7: a case goes to another table; one table at a time (AMB-10, AMB-32)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from acts.flex.act import Act
from rules.flex.facts import CaseFacts
from rules.flex.roles import care_mediator
from rules.flex.tables import plan
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.series import Changes
from rules.shared.values import Given, TableId, Text


class Move(Given):
    """To which table, and why."""

    table: TableId
    reason: Text


def _fits(values: Move, facts: CaseFacts, _region: Region, _by: str, _today: date) -> None:
    if values.table == facts.table:
        raise invalid("table", "de casus staat al op deze tafel")


def _plans(
    values: Move, facts: CaseFacts, region: Region, changes: Mapping[str, Changes], decided_at: datetime
) -> None:
    found = plan(region, facts, values.table, changes, decided_at)
    if found is None or found[0].id != values.table:
        raise invalid("table", "deze tafel komt niet meer bij elkaar; kies een andere tafel")


ACT = Act("move_to_table", Move, care_mediator, "een zorgbemiddelaar", fits=_fits, plans=_plans)
