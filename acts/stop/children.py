"""The stopping provider adds its children one by one, or from a list: everything is traceable to the child (S-14, S-17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import Field
from sqlalchemy import insert, or_
from sqlmodel import Session, col, select

from acts.engine.act import Act, Beginning, check
from acts.engine.record import decision, keep
from acts.engine.recorded_before import RecordedBefore, differing
from acts.stop.subjects import DOSSIER, hold
from flexroute.clock import local_date
from models.stop.dossier import StopChild, StopDossier
from models.store.database import Database
from models.store.decision import Decision
from models.store.former_reference import FormerReference
from models.store.subject import begin
from models.store.youth import Youth
from rules.shared.cleaning import one_line
from rules.shared.refusal import Refused, invalid
from rules.shared.values import CareForm, Day, EarlierDay, Municipality, OwnReference, Private, ShownLine, Values
from rules.stop.asked import OfDossier
from rules.stop.gates import in_scope
from rules.stop.roles import stopping
from rules.stop.route import Care, Category


class Kept(NamedTuple):
    """A child, what was said of it at first and after each correction, what is private of it, and whether it was removed."""

    reference: str
    said: list[dict[str, Any]]
    private: dict[str, Any]
    removed: bool = False


CHUNK = 100  # children of a list in one transaction


_AT_FIRST = {  # how every child begins
    name: field.get_default(call_default_factory=True)
    for name, field in StopChild.model_fields.items()
    if name != "id" and not field.is_required()
}


class Child(Values):
    """What the dossier needs of a child. `private` is about the youth and stays in the case database."""

    municipality: Municipality = Field(title="gemeente")
    care: Care = Field(title="soort zorg")
    category: Category = Field(title="fase")
    care_form: CareForm = Field(title="zorgvorm")
    location: ShownLine | None = Field(None, title="locatie", description="Alleen als het dossier locaties noemt.")
    registered_on: EarlierDay = Field(title="aanmelddatum")
    allocation_ends_on: Day | None = Field(None, title="toewijzing tot", description="Leeg bij een voortraject.")
    private: Private = Field(
        default_factory=dict,
        title="gegevens van de jeugdige",
        description="Dit komt in geen brief. Wie het leest, wordt bewaard.",
    )
    sender_reference: OwnReference | None = Field(
        None, title="eigen kenmerk", description="Uw eigen nummer, voor elke jeugdige een ander. Geen naam en geen BSN."
    )


def _fits(asked: OfDossier) -> None:
    child_fits(asked, dict(asked.values))


def child_fits(asked: OfDossier, child: Mapping[str, Any]) -> None:
    """The values of a child, by field, go together and with the dossier. Raises Refused naming the field."""
    if child["allocation_ends_on"] is None and child["category"] != Category.PRE_TRAJECTORY:
        raise invalid("allocation_ends_on", "vul in tot wanneer de toewijzing loopt; alleen wie wacht heeft er geen")
    if child["allocation_ends_on"] and child["allocation_ends_on"] < child["registered_on"]:
        raise invalid("allocation_ends_on", "deze dag ligt voor de aanmelddatum")
    if asked.dossier.locations and child["location"] is None:
        raise invalid("location", f"vul in op welke locatie: {', '.join(asked.dossier.locations)}")


def _scope(asked: OfDossier) -> Refused | None:
    return in_scope(asked.dossier, asked.values.care_form, asked.values.location)


def record_child(
    _act: object,
    database: Database,
    dossier: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None,
) -> str:
    """Add one child; answers with its reference. The sender's own reference makes a second time change nothing.

    Raises Refused or Unsettled.
    """
    [answer] = record_children(database, dossier or "", by, [given], now, person)
    if isinstance(answer, Refused):
        raise answer
    return answer


def record_children(
    database: Database,
    dossier: str,
    by: str,
    list_: Sequence[Mapping[str, Any]],
    now: datetime,
    person: str | None = None,
) -> list[str | Refused]:
    """Add the children of a list; each gets its reference, or why it was not added (RecordedBefore: it was before).

    Raises Refused (`not_found`, `forbidden`) for the whole list, Unsettled when the dossier has news.
    """
    answers: list[str | Refused] = []
    for start in range(0, len(list_), CHUNK):
        answers += _record(database, dossier, by, list_[start : start + CHUNK], now, person)
    return answers


def _record(
    database: Database, reference: str, by: str, list_: Sequence[Mapping[str, Any]], now: datetime, person: str | None
) -> list[str | Refused]:
    answers: list[str | Refused] = []
    new: list[tuple[dict[str, Any], OfDossier]] = []
    with database.writing() as session:
        region, held, facts = hold(session, reference)
        known = _known(session, held, list_)
        for given in list_:
            try:
                asked = OfDossier(region, by, local_date(now), given, person=person, dossier=facts)
                asked = check(ADD_CHILD, asked)
                child = _child(held, asked.values, known, now)
            except Refused as refused:
                answers.append(refused)
                continue
            new.append((child, asked))
            answers.append(child["reference"])
        _keep(session, new, now)
    return answers


def _known(session: Session, dossier: StopDossier, list_: Sequence[Mapping[str, Any]]) -> dict[str, Kept]:
    """The children of this list that are in the dossier already, by the sender's own reference: that of now, else one of before."""
    named = {one_line(str(given["sender_reference"])) for given in list_ if given.get("sender_reference")}
    rows = select(StopChild, Youth.data).join(Youth, col(Youth.child_id) == col(StopChild.id), isouter=True)
    rows = rows.where(StopChild.dossier_id == dossier.id)
    former = select(FormerReference.subject, FormerReference.sender_reference).where(
        FormerReference.sender == dossier.provider_id, col(FormerReference.sender_reference).in_(named)
    )
    before = dict(session.exec(former).all())
    mine = or_(col(StopChild.sender_reference).in_(named), col(StopChild.reference).in_(before))
    there = {child.reference: (child, dict(private or {})) for child, private in session.exec(rows.where(mine))}
    said = _said_of(session, there)
    found: dict[str, Kept] = {}
    for child, private in there.values():
        kept = Kept(child.reference, said[child.reference], private, child.removed_on is not None)
        if child.reference in before:
            found.setdefault(before[child.reference], kept)
        if child.sender_reference in named:
            found[str(child.sender_reference)] = kept
    return found


