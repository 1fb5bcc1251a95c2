"""The drawing of the children that remain against the last day of the term, and the same in words (S-10, S-36)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.stop.report.chart import chart
from notifications.stop.report.words import figures
from tests.support.dossier_views import LAST, MANY_PLACES, TODAY, a_child, a_view, settled
from tests.support.stop_facts import EXAMPLES


@pytest.mark.parametrize(
    ("known", "pace"),
    [
        ({"added": {}, "open": 0}, "Er is nog geen jeugdige toegevoegd."),
        ({"open": 0}, "Er is niemand meer bij de stoppende aanbieder."),
        ({"days_left": -2}, "De termijn is voorbij en 3 jeugdigen zijn nog bij de aanbieder."),
        ({"days_left": 0}, "Nodig om op tijd klaar te zijn: 3 jeugdigen in 0 dagen."),
        ({"days_left": 30, "open": 1}, "Nodig om op tijd klaar te zijn: 1 jeugdige in 30 dagen."),
    ],
)
def test_the_pace_in_words(known: dict[str, Any], pace: str) -> None:
    """S-10."""
    assert dict(figures(MANY_PLACES, a_view(**known)))["Tempo"] == pace


@EXAMPLES
@given(
    ended=st.integers(-400, 400), announced=st.integers(-400, 0), today=st.integers(-10, 900), number=st.integers(0, 12)
)
def test_the_drawing_stays_within_its_frame(ended: int, announced: int, today: int, number: int) -> None:
    """S-10: also for a contract that ended long ago, a new dossier, a passed term."""
    day = TODAY + timedelta(today)
    contract = TODAY + timedelta(ended)
    view = a_view(
        announced_on=TODAY + timedelta(announced), contract_ends_on=contract, ends_by=contract + timedelta(365),
        days_left=(contract - day).days + 365,
    )  # fmt: skip
    drawn = chart(MANY_PLACES, view, [a_child(n, added_on=TODAY) for n in range(number)], day)
    places = [at for point in (*drawn["points"], *(drawn["pace"] or [])) for at in point]
    places += [mark["x"] for mark in drawn["marks"]] + [month["x"] for month in drawn["months"]]
    places += [line["y"] for line in drawn["lines"]]
    assert all(0 <= place <= 1 for place in places)
    assert 2 <= len(drawn["lines"]) <= 6
    assert len(drawn["months"]) <= 11


def test_the_drawing_in_words() -> None:
    """S-10, S-36: who cannot see the line hears its numbers, the marks and the pace."""
    children = [a_child(1), a_child(2), settled(3, date(2027, 2, 1))]
    drawn = chart(MANY_PLACES, a_view(added={"0599": {"running": 1}}, open=2), children, TODAY)
    assert drawn["alt"] == (
        "Grafiek van de jeugdigen die nog bij de aanbieder zijn, van 1 september 2026 tot 1 maart 2027. Aantal per dag: "
        "1 september 2026: 0, 2 september 2026: 1, 3 september 2026: 2, 4 september 2026: 3, 1 februari 2027: 2, 1 maart 2027: 2. "
        "Het contract eindigt op 31 december 2026. Waarschuwingen: 30 september 2027 en 30 november 2027. "
        "De laatste dag van de termijn is 31 december 2027 (nog 305 dagen). "
        "Nodig om op tijd klaar te zijn: gemiddeld 1 jeugdige per maand."
    )
    assert "2 jeugdigen zijn geteld maar nog niet toegevoegd" in drawn["note"]
    assert [mark["label"] for mark in drawn["marks"]] == [
        "contract eindigt · 31 dec 2026",
        "waarschuwing · 30 sep 2027",
        "waarschuwing · 30 nov 2027",
        "vandaag: nog 2 · 1 mrt 2027",
        "laatste dag · 31 dec 2027",
    ]


def test_a_closed_dossier_is_drawn_up_to_its_last_day() -> None:
    closed = a_view(status="closed", closed_on=LAST + timedelta(1), open=0, missing=[])
    drawn = chart(MANY_PLACES, closed, [settled(1, TODAY)], date(2037, 1, 1))
    assert drawn["marks"][-2]["label"] == "gesloten: nog 0 · 1 jan 2028"
    assert drawn["pace"] is None
