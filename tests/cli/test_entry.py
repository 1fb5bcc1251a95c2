"""The command line: a whole case, the real entry point, and everything that can go wrong.

Exit codes: 0 done, 1 refused or failed, 2 wrong use. Bad input gets a sentence in Dutch, changes nothing, and never a stack trace.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.store import database as models_database
from tests.cli.conftest import CASE, REFERRALS, START, decide, stored
from tests.conftest import ROOT, SCENARIOS, WORLD
from tests.support.acts import CASE_ACTS, VALUES
from tests.support.commands import Run, Said
from tests.support.flex_acts import CANNOT
from tests.support.private import SECRETS

COMMANDS = {
    "init", "import-referrals", "act", "cases", "case", "tables", "agenda", "letters",
    "run", "watch", "prep", "deliver", "play", "route", "region",
    "stops", "stop", "import-children", "children-template", "contacts", "deputies", "claim", "note",
}  # fmt: skip


# through the real entry point


def started(home: Path, *args: str, now: str = START, **environment: str) -> Said:
    """The program as people start it, in a process of its own."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("FLEXROUTE_", "PREFECT_"))}
    variables |= {"FLEXROUTE_HOME": str(home), "FLEXROUTE_NOW": now, "PYTHONWARNINGS": "default", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *args], cwd=ROOT, env=variables, capture_output=True, check=False
    )
    said = Said(done.returncode, done.stdout, done.stderr.decode())
    assert "Traceback" not in said.err
    assert not [secret for secret in SECRETS if secret in said.out + said.err]
    return said


def test_a_case_from_import_to_start(tmp_path: Path, cli: Run) -> None:
    """The whole route with commands only, in five weeks: import, assessment, mediation, agenda, table, approval, flex
    search, handover, allocation, start; then the letters go out (F-13 … F-51)."""
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
    assert cli("init", "--region", str(WORLD), "--json").json["region"] == "grjr-example"
    taken = cli("import-referrals", str(file), "--by", "tz-anna", "--no-prefect", "--json").json
    assert taken["new"] == [{"line": 2, "reference": CASE}]
    for moment, act, by, fields, step in steps:
        said = cli("act", act, "--case", CASE, "--by", by, *fields, "--no-prefect", "--json", now=moment)
        assert (said.code, said.json["case"]["step"], said.err) == (0, step, "")
        if act == "decide_mediation":
            prepared = cli("prep", "--no-prefect", "--json", now="2026-03-06T13:00").json
            assert prepared["ok"] is True
    late = {"now": "2026-04-07T17:00"}
    assert "gestart bij een flex-aanbieder" in cli("case", CASE, **late).out
    known = cli("case", CASE, "--json", **late).json
    assert known["outcome"] == "started_at_flex_provider"
    assert [t["act"] for t in known["timeline"]] == ["register_referral", *(act for _, act, *_ in steps)]
    assert cli("deliver", "--no-prefect", **late).code == 0
    sent = cli("letters", "--case", CASE, "--last", "60", "--json", **late).json
    assert {letter["state"] for letter in sent} == {"sent"}
    assert all(Path(letter["file"]).is_file() for letter in sent)


def test_wrong_use_and_refusals_through_the_real_entry_point(tmp_path: Path) -> None:
    """Exit codes are what scripts go by: 2 for wrong use, 1 for a refusal, on standard error, nothing on standard output."""
    wrong = started(tmp_path, "nonsens")
    assert (wrong.code, wrong.out) == (2, "")
    assert "'nonsens' bestaat niet" in wrong.err
    unsafe = started(tmp_path, "cases", FLEXROUTE_ENVIRONMENT="production")
    assert (unsafe.code, unsafe.out) == (1, "")
    assert "FLEXROUTE_NOW" in unsafe.err


def test_play_through_the_real_entry_point(tmp_path: Path) -> None:
    """The acceptance command itself: a JSON object a line and nothing else on standard output."""
    said = started(
        tmp_path, "play", "--json", "--no-prefect", str(SCENARIOS / "flex" / "fx-12-direct-flex-referral.yaml")
    )
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
        *sorted({*COMMANDS} - {"region", "contacts", "deputies"}),
        *("region check", "region import", "region export"),
        *("contacts list", "contacts add", "contacts end"),
        *("deputies list", "deputies name", "deputies end"),
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
    for name, values in VALUES.items():
        assert name in told
        for field in values.model_fields:
            assert field in told, (name, field)


