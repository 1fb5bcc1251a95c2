"""The log: one line for each decision, run, letter and sign of trouble. One door, through which only codes, numbers and ids go (C.4).

What may stand in a line are the fields of its event below, and no text that somebody typed is one of them. It is no record: the case
database is the truth, and a line may be missing after a crash or on a full disk.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from glob import escape
from importlib import metadata
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

from flexroute.errors import UserError, why
from flexroute.private_files import keep_private
from flexroute.settings import Settings, settings

LARGEST, KEPT = 5_000_000, 9  # bytes in a file; so many older ones stay beside it
OURS = frozenset(
    ("acts", "cli", "flexroute", "flows", "models", "notifications", "portal", "processes", "rules", "tasks")
)
FRAMES, CAUSES = 20, 5  # the last of them: an error of endless calls has thousands
PRIVATE = 0o600
_json = json.JSONEncoder(separators=(",", ":")).encode
_CODE = re.compile(r"(?!.*\d{9})[A-Za-z0-9_.:<>-]{1,160}")  # no sentence, no address, no number that could be a BSN


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Somebody's decision was recorded."""

    reference: str
    act: str
    by: str  # id in the region
    process: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Somebody read what was said about something, or who it is about; the database has a row of it (`reading`)."""

    reference: str
    by: str  # id in the region: for whom
    person: str | None = None  # id: who
    youth: bool  # also who it is about
    process: str | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A flow came to its end, or broke off with `error`."""

    flow: str
    moved: int  # cases and children; letters sent, agendas issued
    set_aside: int
    seconds: float
    tracked: bool  # whether Prefect followed it
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What became of a letter: sent, to be tried again, failed, held or withheld."""

    letter: int
    kind: str
    recipient: str  # id in the region
    state: str
    trouble: str | None = None  # its kind
    edition: int
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """An error in the program, as who mends it needs it; made by `trouble`."""

    errors: tuple[str, ...]  # its class, and that of what caused it
    where: tuple[str, ...]  # module:function:line, of our own code, the innermost last
    version: str
    reference: str | None = None
    process: str | None = None
    act: str | None = None
    opening: int | None = None
    letter: int | None = None


Event = Decision | Reading | Run | Letter | Trouble


def trouble(
    error: BaseException,
    *,
    reference: str | None = None,
    process: str | None = None,
    act: str | None = None,
    opening: int | None = None,
    letter: int | None = None,
) -> Trouble:
    """The line about an error: its classes and where it was, never its text or a value, which may be data of a case."""
    return Trouble(
        errors=_classes(error),
        where=_where(error.__traceback__),
        version=_version(),
        reference=reference,
        process=process,
        act=act,
        opening=opening,
        letter=letter,
    )


def write(*events: Event, aloud: bool = True) -> None:
    """Write these lines, together. Never raises: that the log cannot be written is told once (and not at all, unless `aloud`)."""
    if events and _destination.ready():
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        _LOGGER.info("\n".join([_line(event, at) for event in events]), extra={"aloud": aloud})


def _line(event: Event, at: str) -> str:
    said = {name: _codes(value) for name, value in vars(event).items() if value is not None}
    return _json({"at": at, "event": type(event).__name__.lower(), **said})


def _codes(value: object) -> object:
    """As it is; a text that is no code does not pass this door."""
    if isinstance(value, tuple):
        return [_codes(one) for one in value]
    return "?" if isinstance(value, str) and not _CODE.fullmatch(value) else value


def _classes(error: BaseException) -> tuple[str, ...]:
    found: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(found) < CAUSES:
        found.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return tuple(found)


def _where(trace: TracebackType | None) -> tuple[str, ...]:
    frames = ((frame.f_globals.get("__name__", ""), frame.f_code.co_qualname, line) for frame, line in walk_tb(trace))
    ours = [f"{module}:{name}:{line}" for module, name, line in frames if module.partition(".")[0] in OURS]
    return tuple(ours[-FRAMES:])


@cache
def _version() -> str:
    try:
        return metadata.version("flexroute")
    except metadata.PackageNotFoundError:  # run from a checkout that was not installed
        return "?"


class _Telling(logging.Handler):
    """A handler of ours: when it cannot write, people hear that once, and the work goes on."""

    told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in `logging`
        """Say so on standard error."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and record.__dict__.get("aloud", True) and not _Telling.told:
            _Telling.told = True
            with suppress(OSError, ValueError, AttributeError):
                sys.stderr.write(
                    f"Let op: het logboek kan niet worden geschreven ({why(error)}). Het werk gaat door.\n"
                )


class _File(_Telling, RotatingFileHandler):
    """A file that several processes write at once.

    All lines go in one write to the system, in append mode: so they stay whole. Before it each process looks whether the file that it
    has open is still the one, so nobody goes on in a file that another has put away; who does that has a lock, and nobody waits for it.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True)
        keep_private(file.parent.glob(f"{escape(file.name)}*"))

    def _open(self) -> io.TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        raw = io.FileIO(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE), "a")
        return io.TextIOWrapper(raw, encoding=self.encoding, write_through=True)

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802, ARG002 - of `logging`
        """Whether the file is full, once it is the one of this moment that is open."""
        if not self._is_the_file():
            self._hang_up()
        self.stream = self.stream or self._open()
        return os.fstat(self.stream.fileno()).st_size >= LARGEST

    def doRollover(self) -> None:  # noqa: N802 - of `logging`
        """Put the file away, unless another process does that or has just done it."""
        from filelock import FileLock, Timeout

        with suppress(Timeout), FileLock(f"{self.baseFilename}.lock", timeout=0, mode=PRIVATE):
            if self._is_the_file():
                super().doRollover()

    def _is_the_file(self) -> bool:
        with suppress(FileNotFoundError):
            return self.stream is not None and os.path.samestat(
                os.fstat(self.stream.fileno()),
                os.stat(self.baseFilename),  # noqa: PTH116 - at every line
            )
        return False

    def _hang_up(self) -> None:
        if self.stream:
            self.stream.close()
            self.stream = None


class _Stderr(_Telling):
    """Standard error, as it is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except Exception:
            self.handleError(record)


class _Destination:
    """Where the lines go. Whoever adds a handler of his own to the logger `flexroute` gets them too."""

    chosen: Settings | None = None  # the settings it was chosen by
    to = ""
    handler: _Telling | None = None

    def ready(self) -> bool:
        """Whether there is a log, as the settings of this moment say."""
        try:
            now = settings()
        except UserError:  # people hear what is wrong with them where they are needed
            return False
        if now is not self.chosen:
            self.chosen = now
            if now.log_to != self.to:
                self._change(now.log_to)
        return bool(self.to)

    def _change(self, to: str) -> None:
        if self.handler:
            _LOGGER.removeHandler(self.handler)
            self.handler.close()
        self.to, self.handler = to, (_Stderr() if to == "-" else _File(Path(to))) if to else None
        if self.handler:
            _LOGGER.addHandler(self.handler)


_LOGGER = logging.getLogger("flexroute")
_LOGGER.setLevel(logging.INFO)
_LOGGER.propagate = False
_destination = _Destination()
