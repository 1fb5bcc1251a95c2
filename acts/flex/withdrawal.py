"""Any step before the start: the case is withdrawn (AMB-30)."""

from __future__ import annotations

from pydantic import Field

from acts.engine.act import Act
from acts.flex.case import CASE
from rules.flex.procedure import not_started
from rules.flex.roles import anyone_involved
from rules.shared.values import Text, Values


class Withdraw(Values):
    """Why."""

    reason: Text = Field(title="reden")


ACTS = (
    Act(
        "withdraw",
        Withdraw,
        anyone_involved,
        "de verwijzer, de aanbieder of een zorgbemiddelaar",
        CASE,
        gates=(not_started,),
    ),
)
