"""The database as it is, and what the decisions in it tell."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from tests.machines.flex.world import MANAGERS, SUCCESSOR, TABLES, can, decided_on, delivers
from tests.machines.life import Life


class Reading(Life):
    """Reads with SQL of its own, so that nothing of the program is believed."""

    manager_now = "cm-bc"  # of B, C and C2

    def __init__(self) -> None:
        super().__init__()
        self.stood: dict[int, list[tuple[int, str | None, str]]] = {}  # by case: before each correction

    def manager(self, opdracht: str) -> str:
        """Who judges for an opdracht, as the region was imported last (AMB-18)."""
        usual = MANAGERS.get(opdracht, "beheer")
        return self.manager_now if usual == "cm-bc" else usual

    def correcting(self, row: sqlite3.Row) -> None:
        """A correction was recorded of a case that stood so: decisions before it were about this norm and opdracht."""
        [last] = self.all("SELECT max(id) FROM decided WHERE case_id = ? AND act = 'correct_referral'", row["id"])[0]
        self.stood.setdefault(row["id"], []).append((last, row["treeknorm_date"], row["opdracht"]))

    def norm(self, case: sqlite3.Row, decision: int) -> str | None:
        """The treeknorm date as it was when this was decided."""
        return next(
            (norm for last, norm, _ in self.stood.get(case["id"], ()) if decision < last), case["treeknorm_date"]
        )

    def opdracht(self, case: sqlite3.Row, decision: int) -> str:
        """The opdracht as it was when this was decided."""
        found = (opdracht for last, _, opdracht in self.stood.get(case["id"], ()) if decision < last)
        return str(next(found, case["opdracht"]))

    def row(self, reference: str) -> Any:
        return self.sql.execute("SELECT * FROM escalation_case WHERE reference = ?", (reference,)).fetchone()

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        found = self.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: [tuple(row) for row in self.all(f'SELECT * FROM "{name}" ORDER BY rowid')] for (name,) in found}

    def meets_on(self, row: sqlite3.Row) -> date | None:
        found = self.sql.execute('SELECT "on" FROM meeting WHERE id = ?', (row["meeting_id"],)).fetchone()
        return date.fromisoformat(found["on"]) if found else None

    def some_case(self, chance: Random) -> str:
        """Mostly one that is open."""
        rows = self.all("SELECT reference, step FROM escalation_case ORDER BY id")
        every: list[str] = [row["reference"] for row in rows]
        still_open: list[str] = [row["reference"] for row in rows if row["step"] != "closed"]
        return chance.choice(still_open if still_open and chance.random() < 0.9 else every)

    def decisions(self, case_id: int) -> Iterator[tuple[sqlite3.Row, dict[str, Any]]]:
        for row in self.all("SELECT * FROM decided WHERE case_id = ? ORDER BY id", case_id):
            yield row, json.loads(row["data"])

    def holders(self, number: str, case: sqlite3.Row) -> list[str]:
        """Other cases of its municipality that have this allocation number; one that was withdrawn has none (AMB-30)."""
        having = "SELECT * FROM escalation_case WHERE allocation_number = ? AND municipality = ? AND id <> ?"
        found = self.all(having, number, case["municipality"], case["id"])
        return [row["reference"] for row in found if row["outcome"] != "withdrawn"]

    def declined(self, case_id: int) -> set[tuple[str, str]]:
        """Subcontractors that said no in this case or can only start too late, with the provider that asked; not withdrawn (F-37)."""
        case = self.all("SELECT * FROM escalation_case WHERE id = ?", case_id)[0]
        found: set[tuple[str, str]] = set()
        for row, data in self.decisions(case_id):
            answers = [{**data, "provider": case["provider_id"]}] if row["act"] == "record_assessment" else []
            if row["act"] == "record_table_answers":
                answers = data["answers"] or []
            for answer in answers:
                for sub in answer.get("subcontractors") or ():
                    if not can(sub, self.norm(case, row["id"]), decided_on(row)):
                        found.add((answer["provider"], sub["provider"]))
            if row["act"] == "withdraw_statement":
                found.discard((row["by"], data["subcontractor"]))
        return found

    def assessed(self, case: sqlite3.Row, in_round: int, before: int) -> bool:
        """Gate 2: in this round everybody at the table but the owner said no; the owner too from round 2 on (AMB-20)."""
        for row, data in self.decisions(case["id"]):
            if (
                row["act"] == "record_table_answers"
                and row["round"] == in_round
                and row["id"] < before
                and data["answers"]
            ):
                norm, on = self.norm(case, row["id"]), decided_on(row)
                said = {answer["provider"]: delivers(answer, norm, on) for answer in data["answers"]}
                owner = case["provider_id"]
                must = {*TABLES[case["table_id"]]["participants"]} - {owner}
                if in_round > 1:
                    must.add(owner)
                if must and must <= set(said) and not any(said.values()):
                    return True
        return False

    def approved(self, case: sqlite3.Row, in_round: int) -> int | None:
        """Gate 1: the decision by which the contract manager approved in this round."""
        for row, data in self.decisions(case["id"]):
            if row["act"] == "decide_approval" and row["round"] == in_round and data["approved"]:
                usual = MANAGERS.get(self.opdracht(case, row["id"]), "beheer")
                assert row["by"] in (usual, SUCCESSOR if usual == "cm-bc" else usual)
                return int(row["id"])
        return None