def _said_of(session: Session, children: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """By child what was said of it: as it was added, and after each correction."""
    told = select(Decision.subject, Decision.data).where(
        col(Decision.subject).in_(children), col(Decision.act).in_(("add_child", "correct_child"))
    )
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for child, data in session.exec(told.order_by(col(Decision.subject), col(Decision.opening))):
        said[child].append({**(said[child][-1] if said[child] else {}), **data})
    return said


def _differs(values: Child, kept: Kept) -> tuple[str, ...]:
    """What a list says otherwise than was said of the child, at first or correcting it."""
    now = values.model_dump(mode="json", exclude={"private"})
    found = [differing(now, said, values.private, kept.private) for said in kept.said]
    return min(reversed(found), key=bool)


def _child(dossier: StopDossier, values: Child, known: dict[str, Kept], now: datetime) -> dict[str, Any]:
    """The row of a new child. Raises RecordedBefore."""
    own = values.sender_reference
    if own and own in known:
        raise RecordedBefore(
            "Deze jeugdige is uit het dossier gehaald, als"
            if known[own].removed
            else "Deze jeugdige staat al in het dossier als",
            known[own].reference,
            _differs(values, known[own]),
            Child,
            way_on=" Gaat het om een andere jeugdige? Geef een eigen kenmerk dat nieuw is.",
        )
    dossier.last_child += 1
    child = {
        **_AT_FIRST,
        **values.model_dump(exclude={"private", "care", "category"}),
        "care": values.care.value,
        "category": values.category.value,
        "dossier_id": dossier.id,
        "reference": f"{dossier.reference}-{dossier.last_child:04d}",
        "added_at": now,
    }
    if own:
        known[own] = Kept(
            str(child["reference"]), [values.model_dump(mode="json", exclude={"private"})], values.private
        )
    return child


def _keep(session: Session, new: Sequence[tuple[dict[str, Any], OfDossier]], now: datetime) -> None:
    """As rows, not as objects one by one: a list of thousands takes a fifth of the time."""
    if not new:
        return
    begin(session, [child["reference"] for child, _ in new], "stop", "child")
    rows = insert(StopChild).returning(StopChild, sort_by_parameter_order=True)
    children = session.scalars(rows, [child for child, _ in new]).all()
    given = list(zip(children, (asked for _, asked in new), strict=True))
    keep(session, *((asked, decision(ADD_CHILD, _without_youth(asked), now, child)) for child, asked in given))
    youth = [{"child_id": child.id, "data": asked.values.private} for child, asked in given if asked.values.private]
    if youth:
        session.execute(insert(Youth), youth)


def _without_youth(asked: OfDossier) -> OfDossier:
    public: Child = asked.values.model_copy(update={"private": {}})
    return replace(asked, values=public)


def _begins(asked: OfDossier) -> Beginning:
    """The care and the places that stop (S-01)."""
    places = {"location": asked.dossier.locations} if asked.dossier.locations else {}
    return Beginning(among={"care_form": asked.dossier.care_forms, **places})


ADD_CHILD = Act(
    "add_child",
    Child,
    stopping,
    "de stoppende aanbieder",
    DOSSIER,
    fits=_fits,
    value_gates=(_scope,),
    record=record_child,
    makes="child",
    begins=_begins,
)
ACTS = (ADD_CHILD,)
