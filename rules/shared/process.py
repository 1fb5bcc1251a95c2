"""What a process is, the registry of those that run here, and how they take part in each other without knowing each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from rules.shared.assignment import Assigned, Open
from rules.shared.kept import Kept
from rules.shared.region import Region
from rules.shared.seeing import Sight
from rules.shared.settings import OWN, Frozen, Settings

P = ParamSpec("P")
R = TypeVar("R")


class Rows(NamedTuple):
    """Where one kind of subject is kept: its name in scenarios, and its table (with `reference`, `opening`, `trouble`)."""

    label: str
    table: Any


class View(NamedTuple):
    """A subject as scenarios look at it: which keys may be expected, and how it stands."""

    keys: frozenset[str]
    # session, region, reference (or what names it), today, names
    of: Callable[..., tuple[str, Mapping[str, Any] | None]]


def _nothing(*_: Any) -> None:
    """For a process to which it means nothing."""


def _none(*_: Any) -> tuple[()]:
    return ()


@dataclass(frozen=True)
class OfRegion:
    """What it means for a process that another region comes in; each part gets the session."""

    hold_open: Callable[[Any], None]  # everything open is ours: whoever moves it later reads the new region
    allows: Callable[[Any, Region], None] = _nothing  # raises UserError where something would lose somebody
    changed: Callable[[Any], None] = _nothing  # once it is stored
    asks: frozenset[str] = frozenset()  # its letters that ask somebody to act: they do not go to who need not any more
    ask: Callable[..., None] = _nothing  # asks those that come in: session, region, handovers, version, now
    # who has a task now: session, former region, region, a letter about it
    heirs: Callable[..., tuple[str, ...]] = _none


@dataclass(frozen=True)
class Process:
    """One process: all that the shared parts look up of it.

    Where Prefect comes along, a part is named ("module:name") and found when it is needed: most commands do without.
    """

    name: str  # of its folders in every layer
    title: str  # in Dutch
    prefix: str  # of its references: ZB of ZB-2026-000001
    page: str  # of its subjects in the portal
    subjects: tuple[Rows, ...]
    acts: Mapping[str, Any]  # what people can do, by name
    around: Callable[[str], tuple[str, ...]]  # what is held with a reference: a child and its dossier
    who_must_act: Callable[..., Iterable[Open]]  # everything open: session, today
    assigned: Callable[..., Iterable[tuple[str, Sequence[Assigned]]]]  # of everything open: session, region
    region: OfRegion  # what another region means for it
    views: Mapping[str, View]  # by the label of a subject in scenarios
    sights: Mapping[str, Sight]  # by the label of a kind of subject: who may see what of it
    requirements: Mapping[str, str]  # by act: the number of the sentence that it stands on
    refusals: Mapping[str, str]  # its own codes, beside those that every process has, each with its requirement
    words: Mapping[str, str]  # its codes in Dutch
    letters: Mapping[str, tuple[str, ...]]  # its kinds of letters, each with the parties that get it
    contexts: Mapping[str, Any]  # by kind of letter: what it knows (notifications/contexts.py)
    templates: Path  # the folder of its letters
    answers: Callable[[Region], str]  # who reads what people answer to its letters
    rendered: Mapping[str, Callable[..., Any]]  # letters that are more than their template
    flow: str  # moves what has news: all, or these `references`
    watches: str  # what the clock brings
    agendas: str = ""  # what is prepared each week, where anything is
    filters: Mapping[str, Callable[..., str]] = field(default_factory=dict)  # what only its letters say, in templates
    # by what its readers recognise what a letter is about: labels and values
    recognised_by: Callable[[Mapping[str, Any], Region], Sequence[tuple[str, str]]] = _none
    tasks: Mapping[str, str] = field(default_factory=dict)  # its acts in Dutch, as somebody is about to do them
    sentences: Path | None = None  # the numbered sentences of its document (rules/*/requirements.yaml)
    # by the label of a kind of subject: how one stands, in words; session, region, reference, today (models/views/standing.py)
    standings: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)  # by table of its own: what it keeps, in words
    settings: type[Frozen] = Frozen  # its numbers that a region may change, with their defaults; Frozen: none

    def part(self, name: str) -> Any:
        """A part that is only named. Raises AttributeError, ImportError where it is not there."""
        return resolve_name(getattr(self, name))


@dataclass(frozen=True)
class LettersOfAll:
    """Letters of no process: of all of them together. They are looked up as those of a process are."""

    name: str  # of their folder
    letters: Mapping[str, tuple[str, ...]]
    contexts: Mapping[str, Any]
    templates: Path
    answers: Callable[[Region], str]
    rendered: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    recognised_by: Callable[[Mapping[str, Any], Region], Sequence[tuple[str, str]]] = _none
    region: OfRegion = OfRegion(_nothing)


OF_ALL: dict[str, LettersOfAll] = {}  # by kind of letter; processes/letters_of_all.py fills it
_registered: dict[str, Process] = {}
_REFERENCE = re.compile(r"([A-Z]+)-\d{4}-\d")  # a table of providers may be called ST-oost


def register(process: Process) -> Process:
    """From now on this process runs here. Raises ValueError where it clashes with another one, or where something is missing."""
    if wrong := [*_clashes(process), *_gaps(process)]:
        raise ValueError(f"{process.name}: {'; '.join(wrong)}")
    _registered[process.name] = process
    OWN[process.name] = process.settings
    return process


def _clashes(process: Process) -> Iterator[str]:
    for part in ("name", "prefix", "page"):
        if getattr(process, part) in {getattr(one, part) for one in processes()}:
            yield f"another process has the {part} {getattr(process, part)}"
    for part in ("letters", "views", "filters"):
        if doubles := {kind for one in processes() for kind in getattr(one, part) if kind in getattr(process, part)}:
            yield f"another process has the {part} {', '.join(sorted(doubles))}"


def _gaps(process: Process) -> Iterator[str]:
    may_lack = ("rendered", "refusals", "agendas", "filters", "tasks", "sentences", "standings", "kept")
    if missing := [one.name for one in fields(process) if not getattr(process, one.name) and one.name not in may_lack]:
        yield f"there is no {', '.join(missing)}"
    if common := {*process.settings.model_fields} & {*Settings.model_fields}:
        yield f"{', '.join(sorted(common))} is a setting of all processes together"
    kept = {rows.label for rows in process.subjects}
    if unseen := kept - {*process.views}:
        yield f"no view of {', '.join(sorted(unseen))}"
    if unseen := kept ^ {*process.sights}:
        yield f"no word on who may see {', '.join(sorted(unseen))}"
    if unsaid := {*process.letters} ^ {*process.contexts}:
        yield f"a letter and its context do not go together: {', '.join(sorted(unsaid))}"
    if unnamed := {*process.acts} - {*process.words}:
        yield f"no word for {', '.join(sorted(unnamed))}"
    if process.tasks and (unnamed := {*process.acts} - {*process.tasks}):
        yield f"no task for {', '.join(sorted(unnamed))}"
    if ungrounded := {name for name in process.acts if not process.requirements.get(name)}:
        yield f"no requirement for {', '.join(sorted(ungrounded))}"
    if ungrounded := {code for code, requirement in process.refusals.items() if not requirement}:
        yield f"no requirement for {', '.join(sorted(ungrounded))}"
    for name, act in process.acts.items():
        if act.kind and act.kind.label not in kept:
            yield f"{name} is about a {act.kind.label}, which is not kept"
        for label in {act.makes or (act.kind and act.kind.label)} & {*process.sights}:
            if name not in process.sights[label].readers:
                yield f"no readers of {name}"


def by_name(acts: Iterable[Any]) -> dict[str, Any]:
    """The acts of a process by their name. Raises ValueError where two have the same."""
    found: dict[str, Any] = {}
    for act in acts:
        if found.setdefault(act.name, act) is not act:
            raise ValueError(f"there are two acts {act.name}")
    return found


def forget(process: Process) -> None:
    """It does not run here any more (tests)."""
    _registered.pop(process.name, None)
    OWN.pop(process.name, None)


def processes() -> tuple[Process, ...]:
    """Those that run here, in the order in which they were registered."""
    return tuple(_registered.values())


def named(name: str) -> Process:
    """The process with this name. Raises KeyError."""
    return _registered[name]


def subjects() -> tuple[Rows, ...]:
    """Where everything that has a reference of its process is kept, in all of them (a meeting has none)."""
    return tuple(subject for process in processes() for subject in process.subjects)


def of_reference(reference: str | None) -> Process | None:
    """The process of a reference; None for what is none, as a meeting."""
    found = _REFERENCE.match(reference or "")
    return next((one for one in processes() if found and one.prefix == found[1]), None)


def around(reference: str) -> tuple[str, ...]:
    """A reference with what is held with it."""
    process = of_reference(reference)
    return process.around(reference) if process else (reference,)


def of_letter(kind: str) -> Process | LettersOfAll:
    """The process whose letter it is, or all of them together. Raises KeyError for a kind that nobody has."""
    for one in processes():
        if kind in one.letters:
            return one
    return OF_ALL[kind]


def by_process(references: Iterable[str]) -> dict[str, list[str]]:
    """References by the name of their process, each once; without those of none."""
    found: dict[str, list[str]] = {}
    for reference in dict.fromkeys(references):
        if process := of_reference(reference):
            found.setdefault(process.name, []).append(reference)
    return found


class Hook(Generic[P, R]):
    """A point at which a process lets others take part: it announces something, or asks what else is known or in the way.

    Bridges add themselves to it; without them nobody is asked. They are called in the order in which they were added.
    """

    def __init__(self) -> None:
        self._added: list[Callable[P, R]] = []

    def add(self, takes_part: Callable[P, R]) -> Callable[P, R]:
        """Have this called too (a decorator)."""
        self._added.append(takes_part)
        return takes_part

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """What each of them answers."""
        return [takes_part(*args, **kwargs) for takes_part in self._added]
