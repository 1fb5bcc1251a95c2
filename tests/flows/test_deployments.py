"""The deployments of prefect.yaml: they point to flows that exist, with parameters that fit, at times that exist."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from itertools import pairwise
from pkgutil import iter_modules
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from prefect import Flow
from prefect.server.schemas.schedules import CronSchedule
from ruamel.yaml import YAML

import flows
from rules.shared.jobs import JOBS
from rules.shared.process import processes
from tests.conftest import ROOT

PREFECT_YAML = YAML(typ="safe", pure=True).load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS: dict[str, dict[str, Any]] = {one["name"]: one for one in PREFECT_YAML["deployments"]}
SCHEDULES = [(name, schedule) for name, one in DEPLOYMENTS.items() for schedule in one["schedules"]]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHANGES = {  # the nights on which the clock changes, from the Saturday noon before to the Tuesday after
    "march": (datetime(2026, 3, 28, 12, tzinfo=AMSTERDAM), datetime(2026, 3, 31, 12, tzinfo=AMSTERDAM)),
    "october": (datetime(2026, 10, 24, 12, tzinfo=AMSTERDAM), datetime(2026, 10, 27, 12, tzinfo=AMSTERDAM)),
}


def flow_at(entrypoint: str) -> Any:
    path, _, name = entrypoint.partition(":")
    assert (ROOT / path).is_file()
    return getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)


def fires(schedule: dict[str, str], start: datetime, end: datetime) -> list[datetime]:
    """When Prefect's own scheduler will start runs."""
    times = asyncio.run(CronSchedule(**schedule).get_dates(2_000, start=start, end=end))
    return [moment.astimezone(UTC) for moment in times]


def test_names_are_unique() -> None:
    """Two deployments of one name would overwrite each other silently."""
    assert len(DEPLOYMENTS) == len(PREFECT_YAML["deployments"])


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_points_to_a_flow_that_takes_its_parameters(name: str) -> None:
    """The entrypoint is a flow of this program, and the parameters fit its signature and types."""
    deployment = DEPLOYMENTS[name]
    flow = flow_at(deployment["entrypoint"])
    assert isinstance(flow, Flow)
    inspect.signature(flow.fn).bind(**deployment["parameters"])
    assert flow.validate_parameters(deployment["parameters"]).items() >= deployment["parameters"].items()


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_says_what_it_does_and_has_no_limit_of_prefect(name: str) -> None:
    """Who looks at Prefect reads what a deployment is for. One round at a time is held by the case database: a limit of Prefect
    stays taken for good after a power cut."""
    deployment = DEPLOYMENTS[name]
    assert deployment["description"].strip()
    assert "concurrency_limit" not in deployment
    assert deployment["work_pool"]["name"]


def test_every_deployment_is_a_job() -> None:
    """Its flow takes the turn of that name, and the job is due when the schedule fires: else nobody hears that it stopped."""
    assert DEPLOYMENTS.keys() == JOBS.keys()
    for name, one in DEPLOYMENTS.items():
        flow_file = (ROOT / one["entrypoint"].partition(":")[0]).read_text(encoding="utf-8")
        assert f'@job("{name}")' in flow_file
        at = JOBS[name].at
        assert [each["cron"] for each in one["schedules"]] == ["*/5 * * * *" if at is None else f"0 {at.hour} * * 1-5"]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_without_a_moment_the_clock_is_asked(name: str) -> None:
    """No deployment fixes `now` or the cases: a scheduled run looks at this moment and at everything that has news."""
    assert not {"now", "references"} & set(DEPLOYMENTS[name]["parameters"])


def test_every_flow_has_a_deployment() -> None:
    """A flow that nobody scheduled would be forgotten in production."""
    modules = [import_module(f"flows.{found.name}") for found in iter_modules(flows.__path__)]
    ours = {
        f"{module.__name__.replace('.', '/')}.py:{name}"
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Flow) and value.fn.__module__ == module.__name__
    }
    assert ours
    swept = {f"{name.replace('.', '/').replace(':', '.py:')}" for name in (one.flow for one in processes())}
    assert {one["entrypoint"] for one in DEPLOYMENTS.values()} | swept == ours


def test_scheduled_agendas_wait_for_their_moment() -> None:
    """The agendas run every working day, so a scheduled run may only prepare what is due (AMB-14); by hand it always does."""
    [agendas] = [one for one in DEPLOYMENTS.values() if one["entrypoint"] == "flows/table_prep.py:table_prep"]
    assert agendas["parameters"] == {"only_when_due": True}


@pytest.mark.parametrize(("name", "schedule"), SCHEDULES, ids=[name for name, _ in SCHEDULES])
def test_a_schedule_is_a_cron_in_amsterdam(name: str, schedule: dict[str, str]) -> None:
    """Terms and agendas are local: 13:00 is 13:00 in Amsterdam, in winter and in summer (AMB-14). What goes on and on is by UTC."""
    assert set(schedule) == {"cron", "timezone"}
    assert schedule["timezone"] == ("UTC" if schedule["cron"].startswith("*/5 ") else "Europe/Amsterdam")
    assert next(CronSim(schedule["cron"], datetime(2026, 1, 1, tzinfo=AMSTERDAM)))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("name", "schedule"), SCHEDULES, ids=[name for name, _ in SCHEDULES])
def test_a_schedule_survives_the_change_of_the_clock(name: str, schedule: dict[str, str], change: str) -> None:
    """Around both changes: daily runs once each working day at their hour on the wall clock, and the five-minute ones
    go on, also through the hour that comes twice in October, never two at one moment."""
    start, end = CHANGES[change]
    runs = fires(schedule, start, end)
    assert len(set(runs)) == len(runs)
    if schedule["cron"].startswith("*/5 "):
        assert all(later - earlier == timedelta(minutes=5) for earlier, later in pairwise(runs))
        return
    minute, hour, *_ = schedule["cron"].split()
    local = [moment.astimezone(AMSTERDAM) for moment in runs]
    assert {moment.time() for moment in local} == {time(int(hour), int(minute))}
    days = [start.date() + timedelta(days=n) for n in range(1, 5)]
    expected = [
        day
        for day in days
        if day.weekday() < 5 and start < datetime.combine(day, time(int(hour), int(minute)), AMSTERDAM) < end
    ]
    assert [moment.date() for moment in local] == expected


def test_the_agendas_are_made_at_one_on_friday() -> None:
    """The moment of the region file (Friday 13:00, AMB-14) is one of the moments at which the agendas run."""
    [(_, schedule)] = [(name, schedule) for name, schedule in SCHEDULES if name == "agendas"]
    week = fires(schedule, datetime(2026, 3, 2, tzinfo=AMSTERDAM), datetime(2026, 3, 9, tzinfo=AMSTERDAM))
    assert datetime(2026, 3, 6, 13, tzinfo=AMSTERDAM).astimezone(UTC) in week
