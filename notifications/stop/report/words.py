"""A dossier of a provider that stops in words (plain Dutch, B1): made once, for the screen, the PDF, the sheets and the agenda.

Nothing of the youth and no text that somebody typed is in it, so that it may go with a mail (C.4, S-36).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.views.dossier import ChildView, DossierView
from notifications.stop.report import counts as dossier_counts
from notifications.stop.report import duties
from notifications.stop.report.blocks import blocks
from notifications.stop.report.chart import chart, pace_in_words
from notifications.stop.report.children import (
    child_in_words,
    counted,
    in_full,
    line,
    many,
    missing_in_words,
    most_urgent_first,
    must_act_in_words,
    some,
    time_left,
)
from notifications.stop.report.counts import both
from notifications.stop.report.line import pace
from notifications.words import care_form_in_words, code_in_words, day_in_words
from rules.shared.region import Region
from rules.stop.route import Category

PLACES = range(14, 2, -1)  # municipalities on page one; the first number that fits


def title(region: Region, view: DossierView) -> str:
    """What the dossier is about: "Zonnewende stopt"."""
    return f"{region.name_of(view.provider)} stopt"


def facts(region: Region, view: DossierView, children: Sequence[ChildView] = ()) -> list[tuple[str, str]]:
    """What everybody must know of the dossier, where it stands and who must act (S-01 … S-03, S-10, S-35, S-52)."""
    said = [
        ("Dossier", view.reference),
        ("Aanbieder", region.name_of(view.provider)),
        ("Waarom", code_in_words(view.stop_type)),
        ("Aangekondigd", in_full(view.announced_on)),
        ("Geopend", in_full(view.opened_on)),
        ("Contract eindigt", in_full(view.contract_ends_on)),
        ("Laatste dag", line(in_full(view.ends_by), view)),
        ("Declaraties", f"uiterlijk {in_full(view.declarations_by)}"),
        ("Zorgvormen", some([care_form_in_words(form, region) for form in view.care_forms], 5)),
        ("Locaties", many(len(view.locations), "locatie", "locaties") if view.locations else "alle"),
        ("Staat", code_in_words(view.status)),
        ("Ontbreekt nog", ", ".join(missing_in_words(view.missing)) or "niets"),
        ("Aan zet", some(must_act_in_words(region, view, counted(children)), 4)),
        ("Volgend overleg", in_full(view.next_consultation) if view.next_consultation else ""),
        ("IGJ-taken", duties.done(view)),
        ("Let op", ", ".join(map(code_in_words, view.signals))),
        ("Kunnen overnemen", some(able(region, view.candidates, view.stopping), 5) or "niemand"),
    ]
    return [(label, value) for label, value in said if value]


def able(region: Region, candidates: Sequence[str], stopping: Sequence[str]) -> list[str]:
    """Who may take over, by name; one that stops itself may still have a contract today (S-30)."""
    return [f"{region.name_of(who)}{' (stopt ook)' if who in stopping else ''}" for who in candidates]


def figures(region: Region, view: DossierView) -> list[tuple[str, str]]:
    """The numbers that the consultation looks at first (S-36, S-51, S-53)."""
    left_out, too_many = view.left_out, view.not_counted
    added = sum(sum(of_place.values()) for of_place in view.added.values())
    counted = sum(sum((counts.provider or {}).values()) for counts in view.counts.values())
    more = [f"{left_out} nog niet toegevoegd"] if left_out else []
    more += [f"{too_many} niet geteld"] if too_many else []
    return [
        ("Aanbieder", region.name_of(view.provider)),
        ("Nog bij de aanbieder", f"{view.open} van {many(added)}"),
        ("Laatste dag", line(in_full(view.ends_by), view)),
        ("Geteld door de aanbieder", f"{counted} ({', '.join(more)})" if more else str(counted)),
        *((_capital(code_in_words(status)), str(number)) for status, number in view.children.items() if number),
        ("Tempo", pace_in_words(view)),
    ]


def in_words(region: Region, view: DossierView, children: Sequence[ChildView], today: date) -> dict[str, Any]:
    """All that the PDF says: page one for the consultation, then every child (S-36)."""
    places = dossier_counts.rows(region, view, children)
    return {
        "title": title(region, view),
        "region": region.name,
        "reference": view.reference,
        "day": day_in_words(today),
        "tiles": _tiles(view, children),
        "statuses": [(str(number), code_in_words(status)) for status, number in view.children.items()],
        "chart": chart(region, view, children, today),
        "blocks": blocks(region, view, children),
        "facts": facts(region, view, children)[2:],
        "categories": [_capital(code_in_words(category)) for category in Category],
        "places": [[_place(row) for row in dossier_counts.folded(places, shown)] for shown in PLACES],
        "children": [child_in_words(region, child) for child in most_urgent_first(children)],
    }


def _tiles(view: DossierView, children: Sequence[ChildView]) -> list[tuple[str, str]]:
    """The three numbers that are read first."""
    added = sum(sum(of_place.values()) for of_place in view.added.values())
    days, needed = view.days_left, pace(view.open, view.days_left)
    late = sum(child.due_in is not None and child.due_in < 0 for child in children)
    last = (many(abs(days), "dag", "dagen"), f"{'tot' if days >= 0 else 'na'} de laatste dag van de termijn")
    return [
        (f"{view.open} van {added}", "jeugdigen nog bij de aanbieder"),
        last if time_left(view) else (in_full(view.ends_by), "is de laatste dag van de termijn"),
        (f"{needed} per maand", "is nodig om op tijd klaar te zijn") if needed else (str(late), "over de laatste dag"),
    ]


def _place(row: dossier_counts.Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "numbers": [both(numbers) for numbers in row.numbers.values()],
        "added": str(row.added),
        "open": str(row.open),
        "difference": row.difference,
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
