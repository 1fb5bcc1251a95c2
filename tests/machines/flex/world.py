"""The world of the gates: who there is, what is hard about it, who may do what, and how the document counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from ruamel.yaml import YAML

from flexroute.clock import AMSTERDAM
from models.region.file import check_region
from rules.shared.region import Region
from tests.conftest import WORLD

PARTY_ANSWERS = ("provider", "can_deliver", "earliest_start", "in_time", "explanation")

# The test's own reading of the documents: who may do an act (A.8) and at which steps (F-17 … F-51). Not the program's.
SCHEDULER = "plan-els"
MANAGERS = {
    "B": "cm-bc",
    "C": "cm-bc",
    "C2": "cm-bc",
    "C1": "cm-c1",
    "E": "cm-e",
}  # AMB-18: others contract administration
BEFORE_START = ("provider_check", "mediation", "table", "approval", "flex_search", "re_offer", "handover", "allocation")
STEPS = {
    "correct_referral": BEFORE_START,
    "record_assessment": ("provider_check",),
    "take_over": ("provider_check",),
    "decide_mediation": ("mediation",),
    "move_to_table": ("table",),
    "record_table_answers": ("table",),
    "decide_approval": ("approval",),
    "record_flex_answer": ("flex_search",),
    "re_offer": ("re_offer",),
    "record_handover": ("handover",),
    "record_allocation": BEFORE_START,  # AMB-74
    "record_start": ("handover", "allocation"),
    "report_unable": ("handover", "allocation"),
    "withdraw": BEFORE_START,
    "withdraw_statement": BEFORE_START,
}


def _world() -> dict[str, Any]:
    """The world of the scenarios with what is hard: the same undertaking by KvK, a provider of both kinds, a lot without table."""
    world: dict[str, Any] = YAML(typ="safe", pure=True).load(WORLD.read_text(encoding="utf-8"))
    flex = {"kind": "flex", "opdrachten": ["A", "B", "C", "C1"], "from": date(2024, 1, 1), "to": date(2028, 12, 31)}
    system = {"kind": "system", "opdrachten": ["B"], "from": date(2023, 1, 1), "to": date(2028, 12, 31)}
    both = {"kind": "flex", "opdrachten": ["C", "E"], "from": date(2024, 1, 1), "to": date(2028, 12, 31)}
    mail = {"mail": "post@extra.example.nl"}
    world["organisations"] += [
        # De Akker has no AGB code: as flex provider it is known by the KvK number (AMB-22)
        {
            "id": "flex-akker",
            "name": "Akker Flex",
            "agb": "90000041",
            "kvk": "90000012",
            "contracts": [flex],
            "flex_order": 0,
            **mail,
        },
        {"id": "flex-rest", "name": "Rest Flex", "agb": "90000042", "kvk": "90000043", "contracts": [flex], **mail},
        {
            "id": "beide",
            "name": "Beide Kanten",
            "agb": "90000044",
            "contracts": [system, both],
            "flex_order": 6,
            **mail,
        },
    ]
    world["people"].append(
        {"id": SCHEDULER, "name": "Els Planner", "mail": "els.planner@grjr.example.nl", "roles": ["scheduler"]}
    )
    next(row for row in world["organisations"] if row["id"] == "sys-oost")["subcontractors"] = ["oa-akker"]
    return world


def with_manager(manager: str) -> Region:
    """The same region, with this contract manager of B, C and C2: somebody new, or somebody who is in it already."""
    task = next(row for row in DATA["people"] if row["id"] == "cm-bc")
    people = [{**row, "id": manager} if row is task else row for row in DATA["people"]]
    if known := next((row for row in DATA["people"] if row["id"] == manager and row is not task), None):
        both = {**known, "roles": [*known["roles"], *task["roles"]], "opdrachten": task["opdrachten"]}
        people = [both if row is known else row for row in DATA["people"] if row is not task]
    return check_region({**DATA, "people": people}, "world.yaml")


SUCCESSOR = "cm-nieuw"
DATA = _world()
REGION = check_region(DATA, "world.yaml")
ORGANISATIONS: dict[str, dict[str, Any]] = {row["id"]: row for row in DATA["organisations"]}
TABLES: dict[str, dict[str, Any]] = {row["id"]: row for row in DATA["tables"]}
EVERYBODY = (*ORGANISATIONS, *(row["id"] for row in DATA["people"]), *DATA["mailboxes"], SUCCESSOR, "niemand", "")
PROVIDERS = ("sys-noord", "sys-zuid", "sys-oost", "prest-west", "beide")
REFERRERS = ("ref-lt", "ref-gp", "ref-gi")


def kinds(provider: str, opdracht: str | None = None, on: date | None = None) -> set[str]:
    """The kinds of contract of an organisation, for an opdracht and on a day where these are given."""
    return {
        c["kind"]
        for c in ORGANISATIONS[provider].get("contracts", [])
        if (opdracht is None or opdracht in c["opdrachten"]) and (on is None or c["from"] <= on <= c["to"])
    }


def same_undertaking(one: str, other: str) -> bool:
    """AMB-22: by AGB code, by KvK number where one of both has no AGB code."""
    a, b = ORGANISATIONS[one], ORGANISATIONS[other]
    if a.get("agb") and b.get("agb"):
        return bool(a["agb"] == b["agb"])
    return bool(a.get("kvk") and a.get("kvk") == b.get("kvk"))


def can(party: dict[str, Any], norm: str | None, on: str) -> bool:
    """F-20: content, and a start on or before the treeknorm date; as it says itself without a norm (AMB-72), or after it (AMB-71)."""
    said, start = party.get("in_time"), party.get("earliest_start")
    if norm and on <= norm:
        assert said is None, "the norm decides"
        return bool(party["can_deliver"] and start and start <= norm)
    if not party["can_deliver"]:
        return False
    assert start if norm else said is not None, "a yes without its day, or without a word about it"
    return said is not False


def delivers(answer: dict[str, Any], norm: str | None, on: str) -> bool:
    """F-19: alone or with a subcontractor."""
    return any(can(party, norm, on) for party in (answer, *(answer.get("subcontractors") or ())))


def decided_on(row: Any) -> str:
    """The day of a decision in Amsterdam."""
    return datetime.fromisoformat(row["at"]).replace(tzinfo=UTC).astimezone(AMSTERDAM).date().isoformat()
