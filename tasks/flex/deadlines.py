"""What the clock brings: reminders, terms that passed, signals. Silence is never a no (AMB-01 … AMB-04, AMB-19)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, exists, select
from sqlmodel.sql.expression import SelectOfScalar as Select

from models.flex.case import Case, CaseSignal
from models.store.decision import Decision
from rules.flex import terms
from rules.flex.route import Signal, Step
from rules.flex.settings import FlexSettings
from tasks.engine.deadlines import Watch, looking
from tasks.flex.settle import each
from tasks.flex.work import CaseContext

Which = Callable[[date], list[ColumnElement[bool]]]


def watch(name: str, which: Which) -> Callable[[Callable[[CaseContext], None]], Watch]:
    """Make a line of the deadline watch from the function that looks at one case."""

    def may_be_due(today: date) -> Select[str]:
        return select(Case.reference).where(*which(today), ~_decided()).order_by(col(Case.id))

    return lambda look: looking(name, may_be_due, _hold, each(look))


def _hold(session: Session, references: Sequence[str]) -> None:
    these = select(Case.id).where(col(Case.reference).in_(references)).order_by(col(Case.id))
    session.exec(these.with_for_update()).all()


def _decided() -> ColumnElement[bool]:
    """Somebody answered; it only waits to be settled, so the clock has nothing to say."""
    return exists().where(col(Decision.subject) == col(Case.reference), col(Decision.settled_at).is_(None))


def _at(step: Step) -> ColumnElement[bool]:
    return col(Case.step) == step.value


def _last_asked() -> ColumnElement[date]:
    return func.coalesce(col(Case.reminded_on), col(Case.opened_on))


def _without(signal: Signal) -> ColumnElement[bool]:
    return ~exists().where(col(CaseSignal.case_id) == col(Case.id), col(CaseSignal.code) == signal.value)


@watch(
    "Termijn van de aanbieder",
    lambda today: [_at(Step.PROVIDER_CHECK), ~col(Case.overdue), col(Case.due) <= today + timedelta(days=14)],
)
def assessment_terms(work: CaseContext) -> None:
    """A reminder from the last working day before the due date; the day after it is overdue (N-11)."""
    case = work.case
    if case.step != Step.PROVIDER_CHECK or case.due is None:
        return
    if terms.is_overdue(case.due, work.today):
        if not case.overdue:
            case.overdue = True
            work.signal(Signal.ASSESSMENT_OVERDUE)
            work.letter("assessment_overdue", due=case.due)
    elif case.reminded_on is None and terms.assessment_reminder_due(case.due, work.today, work.region.days):
        case.reminded_on = work.today
        work.letter("assessment_reminder", due=case.due)


def _remind(work: CaseContext, step: Step, working_days: int, kind: str) -> None:
    last = work.case.reminded_on or work.case.opened_on
    if work.case.step == step and last and terms.reminder_due(last, working_days, work.today, work.region.days):
        work.case.reminded_on = work.today
        work.letter(kind)


@watch("Herinnering contractmanager", lambda today: [_at(Step.APPROVAL), _last_asked() < today])
def approval_reminders(work: CaseContext) -> None:
    """Every two working days (AMB-19)."""
    _remind(
        work, Step.APPROVAL, work.region.settings_of(FlexSettings).approval_reminder_working_days, "approval_reminder"
    )


@watch("Herinnering flex-aanbieder", lambda today: [_at(Step.FLEX_SEARCH), _last_asked() < today])
def flex_reminders(work: CaseContext) -> None:
    """Every three working days (AMB-19)."""
    _remind(work, Step.FLEX_SEARCH, work.region.settings_of(FlexSettings).flex_reminder_working_days, "flex_reminder")


@watch(
    "Te laat opnieuw aangeboden",
    lambda today: [_at(Step.RE_OFFER), col(Case.opened_on) < today, _without(Signal.LATE_ESCALATION)],
)
def late_re_offers(work: CaseContext) -> None:
    """The owner has not offered the case again (F-40, AMB-04)."""
    case = work.case
    if case.step == Step.RE_OFFER and case.opened_on and terms.re_offer_late(case.opened_on, work.region, work.today):
        work.signal(Signal.LATE_ESCALATION)


@watch(
    "Treeknorm voorbij",
    lambda today: [
        col(Case.step) != Step.CLOSED.value,
        col(Case.treeknorm_date) < today,
        _without(Signal.TREEKNORM_AT_RISK),
    ],
)
def treeknorms_passed(work: CaseContext) -> None:
    """The treeknorm date has passed without a start (F-31)."""
    if work.case.step != Step.CLOSED:
        work.signal(Signal.TREEKNORM_AT_RISK)


# fmt: off
WATCHES = (
    assessment_terms,    # one week                      F-21, N-11
    approval_reminders,  # every 2 working days          AMB-19
    flex_reminders,      # every 3 working days          AMB-19
    late_re_offers,      # "onverwijld"                  F-24, F-40
    treeknorms_passed,   # no start before the treeknorm F-31
)
# fmt: on
