"""Step 10: the provider hands over warmly to the flex provider (F-39, F-81)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from acts.flex.act import Act, not_before_referral
from rules.flex.facts import CaseFacts
from rules.flex.roles import owner
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.values import Given, OrganisationId, PastDay, Text


class Handover(Given):
    """When, to whom, and what was handed over."""

    on: PastDay
    to: OrganisationId
    items: tuple[Text, ...] = Field(min_length=1)


def _fits(values: Handover, facts: CaseFacts, region: Region, _by: str, _today: date) -> None:
    not_before_referral(values.on, facts)
    if values.to != facts.accepted:
        raise invalid("to", f"de overdracht gaat naar {region.name_of(facts.accepted or '')}")


ACT = Act("record_handover", Handover, owner, "de aanbieder die de verwijzing kreeg", fits=_fits)
