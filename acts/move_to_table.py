"""Steps 5–7: a case goes to another table; one table at a time (AMB-10, AMB-32)."""

from __future__ import annotations

from datetime import date

from acts.act import Act
from rules.facts import CaseFacts
from rules.refusal import invalid
from rules.region import Region
from rules.roles import care_mediator
from rules.values import Given, TableId, Text


class Move(Given):
    """To which table, and why."""

    table: TableId
    reason: Text


def _fits(values: Move, facts: CaseFacts, region: Region, _by: str, today: date) -> None:
    if values.table == facts.table:
        raise invalid("table", "de casus staat al op deze tafel")
    until = region.table[values.table].valid_until
    if until is not None and until < today:
        raise invalid("table", "deze tafel is gestopt; kies een andere tafel")


ACT = Act("move_to_table", Move, care_mediator, "een zorgbemiddelaar", fits=_fits)
