"""Another region comes in: an access that comes in gets what the one before was asked; and who gets what waits for one who left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlmodel import Session, col, select

from models.region.change import Reassignment
from models.stop.history import dossier_of, is_of_stop
from models.store.letter import Letter
from notifications.contexts import Context, context_of
from notifications.outbox import letter_row, queue_letters
from rules.shared.region import Region
from rules.stop.letters import STOP_LETTERS

REQUESTS = {  # by the act that is due: the letters that ask an access for it
    "record_counts": ("counts_differ", "counts_to_recognise"),
    "explain_difference": ("counts_differ",),
    "decide_route": ("route_proposal",),
    "record_allocation": (),
    "sign_off": ("transfer_complete",),
}
YOUR_TURN = "your_turn"
REFUSED_CONSENT = ("consent_refused",)  # what else an access is asked (AMB-49)
ASKS = frozenset({YOUR_TURN, "transfer_request", *REFUSED_CONSENT, *chain(*REQUESTS.values())})


def ask(session: Session, region: Region, handed: Sequence[Reassignment], version: int, now: datetime) -> None:
    """An access that comes in gets what the one before was asked, or hears what is due (S-32, S-42, S-44, S-59)."""
    queue_letters(session, [row for one in handed for row in _asked(session, region, one, version, now)])


def _asked(
    session: Session, region: Region, handed: Reassignment, version: int, now: datetime
) -> Iterable[dict[str, Any]]:
    if not handed.now.acts:
        return
    for who in handed.newcomers:
        if region.organisation.get(who) is None:
            continue  # contract administration, of which nothing is asked here
        kinds = REQUESTS.get(handed.now.acts[0], REFUSED_CONSENT)
        asked = col(Letter.recipient).in_(handed.before) & (col(Letter.subject) == handed.reference)
        last = select(Letter).where(asked, col(Letter.kind).in_(kinds)).order_by(col(Letter.id).desc()).limit(1)
        letter = session.exec(last).first()
        context = Context({**letter.context, "access": who}) if letter else _turn(handed, region, who)
        kind = letter.kind if letter else YOUR_TURN
        yield letter_row(kind, who, handed.reference, f"r{version}", context, now)


def _turn(handed: Reassignment, region: Region, who: str) -> Context:
    dossier = dossier_of(handed.reference)
    of_child = {"dossier": dossier} if is_of_stop(dossier) else {}
    former = next(filter(region.knows, handed.gone), None)
    return context_of(YOUR_TURN, access=who, former=former, acts=handed.now.acts, **of_child)


def heirs(_session: Session, former: Region, region: Region, letter: Letter) -> tuple[str, ...]:
    """Who has the task for which somebody was written to: the access of that place, or contract administration."""
    parties = STOP_LETTERS.get(letter.kind, ())
    if "access" in parties and (now := region.replaces(former).get(letter.recipient)):
        return (now,)
    if "administration" in parties and letter.recipient in former.contract_administration():
        return region.contract_administration()
    return ()
