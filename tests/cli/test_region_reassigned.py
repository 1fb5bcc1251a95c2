"""`region check` and `region import`: nobody waits for nobody, and whoever newly must act is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.region.file import write_region
from rules.shared.region import Region
from tests.cli.conftest import CASE, at_table, decide, stored
from tests.conftest import WORLD_TEXT
from tests.support.commands import Run
from tests.support.facts import changed

CHANGED_AT = "2026-03-11T11:00"


def without_lines(text: str, *idents: str) -> str:
    return "\n".join(
        row for row in text.split("\n") if not row.startswith(tuple(f"  - {{id: {one}," for one in idents))
    )


def without_chairs(text: str) -> str:
    """No care mediator, and no table that needs one."""
    tables = text[text.index("tables:") : text.index("organisations:")]
    return without_lines(text.replace(tables, "tables: []\n\n"), "tz-anna", "tz-bram")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (without_lines(WORLD_TEXT, "beheer", "cm-c1"), {"tables.1.opdrachten.0": "C1"}),
        (without_lines(WORLD_TEXT, "beheer", "cm-bc"),
         {"tables.0.opdrachten.0": "B", "tables.0.opdrachten.1": "C", "tables.4.opdrachten.0": "C2"}),
        (without_lines(WORLD_TEXT, "beheer").replace("[{kind: performance, opdrachten: [B]", "[{kind: performance, opdrachten: [B, A]"),
         {"organisations.3.contracts.0.opdrachten.1": "A"}),
        (without_chairs(WORLD_TEXT), {"people": "care_mediator"}),
    ],
)  # fmt: skip
def test_region_check_demands_somebody(cli: Run, tmp_path: Path, text: str, told: dict[str, str]) -> None:
    """F-25, F-33, AMB-18: for every opdracht of tables and contracts, and for Team Zorgbemiddeling; with line and key."""
    file = tmp_path / "regio.yaml"
    file.write_text(text, encoding="utf-8")
    said = cli("region", "check", str(file))
    assert said.code == 1
    found = [one.strip() for one in said.err.splitlines()[1:]]
    assert [one.split(": ")[1] for one in found] == [*told]
    for one, what in zip(found, told.values(), strict=True):
        assert one.startswith("regel ")
        assert what in one
    assert cli("init", "--region", str(file)).code == 1


@pytest.mark.parametrize("who", ["beheer", "cm-bc"])
def test_one_of_both_will_do(cli: Run, tmp_path: Path, who: str) -> None:
    """AMB-18: a contract manager for each opdracht, or contract administration for those that nobody has."""
    file = tmp_path / "regio.yaml"
    file.write_text(without_lines(WORLD_TEXT, who), encoding="utf-8")
    assert cli("region", "check", str(file)).code == 0


@pytest.fixture
def at_approval(one_case: Run) -> Run:
    """The case waits for the contract manager of B."""
    at_table(one_case)
    answers = [
        {"provider": one, "can_deliver": False, "explanation": "Vol"} for one in ("sys-zuid", "sys-oost", "prest-west")
    ]
    given = {"on": "2026-03-10", "answers": answers}
    assert decide(one_case, "record_table_answers", "tz-anna", "2026-03-10T13:00", given).code == 0
    return one_case


def file_of(tmp_path: Path, region: Region, **people: Any) -> str:
    """The region with other people in the place of some; None: gone."""
    rows = [{**p.model_dump(), **people.get(p.id.replace("-", "_"), {})} for p in region.people]
    kept = [row for row in rows if people.get(row["id"].replace("-", "_"), ...) is not None]
    file = tmp_path / "nieuw.yaml"
    file.write_text(write_region(changed(region, people=kept)), encoding="utf-8")
    return str(file)


def test_an_import_says_what_changes_hands(at_approval: Run, tmp_path: Path, region: Region) -> None:
    """AMB-18: beforehand with --try, which changes nothing; and when it is done."""
    file = file_of(tmp_path, region, cm_bc={"id": "cm-nieuw", "name": "Nora Nieuw"})
    before = stored(tmp_path)
    line = f"{CASE} (akkoord contractmanager), van Carla Mulder naar Nora Nieuw."
    said = at_approval("region", "import", file, "--try", now=CHANGED_AT)
    assert said.code == 0
    assert said.out.startswith(f"Zou overgaan: {line}\nKan worden overgenomen; er is niets gewijzigd. ")
    told = at_approval("region", "import", file, "--try", "--json", now=CHANGED_AT).json
    assert told["handed_over"] == [{"reference": CASE, "at": "approval", "from": ["cm-bc"], "to": ["cm-nieuw"]}]
    assert stored(tmp_path) == before
    said = at_approval("region", "import", file, now=CHANGED_AT)
    assert said.out.startswith(f"Gaat over: {line}\nOvergenomen. ")
    letters = at_approval("letters", "--case", CASE, "--json", now=CHANGED_AT).json
    asked = {(one["to"], one["state"]) for one in letters if one["kind"] == "approval_request"}
    assert asked == {("cm-bc", "withheld"), ("cm-nieuw", "queued")}
    assert at_approval("region", "import", file, "--json", now=CHANGED_AT).json == {
        "ok": True,
        "region": "grjr-example",
    }


@pytest.mark.parametrize("more", [[], ["--try"], ["--json"]])
def test_an_import_that_leaves_a_case_to_nobody(
    at_approval: Run, tmp_path: Path, region: Region, more: list[str]
) -> None:
    """AMB-18: refused, and told which; also where the file names its opdracht nowhere any more."""
    people = [p for p in region.people if p.id not in ("cm-bc", "beheer")]
    fewer = {
        o.id: [] if any({"B", "C", "C2"} & {*c.opdrachten} for c in o.contracts) else o.contracts
        for o in region.organisations
    }
    smaller = changed(
        region,
        people=people,
        tables=[t.model_copy(update={"participants": (), "opdrachten": ("E",)}) for t in region.tables],
        organisations=[{**o.model_dump(by_alias=True), "contracts": fewer[o.id]} for o in region.organisations],
    )
    file = tmp_path / "kleiner.yaml"
    file.write_text(write_region(smaller), encoding="utf-8")
    assert at_approval("region", "check", str(file)).code == 0
    before = stored(tmp_path)
    said = at_approval("region", "import", str(file), *more, now=CHANGED_AT)
    assert said.code == 1
    told = json.loads(said.out)["error"] if "--json" in more else said.err
    assert "Er is niets gewijzigd" in told
    assert f"{CASE}: niemand mag akkoord geven voor opdracht B" in told
    assert stored(tmp_path) == before
