"""What the letters of the tests are about: every variant of every kind, for a case and for a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from notifications.agenda_words import in_words
from rules.letters import OF_MEETINGS
from rules.procedure import NO_APPROVAL, NO_TABLE_ASSESSMENT, WRONG_DELIVERER
from rules.region import Region
from rules.route import Outcome
from rules.values import Ground

REGION_FILE = Path(__file__).parent.parent / "regions" / "grjr.yaml"
REFERENCE, OTHER_REFERENCE = "ZB-2026-000123", "ZB-2026-000124"

Context = dict[str, Any]

WRITTEN = YAML(typ="safe", pure=True).load(REGION_FILE)
REGION = Region.model_validate(WRITTEN)
OWNER, OTHER = [o.id for o in REGION.organisations if o.is_system_provider()][:2]
FLEX = next(o.id for o in REGION.organisations if o.is_flex_provider())

GROUNDS = [ground.value for ground in Ground]
FAILING = [NO_TABLE_ASSESSMENT, NO_APPROVAL, WRONG_DELIVERER]

# What every letter of a case knows, and what the steps of the route add to it.
KNOWN: Context = {
    "reference": REFERENCE,
    "opdracht": "B",
    "round": 1,
    "owner": OWNER,
    "urgent": False,
    "treeknorm_date": "2026-05-11",
    "received_on": "2026-03-02",
}
NOTHING: list[Context] = [{}]
DUE: list[Context] = [{"due": "2026-03-09"}]
ACCEPTED: list[Context] = [{"flex": FLEX}]
CASES: dict[str, list[Context]] = {
    "assessment_request": DUE,
    "assessment_reminder": DUE,
    "assessment_overdue": DUE,
    "assessment_outcome": [{"possible": True}, {"possible": False}],
    "escalation": [{"taken_over": True}, *({"taken_over": False, "ground": ground} for ground in [*GROUNDS, None])],
    "approval_request": NOTHING,
    "approval_reminder": NOTHING,
    "approval_decision": [
        *({"approved": True, "ground": ground, "to_re_offer": False} for ground in GROUNDS),
        {"approved": True, "ground": GROUNDS[0], "to_re_offer": True},
        {"approved": False, "ground": None, "to_re_offer": False},
    ],
    "flex_request": NOTHING,
    "flex_reminder": NOTHING,
    "flex_answer": [
        {"flex": FLEX, "accepted": accepted, "to_re_offer": to_re_offer, "unable": unable}
        for accepted, to_re_offer, unable in [
            (True, False, False),
            (False, False, False),
            (False, True, False),
            (False, True, True),
        ]
    ],
    "re_offered": NOTHING,
    "handover_request": ACCEPTED,
    "handover_done": ACCEPTED,
    "allocation_request": ACCEPTED,
    "procedure_check_failed": [*({"failing": [code]} for code in FAILING), {"failing": FAILING}],
    "placement": [{"provider": OWNER}, {"provider": OTHER}],
    "status_to_referrer": [
        {"outcome": Outcome.PLACED.value, "provider": OTHER},
        {"outcome": Outcome.SOLVED.value, "provider": OWNER},
        {"outcome": Outcome.STARTED.value, "provider": FLEX},
        {"refused": True},
        {"re_offered": True},
    ],
    "withdrawn": NOTHING,
    "many_rounds": NOTHING,
}
REJECTED: Context = {"reference": "afgewezen:ref-lt:2026-03-02T08:00:00+00:00", "opdracht": "B", "provider": FLEX}
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
LETTERS = [*VARIANTS, pytest.param("direct_flex_rejected", REJECTED, id="direct_flex_rejected")]

# What every letter of a meeting knows.
TABLE = REGION.tables[0]
SUB, OTHER_SUB = [o.id for o in REGION.organisations if not o.contracts and not o.referrer and not o.municipality][:2]

FIRST: Context = {
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
SECOND: Context = {
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
OLD: Context = {key: value for key, value in FIRST.items() if key not in ("days_left", "subcontractors")}
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
    "cases": [FIRST, SECOND],
}
MEETINGS: dict[str, Context] = {
    "plain": {},
    "moved": {"on": "2026-03-11"},
    "second-round": {"cases": [SECOND]},
    "no-guests-no-place": {"optional": [], "place_in_program": False},
    "no-cases": {"cases": []},
    "adult": {"cases": [{**FIRST, "age_band": "18+"}]},
    "from-before": {"cases": [OLD]},
}


def renamed(name: str) -> Region:
    """The region when it, and everyone in it, is called this."""
    organisations = [{**row, "name": name} for row in WRITTEN["organisations"]]
    return Region.model_validate({**WRITTEN, "name": name, "organisations": organisations})


def words(said: Context, version: int = 1, region: Region = REGION) -> Context:
    """What the templates are given."""
    return {**in_words(region, said), "version": version, "had_a_case": version > 1}


ISSUES = [
    pytest.param(kind, words({**MEETING, **more}, version), id=f"{kind}-{name}-{version}")
    for kind in OF_MEETINGS
    for name, more in MEETINGS.items()
    for version in (1, 2)
]
