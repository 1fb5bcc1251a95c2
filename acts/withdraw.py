"""Any step before the start: the case is withdrawn (AMB-30)."""

from __future__ import annotations

from datetime import date

from acts.act import Act
from rules.facts import CaseFacts
from rules.procedure import not_started
from rules.region import Region
from rules.roles import anyone_involved
from rules.values import Given, Text


class Withdraw(Given):
    """Why."""

    reason: Text


def _fits(_values: Withdraw, facts: CaseFacts, _region: Region, _by: str, _today: date) -> None:
    not_started(facts)


ACT = Act("withdraw", Withdraw, anyone_involved, "de verwijzer, de aanbieder of een zorgbemiddelaar", fits=_fits)
