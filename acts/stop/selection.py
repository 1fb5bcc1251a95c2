"""Choosing children of a dossier by where they stand and what they need, for one act on all of them (S-17, S-31)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, select

from acts.stop.subjects import not_found
from models.stop.dossier import StopChild, StopDossier, in_dossier
from notifications.words import care_form_names, vocabulary
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.vocabulary import Vocabulary
from rules.stop.route import Care, Category, ChildStatus, Route

Known = Callable[[Region, StopDossier], Vocabulary | None]  # every value there can be; None: any text


def _of(values: Iterable[Any]) -> Known:
    return lambda _region, _dossier: vocabulary(values)


FIELDS: dict[str, tuple[str, Any, Known]] = {  # what people call it, the column, and what may be in it
    "status": ("staat", StopChild.status, _of(ChildStatus)),
    "municipality": ("gemeente", StopChild.municipality, lambda region, _: region.place_names),
    "category": ("fase", StopChild.category, _of(Category)),
    "care": ("soort zorg", StopChild.care, _of(Care)),
    "care_form": (
        "zorgvorm",
        StopChild.care_form,
        lambda region, dossier: care_form_names(region, dossier.care_forms).only(dossier.care_forms),
    ),
    "location": ("locatie", StopChild.location, lambda _, dossier: _locations(dossier)),
    "route": ("route", StopChild.route, _of(Route)),
    "receiving_provider": (
        "ontvangende aanbieder",
        StopChild.receiver_id,
        lambda region, _: region.organisation_names.only(o.id for o in region.organisations if o.contracts),
    ),
}
FIELD_NAMES = Vocabulary({field: (name,) for field, (name, *_) in FIELDS.items()})


def _locations(dossier: StopDossier) -> Vocabulary | None:
    return Vocabulary({place: (place,) for place in dossier.locations}) if dossier.locations else None


def selection(session: Session, region: Region, stop: str, choices: Sequence[tuple[str, str]]) -> list[str]:
    """The references of the children in a dossier for whom every field has this value, by code or in words, in their order.

    Raises Refused (`not_found`, `invalid`: also for what nobody can choose by).
    """
    dossier = session.exec(select(StopDossier).where(StopDossier.reference == stop)).first()
    if dossier is None:
        raise not_found(stop)
    held = [_holds(region, dossier, *choice) for choice in choices]
    children = select(StopChild.reference).where(StopChild.dossier_id == dossier.id, in_dossier(), *held)
    return list(session.exec(children.order_by(col(StopChild.id))))


def _holds(region: Region, dossier: StopDossier, text: str, value: str) -> Any:
    field = FIELD_NAMES.code(text)
    if field not in FIELDS:
        raise invalid(text, FIELD_NAMES.refusal("hier is niet op te kiezen", text))
    name, column, known_of = FIELDS[field]
    known = known_of(region, dossier)
    if known is None:
        return column == value
    try:
        code = known.code(value)
    except ValueError as error:
        raise invalid(field, str(error)) from None
    if code not in known.of:
        raise invalid(field, f"'{value}' is hier geen waarde; {known.instead(value) or f'kijk na welke {name} dit is'}")
    return column == (int(code) if field == "route" else code)
