"""Loop L-2: the provider offers the case to Team Zorgbemiddeling again (F-40)."""

from __future__ import annotations

from acts.flex.act import Act
from rules.flex.roles import owner
from rules.shared.values import Given, Text


class ReOffer(Given):
    """Why the flex provider cannot."""

    explanation: Text


ACT = Act("re_offer", ReOffer, owner, "de aanbieder die de verwijzing kreeg")
