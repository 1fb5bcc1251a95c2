"""A scenario file: read and checked before anything is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from acts import Act, acts
from cli.player.observe import EVERY, views
from flexroute.clock import from_local
from flexroute.errors import UserError, why
from models.region.file import check_region, read_region
from rules.shared.process import processes
from rules.shared.region import Region
from rules.shared.settings import apart, is_setting

RUNS = ("table_prep", "deadline_watch", "deliver_mail")
REFUSALS = {"forbidden", "wrong_step", "invalid", "not_found", "already_decided"}  # those of every process


class Malformed(UserError):
    """A scenario that cannot be played; says which step and why."""


@dataclass(frozen=True)
class Step:
    """One step: an act, a run, or an expectation, at a moment."""

    number: int
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """A story with its world."""

    id: str
    region: Region
    steps: tuple[Step, ...]


def load(path: Path) -> Scenario:
    """Read a scenario and its world. Raises Malformed, or RegionFileError for the world."""
    data = _yaml(path)
    if not isinstance(data, Mapping) or not {"id", "steps", "world"} <= set(data):
        raise Malformed(f"{path.name}: een scenario heeft id, world en steps")
    if unknown := set(data) - {"id", "title", "source", "world", "set", "steps"}:
        raise Malformed(f"{path.name}: onbekend onderdeel {', '.join(sorted(map(str, unknown)))}")
    if not isinstance(data["steps"], list):
        raise Malformed(f"{path.name}: steps is geen lijst")
    region = _world(path, path.parent / str(data["world"]), data.get("set") or {})
    steps, last = [], None
    for number, step in enumerate(data["steps"], 1):
        checked = _step(path, number, step)
        if (table := _table_of(checked)) not in (None, *region.table):
            raise Malformed(f"{path.name} stap {number}: de tafel {table} bestaat niet in de wereld")
        if last and checked.at < last:
            raise Malformed(f"{path.name} stap {number}: at is eerder dan de stap ervoor")
        last = checked.at
        steps.append(checked)
    return Scenario(str(data["id"]), region, tuple(steps))


def _world(path: Path, world: Path, changes: Any) -> Region:
    try:
        return check_region(_merged(path, _yaml(world), changes), f"{world.name} (met set van {path.name})")
    except UserError:
        read_region(world)  # when it is the file itself that is wrong, this names the line
        raise
    except (AttributeError, KeyError, TypeError):
        read_region(world)
        raise Malformed(f"{path.name}: set past niet op de wereld") from None


def _yaml(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path} kan niet worden gelezen ({why(error)})") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Malformed(f"{path.name}{f' regel {mark.line + 1}' if mark else ''}: dit is geen geldige YAML") from None
    except Exception as error:  # a date that does not exist, a list as a key, a nesting without end
        raise Malformed(f"{path.name}: dit is geen leesbare YAML ({type(error).__name__})") from None


def _step(path: Path, number: int, step: Any) -> Step:
    def wrong(why: str) -> Malformed:
        return Malformed(f"{path.name} stap {number}: {why}")

    if not isinstance(step, Mapping):
        raise wrong("geen velden met een waarde")
    try:
        at = from_local(step["at"].isoformat() if isinstance(step.get("at"), date) else str(step["at"]))
    except (KeyError, ValueError):
        raise wrong("at is geen moment (jjjj-mm-ddTuu:mm)") from None
    match [kind for kind in ("act", "run", "expect") if kind in step]:
        case ["act"]:
            allowed = {"at", "act", "case", "by", "with", "refused"}
            if str(step["act"]) not in acts():
                raise wrong(f"onbekende handeling {step['act']}")
            if not isinstance(step.get("with") or {}, Mapping):
                raise wrong("with heeft velden met een waarde")
            if "by" not in step or act_of(step) is None:
                raise wrong("een handeling heeft by, en case (bij een stoppende aanbieder: stop of child in with)")
            known = REFUSALS.union(*(process.refusals for process in processes()))
            if step.get("refused") is not None and str(step["refused"]) not in known:
                raise wrong(f"onbekende weigering {step['refused']}")
        case ["run"]:
            allowed = {"at", "run"}
            if step["run"] not in RUNS:
                raise wrong(f"onbekende run {step['run']}")
        case ["expect"]:
            allowed = {"at", "expect"}
            _expectation(step["expect"], wrong)
        case _:
            raise wrong("kies precies een van act, run en expect")
    if unknown := set(step) - allowed:
        raise wrong(f"onbekend veld {', '.join(sorted(map(str, unknown)))}")
    return Step(number, at, step)


def labels_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """What an act is about, in the scenario's own names: a case stands beside `with`, all others in it."""
    if "case" in step:
        return {"case": step["case"]}
    given = step.get("with") or {}
    return {kind: given[kind] for kind in views() if kind in given}


