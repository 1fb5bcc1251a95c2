"""What was given of a dossier or a child in it was wrong: it goes on as it is now, and who had a letter of before hears it (S-17, S-39)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from models.stop.dossier import StopChild
from models.stop.history import facts_of_dossiers
from models.stop.region import look_anew
from notifications.contexts import context_of
from notifications.outbox import Corrected, bring_up_to_date, letter_row, take_back
from rules.stop.correcting import ALWAYS, correct_child, remove_child, route_lapses
from rules.stop.gates import affected_forms
from rules.stop.letters import CHILD_CORRECTED, DOSSIER_CORRECTED, STOP_LETTERS
from rules.stop.route import Care, Category
from rules.stop.settings import StopSettings
from rules.stop.terms import ends_by
from tasks.stop.reassigning import ASKS
from tasks.stop.work import ChildContext, DossierContext

REPLACED = "de gegevens zijn gecorrigeerd"


def _same(value: Any) -> Any:
    return value


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


_AS_FACT: dict[str, Callable[[Any], Any]] = {
    "registered_on": _day,
    "allocation_ends_on": _day,
    "care": Care,
    "category": Category,
}


def correct(work: ChildContext) -> None:
    """Its facts are others; a route that was about the ones before lapses, and must be proposed again (S-32)."""
    fields = work.answer.keys() - {"reason"}
    facts = {field: _AS_FACT.get(field, _same)(work.answer[field]) for field in fields - {"private"}}
    lapses = route_lapses(work.before, fields)
    work.apply(correct_child(work.before, facts))
    if "location" in facts:
        work.child.location = facts["location"]
    if lapses:
        take_back(work.session, work.child.reference, ASKS, REPLACED)
    now: dict[str, Any] = {"category": work.child.category, "care": work.child.care}
    no_route: dict[str, Any] = {"route": None, "receiver": None} if lapses else {}

    def right(known: dict[str, Any]) -> dict[str, Any]:
        of_now = now | (no_route if "last_day" in known else {})  # a term that runs, whatever the route
        return {**known, **{field: of_now[field] for field in of_now.keys() & known.keys()}}

    letters = bring_up_to_date(work.session, work.child.reference, right)
    if not fields <= ALWAYS:  # no letter says these
        # what still goes tells what was decided about a route that lapsed: its reader must hear that too
        told = [one.recipient for one in letters if one.left or lapses]
        _tell(work, "route_lapses" if lapses else "goes_on", told)


def remove(work: ChildContext) -> None:
    """It was added by mistake: nobody must act on it any more, and nothing that waits is true of it."""
    work.apply(remove_child(work.today))
    take_back(work.session, work.child.reference, STOP_LETTERS, REPLACED)
    _tell(work, "removed", [one.recipient for one in bring_up_to_date(work.session, work.child.reference, _same)])


def _tell(work: ChildContext, becomes: str, told: Iterable[str]) -> None:
    """Who had a letter about the child, but who corrected it."""
    known = {"dossier": work.dossier.reference, "provider": work.facts.provider, "becomes": becomes}
    _letters(work, CHILD_CORRECTED, work.child.reference, told, known)


def correct_dossier(work: DossierContext) -> None:
    """The announcement goes out once more, as it is now; every term is looked at anew (S-10, S-39)."""
    one, settings = work.dossier, work.region.settings_of(StopSettings)
    before, known = ends_by(work.facts, settings), {**work.answer}
    del known["reason"]
    for field, value in known.items():
        column = "provider_id" if field == "provider" else field
        setattr(one, column, date.fromisoformat(value) if field.endswith("_on") else value)
    one.partly = bool(one.locations) or {*one.care_forms} < {
        *affected_forms(work.region, one.provider_id, one.announced_on, one.contract_ends_on)
    }
    work.session.flush()
    work.facts = facts_of_dossiers(work.session, [one])[one.id or 0]
    look_anew(work.session, col(StopChild.dossier_id) == one.id)
    children = list(work.session.exec(select(StopChild.reference).where(StopChild.dossier_id == one.id)))
    letters = _say_it_right(work, [one.reference, *children], before, ends_by(work.facts, settings))
    told = [letter.recipient for letter in letters if letter.left]
    take_back(work.session, one.reference, ("provider_stops",), REPLACED)
    announce(work)
    mailboxes = {*STOP_LETTERS["provider_stops"]}  # they have it once more already
    context = {
        "provider": work.facts.provider,
        "contract_ends_on": work.facts.contract_ends_on,
        "ends_by": ends_by(work.facts, settings),
    }
    _letters(work, DOSSIER_CORRECTED, one.reference, [who for who in told if who not in mailboxes], context)


def _say_it_right(work: DossierContext, about: Sequence[str], before: date, now: date) -> list[Corrected]:
    """What waits about the dossier and its children has the days of now; the term of a child may end earlier (S-25)."""

    def right(known: dict[str, Any]) -> dict[str, Any]:
        days = {"contract_ends_on": work.facts.contract_ends_on.isoformat()}
        if last := known.get("ends_by"):
            days["ends_by"] = now.isoformat() if last == before.isoformat() else min(last, now.isoformat())
        return {**known, **{field: days[field] for field in days.keys() & known.keys()}}

    return [letter for one in about for letter in bring_up_to_date(work.session, one, right)]


def announce(work: DossierContext) -> None:
    """Contract administration tells Werkgroep Toegang and Backoffice that a provider stops, as of when and why (N-20)."""
    one = work.dossier
    work.letter(
        "provider_stops",
        stop_type=one.stop_type,
        motives=one.motives,
        care_forms=one.care_forms,
        announced_on=one.announced_on,
        partly=one.partly,
    )


def _letters(work: DossierContext, kind: str, about: str, who: Iterable[str], known: dict[str, Any]) -> None:
    """To each of them once, but not to who corrected it."""
    assert work.decision is not None  # noqa: S101
    context, occasion = context_of(kind, **known), work.occasion(work.decision.opening)
    others = [one for one in dict.fromkeys(who) if one != work.decision.by]
    work.writes.letters += [letter_row(kind, one, about, occasion, context, work.now) for one in others]
