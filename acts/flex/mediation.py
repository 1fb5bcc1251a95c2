"""Step 4: Team Zorgbemiddeling decides whether a table must discuss the case (F-25, AMB-05)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from sqlmodel import Session

from acts.engine.act import Act, Beginning
from acts.flex.case import CASE
from models.flex.history import changes
from rules.flex.asked import OfCase
from rules.flex.roles import care_mediator
from rules.flex.tables import plan
from rules.shared.refusal import Refused, invalid
from rules.shared.values import OrganisationId, TableId, Text, Values


class Mediation(Values):
    """Table, solved directly with a named provider, or back to the provider; always with a reason."""

    outcome: Literal["table", "solved_directly", "back_to_provider"] = Field(title="besluit")
    reason: Text = Field(title="reden")
    provider: OrganisationId | None = Field(None, title="aanbieder", description="Alleen bij: direct opgelost.")
    table: TableId | None = Field(
        None, title="tafel", description="Alleen bij: zorgbemiddelingstafel. Leeg is de tafel van de opdracht."
    )


def _complete(asked: OfCase) -> None:
    if asked.values.outcome == "solved_directly" and asked.values.provider is None:
        raise invalid("provider", "vul in welke aanbieder de hulp levert")


def _fits(asked: OfCase) -> None:
    """Approaching a provider directly never means skipping table and approval for flex (F-11, F-64, F-65)."""
    values, region = asked.values, asked.region
    if values.outcome != "solved_directly" and values.provider is not None:
        raise invalid("provider", "een aanbieder hoort alleen bij 'direct opgelost'")
    if values.outcome != "table" and values.table is not None:
        raise invalid("table", "een tafel hoort alleen bij 'zorgbemiddelingstafel'")
    if values.provider is not None:
        if region.is_flex_only(values.provider, asked.case.opdracht, asked.today):
            raise Refused(
                "flex_needs_table_and_approval",
                "Een flex-aanbieder kan alleen na bespreking aan de tafel en akkoord van de contractmanager (F-11).",
            )
        if not region.organisation[values.provider].is_system_provider(asked.today):
            raise invalid("provider", f"{region.name_of(values.provider)} is geen systeem- of prestatieaanbieder")


def _begins(asked: OfCase) -> Beginning:
    """Whom Team Zorgbemiddeling may approach directly (F-11)."""
    region, on = asked.region, asked.today
    flex = [one.id for one in region.organisations if region.is_flex_only(one.id, asked.case.opdracht, on)]
    return Beginning(
        among={
            "provider": [one.id for one in region.organisations if one.is_system_provider(on) and one.id not in flex]
        }
    )


def _has_a_table(session: Session, _row: Any, asked: OfCase, now: datetime) -> None:
    values, case = asked.values, asked.case
    if values.outcome == "table" and not plan(asked.region, case, values.table, changes(session, asked.today), now):
        raise Refused(
            "no_table_for_opdracht",
            f"Voor opdracht {case.opdracht} is er geen tafel. Kies zelf een tafel, met een reden.",
        )


ACTS = (
    Act(
        "decide_mediation",
        Mediation,
        care_mediator,
        "een zorgbemiddelaar",
        CASE,
        complete=_complete,
        fits=_fits,
        kept=_has_a_table,
        begins=_begins,
    ),
)
