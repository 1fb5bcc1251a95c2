"""A case about a child of a stopping provider: what becomes of it in the flex route, its dossier hears (docs/decisions/0011)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.flex.case import Case
from models.stop.dossier import StopChild, StopDossier
from models.stop.waiting import assigned
from models.store.assignment import assign
from notifications.contexts import context_of
from notifications.outbox import letter_row
from rules.flex.settling import News
from rules.shared.region import Region
from rules.stop.letters import stop_recipients
from tasks.flex.work import CaseContext, announce, moved_on

KIND = "flex_route_news"


@announce.add
def tell_dossier(work: CaseContext, news: News, other: str | None) -> None:
    """While the child is open there: `other` can take it, after all cannot, or the case was withdrawn."""
    known, case = work.from_stop, work.case
    if known is None or not known.open:
        return
    of_child = select(StopChild, StopDossier).join(StopDossier).where(StopChild.reference == known.child)
    child, dossier = work.session.exec(of_child).one()
    context = context_of(
        KIND,
        dossier=dossier.reference,
        provider=known.provider,
        access=work.region.access[child.municipality],
        case=case.reference,
        news=news,
        other=other,
        **({"by": work.decided_by, "on": work.decided_on} if news == "withdrawn" else {}),
    )
    facts = dossier.facts({}, frozenset())
    occasion = f"{case.reference}.{case.opening}"
    work.writes.letters += [
        letter_row(KIND, who, known.child, occasion, context, work.now)
        for who in stop_recipients(KIND, facts, work.region, child.municipality)
    ]


@moved_on.add
def ask_again(session: Session, region: Region, cases: Sequence[Case], now: datetime) -> None:
    """A child waits for its case in the flex route: once nothing but the start is left there, others must act here."""
    ids = [case.stop_child_id for case in cases if case.stop_child_id]
    if ids:
        children = list(session.exec(select(StopChild.reference).where(col(StopChild.id).in_(ids))))
        assign(session, children, lambda: dict(assigned(session, region, children)), now)
