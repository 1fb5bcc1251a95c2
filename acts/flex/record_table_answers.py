"""Steps 5–7: what the providers at the table answered, or that the case is adjourned (F-28 … F-33)."""

from __future__ import annotations

from datetime import date

from pydantic import model_validator

from acts.flex.act import Act
from rules.flex import assessment
from rules.flex.assessment import Answer, Norm
from rules.flex.facts import CaseFacts
from rules.flex.roles import care_mediator
from rules.flex.tables import must_answer
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import Given, PastDay, Text


class TableAnswers(Given):
    """One answer for each provider, or a reason to adjourn."""

    on: PastDay
    answers: tuple[Answer, ...] | None = None
    adjourn: Text | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> TableAnswers:
        if (self.answers is None) == (self.adjourn is None):
            raise ValueError("geef de antwoorden (answers) of een reden om aan te houden (adjourn)")
        return self


def _complete(values: TableAnswers, facts: CaseFacts, _region: Region, today: date) -> None:
    for number, answer in enumerate(values.answers or ()):
        assessment.complete(answer, Norm(facts.treeknorm_date, today), f"answers.{number}.")


def _fits(values: TableAnswers, facts: CaseFacts, region: Region, _by: str, today: date) -> None:
    if values.on != facts.meets_on:
        raise invalid("on", f"de casus staat op de agenda van {facts.meets_on}")
    if values.answers is None:
        return
    table, norm = region.table[facts.table or ""], Norm(facts.treeknorm_date, today)
    given = [answer.provider for answer in values.answers]
    for number, answer in enumerate(values.answers):
        if answer.provider not in (*table.participants, facts.owner):
            raise invalid(f"answers.{number}.provider", f"{region.name_of(answer.provider)} zit niet aan deze tafel")
        if answer.provider in given[:number]:
            raise invalid(f"answers.{number}.provider", f"{region.name_of(answer.provider)} staat er twee keer in")
        assessment.fits(answer, norm, region, f"answers.{number}.")
    if assessment.first_that_can(values.answers, norm) is None:
        _nobody_missing(given, must_answer(table, facts), table.participants, region)


def _nobody_missing(given: list[str], asked: list[str], participants: tuple[str, ...], region: Region) -> None:
    """Gate 2: no contract manager before every provider at the table said no (F-33, AMB-02)."""
    if not participants:
        raise Refused("answers_missing", "Deze tafel heeft geen deelnemers. Vul ze eerst in.", "answers")
    if missing := [name for name in asked if name not in given]:
        raise Refused(
            "answers_missing", f"Nog geen antwoord van: {', '.join(map(region.name_of, missing))}.", "answers"
        )


ACT = Act("record_table_answers", TableAnswers, care_mediator, "een zorgbemiddelaar", complete=_complete, fits=_fits)
