"""The command line: through the real entry point for a whole case, and in this process for everything that can go wrong.

Exit codes: 0 done, 1 refused or failed, 2 wrong use. Bad input gets a sentence in Dutch, changes nothing, and never a stack trace.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import acts
from cli import main as cli_main
from cli.player.scenario import Malformed, Scenario, load
from flexroute import settings as flexroute_settings
from flexroute.errors import UserError
from models import database as models_database
from models.region_file import read_region, write_region
from rules.region import Region
from rules.route import STOPS, Step, mermaid
from tests.conftest import SCENARIOS, WORLD

ROOT = Path(__file__).parents[1]
START = "2026-03-02T09:00"
CASE = "ZB-2026-000001"
SECRETS = ("Proefjeugdige Kornoelje", "09-05-2014", "2014-05-09", "999900006")
REFERRALS = """\
eigen kenmerk;verwijzer;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode;naam;geboortedatum;bsn
K-1;ref-lt;lokaal team;B;Jeugdhulp Noord;02-03-2026;0599;Proefjeugdige Kornoelje;09-05-2014;999900006
"""
REFERRAL = {
    "referral_route": "local_team",
    "opdracht": "B",
    "provider": "sys-noord",
    "received_on": "2026-03-02",
    "municipality": "0599",
    "private": {"name": SECRETS[0], "birth_date": SECRETS[1], "bsn": SECRETS[3]},
}
NO = {"can_deliver": False, "explanation": "Geen plaats", "ground": "demand_peak"}
COMMANDS = {  # what the issue asks for
    "init", "import-referrals", "act", "cases", "case", "tables", "agenda", "letters",
    "run", "watch", "prep", "deliver", "play", "route", "region",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Calls a command in this process: its own home, its own clock, nothing remembered from the command before."""

    def run(*args: str, now: str = START, **environment: str) -> Said:
        variables = {"FLEXROUTE_HOME": str(tmp_path / "home"), "FLEXROUTE_NOW": now, "COLUMNS": "140", **environment}
        forget()
        monkeypatch.setattr(sys, "argv", ["flexroute", *args])
        with patch.dict(os.environ, variables), pytest.raises(SystemExit) as ended:
            cli_main.main()
        forget()
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        assert not [secret for secret in SECRETS if secret in told.out + told.err]
        return Said(int(ended.value.code or 0), told.out, told.err)

    def forget() -> None:
        flexroute_settings._from_environment.cache_clear()
        if models_database._current and "engine" in vars(models_database._current):
            models_database._current.close()
        models_database._current = None

    yield run
    forget()


@pytest.fixture
def practice(cli: Run) -> Run:
    """A database with the region of the scenarios."""
    assert cli("init", "--region", str(WORLD)).code == 0
    return cli


@pytest.fixture
def one_case(practice: Run) -> Run:
    """And one case, at its first step."""
    said = practice("act", "register_referral", "--by", "ref-lt", "--with", json.dumps(REFERRAL), "--no-prefect")
    assert said.code == 0
    return practice


def decide(run: Run, act: str, by: str, now: str, given_: dict[str, Any], *more: str) -> Said:
    return run("act", act, "--case", CASE, "--by", by, "--with", json.dumps(given_), "--no-prefect", *more, now=now)


def at_table(run: Run) -> None:
    """The case goes to the meeting of 10 March."""
    assert decide(run, "record_assessment", "sys-noord", "2026-03-05T15:00", NO).code == 0
    assert decide(run, "decide_mediation", "tz-anna", "2026-03-06T10:00", {"outcome": "table", "reason": "x"}).code == 0


def stored(tmp_path: Path) -> list[Any]:
    """Everything that is in the case database, row by row."""
    with sqlite3.connect(tmp_path / "home" / "flexroute.db") as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


# through the real entry point


