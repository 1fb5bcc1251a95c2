"""`act … --for`: a care mediator records what a provider says by phone; and who records what is waited for elsewhere."""

from __future__ import annotations

from tests.cli.conftest import CASE, at_table, decide
from tests.support.commands import Run
from tests.support.flex_acts import APPROVED, FLEX_CAN, HANDED_OVER, NOBODY_CAN

LATER = "2026-03-11T15:00"
GIVEN = ("can_deliver=ja", "earliest_start=2026-03-06", "--no-prefect")
PHONE = ("act", "record_assessment", "--case", CASE, "--for", "sys-noord", "--by", "tz-anna")


def test_told_as_such(one_case: Run) -> None:
    """On the screen, for programs, and where everything that was said is read."""
    said = one_case(*PHONE, *GIVEN)
    assert said.code == 0, said.err
    assert "Anna de Vries, op verzoek van Jeugdhulp Noord" in " ".join(one_case("case", CASE).out.split())
    [_, told] = one_case("case", CASE, "--json").json["timeline"]
    assert (told["by"], told["person"], told["at_request"]) == ("sys-noord", "Anna de Vries", True)
    read = one_case("case", CASE, "--full", "--by", "tz-anna").out.partition("Wat er is gezegd")[2]
    assert "beoordeling gegeven · Anna de Vries, op verzoek van Jeugdhulp Noord" in " ".join(read.split())
    assert max(map(len, read.splitlines())) <= 80
    assert "op verzoek ook een zorgbemiddelaar (met --for)" in " ".join(
        one_case("act", "re_offer", "--help").out.split()
    )


def test_what_cannot_be(one_case: Run) -> None:
    """Somebody unknown, an organisation that is not asked, both ways at once."""
    unknown = one_case("act", "record_assessment", "--case", CASE, "--for", "x", "--by", "tz-anna", *GIVEN)
    assert (unknown.code, "bij --for: 'x' is geen id" in unknown.err) == (1, True)
    assert one_case(*PHONE, "--person", "J. Bos", *GIVEN).code == 2
    other = one_case("act", "record_assessment", "--case", CASE, "--for", "sys-zuid", "--by", "tz-anna", *GIVEN)
    assert (other.code, "de aanbieder die de verwijzing beoordeelt" in other.err) == (1, True)
    started = one_case(
        "act", "withdraw", "--case", CASE, "--for", "ref-lt", "--by", "tz-anna", "reason=x", "--no-prefect"
    )
    assert (started.code, "Dit kan niet op verzoek" in started.err) == (1, True)


def test_the_allocation_is_waited_for(one_case: Run) -> None:
    """F-50, F-51: the referrer gives it, the provider or Team Zorgbemiddeling records it; who may, does not change."""
    at_table(one_case)
    for act, by, given in (NOBODY_CAN, APPROVED, FLEX_CAN):
        assert decide(one_case, act, by, LATER, given).code == 0
    assert "legt vast:" not in one_case("case", CASE, now=LATER).out
    said = decide(one_case, *HANDED_OVER[:2], LATER, HANDED_OVER[2])
    assert "Aan zet: Wijkteam Centrum.\nVastleggen doet: Jeugdhulp Noord of Team Zorgbemiddeling.\n" in said.out
    shown = one_case("case", CASE, now=LATER).out
    assert "      aan zet: Wijkteam Centrum\n" in shown
    assert "    legt vast: Jeugdhulp Noord of Team Zorgbemiddeling\n" in shown
    assert one_case("case", CASE, "--json", now=LATER).json["recorded_by"] == ["sys-noord", "care_mediation_team"]
