"""Step 2: Team Zorgbemiddeling takes a case over from a provider that stays silent (F-21, AMB-02)."""

from __future__ import annotations

from datetime import date

from acts.act import Act
from rules.facts import CaseFacts
from rules.refusal import Refused
from rules.region import Region
from rules.roles import care_mediator
from rules.values import Given, Text


class TakeOver(Given):
    """Why."""

    reason: Text


def _only_when_overdue(_values: TakeOver, facts: CaseFacts, _region: Region, _by: str, _today: date) -> None:
    if not facts.overdue:
        raise Refused("not_overdue", "Overnemen kan pas als de termijn van de aanbieder voorbij is.")


ACT = Act("take_over", TakeOver, care_mediator, "een zorgbemiddelaar", fits=_only_when_overdue)