def real(home: Path, *args: str, now: str = START, **environment: str) -> Said:
    """The program as people start it, in a process of its own."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("FLEXROUTE_", "PREFECT_"))}
    variables |= {"FLEXROUTE_HOME": str(home), "FLEXROUTE_NOW": now, "PYTHONWARNINGS": "default", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *args], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]
    return Said(done.returncode, done.stdout, done.stderr)


def test_a_case_from_import_to_start(tmp_path: Path, cli: Run) -> None:
    """The whole route with commands only, a process each, in five weeks: import, assessment, mediation, agenda, table,
    approval, flex search, handover, allocation, start; then the letters go out (F-13 … F-51)."""
    file = tmp_path / "verwijzingen.csv"
    file.write_text(REFERRALS, encoding="utf-8")
    no = {"can_deliver": False, "explanation": "Vol"}
    answers = [{"provider": who, **no} for who in ("sys-zuid", "sys-oost", "prest-west")]
    allocation = ["number=300101", "issued_by=ref-lt", "delivered_by=provider", "on=2026-03-20"]
    steps: list[tuple[str, str, str, list[str], str]] = [
        ("2026-03-05T15:00", "record_assessment", "sys-noord",
         ["can_deliver=nee", "explanation=Geen plaats", "ground=demand_peak"], "mediation"),
        ("2026-03-06T10:00", "decide_mediation", "tz-anna", ["outcome=table", "reason=Bespreken"], "table"),
        ("2026-03-10T11:00", "record_table_answers", "tz-anna",
         ["on=2026-03-10", f"answers={json.dumps(answers)}"], "approval"),
        ("2026-03-11T09:30", "decide_approval", "cm-bc",
         ["approved=ja", "ground=demand_peak", "motivation=Tijdelijk"], "flex_search"),
        ("2026-03-16T14:00", "record_flex_answer", "flex-anker",
         ["provider=flex-anker", "accepts=ja", "earliest_start=2026-04-07"], "handover"),
        ("2026-03-18T10:00", "record_handover", "sys-noord",
         ["on=2026-03-18", "to=flex-anker", "items=gezinsplan, afspraken"], "allocation"),
        ("2026-03-20T11:00", "record_allocation", "sys-noord", allocation, "allocation"),
        ("2026-04-07T09:00", "record_start", "flex-anker", ["on=2026-04-07"], "closed"),
    ]  # fmt: skip
    assert real(tmp_path, "init", "--region", str(WORLD), "--json").json["region"] == "grjr-example"
    taken = real(tmp_path, "import-referrals", str(file), "--by", "tz-anna", "--no-prefect", "--json").json
    assert taken["new"] == [{"line": 2, "reference": CASE}]
    for moment, act, by, fields, step in steps:
        said = real(tmp_path, "act", act, "--case", CASE, "--by", by, *fields, "--no-prefect", "--json", now=moment)
        assert (said.code, said.json["case"]["step"], said.err) == (0, step, "")
        if act == "decide_mediation":
            prepared = real(tmp_path, "prep", "--no-prefect", "--json", now="2026-03-06T13:00").json
            assert prepared["ok"] is True
    home = {"FLEXROUTE_HOME": str(tmp_path), "now": "2026-04-07T17:00"}
    assert "gestart bij een flex-aanbieder" in cli("case", CASE, **home).out
    known = cli("case", CASE, "--json", **home).json
    assert known["outcome"] == "started_at_flex_provider"
    assert [t["act"] for t in known["timeline"]] == ["register_referral", *(act for _, act, *_ in steps)]
    assert cli("deliver", "--no-prefect", **home).code == 0
    sent = cli("letters", "--case", CASE, "--last", "60", "--json", **home).json
    assert {letter["state"] for letter in sent} == {"sent"}
    assert all(Path(letter["file"]).is_file() for letter in sent)


def test_wrong_use_and_refusals_through_the_real_entry_point(tmp_path: Path) -> None:
    """Exit codes are what scripts go by: 2 for wrong use, 1 for a refusal, on standard error, nothing on standard output."""
    wrong = real(tmp_path, "nonsens")
    assert (wrong.code, wrong.out) == (2, "")
    assert "'nonsens' bestaat niet" in wrong.err
    early = real(tmp_path, "cases")
    assert (early.code, early.out) == (1, "")
    assert "flexroute init" in early.err
    unsafe = real(tmp_path, "cases", FLEXROUTE_ENVIRONMENT="production")
    assert unsafe.code == 1
    assert "FLEXROUTE_NOW" in unsafe.err


def test_play_through_the_real_entry_point(tmp_path: Path) -> None:
    """The acceptance command itself: a JSON object a line and nothing else on standard output."""
    said = real(tmp_path, "play", "--json", "--no-prefect", str(SCENARIOS / "flex" / "fx-12-direct-flex-referral.yaml"))
    assert (said.code, said.err) == (0, "")
    assert said.json["id"] == "FX-12"
    assert said.json["ok"] is True


# help and wrong use


def test_help_names_every_command(cli: Run) -> None:
    """`--help` teaches: where to begin, and what every command is for, in Dutch."""
    said = cli("--help")
    assert said.code == 0
    assert "Begin met" in said.out
    for command in COMMANDS:
        assert re.search(rf"│ {command} ", said.out), command


@pytest.mark.parametrize(
    "command",
    [
        *({*COMMANDS} - {"region"}),
        *("region check", "region import", "region export"),
    ],
)
def test_every_command_has_help_and_json(cli: Run, command: str) -> None:
    """Every command explains itself and can answer programs (`--json` everywhere)."""
    said = cli(*command.split(), "--help")
    assert said.code == 0
    assert "--json" in said.out


def test_help_of_act_names_every_act_and_field(cli: Run) -> None:
    """Whoever must record something finds the acts and their fields in the help."""
    told = " ".join(cli("act", "--help").out.replace("│", " ").split())
    for name, values in acts.VALUES.items():
        assert name in told
        for field in values.model_fields:
            assert field in told, (name, field)


def test_without_a_command_the_help_is_shown(cli: Run) -> None:
    """Nothing asked: the help, and the exit code of wrong use."""
    said = cli()
    assert said.code == 2
    assert "import-referrals" in said.out + said.err


WRONG_USE = {
    "unknown command": (["nonsens"], "de opdracht 'nonsens' bestaat niet"),
    "unknown region command": (["region", "weg"], "de opdracht 'weg' bestaat niet"),
    "unknown option": (["cases", "--alles"], "de optie --alles bestaat niet"),
    "argument missing": (["case"], "reference ontbreekt"),
    "option missing": (["act", "take_over"], "--by ontbreekt"),
    "option without a value": (["act", "take_over", "--by"], "achter --by hoort een waarde"),
    "flag with a value": (["cases", "--json=ja"], "achter --json hoort geen waarde"),
    "too many": (["case", CASE, "nog", "iets"], "dit is te veel: nog iets"),
    "no such step": (["cases", "--step", "wachten"], "kies uit: 'referral'"),
    "no such state": (["letters", "--state", "kwijt"], "'queued'"),
    "no number": (["letters", "--show", "een"], "vul een heel getal in"),
    "number too small": (["letters", "--last", "0"], "te klein"),
    "number too large": (["letters", "--show", "9" * 30], "te groot"),
    "days beyond the calendar": (["letters", "--last", "9" * 9], "te groot"),
    "no such port": (["server", "--port", "99999"], "te groot"),
    "no date": (["agenda", "T_BC", "morgen"], "jjjj-mm-dd"),
    "date that does not exist": (["agenda", "T_BC", "2026-02-30"], "jjjj-mm-dd"),
    "no such format": (["agenda", "T_BC", "2026-03-10", "--format", "docx"], "'ics'"),
    "no scenario": (["play"], "ontbreekt"),
    "unknown act": (["act", "besluit", "--by", "tz-anna"], "'besluit' bestaat niet; kies uit: register_referral"),
    "no field": (["act", "take_over", "--by", "tz-anna", "reden"], "'reden' is geen VELD=WAARDE"),
    "field without a name": (["act", "take_over", "--by", "tz-anna", "=x"], "'=x' is geen VELD=WAARDE"),
    "field twice": (["act", "take_over", "--by", "tz-anna", "reason=a", "reason=b"], "'reason' staat er meer dan één keer"),
    "broken JSON": (["act", "take_over", "--by", "tz-anna", "--with", '{"reason":'], "geen geldige JSON (regel 1, teken 11)"),
    "JSON that is a list": (["act", "take_over", "--by", "tz-anna", "--with", "[1]"], "velden met een waarde"),
    "JSON without end": (["act", "take_over", "--by", "tz-anna", "--with", "[" * 9_999], "geen bruikbare JSON"),
    "broken JSON in a field": (["act", "record_table_answers", "--by", "tz-anna", "answers=[{]"], "geen geldige JSON"),
    "missing JSON file": (["act", "take_over", "--by", "tz-anna", "--with", "@weg.json"], "het bestand kan niet worden gelezen"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_USE)
def test_wrong_use(cli: Run, name: str) -> None:
    """Exit 2, in Dutch, with where to find help; as JSON for programs. Nothing is done, not even a database is made."""
    args, told = WRONG_USE[name]
    said = cli(*args)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert re.search(r"^Hulp: flexroute.* --help$", said.err, re.MULTILINE)
    if args[0] not in ("play", "server") and args[-1] != "--by":
        as_json = cli(*args, "--json")
        assert as_json.code == 2
        assert as_json.json["ok"] is False
        assert told in as_json.json["error"]


def test_every_act_needs_a_case_but_three(practice: Run) -> None:
    """An act on a case without `--case` is refused with the field that is missing."""
    for name in acts.CASE_ACTS:
        said = practice("act", name, "--by", "tz-anna", "--no-prefect", "--json")
        assert (said.code, said.json["refused"], said.json["field"]) == (1, "not_found", "case")


# settings and surroundings


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"FLEXROUTE_NOW": "gisteren"}, "FLEXROUTE_NOW: schrijf het moment als jjjj-mm-ddTuu:mm"),
        ({"FLEXROUTE_ENVIRONMENT": "proef"}, "FLEXROUTE_ENVIRONMENT"),
        ({"FLEXROUTE_PREFECT_API_URL": "geen adres"}, "FLEXROUTE_PREFECT_API_URL"),
        ({"FLEXROUTE_DATABASE_URL": "geen adres"}, "Het adres van de database klopt niet"),
        ({"FLEXROUTE_DATABASE_URL": "mysql://server/x"}, "SQLite of PostgreSQL"),
        ({"FLEXROUTE_DATABASE_URL": "postgresql://geheim:wachtwoord@127.0.0.1:1/x"}, "niet bereikbaar"),
        ({"FLEXROUTE_HOME": "/dev/null/x"}, "kan niet worden gebruikt (NotADirectoryError)"),
    ],
)
def test_surroundings_that_do_not_work(cli: Run, environment: dict[str, str], told: str) -> None:
    """A wrong setting or an unreachable database: exit 1 and one sentence that says which, without a password."""
    merged = {"now": environment.get("FLEXROUTE_NOW", START), **environment}
    for command in (["cases"], ["act", "take_over", "--case", CASE, "--by", "tz-anna", "reason=x", "--no-prefect"]):
        said = cli(*command, **merged)
        assert (said.code, said.out) == (1, "")
        assert told in said.err
        assert "wachtwoord" not in said.err
        assert cli(*command, "--json", **merged).json["ok"] is False


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"FLEXROUTE_NOW": START}, "FLEXROUTE_NOW"),
        ({"FLEXROUTE_NOW": ""}, "FLEXROUTE_DATABASE_URL"),
        ({"FLEXROUTE_NOW": "", "FLEXROUTE_DATABASE_URL": "sqlite:///x.db"}, "FLEXROUTE_MAIL_FROM"),
        (
            {
                "FLEXROUTE_NOW": "",
                "FLEXROUTE_DATABASE_URL": "sqlite:///x.db",
                "FLEXROUTE_MAIL_FROM": "route@gemeente.nl",
                "FLEXROUTE_PORTAL_URL": "http://gemeente.nl",
            },
            "FLEXROUTE_PORTAL_URL",
        ),
    ],
)
def test_unsafe_settings_are_refused_in_production(cli: Run, environment: dict[str, str], told: str) -> None:
    """A practice clock, a file in the working folder, an example address or a link without https never reach production."""
    said = cli("init", FLEXROUTE_ENVIRONMENT="production", now=environment["FLEXROUTE_NOW"], **environment)
    assert (said.code, said.out) == (1, "")
    assert re.fullmatch(rf"De instellingen kloppen niet: {told} .*\n", said.err)


LOOKING = [["cases"], ["case", CASE], ["tables"], ["agenda", "T_BC", "2026-03-10"], ["letters"], ["region", "export"]]
MOVING = [["run"], ["watch"], ["prep"], ["deliver"]]


@pytest.mark.parametrize("command", [*LOOKING, *MOVING[:1], ["region", "import", str(WORLD)]], ids=" ".join)
def test_before_init_every_command_says_so(cli: Run, command: list[str]) -> None:
    """A database that is not there yet: what to do first, exit 1."""
    said = cli(*command)
    assert (said.code, said.out) == (1, "")
    assert "flexroute init" in said.err
    assert "flexroute init" in cli(*command, "--json").json["error"]


def test_a_locked_database_loses_nothing(one_case: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else holds the database: the act is refused in plain Dutch, nothing is half-done, and it works afterwards."""
    monkeypatch.setattr(models_database, "LOCK_WAIT_MS", 20)
    before = stored(tmp_path)
    other = sqlite3.connect(tmp_path / "home" / "flexroute.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for args in (
        ["act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--with", json.dumps(NO)],
        ["deliver"],
    ):
        said = one_case(*args, "--no-prefect")
        assert said.code == 1
        assert "bezet" in said.err
    assert one_case("cases", "--json").json[0]["reference"] == CASE  # looking still works
    other.execute("ROLLBACK")
    other.close()
    assert stored(tmp_path) == before
    assert decide(one_case, "record_assessment", "sys-noord", START, NO).code == 0


