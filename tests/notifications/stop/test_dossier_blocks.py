"""What keeps a dossier from its end, in sentences: what blocks, who must act, the most urgent first (S-35, S-36)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.views.dossier import ChildView
from notifications.stop.report.blocks import blocks
from notifications.stop.report.counts import to_add
from rules.stop.route import Category
from tests.support.dossier_views import MANY_PLACES, TODAY, a_child, a_view, numbers, settled
from tests.support.stop_facts import EXAMPLES


def test_what_blocks() -> None:
    """S-35, S-51, S-53: a sentence per act that is due, with who must act; what is late first, care that ends in time last."""
    children = [
        a_child(1),
        a_child(2),
        a_child(3, status="waiting_for_decision", missing=["decision"], waiting_for=["toegang-rotterdam"]),
        a_child(4, status="waiting_for_decision", missing=["decision"], waiting_for=["toegang-schiedam"]),
        a_child(5, status="transferred", missing=["family_plan", "sign_off"], due=TODAY - timedelta(3)),
        a_child(6, status="finishing", route=1, missing=[], due=date(2027, 6, 30)),
        settled(7, TODAY),
    ]
    assert blocks(MANY_PLACES, a_view(), children) == [
        "Van 1 jeugdige is het dossier nog niet compleet. Aan zet: Zonnewende. Te laat: 1.",
        "Voor 2 jeugdigen is er nog geen voorstel voor een route. Aan zet: Zonnewende.",
        "Over 2 jeugdigen moet nog een besluit komen. Aan zet: Toegang Rotterdam (1) en Toegang Schiedam (1).",
        "Van 1 jeugdige rondt de stoppende aanbieder de zorg nog af. Aan zet: Zonnewende. "
        "De eerste moet klaar zijn op 30-06-2027 (nog 121 dagen).",
    ]


def test_care_that_may_end_too_late_is_not_last() -> None:
    """S-51."""
    at_risk = a_child(1, status="finishing", missing=[], signals=["term_at_risk"])
    assert blocks(MANY_PLACES, a_view(), [at_risk, a_child(2)])[0].startswith("Voor 1 jeugdige is er nog geen voorstel")
    soon = at_risk.model_copy(update={"due": TODAY, "due_in": 0})
    assert blocks(MANY_PLACES, a_view(), [soon, a_child(2)])[0].startswith("Van 1 jeugdige rondt")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            {"status": "announced", "counts": {}, "added": {}, "missing": ["counts"], "open": 0},
            ["Er zijn nog geen aantallen. Aan zet: Zonnewende."],
        ),
        (
            {
                "status": "counting",
                "missing": ["counts"],
                "counts": {
                    "0599": {"provider": numbers(2), "access": None, "explained": False},
                    "0606": {"provider": None, "access": numbers(2), "explained": False},
                },
            },
            [
                "Er ontbreken nog aantallen. Aan zet: Zonnewende (voor Toegang Schiedam) en Toegang Rotterdam.",
                "Zolang dit niet klopt, kan de Toegang over geen enkele route besluiten (3 jeugdigen).",
            ],
        ),
        (
            {
                "status": "counting",
                "missing": ["explanation"],
                "counts": {"0599": {"provider": numbers(2), "access": numbers(3), "explained": False}},
                "differences": {"0599": {"running": [2, 3]}},
            },
            [
                "Aantallen verschillen zonder uitleg: Toegang Rotterdam (lopende zorg 2 / 3). Aan zet: Zonnewende of de Toegang.",
                "Zolang dit niet klopt, kan de Toegang over geen enkele route besluiten (3 jeugdigen).",
            ],
        ),
        (
            {"missing": ["children"], "added": {"0599": {"running": 1}, "0606": {"running": 2}}},
            [
                "Niet alle jeugdigen zijn bekend: 2 jeugdigen geteld maar niet toegevoegd "
                "(Toegang Rotterdam: lopende zorg 1 en Toegang Rotterdam: afronding zorg 1) en "
                "2 jeugdigen toegevoegd maar niet geteld (Toegang Schiedam: lopende zorg 2). Aan zet: Zonnewende."
            ],
        ),
        (
            {"status": "settling", "missing": ["declarations"]},
            ["Alleen de declaraties lopen nog, tot en met 31-12-2027. Aan zet: Zonnewende."],
        ),
        ({"trouble": "ValueError"}, ["Het dossier is apart gezet. Aan zet: beheer van Flexroute."]),
        ({"status": "closed", "missing": []}, []),
    ],
    ids=["announced", "numbers", "difference", "children", "declarations", "set aside", "closed"],
)
def test_what_holds_up_the_whole_dossier(known: dict[str, Any], said: list[str]) -> None:
    """S-17, S-40 … S-42, S-52."""
    assert blocks(MANY_PLACES, a_view(**known), []) == said


SIDES = st.dictionaries(
    st.sampled_from(["0599", "0606"]), st.dictionaries(st.sampled_from(["running", "finishing"]), st.integers(0, 3))
)


@EXAMPLES
@given(counted=SIDES, added=SIDES)
def test_where_children_are_missing_adds_up(counted: dict[str, Any], added: dict[str, Any]) -> None:
    """S-17, S-41: municipality by municipality, category by category, to the numbers that the dossier says."""
    counts = {
        place: {"provider": {**dict.fromkeys(Category, 0), **some}, "access": None} for place, some in counted.items()
    }
    view = a_view(counts=counts, added=added)
    left_out, too_many = ([int(one.rpartition(" ")[2]) for one in side] for side in to_add(MANY_PLACES, view))
    assert (sum(left_out), sum(too_many)) == (view.left_out, view.not_counted)


CHILDREN = st.builds(
    lambda n, act, days, who: a_child(n, acts=[act], due=TODAY + timedelta(days), waiting_for=[f"t-{who}"]),
    st.integers(1, 9999),
    st.sampled_from(["propose_route", "decide_route", "inform_family", "record_consent", "record_handover", "record_file",
                     "accept_transfer", "record_allocation", "record_start", "finish_care", "sign_off"]),
    st.integers(-100, 300),
    st.integers(0, 39),
)  # fmt: skip


@EXAMPLES
@given(children=st.lists(CHILDREN, max_size=40))
def test_at_most_ten_sentences_whatever_there_is(children: list[ChildView]) -> None:
    """S-36: what is late always comes before what is not."""
    said = blocks(MANY_PLACES, a_view(status="counting", missing=["counts", "explanation"], trouble="x"), children)
    assert len(said) <= 10
    late = ["Te laat" in one for one in said if "jeugdige" in one and "enkele route" not in one]
    assert late == sorted(late, reverse=True)
