"""Step 8: the contract manager judges whether capacity is temporarily short (F-34, F-35, F-38)."""

from __future__ import annotations

from datetime import date

from acts.flex.act import Act
from rules.flex.facts import CaseFacts
from rules.flex.roles import contract_manager
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.values import Given, Ground, Text, Truth


class Approval(Given):
    """Yes with its ground, or no; always with a motivation."""

    approved: Truth
    ground: Ground | None = None
    motivation: Text


def _complete(values: Approval, _facts: CaseFacts, _region: Region, _today: date) -> None:
    if values.approved and values.ground is None:
        raise invalid("ground", "kies op welke grond de capaciteit tijdelijk tekortschiet")


ACT = Act("decide_approval", Approval, contract_manager, "de contractmanager van deze opdracht", complete=_complete)
