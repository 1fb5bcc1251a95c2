"""Step 9: the flex provider that was asked answers, or a care mediator for it (F-36, F-40, AMB-23)."""

from __future__ import annotations

from datetime import date

from acts.flex.act import Act
from rules.flex.assessment import Norm, may_say_in_time, start_is_known
from rules.flex.facts import CaseFacts
from rules.flex.roles import asked_flex_or_mediator
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.roles import is_care_mediator
from rules.shared.values import Day, Given, OrganisationId, Text, Truth


class FlexAnswer(Given):
    """Yes from a day on, or no."""

    provider: OrganisationId
    accepts: Truth
    earliest_start: Day | None = None
    in_time: Truth | None = None
    explanation: Text | None = None


def _mine(values: FlexAnswer, by: str, region: Region) -> bool:
    return by == values.provider or is_care_mediator(by, region)


def _complete(values: FlexAnswer, facts: CaseFacts, _region: Region, today: date) -> None:
    start_is_known(values.accepts, values.earliest_start, values.in_time, Norm(facts.treeknorm_date, today))


def _again(values: FlexAnswer, facts: CaseFacts) -> bool:
    return values.provider in facts.flex_answers


def _fits(values: FlexAnswer, facts: CaseFacts, region: Region, _by: str, today: date) -> None:
    if values.provider != facts.asked:
        raise invalid("provider", f"nu is gevraagd: {region.name_of(facts.asked or '')}")
    may_say_in_time(values.in_time, Norm(facts.treeknorm_date, today))


ACT = Act(
    "record_flex_answer",
    FlexAnswer,
    asked_flex_or_mediator,
    "de flex-aanbieder die is gevraagd, of een zorgbemiddelaar",
    mine=_mine,
    complete=_complete,
    fits=_fits,
    again=_again,
)
