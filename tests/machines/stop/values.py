"""Values that would do, and values that would not."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.machines.stop.terms import Terms
from tests.machines.stop.world import ACCESSES, ADMINISTRATORS, CATEGORIES, DAY, MOTIVES, ORGANISATIONS, months_on
from tests.support.private import BORN, BSN, NAME, SHOWN, TYPED


class Values(Terms):
    """What people type about a dossier."""

    def odd(self) -> list[Any]:
        """Values of all kinds: what another field would like, what nobody would."""
        days = [self.day(offset) for offset in (-900, -30, -1, 0, 1, 8, 60, 400)]
        strange: list[Any] = [None, "", " ", 0, -1, 1, 2, 7, 2.5, True, False, [], {}, [None], [{}], {"x": 1}, [TYPED]]
        texts = ["ja", "x" * 5000, "31-02-2026", "0001-01-01", "9999-12-31", "niemand", "B", "0599", "0606", "0502"]
        words = ["handover", "finished", "dissolved", "outpatient_individual", ["family_plan"], ["new_301"], TYPED, BSN]
        return [*strange, *texts, *words, *days, *ORGANISATIONS]

    def stop(self, chance: Random, provider: str, stop_type: str) -> dict[str, Any]:
        """Values that open a dossier: wholly or partly, of a contract that ends, or ended long ago."""
        ends = chance.choice(["2026-12-31", "2026-08-31", "2026-02-28", "2026-10-31"])
        if chance.random() < 0.25:
            ends = chance.choice(["2025-06-30", "2028-02-29"])
        given: dict[str, Any] = {
            "provider": provider,
            "stop_type": stop_type,
            "announced_on": self.day(-chance.randint(0, 20)),
            "contract_ends_on": ends,
            "motives": MOTIVES,
        }
        if chance.random() < 0.5:
            given["care_forms"] = chance.choice([["outpatient_individual"], ["outpatient_individual", "family_home"]])
        if chance.random() < 0.3:
            given["locations"] = ["Dorpsstraat", f"Kade {NAME}"]
        if chance.random() < 0.3:
            given["continuation_requested_by"] = chance.sample([*ACCESSES.values(), "beheer", "tz-anna"], 2)
        return given

    def newborn(self, chance: Random, dossier: sqlite3.Row, fine: bool) -> dict[str, Any]:
        """Values of a child; mostly with care that stops."""
        forms, locations = json.loads(dossier["care_forms"]), json.loads(dossier["locations"])
        category = chance.choice(CATEGORIES)
        given: dict[str, Any] = {
            "municipality": chance.choice([*ACCESSES]),
            "care": chance.choice(["restorative", "durable"]),
            "category": category,
            "care_form": chance.choice(forms if fine else [*forms, "residential", "family_home", "dagbesteding"]),
            "registered_on": self.day(-chance.randint(0, 700)),
            "private": {"naam": NAME, "geboren": BORN, "bsn": BSN, "toelichting": [TYPED, {"ook": NAME}]},
        }
        if category != "pre_trajectory" or chance.random() < 0.4:
            term = months_on(date.fromisoformat(dossier["contract_ends_on"]), 12)
            ends = [term, term - DAY, term + DAY, term - timedelta(days=20), term - timedelta(days=130), self.today]
            given["allocation_ends_on"] = chance.choice([*ends, date(2029, 6, 30)]).isoformat()
        if locations or chance.random() < 0.2:
            given["location"] = chance.choice(locations or [SHOWN]) if fine else chance.choice(["Elders", *locations])
        if chance.random() < 0.2:
            given["sender_reference"] = chance.choice([f"{SHOWN} 1", f"{SHOWN} 2", *[TYPED, BSN] * (not fine)])
        return given

    def numbers(self, chance: Random, dossier: sqlite3.Row, place: str, fine: bool) -> tuple[str, dict[str, Any]]:
        """One side's numbers: those of the children that were added, or others."""
        rows = [child for child in self.children(dossier) if child["municipality"] == place]
        given: dict[str, Any] = dict.fromkeys(CATEGORIES, 0)
        given.update(Counter(child["category"] for child in rows))
        if not fine:
            given[chance.choice(CATEGORIES)] += chance.randint(1, 2)
        by = chance.choice([dossier["provider_id"], ACCESSES[place]])
        return by, {**given, "municipality": place}

    def about_dossier(self, chance: Random, dossier: sqlite3.Row) -> tuple[str, str, dict[str, Any]]:
        """An act on a dossier by who may do it, with values that would do."""
        stopper, place = dossier["provider_id"], chance.choice([*ACCESSES])
        rare = ["record_duty", "record_duty", "plan_consultation", "change_consultation", "change_consultation"]
        names = [*rare, "request_continuation", "record_counts", "explain_difference", "register_stop", "add_child"]
        name, admin = chance.choice(names), chance.choice(ADMINISTRATORS)
        match name:
            case "request_continuation":
                return (
                    name,
                    chance.choice([*ADMINISTRATORS, *ACCESSES.values()]),
                    {"on": self.day(-chance.randint(0, 3))},
                )
            case "record_duty":
                duty = chance.choice(["contact_point", "risk_inventory", "message_traffic", "follow_guideline"])
                return name, chance.choice([stopper, admin]), {"duty": duty, "on": self.day(), "note": SHOWN}
            case "plan_consultation":
                first = self.today + timedelta(days=chance.randint(1, 14))
                return (
                    name,
                    admin,
                    {"first_on": first.isoformat(), "start": "10:00", "every_weeks": chance.randint(1, 4)},
                )
            case "change_consultation":
                return name, admin, self.other_time(chance, dossier)
            case "record_counts":
                return (name, *self.numbers(chance, dossier, place, chance.random() < 0.5))
            case "explain_difference":
                told = {"municipality": place, "explanation": TYPED}
                return name, chance.choice([stopper, ACCESSES[place]]), told
            case "add_child":
                return name, stopper, self.newborn(chance, dossier, fine=True)
        return name, admin, self.stop(chance, stopper, chance.choice(["not_renewed", "dissolved"]))

    def other_time(self, chance: Random, dossier: sqlite3.Row) -> dict[str, Any]:
        """Of the next consultation, where one is planned."""
        planned = self.all("SELECT * FROM consultation_series WHERE dossier_id = ?", dossier["id"])
        on = date.fromisoformat(planned[0]["first_on"]) if planned else self.today
        while on <= self.today and planned:
            on += timedelta(weeks=planned[0]["every_weeks"])
        known = self.all('SELECT "on" FROM consultation WHERE dossier_id = ? AND "on" > ?', dossier["id"], self.day())
        chosen = chance.choice([on.isoformat(), *(row["on"] for row in known)])
        later: dict[str, Any] = {"to": self.day(chance.randint(1, 20))}
        change: dict[str, Any] = chance.choice([{"start": "16:30", "room": SHOWN}, {"cancelled": True}, later])
        return {"on": chosen, "reason": TYPED, **change}