def test_help_of_one_act_tells_of_that_act(cli: Run) -> None:
    """With the values to choose from, and how to write a day."""
    told = " ".join(cli("act", "record_file", "--help").out.split())
    assert told.startswith("dossier van de jeugdige (record_file) door: de stoppende aanbieder")
    assert "delen-van-het-dossier (items): gezinsplan (family_plan) aantal minuten lopende indicatie" in told
    assert told == " ".join(cli("act", "dossier-van-de-jeugdige", "--help").out.split())
    assert "jjjj-mm-dd" in told
    assert "decide_mediation (" not in told


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
    "no such step": (["cases", "--step", "wachtenden"], "kies uit: verwijzing, beoordeling aanbieder"),
    "no such state": (["letters", "--state", "kwijt"], "kies uit: staat klaar, onderweg"),
    "no number": (["letters", "--show", "een"], "vul een heel getal in"),
    "number too small": (["letters", "--last", "0"], "te klein"),
    "number too large": (["letters", "--show", "9" * 30], "te groot"),
    "days beyond the calendar": (["letters", "--last", "9" * 9], "te groot"),
    "no such port": (["server", "--port", "99999"], "te groot"),
    "no date": (["agenda", "T_BC", "morgen"], "dag-maand-jaar"),
    "date that does not exist": (["agenda", "T_BC", "2026-02-30"], "dag-maand-jaar"),
    "no such format": (["agenda", "T_BC", "2026-03-10", "--format", "docx"], "'ics'"),
    "no scenario": (["play"], "ontbreekt"),
    "unknown act": (["act", "besluit", "--by", "tz-anna"], "'besluit' bestaat niet; bedoelt u besluit"),
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
    for name in CASE_ACTS:
        said = practice("act", name, "--by", "tz-anna", "--no-prefect", "--json")
        assert (said.code, said.json["refused"], said.json["field"]) == (1, "not_found", "case")


# settings and surroundings


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"FLEXROUTE_NOW": "gisteren"}, "FLEXROUTE_NOW: schrijf het moment als jjjj-mm-ddTuu:mm"),
        (
            {"FLEXROUTE_NOW": "0001-01-01"},
            "FLEXROUTE_NOW: 0001-01-01 kan niet: kies een moment van 2020 tot en met 2060",
        ),
        ({"FLEXROUTE_NOW": "9999-12-31T23:59"}, "FLEXROUTE_NOW: 9999-12-31T23:59 kan niet"),
        ({"FLEXROUTE_ENVIRONMENT": "proef"}, "FLEXROUTE_ENVIRONMENT"),
        ({"FLEXROUTE_PREFECT_API_URL": "geen adres"}, "FLEXROUTE_PREFECT_API_URL"),
        ({"FLEXROUTE_DATABASE_URL": "geen adres"}, "Het adres van de database klopt niet"),
        ({"FLEXROUTE_DATABASE_URL": "mysql://server/x"}, "SQLite of PostgreSQL"),
        ({"FLEXROUTE_DATABASE_URL": "postgresql://geheim:wachtwoord@127.0.0.1:1/x"}, "niet bereikbaar"),
        ({"FLEXROUTE_HOME": "/dev/null/x"}, "kan niet worden gebruikt (een deel van het pad is geen map)"),
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
        ({"FLEXROUTE_NOW": "", "FLEXROUTE_HOME": "data"}, "FLEXROUTE_HOME"),
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


@pytest.mark.parametrize("command", [*LOOKING, ["run"], ["region", "import", str(WORLD)]], ids=" ".join)
def test_before_init_every_command_says_so(cli: Run, tmp_path: Path, command: list[str]) -> None:
    """A database that is not there yet: what to do first, exit 1."""
    said = cli(*command)
    assert (said.code, said.out) == (1, "")
    assert "flexroute init" in said.err
    assert not (tmp_path / "home").exists()  # who looks makes nothing
    assert "flexroute init" in cli(*command, "--json").json["error"]


def test_a_locked_database_loses_nothing(one_case: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else holds the database: the act is refused in plain Dutch, nothing is half-done, and it works afterwards."""
    monkeypatch.setattr(models_database, "LOCK_WAIT_MS", 20)
    before = stored(tmp_path)
    other = sqlite3.connect(tmp_path / "home" / "flexroute.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for args in (
        ["act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--with", json.dumps(CANNOT)],
        ["deliver"],
    ):
        said = one_case(*args, "--no-prefect")
        assert said.code == 1
        assert "bezet" in said.err
    assert one_case("cases", "--json").json[0]["reference"] == CASE  # looking still works
    other.execute("ROLLBACK")
    other.close()
    assert stored(tmp_path) == before
    assert decide(one_case, "record_assessment", "sys-noord", START, CANNOT).code == 0


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
    args = ["act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--with", json.dumps(CANNOT)]
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
