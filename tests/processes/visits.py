"""A third process, as small as one can be: a provider asks the access for a home visit, the access confirms it within five days.

One kind of subject with a table of its own, two acts, a term, two letters. No shared file knows of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import Session, col, select

from acts.engine.act import (
    Act,
    Found,
    Held,
    SubjectKind,
    Unsettled,
    allowed,
    already_decided,
    fitting,
    gated,
    nothing_more,
    valid,
)
from acts.engine.record import decision, keep
from flexroute.clock import local_date
from models.region.directory import load_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.reference import next_number
from models.store.subject import begin
from notifications.contexts import LetterContext
from rules.shared.asked import Asked
from rules.shared.assignment import Assigned, Open, Waiting, access_of
from rules.shared.process import OfRegion, Process, Rows, View
from rules.shared.region import Identifier, Region
from rules.shared.roles import municipality_of
from rules.shared.seeing import Parts, Sight
from rules.shared.settings import Days, Frozen
from rules.shared.values import Municipality, PastDay, Text, Values


class VisitSettings(Frozen):
    """Under `processes: visits` in a region file."""

    visit_days: Days = 5


class Own(DeclarativeBase):
    """Beside the tables of the program, which are held against its migrations."""


class Visit(Own):
    """A home visit that was asked for."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    provider: Mapped[str]
    municipality: Mapped[str]
    due: Mapped[date]
    confirmed_on: Mapped[date | None]
    late: Mapped[bool] = mapped_column(default=False)
    opening: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]


def make_table(database: Database) -> None:
    """What a migration does for a process of the program."""
    with database.writing() as session:
        Own.metadata.create_all(session.connection())


# acts ----------------------------------------------------------------------------------------------------------------


class Request(Values):
    """In which municipality, and why."""

    municipality: Municipality
    reason: Text


class Confirmation(Values):
    """On which day somebody came."""

    on: PastDay


def _is_provider(asked: Asked) -> bool:
    return asked.by in asked.region.organisation and asked.region.organisation[asked.by].is_system_provider(asked.today)


def _is_access(asked: Asked) -> bool:
    return municipality_of(asked.by, asked.region) is not None


def _hold(
    session: Session, references: Sequence[str], _act: object, by: str, given: Mapping[str, Any], now: datetime
) -> Found[Asked]:
    found: dict[str, Held[Asked] | Unsettled] = {}
    visits = select(Visit).where(Visit.reference.in_(references)).with_for_update()
    for visit in session.execute(visits).scalars():
        open_ = select(Decision.id).where(Decision.subject == visit.reference, col(Decision.settled_at).is_(None))
        if session.exec(open_).first():
            found[visit.reference] = Unsettled(visit.reference)
        else:
            found[visit.reference] = Held(visit, Asked(load_region(session), by, local_date(now), given))
    return found


def _not_twice(session: Session, visit: Visit, _asked: Asked, _now: datetime) -> None:
    if visit.confirmed_on:
        raise already_decided()


VISIT: SubjectKind[Asked] = SubjectKind(
    label="visit",
    title="huisbezoek",
    hold=_hold,
    about=lambda visit: {"subject": visit.reference, "opening": visit.opening},
    order=(allowed, valid, fitting, gated),
)


def _ask(
    act: Act[Asked],
    database: Database,
    _about: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None,
) -> str:
    with database.writing() as session:
        region, today = load_region(session), local_date(now)
        asked = Asked(region, by, today, given, person=person)
        asked = valid(act, allowed(act, asked, nothing_more), nothing_more)
        reference = f"HB-{today.year}-{next_number(session, 'visit', today.year):06d}"
        begin(session, [reference], "visits", "visit")
        due = today + timedelta(days=region.settings_of(VisitSettings).visit_days)
        visit = Visit(reference=reference, provider=by, municipality=asked.values.municipality, due=due, opening=0)
        session.add(visit)
        session.flush()
        keep(session, (asked, decision(CONFIRM, asked, now, visit) | {"act": act.name}))
        return reference


