"""What the letters of the tests are about: every variant of every kind, for a case, a stopping provider and a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import processes  # noqa: F401 - they register themselves, also where this runs by itself
from notifications.flex.agenda_words import in_words
from rules.flex.letters import OF_MEETINGS
from rules.flex.procedure import NO_APPROVAL, NO_TABLE_ASSESSMENT, WRONG_DELIVERER
from rules.flex.route import Outcome
from rules.shared.region import Region
from rules.shared.values import Ground
from rules.stop.letters import CONSULTATION, CONSULTATION_CANCELLED, CONSULTATION_WITHDRAWN
from tests.support.parties import ACCESS, RECEIVER, STOPPER

REGION_FILE = Path(__file__).parents[2] / "regions" / "grjr.yaml"
REFERENCE, OTHER_REFERENCE = "ZB-2026-000123", "ZB-2026-000124"

Context = dict[str, Any]

WRITTEN = YAML(typ="safe", pure=True).load(REGION_FILE)
GRJR = Region.model_validate(WRITTEN)
OWNER, OTHER = [o.id for o in GRJR.organisations if o.is_system_provider()][:2]
REFERRER = next(o.id for o in GRJR.organisations if o.referrer)
FLEX = next(o.id for o in GRJR.organisations if o.is_flex_provider())

GROUNDS = [ground.value for ground in Ground]
FAILING = [NO_TABLE_ASSESSMENT, NO_APPROVAL, WRONG_DELIVERER]

# What every letter of a case knows, and what the steps of the route add to it.
RECOGNISED: Context = {
    "referrer": REFERRER,
    "received_on": "2026-03-02",
    "opdracht": "B",
    "ground": "demand_peak",
    "care_form": "outpatient_individual",
    "age_band": "12-15",
    "own_number": "WT-2026.0041",
}
NOT_AT_ALL: Context = {"can_deliver": False, "first_day": None}
TOO_LATE: Context = {"can_deliver": True, "first_day": "2026-06-02"}
KNOWN: Context = {
    "reference": REFERENCE,
    "reader": OWNER,
    "details": RECOGNISED,
    "opdracht": "B",
    "round": 1,
    "owner": OWNER,
    "urgent": False,
    "treeknorm_date": "2026-05-11",
    "norm_passed": False,
    "received_on": "2026-03-02",
}
NOTHING: list[Context] = [{}]
DUE: list[Context] = [{"due": "2026-03-09"}]
BY_FLEX: list[Context] = [{"flex": FLEX}]
CASES: dict[str, list[Context]] = {
    "referral_received": DUE,
    "assessment_request": [*DUE, *({**due, "norm_passed": True} for due in DUE)],
    "assessment_reminder": DUE,
    "assessment_overdue": DUE,
    "assessment_outcome": [
        {"possible": True, "offer": {"can_deliver": True, "first_day": "2026-04-07"}},
        {"possible": False, "offer": NOT_AT_ALL},
        {"possible": False, "offer": TOO_LATE},
        {"possible": False, "offer": {"can_deliver": True, "first_day": None}},
    ],
    "escalation": [
        {"taken_over": True},
        *({"taken_over": False, "ground": ground, "offer": NOT_AT_ALL} for ground in [*GROUNDS, None]),
        {"taken_over": False, "ground": None, "offer": TOO_LATE},
    ],
    "approval_request": NOTHING,
    "approval_reminder": NOTHING,
    "approval_decision": [
        *({"approved": True, "ground": ground, "to_re_offer": False} for ground in GROUNDS),
        {"approved": True, "ground": GROUNDS[0], "to_re_offer": True},
        {"approved": False, "ground": None, "to_re_offer": False},
    ],
    "flex_request": [{}, {"norm_passed": True}],
    "flex_reminder": NOTHING,
    "flex_answer": [
        {"flex": FLEX, "accepted": accepted, "to_re_offer": to_re_offer, "unable": unable, "offer": offer}
        for accepted, to_re_offer, unable, offer in [
            (True, False, False, TOO_LATE),
            (False, False, False, TOO_LATE),
            (False, True, False, NOT_AT_ALL),
            (False, True, True, None),
        ]
    ],
    "re_offered": NOTHING,
    "handover_request": BY_FLEX,
    "handover_done": [{**known, "reader": FLEX} for known in BY_FLEX],
    "allocation_request": BY_FLEX,
    "procedure_check_failed": [*({"failing": [code]} for code in FAILING), {"failing": FAILING}],
    "start_allowed": NOTHING,
    "placement": [{"provider": OWNER}, {"provider": OTHER}],
    "status_to_referrer": [
        {"outcome": Outcome.PLACED.value, "provider": OTHER},
        {"outcome": Outcome.SOLVED.value, "provider": OWNER},
        {"outcome": Outcome.STARTED.value, "provider": FLEX},
        {"refused": True},
        {"re_offered": True},
    ],
    "withdrawn": [{"by": REFERRER, "on": "2026-04-01"}],
    "many_rounds": NOTHING,
    "corrected": [{"decides_again": again, "asked": asked} for again in (False, True) for asked in (False, True)],
}
REJECTED: Context = {
    "reader": REFERRER,
    "reference": "afgewezen:ref-lt:2026-03-02T08:00:00+00:00",
    "opdracht": "B",
    "provider": FLEX,
    "received_on": "2026-03-02",
}
CIRCUMSTANCES: dict[str, Context] = {
    "plain": {},
    "urgent": {"urgent": True},
    "round-3": {"round": 3},
    "no-norm": {"treeknorm_date": None},
}
VARIANTS = [
    pytest.param(kind, {**KNOWN, **more, **extra}, id=f"{kind}-{number}-{name}")
    for kind, extras in CASES.items()
    for number, extra in enumerate(extras)
    for name, more in CIRCUMSTANCES.items()
]

# What every letter of a stopping provider knows, of its dossier or of a child in it.
DOSSIER_REFERENCE, CHILD_REFERENCE = "ST-2026-000001", "ST-2026-000001-0001"
MOTIVES = "Tekort aan personeel: het rooster is niet meer rond te krijgen."

DOSSIER: Context = {
    "reference": DOSSIER_REFERENCE,
    "reader": STOPPER,
    "provider": STOPPER,
    "contract_ends_on": "2026-12-31",
    "ends_by": "2027-12-31",
}
CHILD: Context = {
    **DOSSIER,
    "reference": CHILD_REFERENCE,
    "dossier": DOSSIER_REFERENCE,
    "access": ACCESS,
    "category": "running",
    "care": "durable",
    "route": 2,
    "receiver": RECEIVER,
    "moves_along": False,
}
TURN: Context = {key: CHILD[key] for key in ("reference", "reader", "dossier", "access")}
CHILD_ELSEWHERE: Context = {**TURN, "provider": STOPPER}
FINISHES: Context = {"care": "restorative", "route": 1, "receiver": None}
MOVES: Context = {"route": 1, "moves_along": True}
NO_ROUTE: Context = {"route": None, "receiver": None}
STEP_INFO: Context = {
    "stop_type": "provider_decision",
    "motives": MOTIVES,
    "care_forms": ["outpatient_individual", "family_home"],
    "announced_on": "2026-09-01",
    "partly": False,
}
COUNTS: Context = {"pre_trajectory": 2, "running": 14, "finishing": 3}
PROPOSED: Context = {"expected_end": None, "at_risk": False, "replaces": False, "counts_open": False}
ENDS_LATE: Context = {"expected_end": "2028-02-01", "at_risk": True}
FILE: Context = {"started_on": "2026-12-01", "file_due": "2026-12-29"}
PAST: Context = {"last_day": "2027-12-31", "lapsed": False}
MET: Context = {"version": 1, "day": "dinsdag 6 oktober 2026", "time": "10:00 tot 11:00 uur"}
CONSULTED: Context = {
    **MET,
    "normal_day": None,
    "facts": [("Dag", "dinsdag 6 oktober 2026"), ("Tijd", "10:00 tot 11:00 uur"), ("Plaats", "zie Flexroute")],
    "invited": ["Contractbeheer", "Zonnewende", "Toegang Rotterdam"],
    "figures": [("Jeugdigen", "19, waarvan 4 overgedragen"), ("Zonder akkoord over een route", "6")],
    "blocks": [f"{CHILD_REFERENCE}: het besluit ontbreekt. Toegang Rotterdam is aan zet."],
}
OF_DOSSIERS: dict[str, list[Context]] = {
    "provider_stops": [
        STEP_INFO,
        {**STEP_INFO, "stop_type": "not_renewed", "partly": True},
        {**STEP_INFO, "stop_type": "dissolved", "care_forms": []},
        {**STEP_INFO, "motives": f'  {MOTIVES}\r\n\r\n\n- R&D <b>stopt</b>\n\tDaarna "alles".\n'},
    ],
    "counts_to_recognise": [
        {"access": ACCESS, "counts": COUNTS},
        {"access": ACCESS, "counts": dict.fromkeys(COUNTS, 0)},
    ],
    "counts_differ": [
        {"access": ACCESS, "differences": {"running": [3, 4]}},
        {"access": ACCESS, "differences": {category: [number, 0] for category, number in COUNTS.items()}},
    ],
    "provider_list": [
        {"providers": [{"id": RECEIVER, "care_forms": ["outpatient_individual"]}]},
        {
            "providers": [
                {"id": OWNER, "care_forms": ["outpatient_individual", "family_home"]},
                {"id": OTHER, "care_forms": []},
            ]
        },
        {"providers": []},
    ],
    "dossier_corrected": NOTHING,
    CONSULTATION: [
        CONSULTED,
        {**CONSULTED, "version": 2, "normal_day": "maandag 5 oktober 2026"},
        {**CONSULTED, "blocks": []},
    ],
    CONSULTATION_CANCELLED: [MET],
    CONSULTATION_WITHDRAWN: [MET],
}
OF_CHILDREN: dict[str, list[Context]] = {
    "route_proposal": [
        PROPOSED,
        {**PROPOSED, **MOVES},
        {**PROPOSED, **FINISHES, "expected_end": "2027-06-01"},
        {**PROPOSED, **FINISHES, **ENDS_LATE},
        {**PROPOSED, **FINISHES, **ENDS_LATE, "replaces": True},
        {**PROPOSED, "counts_open": True},
        {**PROPOSED, "replaces": True, "counts_open": True},
    ],
    "route_decision": [{"agreed": agreed, **route} for agreed in (True, False) for route in ({}, MOVES, FINISHES)],
    "transfer_request": [
        {"waiting": False, "registered_on": "2025-05-12"},
        {"waiting": False, "registered_on": "2025-05-12", **MOVES},
        {"waiting": True, "registered_on": "2025-05-12", "category": "pre_trajectory"},
    ],
    "transfer_withdrawn": NOTHING,
    "consent_refused": NOTHING,
    "registration_date_changed": [{"registered_on": "2025-05-12", "changed_to": "2026-11-02"}],
    "transfer_complete": [FILE],
    "file_due": [FILE],
    "file_overdue": [FILE],
    "term_near": [{"last_day": "2027-12-31", **route} for route in ({}, FINISHES, NO_ROUTE)],
    "term_exceeded": [
        PAST,
        {**PAST, **NO_ROUTE},
        {**PAST, **NO_ROUTE, "lapsed": True},
        {**PAST, **NO_ROUTE, "lapsed": True, "last_day": "2027-06-30"},
    ],
    "flex_route_entered": [{"case": REFERENCE}],
    "flex_route_not_needed": [{"case": REFERENCE, **route} for route in ({}, FINISHES)],
}
OF_CHILDREN_ELSEWHERE: dict[str, list[Context]] = {
    "flex_route_news": [
        *({"case": REFERENCE, "news": news, "other": FLEX} for news in ("found", "lost")),
        {"case": REFERENCE, "news": "found", "other": STOPPER},
        {"case": REFERENCE, "news": "withdrawn", "other": None, "by": "care_mediation_team", "on": "2026-10-01"},
    ],
}
CHILD_IS_CORRECTED: dict[str, list[Context]] = {
    "child_corrected": [{"becomes": becomes} for becomes in ("goes_on", "route_lapses", "removed")],
}
TURNS: dict[str, list[Context]] = {
    "your_turn": [{"acts": ["record_allocation"], "former": former} for former in (ACCESS, None)],
}
STOP_CASES: dict[str, list[Context]] = {
    kind: [{**known, **extra} for extra in extras]
    for known, kinds in (
        (DOSSIER, OF_DOSSIERS),
        (CHILD, OF_CHILDREN),
        (CHILD_ELSEWHERE, OF_CHILDREN_ELSEWHERE),
        (TURN, TURNS),
        ({"reference": CHILD_REFERENCE, "provider": STOPPER, "dossier": DOSSIER_REFERENCE}, CHILD_IS_CORRECTED),
    )
    for kind, extras in kinds.items()
}
WHOLE: dict[str, list[Context]] = {
    **{kind: [{**KNOWN, **extra} for extra in extras] for kind, extras in CASES.items()},
    **STOP_CASES,
}
STOP_VARIANTS = [
    pytest.param(kind, context, id=f"{kind}-{number}")
    for kind, contexts in STOP_CASES.items()
    for number, context in enumerate(contexts)
]
LETTERS = [
    *VARIANTS,
    pytest.param("direct_flex_rejected", REJECTED, id="direct_flex_rejected"),
    *STOP_VARIANTS,
]

# What every letter of a meeting knows.
TABLE = GRJR.tables[0]
SUB, OTHER_SUB = [o.id for o in GRJR.organisations if not o.contracts and not o.referrer and not o.municipality][:2]

FIRST_CASE: Context = {
    "reference": REFERENCE,
    "opdracht": "B",
    "care_form": "outpatient_individual",
    "must_answer": [OTHER],
    "age_band": "12-15",
    "urgent": True,
    "round": 1,
    "owner": OWNER,
    "ground": "capacity_not_at_level",
    "treeknorm_date": "2026-05-11",
    "days_left": 62,
    "subcontractors": [
        {"id": SUB, "through": OWNER, "answer": "no"},
        {"id": OTHER_SUB, "through": OTHER, "answer": "withdrawn"},
    ],
}
SECOND_CASE: Context = {
    "reference": OTHER_REFERENCE,
    "opdracht": "C",
    "care_form": None,
    "age_band": None,
    "urgent": False,
    "must_answer": [OWNER, OTHER],
    "round": 2,
    "owner": OTHER,
    "ground": None,
    "treeknorm_date": None,
    "days_left": None,
    "subcontractors": [],
}
OLD: Context = {key: value for key, value in FIRST_CASE.items() if key not in ("days_left", "subcontractors")}
MEETING: Context = {
    "table": TABLE.id,
    "series_on": "2026-03-10",
    "on": "2026-03-10",
    "starts_at": "2026-03-10T10:00:00+01:00",
    "ends_at": "2026-03-10T12:00:00+01:00",
    "chair": TABLE.chair,
    "invited": [TABLE.chair, OWNER, OTHER],
    "optional": [FLEX],
    "place_in_program": True,
    "cases": [FIRST_CASE, SECOND_CASE],
}
MEETINGS: dict[str, Context] = {
    "plain": {},
    "moved": {"on": "2026-03-11"},
    "second-round": {"cases": [SECOND_CASE]},
    "no-guests-no-place": {"optional": [], "place_in_program": False},
    "no-cases": {"cases": []},
    "adult": {"cases": [{**FIRST_CASE, "age_band": "18+"}]},
    "from-before": {"cases": [OLD]},
}


def renamed(name: str) -> Region:
    """The region when it, and everyone in it, is called this."""
    organisations = [{**row, "name": name} for row in WRITTEN["organisations"]]
    return Region.model_validate({**WRITTEN, "name": name, "organisations": organisations})


def words(said: Context, version: int = 1, region: Region = GRJR) -> Context:
    """What the templates are given."""
    return {**in_words(region, said), "version": version, "had_a_case": version > 1}


ISSUES = [
    pytest.param(kind, words({**MEETING, **more}, version), id=f"{kind}-{name}-{version}")
    for kind in OF_MEETINGS
    for name, more in MEETINGS.items()
    for version in (1, 2)
]
