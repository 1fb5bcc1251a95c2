"""Step 9: the flex provider that was asked answers; a subcontractor takes its "no" back (F-36, F-37, F-40, AMB-21, AMB-23)."""

from __future__ import annotations

from pydantic import Field

from acts.engine.act import Act, Beginning
from acts.flex.case import CASE
from rules.flex.asked import OfCase
from rules.flex.assessment import may_say_in_time, not_asked, start_is_known
from rules.flex.facts import Statement
from rules.flex.roles import asked_flex_or_mediator, provider_with_subcontractors
from rules.shared.refusal import Refused, invalid
from rules.shared.roles import is_care_mediator
from rules.shared.values import Day, OrganisationId, Text, Truth, Values


class FlexAnswer(Values):
    """Yes from a day on, or no."""

    provider: OrganisationId = Field(title="flex-aanbieder")
    accepts: Truth = Field(title="kan de hulp leveren")
    earliest_start: Day | None = Field(
        None, title="eerste mogelijke start", description="Vul in als het antwoord ja is."
    )
    in_time: Truth | None = Field(None, title="op tijd", description="Alleen als er geen treeknorm is.")
    explanation: Text | None = Field(None, title="uitleg", description="Dit komt in geen brief.")


def _theirs(asked: OfCase) -> bool:
    return asked.by == asked.values.provider or is_care_mediator(asked.by, asked.region)


def _complete(asked: OfCase) -> None:
    values = asked.values
    start_is_known(values.accepts, values.earliest_start, values.in_time, asked.norm)


def _answered(asked: OfCase) -> bool:
    """Of whom it is about; before there are values: of who asks."""
    about = asked.by if asked.values is None else asked.values.provider
    return about in asked.case.flex_answers


def _fits(asked: OfCase) -> None:
    if asked.values.provider != asked.case.asked:
        raise invalid("provider", f"nu is gevraagd: {asked.region.name_of(asked.case.asked or '')}")
    may_say_in_time(asked.values.in_time, asked.norm)


def _begins(asked: OfCase) -> Beginning:
    return Beginning({"provider": asked.case.asked}, frozenset({"provider"}), without=not_asked(asked.norm))


class Withdrawal(Values):
    """Whose statement is taken back: it is no longer excluded in this case."""

    subcontractor: OrganisationId = Field(title="onderaannemer")


def _their_subcontractor(asked: OfCase) -> bool:
    return asked.values.subcontractor in asked.region.organisation[asked.by].subcontractors


def _noes(asked: OfCase) -> list[Statement]:
    """What subcontractors said no to through who asks."""
    return [said for said in asked.case.statements if said.provider == asked.by and said.declined]


def _said_no(asked: OfCase) -> None:
    said = [one for one in _noes(asked) if one.subcontractor == asked.values.subcontractor]
    if not said:
        raise invalid("subcontractor", "deze onderaannemer heeft in deze casus via u geen nee gezegd")
    if all(statement.withdrawn for statement in said):
        raise Refused("already_decided", "Deze verklaring is al ingetrokken.")


def _something_to_withdraw(asked: OfCase) -> Refused | None:
    """Whoever it is about: so it is not offered where nobody said no."""
    if not (said := _noes(asked)):
        return Refused("invalid", "Geen onderaannemer heeft in deze casus via u nee gezegd.", "subcontractor")
    if all(one.withdrawn for one in said):
        return Refused("already_decided", "Elke verklaring van een onderaannemer is al ingetrokken.")
    return None


def _who_said_no(asked: OfCase) -> Beginning:
    return Beginning(among={"subcontractor": [said.subcontractor for said in _noes(asked) if not said.withdrawn]})


ACTS = (
    Act(
        "record_flex_answer",
        FlexAnswer,
        asked_flex_or_mediator,
        "de flex-aanbieder die is gevraagd, of een zorgbemiddelaar",
        CASE,
        theirs=_theirs,
        complete=_complete,
        twice=_answered,
        fits=_fits,
        begins=_begins,
    ),
    Act(
        "withdraw_statement",
        Withdrawal,
        provider_with_subcontractors,
        "de aanbieder van wie het de onderaannemer is",
        CASE,
        theirs=_their_subcontractor,
        fits=_said_no,
        gates=(_something_to_withdraw,),
        begins=_who_said_no,
    ),
)
