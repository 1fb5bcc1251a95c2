"""Table answers from a sheet: written, filled in, and taken in whole or not at all (F-28 … F-33)."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import decide, stored
from tests.support.commands import Run, Said
from tests.support.flex_acts import CANNOT, WITHOUT_PRIVATE

TABLE_DAY = "2026-03-10T15:00"
HEAD = ["kenmerk", "dag van het overleg", "aanbieder", "onderaannemer", "kan de hulp leveren",
        "eerste mogelijke start", "op tijd", "uitleg", "reden om aan te houden"]  # fmt: skip
FIRST, SECOND = "ZB-2026-000001", "ZB-2026-000002"


@pytest.fixture
def two(practice: Run) -> Run:
    """Two cases on the agenda of 10 March."""
    for case in (FIRST, SECOND):
        given = json.dumps(WITHOUT_PRIVATE)
        assert (
            practice("act", "register_referral", "--by", "ref-lt", "--with", given, "--yes", "--no-prefect").code == 0
        )
        for act, by, now, values in (
            ("record_assessment", "sys-noord", "2026-03-05T15:00", CANNOT),
            ("decide_mediation", "tz-anna", "2026-03-06T10:00", {"outcome": "table", "reason": "x"}),
        ):
            said = practice(
                "act", act, "--case", case, "--by", by, "--with", json.dumps(values), "--no-prefect", now=now
            )
            assert said.code == 0, said.err
    return practice


def sheet(
    run: Run, path: Path, fill: dict[tuple[str, str], dict[str, Any]], more: list[list[Any]] | None = None
) -> Path:
    """The template, with these columns filled in by case and provider."""
    said = run("answers-template", "BC", "10-3-2026", str(path), now=TABLE_DAY)
    assert said.code == 0, said.err
    book = load_workbook(path)
    lines = book["Antwoorden"]
    assert [cell.value for cell in lines[1]] == HEAD
    for row in lines.iter_rows(min_row=2):
        for column, value in fill.get((str(row[0].value), str(row[2].value)), {}).items():
            row[HEAD.index(column)].value = value
    for line in more or []:
        lines.append(line)
    out = BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return path


def take_in(run: Run, path: Path, *more: str, by: str = "anna de vries") -> Said:
    return run("import-answers", str(path), "--by", by, "--no-prefect", *more, now=TABLE_DAY)


NO = {"kan de hulp leveren": "nee", "uitleg": "Vol"}
PROVIDERS = ("Zuiderzorg Jeugd", "Oosterlicht", "Westerhulp")
NOBODY = {(case, provider): NO for case in (FIRST, SECOND) for provider in PROVIDERS}


def test_the_sheet_has_a_row_for_each_case_and_provider(two: Run, tmp_path: Path) -> None:
    """F-28, F-29: the owner has said no already; what can be chosen stands in lists."""
    path = sheet(two, tmp_path / "antwoorden.xlsx", {})
    book = load_workbook(path)
    rows = [[cell.value for cell in row][:3] for row in book["Antwoorden"].iter_rows(min_row=2)]
    assert rows == [[case, "10-03-2026", provider] for case in (FIRST, SECOND) for provider in PROVIDERS]
    lists = {str(one.formula1) for one in book["Antwoorden"].data_validations.dataValidation}
    assert len(lists) == 4
    assert two("answers-template", "BC", "10-3-2026", str(path)).code == 1  # what is there stays
    assert "geen casus op de agenda" in two("answers-template", "BC", "17-3-2026", str(tmp_path / "x.xlsx")).err


def test_all_answers_in_one_go(two: Run, tmp_path: Path) -> None:
    """F-28 … F-33: who can takes the case; where nobody can the contract manager is asked. A second time changes nothing."""
    can = {"kan de hulp leveren": "ja", "eerste mogelijke start": date(2026, 4, 1)}
    more = [[SECOND, "10-03-2026", "Zuiderzorg Jeugd", "Zorgboerderij De Akker", "N", None, None, "Ook vol", None]]
    path = sheet(two, tmp_path / "antwoorden.xlsx", {**NOBODY, (FIRST, "Oosterlicht"): can}, more)
    said = take_in(two, path)
    assert said.code == 0, said.err + said.out
    assert "2 nieuw, 0 al bekend, 0 fout" in said.out
    first, second = two("case", FIRST, "--json").json, two("case", SECOND, "--json").json
    assert (first["outcome"], second["step"]) == ("placed_with_system_provider", "approval")
    again = take_in(two, path, "--json").json
    assert ([one["reference"] for one in again["known"]], again["new"]) == ([FIRST, SECOND], [])


def test_every_wrong_cell_is_told_and_nothing_is_recorded(two: Run, tmp_path: Path) -> None:
    """With its row and column, also of a case that is right otherwise."""
    wrong = {
        (FIRST, "Oosterlicht"): {"kan de hulp leveren": "misschien", "eerste mogelijke start": "straks"},
        (SECOND, "Westerhulp"): {"uitleg": "zonder antwoord"},
    }
    path = sheet(two, tmp_path / "antwoorden.xlsx", {**NOBODY, **wrong})
    before = stored(tmp_path)
    said = take_in(two, path, "--json")
    assert said.code == 1
    assert {(one["line"], one["column"]) for one in said.json["wrong"]} == {
        (3, "kan de hulp leveren"),
        (3, "eerste mogelijke start"),
        (7, "kan de hulp leveren"),
    }
    assert (said.json["new"], stored(tmp_path)) == ([], before)
    assert "Er is niets vastgelegd" in take_in(two, path).out


@pytest.mark.parametrize(
    ("fill", "more", "told"),
    [
        ({(FIRST, "Oosterlicht"): {"kan de hulp leveren": "ja"}}, [], (3, "eerste mogelijke start", "vanaf welke dag")),
        ({(SECOND, "Westerhulp"): {"kan de hulp leveren": "nee", "uitleg": None}}, [], (7, "uitleg", "leg uit waarom")),
        ({(FIRST, "Oosterlicht"): {"op tijd": "ja"}}, [], (3, "op tijd", "geldt een treeknorm")),
        ({(FIRST, "Oosterlicht"): {"eerste mogelijke start": "straks"}}, [], (3, "eerste mogelijke start", "bestaande dag")),
        ({(FIRST, "Oosterlicht"): {"kan de hulp leveren": None, "uitleg": None}}, [], (2, "kan de hulp leveren", "Oosterlicht")),
        ({}, [[FIRST, "10-03-2026", "Westerhulp", None, "nee", None, None, "Vol", None]], (8, "aanbieder", "nog een regel")),
        ({}, [[FIRST, "10-03-2026", "Westerhulp", "Zorgboerderij De Akker", "nee", None, None, "Vol", None]],
         (8, "onderaannemer", "geen onderaannemer")),
        ({}, [["ZB-2026-000099", "10-03-2026", "Westerhulp", None, "nee", None, None, "Vol", None]], (8, "kenmerk", "geen casus")),
        ({}, [[FIRST, "10-03-2026", "Wester", None, "nee", None, None, "Vol", None]], (8, "aanbieder", "bedoelt u Westerhulp")),
        ({(FIRST, "Oosterlicht"): {"dag van het overleg": "11-03-2026"}}, [], (3, "dag van het overleg", "andere dag")),
        ({(FIRST, "Oosterlicht"): {"reden om aan te houden": "x"}}, [], (2, "kan de hulp leveren", "laat de antwoorden dan leeg")),
    ],
)  # fmt: skip
def test_a_wrong_cell(
    two: Run, tmp_path: Path, fill: dict[Any, Any], more: list[list[Any]], told: tuple[int, str, str]
) -> None:
    """F-28 … F-33: what the act would refuse, at its cell; nothing is recorded."""
    merged = {key: {**NOBODY.get(key, {}), **fill.get(key, {})} for key in {*NOBODY, *fill}}
    path = sheet(two, tmp_path / "antwoorden.xlsx", merged, more)
    before = stored(tmp_path)
    said = take_in(two, path, "--json")
    line, column, why = told
    found = [one for one in said.json["wrong"] if (one["line"], one["column"]) == (line, column)]
    assert [one for one in found if why in one["reason"]], said.json["wrong"]
    assert stored(tmp_path) == before


def test_a_case_may_be_adjourned_or_left(two: Run, tmp_path: Path) -> None:
    """AMB-32: a reason on one row; a case without anything stays on the agenda."""
    path = sheet(
        two, tmp_path / "antwoorden.xlsx", {(FIRST, "Oosterlicht"): {"reden om aan te houden": "Te weinig bekend"}}
    )
    assert take_in(two, path).code == 0
    assert two("case", FIRST, "--json").json["agenda"]["on"] == "2026-03-17"
    assert [one["act"] for one in two("case", SECOND, "--json").json["timeline"]][-1] == "decide_mediation"


def test_only_team_zorgbemiddeling(two: Run, tmp_path: Path) -> None:
    path = sheet(two, tmp_path / "antwoorden.xlsx", NOBODY)
    said = take_in(two, path, by="sys-zuid")
    assert (said.code, "Dit mag alleen: een zorgbemiddelaar." in said.err) == (1, True)


def test_what_waits_is_settled_first(two: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision that a crash left behind does not stop the sheet."""
    from flows.mover import Runner

    path = sheet(two, tmp_path / "antwoorden.xlsx", NOBODY)
    with monkeypatch.context() as patched:
        patched.setattr(Runner, "_move_on", lambda *_: __import__("flows.mover").mover.AT_REST)
        decide(two, "withdraw_statement", "sys-noord", TABLE_DAY, {"subcontractor": "oa-klein"})
    assert take_in(two, path).code == 0


