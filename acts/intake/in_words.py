"""What became of each line of a list that was taken in, in Dutch: the same words at every door."""

from __future__ import annotations

from collections.abc import Iterator

from acts.intake.columns import Columns
from acts.intake.report import Earlier, Import

UNCHANGED = "niets gewijzigd"


def told(done: Import) -> Iterator[str]:
    """What there is to say of the whole list, how many lines became what last."""
    wrong = len({one.line for one in done.wrong})
    if not len(done.new) + len(done.known) + len(done.known_otherwise) + wrong:
        yield "Onder de kop staan nog geen regels. Vul die eerst in."
    if done.sheet:
        yield f"Gelezen: blad {done.sheet}."
    for place, title in done.ignored:
        yield f"Niet gelezen: kolom {place} ({title}) is onbekend."
    look = f", {len(done.known_otherwise)} om naar te kijken" if done.known_otherwise else ""
    yield f"{len(done.new)} nieuw, {len(done.known)} al bekend, {wrong} fout{look}."


def of_lines(done: Import, columns: Columns) -> dict[int, tuple[str, str]]:
    """By line, in their order: the reference of what was taken in, now or before, and what to say of it (nothing where it is new)."""
    said = {line: (reference, "") for line, reference in done.new}
    said |= {line: (reference, f"al bekend, {_closed(done, line) or UNCHANGED}") for line, reference in done.known}
    said |= {line: (reference, _otherwise(done, columns, line)) for line, reference in done.known_otherwise}
    return dict(sorted(said.items()))


def _closed(done: Import, line: int) -> str:
    closed_on = done.earlier.get(line, Earlier()).closed_on
    return f"afgesloten op {closed_on:%d-%m-%Y}" if closed_on else ""


def _otherwise(done: Import, columns: Columns, line: int) -> str:
    """What to look at: the columns, and nothing of what is in them."""
    differs = ", ".join(columns.name_of(field) for field in done.earlier[line].differs)
    said = ("al bekend, met andere gegevens", UNCHANGED, f"anders: {differs}", _closed(done, line))
    return "; ".join(filter(None, said))
