"""The log as tests read it: whole lines, with the keys of their event and nothing else."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from flexroute import log
from tests.support.private import SECRETS

EVENTS: dict[str, Any] = {
    "decision": log.Decision,
    "reading": log.Reading,
    "run": log.Run,
    "letter": log.Letter,
    "trouble": log.Trouble,
}
ALWAYS = {"at", "event"}


def keys_of(event: str) -> tuple[set[str], set[str]]:
    """The keys that a line of this event has, and those that it may have."""
    all_ = {one.name for one in fields(EVENTS[event])}
    needed = {one.name for one in fields(EVENTS[event]) if one.default is MISSING}
    return ALWAYS | needed, ALWAYS | all_


def read(home: Path) -> list[dict[str, Any]]:
    """Every line of the log in this home; each is held to its keys, and nothing private is in any of them (C.4)."""
    file = home / "flexroute.log"
    text = file.read_text(encoding="ascii") if file.exists() else ""
    assert not [secret for secret in SECRETS if secret in text]
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        needed, allowed = keys_of(line["event"])
        assert needed <= line.keys() <= allowed, line
        assert "?" not in line.values(), line  # what somebody typed stood where only a code may be
    return lines


def lines(home: Path, event: str) -> list[dict[str, Any]]:
    """The lines of one event, without their moment."""
    return [
        {key: line[key] for key in line if key not in ("at", "event")} for line in read(home) if line["event"] == event
    ]
