"""`case --full` and `stop --full`: everything that was said, for who may read it."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import CASE, START, decide
from tests.support.commands import Run
from tests.support.dossiers import CHILD, STOP
from tests.support.flex_acts import CANNOT

LONG = "Wij hebben tot de zomer geen plek voor een jeugdige van deze leeftijd, ook niet bij Praktijk Klein. " * 2
DOSSIER = "ST-2026-000001"
AUTUMN = "2026-09-01T09:00"


def assess(one_case: Run) -> None:
    sub = [{"provider": "oa-klein", "can_deliver": False, "explanation": "Vol."}]
    values = json.dumps({**CANNOT, "explanation": f"{LONG}\nBel gerust.", "subcontractors": sub})
    said = one_case("act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--with", values, "--no-prefect")
    assert said.code == 0, said.err


def test_of_a_case(one_case: Run) -> None:
    """In Dutch words, with who and when; no line longer than 80 signs, no word broken; and once more as JSON."""
    assess(one_case)
    said = one_case("case", CASE, "--full", "--by", "ref-lt", "--person", "Mw. De Vries")
    assert said.code == 0, said.err
    lines = said.out.partition("Wat er is gezegd\n")[2].splitlines()
    assert lines[0].endswith("verwijzing aangemeld · Wijkteam Centrum")
    assert "    verwijsroute: lokaal team" in lines
    assert "      - aanbieder: Praktijk Klein" in lines
    assert "      Bel gerust." in lines
    assert max(map(len, lines)) <= 80
    assert "jeugdige" not in said.out.partition("Wat er is gezegd")[0].partition("Brieven")[2]
    told = one_case("case", CASE, "--full", "--by", "ref-lt", "--json").json
    assert told["in_full"]["decisions"][1]["said"]["antwoorden van onderaannemers"][0]["uitleg"] == "Vol."
    assert told["in_full"]["youth"] is told["in_full"]["read_before"] is None
    seen = one_case("case", CASE, "--full", "--by", "tz-anna").out
    assert "Wie dit eerder las" in seen
    assert "Mw. De Vries (zelf genoemd), voor Wijkteam Centrum" in seen


def test_what_is_not_for_this_reader(one_case: Run) -> None:
    """It was said, but the words are somebody else's; a stranger hears who may read, and the case stays shut."""
    assess(one_case)
    decide(one_case, "decide_mediation", "tz-anna", START, {"outcome": "table", "reason": "Graag bespreken"})
    for by in ("sys-zuid", "cm-bc"):  # it sits at the table, and it judges
        assert "Graag bespreken" in one_case("case", CASE, "--full", "--by", by).out
    refused = one_case("case", CASE, "--full", "--by", "flex-anker")
    assert (refused.code, refused.out) == (1, "")
    assert "Geweigerd: Dit mag u niet lezen. Dat mag alleen: Team Zorgbemiddeling" in refused.err
    refused = one_case("case", CASE, "--full", "--youth", "--by", "cm-bc", "--json")
    assert (refused.code, refused.json["refused"], refused.json["field"]) == (1, "forbidden", "youth")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--full",), "--full: zeg met --by wie leest"),
        (("--by", "tz-anna"), "--by: dit hoort bij --full"),
        (("--youth",), "--youth: dit hoort bij --full"),
        (("--person", "Jan Bos"), "--person: dit hoort bij --full"),
    ],
)
def test_options_that_belong_together(one_case: Run, options: tuple[str, ...], told: str) -> None:
    for command in (("case", CASE), ("stop", DOSSIER)):
        said = one_case(*command, *options)
        assert (said.code, told in said.err) == (2, True), said.err


def test_of_a_dossier_and_a_child(practice: Run) -> None:
    """S-35, S-40, S-41: each municipality its own; who the child is only where asked for, by who may."""

    def act(name: str, by: str, *about: str, **values: object) -> None:
        given = json.dumps(values)
        said = practice("act", name, *about, "--by", by, "--with", given, "--no-prefect", now=AUTUMN)
        assert said.code == 0, said.err

    numbers = {"municipality": "0599", "pre_trajectory": 0, "running": 1, "finishing": 0}
    act("register_stop", "beheer", **STOP)
    for by in ("zonnewende", "toegang-rotterdam"):
        act("record_counts", by, "--stop", DOSSIER, **numbers)
    act("add_child", "zonnewende", "--stop", DOSSIER, **CHILD)
    child = f"{DOSSIER}-0001"
    act("propose_route", "zonnewende", "--child", child, route=1, expected_end="2026-12-01", reason="Bijna klaar")
    said = practice("stop", DOSSIER, "--full", "--by", "toegang-rotterdam", now=AUTUMN).out
    assert "    motieven: De raamovereenkomst wordt niet verlengd." in said
    assert said.endswith("staat bij die jeugdige: flexroute stop KENMERK --full --by WIE\n")
    said = practice("stop", child, "--full", "--youth", "--by", "toegang-rotterdam", now=AUTUMN).out
    assert "    reden: Bijna klaar" in said
    assert "    gegevens: niet vastgelegd" in said
    told = practice("stop", child, "--full", "--by", "beheer", "--json", now=AUTUMN).json
    assert told["in_full"]["decisions"][-1]["said"]["verwacht einde van de zorg"] == "01-12-2026"
    told = practice("stop", DOSSIER, "--full", "--by", "beheer", "--json", now=AUTUMN).json
    assert [one["act"] for one in told["in_full"]["decisions"]] == ["register_stop", "record_counts", "record_counts"]
    for by, code in (("toegang-schiedam", 1), ("bosrand", 1), ("zonnewende", 0)):
        assert practice("stop", child, "--full", "--by", by, now=AUTUMN).code == code
    for options in (("--duties",), ("--format", "pdf")):
        assert practice("stop", DOSSIER, "--full", "--by", "beheer", *options, now=AUTUMN).code == 2
