"""Before the start: the flex provider that accepted cannot deliver (in time) after all (F-40, AMB-23)."""

from __future__ import annotations

from datetime import date

from acts.act import Act
from rules.facts import CaseFacts
from rules.procedure import not_started
from rules.region import Region
from rules.roles import accepted_flex
from rules.values import Given, Text


class Unable(Given):
    """Why."""

    explanation: Text


def _fits(_values: Unable, facts: CaseFacts, _region: Region, _by: str, _today: date) -> None:
    not_started(facts)


ACT = Act("report_unable", Unable, accepted_flex, "de flex-aanbieder die ja heeft gezegd", fits=_fits)
