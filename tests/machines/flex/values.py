"""Values that would do, and values that would not."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.machines.flex.reading import Reading
from tests.machines.flex.world import ORGANISATIONS, PROVIDERS, REFERRERS, SCHEDULER, TABLES
from tests.support.parties import MEDIATORS
from tests.support.private import BORN, BSN, NAME, SHOWN, TYPED


class Values(Reading):
    """What people type about a referral, an answer and a meeting."""

    def odd(self) -> list[Any]:
        """Values of all kinds: what another field would like, what nobody would."""
        days = [self.day(offset) for offset in (-400, -30, -1, 0, 1, 8, 60, 400)]
        strange: list[Any]
        strange = [None, "", " ", 0, -1, 7, 2.5, True, False, "ja", "nee", [], {}, [None], [{}], ["x"], {"x": 1}, TYPED]
        strange += [
            BSN,
            "x" * 5000,
            "31-02-2026",
            "2026-02-30",
            "0001-01-01",
            "9999-12-31",
            "niemand",
            "B",
            "A",
            "0599",
        ]
        strange += ["10:00", "25:00", "table", "provider", "solved_directly", "back_to_provider", "other", "local_team"]
        strange += [
            f"https://x.example.nl/{NAME}",
            "javascript:alert(1)",
            {"naam": NAME},
            "<b>'; DROP TABLE letter; --",
        ]
        return [*strange, *days, *ORGANISATIONS, *TABLES]

    def referral(self, chance: Random, fine: bool) -> tuple[str, dict[str, Any]]:
        opdracht = chance.choice(["B", "B", "B", "C", "C1", "C2", "E", "A", "D"])
        by = chance.choice([*REFERRERS, *MEDIATORS])
        given: dict[str, Any] = {
            "referral_route": chance.choice(["local_team", "medical", "certified_institution"]),
            "opdracht": opdracht,
            "provider": chance.choice(
                [p for p in PROVIDERS if p != "beide" or opdracht == "B"] if fine else [*ORGANISATIONS]
            ),
            "received_on": chance.choice([self.day(), self.day(-3), "2026-02-20", "2025-12-29"]),  # before 2026 no norm
            "municipality": "0599",
            "forensic": chance.random() < 0.5,
            "residential": chance.random() < 0.5,
            "care_form": chance.choice(["outpatient_individual", NAME, None]),
            "age_band": chance.choice(["12-15", None]),
            "urgent": chance.random() < 0.5,
            "sender_reference": chance.choice([None, None, f"{SHOWN} 1", f"{SHOWN} 2", *[TYPED, BSN] * (not fine)]),
            "private": {"naam": NAME, "geboren": BORN, "bsn": BSN, "toelichting": [TYPED, {"ook": NAME}]},
        }
        if by in MEDIATORS:
            given["referrer"] = chance.choice(REFERRERS)
        if chance.randint(0, 3) == 0:
            given["treeknorm_weeks"] = chance.choice([1, 4, 30])
        return by, given

    def corrected(self, chance: Random) -> dict[str, Any]:
        """Some of the fields of another referral; mostly those that may be corrected long."""
        _, wanted = self.referral(chance, fine=True)
        wanted["municipality"] = chance.choice(["0599", "0502"])
        late = ["urgent", "private", "sender_reference"]
        judged = ["opdracht", "care_form", "age_band", "forensic", "residential", "received_on", "municipality"]
        fields = [*late, *late, *judged, "treeknorm_weeks", "provider", "referrer", "referral_route"]
        chosen = {chance.choice(fields) for _ in range(chance.randint(1, 3))} & {*wanted}
        return {field: wanted[field] for field in sorted(chosen)}

    def said(self, chance: Random, provider: str, norm: str | None, yes: bool, in_time: bool = True) -> dict[str, Any]:
        """One party's answer to the two criteria."""
        answer: dict[str, Any] = {"provider": provider, "can_deliver": yes, "explanation": TYPED}
        if not yes:
            return answer
        if norm is None:
            return answer | {"in_time": in_time} | ({"earliest_start": self.day(5)} if chance.random() < 0.5 else {})
        if self.day() > norm:  # AMB-71
            word = {"in_time": in_time} if not in_time or chance.random() < 0.3 else {}
            return answer | {"earliest_start": chance.choice([norm, self.day(90)])} | word
        late = (date.fromisoformat(norm) + timedelta(days=1)).isoformat()
        return answer | {"earliest_start": chance.choice([norm, "2026-01-02"]) if in_time else late}

    def answer(self, chance: Random, provider: str, norm: str | None, yes: bool) -> dict[str, Any]:
        """A provider's answer; a no may be a start that is too late, of itself and of its subcontractors (AMB-22)."""
        subs = [
            self.said(chance, sub, norm, yes=late, in_time=False)
            for sub in ORGANISATIONS[provider].get("subcontractors", [])
            if chance.randint(0, 3) and (late := chance.random() < 0.5) in (True, False)
        ]
        if not yes:
            return self.said(chance, provider, norm, yes=chance.random() < 0.5, in_time=False) | {
                "subcontractors": subs
            }
        if subs and chance.random() < 0.5:
            subs[-1] = self.said(chance, subs[-1]["provider"], norm, yes=True)
            return self.said(chance, provider, norm, yes=False) | {"subcontractors": subs}
        return self.said(chance, provider, norm, yes=True) | {"subcontractors": subs}

    def table_answers(self, chance: Random, row: sqlite3.Row) -> dict[str, Any]:
        on = (self.meets_on(row) or self.today).isoformat()
        kind = chance.choice(["no"] * 9 + ["yes", "adjourn", "missing"])
        if kind == "adjourn":
            return {"on": on, "adjourn": TYPED}
        asked = [p for p in TABLES[row["table_id"] or "T_BC"]["participants"] if p != row["owner_id"]]
        if row["round"] > 1 or row["taken_over"] or chance.random() < 0.5:
            asked.append(row["owner_id"])
        answers = [self.answer(chance, p, row["treeknorm_date"], yes=False) for p in asked]
        if kind == "missing":
            answers.pop(chance.randint(0, len(answers) - 1))
        if kind == "yes" and answers:
            number = chance.randint(0, len(answers) - 1)
            answers[number] = self.answer(chance, asked[number], row["treeknorm_date"], yes=True)
        return {"on": on, "answers": answers}

    def about_meeting(self, chance: Random, name: str) -> tuple[str, dict[str, Any]]:
        """Mostly a meeting to come, of those that are known and of a series."""
        after = self.day(-60 if chance.random() < 0.2 else 0)
        known = self.all('SELECT table_id, "on" FROM meeting WHERE "on" >= ? ORDER BY "on" LIMIT 8', after)
        table = TABLES[chance.choice(sorted(TABLES))]
        every = timedelta(weeks=table["every_weeks"])
        following = table["anchor"] + ((self.today - table["anchor"]) // every + chance.choice([0, 1, 1, 2])) * every
        chosen, on = chance.choice([*map(tuple, known), *[(table["id"], following.isoformat())] * 2])
        by = chance.choice([*MEDIATORS, SCHEDULER, SCHEDULER])
        given = {"table": chosen, "on": on}
        if name == "call_flex_provider":
            return by, given | {
                "provider": chance.choice(["flex-anker", "flex-cirkel", "beide", "flex-eiland", "sys-noord"])
            }
        if name == "issue_agenda":
            return by, given
        if name == "place_series":
            return by, given | {"room": chance.choice(["Kamer 1", "Kamer 2"])}
        change: dict[str, Any] = chance.choice([
            {"cancelled": True}, {"to": self.day(chance.randint(0, 20))}, {"room": SHOWN, "start": "16:30"},
            {"to": (date.fromisoformat(on) + timedelta(days=chance.randint(-3, 6))).isoformat()},
            {"link": f"https://overleg.example.nl/{NAME}"}])  # fmt: skip
        return by, given | change | {"reason": TYPED}
