"""Step 4: Team Zorgbemiddeling decides whether a table must discuss the case (F-25, AMB-05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from acts.flex.act import Act
from rules.flex.facts import CaseFacts
from rules.flex.roles import care_mediator
from rules.flex.tables import plan
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.series import Changes
from rules.shared.values import Given, OrganisationId, TableId, Text


class Mediation(Given):
    """Table, solved directly with a named provider, or back to the provider; always with a reason."""

    outcome: Literal["table", "solved_directly", "back_to_provider"]
    reason: Text
    provider: OrganisationId | None = None
    table: TableId | None = None


def _complete(values: Mediation, _facts: CaseFacts, _region: Region, _today: date) -> None:
    if values.outcome == "solved_directly" and values.provider is None:
        raise invalid("provider", "vul in welke aanbieder de hulp levert")


def _fits(values: Mediation, facts: CaseFacts, region: Region, _by: str, today: date) -> None:
    """Approaching a provider directly never means skipping table and approval for flex (F-11, F-64, F-65)."""
    if values.outcome != "solved_directly" and values.provider is not None:
        raise invalid("provider", "een aanbieder hoort alleen bij 'direct opgelost'")
    if values.outcome != "table" and values.table is not None:
        raise invalid("table", "een tafel hoort alleen bij 'tafel nodig'")
    if values.provider is not None:
        if region.is_flex_only(values.provider, facts.opdracht, today):
            raise Refused(
                "flex_needs_table_and_approval",
                "Een flex-aanbieder kan alleen na bespreking aan de tafel en akkoord van de contractmanager (F-11).",
            )
        if not region.organisation[values.provider].is_system_provider(today):
            raise invalid("provider", f"{region.name_of(values.provider)} is geen systeem- of prestatieaanbieder")


def _plans(
    values: Mediation, facts: CaseFacts, region: Region, changes: Mapping[str, Changes], decided_at: datetime
) -> None:
    if values.outcome == "table" and plan(region, facts, values.table, changes, decided_at) is None:
        raise Refused(
            "no_table_for_opdracht",
            f"Voor opdracht {facts.opdracht} is er geen tafel. Kies zelf een tafel, met een reden.",
        )


ACT = Act(
    "decide_mediation", Mediation, care_mediator, "een zorgbemiddelaar", complete=_complete, fits=_fits, plans=_plans
)
