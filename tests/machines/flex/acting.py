"""Acts, one after another, and time that passes."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, ClassVar

from hypothesis import note

from flexroute.clock import AMSTERDAM
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.flex_route import flex_route
from flows.table_prep import table_prep
from rules.shared.refusal import Refused
from tests.machines.flex.holding import Holding
from tests.machines.flex.turns import Turns
from tests.machines.flex.world import ORGANISATIONS, REFERRERS, SCHEDULER, STEPS
from tests.machines.watched import REFERENCE
from tests.support.acts import MEETING_ACTS
from tests.support.parties import MEDIATORS


class Acting(Holding, Turns):
    """One act, and a flow that runs."""

    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()

    def act(self, name: str, case: str | None, by: str, given: dict[str, Any], after_crash: bool = False) -> str | None:
        """Record an act and move; what was accepted had to be allowed, what was refused changed nothing. Answers with the code."""
        note(f"{self.now:%Y-%m-%d %H:%M} {name} on {case} by {by!r}: {given}")
        before = self.dump()
        standing = self.row(case) if case and REFERENCE.fullmatch(case) else None
        code: str | None = None
        try:
            reference, _ = self.runner.decide(name, case, by, json.loads(json.dumps(given)), self.now)
        except Refused as refused:
            code = refused.code
            if name == "record_allocation" and standing and "andere jeugdige" in refused.message:
                assert self.holders(given["number"], standing), "a number that is free was refused"
        if code is None:
            self.accepted[name] += 1
        else:
            self.refused[f"{name}: {code}"] += 1
            after = self.dump()
            if code == "direct_flex_referral":  # F-10: the referrer is told, once
                assert 0 <= len(after.pop("letter")) - len(before.pop("letter")) <= 1
            assert after == before or after_crash, f"{name} was refused ({code}) and changed something"
            return code
        assert reference
        if name == "register_referral":
            assert by in (*REFERRERS, *MEDIATORS)  # A.8
        elif standing is None:
            assert by in (*MEDIATORS, SCHEDULER)
        elif not after_crash:
            self.allowed(name, standing, by, given)
        if standing and name == "correct_referral":
            self.correcting(standing)
            if not after_crash:
                self.corrected_rightly(standing, self.row(standing["reference"]))
        return None

    def corrected_rightly(self, before: sqlite3.Row, after: sqlite3.Row) -> None:
        """F-12, AMB-24: before the first answer a case stays; after it another question begins again, nothing else moves."""
        judged = ("opdracht", "care_form", "age_band", "forensic", "residential", "received_on", "municipality")
        other = any(before[field] != after[field] for field in (*judged, "treeknorm_weeks"))
        if self.is_unanswered(before):
            assert (after["step"], after["round"]) == ("provider_check", 1)
            return
        assert (after["provider_id"], after["referrer_id"]) == (before["provider_id"], before["referrer_id"])
        if other:
            assert not before["accepted_id"]
            assert (after["step"], after["round"]) == ("mediation", before["round"] + 1)
            assert (after["asked_id"], after["allocation_number"], json.loads(after["procedure_check"] or "null")) == (
                None,
            ) * 3
        else:
            same = (
                "step",
                "round",
                "asked_id",
                "accepted_id",
                "approved_round",
                "assessed_round",
                "table_id",
                "meeting_id",
            )
            assert [before[field] for field in same] == [after[field] for field in same]

    def allowed(self, name: str, row: sqlite3.Row, by: str, given: dict[str, Any]) -> None:
        """By somebody with the role (A.8), at the step (A.13)."""
        assert row["step"] in STEPS[name], f"{name} was accepted at {row['step']}"
        owner, sender = row["owner_id"], row["referrer_id"]
        fine = {
            "decide_approval": [self.manager(row["opdracht"])],
            "record_flex_answer": [row["asked_id"], *MEDIATORS],
            "withdraw_statement": [
                o for o, org in ORGANISATIONS.items() if given.get("subcontractor") in org.get("subcontractors", [])
            ],
            "report_unable": [row["accepted_id"]],
            "record_start": [row["accepted_id"]],
            "record_allocation": [owner, *MEDIATORS],
            "withdraw": [sender, owner, *MEDIATORS],
            "correct_referral": [*MEDIATORS, *([sender] if self.is_unanswered(row) else [])],
            **{key: [owner] for key in ("record_assessment", "re_offer", "record_handover")},
        }.get(name, MEDIATORS)
        assert by in fine, f"{name} was accepted from {by}"
        if name == "record_flex_answer":
            assert given["provider"] == row["asked_id"]

    def is_unanswered(self, row: sqlite3.Row) -> bool:
        """Neither the provider nor the team has answered."""
        decided = {one["act"] for one, _ in self.decisions(row["id"])}
        return not decided & {"record_assessment", "take_over", "decide_mediation"}

    def twice(self, which: Any) -> None:
        """A flow, and once more: the second time it finds nothing to do."""
        self.runner.run(which, "gepland", now=self.now)
        before = self.dump()
        self.runner.run(which, "gepland", now=self.now)
        assert self.dump() == before, "a second run changed something"

    def fitting(self, chance: Random, row: sqlite3.Row) -> tuple[str, str, dict[str, Any]]:
        """What the document has next for a case, mostly the way that goes deep. Moves the clock where that needs time."""
        often = {
            "provider_check": ["record_assessment"] * 5 + ["take_over"] * 2,
            "mediation": ["decide_mediation"],
            "table": ["record_table_answers"] * 7 + ["move_to_table"],
            "approval": ["decide_approval"],
            "flex_search": ["record_flex_answer"] * 6 + ["withdraw_statement"],
            "re_offer": ["re_offer"],
            "handover": ["record_handover"] * 4 + ["record_allocation"] * 2 + ["report_unable", "record_start"],
            "allocation": ["record_allocation"] * 3 + ["record_start"] * 4 + ["report_unable"],
            "referral": ["withdraw_statement"],
        }[row["step"]]
        name = chance.choice(often)
        if chance.randint(0, 19) == 0:
            name = chance.choice(["withdraw", "record_allocation", "correct_referral", "correct_referral"])
        if name == "record_table_answers" and (on := self.meets_on(row)) and on > self.today:
            hour = chance.choice([8, 18, 18])  # some answer before the meeting has begun
            self.now = datetime.combine(on, time(hour), AMSTERDAM).astimezone(UTC)
        if name == "take_over" and not row["overdue"]:
            due = date.fromisoformat(row["due"]) + timedelta(days=1)
            self.now = max(self.now, datetime.combine(due, time(8), AMSTERDAM).astimezone(UTC))
            self.twice(deadline_watch)
        return (name, *self.made_for(chance, name, row))

    def any_act(self, chance: Random, row: sqlite3.Row, names: Any) -> tuple[str, str, dict[str, Any]]:
        """An act that is next, or any other of these."""
        if row["step"] != "closed" and chance.random() < 0.5:
            return self.fitting(chance, row)
        name = chance.choice(sorted(names))
        if name == "register_referral":
            return (name, *self.referral(chance, fine=True))
        if name in MEETING_ACTS:
            return (name, *self.about_meeting(chance, name))
        return (name, *self.made_for(chance, name, row))

    def clock(self, chance: Random) -> None:
        """Hours or days pass, and a scheduled flow runs."""
        match chance.choice(["hours", "days", "friday", "now"]):
            case "hours":
                self.now += timedelta(hours=chance.randint(1, 30))
                self.twice(chance.choice([deadline_watch, deadline_watch, deliver_mail]))
            case "days":
                self.now += timedelta(days=chance.randint(2, 12))
                self.twice(deadline_watch)
            case "friday":  # 13:00, when the agendas are made
                local = self.now.astimezone(AMSTERDAM)
                day = local.date() + timedelta(days=(4 - local.weekday()) % 7)
                self.now = max(self.now, datetime.combine(day, time(13), AMSTERDAM).astimezone(UTC))
                self.twice(table_prep)
            case _:
                self.twice(chance.choice([flex_route, table_prep]))
