"""The children of a dossier in words: where each stands, what it needs, who must act; the most urgent first (S-35, S-53)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from models.stop.dossier import as_proposal
from models.views.dossier import ChildView, DossierView
from notifications.words import code_in_words
from rules.shared.region import Region
from rules.stop.assignees import missing_in_order
from rules.stop.route import FILE_ITEMS, ChildStatus, DossierStatus

_STANDING = [status.value for status in ChildStatus]
_STEPS = {  # with nothing missing: what is still to happen
    "inform_family": "informatie aan het gezin",
    "finish_care": "einde van de zorg",
    "record_start": "start bij de nieuwe aanbieder",
}
_HERE = {"allocation": "toewijzing"}  # elsewhere a step that has the start in it


def most_urgent_first(children: Iterable[ChildView]) -> list[ChildView]:
    """By last day; on the same day who has the longest way to go. Who needs nothing any more comes last (S-10, S-51)."""

    def urgency(child: ChildView) -> tuple[Any, ...]:
        reference = child.reference
        way = (_STANDING.index(child.status), -len(child.missing), len(reference), reference)
        return (not child.waiting_for, child.due is None, child.due or date.max, *way)

    return sorted(children, key=urgency)


def child_in_words(region: Region, child: ChildView) -> dict[str, str]:
    """One child: labels that people know, values without anything of the youth (S-36)."""
    return {
        "reference": child.reference,
        "place": place(region, child.municipality),
        "route": route(region, child.route, child.receiving_provider, child.moves_along),
        "proposal": proposal(region, child),
        "way": way(region, child),
        "status": code_in_words("removed" if child.removed_on else child.status),
        "held_by": "" if child.removed_on else region.name_of(child.held_by),
        "missing": ", ".join(missing_in_words(child.missing) or [_STEPS[act] for act in child.acts]),
        "due": day(child.due),
        "left": left(child.due_in),
        "who": names(region, child.waiting_for),
        "note": notes(child),
    }


def place(region: Region, municipality: str) -> str:
    """A municipality by the name of its access."""
    return region.name_of(region.access[municipality])


def route(region: Region, number: int | None, receiver: str | None, moves_along: bool) -> str:
    """The route, to whom, and whether the child moves along with employees (S-24, S-27, S-29)."""
    if number is None:
        return "–"
    to = f" naar {region.name_of(receiver)}" if receiver else ""
    return f"{number}{to}{' (gaat mee met medewerkers)' if moves_along else ''}"


def proposal(region: Region, child: ChildView) -> str:
    """The route that waits for the access; empty where none does (S-31)."""
    if child.proposal is None:
        return ""
    waiting = as_proposal(child.proposal)
    return until(route(region, waiting.route, waiting.receiver, waiting.moves_along), waiting.expected_end)


def way(region: Region, child: ChildView) -> str:
    """For a list: the route that is agreed, and the one that is proposed."""
    agreed = route(region, child.route, child.receiving_provider, child.moves_along)
    if not (waiting := proposal(region, child)):
        return agreed
    return f"voorstel: {waiting}" if child.route is None else f"{agreed} (voorstel: {waiting})"


def until(way: str, end: date | None) -> str:
    """A route with the day on which the care is expected to end, where somebody gave one (S-51)."""
    return f"{way}, einde verwacht op {day(end)}" if end else way


def missing_in_words(missing: Iterable[str]) -> list[str]:
    """What is missing, in the order in which it has to be done; a file of which nothing is there is one thing."""
    codes = missing_in_order(missing)
    if set(FILE_ITEMS) <= set(codes):
        codes = ["file" if code == FILE_ITEMS[0] else code for code in codes if code not in FILE_ITEMS[1:]]
    return [_HERE.get(code, "compleet dossier" if code == "file" else code_in_words(code)) for code in codes]


def notes(child: ChildView) -> str:
    """What somebody should look at."""
    said = [code_in_words(code) for code in child.signals]
    said += ["in de flexroute"] if child.flex_cases else []
    return ", ".join([*said, *(["apart gezet"] if child.trouble else [])])


def day(value: date | None) -> str:
    """A date as it stands in a list: 09-03-2026."""
    return value.strftime("%d-%m-%Y") if value else ""


def in_full(value: date) -> str:
    """A date as it stands in a sentence: 9 maart 2026."""
    return format_date(value, "d MMMM y", locale="nl")


def left(days: int | None) -> str:
    """How far a last day is; it lasts until the end of that day."""
    if days is None:
        return ""
    if days == 0:
        return "vandaag"
    return f"nog {many(days, 'dag', 'dagen')}" if days > 0 else f"{many(-days, 'dag', 'dagen')} te laat"


def time_left(view: DossierView) -> str:
    """How far the last day of the term is, as long as it matters: nobody is late once every child is settled (S-10)."""
    settled = view.status in (DossierStatus.SETTLING, DossierStatus.CLOSED) and not view.open
    return "" if settled else left(view.days_left)


def line(day_in_words: str, view: DossierView) -> str:
    """The last day of the term with the time that is left."""
    return f"{day_in_words} ({said})" if (said := time_left(view)) else day_in_words


def many(number: int, one: str = "jeugdige", more: str = "jeugdigen") -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more}"


def names(region: Region, idents: Iterable[str]) -> str:
    """Names in a row."""
    return ", ".join(map(region.name_of, idents))


def some(said: Sequence[str], shown: int = 3) -> str:
    """A few of many, and how many others there are."""
    if len(said) > shown + 1:
        said = [*said[:shown], f"{len(said) - shown} andere"]
    return " en ".join(part for part in (", ".join(said[:-1]), *said[-1:]) if part)


def counted(children: Iterable[ChildView]) -> Counter[str]:
    """Who must act, and for how many of these children."""
    return Counter(who for child in children for who in child.waiting_for)


def must_act(view: DossierView, of_children: Counter[str]) -> Counter[str]:
    """The same; who must act for the dossier itself comes first, then who has most to do (S-35)."""
    return Counter({**dict.fromkeys(view.waiting_for, 0), **dict(of_children.most_common())} | of_children)


def must_act_in_words(region: Region, view: DossierView, of_children: Counter[str]) -> list[str]:
    """The same with names."""
    return [f"{region.name_of(who)}{f' ({many(n)})' if n else ''}" for who, n in must_act(view, of_children).items()]
