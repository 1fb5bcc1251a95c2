"""A sheet for the answers of a table: a row for each case on the agenda and each provider that must answer (F-28, F-29)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sqlmodel import Session

from acts.intake.columns import Column, Columns
from acts.intake.template import A_DAY, DAY, TEXT, Template, Told, write_new
from acts.intake.values import day, yes_or_no
from flexroute.errors import UserError
from models.flex import history
from models.flex.agenda import cases_on, find_meeting
from models.flex.case import Case
from models.region.directory import load_region
from rules.flex.facts import CaseFacts
from rules.flex.route import Step
from rules.flex.tables import must_answer
from rules.shared.region import Region

HOW = (
    "Vul elke regel in: kan de aanbieder de hulp leveren, en vanaf welke dag? Bij een nee hoort uitleg.",
    "Heeft een aanbieder onderaannemers gevraagd? Zet voor elk van hen een regel eronder, met dezelfde casus en aanbieder.",
    "Wordt een casus aangehouden? Vul op één regel van die casus de reden in, en laat de antwoorden leeg.",
    "Een casus waarvan alle regels leeg zijn, blijft zoals die is.",
    "Lees het bestand daarna in op de pagina van het overleg, of met: flexroute import-answers BESTAND --by UW-ID.",
    "Klopt één cel niet, dan wordt niets vastgelegd.",
)
_TRUTH = yes_or_no()
TOLD = {
    "case": Told("Het kenmerk van de casus."),
    "on": Told("De dag van het overleg.", A_DAY),
    "provider": Told("De aanbieder die antwoordt."),
    "subcontractor": Told(
        "De onderaannemer die antwoordt. Leeg: de aanbieder zelf.", must="alleen voor een onderaannemer"
    ),
    "can_deliver": Told("Of die de hulp kan leveren."),
    "earliest_start": Told("Vanaf welke dag de hulp kan starten.", A_DAY, must="bij een ja, als er een treeknorm is"),
    "in_time": Told("Of dat op tijd is.", must="bij een ja, als er geen treeknorm is"),
    "explanation": Told(
        "Waarom het niet kan, of niet op tijd. Dit komt in geen brief.", must="bij een nee, of als het te laat is"
    ),
    "adjourn": Told("Waarom de casus wordt aangehouden.", must="alleen dan, op één regel van de casus"),
}


def _named(text: str, region: Region) -> str:
    """The id of an organisation. Raises ValueError; what stands in the cell is not repeated."""
    known, unknown = region.organisation_names, "deze organisatie is niet bekend"
    found = known.codes(text)
    if len(found) != 1:
        raise ValueError(f"{unknown}; kies één van: {known.listed(found)}" if found else known.refusal(unknown, text))
    return found[0]


ANSWERS = Columns(
    {
        "case": Column(("kenmerk", "casus"), required=True),
        "on": Column(("dag van het overleg", "overleg"), day, required=True),
        "provider": Column(("aanbieder",), _named, required=True),
        "subcontractor": Column(("onderaannemer",), _named),
        "can_deliver": Column(("kan de hulp leveren", "kan leveren"), _TRUTH, required=True),
        "earliest_start": Column(("eerste mogelijke start",), day),
        "in_time": Column(("op tijd",), _TRUTH),
        "explanation": Column(("uitleg",)),
        "adjourn": Column(
            ("reden om aan te houden", "aanhouden"),
        ),
    }
)


def write_sheet(session: Session, path: Path, table: str, on: date) -> int:
    """Write a new sheet for the meeting of this table on a day; answers with how many cases stand on it. Raises UserError."""
    made, cases = meeting_sheet(session, table, on)
    write_new(path, made)
    return cases


def meeting_sheet(session: Session, table: str, on: date) -> tuple[Template, int]:
    """A sheet for the meeting of this table on a day, and how many cases stand on it. Raises UserError."""
    region = load_region(session)
    meeting = find_meeting(session, table, on)
    cases = [case for case in cases_on(session, meeting) if case.step == Step.TABLE] if meeting else []
    if not cases or (meeting and meeting.cancelled):
        raise UserError(
            f"Op {on:%d-%m-%Y} staat voor {region.name_of(table)} geen casus op de agenda. Kijk in: flexroute tables"
        )
    facts = history.facts_of(session, cases)
    rows = [row for case in cases for row in _rows(case, facts[case.reference], region, table, on)]
    return sheet(region, table, rows), len(cases)


def sheet(region: Region, table: str, rows: list[Mapping[str, str]]) -> Template:
    """With the providers that answer, and their subcontractors, to choose from."""
    providers = dict.fromkeys(
        (*region.table[table].participants, *(region.organisation_names.code(r["provider"]) for r in rows))
    )
    subcontractors = dict.fromkeys(sub for one in providers for sub in region.organisation[one].subcontractors)
    chosen = {
        "provider": tuple(map(region.name_of, providers)),
        "subcontractor": tuple(map(region.name_of, subcontractors)),
        "can_deliver": ("ja", "nee"),
        "in_time": ("ja", "nee"),
    }
    chosen = {field: values for field, values in chosen.items() if values}
    formats = {"case": TEXT, "explanation": TEXT, "adjourn": TEXT, "on": DAY, "earliest_start": DAY}
    widths = {"provider": 28, "subcontractor": 28, "explanation": 50, "adjourn": 30}
    return Template("Antwoorden", ANSWERS, HOW, TOLD, chosen, formats, widths, rows)


def _rows(case: Case, facts: CaseFacts, region: Region, table: str, on: date) -> list[Mapping[str, str]]:
    """One for each provider that must answer about this case."""
    asked = must_answer(region.table[table], facts)
    return [
        {"case": case.reference, "on": f"{on:%d-%m-%Y}", "provider": region.name_of(provider)} for provider in asked
    ]