def test_a_file_that_is_no_database(cli: Run, tmp_path: Path) -> None:
    """Another file in the place of the database is told as such, and left as it is."""
    file = tmp_path / "home" / "flexroute.db"
    file.parent.mkdir()
    file.write_text("dit is een brief\n" * 100)
    said = cli("cases")
    assert said.code == 1
    assert "geen database van Flexroute" in said.err
    assert file.read_text() == "dit is een brief\n" * 100


def test_an_unreachable_prefect_server_stops_nobody(one_case: Run) -> None:
    """Prefect is away: the case moves all the same, and the command says that it is not to be seen there."""
    args = ["act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--with", json.dumps(NO)]
    said = one_case(*args, FLEXROUTE_PREFECT_API_URL="http://127.0.0.1:1/api")
    assert said.code == 0
    assert "Zonder Prefect verplaatst" in said.out
    assert one_case("case", CASE, "--json").json["step"] == "mediation"


def test_a_mistake_in_the_program_is_no_stack_trace(practice: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw: one sentence, the kind of error and nothing of its text, which may hold data of a case."""

    def broken(*_: Any) -> None:
        raise RuntimeError(SECRETS[0])

    monkeypatch.setattr("cli.tables.load_region", broken)
    said = practice("tables")
    assert (said.code, said.out) == (1, "")
    assert "RuntimeError" in said.err
    assert practice("tables", "--json").json == {"ok": False, "error": "RuntimeError"}


# init, region, route


def test_init_twice_keeps_what_is_there(one_case: Run, tmp_path: Path) -> None:
    """A second init changes nothing; without a file the example region is loaded, and only where there is none."""
    before = stored(tmp_path)
    said = one_case("init")
    assert said.code == 0
    assert said.out.startswith("Klaar.")
    assert stored(tmp_path) == before


def test_init_loads_the_example_region(cli: Run) -> None:
    """The first command on a fresh machine: a database and a region to practise with."""
    assert cli("init", "--json").json["region"] == "grjr"
    assert cli("cases", "--json").json == []


@pytest.mark.parametrize("command", [["init", "--region"], ["region", "check"], ["region", "import"]], ids=" ".join)
def test_a_wrong_region_file_is_told_with_line_and_key(practice: Run, tmp_path: Path, command: list[str]) -> None:
    """Every door for a region file names the line and the key that is wrong, and changes nothing."""
    file = tmp_path / "regio.yaml"
    file.write_text(WORLD.read_text(encoding="utf-8").replace("assessment_days: 7", "assessment_days: x"))
    before = stored(tmp_path)
    said = practice(*command, str(file))
    assert (said.code, said.out) == (1, "")
    assert "regel 8: settings.assessment_days: hier hoort een heel getal" in said.err
    assert "regel 8" in practice(*command, str(file), "--json").json["error"]
    assert stored(tmp_path) == before


@pytest.mark.parametrize("command", [["init", "--region"], ["region", "check"], ["region", "import"]], ids=" ".join)
def test_a_missing_region_file(practice: Run, command: list[str]) -> None:
    """A file that is not there is told by name."""
    said = practice(*command, "weg.yaml")
    assert said.code == 1
    assert "weg.yaml kan niet worden gelezen" in said.err


def test_region_check(cli: Run) -> None:
    """A good file is told what is in it; no database is needed."""
    said = cli("region", "check", str(WORLD))
    assert said.code == 0
    assert said.out == (
        "Goed. Gemeenschappelijke Regeling Jeugdhulp Rijnmond (voorbeeld): 5 tafels, 20 organisaties, 6 mensen.\n"
    )
    assert cli("region", "check", str(WORLD), "--json").json == {"ok": True, "region": "grjr-example"}


def test_region_export_and_import(practice: Run, tmp_path: Path, region: Region) -> None:
    """What goes out comes in again: to a file, to the screen, as JSON."""
    file = tmp_path / "uit.yaml"
    assert practice("region", "export", str(file)).out == f"Weggeschreven naar {file}.\n"
    assert read_region(file) == region
    shown = practice("region", "export")
    assert shown.out == file.read_text(encoding="utf-8")
    told = practice("region", "export", "--json").json
    assert Region.model_validate(told["region"]) == region
    assert practice("region", "import", str(file)).out.startswith("Overgenomen.")
    assert practice("region", "import", str(file), "--json").json == {"ok": True, "region": "grjr-example"}
    assert practice("region", "export", str(tmp_path)).code == 1  # a folder


def test_region_import_that_drops_what_a_case_needs(one_case: Run, tmp_path: Path, region: Region) -> None:
    """Refused, in words, and the database is as it was."""
    smaller = region.model_copy(
        update={
            "organisations": tuple(o for o in region.organisations if o.id != "sys-noord"),
            "tables": tuple(
                t.model_copy(update={"participants": tuple(p for p in t.participants if p != "sys-noord")})
                for t in region.tables
            ),
        }
    )
    file = tmp_path / "kleiner.yaml"
    file.write_text(write_region(smaller), encoding="utf-8")
    before = stored(tmp_path)
    said = one_case("region", "import", str(file))
    assert said.code == 1
    assert "Er is niets gewijzigd" in said.err
    assert stored(tmp_path) == before


def test_route_is_the_route_of_the_rules(cli: Run) -> None:
    """The picture is drawn from the rules that move cases, so it cannot lie (F-41); no database is needed."""
    assert cli("route").out == mermaid()
    assert cli("route", "--json").json == {"mermaid": mermaid()}


def test_names_are_shown_as_they_are(cli: Run, tmp_path: Path) -> None:
    """Square brackets and colons in a name are no markup: they are shown, and break nothing."""
    file = tmp_path / "regio.yaml"
    text = WORLD.read_text(encoding="utf-8").replace("name: Jeugdhulp Noord", 'name: "Noord [/rood] :smile:"')
    file.write_text(text.replace("name: B/C-tafel (minus C1)", 'name: "B/C [bold]"'), encoding="utf-8")
    assert cli("init", "--region", str(file)).code == 0
    shown = " ".join(re.sub("[│┃]", " ", cli("tables").out).split())
    assert "B/C [bold]" in shown
    assert "[/rood] :smile:" in shown


# acts


def test_an_act_is_recorded_and_the_case_moves(practice: Run) -> None:
    """What was recorded, where the case stands, and who must act now: in words and as JSON."""
    text = json.dumps(REFERRAL)
    said = practice("act", "register_referral", "--by", "ref-lt", "--with", text, "--no-prefect")
    assert said.code == 0
    assert said.out.splitlines() == [
        f"Vastgelegd: verwijzing aangemeld · {CASE}",
        "De casus staat nu bij: beoordeling aanbieder. Aan zet: Jeugdhulp Noord.",
        "(Zonder Prefect verplaatst; in Prefect is dit niet te zien.)",
    ]
    told = practice("act", "register_referral", "--by", "ref-lt", "--with", text, "--no-prefect", "--json").json
    assert (told["ok"], told["reference"], told["tracked"]) == (True, "ZB-2026-000002", False)
    assert (told["case"]["step"], told["case"]["due"]) == ("provider_check", "2026-03-09")


def test_values_from_a_file_and_from_fields(one_case: Run, tmp_path: Path) -> None:
    """`--with @FILE` and `field=value` go together; a field on the command line wins. Lists take commas or repeats."""
    file = tmp_path / "antwoord.json"
    file.write_text(json.dumps({**NO, "explanation": "uit het bestand"}), encoding="utf-8")
    said = one_case(
        "act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--with", f"@{file}", "ground=other",
        "ground_text=Verbouwing", 'subcontractors=[{"provider": "oa-klein", "can_deliver": false, "explanation": "vol"}]',
        "--no-prefect", "--json",
    )  # fmt: skip
    assert said.json["case"]["step"] == "mediation"


REFUSALS = {
    "unknown case": (["take_over", "--case", "ZB-2026-999999", "--by", "tz-anna", "reason=x"], "not_found", None),
    "no case": (["take_over", "--by", "tz-anna", "reason=x"], "not_found", "case"),
    "wrong role": (["record_assessment", "--case", CASE, "--by", "sys-zuid", "can_deliver=nee"], "forbidden", None),
    "unknown person": (["take_over", "--case", CASE, "--by", "niemand", "reason=x"], "forbidden", None),
    "value missing": (["record_assessment", "--case", CASE, "--by", "sys-noord"], "invalid", "can_deliver"),
    "ground missing": (
        ["record_assessment", "--case", CASE, "--by", "sys-noord", "can_deliver=nee", "explanation=vol"], "invalid", "ground"),
    "wrong date": (
        ["record_assessment", "--case", CASE, "--by", "sys-noord", "can_deliver=ja", "earliest_start=2026-02-30"],
        "invalid", "earliest_start"),
    "unknown field": (["take_over", "--case", CASE, "--by", "tz-anna", "reden=x"], "invalid", "reason"),
    "day to come": (
        ["register_referral", "--by", "ref-lt", "--with", json.dumps({**REFERRAL, "received_on": "2026-03-03"})],
        "invalid", "received_on"),
    "unknown organisation": (
        ["register_referral", "--by", "ref-lt", "--with", json.dumps({**REFERRAL, "provider": "sys-niet"})],
        "invalid", "provider"),
    "wrong step": (
        ["decide_mediation", "--case", CASE, "--by", "tz-anna", "outcome=table", "reason=x"], "wrong_step", None),
    "not overdue": (["take_over", "--case", CASE, "--by", "tz-anna", "reason=x"], "not_overdue", None),
    "no such meeting": (
        ["change_meeting", "--by", "tz-anna", "table=T_BC", "on=2026-03-11", "cancelled=ja"], "invalid", "on"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_has_a_code_a_field_and_a_sentence(one_case: Run, tmp_path: Path, name: str) -> None:
    """Exit 1 with code, field and message, in words and as JSON; nothing at all is stored."""
    args, code, field = REFUSALS[name]
    before = stored(tmp_path)
    said = one_case("act", *args, "--no-prefect")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"Geweigerd ({code}){f' bij {field}' if field else ''}: ")
    told = one_case("act", *args, "--no-prefect", "--json")
    assert told.code == 1
    assert (told.json["ok"], told.json["refused"], told.json["field"]) == (False, code, field)
    assert told.json["message"].strip()
    assert stored(tmp_path) == before


def test_a_referral_straight_to_a_flex_provider(practice: Run) -> None:
    """Refused, and the referrer is told by letter (F-10)."""
    given_ = json.dumps({**REFERRAL, "provider": "flex-anker"})
    said = practice("act", "register_referral", "--by", "ref-lt", "--with", given_, "--no-prefect", "--json")
    assert (said.code, said.json["refused"], said.json["field"]) == (1, "direct_flex_referral", "provider")
    assert practice("cases", "--json").json == []
    assert [letter["kind"] for letter in practice("letters", "--json").json] == ["direct_flex_rejected"]


def test_the_same_decision_twice(one_case: Run, tmp_path: Path) -> None:
    """The first recording stays; the second is told so (duplicate decisions)."""
    assert decide(one_case, "record_assessment", "sys-noord", START, NO).code == 0
    before = stored(tmp_path)
    again = decide(one_case, "record_assessment", "sys-noord", START, {**NO, "explanation": "anders"}, "--json")
    assert (again.code, again.json["refused"]) == (1, "already_decided")
    assert stored(tmp_path) == before


def test_an_act_on_a_meeting(one_case: Run) -> None:
    """A meeting is changed without a case; its own case goes along."""
    at_table(one_case)
    args = ["act", "change_meeting", "--by", "tz-anna", "table=T_BC", "on=2026-03-10", "to=2026-03-11", "reason=ziek"]
    said = one_case(*args, "--no-prefect", now="2026-03-06T11:00")
    assert said.code == 0
    assert said.out.startswith("Vastgelegd: overleg gewijzigd · T_BC 2026-03-10")
    assert one_case("case", CASE, "--json").json["agenda"] == {"table": "T_BC", "on": "2026-03-11"}


# importing


def test_import_reports_each_line(practice: Run, tmp_path: Path) -> None:
    """Good lines in, wrong lines told with line and column and exit 1, known lines left alone; no cell is repeated (F-13)."""
    file = tmp_path / "v.csv"
    file.write_text(
        REFERRALS + REFERRALS.splitlines()[1].replace("K-1", "K-2").replace("999900006", "999900007") + "\n"
    )
    said = practice("import-referrals", str(file), "--by", "tz-anna", "--no-prefect")
    assert said.code == 1
    assert "1 nieuw, 0 al bekend, 1 fout." in said.out
    told = practice("import-referrals", str(file), "--by", "tz-anna", "--no-prefect", "--json")
    assert told.code == 1
    assert (told.json["ok"], told.json["new"], told.json["known"]) == (False, [], [{"line": 2, "reference": CASE}])
    assert [(w["line"], w["column"]) for w in told.json["wrong"]] == [(3, "bsn")]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("weg.csv", None, "kan niet worden gelezen"),
        ("v.txt", "x", "geen CSV- of XLSX-bestand"),
        ("v.csv", "", "is leeg"),
        ("v.csv", "kleur;vorm\nrood;rond\n", "geen kop"),
        ("v.xlsx", "x", "geen leesbaar Excel-bestand"),
    ],
)
def test_a_malformed_referral_file(practice: Run, tmp_path: Path, name: str, content: str | None, told: str) -> None:
    """A file that is no list of referrals: told as a whole, nothing taken in."""
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    said = practice("import-referrals", str(file), "--by", "tz-anna", "--no-prefect")
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert practice("cases", "--json").json == []


def test_import_by_somebody_without_the_role(practice: Run, tmp_path: Path) -> None:
    """Only referrers and care mediators bring referrals."""
    file = tmp_path / "v.csv"
    file.write_text(REFERRALS)
    said = practice("import-referrals", str(file), "--by", "cm-bc", "--no-prefect", "--json")
    assert (said.code, said.json["refused"]) == (1, "forbidden")


# looking


def test_cases(one_case: Run) -> None:
    """The list: reference, step, who must act, by when; chosen by step, by who is waited for, closed ones on demand."""
    shown = one_case("cases").out
    assert "│ ZB-2026-000001" in shown
    assert "Jeugdhulp Noord" in shown
    assert "09-03-2026" in shown
    [told] = one_case("cases", "--json").json
    assert (told["reference"], told["step"], told["waiting_for"]) == (CASE, "provider_check", ["sys-noord"])
    assert len(one_case("cases", "--step", "provider_check", "--json").json) == 1
    assert one_case("cases", "--step", "table", "--json").json == []
    assert len(one_case("cases", "--waiting-for", "sys-noord", "--json").json) == 1
    assert one_case("cases", "--waiting-for", "tz-anna", "--json").json == []
    assert decide(one_case, "withdraw", "ref-lt", START, {"reason": "opgelost"}).code == 0
    assert one_case("cases").out == "Casussen: geen.\n"
    assert [c["outcome"] for c in one_case("cases", "--all", "--json").json] == ["withdrawn"]


def test_cases_of_somebody_unknown(practice: Run) -> None:
    """An id that nobody has is a mistake, not an empty list."""
    said = practice("cases", "--waiting-for", "niemand")
    assert (said.code, said.out) == (1, "")
    assert "'niemand'" in said.err


def test_a_case_tells_what_is_awaited_and_why(one_case: Run) -> None:
    """The timeline, who must act and why, with the sentence of the source document (F-21), and the letters."""
    shown = one_case("case", CASE).out
    assert "Jeugdhulp Noord" in shown
    assert "“Deze beoordeling duurt maximaal één week.” (F-21)" in shown
    assert "verwijzing aangemeld" in shown
    told = one_case("case", CASE, "--json").json
    stop = STOPS[Step.PROVIDER_CHECK]
    assert told["why"] == {"requirement": stop.requirement, "sentence": stop.sentence}
    assert [(t["act"], t["by"]) for t in told["timeline"]] == [("register_referral", "ref-lt")]
    assert datetime.fromisoformat(told["timeline"][0]["at"]) == datetime.fromisoformat(f"{START}+01:00")
    assert [(one["kind"], one["to"], one["state"]) for one in told["letters"]] == [
        ("assessment_request", "sys-noord", "queued")
    ]


def test_a_case_that_is_not_there(practice: Run) -> None:
    """An unknown reference: refused with `not_found`, exit 1."""
    said = practice("case", "ZB-2026-000099")
    assert (said.code, said.out) == (1, "")
    assert said.err == "Geweigerd (not_found) bij case: Er is geen casus met kenmerk ZB-2026-000099.\n"
    assert practice("case", "x", "--json").json["refused"] == "not_found"


def test_tables(practice: Run) -> None:
    """Every table with its next meetings and the first that still takes a case (F-53 … F-61)."""
    assert "B/C-tafel" in practice("tables").out
    told = {row["id"]: row for row in practice("tables", "--json").json}
    assert list(told) == ["T_BC", "T_C1", "T_FOR", "T_FORV", "T_C2"]
    assert told["T_BC"]["next"] == ["2026-03-03", "2026-03-10", "2026-03-17"]
    assert told["T_BC"]["first_open"] == "2026-03-03"  # Monday 9:00: closes at 12:00
    later = {row["id"]: row for row in practice("tables", "--json", now="2026-03-02T12:00").json}
    assert later["T_BC"]["first_open"] == "2026-03-10"


def test_agenda(one_case: Run) -> None:
    """Before it was issued it says how; after `prep` it is text, ICS and JSON, with references only."""
    at_table(one_case)
    early = one_case("agenda", "T_BC", "2026-03-10")
    assert (early.code, early.out) == (1, "")
    assert "flexroute prep" in early.err
    assert one_case("agenda", "T_XX", "2026-03-10").code == 1
    assert one_case("prep", "--no-prefect", now="2026-03-06T13:00").code == 0
    assert CASE in one_case("agenda", "T_BC", "2026-03-10").out
    ics = one_case("agenda", "T_BC", "2026-03-10", "--format", "ics").out
    assert ics.startswith("BEGIN:VCALENDAR")
    assert "METHOD:REQUEST" in ics
    told = one_case("agenda", "T_BC", "2026-03-10", "--json").json
    assert told["version"] == 1
    assert told == one_case("agenda", "T_BC", "2026-03-10", "--format", "json").json
    assert CASE in json.dumps(told)


def test_letters(one_case: Run) -> None:
    """The outbox: queued, then sent to a file; by case, by state, one with its text; no letter holds private data."""
    assert f"│ {CASE}" in one_case("letters").out
    [letter] = one_case("letters", "--json").json
    assert (letter["state"], letter["to"], letter["about"], letter["file"]) == ("queued", "sys-noord", CASE, None)
    shown = one_case("letters", "--show", str(letter["id"])).out
    assert shown.startswith("Aan: Jeugdhulp Noord\nOnderwerp: ")
    assert CASE in shown
    assert CASE in one_case("letters", "--show", str(letter["id"]), "--json").json["text"]
    assert one_case("letters", "--state", "sent", "--json").json == []
    assert one_case("letters", "--case", "ZB-2026-000077").out == "Brieven: geen.\n"
    assert one_case("letters", "--show", "99").code == 1
    assert one_case("deliver", "--no-prefect").out.startswith("post bezorgen: 1 verstuurd.")
    [sent] = one_case("letters", "--state", "sent", "--json").json
    assert Path(sent["file"]).is_file()
    assert one_case("letters", "--json", "--last", "1", now="2026-05-02T09:00").json == []


def test_letters_again(one_case: Run) -> None:
    """By hand: a letter that is queued goes already; one that was sent goes as a new edition; one that failed is told and goes."""
    assert (
        one_case("letters", "--again", "1").out
        == "Brief 1 staat al klaar of is onderweg.\nEr is niets opnieuw te versturen.\n"
    )
    assert one_case("letters", "--again", "99").code == 1
    broken = one_case("deliver", "--no-prefect", FLEXROUTE_MAIL_TRANSPORT="smtp", FLEXROUTE_SMTP_HOST="127.0.0.1",
                      FLEXROUTE_SMTP_PORT="1", FLEXROUTE_SMTP_SECURITY="none")  # fmt: skip
    assert (broken.code, broken.out.splitlines()[0]) == (
        0,
        "post bezorgen: 0 verstuurd; de post wacht tot 02-03 09:05: "
        "de mailserver is niet bereikbaar (ConnectionRefusedError) (brief 1).",
    )
    waiting = one_case("letters", "--state", "retry").out
    assert " ".join(re.sub("[│┃]", " ", waiting).split()).count("nog niet gelukt: de mailserver") == 1
    [letter] = one_case("letters", "--json").json
    assert (letter["attempts"], letter["try_at"]) == (1, "2026-03-02T08:05:00+00:00")
    assert one_case("letters", "--again", "1").out.startswith("Brief 1 gaat opnieuw mee.\n")
    assert one_case("deliver", "--no-prefect").out.startswith("post bezorgen: 1 verstuurd.")
    assert one_case("letters", "--again", "1", "--json").json == {"ok": True, "again": [1], "under_way": []}
    assert one_case("deliver", "--no-prefect").code == 0
    shown = one_case("letters", "--show", "1").out
    assert (
        "Staat: verstuurd\nPogingen: 1; de laatste op 02-03-2026 09:00\nOpnieuw verstuurd op verzoek: 1 keer\n" in shown
    )
    assert one_case("letters", "--again-all", "failed", "--json").json == {"ok": True, "again": [], "under_way": []}


# moving


@pytest.mark.parametrize("command", MOVING, ids=" ".join)
def test_moving_commands(one_case: Run, command: list[str]) -> None:
    """run, watch, prep and deliver: done, in a sentence and as JSON; a second time can do no harm."""
    first = one_case(*command, "--no-prefect")
    assert first.code == 0
    assert "Zonder Prefect verplaatst" in first.out
    told = one_case(*command, "--no-prefect", "--json").json
    assert (told["ok"], told["tracked"]) == (True, False)


def test_watch_tells_the_provider_that_it_is_late(one_case: Run) -> None:
    """The morning after the term: overdue, a signal, and letters (F-21, N-11)."""
    assert one_case("watch", "--no-prefect", now="2026-03-10T07:00").code == 0
    told = one_case("case", CASE, "--json", now="2026-03-10T07:01").json
    assert told["overdue"] is True
    assert told["signals"] == ["assessment_overdue"]
    assert "(te laat)" in one_case("cases", now="2026-03-10T07:01").out


def test_prep_with_a_table_without_participants(cli: Run, tmp_path: Path) -> None:
    """That table asks for attention, exit 1; the others are prepared (AMB-15)."""
    file = tmp_path / "regio.yaml"
    text = WORLD.read_text(encoding="utf-8")
    file.write_text(text.replace("participants: [sys-noord, sys-zuid, sys-oost, prest-west]", "participants: []"))
    assert cli("init", "--region", str(file)).code == 0
    said = cli("prep", "--no-prefect", now="2026-03-06T13:00")
    assert said.code == 1
    assert "T_BC" in said.out
    assert cli("agenda", "T_FOR", "2026-03-09", now="2026-03-06T13:01").code == 0
    told = cli("prep", "--no-prefect", "--json", now="2026-03-06T13:00")
    assert (told.code, told.json["ok"]) == (1, False)


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


@settings(max_examples=150, deadline=None)
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
