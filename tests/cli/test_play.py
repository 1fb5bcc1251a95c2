"""The commands with which people try things out: play, and the demo."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.player.scenario import Malformed, Scenario, load
from flexroute.errors import UserError
from models.region.file import parse_region, write_region
from rules.flex.settings import FlexSettings
from tests.cli.conftest import stored
from tests.conftest import SCENARIOS, WORLD
from tests.support.commands import Run, Said
from tests.support.private import SECRETS

# play


def scenario(folder: Path, name: str = "verhaal.yaml", steps: str | None = None, more: str = "") -> Path:
    """A small story: one referral, and what must be true after it."""
    file = folder / name
    text = f"id: {name.removesuffix('.yaml')}\nworld: {WORLD}\n{more}\nsteps:\n"
    file.write_text(text + (steps if steps is not None else REGISTERED + HOLDS), encoding="utf-8")
    return file


REGISTERED = dedent("""\
    - at: 2026-03-02T09:00
      act: register_referral
      case: A
      by: ref-lt
      with: {referral_route: local_team, opdracht: B, provider: sys-noord, received_on: 2026-03-02, municipality: "0599"}
    """)
HOLDS = "- {at: 2026-03-02T09:01, expect: {case: A, step: provider_check, due: 2026-03-09, waiting_for: [sys-noord]}}\n"
FAILS = "- {at: 2026-03-02T09:01, expect: {case: A, step: table, owner: sys-noord, due: 2026-03-10}}\n"


def lines(said: Said) -> list[dict[str, Any]]:
    """One JSON object a line, and nothing else."""
    reports = [json.loads(line) for line in said.out.splitlines()]
    for report in reports:
        assert set(report) == {"id", "ok", "failures", "seconds"}
        assert all(set(failure) == {"step", "key", "expected", "got"} for failure in report["failures"])
        assert report["ok"] is not bool(report["failures"])
        assert isinstance(report["seconds"], float)
    return reports


def test_play_that_holds(cli: Run, tmp_path: Path) -> None:
    """All hold: exit 0, a line for each story."""
    first, second = scenario(tmp_path, "een.yaml"), scenario(tmp_path, "twee.yaml")
    said = cli("play", "--no-prefect", str(first), str(second))
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(r"goed  een  \(.* s\)\ngoed  twee  \(.* s\)\n", said.out)
    told = cli("play", "--no-prefect", "--json", str(first), str(second))
    assert (told.code, told.err) == (0, "")
    assert [(report["id"], report["ok"]) for report in lines(told)] == [("een", True), ("twee", True)]


def test_play_that_fails(cli: Run, tmp_path: Path) -> None:
    """Some do not hold: exit 1, with the step, the key, what was expected and what is; the others are played too."""
    bad = scenario(tmp_path, "fout.yaml", REGISTERED + FAILS)
    said = cli("play", "--no-prefect", "--json", str(bad), str(scenario(tmp_path)))
    assert said.code == 1
    reports = lines(said)
    assert [report["ok"] for report in reports] == [False, True]
    assert reports[0]["failures"] == [
        {"step": 2, "key": "step", "expected": "table", "got": "provider_check"},
        {"step": 2, "key": "due", "expected": "2026-03-10", "got": "2026-03-09"},
    ]
    shown = cli("play", "--no-prefect", str(bad)).out
    assert "FOUT  fout" in shown
    assert "stap 2, step: verwacht table, gevonden provider_check" in shown


def test_play_through_the_api(cli: Run, tmp_path: Path) -> None:
    """Stories whose people act over HTTP, on a portal of their own: what holds, what fails, and who is not known."""
    bad, *good = (
        scenario(tmp_path, "fout.yaml", REGISTERED + FAILS),
        SCENARIOS / "flex" / "fx-02-subcontractor-can-deliver.yaml",
        SCENARIOS / "flex" / "fx-12-direct-flex-referral.yaml",
        SCENARIOS / "stop" / "st-07-bankruptcy-refused.yaml",
        SCENARIOS / "more" / "ex-71-nobody-knows-who-acts.yaml",
    )
    of_the_machine = {"FLEXROUTE_PRACTICE_SIGN_IN": "false"}  # does not count here
    said = cli("play", "--no-prefect", "--json", "--through", "api", *map(str, (bad, *good)), **of_the_machine)
    first, *others = lines(said)
    assert [(one["key"], one["got"]) for one in first["failures"]] == [
        ("step", "provider_check"),
        ("due", "2026-03-09"),
    ]
    assert [one["failures"] for one in others] == [[]] * len(good)
    assert said.code == 1


def test_play_reports_refusals(cli: Run, tmp_path: Path) -> None:
    """A refusal that was not expected fails, one with another code too, and one that did not come."""
    early = "- {at: 2026-03-02T09:02, act: take_over, case: A, by: tz-anna, with: {reason: x}%s}\n"
    for refused, expected, got in (
        ("", None, "not_overdue"),
        (", refused: wrong_step", "wrong_step", "not_overdue"),
        (", refused: not_overdue", "", ""),
    ):
        said = cli("play", "--no-prefect", "--json", str(scenario(tmp_path, steps=REGISTERED + early % refused)))
        found = [(f["key"], f["expected"], f["got"]) for f in lines(said)[0]["failures"]]
        assert found == ([("refused", expected, got)] if got else [])
    wanted = REGISTERED.replace("  case: A", "  case: A\n  refused: invalid")
    said = cli("play", "--no-prefect", "--json", str(scenario(tmp_path, steps=wanted)))
    assert [(f["expected"], f["got"]) for f in lines(said)[0]["failures"]] == [("invalid", None)]


def test_a_private_value_in_a_letter_fails(cli: Run, tmp_path: Path) -> None:
    """A letter that holds a value given under `private:` fails the story, though nobody expected anything of it (C.4).
    (The youth is called like a provider here, so that its name is in a letter.)"""
    with_name = REGISTERED.replace('"0599"}', '"0599", private: {names: [{first: Jeugdhulp Noord}]}}')
    more = "- {at: 2026-03-03T09:00, act: record_assessment, case: A, by: sys-noord, with: *yes}\n".replace(
        "*yes", "{can_deliver: true, earliest_start: 2026-04-01}"
    )
    said = cli("play", "--no-prefect", "--json", str(scenario(tmp_path, steps=with_name + more)))
    assert said.code == 1
    assert [(f["step"], f["key"], f["got"]) for f in lines(said)[0]["failures"]] == [
        (2, "private", "assessment_outcome")
    ]
    without = cli("play", "--no-prefect", "--json", str(scenario(tmp_path, steps=REGISTERED + more)))
    assert without.code == 0


MALFORMED = {
    "missing": None,
    "no yaml": "id: [x",
    "empty": "",
    "a list": "- a\n",
    "no steps": f"id: x\nworld: {WORLD}\n",
    "steps no list": f"id: x\nworld: {WORLD}\nsteps: 5\n",
    "unknown part": f"id: x\nworld: {WORLD}\nsteps: []\nkleur: rood\n",
    "no world": "id: x\nworld: nergens.yaml\nsteps: []\n",
    "unknown setting": f"id: x\nworld: {WORLD}\nset: {{kleur: rood}}\nsteps: []\n",
    "set of an unknown table": f"id: x\nworld: {WORLD}\nset: {{tables: {{T_X: {{minutes: 5}}}}}}\nsteps: []\n",
    "set that does not fit": f"id: x\nworld: {WORLD}\nset: {{tables: [T_BC]}}\nsteps: []\n",
    "set that breaks the world": f"id: x\nworld: {WORLD}\nset: {{assessment_days: x}}\nsteps: []\n",
}
WRONG_STEPS = {
    "no step": "x",
    "no moment": "{act: take_over, case: A, by: tz-anna}",
    "wrong moment": "{at: gisteren, run: table_prep}",
    "nothing": "{at: 2026-03-02T09:00}",
    "two things": "{at: 2026-03-02T09:00, run: table_prep, expect: {case: A}}",
    "unknown act": "{at: 2026-03-02T09:00, act: dansen, case: A, by: tz-anna}",
    "act that is a list": "{at: 2026-03-02T09:00, act: [a], case: A, by: tz-anna}",
    "nobody acts": "{at: 2026-03-02T09:00, act: take_over, case: A}",
    "act without a case": "{at: 2026-03-02T09:00, act: take_over, by: tz-anna}",
    "meeting act with a case": "{at: 2026-03-02T09:00, act: change_meeting, case: A, by: tz-anna}",
    "with a list": "{at: 2026-03-02T09:00, act: take_over, case: A, by: tz-anna, with: [x]}",
    "unknown refusal": "{at: 2026-03-02T09:00, act: take_over, case: A, by: tz-anna, refused: nee}",
    "unknown run": "{at: 2026-03-02T09:00, run: opruimen}",
    "unknown field": "{at: 2026-03-02T09:00, run: table_prep, door: x}",
    "expects nothing": "{at: 2026-03-02T09:00, expect: x}",
    "of both": "{at: 2026-03-02T09:00, expect: {case: A, meeting: {table: T_BC, on: 2026-03-10}}}",
    "unknown key": "{at: 2026-03-02T09:00, expect: {case: A, kleur: rood}}",
    "meeting without a day": "{at: 2026-03-02T09:00, expect: {meeting: {table: T_BC}}}",
    "meeting on no day": "{at: 2026-03-02T09:00, expect: {meeting: {table: T_BC, on: morgen}}}",
    "unknown table": "{at: 2026-03-02T09:00, expect: {meeting: {table: T_X, on: 2026-03-10}}}",
    "mails no list": "{at: 2026-03-02T09:00, expect: {case: A, mails: 5}}",
    "mail without to": "{at: 2026-03-02T09:00, expect: {case: A, mails: [{kind: escalation}]}}",
    "mail to no list": "{at: 2026-03-02T09:00, expect: {case: A, mails: [{kind: escalation, to: tz-anna}]}}",
}
MALFORMED |= {f"step: {name}": f"id: x\nworld: {WORLD}\nsteps:\n- {step}\n" for name, step in WRONG_STEPS.items()}
MALFORMED["back in time"] = (
    f"id: x\nworld: {WORLD}\nsteps:\n- {{at: 2026-03-02T09:00, run: table_prep}}\n- {{at: 2026-03-01T09:00, run: table_prep}}\n"
)


@pytest.mark.parametrize("name", MALFORMED)
def test_play_with_a_malformed_scenario(cli: Run, tmp_path: Path, name: str) -> None:
    """Exit 2; the file, and the step where there is one, named on standard error; the good ones are still played."""
    bad = tmp_path / "krom.yaml"
    if (text := MALFORMED[name]) is not None:
        bad.write_text(text, encoding="utf-8")
    said = cli("play", "--no-prefect", "--json", str(bad))
    assert (said.code, said.out) == (2, "")
    assert "krom.yaml" in said.err or "nergens.yaml" in said.err
    if name.startswith("step: "):
        assert "krom.yaml stap 1: " in said.err


def test_a_malformed_scenario_between_good_ones(cli: Run, tmp_path: Path) -> None:
    """The good ones are played and reported, one fails, one is malformed: 2 wins, and standard output stays clean."""
    krom = tmp_path / "krom.yaml"
    krom.write_text("id: x\n")
    files = [scenario(tmp_path, "een.yaml"), krom, scenario(tmp_path, "fout.yaml", REGISTERED + FAILS)]
    said = cli("play", "--no-prefect", "--json", *map(str, files))
    assert said.code == 2
    assert [(report["id"], report["ok"]) for report in lines(said)] == [("een", True), ("fout", False)]
    assert said.err == "krom.yaml: een scenario heeft id, world en steps\n"


def test_a_world_that_is_wrong_is_told_with_its_line(cli: Run, tmp_path: Path) -> None:
    """An unknown key in a world is an error that names line and key, also when a scenario changes that world."""
    world = tmp_path / "wereld.yaml"
    world.write_text(WORLD.read_text(encoding="utf-8").replace("  assessment_days: 7 ", "  beoordeling: 7 "))
    file = tmp_path / "x.yaml"
    file.write_text("id: x\nworld: wereld.yaml\nset: {many_rounds_from: 4}\nsteps: []\n")
    said = cli("play", "--no-prefect", str(file))
    assert said.code == 2
    assert "regel 8: settings.beoordeling: deze sleutel is onbekend" in said.err


@pytest.mark.parametrize("world", ["flat", "now"])
@pytest.mark.parametrize(
    "changes", ["assessment_days: 5", "settings: {assessment_days: 5}", "processes: {flex: {assessment_days: 5}}"]
)
def test_a_setting_of_a_story(cli: Run, tmp_path: Path, world: str, changes: str) -> None:
    """Bare, among those of all, or with its process, whatever the form of the world; nothing else is said."""
    text = WORLD.read_text(encoding="utf-8")
    (tmp_path / "wereld.yaml").write_text(text if world == "flat" else write_region(parse_region(text, "x")))
    steps = REGISTERED + HOLDS.replace("2026-03-09", "2026-03-07")
    file = scenario(tmp_path, steps=steps, more=f"set: {{{changes}}}")
    file.write_text(file.read_text().replace(str(WORLD), "wereld.yaml"))
    assert load(file).region.settings_of(FlexSettings).many_rounds_from == 3
    said = cli("play", "--no-prefect", "--json", str(file))
    assert (said.code, said.err) == (0, "")
    assert lines(said)[0]["ok"]


def test_a_wrong_setting_of_a_story(cli: Run, tmp_path: Path) -> None:
    for changes, told in {
        "assessment_days: x": "processes.flex.assessment_days: hier hoort een heel getal",
        "settings: 5": "settings: hier horen sleutels",
        "many_rounds_from: 4, settings: 5": "set past niet op de wereld",
        "processes: {flex: {beoordeling: 5}}": "processes.flex.beoordeling: deze sleutel is onbekend",
        "beoordeling: 5": "set: onbekende instelling beoordeling",
    }.items():
        said = cli("play", "--no-prefect", "--json", str(scenario(tmp_path, more=f"set: {{{changes}}}")))
        assert (said.code, said.out) == (2, "")
        assert told in said.err, changes


def test_a_story_that_breaks_the_program_is_a_failure(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in the program ends one story, with its kind in the report; the next one is played."""
    from cli.player.observe import Observer

    def broken(*_: Any) -> Any:
        raise RuntimeError(SECRETS[0])

    monkeypatch.setattr(Observer, "compare", broken)
    files = [scenario(tmp_path, "een.yaml"), scenario(tmp_path, "twee.yaml", REGISTERED)]
    said = cli("play", "--no-prefect", "--json", *map(str, files))
    assert said.code == 1
    first, second = lines(said)
    assert first["failures"] == [{"step": 2, "key": "error", "expected": None, "got": "RuntimeError"}]
    assert second["ok"] is True


