"""What flows/runtime/prefect_inside.py leans on is in the Prefect that is installed. Red: read what changed before delivering."""

from __future__ import annotations

import inspect
from datetime import timedelta
from importlib import import_module
from typing import Any

import prefect
import pytest
from prefect.settings import Settings

from flows.runtime.local_prefect import QUIET
from flows.runtime.prefect_inside import DEFERRED, keep_days

VERSION = "3.9.1"  # with which everything here was tried
INSIDE = (  # module, what is used of it
    ("prefect.context", "AsyncClientContext"),
    ("prefect.context", "SyncClientContext"),
    ("prefect.context", "FlowRunContext"),
    ("prefect.flow_engine", "run_flow_async"),
    ("prefect.utilities.callables", "get_call_parameters"),
    ("prefect.events.worker", "EventsWorker"),
    ("prefect.logging.handlers", "APILogWorker"),
    ("prefect.server.api.server", "create_app"),
)


def test_this_is_the_prefect_that_was_tried() -> None:
    """Another version: look at every name below, run the long tests, and then change the number here."""
    assert prefect.__version__ == VERSION, "look at flows/runtime/prefect_inside.py"


@pytest.mark.parametrize(("module", "name"), INSIDE)
def test_it_is_still_there(module: str, name: str) -> None:
    assert hasattr(import_module(module), name)


def test_a_run_can_be_made_before_it_is_run() -> None:
    """Followed runs have their name and tags from the start, and give their last state."""
    run = import_module("prefect.flow_engine").run_flow_async
    assert {"flow", "flow_run", "parameters", "return_type"} <= inspect.signature(run).parameters.keys()


def test_a_worker_can_be_let_go() -> None:
    """The services that tell a server of events and logs keep their instances, each with a loop and a task."""
    service = import_module("prefect._internal.concurrency.services")._QueueServiceBase
    assert "_instances" in vars(service)
    source = inspect.getsource(service)
    assert "self._loop" in source
    assert "self._task" in source


def test_prefect_begins_on_sqlite_as_we_think() -> None:
    """Its transactions begin deferred, by a statement of its own: that one is changed on its way to the database."""
    module: Any = import_module("prefect.server.database.configurations")
    mode = DEFERRED.removeprefix("BEGIN ")
    source = inspect.getsource(module)
    assert 'exec_driver_sql(f"BEGIN {mode}")' in source
    assert f'else "{mode}"' in source


@pytest.mark.parametrize("name", sorted({*QUIET, *keep_days(30)} - {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"}))
def test_prefect_knows_our_settings(name: str) -> None:
    """A setting that Prefect renamed would do nothing, silently. (The level of the console is a key of its logging.yml.)"""
    assert name in import_module("prefect.settings.legacy")._get_settings_fields(Settings)


def test_prefect_reads_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """With their values: a server with one that it cannot read does not start."""
    for name, value in {**QUIET, **keep_days(30)}.items():
        monkeypatch.setenv(name, value)
    read = Settings().server
    assert read.services.db_vacuum.retention_period == timedelta(days=30)
    assert read.services.db_vacuum.enabled_vacuum_types >= {"events", "flow_runs"}
    assert read.events.retention_period == timedelta(days=7)
