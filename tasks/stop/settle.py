"""Settling decisions about dossiers and children, many within one transaction. Whoever changes a child holds its dossier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as select_rows

from models.region.directory import load_region
from models.stop import history as dossiers
from models.stop.dossier import StopChild, StopDossier
from models.store.database import current
from models.store.decision import Decision
from models.store.subject import Subject
from rules.stop.route import STAGE_OF, STAGES
from tasks.engine.batch import Batch, BatchResult, run_batch
from tasks.engine.decision import Writes
from tasks.engine.step import Line, PendingDecisions, named_task
from tasks.stop.work import ChildContext, DossierContext

DossierStep = Callable[[DossierContext], None]
ChildStep = Callable[[ChildContext], None]


def collect_stops(subjects: list[str] | None, now: datetime) -> PendingDecisions:
    """Which dossiers and children (all, or these) have a decision that waits to be settled."""
    found: dict[str, list[str]] = defaultdict(list)
    with current().reading() as session:
        waiting = select(col(Decision.subject), col(Decision.act)).join(Subject)
        waiting = waiting.where(col(Subject.process) == "stop", col(Decision.settled_at).is_(None))
        if subjects is not None:
            waiting = waiting.where(col(Decision.subject).in_(subjects))
        for reference, act in session.execute(waiting.order_by(col(Decision.id))):
            found[STAGE_OF[act]].append(reference)
    return PendingDecisions(now, found)


def dossier_line(at: str) -> Callable[[DossierStep], Line]:
    """Make a line of the flow from the function that settles one dossier's decision."""

    def make(how: DossierStep) -> Line:
        def together(session: Session, references: Sequence[str], now: datetime) -> list[str]:
            return settle_dossiers(session, references, now, how, at)

        return _line(at, Batch(together, aside(StopDossier)))

    return make


def child_line(at: str) -> Callable[[ChildStep], Line]:
    """Make a line of the flow from the function that settles one child's decision."""

    def make(how: ChildStep) -> Line:
        def together(session: Session, references: Sequence[str], now: datetime) -> list[str]:
            return settle_children(session, references, now, how, at)

        return _line(at, Batch(together, aside(StopChild)))

    return make


def _line(at: str, errand: Batch) -> Line:
    def run(references: list[str], now: datetime) -> BatchResult:
        return run_batch(references, now, errand)

    return Line(at, named_task(STAGES[at].name)(run))


def aside(table: type[SQLModel]) -> Callable[[Session, str, str], None]:
    """Writes down why a dossier or child was set aside."""

    def write(session: Session, reference: str, why: str) -> None:
        session.execute(update(table).where(table.reference == reference).values(trouble=why))  # type: ignore[attr-defined]

    return write


def settle_dossiers(
    session: Session, references: Sequence[str], now: datetime, how: DossierStep, at: str | None = None
) -> list[str]:
    """Do something to these dossiers; with `at` only to those with an open decision of that line, which is then settled."""
    writes, moved = Writes(), []
    held = dossiers.hold_dossiers(session, references)
    region = load_region(session)  # once they are ours: another region that comes in now waits
    facts = dossiers.facts_of_dossiers(session, held)
    news = _news(session, held, at)
    for one in held:
        decision = news.get(one.reference)
        if at and decision is None:
            continue
        how(DossierContext(session, region, now, one, facts[one.id or 0], writes, decision))
        _settled(one, decision, writes)
        moved.append(one.reference)
    writes.flush(session, now)
    return moved


def settle_children(
    session: Session, references: Sequence[str], now: datetime, how: ChildStep, at: str | None = None
) -> list[str]:
    """Do something to these children; with `at` only to those with an open decision of that line, which is then settled."""
    writes, moved = Writes(), []
    for work in _load(session, references, now, writes, at):
        how(work)
        work.stand()
        _settled(work.child, work.decision, writes)
        moved.append(work.child.reference)
    writes.flush(session, now)
    return moved


def _load(
    session: Session, references: Sequence[str], now: datetime, writes: Writes, at: str | None
) -> Iterator[ChildContext]:
    held = {d.id: d for d in dossiers.hold_dossiers(session, map(dossiers.dossier_of, references))}
    of_dossier = dossiers.facts_of_dossiers(session, list(held.values()))
    rows = select_rows(StopChild).where(col(StopChild.reference).in_(references)).order_by(col(StopChild.id))
    children = list(session.exec(rows.with_for_update().execution_options(populate_existing=True)))
    region = load_region(session)  # once they are ours: another region that comes in now waits, and then looks at them
    of_child = dossiers.facts_of_children(session, children)
    news = _news(session, children, at)
    for child in children:
        decision = news.get(child.reference)
        if at is None or decision is not None:
            dossier = held[child.dossier_id]
            facts, known = of_dossier[child.dossier_id], of_child[child.id or 0]
            yield ChildContext(session, region, now, dossier, facts, writes, decision, child=child, before=known)


def _news(session: Session, about: Sequence[StopDossier] | Sequence[StopChild], at: str | None) -> dict[str, Row[Any]]:
    """By reference: the decision of this line that waits to be settled."""
    if at is None:
        return {}
    theirs = col(Decision.subject).in_([one.reference for one in about])
    open_ = select(*Decision.__table__.c).where(theirs, col(Decision.settled_at).is_(None))  # type: ignore[attr-defined]
    return {row.subject: row for row in session.execute(open_.where(col(Decision.act).in_(STAGES[at].acts)))}


def _settled(about: StopDossier | StopChild, decision: Row[Any] | None, writes: Writes) -> None:
    about.trouble = None
    if decision is None:
        return
    if decision.opening != about.opening:
        raise RuntimeError("a decision must answer the opening that its subject stands at")
    about.opening += 1
    writes.settled.append(decision.id)