def test_play_leaves_the_own_database_alone(one_case: Run, tmp_path: Path) -> None:
    """Stories are played on a fresh temporary database; one's own cases are not touched."""
    before = stored(tmp_path)
    assert one_case("play", "--no-prefect", str(scenario(tmp_path))).code == 0
    assert stored(tmp_path) == before


def test_play_on_a_database_that_is_away(cli: Run, tmp_path: Path) -> None:
    """An unreachable database is told on standard error, exit 1, and standard output stays for reports."""
    said = cli("play", "--no-prefect", "--json", "--database", "postgresql://127.0.0.1:1/x", str(scenario(tmp_path)))
    assert (said.code, said.out) == (1, "")
    assert "niet bereikbaar" in said.err


def test_play_on_postgresql(cli: Run, tmp_path: Path, postgresql_url: str) -> None:
    """`--database URL`: the same story with the same result, in a schema of its own."""
    said = cli("play", "--no-prefect", "--json", "--database", postgresql_url, str(scenario(tmp_path)))
    assert (said.code, lines(said)[0]["ok"]) == (0, True)


def test_labels_may_be_numbers(cli: Run, tmp_path: Path) -> None:
    """`case: 1` is the label 1 in acts and in expectations."""
    steps = (REGISTERED + HOLDS).replace("case: A", "case: 1")
    assert cli("play", "--no-prefect", str(scenario(tmp_path, steps=steps))).code == 0


