"""Step 8: the contract manager judges whether capacity is temporarily short (F-34, F-35, F-38)."""

from __future__ import annotations

from pydantic import Field

from acts.engine.act import Act
from acts.flex.case import CASE
from rules.flex.asked import OfCase
from rules.flex.four_eyes import four_eyes, without_four_eyes
from rules.flex.roles import contract_manager
from rules.shared.refusal import invalid
from rules.shared.values import Ground, Text, Truth, Values


class Approval(Values):
    """Yes with its ground, or no; always with a motivation."""

    approved: Truth = Field(title="akkoord")
    ground: Ground | None = Field(None, title="waarom het tijdelijk niet kan", description="Vul in bij akkoord.")
    motivation: Text = Field(title="motivering")


def _complete(asked: OfCase) -> None:
    if asked.values.approved and asked.values.ground is None:
        raise invalid("ground", "kies op welke grond de capaciteit tijdelijk tekortschiet")


ACTS = (
    Act(
        "decide_approval",
        Approval,
        contract_manager,
        "de contractmanager van deze opdracht",
        CASE,
        complete=_complete,
        gates=(four_eyes,),
        exception=without_four_eyes,
    ),
)
