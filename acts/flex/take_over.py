"""Step 2: Team Zorgbemiddeling takes a case over from a provider that stays silent (F-21, AMB-02)."""

from __future__ import annotations

from datetime import date

from acts.flex.act import Act
from rules.flex.facts import CaseFacts
from rules.flex.roles import care_mediator
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.values import Given, Text


class TakeOver(Given):
    """Why."""

    reason: Text


def _only_when_overdue(_values: TakeOver, facts: CaseFacts, _region: Region, _by: str, _today: date) -> None:
    if not facts.overdue:
        raise Refused("not_overdue", "Overnemen kan pas als de termijn van de aanbieder voorbij is.")


ACT = Act("take_over", TakeOver, care_mediator, "een zorgbemiddelaar", fits=_only_when_overdue)
