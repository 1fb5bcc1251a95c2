"""Who is next with a case, and with what."""

from __future__ import annotations

import sqlite3
from random import Random
from typing import Any

from tests.machines.flex.values import Values
from tests.machines.flex.world import PROVIDERS, TABLES
from tests.support.parties import MEDIATORS
from tests.support.private import BSN, TYPED


class Turns(Values):
    """An act for a case, made to fit where it stands."""

    def made_for(self, chance: Random, name: str, row: sqlite3.Row) -> tuple[str, dict[str, Any]]:
        """Who does an act on a case, with values that do."""
        owner, norm, mediator = row["owner_id"], row["treeknorm_date"], chance.choice(MEDIATORS)
        flex = row["accepted_id"] or "flex-anker"
        match name:
            case "record_assessment":
                answer = self.answer(chance, owner, norm, yes=chance.randint(0, 6) == 0)
                del answer["provider"]
                ground = chance.choice(["demand_peak", "annual_capacity_used", "other"])
                return owner, answer | {"ground": ground, "ground_text": TYPED}
            case "correct_referral":
                by = chance.choice([row["referrer_id"], mediator, mediator])
                return by, {"reason": TYPED, **self.corrected(chance)}
            case "take_over" | "withdraw":
                by = chance.choice([owner, row["referrer_id"], mediator]) if name == "withdraw" else mediator
                return by, {"reason": TYPED}
            case "decide_mediation":
                outcome = chance.choice(["table"] * 7 + ["solved_directly", "back_to_provider"])
                given = {"outcome": outcome, "reason": TYPED}
                if outcome == "solved_directly":
                    given["provider"] = chance.choice([*PROVIDERS, "flex-anker", "flex-rest", "oa-klein"])
                if outcome == "table" and (row["opdracht"] in "AD" or chance.randint(0, 4) == 0):
                    given["table"] = chance.choice(sorted(TABLES))
                return mediator, given
            case "move_to_table":
                return mediator, {"table": chance.choice(sorted(TABLES)), "reason": TYPED}
            case "record_table_answers":
                return mediator, self.table_answers(chance, row)
            case "decide_approval":
                yes = chance.randint(0, 5) > 0
                return self.manager(row["opdracht"]), {"approved": yes, "motivation": TYPED} | (
                    {"ground": "demand_peak"} if yes else {}
                )
            case "record_flex_answer":
                asked = row["asked_id"] or "flex-anker"
                kind = chance.choice(["yes"] * 4 + ["no", "late"])
                said = self.said(chance, asked, norm, yes=kind != "no", in_time=kind != "late")
                said["accepts"] = said.pop("can_deliver")
                return chance.choice([asked, mediator]), said
            case "withdraw_statement":
                declined = sorted(self.declined(row["id"])) or [("sys-noord", "oa-dubbel")]
                by, subcontractor = chance.choice(declined)
                return by, {"subcontractor": subcontractor}
            case "report_unable" | "re_offer":
                return (flex if name == "report_unable" else owner), {"explanation": TYPED}
            case "record_handover":
                return owner, {"on": self.day(-chance.randint(0, 2)), "to": flex, "items": [TYPED, "gezinsplan"]}
            case "record_allocation":
                by = chance.choice(
                    ["provider", "table", owner, "sys-oost", "provider", "table", flex, "ref-lt", "beheer"]
                )
                issuer = chance.choice([row["referrer_id"], "toegang-rotterdam"])
                number = chance.choice([BSN, "1", *[f"{row['id']}00"] * 3])
                return chance.choice([owner, mediator]), {
                    "number": number, "issued_by": issuer, "delivered_by": by, "on": self.day()}  # fmt: skip
            case _:
                return flex, {"on": self.day(-chance.randint(0, 1))}
