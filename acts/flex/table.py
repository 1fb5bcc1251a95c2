"""Steps 5–7: what the providers at the table answered, that the case is adjourned, or that another table takes it (F-28 … F-33, AMB-32)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field, model_validator
from sqlmodel import Session

from acts.engine.act import Act, Beginning
from acts.flex.case import CASE
from models.flex.history import changes
from rules.flex import assessment
from rules.flex.asked import OfCase
from rules.flex.assessment import Answer
from rules.flex.roles import care_mediator
from rules.flex.tables import must_answer, plan
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import PastDay, TableId, Text, Values, WrongField


class TableAnswers(Values):
    """One answer for each provider, or a reason to adjourn."""

    on: PastDay = Field(title="dag van het overleg")
    answers: tuple[Answer, ...] | None = Field(
        None, title="antwoorden", description="Kan iemand op tijd? Dan hoeven de anderen niet te antwoorden."
    )
    adjourn: Text | None = Field(
        None,
        title="reden om aan te houden",
        description="Alleen als de casus wordt aangehouden. Laat de antwoorden dan leeg.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> TableAnswers:
        if (self.answers is None) == (self.adjourn is None):
            raise WrongField("answers", "geef de antwoorden, of een reden om aan te houden")
        return self


def _complete(asked: OfCase) -> None:
    for number, answer in enumerate(asked.values.answers or ()):
        assessment.complete(answer, asked.norm, f"answers.{number}.")


def _fits(asked: OfCase) -> None:
    values, case, region = asked.values, asked.case, asked.region
    if values.on != case.meets_on:
        raise invalid("on", f"de casus staat op de agenda van {case.meets_on:%d-%m-%Y}")
    if values.answers is None:
        return
    table = region.table[case.table or ""]
    given = [answer.provider for answer in values.answers]
    for number, answer in enumerate(values.answers):
        if answer.provider not in (*table.participants, case.owner):
            raise invalid(f"answers.{number}.provider", f"{region.name_of(answer.provider)} zit niet aan deze tafel")
        if answer.provider in given[:number]:
            raise invalid(f"answers.{number}.provider", f"{region.name_of(answer.provider)} staat er twee keer in")
        assessment.fits(answer, asked.norm, region, f"answers.{number}.")
    if assessment.first_that_can(values.answers, asked.norm) is None:
        _nobody_missing(given, must_answer(table, case), table.participants, region)


def _nobody_missing(given: list[str], asked: list[str], participants: tuple[str, ...], region: Region) -> None:
    """Gate 2: no contract manager before every provider at the table said no (F-33, AMB-02)."""
    if not participants:
        raise Refused("answers_missing", "Deze tafel heeft geen deelnemers. Vul ze eerst in.", "answers")
    if missing := [name for name in asked if name not in given]:
        raise Refused(
            "answers_missing", f"Nog geen antwoord van: {', '.join(map(region.name_of, missing))}.", "answers"
        )


def _begins(asked: OfCase) -> Beginning:
    """The day, and who must answer with their subcontractors, are known (F-28, F-29)."""
    case, region = asked.case, asked.region
    table = region.table.get(case.table or "")
    asked_for = must_answer(table, case) if table else []
    return Beginning(
        {
            "on": case.meets_on.isoformat() if case.meets_on else None,
            "answers": [assessment.parties_of(one, region) for one in asked_for],
        },
        fixed=frozenset({"on", "answers.provider", "answers.subcontractors.provider"}),
        without=assessment.not_asked(asked.norm, "answers.", "answers.subcontractors."),
    )


def _other_tables(asked: OfCase) -> Beginning:
    return Beginning(among={"table": [one for one in asked.region.table if one != asked.case.table]})


class Move(Values):
    """To which table, and why; one table at a time (AMB-10, AMB-32)."""

    table: TableId = Field(title="naar tafel")
    reason: Text = Field(title="reden")


def _another(asked: OfCase) -> None:
    if asked.values.table == asked.case.table:
        raise invalid("table", "de casus staat al op deze tafel")


def _still_meets(session: Session, _row: Any, asked: OfCase, now: datetime) -> None:
    found = plan(asked.region, asked.case, asked.values.table, changes(session, asked.today), now)
    if found is None or found[0].id != asked.values.table:
        raise invalid("table", "deze tafel komt niet meer bij elkaar; kies een andere tafel")


ANSWER = Act(
    "record_table_answers",
    TableAnswers,
    care_mediator,
    "een zorgbemiddelaar",
    CASE,
    complete=_complete,
    fits=_fits,
    begins=_begins,
)
ACTS = (
    Act(
        "move_to_table",
        Move,
        care_mediator,
        "een zorgbemiddelaar",
        CASE,
        fits=_another,
        kept=_still_meets,
        begins=_other_tables,
    ),
    ANSWER,
)
