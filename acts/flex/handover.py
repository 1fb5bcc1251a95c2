"""Step 10: the warm handover to the flex provider, or that provider cannot after all; then the case is offered again (F-39, F-40, F-81)."""

from __future__ import annotations

from pydantic import Field

from acts.engine.act import Act, Beginning
from acts.flex.case import BY_PHONE, CASE, not_before_referral
from rules.flex.asked import OfCase
from rules.flex.procedure import not_started
from rules.flex.roles import accepted_flex, owner
from rules.shared.refusal import invalid
from rules.shared.values import Line, OrganisationId, PastDay, Text, Values


class Handover(Values):
    """When, to whom, and what was handed over."""

    on: PastDay = Field(title="dag van de overdracht")
    to: OrganisationId = Field(title="overgedragen aan")
    items: tuple[Line, ...] = Field(
        min_length=1,
        title="wat is overgedragen",
        description="Per regel één ding, zoals het plan of een contactpersoon.",
    )


def _fits(asked: OfCase) -> None:
    not_before_referral(asked.values.on, asked.case)
    if asked.values.to != asked.case.accepted:
        raise invalid("to", f"de overdracht gaat naar {asked.region.name_of(asked.case.accepted or '')}")


def _begins(asked: OfCase) -> Beginning:
    return Beginning({"to": asked.case.accepted}, frozenset({"to"}))


class Unable(Values):
    """Why the flex provider that accepted cannot deliver (in time) after all: before the start (AMB-23)."""

    explanation: Text = Field(title="uitleg")


class ReOffer(Values):
    """Loop L-2: why the flex provider cannot; the provider offers the case to Team Zorgbemiddeling again (F-40)."""

    explanation: Text = Field(title="uitleg")


ACTS = (
    Act(
        "record_handover",
        Handover,
        owner,
        "de aanbieder die de verwijzing kreeg",
        CASE,
        fits=_fits,
        at_request=BY_PHONE,
        begins=_begins,
    ),
    Act(
        "report_unable",
        Unable,
        accepted_flex,
        "de flex-aanbieder die ja heeft gezegd",
        CASE,
        gates=(not_started,),
        at_request=BY_PHONE,
    ),
    Act("re_offer", ReOffer, owner, "de aanbieder die de verwijzing kreeg", CASE, at_request=BY_PHONE),
)
