"""Claiming what must be done, handing it to a colleague, releasing it: it shows whose it is, and changes no right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from acts.engine.act import already_decided, read_values
from acts.engine.read import looking
from acts.engine.record import Answers
from flexroute.clock import local_date
from models.region.directory import load_region, remember
from models.store.claim import Claim, hold_claims, side_of
from models.store.database import Database
from rules.shared.person import Signer
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import Shown, Values


class Reason(Values):
    """Why: needed where it is somebody else's, or where it is about several at once."""

    reason: Shown | None = Field(None, title="reden")


class HandOver(Reason):
    """To which colleague."""

    to: str = Field(title="collega")


@dataclass(frozen=True)
class _One:
    """One subject that somebody looks at, to claim it."""

    region: Region
    side: str
    who: Signer
    mine: Claim | None  # the open claim of this side


def claim(
    database: Database,
    references: Sequence[str],
    by: str,
    now: datetime,
    person: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> Answers:
    """These are for who asks from now on. `given`: values of Reason. Answers for each; raises Refused for all of them."""

    def take(one: _One, values: Any) -> str:
        if one.mine and one.mine.person == one.who.id:
            raise already_decided()
        if one.mine and not values.reason:
            raise Refused("already_decided", f"{_whose(one)} Neem het over met een reden.", "reason")
        return one.who.id

    return _each(database, references, by, now, person, Reason, given or {}, take)


def hand_over(
    database: Database,
    references: Sequence[str],
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None = None,
) -> Answers:
    """These are for a colleague from now on. `given`: values of HandOver. Answers for each; raises Refused for all of them."""

    def give(one: _One, values: Any) -> str:
        to = _colleague(one, values.to)
        if one.mine and one.mine.person == to:
            raise already_decided()
        return to

    return _each(database, references, by, now, person, HandOver, given, give)


def release(
    database: Database,
    references: Sequence[str],
    by: str,
    now: datetime,
    person: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> Answers:
    """These are nobody's any more. `given`: values of Reason. Answers for each; raises Refused for all of them."""

    def let_go(one: _One, _values: Any) -> None:
        if one.mine is None:
            raise Refused("already_decided", "Dit is al van niemand.")

    return _each(database, references, by, now, person, Reason, given or {}, let_go)


def _each(
    database: Database,
    references: Sequence[str],
    by: str,
    now: datetime,
    person: str | None,
    kind: type[Reason],
    given: Mapping[str, Any],
    whose: Any,
) -> Answers:
    """Each gets an answer of its own; `whose` says who has it next (None: nobody), or raises Refused."""
    wanted = list(dict.fromkeys(references))
    answers: Answers = dict.fromkeys(wanted)
    try:
        with database.writing() as session:
            region = load_region(session)
            values = read_values(kind, given, region, local_date(now))
            if len(wanted) > 1 and not values.reason:
                raise invalid("reason", "vul een reden in: dit gaat over meer dan één kenmerk")
            held = hold_claims(session, wanted, side_of(by, region))
            for reference in wanted:
                try:
                    one = _one(session, region, reference, by, now, person, held.get(reference))
                    next_ = whose(one, values)
                    if one.mine and one.mine.person != one.who.id and not values.reason:
                        raise invalid("reason", f"vul een reden in. {_whose(one)}")
                except Refused as why:
                    answers[reference] = why
                else:
                    _keep(session, reference, one, next_, values.reason, now)
    except IntegrityError:  # a colleague claimed one of them at this very moment
        return dict.fromkeys(wanted, Refused("already_decided", "Een collega was net eerder. Kijk opnieuw."))
    return answers


def _one(
    session: Session, region: Region, reference: str, by: str, now: datetime, person: str | None, mine: Claim | None
) -> _One:
    who = looking(session, region, reference, by, now, person, reading=False).signer
    if who is None:
        raise invalid("person", "zeg voor wie dit is: een contactpersoon of een naam")
    if not who.confirmed:
        remember(session, who)
    return _One(region, side_of(by, region), who, mine)


def _colleague(one: _One, named: str) -> str:
    """The id of somebody of the same side who may act. Raises Refused."""
    if one.side in one.region.organisation:
        known = {row.id: row.name for row in one.region.organisation[one.side].contacts if row.may_answer}
    else:
        known = {row.id: row.name for row in one.region.people}
    found = [ident for ident, name in known.items() if named in (ident, name)]
    if len(found) != 1:
        raise invalid(
            "to", "dit is geen collega; kies uit: " + ", ".join(f"{name} ({one})" for one, name in known.items())
        )
    return found[0]


def _whose(one: _One) -> str:
    return f"Dit is al van een collega ({one.mine.person})." if one.mine else ""


def _keep(session: Session, reference: str, one: _One, next_: str | None, reason: str | None, now: datetime) -> None:
    if one.mine:
        one.mine.sqlmodel_update({"ended_at": now, "ended_by": one.who.id, "ended_reason": reason})
        session.add(one.mine)
        session.flush()
    if next_ is not None:
        session.add(Claim(subject=reference, side=one.side, person=next_, since=now, by=one.who.id, reason=reason))
        session.flush()
