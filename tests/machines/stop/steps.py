"""What the document has next for a child."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.machines.stop.told import Known
from tests.machines.stop.values import Values
from tests.machines.stop.world import ACCESSES, DAY, ITEMS, MESSAGES, ORGANISATIONS, contracted, months_on
from tests.support.private import BSN, TYPED


class Steps(Values):
    """Who does which act, with values that do."""

    def fitting(self, chance: Random, child: sqlite3.Row, straight: bool) -> tuple[str, str, dict[str, Any]]:
        """What the document has next for a child: `straight`, or with some of the ways round."""
        known = self.known(child)
        way = {
            "waiting_for_proposal": ["propose_route"],
            "waiting_for_decision": ["decide_route" if known.waiting else "propose_route"],
            "finishing": ["finish_care"],
            "transferred": ["record_file" if ITEMS - known.file else "sign_off"],
            "finished": ["sign_off"],
            "transferring": [self.next_step(known)],
        }[known.status]
        if not straight:
            way *= 3
            way += ["propose_route"] if known.open else []
            way += {"transferring": ["record_consent", "record_file"], "finishing": ["inform_family"]}.get(
                known.status, []
            )
        name = chance.choice(way)
        return (name, *self.made_for(chance, name, child, straight))

    def next_step(self, known: Known) -> str:
        """On the way to the start at the receiver."""
        steps = {
            "inform_family": known.informed_on is None,
            "record_consent": not known.consent,
            "record_handover": not known.handed_over,
            "record_file": bool(ITEMS - known.items),
            "accept_transfer": known.accepted_on is None,
            "record_allocation": known.number is None or (known.along and bool(MESSAGES - known.messages)),
        }
        return next((act for act, due in steps.items() if due), "record_start")

    def made_for(self, chance: Random, name: str, child: sqlite3.Row, straight: bool) -> tuple[str, dict[str, Any]]:
        """Who does an act on a child, with values that do; mostly, unless it is `straight`."""
        known, access, stopper = self.known(child), ACCESSES[child["municipality"]], self.of(child)["provider_id"]
        odd = not straight and chance.random() < 0.3
        on = self.day(0 if straight else -chance.randint(0, 3))
        match name:
            case "propose_route":
                return stopper, self.solution(chance, child, straight)
            case "decide_route":
                return access, {"agreed": straight or chance.random() < 0.8, **({} if odd else {"reason": TYPED})}
            case "inform_family":
                early = known.agreed_on and chance.random() < (0.1 if straight else 0.3)
                return stopper, {"on": (known.agreed_on - DAY).isoformat() if early and known.agreed_on else on}
            case "record_consent":
                return stopper, {"given": straight or chance.random() < 0.6, "on": on}
            case "record_file":
                items = sorted(ITEMS) if straight else chance.sample(sorted(ITEMS), chance.randint(1, 3))
                return stopper, {"on": on, "items": items if straight else [*items, TYPED]}
            case "accept_transfer":
                another = {} if straight else chance.choice([{}, {"registered_on": self.day(-chance.randint(0, 30))}])
                return known.receiver or "blijft", {**another, **({} if odd else {"reason": TYPED})}
            case "record_allocation":
                return access, self.allocation(chance, known, f"70{child['id']:04}", straight)
            case "record_start":
                return known.receiver or "blijft", {"on": on}
            case "sign_off":
                right = "finished" if known.finished_on else "handover"
                return access, {"what": chance.choice(["finished", "handover"]) if odd else right}
            case "enter_flex_route":
                values = {"referral_route": "medical", "opdracht": "B", "provider": "sys-zuid", "referrer": "ref-gp"}
                return chance.choice([access, "tz-bram"]), {**values, "reason": TYPED}
        return stopper, {"on": on}

    def solution(self, chance: Random, child: sqlite3.Row, straight: bool) -> dict[str, Any]:
        """A route; by default or not, with a receiver that has a contract or not, with its employees or not."""
        dossier = self.of(child)
        able = [
            o for o in ORGANISATIONS if contracted(o, child["care_form"], self.today) and o != dossier["provider_id"]
        ]
        receiver = chance.choice(able or ["blijft"])
        if not straight and chance.random() < 0.35:
            receiver = chance.choice([*ORGANISATIONS, *[dossier["provider_id"]] * len(ORGANISATIONS)])
        kind = chance.choice(["finish", "transfer", "along", "transfer"])
        given: dict[str, Any] = {"reason": TYPED} if straight or chance.random() < 0.7 else {}
        if (
            kind == "finish"
            and straight
            and self.today > months_on(date.fromisoformat(dossier["contract_ends_on"]), 12)
        ):
            kind = "transfer"
        if kind == "finish":
            late = (self.ends_by(child) + timedelta(days=chance.randint(-90, 30))).isoformat()
            return {**given, "route": 1, "expected_end": late}
        if kind == "along":
            return {
                **given,
                "route": chance.choice([1, 2]),
                "receiving_provider": receiver,
                "moves_with_employees": True,
            }
        return {**given, "route": 2, "receiving_provider": receiver}

    def allocation(self, chance: Random, known: Known, own: str, straight: bool) -> dict[str, Any]:
        """A number of its own, or one that another child may have; messages; both."""
        which = own if straight else chance.choice([own, own, BSN])
        number = {"number": which, "on": self.day(0 if straight else -chance.randint(0, 3))}
        if straight:
            return {"messages": sorted(MESSAGES), **({} if known.number else number)}
        messages = {"messages": chance.sample(sorted(MESSAGES), chance.randint(1, 4))}
        return chance.choice([number, messages, {**number, **messages}, {"messages": []}, {"number": BSN}])
