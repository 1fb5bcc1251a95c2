"""Step 2: the provider tells whether it, or one of its subcontractors, can deliver in time; or it stays silent (F-19 … F-22, F-28)."""

from __future__ import annotations

from pydantic import Field, model_validator

from acts.engine.act import Act, Beginning
from acts.flex.case import BY_PHONE, CASE
from rules.flex import assessment
from rules.flex.asked import OfCase
from rules.flex.assessment import Answer, PartyAnswer
from rules.flex.roles import care_mediator, owner
from rules.flex.settings import FlexSettings
from rules.shared.refusal import Refused, invalid
from rules.shared.values import Day, Ground, Text, Truth, Values, WrongField


class Assessment(Values):
    """The provider's own answer, with one for each subcontractor it asked."""

    can_deliver: Truth = Field(title="kan de hulp leveren")
    earliest_start: Day | None = Field(
        None, title="eerste mogelijke start", description="Vul in als het antwoord ja is."
    )
    in_time: Truth | None = Field(None, title="op tijd", description="Alleen als er geen treeknorm is.")
    explanation: Text | None = Field(
        None, title="uitleg", description="Vul in als het niet kan, of niet op tijd. Dit komt in geen brief."
    )
    ground: Ground | None = Field(
        None, title="waarom het tijdelijk niet kan", description="Vul in als het niet kan, of niet op tijd."
    )
    ground_text: Text | None = Field(None, title="welke andere reden", description="Alleen bij een andere reden.")
    subcontractors: tuple[PartyAnswer, ...] = Field(
        (), title="antwoorden van onderaannemers", description="Vul alleen in van wie er een antwoord is."
    )

    @model_validator(mode="after")
    def _other_in_words(self) -> Assessment:
        """The three grounds are the main ones; another one needs words (F-09)."""
        if self.ground is Ground.OTHER and self.ground_text is None:
            raise WrongField("ground_text", "vul bij een andere reden in welke dat is")
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


def _complete(asked: OfCase) -> None:
    """A no needs its ground where there is an acceptance duty (F-04, F-05, AMB-69)."""
    answer = asked.values.answer(asked.case.owner)
    assessment.complete(answer, asked.norm)
    duty = asked.region.settings_of(FlexSettings).acceptance_duty
    if duty and asked.values.ground is None and not answer.possible(asked.norm):
        raise invalid("ground", "kies waarom het tijdelijk niet kan; er geldt een acceptatieplicht")


def _fits(asked: OfCase) -> None:
    assessment.fits(asked.values.answer(asked.case.owner), asked.norm, asked.region)


def _begins(asked: OfCase) -> Beginning:
    """Its subcontractors are known (F-19)."""
    return Beginning(
        {"subcontractors": assessment.subcontractors_of(asked.case.owner, asked.region)},
        fixed=frozenset({"subcontractors.provider"}),
        without=assessment.not_asked(asked.norm, "subcontractors."),
    )


class TakeOver(Values):
    """Why Team Zorgbemiddeling takes the case over from a provider that stays silent (F-21, AMB-02)."""

    reason: Text = Field(title="reden")


def _overdue(asked: OfCase) -> Refused | None:
    if asked.case.overdue:
        return None
    return Refused("not_overdue", "Overnemen kan pas als de termijn van de aanbieder voorbij is.")


ACTS = (
    Act(
        "record_assessment",
        Assessment,
        owner,
        "de aanbieder die de verwijzing beoordeelt",
        CASE,
        complete=_complete,
        fits=_fits,
        at_request=BY_PHONE,
        begins=_begins,
    ),
    Act("take_over", TakeOver, care_mediator, "een zorgbemiddelaar", CASE, gates=(_overdue,)),
)
