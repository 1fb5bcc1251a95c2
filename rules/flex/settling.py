"""What an answer in the flex route does: where the case goes and what changes of it. A function for each act that moves one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from rules.flex.assessment import Answer, Norm, Offer, first_that_can, in_time
from rules.flex.correcting import JUDGED, begins_again, unanswered
from rules.flex.facts import CaseFacts, Statement
from rules.flex.matching import next_to_ask
from rules.flex.procedure import procedure_check
from rules.flex.route import Outcome, Signal, Step
from rules.flex.settings import FlexSettings
from rules.flex.terms import assessment_due
from rules.shared.region import Region

Given = Mapping[str, Any]  # the values of a decision, as they are recorded
News = Literal["found", "lost", "withdrawn"]  # somebody will help, can after all not, or the case was withdrawn
_ASSESSMENT = ("can_deliver", "earliest_start", "in_time", "explanation", "subcontractors")


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer does. Where it leads to a table (or to Team Zorgbemiddeling) `on_agenda` (`at_mediation`) says the rest."""

    to: Step | None = None  # where the case goes; None: it stays at its step
    changes: Mapping[str, Any] = field(default_factory=dict)  # facts by name
    signals: tuple[Signal, ...] = ()
    said: tuple[Statement, ...] = ()  # by subcontractors (F-37, F-79)
    table: str | None = None  # the table that is asked for; None: the one that has its opdracht
    news: News | None = None  # for whom the case concerns elsewhere
    other: str | None = None  # the provider that the news is about
    offer: Offer | None = None  # of the provider that answered, or that takes the case

    def after(self, case: CaseFacts) -> CaseFacts:
        """The case once all of this is so."""
        return replace(case, step=self.to or case.step, statements=(*case.statements, *self.said), **self.changes)

    def then(self, more: Settled) -> Settled:
        """This, and what it leads to."""
        return replace(
            more,
            changes={**self.changes, **more.changes},
            signals=(*self.signals, *more.signals),
            said=(*self.said, *more.said),
            offer=self.offer or more.offer,
        )


def _to(step: Step, **changes: Any) -> Settled:
    """The case comes to a step with a clean slate, and stands on no agenda."""
    return Settled(step, {"due": None, "overdue": False, "meets_on": None, **changes})


def _to_provider(start: date, region: Region) -> Settled:
    """The provider has one week from this day (F-21)."""
    return _to(Step.PROVIDER_CHECK, due=assessment_due(start, region))


def _closed(outcome: Outcome, **changes: Any) -> Settled:
    """The case ends; an open request to a flex provider ends with it."""
    return _to(Step.CLOSED, outcome=outcome, asked=None, **changes)


def _placed(provider: str, outcome: Outcome) -> Settled:
    """A system provider takes the case; the flex route ends (F-32, F-64)."""
    return replace(_closed(outcome), news="found", other=provider)


def _next_round(case: CaseFacts, region: Region) -> Settled:
    """Everybody answers again, earlier approvals no longer count (AMB-20, AMB-24); many rounds are a signal (AMB-29)."""
    many = case.round + 1 == region.settings_of(FlexSettings).many_rounds_from
    changes = {"round": case.round + 1, "decided": frozenset(), "flex_answers": {}}
    return Settled(changes=changes, signals=(Signal.MANY_ROUNDS,) if many else ())


def _search(case: CaseFacts, region: Region, today: date) -> Settled:
    """The next flex provider is asked, one at a time; nobody left brings the case to loop L-2 (F-36, F-37, AMB-23)."""
    flex = next_to_ask(region, case, today)
    return _lapsed(case) if flex is None else _to(Step.FLEX_SEARCH, asked=flex)


def _lapsed(case: CaseFacts) -> Settled:
    """Loop L-2: the owner must offer the case again; what was agreed with a flex provider lapses (F-40)."""
    agreed = {"accepted": None, "handed_over_on": None, "allocation_number": None, "procedure_check": None}
    return replace(_to(Step.RE_OFFER, **agreed), news="lost" if case.accepted else None, other=case.accepted)


def register_referral(case: CaseFacts, region: Region) -> Settled:
    """The provider's week begins on the day it received the referral (F-21, AMB-01); without a treeknorm somebody looks (AMB-03)."""
    signals = () if case.treeknorm_date else (Signal.NO_TREEKNORM,)
    return replace(_to_provider(case.received_on, region), signals=signals)


def correct_referral(case: CaseFacts, fields: Collection[str], on: date, region: Region) -> Settled:
    """What follows for a case as it is corrected, in these fields.

    Before the first answer another provider has a week from that day, and one with another day of receipt from that one (F-21, AMB-01).
    After it Team Zorgbemiddeling decides in a new round, in which nothing of before counts, a check that passed included (AMB-24).
    """
    norm = Signal.NO_TREEKNORM if case.treeknorm_date is None and not JUDGED.isdisjoint(fields) else None
    known = Settled(signals=(norm,) if norm else ())
    if begins_again(case, fields):
        nothing = {"asked": None, "table": None, "allocation_number": None, "procedure_check": None}
        return known.then(_next_round(case, region)).then(_to(Step.MEDIATION, **nothing))
    if unanswered(case) and not {"provider", "received_on"}.isdisjoint(fields):
        return known.then(_to_provider(on if "provider" in fields else case.received_on, region))
    return known


