"""Issuing agendas: of one table or dossier at a time, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from flexroute import log, progress
from flexroute.errors import UserError
from models.store.database import retrying
from tasks.engine.batch import reason


@dataclass
class Prepared:
    """The days for which an agenda of one table or dossier was issued, or why it could not be."""

    issued: list[date] = field(default_factory=list)
    problem: str | None = None


def prepared(about: str, prepare: Callable[[], Prepared]) -> Prepared:
    """What was issued about this table or dossier; where it breaks nothing was, and why is the problem: it holds up nobody else."""
    try:
        done = retrying(prepare)
    except UserError:
        raise  # the database, not a meeting
    except Exception as error:
        log.write(log.trouble(error, reference=about))
        return Prepared(problem=reason(error))
    progress.done("agenda is uitgegeven", "agenda's zijn uitgegeven", len(done.issued))
    return done
