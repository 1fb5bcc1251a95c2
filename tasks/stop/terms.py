"""What the clock brings to a dossier: terms that near or passed, files that are due, the closing. It never ends care (S-11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.stop.dossier import StopChild, StopDossier
from models.stop.history import dossier_of, hold_dossiers, tallies
from models.store.decision import Decision
from rules.stop.route import DossierStatus, StopSignal
from rules.stop.settings import StopSettings
from rules.stop.settling import at_file_term, at_term
from rules.stop.status import dossier_missing
from rules.stop.terms import file_due, said_on
from tasks.engine.batch import Batch, set_aside
from tasks.engine.deadlines import looking
from tasks.stop.consultations import take_off
from tasks.stop.settle import ChildStep, settle_children, settle_dossiers
from tasks.stop.work import ChildContext, DossierContext


def _undecided() -> ColumnElement[bool]:
    """What somebody decided about the child or its dossier goes first; the clock waits for it."""
    dossier = select(StopDossier.reference).where(StopDossier.id == StopChild.dossier_id).correlate(StopChild)
    mine = or_(col(Decision.subject) == col(StopChild.reference), col(Decision.subject) == dossier.scalar_subquery())
    return ~exists().where(mine, col(Decision.settled_at).is_(None))


def _nothing_undecided() -> ColumnElement[bool]:
    """The same for a dossier and every child in it."""
    of_it = select(StopChild.reference).where(StopChild.dossier_id == StopDossier.id).correlate(StopDossier)
    mine = or_(col(Decision.subject) == col(StopDossier.reference), col(Decision.subject).in_(of_it))
    return ~exists().where(mine, col(Decision.settled_at).is_(None))


def _children(started: bool) -> Callable[[date], SelectOfScalar[str]]:
    begun = col(StopChild.started_on)

    def may_be_due(today: date) -> SelectOfScalar[str]:
        due = select(StopChild.reference).where(col(StopChild.watch_on) <= today, _undecided())
        return due.where(begun.is_not(None) if started else begun.is_(None)).order_by(col(StopChild.id))

    return may_be_due


def _hold(session: Session, children: Sequence[str]) -> None:
    hold_dossiers(session, map(dossier_of, children))


def _each(look: ChildStep) -> Batch:
    def together(session: Session, references: Sequence[str], now: datetime) -> list[str]:
        return settle_children(session, references, now, look)

    return Batch(together, set_aside(StopChild))


def term(work: ChildContext) -> None:
    """One word for each end of term and day, the latest where several are due (S-51, S-53, N-26)."""
    child, last = work.child, work.last_day
    settled = at_term(work.before, last, said_on(child.warned, last), work.region.settings_of(StopSettings), work.today)
    if settled is None:
        return
    child.warned = {**child.warned, last.isoformat(): work.today.isoformat()}
    work.apply(settled)
    if StopSignal.TERM_EXCEEDED in settled.signals:
        lapsed = bool(settled.changes)
        work.letter_of_child("term_exceeded", last_day=last, lapsed=lapsed)
    else:
        work.letter_of_child("term_near", last_day=last)


def file_term(work: ChildContext) -> None:
    """A reminder before the file is due, a word the day after (S-47, N-25)."""
    child, settings = work.child, work.region.settings_of(StopSettings)
    settled = at_file_term(work.before, child.file_reminded, settings, work.today)
    if settled is None or child.started_on is None:
        return
    work.apply(settled)
    due = file_due(child.started_on, settings)
    about = {"started_on": child.started_on, "file_due": due}
    if settled.signals:
        work.letter_of_child("file_overdue", **about)
    else:
        child.file_reminded = True
        work.letter_of_child("file_due", **about)


def _may_close(today: date) -> SelectOfScalar[str]:
    ended = col(StopDossier.contract_ends_on) < date(today.year - 1, 1, 1)  # its last term has passed
    found = select(StopDossier.reference).where(col(StopDossier.closed_on).is_(None), ended, _nothing_undecided())
    return found.order_by(col(StopDossier.id))


def close(work: DossierContext) -> None:
    """A dossier closes when its last term has passed and nothing is missing: no child open, no difference unexplained (S-52, AMB-46)."""
    ident = work.dossier.id or 0
    status, missing = dossier_missing(work.facts, tallies(work.session, [ident])[ident], work.today)
    if status is DossierStatus.SETTLING and not missing:
        work.dossier.closed_on = work.today
        take_off(work)


def _close(session: Session, references: Sequence[str], now: datetime) -> list[str]:
    return settle_dossiers(session, references, now, close)


terms = looking("Laatste dag van de termijn", _children(started=False), _hold, _each(term))
files = looking("Dossier binnen vier weken", _children(started=True), _hold, _each(file_term))
closing = looking("Dossiers sluiten", _may_close, hold_dossiers, Batch(_close, set_aside(StopDossier)))

# fmt: off
WATCHES = (
    terms,    # routes 1 and 2              S-10, S-25, N-26
    files,    # four weeks from the start   S-47, N-25
    closing,  # after the declarations      S-52
)
# fmt: on
