"""A referral was wrong: the case goes on as it is asked now, and who had a letter of before hears it (F-12, AMB-24)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from pydantic_core import to_jsonable_python

from models.flex.case import REQUEST
from models.flex.history import said_weeks
from notifications.outbox import bring_up_to_date, take_back
from rules.flex import settling
from rules.flex.correcting import NORMED, begins_again, weeks_now
from rules.flex.letters import ASKING, CORRECTED, OF_REFERRER, still_asked
from rules.flex.terms import treeknorm_date
from rules.shared.roles import TEAM, is_referrer
from tasks.flex.opening import confirm, go
from tasks.flex.work import CaseContext

REPLACED = "de verwijzing is gecorrigeerd"


def correct(work: CaseContext) -> None:
    """Letters that wait say it right; those that ask for what is not asked any more stay at home."""
    assert work.decision is not None  # noqa: S101
    work.counts = False  # it answers no step
    before = _asked(work)
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
    go(work, settled)
    former: frozenset[str] = _former_referrers(work) if "referrer" in fields else frozenset()
    if former:
        take_back(work.session, work.case.reference, OF_REFERRER, REPLACED, former)
        confirm(work)
    letters = bring_up_to_date(work.session, work.case.reference, _as_corrected(work, fields, before))
    # what still goes tells an answer that counts no more: its reader must hear that too
    told = [one.recipient for one in letters if again or (one.left and (one.changed or one.recipient in former))]
    others = dict.fromkeys(who for who in [*told, *([TEAM] if again else [])] if who != work.decision.by)
    must = still_asked(work.facts, work.region)
    for asked in (True, False):
        work.letter_to([who for who in others if (who in must) is asked], CORRECTED, decides_again=again, asked=asked)


def _former_referrers(work: CaseContext) -> frozenset[str]:
    """Who refers in this region, but not in this case: the case itself names the one of now already."""
    known = (one.id for one in work.region.organisations)
    return frozenset(one for one in known if is_referrer(one, work.region) and one != work.case.referrer_id)


def _asked(work: CaseContext) -> dict[str, Any]:
    """What letters of a case know of what is asked, and of whom, as it stands."""
    known: dict[str, Any] = to_jsonable_python({**work.asked, "owner": work.case.owner_id, "due": work.case.due})
    return known


def _as_corrected(
    work: CaseContext, fields: Collection[str], before: Mapping[str, Any]
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Makes of what a letter knows what it knows now; what did not change stays."""
    changed = {fact: value for fact, value in _asked(work).items() if value != before[fact]}
    named = {"own_number" if field == "sender_reference" else field for field in fields}
    details = {fact: value for fact, value in to_jsonable_python(work.details()).items() if fact in named}

    def right(known: dict[str, Any]) -> dict[str, Any]:
        said = {**known, **{fact: value for fact, value in changed.items() if fact in known}}
        if "details" in known:
            kept = {fact: value for fact, value in known["details"].items() if fact not in named}
            said["details"] = kept | details
        return said

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
