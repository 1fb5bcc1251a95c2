"""Loop L-2: the provider offers the case to Team Zorgbemiddeling again (F-40)."""

from __future__ import annotations

from acts.act import Act
from rules.roles import owner
from rules.values import Given, Text


class ReOffer(Given):
    """Why the flex provider cannot."""

    explanation: Text


ACT = Act("re_offer", ReOffer, owner, "de aanbieder die de verwijzing kreeg")
