"""The help starts at the flex provider; the case closes (F-50, AMB-26)."""

from __future__ import annotations

from datetime import date

from acts.flex.act import Act, not_before_referral
from rules.flex.facts import CaseFacts
from rules.flex.procedure import dossier_first, may_start
from rules.flex.roles import accepted_flex
from rules.shared.region import Region
from rules.shared.values import Given, PastDay


class Start(Given):
    """On which day."""

    on: PastDay


def _fits(values: Start, facts: CaseFacts, _region: Region, _by: str, _today: date) -> None:
    may_start(facts)
    dossier_first(facts)
    not_before_referral(values.on, facts)


ACT = Act("record_start", Start, accepted_flex, "de flex-aanbieder die ja heeft gezegd", fits=_fits)
