"""A case about a child of a stopping provider: what becomes of it in the flex route, its dossier hears (docs/decisions/0011)."""

from sqlmodel import select

from models.stop.dossier import StopChild, StopDossier
from notifications.outbox import letter_row
from rules.stop.letters import stop_recipients
from tasks.flex.work import Announcement, CaseContext, announce

KIND = "flex_route_news"


@announce.add
def tell_dossier(work: CaseContext, news: Announcement, other: str | None) -> None:
    """While the child is open there: `other` can take it, after all cannot, or the case was withdrawn."""
    known, case = work.from_stop, work.case
    if known is None or not known.open:
        return
    of_child = select(StopChild, StopDossier).join(StopDossier).where(StopChild.reference == known.child)
    child, dossier = work.session.exec(of_child).one()
    context = {
        "dossier": dossier.reference,
        "provider": known.provider,
        "access": work.region.access[child.municipality],
        "case": case.reference,
        "news": news,
        "other": other,
    }
    facts = dossier.facts({}, frozenset())
    occasion = f"{case.reference}.{case.opening}"
    work.writes.letters += [
        letter_row(KIND, who, known.child, occasion, context, work.now)
        for who in stop_recipients(KIND, facts, work.region, child.municipality)
    ]