PIECES = [
    "act",
    "case",
    "by",
    "with",
    "expect",
    "step",
    "mails",
    "to",
    "kind",
    "meeting",
    "table",
    "on",
    "at",
    "set",
    "steps",
    "world",
]
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([*PIECES, "A", "T_BC", "2026-03-10", "2026-03-02T09:00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PIECES), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(TREES, max_size=2), changes=TREES)
def test_whatever_a_scenario_holds_it_is_read_or_malformed(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], changes: Any
) -> None:
    """A scenario of any shape is one, or a UserError that names the file; nothing else is ever raised."""
    file = tmp_path_factory.mktemp("scenario") / "x.yaml"
    file.write_text(json.dumps({"id": "x", "world": str(WORLD), "set": changes, "steps": steps}))
    try:
        read: Scenario | UserError = load(file)
    except UserError as error:
        read = error
    assert isinstance(read, (Scenario, Malformed)) or "x.yaml" in str(read)


# the demo's folder


def test_demo_never_empties_a_folder_of_somebody_else(cli: Run, tmp_path: Path) -> None:
    """A folder that is not empty and not of an earlier demo is left alone."""
    folder = tmp_path / "mijn"
    folder.mkdir()
    (folder / "brief.txt").write_text("van mij")
    said = cli("demo", "--no-prefect", "--folder", str(folder))
    assert said.code == 1
    assert "niet leeg" in said.err
    assert (folder / "brief.txt").read_text() == "van mij"
