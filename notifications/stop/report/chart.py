"""The children that remain against the last day of the term, ready to draw: places from 0 to 1, and the same in words (S-10, S-36)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from models.views.dossier import ChildView, DossierView
from notifications.stop.report.children import in_full, line, many
from notifications.stop.report.line import pace, remaining
from rules.shared.region import Region
from rules.stop.settings import StopSettings
from rules.stop.terms import add_months

MONTHS_SHOWN, LINES_SHOWN = 9, 4


def chart(region: Region, view: DossierView, children: Sequence[ChildView], today: date) -> dict[str, Any]:
    """Points, marks and scales of the drawing, with its text for who cannot see it."""
    last, ended = view.ends_by, view.contract_ends_on
    until = min(today, view.closed_on or today)
    first = min(view.announced_on, ended, until)
    stays = [(child.added_on, child.started_on or child.finished_on) for child in children]
    points = remaining(stays, view.announced_on, until)
    still = points[-1][1]
    end = max(last, until)
    top, lines = _scale(max(number for _, number in points))

    def x(day: date) -> float:
        return round((day - first).days / max(1, (end - first).days), 5)

    needed = pace(still, (last - until).days)
    warnings = [add_months(last, -months) for months in region.settings_of(StopSettings).stop_term_warnings_months]
    marks = [
        (ended, "contract eindigt", "dotted"),
        *((warning, "waarschuwing", "dotted") for warning in sorted(warnings) if first < warning),
        (until, f"vandaag: nog {still}" if until == today else f"gesloten: nog {still}", "thin"),
        (last, "laatste dag", "thick"),
    ]
    return {
        "points": [(x(day), round(number / top, 5)) for day, number in points],
        "pace": [(x(until), round(still / top, 5)), (x(last), 0)] if needed else None,
        "marks": [{"x": x(on), "label": f"{said} · {_short(on)}", "kind": kind} for on, said, kind in marks],
        "lines": [{"y": round(number / top, 5), "label": str(number)} for number in lines],
        "months": [{"x": x(day), "label": label} for day, label in _months(first, end)],
        "note": _note(view),
        "alt": _in_words(view, points, warnings),
    }


def pace_in_words(view: DossierView) -> str:
    """How fast it has to go from now on, or that it cannot be in time any more."""
    still, days = view.open, view.days_left
    if not view.added:
        return "Er is nog geen jeugdige toegevoegd."
    if not still:
        return "Er is niemand meer bij de stoppende aanbieder."
    if days < 0:
        return f"De termijn is voorbij en {_are(still)} nog bij de aanbieder."
    needed = pace(still, days)
    if needed is None or days < 31:
        return f"Nodig om op tijd klaar te zijn: {many(still)} in {many(days, 'dag', 'dagen')}."
    return f"Nodig om op tijd klaar te zijn: gemiddeld {many(needed)} per maand."


def _are(number: int) -> str:
    return f"{many(number)} {'is' if number == 1 else 'zijn'}"


def _note(view: DossierView) -> str:
    """What the lines mean, and who is not in them."""
    left_out = view.left_out
    said = "Dikke lijn: jeugdigen die nog bij de aanbieder zijn. Streepjes: het tempo dat nodig is om op tijd klaar te zijn."
    return f"{said} {_are(left_out)} geteld maar nog niet toegevoegd, en niet in de lijn." if left_out else said


def _in_words(view: DossierView, points: Sequence[tuple[date, int]], warnings: Sequence[date]) -> str:
    """What the drawing shows, for who listens: the numbers on a few days, the marks, the pace."""
    said = f"{in_full(points[0][0])}: {points[0][1]}"
    for day, number in _some(points[1:-1]):
        said += f", {in_full(day)}: {number}"
    said += f", {in_full(points[-1][0])}: {points[-1][1]}" if len(points) > 1 else ""
    warned = " en ".join(in_full(day) for day in sorted(warnings))
    return (
        f"Grafiek van de jeugdigen die nog bij de aanbieder zijn, van {in_full(points[0][0])} tot {in_full(points[-1][0])}. "
        f"Aantal per dag: {said}. Het contract eindigt op {in_full(view.contract_ends_on)}. "
        + (f"Waarschuwingen: {warned}. " if warned else "")
        + f"De laatste dag van de termijn is {line(in_full(view.ends_by), view)}. "
        + pace_in_words(view)
    )


def _some(points: Sequence[tuple[date, int]], shown: int = 6) -> list[tuple[date, int]]:
    """A few points, evenly spread."""
    if len(points) <= shown:
        return list(points)
    return [points[round(step * (len(points) - 1) / (shown - 1))] for step in range(shown)]


def _scale(highest: int) -> tuple[int, list[int]]:
    """The top of the scale and the numbers to draw a line at: 1, 2 or 5 times a power of ten apart."""
    steps = (step * 10**power for power in range(9) for step in (1, 2, 5))
    step = next(step for step in steps if highest <= step * LINES_SHOWN)
    top = max(step, -(-highest // step) * step)
    return top, list(range(0, top + 1, step))


def _months(first: date, end: date) -> Iterator[tuple[date, str]]:
    """The first days of months to write under the drawing, not too many of them."""
    months = (end.year - first.year) * 12 + end.month - first.month
    step = next((n for n in (1, 2, 3, 6) if months <= n * MONTHS_SHOWN), 12 * -(-months // (12 * MONTHS_SHOWN)))
    day = first.replace(day=1)
    while day <= end:
        if day >= first and (day.year * 12 + day.month - 1) % step == 0:
            yield day, format_date(day, "MMM y", locale="nl")
        day = add_months(day, 1)


def _short(day: date) -> str:
    return format_date(day, "d MMM y", locale="nl")
