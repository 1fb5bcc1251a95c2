"""A process more: it is driven through command line, player, flow, clock, outbox and `attention` without a shared file that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from sqlmodel import update

import processes as of_the_program
from acts import Refused, perform
from acts.engine.read import read_in_full
from cli.player import play as player
from cli.player.scenario import load
from flexroute.clock import from_local
from flexroute.errors import UserError
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from models.region.directory import load_region, store_region
from models.region.file import RegionFileError, parse_region, write_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from models.store.reading import Reading
from models.store.schema import migrate
from rules.flex.settings import FlexSettings
from rules.shared.process import Rows, forget, register
from rules.shared.region import Region
from rules.shared.settings import Days, Frozen, Settings
from tasks.engine.reassigning import import_region
from tests.processes.visits import VISITS, Visit, make_table
from tests.support.commands import Run
from tests.support.facts import with_organisation, with_settings
from tests.support.stored import rows

ROOT = Path(__file__).parents[2]
MONDAY, MONDAY_NEXT = from_local("2026-03-02T09:00"), from_local("2026-03-09T09:00")
SMALL = """region: klein
name: Klein
tables: []
organisations: []
people: [{id: tz, name: Ann, mail: a@b.nl, roles: [care_mediator]}]
mailboxes: {care_mediation_team: a@b.nl, access_working_group: a@b.nl, backoffice: a@b.nl}
"""
ASKED = {"municipality": "0599", "reason": "Thuis kijken"}


@pytest.fixture(autouse=True)
def third(database: Database) -> Iterator[None]:
    """It runs here too, for as long as a test takes."""
    register(VISITS)
    make_table(database)
    yield
    forget(VISITS)


class WithTheWeek(Frozen):
    """Numbers of which another process has one too."""

    assessment_days: Days = 5


def letters(database: Database) -> list[tuple[str, str]]:
    return [(letter.kind, letter.recipient) for letter in rows(database, Letter)]


def a_visit(database: Database, runner: Runner, at: datetime = MONDAY) -> str:
    return runner.decide("request_visit", None, "sys-noord", ASKED, at)[0]


def test_flow_outbox_and_mail(database: Database, runner: Runner, home: Path) -> None:
    """An act is recorded, its flow settles it, the letter goes out in its own words."""
    visit = a_visit(database, runner)
    assert visit == "HB-2026-000001"
    assert letters(database) == [("visit_request", "toegang-rotterdam")]
    assert [one.settled_at is None for one in rows(database, Decision)] == [False]
    runner.run(deliver_mail, "post", now=MONDAY)
    [mail] = (home / "letters").glob("*.eml")
    assert "vraagt om een huisbezoek" in mail.read_text().replace("=\n", "")


def test_clock(database: Database, runner: Runner) -> None:
    """Its term passes: said once, by the watch of all processes."""
    a_visit(database, runner)
    for moment in (MONDAY, MONDAY_NEXT, MONDAY_NEXT):
        runner.run(deadline_watch, "termijnen", now=moment)
    assert letters(database)[1:] == [("visit_late", "toegang-rotterdam")]


@pytest.mark.parametrize("part", ["processes: {visits: {visit_days: 9}}", "settings: {visit_days: 9}"])
def test_its_own_setting(database: Database, runner: Runner, part: str) -> None:
    """From the region file to the term, in either form, and out again; its bounds hold, and line and key are told."""
    file = f"{SMALL}{part}\n"
    region = parse_region(file, "regio.yaml")
    assert "processes:\n  visits: {visit_days: 9}\n" in write_region(region)
    with database.writing() as session:
        store_region(session, with_settings(load_region(session), **region.processes["visits"].model_dump()))
    a_visit(database, runner)
    assert rows(database, Visit)[0].due == date(2026, 3, 11)
    key = part.replace(": {", ".").partition(": 9")[0]
    with pytest.raises(RegionFileError, match=f"regel 7: {key}: dit getal is te groot; het meeste is 366"):
        parse_region(file.replace("9", "999"), "regio.yaml")


def test_a_setting_that_two_processes_have(database: Database) -> None:
    """Among those of all it is both's; each may have its own."""
    forget(VISITS)
    register(replace(VISITS, settings=WithTheWeek))
    both = parse_region(f"{SMALL}settings: {{assessment_days: 9}}\n", "regio.yaml")
    assert both.settings_of(FlexSettings).assessment_days == both.settings_of(WithTheWeek).assessment_days == 9
    one = parse_region(f"{SMALL}processes: {{visits: {{assessment_days: 9}}}}\n", "regio.yaml")
    assert (one.settings_of(FlexSettings).assessment_days, one.settings_of(WithTheWeek).assessment_days) == (7, 9)
    with pytest.raises(RegionFileError) as told:
        parse_region(f"{SMALL}settings: {{assessment_days: x}}\n", "regio.yaml")
    assert told.value.problems == ["regel 7: settings.assessment_days: hier hoort een heel getal"]


