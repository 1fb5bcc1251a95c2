"""Views of a dossier and its children by hand, as models.stop.overview gives them, for tests of words, PDF and sheets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.region.file import read_region
from models.views.dossier import ChildView, DossierView
from rules.shared.region import Region
from rules.stop.assignees import acts_of_child
from rules.stop.facts import Counts
from rules.stop.route import FILE_ITEMS, OPEN, ChildStatus
from rules.stop.status import Tally, to_add
from tests.conftest import WORLD
from tests.support import stop_facts as facts

TODAY = date(2027, 3, 1)
LAST = date(2027, 12, 31)
BEFORE_START = ["acceptance", "allocation", "consent", "family_informed", *FILE_ITEMS, "handover"]


def a_region(places: int = 0, name: str = "") -> Region:
    """The region of the scenarios with more accesses (municipalities "1000", "1001", …), and names that begin with `name`."""
    data = read_region(WORLD).model_dump(by_alias=True, mode="json")
    more = ({"id": f"t-{n}", "mail": "t@example.nl", "municipality": f"{1000 + n}"} for n in range(places))
    data["organisations"] += [{**one, "name": f"Toegang {n}"} for n, one in enumerate(more)]
    for one in data["organisations"]:
        one["name"] = f"{name}{one['name']}"[:120]
    return Region.model_validate(data)


MANY_PLACES = a_region(places=40)


def numbers(running: int) -> dict[str, int]:
    return {"pre_trajectory": 0, "running": running, "finishing": 1}


def a_view(**known: Any) -> DossierView:
    """A dossier of three children in Rotterdam, ten months before its end."""
    usual = {
        "reference": "ST-2026-000001",
        "provider": "zonnewende",
        "stop_type": "not_renewed",
        "announced_on": date(2026, 9, 1),
        "opened_on": date(2026, 9, 2),
        "contract_ends_on": date(2026, 12, 31),
        "care_forms": ["outpatient_individual"],
        "locations": [],
        "status": "routing",
        "missing": ["routes"],
        "differences": {},
        "counts": {"0599": {"provider": numbers(2), "access": numbers(2), "explained": False}},
        "added": {"0599": {"running": 2, "finishing": 1}},
        "children": {status.value: 0 for status in ChildStatus} | {"waiting_for_proposal": 3},
        "open": 3,
        "ends_by": LAST,
        "days_left": (LAST - TODAY).days,
        "declarations_by": LAST,
        "candidates": ["bosrand"],
        "stopping": ["zonnewende"],
        "signals": [],
        "waiting_for": [],
        "acts": [],
        "next_consultation": date(2027, 3, 9),
        "duties": [
            {"duty": "client_analysis", "done_on": date(2026, 10, 1), "by": "zonnewende", "note": None},
            {"duty": "risk_inventory", "done_on": None, "by": None, "note": None},
        ],
        "closed_on": None,
        "trouble": None,
    }
    view = {**usual, **known}
    counts = {place: Counts(one["provider"], one["access"]) for place, one in view["counts"].items()}
    added = {(place, category): n for place, of_place in view["added"].items() for category, n in of_place.items()}
    left_out, not_counted = to_add(facts.a_dossier(counts=counts), Tally(added, {}))
    return DossierView(**{"left_out": left_out, "not_counted": not_counted, **view})


_STANDS: dict[str, dict[str, Any]] = {  # a child as the rules know it, by its status; its family knows
    "waiting_for_proposal": {},
    "waiting_for_decision": {"waiting": facts.FINISH},
    "finishing": {"agreed": facts.FINISH, "informed_on": facts.TODAY},
    "transferring": {"agreed": facts.TRANSFER},
    "transferred": {"started_on": facts.TODAY},
    "finished": {"finished_on": facts.TODAY},
}


def a_child(number: int = 1, **known: Any) -> ChildView:
    """A child that waits for a proposal, or stands where `status` and `missing` say."""
    due = known.get("due", LAST)
    usual = {
        "reference": f"ST-2026-000001-{number:04d}",
        "dossier": "ST-2026-000001",
        "sender_reference": None,
        "municipality": "0599",
        "care": "durable",
        "category": "running",
        "care_form": "outpatient_individual",
        "location": None,
        "status": "waiting_for_proposal",
        "route": None,
        "receiving_provider": None,
        "moves_along": False,
        "expected_end": None,
        "proposal": None,
        "held_by": "zonnewende",
        "ends_by": LAST,
        "days_left": (LAST - TODAY).days,
        "due": due,
        "due_in": (due - TODAY).days if due else None,
        "added_on": date(2026, 9, 1) + timedelta(days=number),
        "registered_on": date(2025, 3, 3),
        "allocation_ends_on": LAST,
        "started_on": None,
        "finished_on": None,
        "file_due": None,
        "file_late_days": None,
        "missing": ["proposal"],
        "signals": [],
        "waiting_for": ["zonnewende"],
        "flex_cases": [],
        "flex_step": None,
        "trouble": None,
    }
    view = {**usual, **known}
    acts = acts_of_child(facts.a_child(**_STANDS[view["status"]]), view["missing"])
    return ChildView(**{"acts": acts, **view})


def transferring(number: int, **known: Any) -> ChildView:
    """On its way to Bosrand; nothing was done for it yet."""
    usual = {"status": "transferring", "route": 2, "receiving_provider": "bosrand", "missing": BEFORE_START}
    return a_child(number, **{**usual, **known})


def settled(number: int, on: date, **known: Any) -> ChildView:
    """Its care was finished and signed off."""
    usual = {"status": "finished", "route": 1, "missing": [], "waiting_for": [], "due": None, "finished_on": on}
    return a_child(number, **{**usual, **known})


def still_open(children: list[ChildView]) -> int:
    return sum(child.status in OPEN for child in children)
