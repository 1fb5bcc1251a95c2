"""Another region comes in: whoever newly must act gets the request, and a letter that waits does not go to who is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from models.region.change import Reassignment, change_region
from models.region.directory import RegionRecord, load_region
from models.store.decision import Decision
from models.store.letter import WAITING, Letter, State
from notifications.outbox import queue_once, take_back
from rules.shared.process import around, of_letter, of_reference, processes
from rules.shared.region import Region

OF_TRIES = ("reason", "try_at", "tried_at", "trouble", "trouble_since")  # what a former recipient's letter met
REPLACED = "iemand anders is nu aan zet"


def import_region(session: Session, region: Region, now: datetime) -> list[Reassignment]:
    """Store a region in the place of what was there; answers with what changes hands by it.

    Raises UserError where something would be left without somebody: leave the transaction, and nothing has changed.
    """
    former = load_region(session) if session.exec(select(RegionRecord.id)).first() else region
    handed = change_region(session, region, now)
    version = session.exec(select(RegionRecord.version)).one()
    unanswered = _unanswered(session, handed)
    for one in handed:
        take_back(session, one.reference, _asking(), REPLACED, one.gone)
    for process in processes():
        mine = [one for one in unanswered if of_reference(one.reference) is process]
        process.region.ask(session, region, mine, version, now)
    _readdress(session, former, region)
    return handed


def _unanswered(session: Session, handed: Sequence[Reassignment]) -> list[Reassignment]:
    """Without those that were answered already: what waits to be settled opens its next step under the new region."""
    waiting = col(Decision.settled_at).is_(None)
    answered = set(session.exec(select(Decision.subject).where(waiting)))
    return [one for one in handed if answered.isdisjoint(around(one.reference))]


def _readdress(session: Session, former: Region, region: Region) -> None:
    """Any other letter that waits for who left, or is the access no more, goes to who has that task now."""
    left = (former.person.keys() - region.person.keys()) | region.replaces(former).keys()
    waiting = select(Letter).where(col(Letter.recipient).in_(left), col(Letter.state).in_(WAITING))
    for letter in session.exec(waiting.order_by(col(Letter.id))).all():
        for heir in of_letter(letter.kind).region.heirs(session, former, region, letter):
            known = {key: heir if value == letter.recipient else value for key, value in letter.context.items()}
            key = f"{letter.key.removesuffix(letter.recipient)}{heir}"
            afresh = {"state": State.QUEUED.value, "attempts": 0, "in_doubt": 0}
            copied = letter.model_dump(exclude={"id", *OF_TRIES}) | {"recipient": heir, "context": known, "key": key}
            queue_once(session, copied | afresh)
            # that of who left before and is here again waits once more
            kept = update(Letter).filter_by(key=key, state=State.WITHHELD.value, reason=REPLACED)
            session.execute(kept.values(state=State.QUEUED.value, **dict.fromkeys(OF_TRIES)))
            letter.state, letter.reason, letter.try_at = State.WITHHELD.value, REPLACED, None


def _asking() -> set[str]:
    """The letters that ask somebody to act."""
    return {kind for process in processes() for kind in process.region.asks}
