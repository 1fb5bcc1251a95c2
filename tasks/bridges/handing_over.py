"""Another region comes in: whoever newly must act gets the request, and a letter that waits does not go to who is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlmodel import Session, col, select, update

from flexroute.clock import local_date
from models.bridges.region_change import Handover, change_region
from models.flex.case import Case
from models.region.directory import RegionRecord, load_region
from models.stop.dossier import StopChild, StopDossier
from models.stop.history import dossier_of, is_of_stop
from models.store.decision import Decision
from models.store.letter import WAITING, Letter, State
from notifications.outbox import letter_row, queue_letters, queue_once
from rules.flex.route import Step
from rules.shared.region import Region
from rules.stop.letters import STOP_LETTERS
from tasks.flex.settle import together
from tasks.flex.work import Work

MANY = 500  # cases that are read together
OF_TRIES = ("reason", "try_at", "tried_at", "trouble", "trouble_since")  # what a former recipient's letter met
REPLACED = "iemand anders is nu aan zet"
REQUESTS = {  # by the act that is due: the letters that ask an access for it
    "record_counts": ("counts_differ", "counts_to_recognise"),
    "explain_difference": ("counts_differ",),
    "decide_route": ("route_proposal",),
    "record_allocation": (),
    "sign_off": ("transfer_complete",),
}
REFUSED_CONSENT = ("consent_refused",)  # what else an access is asked (AMB-49)
ASKS = {"approval_request", "approval_reminder", "your_turn", *REFUSED_CONSENT, *chain(*REQUESTS.values())}


def take_in(session: Session, region: Region, now: datetime) -> list[Handover]:
    """Store a region in the place of what was there; answers with what changes hands by it.

    Raises UserError where something would be left without somebody: leave the transaction, and nothing has changed.
    """
    former = load_region(session) if session.exec(select(RegionRecord.id)).first() else region
    handed = change_region(session, region, local_date(now))
    version = session.exec(select(RegionRecord.version)).one()
    unanswered = _unanswered(session, handed)
    for one in handed:
        _keep_at_home(session, one)
    _ask_for_cases(session, [one for one in unanswered if one.now.at == Step.APPROVAL], version, now)
    queue_letters(session, [row for one in unanswered for row in _of_stop(session, region, one, version, now)])
    _readdress(session, former, region)
    return handed


def _unanswered(session: Session, handed: Sequence[Handover]) -> list[Handover]:
    """Without those that were answered already: what waits to be settled opens its next step under the new region."""
    waiting = col(Decision.settled_at).is_(None)
    answered = {
        reference
        for table, key in ((Case, Decision.case_id), (StopDossier, Decision.dossier_id), (StopChild, Decision.child_id))
        for reference in session.exec(select(table.reference).join(Decision, col(key) == col(table.id)).where(waiting))
    }
    return [one for one in handed if not answered & {one.reference, dossier_of(one.reference)}]


def _keep_at_home(session: Session, handed: Handover) -> None:
    """A request that waits in the outbox for who need not act any more does not go."""
    theirs = col(Letter.recipient).in_(handed.gone) & col(Letter.state).in_(WAITING) & col(Letter.kind).in_(ASKS)
    about = update(Letter).where(theirs, col(Letter.subject) == handed.reference)
    session.execute(about.values(state=State.WITHHELD.value, reason=REPLACED, try_at=None))


def _ask_for_cases(session: Session, handed: Iterable[Handover], version: int, now: datetime) -> None:
    """The contract managers that come in get the request; reminders count from now on (F-33, AMB-18, AMB-19)."""
    newcomers = {one.reference: one.newcomers for one in handed if one.newcomers}

    def ask(work: Work) -> None:
        work.letter_to(newcomers[work.case.reference], "approval_request", again=f".r{version}")
        work.case.reminded_on = work.today

    references = list(newcomers)
    for start in range(0, len(references), MANY):
        together(session, references[start : start + MANY], now, ask)


def _of_stop(
    session: Session, region: Region, handed: Handover, version: int, now: datetime
) -> Iterable[dict[str, Any]]:
    """An access that comes in gets what the one before was asked, or hears what is due (S-32, S-42, S-44, S-59)."""
    if not is_of_stop(handed.reference) or not handed.now.acts:
        return
    for who in handed.newcomers:
        if region.organisation.get(who) is None:
            continue  # contract administration, of which nothing is asked here
        kinds = REQUESTS.get(handed.now.acts[0], REFUSED_CONSENT)
        asked = col(Letter.recipient).in_(handed.before) & (col(Letter.subject) == handed.reference)
        last = select(Letter).where(asked, col(Letter.kind).in_(kinds)).order_by(col(Letter.id).desc()).limit(1)
        letter = session.exec(last).first()
        kind, context = (letter.kind, letter.context) if letter else ("your_turn", _turn(handed, region))
        yield letter_row(kind, who, handed.reference, f"r{version}", context | {"access": who}, now)


def _turn(handed: Handover, region: Region) -> dict[str, Any]:
    dossier = dossier_of(handed.reference)
    of_child = {"dossier": dossier} if is_of_stop(dossier) else {}
    return {"former": next(filter(region.knows, handed.gone), None), "acts": list(handed.now.acts), **of_child}


def _readdress(session: Session, former: Region, region: Region) -> None:
    """Any other letter that waits for who left, or is the access no more, goes to who has that task now."""
    replaced = {who: region.access[place] for place, who in former.access.items() if place in region.access}
    left = (former.person.keys() - region.person.keys()) | {who for who, now in replaced.items() if who != now}
    waiting = select(Letter).where(col(Letter.recipient).in_(left), col(Letter.state).in_(WAITING))
    for letter in session.exec(waiting.order_by(col(Letter.id))).all():
        heirs = _heirs(session, former, region, letter)
        if letter.recipient in replaced and "access" in STOP_LETTERS.get(letter.kind, ()):
            heirs = (replaced[letter.recipient],)
        for heir in heirs:
            known = {key: heir if value == letter.recipient else value for key, value in letter.context.items()}
            key = f"{letter.key.removesuffix(letter.recipient)}{heir}"
            afresh = {"state": State.QUEUED.value, "attempts": 0, "in_doubt": 0}
            copied = letter.model_dump(exclude={"id", *OF_TRIES}) | {"recipient": heir, "context": known, "key": key}
            queue_once(session, copied | afresh)
            # that of who left before and is here again waits once more
            kept = update(Letter).filter_by(key=key, state=State.WITHHELD.value, reason=REPLACED)
            session.execute(kept.values(state=State.QUEUED.value, **dict.fromkeys(OF_TRIES)))
            letter.state, letter.reason, letter.try_at = State.WITHHELD.value, REPLACED, None


def _heirs(session: Session, former: Region, region: Region, letter: Letter) -> tuple[str, ...]:
    """Who has the task for which somebody of the region was written to: contract manager, or contract administration."""
    if letter.case_id is not None:
        opdracht = session.exec(select(Case.opdracht).where(Case.id == letter.case_id)).one()
        return region.contract_managers(opdracht) if letter.recipient in former.contract_managers(opdracht) else ()
    if "administration" in STOP_LETTERS.get(letter.kind, ()) and letter.recipient in former.contract_administration():
        return region.contract_administration()
    return ()
