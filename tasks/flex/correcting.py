"""A referral was wrong: the case goes on as it is asked now, and who had a letter of before hears it (F-12, AMB-24)."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic_core import to_jsonable_python

from models.flex.case import REQUEST
from models.flex.history import said_weeks
from notifications.outbox import bring_up_to_date, heard, take_back
from rules.flex import settling
from rules.flex.correcting import NORMED, OF_YOUTH, begins_again, weeks_now
from rules.flex.letters import ASKING, CORRECTED
from rules.flex.terms import treeknorm_date
from rules.shared.roles import TEAM
from tasks.flex.opening import go
from tasks.flex.work import CaseContext

REPLACED = "de verwijzing is gecorrigeerd"


def correct(work: CaseContext) -> None:
    """Letters that wait say it right; those that ask for what is not asked any more stay at home."""
    assert work.decision is not None  # noqa: S101
    work.counts = False  # it answers no step
    fields = _take_in(work)
    settled = settling.correct_referral(work.facts, fields, work.decided_on, work.region)
    again = begins_again(work.facts, fields)
    if again:
        work.planner.remove(work.case)
        work.answered(None)
    else:
        work.planner.touch_agenda_of(work.case)
    if settled.to:
        take_back(work.session, work.case.reference, ASKING, REPLACED)
    bring_up_to_date(work.session, work.case.reference, lambda known: _as_asked_now(work, known))
    go(work, settled)
    if not fields <= OF_YOUTH:
        told = [who for who in heard(work.session, work.case.reference) if who != work.decision.by]
        work.letter_to([*told, *([TEAM] if again else [])], CORRECTED, decides_again=again)


def _as_asked_now(work: CaseContext, known: dict[str, Any]) -> dict[str, Any]:
    """What a letter that waits knows of what is asked; what somebody answered stays in it."""
    now = to_jsonable_python(work.asked)
    right = {**known, **{field: now[field] for field in now.keys() & known.keys()}}
    if "details" in known:
        answered = {field: value for field, value in known["details"].items() if field in ("first_day", "ground")}
        right["details"] = {**to_jsonable_python(work.details()), **answered}
    return right


def _take_in(work: CaseContext) -> set[str]:
    """The case says what was corrected; its treeknorm follows (F-02). Answers with the fields that are otherwise now."""
    case, given = work.case, {field: value for field, value in work.answer.items() if field in REQUEST}
    fields = work.answer.keys() - {"reason"}
    if "received_on" in given:
        given["received_on"] = date.fromisoformat(given["received_on"])
    if "provider" in given:
        given["owner"] = given["provider"]  # nobody answered yet (AMB-25)
    request: dict[str, Any] = {field: getattr(case, column) for field, column in REQUEST.items()} | given
    before = case.treeknorm_weeks
    if fields & NORMED:
        weeks = weeks_now(request, said_weeks(work.session, case.reference), work.region)
        given |= {"treeknorm_weeks": weeks, "treeknorm_date": treeknorm_date(request["received_on"], weeks)}
    case.change(given)
    return fields if case.treeknorm_weeks != before else fields - {"treeknorm_weeks"}
