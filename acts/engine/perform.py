"""The one door to everything that a person can do. Which acts there are, the processes say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from acts.engine.act import Act
from acts.engine.record import Answers, record_each
from models.store.database import Database
from notifications.words import code_in_words, vocabulary
from rules.shared.process import Process, of_reference, processes
from rules.shared.refusal import Refused, invalid


def acts() -> dict[str, list[Act[Any]]]:
    """Everything that a person can do, by name; two processes may have an act of the same name."""
    found: dict[str, list[Act[Any]]] = {}
    for process in processes():
        for act in process.acts.values():
            found.setdefault(act.name, []).append(act)
    return found


def act_for(name: str, about: str | None = None) -> Act[Any]:
    """The act with this name, about the subject of this reference. Raises Refused where there is none."""
    if about and not about.isprintable():
        raise Refused("not_found", "Dit is geen kenmerk: er staat een teken in dat geen tekst is.", "case")
    known = acts()
    if name not in known:
        choice = vocabulary(known).instead(name) or f"kies uit: {', '.join(known)}"
        raise invalid("act", f"de handeling '{name}' bestaat niet; {choice}")
    first = known[name][0]
    process = of_reference(about)
    if process and name in process.acts:
        own: Act[Any] = process.acts[name]
        return own
    if about and (process or len(known[name]) == 1) and first.kind:
        raise Refused("not_found", f"{about} is geen kenmerk van een {first.kind.title}.", "case")
    return first


def process_of(act: Act[Any]) -> Process:
    """Whose act it is. Raises KeyError for one that no process has."""
    for process in processes():
        if process.acts.get(act.name) is act:
            return process
    raise KeyError(act.name)


def perform(
    database: Database,
    name: str,
    about: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None = None,
) -> str:
    """Check and record one act. Answers with the reference of what now has news.

    `by`: for whom, an organisation or a person with a role; `person`: who acts for that organisation.

    Raises Refused with a code, or Unsettled when an earlier decision must be moved first. Nothing is half-done.
    """
    act = act_for(name, about)
    if act.kind and not about:
        raise Refused("not_found", "Geef het kenmerk van de casus, het dossier of de jeugdige.", "case")
    if act.record:
        return act.record(act, database, about, by, given, now, person)
    if why_not := record_each(database, act, [about or ""], by, given, now, person)[about or ""]:
        raise why_not
    return about or ""


def perform_each(
    database: Database,
    name: str,
    references: Sequence[str],
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None = None,
) -> Answers:
    """Check and record the same act for each of these; each gets an answer of its own.

    Raises Refused for an act that is recorded in a way of its own.
    """
    act = act_for(name, next(iter(references), None))
    if act.kind is None or act.record:
        raise invalid("act", f"'{code_in_words(name)}' kan niet voor meer tegelijk")
    return record_each(database, act, references, by, given, now, person)
