"""Step 2: the provider tells whether it, or one of its subcontractors, can deliver in time (F-19 … F-22, F-28)."""

from __future__ import annotations

from datetime import date

from pydantic import model_validator

from acts.flex.act import Act
from rules.flex import assessment
from rules.flex.assessment import Answer, Norm, PartyAnswer
from rules.flex.facts import CaseFacts
from rules.flex.roles import owner
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.values import Day, Given, Ground, Text, Truth


class Assessment(Given):
    """The provider's own answer, with one for each subcontractor it asked."""

    can_deliver: Truth
    earliest_start: Day | None = None
    in_time: Truth | None = None
    explanation: Text | None = None
    ground: Ground | None = None
    ground_text: Text | None = None
    subcontractors: tuple[PartyAnswer, ...] = ()

    @model_validator(mode="after")
    def _other_in_words(self) -> Assessment:
        """The three grounds are the main ones; another one needs words (F-09)."""
        if self.ground is Ground.OTHER and self.ground_text is None:
            raise ValueError("vul bij een andere grond in welke dat is (ground_text)")
        return self

    def answer(self, provider: str) -> Answer:
        """As the rules judge it."""
        return Answer.model_construct(
            provider=provider,
            can_deliver=self.can_deliver,
            earliest_start=self.earliest_start,
            in_time=self.in_time,
            explanation=self.explanation,
            subcontractors=self.subcontractors,
        )


def _complete(values: Assessment, facts: CaseFacts, region: Region, today: date) -> None:
    """A no needs its ground where there is an acceptance duty (F-04, F-05, AMB-69)."""
    answer, norm = values.answer(facts.owner), Norm(facts.treeknorm_date, today)
    assessment.complete(answer, norm)
    if region.settings.acceptance_duty and values.ground is None and not answer.possible(norm):
        raise invalid("ground", "kies waarom het tijdelijk niet kan; er geldt een acceptatieplicht")


def _fits(values: Assessment, facts: CaseFacts, region: Region, _by: str, today: date) -> None:
    assessment.fits(values.answer(facts.owner), Norm(facts.treeknorm_date, today), region)


ACT = Act(
    "record_assessment", Assessment, owner, "de aanbieder die de verwijzing beoordeelt", complete=_complete, fits=_fits
)
