"""Courses of events that chance alone would not find."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import note

from flexroute.clock import AMSTERDAM
from flows.table_prep import table_prep
from models.region.change import change_region
from models.store.waiting import waits_for_nobody
from tests.machines.stop.clock import Clock
from tests.machines.stop.world import ACCESSES, ADMINISTRATORS, DAY, LATEST, REGION
from tests.support.facts import with_settings
from tests.support.private import BSN, SHOWN, TYPED


class Courses(Clock):
    """Each from where things stand, to where something rare happens."""

    def to_the_end(self, chance: Random) -> None:
        """Everything of one dossier is done; its last term passes, and it closes."""
        dossier = chance.choice(self.all("SELECT * FROM stop_dossier"))
        self.runner.move(None, "veegronde", self.now)
        for _ in range(40):
            waits = [c for c in self.children(dossier) if not self.known(c).signed_off]
            if dossier["closed_on"] or not waits:
                break
            for child in waits[:3]:
                self.go_on(chance, self.child(child["id"]), straight=True)
        if dossier["closed_on"]:
            return
        self.count(chance, dossier, fine=True)
        self.everything_holds()
        ended = date.fromisoformat(dossier["contract_ends_on"])
        last = datetime.combine(date(ended.year + 1, 12, 31), time(8), AMSTERDAM).astimezone(UTC)
        if last < self.now:
            self.watch()
        for days in (0, 1):
            if self.now < last + timedelta(days=days):
                self.now = last + timedelta(days=days)
                self.watch()
        if self.all("SELECT id FROM stop_dossier WHERE id = ? AND closed_on IS NOT NULL", dossier["id"]):
            self.came["closed"] += 1

    def left_alone(self, chance: Random) -> None:
        """Route 1 is agreed, and then nobody does anything until its term has passed."""
        rows = [
            row
            for row in self.all("SELECT * FROM stop_child WHERE removed_on IS NULL ORDER BY id")
            if self.known(row).open
        ]
        for child in rows[:3]:
            late = {"route": 1, "expected_end": self.day(30), "reason": TYPED}
            self.count(chance, self.of(child), fine=True)
            self.act("propose_route", child["reference"], self.of(child)["provider_id"], late)
            self.act("decide_route", child["reference"], ACCESSES[child["municipality"]], {"agreed": True})
        for child in rows[:3]:
            passed = datetime.combine(self.ends_by(child) + DAY, time(7), AMSTERDAM).astimezone(UTC)
            if self.now < passed < LATEST:
                self.now = passed
                self.watch()

    def without_file(self, chance: Random) -> None:
        """A child starts at its receiver, and the file does not follow."""
        child = self.some_child(chance)
        for _ in range(14):
            if not self.known(child).open:
                break
            self.go_on(chance, self.child(child["id"]), straight=True)
        for _ in range(2):
            if day := self.speaks_on(self.child(child["id"])):
                self.now = max(self.now, datetime.combine(day, time(7), AMSTERDAM).astimezone(UTC))
                self.watch()

    def consult(self, chance: Random) -> None:
        """S-36: a consultation is planned, changed, and its agenda goes out."""
        dossier = chance.choice(self.all("SELECT * FROM stop_dossier"))
        first = self.today + timedelta(days=9 - self.today.weekday())
        given = {"first_on": first.isoformat(), "start": "10:00", "every_weeks": chance.randint(1, 4)}
        if self.act("plan_consultation", dossier["reference"], chance.choice(ADMINISTRATORS), given):
            return
        if chance.random() < 0.5:
            self.twice(table_prep)
        change = {"on": first.isoformat(), "start": "16:30", "room": SHOWN, "reason": TYPED}
        if not self.act("change_consultation", dossier["reference"], chance.choice(ADMINISTRATORS), change):
            self.came["consulted"] += 1

    def bankruptcy(self, chance: Random) -> None:
        """Gate 10, S-04: nothing begins, whatever else is given."""
        values = self.stop(chance, "zonnewende", "bankruptcy")
        for field_ in chance.sample(sorted(values), 2):
            if field_ != "stop_type":
                del values[field_]
        before, code = self.dump(), "bankruptcy_out_of_scope"
        assert self.act("register_stop", None, chance.choice(ADMINISTRATORS), values) == code
        assert self.act("register_stop", None, "zonnewende", values) == "forbidden"
        assert self.dump() == before

    def imported(self, chance: Random) -> None:
        """The region comes in again, with other numbers: terms are looked at anew."""
        self.runner.move(None, "veegronde", self.now)
        self.months, self.file_days = chance.choice([12, 12, 9]), chance.choice([28, 28, 14])
        note(f"the region with {self.months} months and {self.file_days} days")
        with self.database.writing() as session:
            numbers = {"stop_term_months": self.months, "file_transfer_days": self.file_days}
            change_region(session, with_settings(REGION, **numbers), self.now)
            assert waits_for_nobody(session, REGION, self.today) == {}
        self.came["imported"] += 1

    def at_flex(self, chance: Random) -> None:
        """As far as the start at the flex provider, and nothing comes between."""
        self.flex(chance, straight=True)

    def flex(self, chance: Random, straight: bool = False) -> None:
        """F-13, F-17: nobody with a contract can; a case, and a flex provider that may take the child over here."""
        still = [
            c for c in self.all("SELECT * FROM stop_child WHERE removed_on IS NULL ORDER BY id") if self.known(c).open
        ]
        if not still or self.now > datetime(2028, 9, 1, tzinfo=UTC):  # the flex contracts end
            return
        child = chance.choice(still)
        if straight:
            self.count(chance, self.of(child), fine=True)
        entry = {
            "referral_route": "local_team", "opdracht": "B", "provider": "sys-noord", "referrer": "ref-lt",
            "reason": TYPED, "treeknorm_weeks": 50,
        }  # fmt: skip
        access = ACCESSES[child["municipality"]]
        if self.act("enter_flex_route", child["reference"], chance.choice([access, "tz-anna"]), entry):
            return
        self.came["flex"] += 1
        row = self.all("SELECT * FROM escalation_case WHERE stop_child_id = ? ORDER BY id DESC", child["id"])[0]
        case, no = row["reference"], {"can_deliver": False, "explanation": TYPED}
        self.act("record_assessment", case, "sys-noord", {**no, "ground": "demand_peak"})
        self.act("decide_mediation", case, "tz-anna", {"outcome": "table", "reason": TYPED})
        met = self.all(
            'SELECT m."on" FROM meeting m JOIN escalation_case c ON c.meeting_id = m.id WHERE c.id = ?', row["id"]
        )
        self.now = datetime.combine(date.fromisoformat(met[0]["on"]), time(18), AMSTERDAM).astimezone(UTC)
        answers = [{"provider": who, **no} for who in ("sys-zuid", "sys-oost", "prest-west")]
        self.act("record_table_answers", case, "tz-anna", {"on": met[0]["on"], "answers": answers})
        yes = {"approved": True, "ground": "demand_peak", "motivation": TYPED}
        self.act("decide_approval", case, "cm-bc", yes)
        if not straight and chance.random() < 0.2:
            self.to_flex(chance, child, case)  # too early: nobody has accepted
        while asked := self.asked(case):
            takes = straight or asked == "avondrood" or chance.random() < 0.6
            told = {"provider": asked, "accepts": takes, "earliest_start": self.day(3) if takes else None}
            self.act("record_flex_answer", case, asked, told)
        if not straight and chance.random() < 0.1:
            self.act("withdraw", case, "ref-lt", {"reason": TYPED})
        self.to_flex(chance, child, case, straight)

    def asked(self, case: str) -> str | None:
        [row] = self.all("SELECT asked_id FROM escalation_case WHERE reference = ?", case)
        asked: str | None = row["asked_id"]
        return asked

    def to_flex(self, chance: Random, child: sqlite3.Row, case: str, straight: bool = False) -> None:
        """The child goes to the flex provider, as far as it may; here and there in the other order, or much later."""
        [row] = self.all("SELECT * FROM escalation_case WHERE reference = ?", case)
        flex = row["accepted_id"] or "flex-anker"
        by = self.of(child)["provider_id"]
        solution = {"route": 2, "receiving_provider": flex, "reason": TYPED}
        self.act("propose_route", child["reference"], by, solution)
        for _ in range(16 if straight else chance.choice([3, 16, 16, 16])):
            if self.known(child).started_on is None:
                self.go_on(chance, self.child(child["id"]), straight=True)
            match chance.randint(4 if straight else 0, 24):
                case 0:
                    self.clock(chance)
                case 1:
                    self.act("report_unable", case, flex, {"explanation": TYPED})
                case 2 | 3:
                    self.act("record_start", case, flex, {"on": self.day()})
                case number if number < 10:
                    self.act("record_handover", case, "sys-noord", {"on": self.day(), "to": flex, "items": [TYPED]})
                    given = chance.choice([f"70{child['id']:04}", f"80{row['id']:04}", BSN])
                    allocation = {"number": given, "issued_by": "ref-lt", "on": self.day()}
                    whose = chance.choice(["provider", "provider", "flex-dubbel"])
                    self.act("record_allocation", case, "sys-noord", {**allocation, "delivered_by": whose})
        if self.known(child).started_on and self.known(child).receiver == flex:
            self.act("report_unable", case, flex, {"explanation": TYPED})
            self.act("withdraw", case, "ref-lt", {"reason": TYPED})
            self.act("record_start", case, flex, {"on": self.day()})
