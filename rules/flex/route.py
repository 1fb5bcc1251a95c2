"""The flex route of document F, version 1.1 (F-68): its steps, the acts that answer them, and where every answer leads. Data to draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PROCESS_VERSION = "1.1"  # F-68


class Step(StrEnum):
    """Where a case stands. The order is the document's."""

    REFERRAL = "referral"
    PROVIDER_CHECK = "provider_check"
    MEDIATION = "mediation"
    TABLE = "table"
    APPROVAL = "approval"
    FLEX_SEARCH = "flex_search"
    RE_OFFER = "re_offer"
    HANDOVER = "handover"
    ALLOCATION = "allocation"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    PLACED = "placed_with_system_provider"
    SOLVED = "solved_directly"
    STARTED = "started_at_flex_provider"
    WITHDRAWN = "withdrawn"


class Signal(StrEnum):
    """What somebody should look at; it stays on the case once raised."""

    ASSESSMENT_OVERDUE = "assessment_overdue"
    NO_TREEKNORM = "treeknorm_not_configured"
    TREEKNORM_AT_RISK = "treeknorm_at_risk"
    NO_TABLE = "no_table_for_opdracht"
    MANY_ROUNDS = "many_rounds"
    LATE_ESCALATION = "late_escalation"


BEFORE_START = tuple(step for step in Step if step is not Step.CLOSED)


@dataclass(frozen=True)
class StepInfo:
    """A step as people know it: number in the document, name, what is asked, and the sentence it stands on."""

    number: str
    name: str
    asks: str
    requirement: str
    sentence: str


# fmt: off
STEP_INFO: dict[Step, StepInfo] = {
    Step.REFERRAL: StepInfo("1", "Verwijzing", "de verwijzing verwerken", "F-17", "verwijzer verwijst naar een systeemaanbieder"),
    Step.PROVIDER_CHECK: StepInfo(
        "2", "Beoordeling aanbieder", "beoordelen of de hulp op tijd kan starten", "F-21",
        "Deze beoordeling duurt maximaal één week."),
    Step.MEDIATION: StepInfo(
        "4", "Team Zorgbemiddeling", "bepalen of een tafel nodig is", "F-25",
        "Team Zorgbemiddeling bepaalt of het bespreken aan een tafel nodig is."),
    Step.TABLE: StepInfo(
        "5–7", "Zorgbemiddelingstafel", "de casus aan de tafel bespreken", "F-29",
        "vervolgens beoordelen de andere systeemaanbieders of het mogelijk is"),
    Step.APPROVAL: StepInfo(
        "8", "Akkoord contractmanager", "beoordelen of er tijdelijk te weinig capaciteit is", "F-34",
        "Contractmanager beoordeelt of er sprake is van een situatie waarin er tijdelijk onvoldoende capaciteit is "
        "voor de gevraagde hulp."),
    Step.FLEX_SEARCH: StepInfo(
        "9", "Flex-aanbieder zoeken", "laten weten of de hulp op tijd kan starten", "F-36",
        "Na akkoord van de contractmanager kan RER/ZBT op zoek naar een flex-aanbieder die de Jeugdhulp wel kan leveren."),
    Step.RE_OFFER: StepInfo(
        "L-2", "Opnieuw aanbieden", "de casus opnieuw aanbieden bij Team Zorgbemiddeling", "F-40",
        "Indien de flex-aanbieder de hulp niet (tijdig) kan leveren, dan wordt de casus opnieuw door de systeemaanbieder "
        "aangeboden bij Team Zorgbemiddeling."),
    Step.HANDOVER: StepInfo(
        "10", "Warme overdracht", "zorgen voor een warme overdracht", "F-39",
        "Systeemaanbieder zorgt voor een warme overdracht van de voorhanden informatie over de jeugdige richting de "
        "flex-aanbieder"),
    Step.ALLOCATION: StepInfo(
        "11", "Toewijzing en start", "zorgen voor de toewijzing", "F-50",
        "Een flex-aanbieder moet controleren of de bovengenoemde procedure is gevolgd bij toewijzing."),
    Step.CLOSED: StepInfo("", "Afgesloten", "", "", ""),
}
# fmt: on


@dataclass(frozen=True)
class Transition:
    """An act, the steps at which it may be done, and the steps to which each answer leads."""

    act: str
    at: tuple[Step, ...]
    leads: tuple[tuple[str, Step], ...]
    requirement: str
    settled_at: Step | None = None  # the line of the flow that settles it; the first of `at` where it is not given
    leads_from: tuple[Step, ...] | None = None  # the steps of `at` from which it leads on; all where it is not given
    asked_at: tuple[Step, ...] | None = None  # the steps of `at` that ask for it; all where it is not given

    @property
    def moves(self) -> tuple[tuple[Step, str, Step], ...]:
        """Every move that this act can make: from, answer, to."""
        return tuple((origin, answer, to) for answer, to in self.leads for origin in self.leads_from or self.at)

    @property
    def any_time(self) -> bool:
        """No step asks for it: somebody may do it at all of them."""
        return self.asked_at == ()


