"""Settling decisions about dossiers and children, many within one transaction. Whoever changes a child holds its dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.region.directory import load_region
from models.stop import history as dossiers
from models.stop.dossier import StopChild, StopDossier
from models.stop.waiting import assigned_of_children, assigned_of_dossiers
from models.store.assignment import assign
from models.store.decision import open_decisions
from rules.shared.region import Region
from rules.stop.route import STAGES, ChildStatus
from tasks.engine.batch import Batch, BatchResult, run_batch, set_aside
from tasks.engine.decision import Writes
from tasks.engine.step import Line, named_task
from tasks.stop.work import ChildContext, DossierContext

DossierStep = Callable[[DossierContext], None]
ChildStep = Callable[[ChildContext], None]
NEW_CHILDREN = "children"  # the line after which its dossier may stand elsewhere
OF_ALL = "dossier"  # the line after which every term in it may be another


def dossier_line(at: str) -> Callable[[DossierStep], Line]:
    """Make a line of the flow from the function that settles one dossier's decision."""

    def make(how: DossierStep) -> Line:
        def together(session: Session, references: Sequence[str], now: datetime) -> list[str]:
            return settle_dossiers(session, references, now, how, at)

        return _line(at, Batch(together, set_aside(StopDossier)))

    return make


def child_line(at: str) -> Callable[[ChildStep], Line]:
    """Make a line of the flow from the function that settles one child's decision."""

    def make(how: ChildStep) -> Line:
        def together(session: Session, references: Sequence[str], now: datetime) -> list[str]:
            return settle_children(session, references, now, how, at)

        return _line(at, Batch(together, set_aside(StopChild)))

    return make


def _line(at: str, batch: Batch) -> Line:
    def run(references: list[str], now: datetime) -> BatchResult:
        return run_batch(references, now, batch)

    return Line(at, named_task(STAGES[at].name)(run))


def settle_dossiers(
    session: Session, references: Sequence[str], now: datetime, how: DossierStep, at: str | None = None
) -> list[str]:
    """Do something to these dossiers; with `at` only to those with an open decision of that line, which is then settled."""
    writes, moved = Writes(), []
    held = dossiers.hold_dossiers(session, references)
    region = load_region(session)  # once they are ours: another region that comes in now waits
    facts = dossiers.facts_of_dossiers(session, held)
    news = open_decisions(session, [one.reference for one in held], _acts(at))
    for one in held:
        decision = news.get(one.reference)
        if at and decision is None:
            continue
        with writes.settling(one, decision):
            how(DossierContext(session, region, now, one, facts[one.id or 0], writes, decision))
        moved.append(one.reference)
    writes.flush(session, now)
    _assign_dossiers(session, region, [one for one in held if one.reference in moved], now, all_children=at == OF_ALL)
    return moved


def settle_children(
    session: Session, references: Sequence[str], now: datetime, how: ChildStep, at: str | None = None
) -> list[str]:
    """Do something to these children; with `at` only to those with an open decision of that line, which is then settled."""
    writes, moved = Writes(), list[ChildContext]()
    for work in _load(session, references, now, writes, at):
        with writes.settling(work.child, work.decision):
            how(work)
            work.stand()
        moved.append(work)
    writes.flush(session, now)
    after = {work.child.reference: work.assigned(work.now_known) for work in moved}
    new = at == NEW_CHILDREN
    others = [w.child.reference for w in moved if new or w.assigned(w.before) != after[w.child.reference]]
    assign(session, others, lambda: after, now)  # a word of the clock, and most answers, change nothing of it
    if moved and new:  # of a municipality that has not counted yet, perhaps
        dossiers_ = list({work.dossier.id: work.dossier for work in moved}.values())
        _assign_dossiers(session, moved[0].region, dossiers_, now)
    return [work.child.reference for work in moved]


def _assign_dossiers(
    session: Session, region: Region, rows: Sequence[StopDossier], now: datetime, all_children: bool = False
) -> None:
    """These dossiers, and the children whose decision their numbers hold up, or do not any more (S-42); or all of theirs."""
    assign(session, [row.reference for row in rows], lambda: dict(assigned_of_dossiers(session, region, rows)), now)
    theirs = select(StopChild).where(col(StopChild.dossier_id).in_([row.id for row in rows]))
    undecided = theirs.where(StopChild.status == ChildStatus.WAITING_FOR_DECISION.value)
    children = session.exec(theirs if all_children else undecided).all()
    of_them = [child.reference for child in children]
    assign(session, of_them, lambda: dict(assigned_of_children(session, region, children)), now)


def _load(
    session: Session, references: Sequence[str], now: datetime, writes: Writes, at: str | None
) -> Iterator[ChildContext]:
    held = {d.id: d for d in dossiers.hold_dossiers(session, map(dossiers.dossier_of, references))}
    of_dossier = dossiers.facts_of_dossiers(session, list(held.values()))
    rows = select(StopChild).where(col(StopChild.reference).in_(references)).order_by(col(StopChild.id))
    children = list(session.exec(rows.with_for_update().execution_options(populate_existing=True)))
    region = load_region(session)  # once they are ours: another region that comes in now waits, and then looks at them
    of_child = dossiers.facts_of_children(session, children)
    news = open_decisions(session, references, _acts(at))
    for child in children:
        decision = news.get(child.reference)
        if at is None or decision is not None:
            dossier = held[child.dossier_id]
            facts, known = of_dossier[child.dossier_id], of_child[child.id or 0]
            yield ChildContext(session, region, now, dossier, facts, writes, decision, child=child, before=known)


def _acts(at: str | None) -> Sequence[str]:
    return STAGES[at].acts if at else ()