def record_assessment(case: CaseFacts, given: Given, norm: Norm) -> Settled:
    """It or a subcontractor can, in time: the route ends (F-22). If not: Team Zorgbemiddeling (F-23, F-24)."""
    answer = Answer(provider=case.owner, **{key: given[key] for key in _ASSESSMENT})
    heard = Settled(changes={"taken_over": False}, said=tuple(answer.statements(norm)), offer=answer.offer(norm))
    possible = answer.possible(norm)
    return heard.then(_placed(case.owner, Outcome.PLACED) if possible else _to(Step.MEDIATION))


def take_over() -> Settled:
    """Team Zorgbemiddeling goes on with what the provider left unanswered; that is no no (F-21, AMB-02)."""
    return _to(Step.MEDIATION, taken_over=True)


def at_mediation(has_table: bool) -> Settled:
    """Step 4: Team Zorgbemiddeling decides; it is told where no table has the opdracht (F-25, AMB-11)."""
    return replace(_to(Step.MEDIATION), signals=() if has_table else (Signal.NO_TABLE,))


def decide_mediation(given: Given, on: date, region: Region) -> Settled:
    """To a table, solved directly with a named provider, or back to the provider with a new week (F-25, F-26, AMB-05)."""
    match given["outcome"]:
        case "table":
            return to_table(given["table"])
        case "solved_directly":
            return _placed(given["provider"], Outcome.SOLVED)
        case _:
            return _to_provider(on, region)


def to_table(table: str | None) -> Settled:
    """To the next meeting of a table: for the first time, of another one, adjourned, or cancelled (F-26, F-27, AMB-32)."""
    return replace(_to(Step.TABLE), table=table)


def on_agenda(case: CaseFacts, planned: tuple[str, date] | None) -> Settled:
    """On the first agenda that is still open (table, day); back to Team Zorgbemiddeling when no table is left (F-26, AMB-28)."""
    if planned is None:
        return at_mediation(has_table=False)
    table, on = planned
    return meets_on(case, on).then(_to(Step.TABLE, table=table, meets_on=on))


def meets_on(case: CaseFacts, on: date) -> Settled:
    """A meeting after its treeknorm date: somebody should look (F-31)."""
    late = case.treeknorm_date is not None and on > case.treeknorm_date
    return Settled(signals=(Signal.TREEKNORM_AT_RISK,) if late else ())


def record_table_answers(case: CaseFacts, given: Given, norm: Norm) -> Settled:
    """The first that can takes the case (F-29, F-32); adjourned: the next meeting; nobody can: the contract manager (F-33, gate 2)."""
    if given["adjourn"]:
        return to_table(case.table)
    answers = [Answer.model_validate(answer) for answer in given["answers"]]
    taker = first_that_can(answers, norm)
    offers = (answer.offer(norm) for answer in answers if answer.provider == taker)
    heard = Settled(
        said=tuple(said for answer in answers for said in answer.statements(norm)), offer=next(offers, None)
    )
    return heard.then(_placed(taker, Outcome.PLACED) if taker else _to(Step.APPROVAL, assessed_round=case.round))


def decide_approval(case: CaseFacts, approved: bool, region: Region, today: date) -> Settled:
    """Yes: a flex provider may be sought (F-34, F-36). No: the same table discusses the case again, loop L-1 (F-38)."""
    if not approved:
        return _next_round(case, region).then(to_table(case.table))
    yes = Settled(changes={"approved_round": case.round})
    return yes.then(_search(yes.after(case), region, today))


def record_flex_answer(case: CaseFacts, given: Given, norm: Norm, region: Region, today: date) -> Settled:
    """Yes and in time: the handover (F-36, F-39). No, or too late: the next one is asked; nobody left: loop L-2 (F-40, AMB-23)."""
    flex, start = given["provider"], given["earliest_start"]
    day = date.fromisoformat(start) if start else None
    accepted = given["accepts"] and in_time(day, given["in_time"], norm)
    offered = Offer(can_deliver=given["accepts"], first_day=day if given["accepts"] else None)
    heard = Settled(changes={"asked": None, "flex_answers": {**case.flex_answers, flex: accepted}}, offer=offered)
    if accepted:
        return heard.then(replace(_to(Step.HANDOVER, accepted=flex), news="found", other=flex))
    return heard.then(_search(heard.after(case), region, today))


def report_unable(case: CaseFacts) -> Settled:
    """The flex provider that accepted cannot after all: loop L-2 (F-40)."""
    return _lapsed(case)


def re_offer(case: CaseFacts, region: Region) -> Settled:
    """A new round at Team Zorgbemiddeling, with a fresh assessment at the table and a fresh approval (F-40, AMB-24)."""
    return _next_round(case, region).then(_to(Step.MEDIATION, allocation_number=None, procedure_check=None))


def record_handover(given: Given) -> Settled:
    """Handed over warmly: on to the allocation (F-39)."""
    return _to(Step.ALLOCATION, handed_over_on=date.fromisoformat(given["on"]))


def record_allocation(case: CaseFacts, given: Given, region: Region) -> Settled:
    """At whatever step: a check that fails keeps no number; nothing moves (F-11, F-50, F-51, AMB-27, AMB-74)."""
    failing = procedure_check(case, given["delivered_by"], date.fromisoformat(given["on"]), region)
    number = {} if failing else {"allocation_number": given["number"]}
    return Settled(changes={"procedure_check": failing, **number})


def record_start(case: CaseFacts) -> Settled:
    """The help started: the case closes, and its flex provider answers for it (F-50, AMB-25, AMB-26)."""
    return _closed(Outcome.STARTED, owner=case.accepted or case.owner)


def withdraw() -> Settled:
    """At any step before the start: what is open ends (AMB-30)."""
    return replace(_closed(Outcome.WITHDRAWN), news="withdrawn")
