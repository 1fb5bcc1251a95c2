"""The referrals that somebody sent, newest first, under their own numbers."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from models.flex.case import Case
from models.store.decision import Decision
from rules.flex.route import Step


class Referred(NamedTuple):
    """One of them, in codes, ids and dates; nothing of the youth."""

    reference: str
    sender_reference: str | None
    referrer: str
    owner: str
    opdracht: str
    received_on: date
    step: str
    outcome: str | None
    urgent: bool


def referred_by(session: Session, who: str, closed: bool, first: int, most: int) -> list[Referred]:
    """Those that this referrer sent, or that this person registered: the open ones, or those that are closed, from `first` on."""
    registered = select(Decision.subject).where(Decision.act == "register_referral", Decision.by == who)
    theirs = or_(col(Case.referrer_id) == who, col(Case.reference).in_(registered))
    here = Case.step == Step.CLOSED if closed else Case.step != Step.CLOSED
    found = select(Case).where(theirs, here).order_by(col(Case.id).desc()).offset(first).limit(most)
    return [
        Referred(
            reference=case.reference,
            sender_reference=case.sender_reference,
            referrer=case.referrer_id,
            owner=case.owner_id,
            opdracht=case.opdracht,
            received_on=case.received_on,
            step=case.step,
            outcome=case.outcome,
            urgent=case.urgent,
        )
        for case in session.exec(found)
    ]
