"""A dossier in words: each child, the facts, the figures, the numbers of both sides (S-35, S-36)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.views.dossier import ChildView
from notifications.stop.report.children import child_in_words, missing_in_words, most_urgent_first, some
from notifications.stop.report.counts import folded, rows
from notifications.stop.report.words import facts, figures, in_words
from rules.stop.route import ChildStatus
from tests.support.dossier_views import (
    BEFORE_START,
    MANY_PLACES,
    TODAY,
    a_child,
    a_view,
    numbers,
    settled,
    transferring,
)
from tests.support.stop_facts import EXAMPLES


def test_a_child_in_words() -> None:
    """S-36: every column says what people know; what is missing comes in the order in which it has to be done."""
    assert child_in_words(MANY_PLACES, transferring(7, signals=["term_at_risk"], flex_cases=["ZB-2026-000001"])) == {
        "reference": "ST-2026-000001-0007",
        "place": "Toegang Rotterdam",
        "route": "2 naar Bosrand",
        "proposal": "",
        "way": "2 naar Bosrand",
        "status": "overdracht bezig",
        "held_by": "Zonnewende",
        "missing": "informatie aan het gezin, toestemming, warme overdracht, compleet dossier, "
        "acceptatie door de ontvangende aanbieder, toewijzing",
        "due": "31-12-2027",
        "left": "nog 305 dagen",
        "who": "Zonnewende",
        "note": "termijn in gevaar, in de flexroute",
    }


def test_a_proposal_that_waits() -> None:
    """S-31: in every list of children, beside the route that is agreed."""
    waits = {"route": 1, "receiving_provider": None, "expected_end": "2027-05-01", "moves_with_employees": False}
    said = child_in_words(MANY_PLACES, transferring(7, proposal=waits))
    assert (said["route"], said["proposal"]) == ("2 naar Bosrand", "1, einde verwacht op 01-05-2027")
    assert said["way"] == "2 naar Bosrand (voorstel: 1, einde verwacht op 01-05-2027)"
    moves = {**waits, "receiving_provider": "bosrand", "expected_end": None, "moves_with_employees": True}
    said = child_in_words(MANY_PLACES, a_child(1, proposal=moves))
    assert said["way"] == "voorstel: 1 naar Bosrand (gaat mee met medewerkers)"


def test_part_of_a_file_is_named() -> None:
    """S-48: what is still missing of it."""
    assert missing_in_words(["future_indication", "sign_off", "family_plan"]) == [
        "gezinsplan",
        "toekomstige indicatie",
        "eindcontrole door Toegang",
    ]


@pytest.mark.parametrize(
    ("child", "missing"),
    [
        (a_child(status="finishing", route=1, missing=[]), "einde van de zorg"),
        (transferring(1, missing=[]), "start bij de nieuwe aanbieder"),
        (settled(1, TODAY), ""),
    ],
)
def test_with_nothing_missing_the_last_step_is_named(child: ChildView, missing: str) -> None:
    assert child_in_words(MANY_PLACES, child)["missing"] == missing


@pytest.mark.parametrize(
    ("days", "said"), [(0, "vandaag"), (1, "nog 1 dag"), (-1, "1 dag te laat"), (-30, "30 dagen te laat")]
)
def test_days_left(days: int, said: str) -> None:
    """S-10: a last day lasts until its end."""
    assert child_in_words(MANY_PLACES, a_child(due=TODAY + timedelta(days)))["left"] == said


def test_the_most_urgent_child_comes_first() -> None:
    """S-10, S-47, S-51: by last day; then who has the longest way to go; who needs nothing comes last."""
    late_file = a_child(1, status="transferred", missing=["family_plan", "sign_off"], due=TODAY - timedelta(3))
    ending = a_child(2, status="finishing", route=1, missing=[], due=TODAY + timedelta(30))
    halfway, begun = transferring(3, missing=["allocation"]), transferring(4)
    waiting, signing = a_child(5), settled(6, TODAY, missing=["sign_off"], waiting_for=["toegang-rotterdam"])
    wanted = [late_file, ending, waiting, begun, halfway, signing, settled(7, TODAY)]
    assert most_urgent_first(wanted[::-1]) == wanted


def test_children_beyond_9999_come_in_their_order() -> None:
    many = [a_child(n) for n in (9998, 9999, 10000, 10001)]
    assert most_urgent_first(reversed(many)) == many


def test_figures() -> None:
    """S-36, S-51: the numbers with the pace that is needed."""
    view = a_view(added={"0599": {"running": 2}}, open=2, children={"waiting_for_proposal": 1, "transferring": 1})
    assert figures(MANY_PLACES, view) == [
        ("Aanbieder", "Zonnewende"),
        ("Nog bij de aanbieder", "2 van 2 jeugdigen"),
        ("Laatste dag", "31 december 2027 (nog 305 dagen)"),
        ("Geteld door de aanbieder", "3 (1 nog niet toegevoegd)"),
        ("Wacht op voorstel", "1"),
        ("Overdracht bezig", "1"),
        ("Tempo", "Nodig om op tijd klaar te zijn: gemiddeld 1 jeugdige per maand."),
    ]


def test_once_everybody_is_settled_no_days_are_counted() -> None:
    """S-10: nobody is late any more."""
    view = a_view(status="settling", missing=["declarations"], open=0, days_left=-400)
    assert dict(figures(MANY_PLACES, view))["Laatste dag"] == "31 december 2027"
    assert "te laat" not in str(facts(MANY_PLACES, view))


def test_how_long_the_term_is_stands_in_the_region() -> None:
    """S-10: the words fit a region with another number of months."""
    said = (
        in_words(MANY_PLACES, a_view(), [a_child()], TODAY),
        facts(MANY_PLACES, a_view()),
        figures(MANY_PLACES, a_view()),
    )
    assert "laatste dag van de termijn" in str(said)
    assert "maandenlijn" not in str(said)


def test_the_next_consultation_is_told_where_there_is_one() -> None:
    """S-36: on the screen and on page one, not only in mails."""
    assert dict(facts(MANY_PLACES, a_view()))["Volgend overleg"] == "9 maart 2027"
    assert "Volgend overleg" not in dict(facts(MANY_PLACES, a_view(next_consultation=None)))


def test_facts_hold_no_typed_text() -> None:
    """C.4: the name of a place was typed; how many there are is what a mail may say."""
    said = dict(facts(MANY_PLACES, a_view(locations=["Huis Kornoelje"]), [a_child()]))
    assert said["Locaties"] == "1 locatie"
    assert said["Aan zet"] == "Zonnewende (1 jeugdige)"
    assert said["IGJ-taken"] == "1 van 2 gedaan"
    assert "Kornoelje" not in str(
        in_words(MANY_PLACES, a_view(locations=["Huis Kornoelje"]), [a_child(location="Kornoelje")], TODAY)
    )


def test_numbers_of_both_sides() -> None:
    """S-40, S-41, S-42: what differs and what is missing first."""
    counts = {
        "0599": {"provider": numbers(9), "access": numbers(9), "explained": False},
        "0606": {"provider": numbers(2), "access": numbers(3), "explained": True},
        "1000": {"provider": numbers(1), "access": numbers(4), "explained": False},
        "1001": {"provider": numbers(1), "access": None, "explained": False},
    }
    differences = {"0606": {"running": [2, 3]}, "1000": {"running": [1, 4]}}
    view = a_view(counts=counts, differences=differences, added={"0599": {"running": 2}, "1002": {"running": 1}})
    made = [
        (row.name, row.added, row.open, row.difference)
        for row in rows(MANY_PLACES, view, [a_child(1), settled(2, TODAY)])
    ]
    assert made == [
        ("Toegang 0", 0, 0, "niet verklaard"),
        ("Toegang 1", 0, 0, "niet compleet"),
        ("Toegang 2", 1, 0, "niet compleet"),
        ("Toegang Rotterdam", 2, 1, "geen"),
        ("Toegang Schiedam", 0, 0, "verklaard"),
    ]
    assert in_words(MANY_PLACES, view, [], TODAY)["places"][0][0]["numbers"] == ["0", "1 / 4", "1"]


@EXAMPLES
@given(places=st.integers(0, 40), shown=st.integers(1, 14))
def test_folding_loses_no_child(places: int, shown: int) -> None:
    """S-36: small municipalities go together; the sums stay."""
    counts = {
        f"{1000 + n}": {"provider": numbers(n), "access": numbers(n + 1), "explained": n % 2 == 0}
        for n in range(places)
    }
    view = a_view(counts=counts, added={place: {"running": 1} for place in counts}, differences={})
    all_ = rows(MANY_PLACES, view, [])
    some_ = folded(all_, shown)
    assert len(some_) == min(places, shown)
    assert sum(row.counted for row in some_) == sum(row.counted for row in all_)
    assert sum(row.added for row in some_) == places
    assert [row for row in some_ if "andere" in row.name] == ([some_[-1]] if places > shown else [])


def test_the_same_places_in_every_shape() -> None:
    """Page one chooses among lists that say the same of fewer and fewer municipalities."""
    counts = {f"{1000 + n}": {"provider": numbers(n), "access": numbers(n), "explained": False} for n in range(20)}
    shapes = in_words(MANY_PLACES, a_view(counts=counts, added={}), [], TODAY)["places"]
    assert [len(shape) for shape in shapes] == list(range(14, 2, -1))
    assert shapes[0][-1]["name"] == "en 7 andere gemeenten"


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c", "d"], "a, b, c en d"), (list("abcde"), "a, b, c en 2 andere")],
)  # fmt: skip
def test_a_few_of_many(names: list[str], said: str) -> None:
    assert some(names) == said


def test_every_status_and_everything_missing_has_words() -> None:
    """No code is ever shown."""
    for status in ChildStatus:
        said = child_in_words(MANY_PLACES, a_child(status=status.value, missing=BEFORE_START, acts=[]))
        assert not any("_" in value for value in said.values())
    assert not any("_" in one for one in missing_in_words(["counts", "explanation", "children", "routes", "open_children",
                                                            "files", "sign_offs", "declarations", "stop_307"]))  # fmt: skip
