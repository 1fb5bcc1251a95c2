"""Dutch words and names wherever codes and ids are, short numbers, and days as people write them."""

from __future__ import annotations

import pytest

from tests.cli.conftest import CASE, at_table, decide
from tests.support.commands import Run
from tests.support.flex_acts import CANNOT, WITHOUT_PRIVATE

NO_PREFECT = "--no-prefect"


def test_an_act_in_dutch(practice: Run) -> None:
    """The act, its fields, values, organisations, days, yes and no, and who it is by: the same as in codes."""
    said = practice(
        "act", "verwijzing-aangemeld", "--by", "wijkteam centrum", "verwijsroute=Lokaal team", "opdracht=b",
        "aanbieder=jeugdhulp noord", "ontvangen-op=2-3-2026", "gemeente=rotterdam", "spoed=N", NO_PREFECT, "--json",
    )  # fmt: skip
    assert (said.code, said.json["case"]["waiting_for"]) == (0, ["sys-noord"])
    given = ("Kan de hulp leveren=J", "eerste mogelijke start=9-3-2026")
    said = practice("act", "BEOORDELING GEGEVEN", "--case", "1", "--by", "Jeugdhulp Noord", *given, NO_PREFECT)
    assert said.code == 0, said.err
    assert said.out.startswith(f"Vastgelegd: beoordeling gegeven · {CASE}")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["besluit=tafel-nodig"], "Geweigerd bij besluit: "),
        (["besluit=direct opgelst"], "'direct opgelst' kan hier niet; bedoelt u direct opgelost? Kies een van: "),
        (["besluid=table"], "Geweigerd bij besluid: dit veld hoort hier niet; bedoelt u besluit?"),
        (["besluit=table", "tafel=T_BD"], "'T_BD' is geen tafel van deze regio; bedoelt u B/C-tafel (minus C1) (T_BC)"),
        (["besluit=direct-opgelost", "aanbieder=zuiderzorg jeugt"], "geen organisatie van deze regio; bedoelt u Zuiderzorg Jeugd"),
        (["besluit=direct-opgelost", "aanbieder=90000002"], "Dubbelrol Jeugd (oa-dubbel) of Dubbelrol Flex (flex-dubbel)"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_shown_with_the_nearest_right_ones(one_case: Run, given: list[str], told: str) -> None:
    decide(one_case, "record_assessment", "sys-noord", "2026-03-03T09:00", CANNOT)
    said = one_case("act", "decide_mediation", "--case", "1", "--by", "tz-anna", "reden=x", *given, NO_PREFECT)
    assert (said.code, said.out) == (1, "")
    assert told in said.err


def test_who_it_is_by(one_case: Run) -> None:
    """A name that is nearly right is told with its id; codes are for programs."""
    said = one_case("act", "take_over", "--case", "1", "--by", "Anna de Fries", "reden=x", NO_PREFECT)
    assert "Geweigerd bij --by: 'Anna de Fries' is geen id of naam" in said.err
    assert "Bedoelt u Anna de Vries (tz-anna)?" in said.err
    refused = one_case("act", "take_over", "--case", "1", "--by", "anna de vries", "reden=x", NO_PREFECT)
    assert refused.err.startswith("Geweigerd: ")
    assert "not_overdue" not in refused.err


def test_a_short_number(one_case: Run) -> None:
    """Where there is one; of two years none is chosen."""
    for short in ("1", "zb-1", "2026-1", CASE.lower()):
        assert one_case("case", short).out == one_case("case", CASE).out
    assert "Er is geen casus met kenmerk 9" in one_case("case", "9").err
    given = [f"{field}={value}" for field, value in WITHOUT_PRIVATE.items()]
    assert (
        one_case("act", "register_referral", "--by", "ref-lt", *given, NO_PREFECT, "--yes", now="2027-01-04T09:00").code
        == 0
    )
    said = one_case("case", "1")
    assert (said.code, said.out) == (1, "")
    assert "Er is meer dan één met nummer '1': ZB-2026-000001, ZB-2027-000001. Kies het hele kenmerk." in said.err
    assert one_case("letters", "--case", "2027-1", "--json").json


def test_an_agenda_by_the_words_of_its_table(one_case: Run) -> None:
    """`agenda BC 10-3-2026`."""
    at_table(one_case)
    assert one_case("prep", NO_PREFECT, now="2026-03-06T13:00").code == 0
    whole = one_case("agenda", "T_BC", "2026-03-10")
    assert whole.code == 0
    assert (
        one_case("agenda", "bc", "10-3-2026").out
        == one_case("agenda", "b/c-tafel (minus c1)", "10-03-2026").out
        == whole.out
    )


def test_filters(one_case: Run) -> None:
    """Steps, states and who is waited for, by their words."""
    assert CASE in one_case("cases", "--step", "Beoordeling-aanbieder", "--waiting-for", "jeugdhulp noord").out
    assert one_case("cases", "--step", "warme overdracht", "--json").json == []
    assert len(one_case("letters", "--state", "staat klaar", "--json").json) == 1
    assert "'verwijzin' kan niet; bedoelt u verwijzing?" in one_case("cases", "--step", "verwijzin").err