def test_a_template_for_referrals(practice: Run, tmp_path: Path) -> None:
    """F-13 … F-17: what stands in its lists is understood; empty it holds nothing."""
    file = tmp_path / "verwijzingen.xlsx"
    assert practice("referrals-template", str(file)).out == f"Weggeschreven naar {file}.\n"
    book = load_workbook(file)
    lines, titles = book["Verwijzingen"], [cell.value for cell in book["Verwijzingen"][1]]
    chosen: dict[str, Any] = {}
    for rule in lines.data_validations.dataValidation:
        letter = str(rule.formula1).split("!$")[1].split("$")[0]
        chosen[titles[next(iter(rule.sqref.ranges)).min_col - 1]] = [
            cell.value for cell in book["Keuzes"][letter] if cell.value
        ]
    assert len(chosen) == 9
    row = {
        "eigen kenmerk": "K-1",
        "ontvangen op": "02-03-2026",
        "gemeentecode": "0599",
        **{k: v[0] for k, v in chosen.items()},
    }
    lines.append([row.get(str(title)) for title in titles])
    book.save(file)
    said = practice("import-referrals", str(file), "--by", "tz-anna", "--no-prefect")
    assert said.code == 0, said.out


def test_an_import_names_its_person(practice: Run, tmp_path: Path) -> None:
    """As `act` does: who sent the list, for the referrer."""
    file = tmp_path / "v.csv"
    titles = "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeente;Huisdier"
    file.write_text(f"{titles}\nK-1;wijkteam;b;Jeugdhulp Noord;2-3-2026;rotterdam;kat\n")
    said = practice("import-referrals", str(file), "--by", "ref-lt", "--person", "J. Bos", "--no-prefect")
    assert said.code == 0
    assert "Niet gelezen: kolom 7 (Huisdier) is onbekend." in said.out
    assert practice("case", "1", "--json").json["timeline"][0]["person"] == "J. Bos"
    assert "--person" in practice("import-children", "--help").out
