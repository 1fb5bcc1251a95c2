"""The numbers of the stopping provider, and whether the accesses recognise them (S-40 … S-42, S-58)."""

from __future__ import annotations

from typing import Any

from models.stop.dossier import StopCounts
from models.stop.history import facts_of_dossiers
from rules.stop.gates import candidates, contracted, counts_agree
from rules.stop.settling import explain_difference, record_counts
from tasks.stop.settle import dossier_line
from tasks.stop.work import DossierContext


@dossier_line("counts")
def counts(work: DossierContext) -> None:
    """Both sides give their numbers; a difference is told to both; once all agree the list of providers goes out (N-21, N-23)."""
    assert work.decision is not None  # noqa: S101
    row = _row(work, work.answer["municipality"])
    if work.decision.act == "explain_difference":
        row.change(explain_difference(row.counts))
    else:
        _take_in(work, row)
    work.session.flush()
    work.facts = facts_of_dossiers(work.session, [work.dossier])[work.dossier.id or 0]
    if work.dossier.listed_on is None and counts_agree(work.facts):
        work.dossier.listed_on = work.decided_on
        work.letter("provider_list", providers=_providers(work))


def _row(work: DossierContext, municipality: str) -> StopCounts:
    ident = work.dossier.id or 0
    row = work.session.get(StopCounts, (ident, municipality))
    if row is None:
        row = StopCounts(dossier_id=ident, municipality=municipality)
        work.session.add(row)
    return row


def _take_in(work: DossierContext, row: StopCounts) -> None:
    """The numbers of the provider go to the access; a difference to both (S-42, N-21)."""
    assert work.decision is not None  # noqa: S101
    numbers = {category: number for category, number in work.answer.items() if category != "municipality"}
    access = work.region.access[row.municipality]
    of_provider = work.decision.by == work.facts.provider
    row.change(record_counts(row.counts, numbers, of_provider))
    if of_provider:
        work.letter("counts_to_recognise", row.municipality, access=access, counts=numbers)
    if differences := row.counts.differences:
        work.letter("counts_differ", row.municipality, access=access, differences=differences)


def _providers(work: DossierContext) -> list[dict[str, Any]]:
    """Who may take over, and for which care (S-30, S-37)."""
    forms = work.facts.care_forms
    return [
        {"id": who, "care_forms": [form for form in forms if contracted(work.region, who, form, work.today)]}
        for who in candidates(work.region, work.facts.provider, work.facts.care_forms, work.today)
    ]