def act_of(step: Mapping[str, Any]) -> Act[Any] | None:
    """The act of a step: of two with one name the one that is about what the step names. None where none is."""
    named = set(labels_of(step))
    for act in acts()[str(step["act"])]:
        wanted = {kind for kind in (act.kind.label if act.kind else None, act.makes) if kind}
        if wanted & named or not wanted | named:
            return act
    return None


def _expectation(expect: Any, wrong: Any) -> None:
    about = [kind for kind in views() if isinstance(expect, Mapping) and kind in expect]
    if len(about) != 1:
        raise wrong(f"expect gaat over één van: {', '.join(views())}")
    if unknown := set(expect) - {*about, *EVERY} - views()[about[0]].keys:
        raise wrong(f"onbekende verwachting {', '.join(sorted(map(str, unknown)))}")
    meeting = expect.get("meeting", {"table": None, "on": "2026-01-01"})
    if not isinstance(meeting, Mapping) or set(meeting) != {"table", "on"} or not _is_day(meeting["on"]):
        raise wrong("een meeting heeft table en on (een dag)")
    for key in ("mails", "mails_include"):
        mails = expect.get(key, [])
        if not isinstance(mails, list):
            raise wrong(f"{key} is geen lijst")
        for mail in mails:
            if not isinstance(mail, Mapping) or not {"kind", "to"} <= set(mail) <= {"kind", "to", "contains"}:
                raise wrong("een mail heeft kind en to")
            texts = [mail["kind"], *_listed(mail["to"]), *_listed(mail.get("contains", []))]
            if not all(isinstance(text, str) for text in texts):
                raise wrong("een mail heeft een kind, een lijst to, en soms een lijst contains")


def _table_of(step: Step) -> Any:
    expect = step.data.get("expect") or {}
    return expect["meeting"]["table"] if "meeting" in expect else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None]


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def _merged(path: Path, world: Any, changes: Any) -> dict[str, Any]:
    """The world with the changes of `set`: mappings by key, rows by id, other lists replaced; a bare name is a setting."""
    if not isinstance(world, dict) or not isinstance(changes, Mapping):
        raise Malformed(f"{path.name}: world of set heeft geen velden met een waarde")
    bare = {key: value for key, value in changes.items() if key not in Region.model_fields and is_setting(str(key))}
    if bare:
        others = {key: value for key, value in changes.items() if key not in bare}
        changes = {**others, "settings": {**others.get("settings", {}), **bare}}
    merged, changes = apart(world), apart(changes)
    for key, value in changes.items():
        if key in ("tables", "organisations", "people"):
            rows = {row["id"]: row for row in merged[key]}
            for ident, row in value.items():
                if ident not in rows:
                    raise Malformed(f"{path.name}: set.{key}: {ident} staat niet in de wereld")
                rows[ident] = _deep(rows[ident], row)
            merged[key] = list(rows.values())
        elif key in Region.model_fields:
            merged[key] = _deep(merged.get(key), value)
        else:
            raise Malformed(f"{path.name}: set: onbekende instelling {key}")
    return merged


def _deep(old: Any, new: Any) -> Any:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {**old, **{key: _deep(old.get(key), value) for key, value in new.items()}}
    return new
