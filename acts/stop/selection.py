"""Choosing children of a dossier by where they stand and what they need, for one act on all of them (S-17, S-31)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, select

from acts.stop.subjects import not_found
from models.stop.dossier import StopChild, StopDossier
from notifications.words import care_form_in_words, code_in_words
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.stop.route import Care, Category, ChildStatus, Route

Known = Callable[[Region, StopDossier], Iterable[Any]]  # every value there can be; none: any text


def _of(values: Iterable[Any]) -> Known:
    return lambda _region, _dossier: values


FIELDS: dict[str, tuple[Any, Known]] = {  # as people name it: the column, and what may be in it
    "status": (StopChild.status, _of(ChildStatus)),
    "municipality": (StopChild.municipality, lambda region, _: (o.municipality for o in region.organisations)),
    "category": (StopChild.category, _of(Category)),
    "care": (StopChild.care, _of(Care)),
    "care_form": (StopChild.care_form, lambda _, dossier: dossier.care_forms),
    "location": (StopChild.location, lambda _, dossier: dossier.locations),
    "route": (StopChild.route, _of(Route)),
    "receiving_provider": (
        StopChild.receiver_id,
        lambda region, _: (o.id for o in region.organisations if o.contracts),
    ),
}


def selection(session: Session, region: Region, stop: str, choices: Sequence[tuple[str, str]]) -> list[str]:
    """The references of the children in a dossier for whom every field has this value, by code or in words, in their order.

    Raises Refused (`not_found`, `invalid`: also for what nobody can choose by).
    """
    dossier = session.exec(select(StopDossier).where(StopDossier.reference == stop)).first()
    if dossier is None:
        raise not_found(stop)
    held = [_holds(region, dossier, *choice) for choice in choices]
    children = select(StopChild.reference).where(StopChild.dossier_id == dossier.id, *held)
    return list(session.exec(children.order_by(col(StopChild.id))))


def _in_words(region: Region, field: str, value: Any) -> str:
    return care_form_in_words(value, region) if field == "care_form" else code_in_words(value)


def _holds(region: Region, dossier: StopDossier, field: str, text: str) -> Any:
    if field not in FIELDS:
        raise invalid(field, f"hier is niet op te kiezen; kies uit: {', '.join(FIELDS)}")
    column, known = FIELDS[field]
    values = {str(value): value for value in known(region, dossier) if value is not None} or {text: text}
    named = {_in_words(region, field, value): value for value in values.values()}
    values |= {name: value for name, value in named.items() if name != str(value)}
    if text not in values:
        raise invalid(field, f"'{text}' is hier geen waarde; kies uit: {', '.join(values)}")
    return column == values[text]