def test_a_process_that_went_away(database: Database) -> None:
    """What a region has of a process that does not run here any more does not stop the program."""
    with database.writing() as session:
        store_region(session, with_settings(load_region(session), visit_days=9))
        forget(VISITS)
        session.info.clear()
        assert set(load_region(session).processes) == {"flex", "stop"}
    with pytest.raises(RegionFileError, match=r"processes\.visits: deze sleutel is onbekend"):
        parse_region(f"{SMALL}processes: {{visits: {{visit_days: 9}}}}\n", "regio.yaml")


def test_sweep_moves_what_a_crash_left(database: Database, runner: Runner) -> None:
    visit = perform(database, "request_visit", None, "sys-noord", ASKED, MONDAY)
    assert letters(database) == []
    assert "1 huisbezoeken verplaatst" in runner.move(None, "veegronde", MONDAY).message
    assert rows(database, Visit, Visit.reference == visit)[0].opening == 1


def test_command_line(database: Database, runner: Runner, flexroute: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked, confirmed once, refused a second time; found by `--about`, in its own words, with everything that is wrong at once."""
    monkeypatch.setattr("flexroute.clock.now", lambda: MONDAY)
    said = flexroute("act", "request_visit", "--by", "sys-noord", "municipality=0599", "reason=Kijken", "--no-prefect")
    assert (said.code, said.err) == (0, "")
    assert "om huisbezoek gevraagd · HB-2026-000001" in said.out
    assert "Dit staat nu op: gevraagd. Aan zet: Toegang Rotterdam." in said.out
    told = flexroute("act", "request_visit", "--by", "sys-noord", "municipality=12", "--no-prefect", "--json").json
    assert (told["field"], [one["field"] for one in told["others"]]) == ("municipality", ["reason"])
    confirm = ("act", "confirm_visit", "--about", "HB-2026-000001", "--by", "toegang-rotterdam", "on=2026-03-02")
    [task] = flexroute("work", "--for", "toegang-rotterdam", "--json").json
    assert (task["reference"], task["process"], task["acts"]) == ("HB-2026-000001", "visits", ["confirm_visit"])
    assert flexroute(*confirm, "--no-prefect", "--json").json["visit"]["status"] == "visited"
    assert flexroute("work", "--json").json == []
    assert flexroute(*confirm, "--no-prefect", "--json").json["refused"] == "already_decided"
    assert "confirm_visit" in flexroute("act", "--help").out


def test_what_was_said_is_read_by_its_own_rule(database: Database, runner: Runner) -> None:
    """C.4: whoever has a part in it, each its own; kept like the readings of the other processes."""
    visit = a_visit(database, runner)
    [asked] = read_in_full(database, visit, "toegang-rotterdam", MONDAY).decisions
    assert (asked.act, asked.said) == ("request_visit", {"municipality": "Toegang Rotterdam", "reason": "Thuis kijken"})
    with pytest.raises(Refused, match="Dat mag alleen: wie om het huisbezoek vroeg, en de Toegang"):
        read_in_full(database, visit, "toegang-schiedam", MONDAY)
    assert [(one.subject, one.by) for one in rows(database, Reading)] == [(visit, "toegang-rotterdam")]


def test_attention(database: Database, runner: Runner, flexroute: Run) -> None:
    """One that cannot be settled is set aside, and told beside those of the other processes."""
    visit = perform(database, "request_visit", None, "sys-noord", ASKED, MONDAY)
    with database.writing() as session:
        session.execute(update(Visit).values(municipality="0000"))
    ended = runner.move([visit], "verplaatsen", MONDAY)
    assert ended.attention
    assert ended.message.startswith(f"{visit}: KeyError in ")
    told = flexroute("attention", "--json").json
    assert {one["about"] for one in told} == {visit}
    assert any("apart gezet" in one["what"] for one in told)
    assert any("heeft geen Toegang" in one["what"] for one in told)


STORY = """
id: HB-01
world: {world}
set: {{visit_days: 5}}
steps:
  - {{at: "2026-03-02T09:00", act: request_visit, by: sys-noord, with: {{visit: A, municipality: "0599", reason: Kijken}}}}
  - at: 2026-03-02T09:01
    expect: {{visit: A, status: asked, due: 2026-03-07, waiting_for: [toegang-rotterdam],
             mails: [{{kind: visit_request, to: [toegang-rotterdam]}}]}}
  - {{at: "2026-03-03T09:00", act: confirm_visit, by: sys-noord, with: {{visit: A, on: 2026-03-03}}, refused: forbidden}}
  - {{at: "2026-03-09T07:00", run: deadline_watch}}
  - at: 2026-03-09T07:01
    expect: {{visit: A, late: true, mails: [{{kind: visit_late, to: [toegang-rotterdam]}}]}}
  - {{at: "2026-03-09T09:00", act: confirm_visit, by: toegang-rotterdam, with: {{visit: A, on: 2026-03-09}}}}
  - at: 2026-03-09T09:01
    expect: {{visit: A, status: visited, waiting_for: [], mails: []}}
"""


def test_player(tmp_path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A story in its own labels and keys."""

    def both(database: Database) -> None:
        migrate(database)
        make_table(database)

    monkeypatch.setattr(player, "migrate", both)
    story = tmp_path / "hb-01.yaml"
    story.write_text(STORY.format(world=ROOT / "tests" / "scenarios" / "world.yaml"))
    assert YAML(typ="safe").load(story)["id"] == "HB-01"
    assert player.play(load(story), runner).failures == []


def test_another_region_may_not_leave_it_with_nobody(database: Database, runner: Runner, region: Region) -> None:
    """Whom it waits for is looked at like everything else that is open."""
    visit = a_visit(database, runner)
    with database.writing() as session, pytest.raises(UserError, match=f"{visit}: gemeente 0599 heeft geen Toegang"):
        import_region(session, with_organisation(region, "toegang-rotterdam", municipality=None), MONDAY)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"prefix": "ZB"}, "prefix ZB"),
        ({"name": "flex"}, "name flex"),
        ({"page": "zaken"}, "page zaken"),
        ({"views": {**VISITS.views, "case": VISITS.views["visit"]}}, "views case"),
        ({"views": {"house": VISITS.views["visit"]}}, "no view of visit"),
        ({"words": {"late": "te laat"}}, "no word for confirm_visit"),
        (
            {"subjects": (Rows("house", Visit),), "views": {"house": VISITS.views["visit"]}},
            "about a visit, which is not",
        ),
        ({"sights": {"house": VISITS.sights["visit"]}}, "no word on who may see house, visit"),
        ({"sights": {"visit": replace(VISITS.sights["visit"], readers={})}}, "no readers of confirm_visit"),
        ({"requirements": {"request_visit": "HB-01"}}, "no requirement for confirm_visit"),
        ({"refusals": {"nobody_home": ""}}, "no requirement for nobody_home"),
        ({"contexts": {"visit_late": VISITS.contexts["visit_late"]}}, "do not go together: visit_request"),
        ({"letters": {"escalation": ()}}, "escalation"),
        ({"filters": {"treeknorm": str}}, "filters treeknorm"),
        ({"title": ""}, "title"),
        ({"settings": Settings}, "agenda_closes, table_prep is a setting of all processes"),
        ({"acts": {}}, "acts"),
    ],
)
def test_doubles_and_missing_parts_fail(changed: dict[str, object], says: str) -> None:
    """At import, not when somebody needs it."""
    with pytest.raises(ValueError, match=says):
        register(replace(VISITS, **changed))  # type: ignore[arg-type]


def test_when_one_process_breaks_the_others_go_on(
    database: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for what another process did wrong; whoever looks after it hears which and where."""

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("flows.flex_route.collect", breaks)
    monkeypatch.setattr("tasks.flex.deadlines.WATCHES", (breaks,))
    perform(database, "request_visit", None, "sys-noord", ASKED, MONDAY)
    ended = runner.move(None, "vegen", MONDAY)
    assert ended.attention
    assert ended.message.startswith("Flexroute: ZeroDivisionError in flows.")
    assert letters(database) == [("visit_request", "toegang-rotterdam")]
    ended = runner.run(deadline_watch, "termijnen", now=MONDAY_NEXT)
    assert ended.attention
    assert ended.message.startswith("Flexroute: ZeroDivisionError in flows.")
    assert letters(database)[1:] == [("visit_late", "toegang-rotterdam")]


def test_every_named_part_is_there() -> None:
    for process in of_the_program.PROCESSES:
        assert process.part("flow").fn
        assert len(process.part("watches")) > 1
        assert callable(process.part("agendas"))
