"""Starting flows: followed by Prefect where its server answers, as plain functions where it does not. The route moves either way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

import httpx
from prefect.exceptions import PrefectException
from sqlmodel import col, select

import acts
from flexroute.errors import Unreachable
from flows.runtime.outcome import asks_for_attention, logged
from flows.runtime.tracking import Flowing, Tracker
from flows.sweep import sweep
from models.store.database import current
from models.store.decision import waiting_about
from notifications.words import words
from rules.shared.process import around, by_process, named, of_reference, subjects
from rules.shared.refusal import Refused

BEFORE = "vorig besluit"  # what a run is called that moves what waited
TRIES = 3  # to record an act: what waits may hide something else that waits
MANY = 50  # more cases than this are no tags and no parameter any more


@dataclass(frozen=True)
class Ended:
    """How a run ended, and whether Prefect followed it."""

    attention: bool
    message: str
    tracked: bool

    def then(self, after: Ended) -> Ended:
        """Both: what asked for attention first is not lost."""
        messages = dict.fromkeys((self.message, after.message) if self.attention else (after.message,))
        return Ended(
            self.attention or after.attention, "; ".join(filter(None, messages)), self.tracked and after.tracked
        )


Each = tuple[dict[str, Refused | None], Ended]  # by child: why not, or None where it was recorded
Choose = Callable[[], Sequence[str]]
AT_REST = Ended(False, "", True)  # nothing was touched: no run, and nothing that Prefect missed


class Runner:
    """Runs flows one after the other on one event loop. `api_url`: the Prefect server to report to, None for none.

    `lost`: how many runs that server did not follow.
    """

    def __init__(self, api_url: str | None) -> None:
        self.lost = 0
        self._loop = asyncio.Runner()
        self._tracker = Tracker(api_url, self._loop) if api_url else None

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._tracker:
            self._tracker.close()
        self._loop.close()

    def run(self, flow: Flowing, name: str, labels: tuple[str, ...] = (), **given: Any) -> Ended:
        """Run a flow to its end. When Prefect fails on the way the flow runs once more without it: flows are idempotent."""
        if self._tracker and self._tracker.answers():
            try:
                state = self._tracker.run(flow, name, labels, given)
                if not (state.is_completed() or asks_for_attention(state)):
                    # failed or crashed: by the flow, or by a call to Prefect within it
                    self._loop.run(state.aresult(raise_on_failure=True))
                return Ended(asks_for_attention(state), state.message or "", True)
            except (PrefectException, httpx.HTTPError):
                pass
        self.lost += self._tracker is not None
        state = self._loop.run(flow.fn(**given))
        return Ended(asks_for_attention(state), state.message or "", False)

    def move(self, references: Iterable[str] | None, name: str, now: datetime) -> Ended:
        """Move what has news: everything, or these, each by the flow of its process."""
        if references is None:
            return self.run(sweep, name, now=now)
        ended = AT_REST
        for process, those in by_process(references).items():
            ended = ended.then(self._flow(process, those, name, now))
        return ended

    def _flow(self, process: str, references: list[str], name: str, now: datetime) -> Ended:
        flow: Flowing = named(process).part("flow")
        few = references if len(references) <= MANY else None  # of thousands no parameter: all that has news
        with logged(flow.fn.__name__) as count:
            ended = self.run(flow, name, tuple(few or ()), now=now, references=few)
            count.tracked = ended.tracked
        return ended

    def decide(
        self,
        act: str,
        about: str | None,
        by: str,
        given: Mapping[str, Any],
        now: datetime,
        person: str | None = None,
    ) -> tuple[str, Ended]:
        """Record one act and move what it touches to rest. Answers with the reference. Raises Refused."""
        reference = self._perform(act, about, by, given, now, person)
        return reference, self._move_on(act, [reference], reference, now)

    def decide_each(
        self,
        act: str,
        children: Sequence[str],
        by: str,
        given: Mapping[str, Any],
        now: datetime,
        person: str | None = None,
    ) -> Each:
        """Record the same act for each of these children and move them; each gets an answer of its own. Raises Refused."""
        return self._each(act, children, by, given, now, person, None)

    def decide_chosen(
        self,
        act: str,
        stop: str,
        choose: Choose,
        by: str,
        given: Mapping[str, Any],
        now: datetime,
        person: str | None = None,
    ) -> Each:
        """The same for the children of this dossier that `choose` finds, each time once what waits there is settled. Raises Refused."""
        with current().reading() as session:
            waiting = waiting_about(session, stop)
        self._settle(waiting, now)
        return self._each(act, choose(), by, given, now, person, choose)

    def _each(
        self,
        act: str,
        children: Sequence[str],
        by: str,
        given: Mapping[str, Any],
        now: datetime,
        person: str | None,
        choose: Choose | None,
    ) -> Each:
        answers = acts.perform_each(current(), act, children, by, given, now, person)
        if stuck := {child: str(why) for child, why in answers.items() if isinstance(why, acts.Unsettled)}:
            self._settle([*stuck.values(), *(one for child in stuck for one in around(child))], now)
            gone = set(stuck).difference(choose()) if choose else set()  # no longer so, now that it is settled
            answers = {child: why for child, why in answers.items() if child not in gone}
            again = [one for one in stuck if one not in gone]
            answers |= acts.perform_each(current(), act, again, by, given, now, person)
        told = {child: _still(child, why_not) for child, why_not in answers.items()}
        done = [child for child, refused in told.items() if refused is None]
        return told, self._move_on(act, done, f"{len(done)} jeugdigen", now)

    def move_on(self, decided: Mapping[str, Sequence[str]], what: str, now: datetime) -> Ended:
        """Move what was just decided on to rest, and what it gives news to. `decided`: by act what it touched; a meeting has no process."""
        touched = list(dict.fromkeys(one for those in decided.values() for one in those))
        try:
            ended = self.move(touched, what, now)
            for process in _of_meetings(decided):
                ended = ended.then(self._flow(process, [], what, now))
            further = [one for act, those in decided.items() for one in _moved_by(act, those)]
            return ended.then(self.move(further, what, now)) if further else ended
        except Unreachable:  # it is recorded, and the sweep will move it: nobody may hear that nothing happened
            return Ended(True, "Het is vastgelegd. Het gaat verder zodra de database weer bereikbaar is.", False)

    def _move_on(self, act: str, touched: list[str], what: str, now: datetime) -> Ended:
        return self.move_on({act: touched}, f"{what} · {words(next(iter(touched), None))[act]}", now)

    def _perform(
        self, act: str, about: str | None, by: str, given: Mapping[str, Any], now: datetime, person: str | None
    ) -> str:
        return record(self.settle, act, about, by, given, now, person)

    def settle(self, act: str, waiting: Sequence[str], now: datetime) -> None:
        """Move what waits about these, so that `act` can be recorded; a meeting waits with everything of its process."""
        if by_process(waiting):
            self._settle(waiting, now)
        else:
            self._flow(acts.process_of(acts.act_for(act)).name, [], BEFORE, now)

    def _settle(self, references: Iterable[str], now: datetime) -> None:
        """Move what waits about these cases, dossiers and children."""
        self.move(references, BEFORE, now)


Settle = Callable[[str, Sequence[str], datetime], None]  # the act that waits, what it waits for


def record(
    settle: Settle,
    act: str,
    about: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None = None,
) -> str:
    """Record one act; what waits is settled first, and what that makes wait in its turn. Answers with its reference. Raises Refused."""
    stuck = ""
    for _ in range(TRIES):
        try:
            return acts.perform(current(), act, about, by, given, now, person)
        except acts.Unsettled as unsettled:
            stuck = str(unsettled)
        settle(act, [about or "", stuck], now)
    raise Refused("already_decided", _why_stuck(about, stuck))


def _of_meetings(decided: Mapping[str, Sequence[str]]) -> set[str]:
    """The processes of the meetings among what was decided."""
    return {
        acts.process_of(acts.act_for(act)).name
        for act, those in decided.items()
        if any(of_reference(one) is None for one in those)
    }


def _moved_by(name: str, touched: Sequence[str]) -> list[str]:
    """What else has news after this act."""
    about = next(iter(touched), None)
    act = acts.act_for(name, about if of_reference(about) else None)
    if act.moves is None:
        return []
    with current().reading() as session:
        return act.moves(session, touched)


def _still(child: str, why_not: Refused | acts.Unsettled | None) -> Refused | None:
    """What somebody hears: who waits also after settling cannot be acted on now."""
    if isinstance(why_not, acts.Unsettled):
        return Refused("already_decided", _why_stuck(child, str(why_not)))
    return why_not


def _why_stuck(about: str | None, stuck: str) -> str:
    these = [stuck, *around(about or "")]
    with current().reading() as session:
        troubles = (
            select(table.trouble).where(col(table.reference).in_(these), col(table.trouble).is_not(None))
            for _, table in subjects()
        )
        aside = any(session.exec(trouble).first() for trouble in troubles)
    if aside:
        return "Dit is apart gezet: een eerder besluit kon niet worden verwerkt. Beheer moet er eerst naar kijken."
    return "Iemand anders heeft net iets vastgelegd. Kijk opnieuw en probeer het dan nog eens."