# fmt: off
TRANSITIONS: tuple[Transition, ...] = (
    Transition("register_referral", (Step.REFERRAL,), (("", Step.PROVIDER_CHECK),), "F-17"),
    Transition("correct_referral", BEFORE_START, (("gecorrigeerd (ronde + 1)", Step.MEDIATION),), "F-12",
        leads_from=(Step.PROVIDER_CHECK, Step.MEDIATION, Step.TABLE, Step.APPROVAL, Step.FLEX_SEARCH, Step.RE_OFFER), asked_at=()),
    Transition("record_assessment", (Step.PROVIDER_CHECK,),
        (("kan, en op tijd", Step.CLOSED), ("kan niet, of niet op tijd", Step.MEDIATION)), "F-19"),
    Transition("take_over", (Step.PROVIDER_CHECK,), (("te laat, overgenomen", Step.MEDIATION),), "F-21"),
    Transition("decide_mediation", (Step.MEDIATION,),
        (("tafel nodig", Step.TABLE), ("direct opgelost", Step.CLOSED), ("terug naar de aanbieder", Step.PROVIDER_CHECK)), "F-25"),
    Transition("move_to_table", (Step.TABLE,), (("andere tafel", Step.TABLE), ("geen tafel meer", Step.MEDIATION)), "F-27"),
    Transition("record_table_answers", (Step.TABLE,),
        (("een andere aanbieder kan", Step.CLOSED), ("niemand kan", Step.APPROVAL), ("aangehouden", Step.TABLE),
         ("geen tafel meer", Step.MEDIATION)), "F-29"),
    Transition("decide_approval", (Step.APPROVAL,),
        (("akkoord", Step.FLEX_SEARCH), ("akkoord, niemand om te vragen", Step.RE_OFFER),
         ("geen akkoord (ronde + 1)", Step.TABLE), ("geen tafel meer", Step.MEDIATION)), "F-34"),
    Transition("record_flex_answer", (Step.FLEX_SEARCH,),
        (("kan, en op tijd", Step.HANDOVER), ("volgende flex-aanbieder", Step.FLEX_SEARCH), ("niemand meer", Step.RE_OFFER)), "F-36"),
    Transition("withdraw_statement", BEFORE_START, (), "F-37", settled_at=Step.FLEX_SEARCH, asked_at=()),
    Transition("report_unable", (Step.HANDOVER, Step.ALLOCATION), (("kan toch niet", Step.RE_OFFER),), "F-40"),
    Transition("re_offer", (Step.RE_OFFER,), (("opnieuw aangeboden (ronde + 1)", Step.MEDIATION),), "F-40"),
    Transition("record_handover", (Step.HANDOVER,), (("overgedragen", Step.ALLOCATION),), "F-39"),
    Transition("record_allocation", BEFORE_START, (), "F-50", settled_at=Step.ALLOCATION, asked_at=(Step.HANDOVER, Step.ALLOCATION)),
    Transition("record_start", (Step.HANDOVER, Step.ALLOCATION), (("gestart", Step.CLOSED),), "F-50",
        settled_at=Step.ALLOCATION, leads_from=(Step.ALLOCATION,)),
    Transition("withdraw", BEFORE_START, (("ingetrokken", Step.CLOSED),), "F-26", settled_at=Step.CLOSED, asked_at=()),
)
# fmt: on

TRANSITION_OF: dict[str, Transition] = {one.act: one for one in TRANSITIONS}


def asks(step: Step, procedure_check: object) -> str:
    """What is asked at a step, in Dutch; at the allocation it depends on the procedure check (AMB-27)."""
    if step is Step.ALLOCATION and procedure_check is not None:
        return "de start vastleggen" if procedure_check == "passed" else "de toewijzing opnieuw aanleveren"
    return STEP_INFO[step].asks


def acts_at(step: Step) -> tuple[str, ...]:
    """The acts that a step asks for; others may be done there too (withdrawing, an early allocation: AMB-30, AMB-74)."""
    return tuple(one.act for one in TRANSITIONS if step in (one.at if one.asked_at is None else one.asked_at))


def settled_at(act: str) -> Step:
    """The step whose line of the flow settles this act."""
    transition = TRANSITION_OF[act]
    return transition.settled_at or transition.at[0]


def may_lead(act: str, origin: Step, to: Step) -> bool:
    """Whether the route knows this move; every move of a case is held to it."""
    return origin == to or any((start, end) == (origin, to) for start, _, end in TRANSITION_OF[act].moves)


def mermaid() -> str:
    """The route as a Mermaid flowchart, drawn from the data above (F-41, AMB-31: the document's own picture is missing)."""
    lines = ["flowchart TD"]
    for step, info in STEP_INFO.items():
        lines.append(f'    {step.value}["{info.number + " · " if info.number else ""}{info.name}"]')
    for transition in TRANSITIONS:
        if transition.any_time:
            continue  # it would hide the rest
        for origin, answer, to in transition.moves:
            label = f'|"{answer}"|' if answer else ""
            lines.append(f"    {origin.value} -->{label} {to.value}")
    return "\n".join(lines) + "\n"
