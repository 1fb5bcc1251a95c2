"""Another region comes in: the contract managers that come in get the request, also what waits for one who left (F-33, AMB-18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from models.flex.case import Case
from models.region.change import Reassignment
from models.store.letter import Letter
from rules.flex.route import Step
from rules.shared.region import Region
from tasks.flex.settle import together
from tasks.flex.work import CaseContext

MANY = 500  # cases that are read together


def ask(session: Session, _region: Region, handed: Sequence[Reassignment], version: int, now: datetime) -> None:
    """Newcomers at the approval step get the request; reminders count from now on (F-33, AMB-18, AMB-19)."""
    newcomers = {one.reference: one.newcomers for one in handed if one.now.at == Step.APPROVAL and one.newcomers}

    def request(work: CaseContext) -> None:
        work.letter_to(newcomers[work.case.reference], "approval_request", again=f".r{version}")
        work.case.reminded_on = work.today

    references = list(newcomers)
    for start in range(0, len(references), MANY):
        together(session, references[start : start + MANY], now, request)


def heirs(session: Session, former: Region, region: Region, letter: Letter) -> tuple[str, ...]:
    """Who has the task for which a contract manager was written to."""
    if letter.case_id is None:
        return ()
    opdracht = session.exec(select(Case.opdracht).where(Case.id == letter.case_id)).one()
    return region.contract_managers(opdracht) if letter.recipient in former.contract_managers(opdracht) else ()
