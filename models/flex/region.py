"""What another region means for the flex route."""

from __future__ import annotations

from sqlmodel import Session, col, select

from models.flex.case import Case
from rules.flex.route import Step


def hold_open(session: Session) -> None:
    """Every open case is ours until the transaction ends: whoever moves it later reads the new region."""
    session.exec(select(Case.id).where(Case.step != Step.CLOSED).order_by(col(Case.id)).with_for_update()).all()
