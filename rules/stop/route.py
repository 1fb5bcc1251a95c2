"""A provider that stops (document S): how (S-01 … S-03), the two routes, and where a dossier and a child can stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

StopType = Literal["provider_decision", "not_renewed", "dissolved"]  # S-01 … S-03
BANKRUPTCY = "bankruptcy"  # S-04: another guideline
GUIDELINE = "Continuïteit van jeugdhulp bij faillissement"
DISSOLVED = "dissolved"


class Route(IntEnum):
    """Route 1: the stopping provider finishes the care (S-24). Route 2: another contracted provider takes over (S-29)."""

    FINISH = 1
    TRANSFER = 2


class Care(StrEnum):
    """What the care aims at; it decides the route by default (S-24, S-29, AMB-44)."""

    RESTORATIVE = "restorative"
    DURABLE = "durable"


class Category(StrEnum):
    """In which of the three counts a child is (S-40, AMB-51: who waits is in the pre-trajectory)."""

    PRE_TRAJECTORY = "pre_trajectory"
    RUNNING = "running"
    FINISHING = "finishing"


FILE = {  # S-48: its items, in words
    "family_plan": "gezinsplan",
    "minutes_running_indication": "aantal minuten lopende indicatie",
    "future_indication": "toekomstige indicatie",
}
FILE_ITEMS = tuple(FILE)
Message = Literal["stop_307", "end_date_301", "request_315", "new_301"]
MESSAGES: tuple[Message, ...] = ("stop_307", "end_date_301", "request_315", "new_301")  # S-28


class DossierStatus(StrEnum):
    """How far a dossier is; it follows from the facts."""

    ANNOUNCED = "announced"
    COUNTING = "counting"
    ROUTING = "routing"
    SETTLING = "settling"
    CLOSED = "closed"


class ChildStatus(StrEnum):
    """Where a child stands; it follows from the facts."""

    WAITING_FOR_PROPOSAL = "waiting_for_proposal"
    WAITING_FOR_DECISION = "waiting_for_decision"
    FINISHING = "finishing"
    TRANSFERRING = "transferring"
    TRANSFERRED = "transferred"
    FINISHED = "finished"


SETTLED = (ChildStatus.TRANSFERRED, ChildStatus.FINISHED)
OPEN = tuple(status for status in ChildStatus if status not in SETTLED)


_NOT_SETTLED = frozenset(OPEN)
_MOVING = _NOT_SETTLED - {ChildStatus.FINISHING}
AT: dict[str, frozenset[ChildStatus]] = {  # where an act on a child is no wrong step; its gates say the rest
    "propose_route": _NOT_SETTLED,
    "decide_route": _NOT_SETTLED,
    "inform_family": _NOT_SETTLED,
    "record_consent": _MOVING,
    "record_handover": _MOVING,
    "record_file": _MOVING | {ChildStatus.TRANSFERRED},
    "accept_transfer": _MOVING,
    "record_allocation": _MOVING,
    "record_start": _MOVING,
    "finish_care": _NOT_SETTLED - {ChildStatus.TRANSFERRING},
    "enter_flex_route": _NOT_SETTLED,
    "sign_off": frozenset(SETTLED),
    "correct_child": frozenset(ChildStatus),
    "remove_child": _NOT_SETTLED,
}


class StopSignal(StrEnum):
    """What somebody should look at; it stays on the child once raised."""

    TOLD_TOO_EARLY = "family_informed_too_early"  # S-45
    TERM_AT_RISK = "term_at_risk"  # S-51
    TERM_EXCEEDED = "term_exceeded"  # S-10, AMB-43
    FILE_OVERDUE = "file_overdue"  # S-47


@dataclass(frozen=True)
class Stage:
    """One line of the stop flow as people know it: its name, the acts that it settles, and the sentence it stands on."""

    name: str
    acts: tuple[str, ...]
    requirement: str
    sentence: str


# fmt: off
STAGES: dict[str, Stage] = {
    "dossier": Stage(
        "Dossier", ("register_stop", "correct_dossier", "request_continuation"), "S-39",
        "Contractbeheer stuurt een mail naar Werkgroep Toegang en Backoffice"),
    "counts": Stage(
        "Aantallen", ("record_counts", "explain_difference"), "S-42",
        "Verschillen moeten en zullen verklaard worden."),
    "children": Stage(
        "Kinderen", ("add_child", "correct_child", "remove_child"), "S-17", "te brengen tot het niveau van individuele patiënten"),
    "proposals": Stage(
        "Voorstel en besluit", ("propose_route", "decide_route"), "S-32",
        "Gezamenlijk met de Toegang wordt hier een besluit over genomen en geformaliseerd worden via berichtenverkeer."),
    "families": Stage(
        "Gezin", ("inform_family",), "S-45",
        "eerst afstemming wordt gezocht met RSJ IJsselland en Toegang/Verwijzer voordat de jeugdigen/ ouders "
        "geïnformeerd worden"),
    "finish": Stage(
        "Route 1 · zorg afronden", ("finish_care",), "S-24",
        "zal naar verwachting binnen 12 maanden na beëindigen van het contract afgerond zijn"),
    "consent": Stage(
        "Route 2 · toestemming", ("record_consent",), "S-50",
        "daarbij is toestemming van de jeugdige c.q. ouders/verzorgers vanzelfsprekend"),
    "handover": Stage(
        "Route 2 · warme overdracht", ("record_handover",), "S-12",
        "Een overdracht van de jeugdige is altijd een warme overdracht."),
    "file": Stage(
        "Route 2 · dossier", ("record_file",), "S-47", "na overdracht een compleet en actueel dossier"),
    "acceptance": Stage(
        "Route 2 · acceptatie", ("accept_transfer",), "S-55",
        "Checken van compleet dossier voordat de overdracht van de jeugdige geaccepteerd wordt."),
    "allocation": Stage(
        "Route 2 · toewijzing", ("record_allocation",), "S-28",
        "(stopbericht, aanpassing einddatum 301, verzoek toewijzing, nieuwe toewijzing, etc.)"),
    "start": Stage("Route 2 · start", ("record_start",), "S-57", "Starten zodra zorgtoewijzing juist is ontvangen."),
    "flex": Stage("Naar de flexroute", ("enter_flex_route",), "F-17", "verwijzer verwijst naar een systeemaanbieder"),
    "sign_off": Stage(
        "Akkoord Toegang", ("sign_off",), "S-59",
        "Checken dat jeugdhulpaanbieder de warme overdracht van de jeugdige oppakt en heeft voltooid."),
    "consultations": Stage(
        "Overleg", ("plan_consultation", "change_consultation"), "S-36",
        "Overlegstructuur inrichten met stoppende jeugdhulpaanbieder om afspraken te monitoren en indien nodig te sturen."),
    "duties": Stage(
        "Taken uit de IGJ-leidraad", ("record_duty",), "S-13",
        "gaat het RSJ IJsselland de stoppende aanbieders vragen om deze richtlijn te hanteren"),
}
# fmt: on

STAGE_OF: dict[str, str] = {act: name for name, stage in STAGES.items() for act in stage.acts}