ASK = Act("request_visit", Request, _is_provider, "een aanbieder", record=_ask, makes="visit")
CONFIRM = Act("confirm_visit", Confirmation, _is_access, "een Toegang", VISIT, kept=_not_twice)


# what the shared parts look up ---------------------------------------------------------------------------------------


def _who_must_act(session: Session, _today: date) -> Iterator[Open]:
    for visit in session.execute(select(Visit).where(Visit.confirmed_on.is_(None))).scalars():
        yield partial(_waits, visit)


def _waits(visit: Visit, region: Region) -> Waiting:
    who = region.access.get(visit.municipality)
    lacks = None if who else f"gemeente {visit.municipality} heeft geen Toegang"
    return Waiting(visit.reference, "asked", (who,) if who else (), ("confirm_visit",), lacks)


def assigned(
    session: Session, _region: Region, references: Sequence[str] | None = None
) -> Iterator[tuple[str, tuple[Assigned, ...]]]:
    """The access of the municipality confirms it, within the term."""
    waiting = Visit.confirmed_on.is_(None) if references is None else Visit.reference.in_(references)
    for visit in session.execute(select(Visit).where(waiting)).scalars():
        confirms = Assigned(access_of(visit.municipality), ("confirm_visit",), "HB-01", visit.due)
        yield visit.reference, () if visit.confirmed_on else (confirms,)


def _hold_open(session: Session) -> None:
    session.execute(select(Visit.id).where(Visit.confirmed_on.is_(None)).with_for_update())


def _view(
    session: Session, region: Region, reference: str, _today: date, _names: Mapping[str, str]
) -> tuple[str, dict[str, Any] | None]:
    visit = session.execute(select(Visit).where(Visit.reference == reference)).scalar()
    if visit is None:
        return reference, None
    waits = [] if visit.confirmed_on else [region.access[visit.municipality]]
    status = "visited" if visit.confirmed_on else "asked"
    return reference, {"status": status, "due": visit.due, "late": visit.late, "waiting_for": waits}


def _visit(session: Session, reference: str) -> Visit | None:
    return session.execute(select(Visit).where(Visit.reference == reference)).scalar()


def _parts(visit: Visit, who: str, region: Region, _said: Mapping[str, Any]) -> Parts:
    parts = {"provider": who == visit.provider, "access": municipality_of(who, region) == visit.municipality}
    return frozenset(part for part, theirs in parts.items() if theirs)


SIGHT = Sight(
    parts=_parts,
    readers={"request_visit": frozenset({"access"}), "confirm_visit": frozenset({"provider", "access"})},
    youth=frozenset({"access"}),
    who="wie om het huisbezoek vroeg, en de Toegang",
    who_youth="de Toegang",
    facts=_visit,
    about_youth=lambda _session, _reference: {},
)


class VisitDue(LetterContext):
    """Who asks for it, and by when."""

    provider: Identifier
    due: date


VISITS = Process(
    name="visits",
    title="Huisbezoek",
    prefix="HB",
    page="huisbezoeken",
    subjects=(Rows("visit", Visit),),
    acts={act.name: act for act in (ASK, CONFIRM)},
    around=lambda reference: (reference,),
    who_must_act=_who_must_act,
    assigned=assigned,
    region=OfRegion(_hold_open),
    views={"visit": View(frozenset({"status", "due", "late", "waiting_for"}), _view)},
    sights={"visit": SIGHT},
    requirements={"request_visit": "HB-01", "confirm_visit": "HB-01"},
    refusals={},
    words={
        **{"asked": "gevraagd", "visited": "geweest", "visit_request": "vraag om huisbezoek"},
        **{"visit_late": "huisbezoek te laat", "request_visit": "om huisbezoek gevraagd", "confirm_visit": "geweest"},
    },
    contexts=dict.fromkeys(("visit_request", "visit_late"), VisitDue),
    letters={"visit_request": ("access",), "visit_late": ("access",)},
    templates=Path(__file__).parent / "letters",
    answers=lambda region: region.contract_administration()[0],
    rendered={},
    flow="tests.processes.visit_flow:visits",
    watches="tests.processes.visit_flow:WATCHES",
    settings=VisitSettings,
)
