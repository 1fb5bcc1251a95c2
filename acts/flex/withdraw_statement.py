"""A subcontractor takes its "no" back: it is no longer excluded in this case (F-37, AMB-21)."""

from __future__ import annotations

from datetime import date

from acts.flex.act import Act
from rules.flex.facts import CaseFacts
from rules.flex.roles import provider_with_subcontractors
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import Given, OrganisationId


class Withdrawal(Given):
    """Whose statement."""

    subcontractor: OrganisationId


def _mine(values: Withdrawal, by: str, region: Region) -> bool:
    return values.subcontractor in region.organisation[by].subcontractors


def _fits(values: Withdrawal, facts: CaseFacts, _region: Region, by: str, _today: date) -> None:
    said = [s for s in facts.statements if s.subcontractor == values.subcontractor and s.provider == by and s.declined]
    if not said:
        raise invalid("subcontractor", "deze onderaannemer heeft in deze casus via u geen nee gezegd")
    if all(s.withdrawn for s in said):
        raise Refused("already_decided", "Deze verklaring is al ingetrokken.")


ACT = Act(
    "withdraw_statement",
    Withdrawal,
    provider_with_subcontractors,
    "de aanbieder van wie het de onderaannemer is",
    mine=_mine,
    fits=_fits,
)
