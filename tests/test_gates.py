"""The hard gates hold whatever people try (A.12): random acts by random people, and the database read without the rules."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from ruamel.yaml import YAML
from sqlmodel import col, select

import tasks.deadlines
import tasks.meetings
import tasks.step
from acts import CASE_ACTS, MEETING_ACTS, VALUES, perform
from flexroute.clock import AMSTERDAM
from flexroute.settings import practising
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.flex_route import flex_route
from flows.table_prep import table_prep
from models.database import Database, using
from models.letter import Letter
from models.region_file import check_region
from notifications.render import render
from rules.refusal import Refused
from tests.conftest import WORLD, with_region
from tests.watched import Watched, examples

# What nobody may read in a letter, an agenda, a Prefect parameter or a trouble text (C.4).
NAME, BORN, BSN = "Kornoelje", "2014-05-09", "999900006"
SECRETS = (NAME, BORN, "9 mei 2014", "09-05-2014", BSN)
TYPED = f"{NAME} (BSN {BSN}, geboren {BORN}) kan niet"
REFERENCE = re.compile(r"ZB-\d{4}-\d{6}")
SEEDS = st.integers(0, 2**32 - 1)  # one draw an act: many small ones would end an example early
PARTY_ANSWERS = ("provider", "can_deliver", "earliest_start", "in_time", "explanation")

# The test's own reading of the documents: who may do an act (A.8) and at which steps (F-17 … F-51). Not the program's.
MEDIATORS, SCHEDULER = ("tz-anna", "tz-bram"), "plan-els"
MANAGERS = {
    "B": "cm-bc",
    "C": "cm-bc",
    "C2": "cm-bc",
    "C1": "cm-c1",
    "E": "cm-e",
}  # AMB-18: others contract administration
BEFORE_START = ("provider_check", "mediation", "table", "approval", "flex_search", "re_offer", "handover", "allocation")
STEPS = {
    "record_assessment": ("provider_check",),
    "take_over": ("provider_check",),
    "decide_mediation": ("mediation",),
    "move_to_table": ("table",),
    "record_table_answers": ("table",),
    "decide_approval": ("approval",),
    "record_flex_answer": ("flex_search",),
    "re_offer": ("re_offer",),
    "record_handover": ("handover",),
    "record_allocation": ("handover", "allocation"),
    "record_start": ("handover", "allocation"),
    "report_unable": ("handover", "allocation"),
    "withdraw": BEFORE_START,
    "withdraw_statement": BEFORE_START,
}


def _world() -> dict[str, Any]:
    """The world of the scenarios with what is hard: the same undertaking by KvK, a provider of both kinds, a lot without table."""
    world = YAML(typ="safe", pure=True).load(WORLD.read_text(encoding="utf-8"))
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


DATA = _world()
REGION = check_region(DATA, "world.yaml")
ORGANISATIONS: dict[str, dict[str, Any]] = {row["id"]: row for row in DATA["organisations"]}
TABLES: dict[str, dict[str, Any]] = {row["id"]: row for row in DATA["tables"]}
EVERYBODY = (*ORGANISATIONS, *(row["id"] for row in DATA["people"]), *DATA["mailboxes"], "niemand", "")
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


def can(party: dict[str, Any], norm: str | None) -> bool:
    """F-20: content, and a start on or before the treeknorm date; without a norm as it says itself (AMB-03)."""
    if not party["can_deliver"]:
        return False
    return party.get("in_time") is not False if norm is None else (party.get("earliest_start") or "9999") <= norm


def delivers(answer: dict[str, Any], norm: str | None) -> bool:
    """F-19: alone or with a subcontractor."""
    return any(can(party, norm) for party in (answer, *(answer.get("subcontractors") or ())))


class Gates(RuleBasedStateMachine):
    """A few cases and meetings of one region; people, clock and schedules do what they like."""

    template: ClassVar[Path]
    runner: ClassVar[Watched]
    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="gates-"))
        shutil.copy(self.template, self.home / "case.db")
        self.settings = practising(home=self.home, database_url="", portal_url="https://flexroute.example.nl/")
        self.settings.__enter__()
        self.database = Database(f"sqlite:///{self.home / 'case.db'}")
        self.in_use = using(self.database)
        self.in_use.__enter__()
        self.sql = sqlite3.connect(self.home / "case.db", isolation_level=None)
        self.sql.row_factory = sqlite3.Row
        self.now = datetime(2026, 2, 27, 9, 0, tzinfo=AMSTERDAM).astimezone(UTC)
        self.acts = 0
        self.seen: Any = None
        self.read_until = 0
        self.checked_request = 0

    def teardown(self) -> None:
        self.sql.close()
        self.in_use.__exit__(None, None, None)
        self.settings.__exit__(None, None, None)
        shutil.rmtree(self.home)

    # what people do

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        for _ in range(2):
            self.act("register_referral", None, *self.referral(self.chance(seed), fine=True))

    @rule(seed=SEEDS)
    def people(self, seed: int) -> None:
        """Some things at once: mostly a case that goes on as the document has it, so that the deep steps are reached."""
        rest = [self.out_of_turn, self.somebody_else, self.odd_values, self.odd_values, self.meeting, self.crash]
        for _ in range(3):
            chance = self.chance(seed)
            chance.choice([*rest, self.referred, *[self.story] * 5])(chance)
            self.everything_holds()

    def story(self, chance: Random) -> None:
        """One case goes on, several acts long."""
        if not self.all("SELECT id FROM escalation_case WHERE step <> 'closed'"):
            self.referred(chance)
        case = self.some_case(chance)
        for _ in range(chance.randint(2, 10)):
            if self.row(case)["step"] == "closed":
                break
            name, by, given = self.fitting(chance, self.row(case))
            self.act(name, case, by, given)
            self.everything_holds()

    def referred(self, chance: Random) -> None:
        """Another referral, straight to a flex provider or to nobody in particular too."""
        if self.count("escalation_case") < 8:
            self.act("register_referral", None, *self.referral(chance, fine=chance.random() < 0.5))

    def out_of_turn(self, chance: Random) -> None:
        """Any act, by who may do it, with values that would do, at whatever step the case is."""
        case = self.some_case(chance)
        name = chance.choice(sorted(CASE_ACTS))
        by, given = self.made_for(chance, name, self.row(case))
        if chance.random() < 0.1:
            assert self.act(name, chance.choice(["ZB-2026-999999", NAME, ""]), by, given) == "not_found"
        else:
            self.act(name, case, by, given)

    def somebody_else(self, chance: Random) -> None:
        """The right act with the right values, by anybody: contract administration, flex providers, mailboxes, nobody."""
        case = self.some_case(chance)
        name, _, given = self.any_act(chance, self.row(case), CASE_ACTS)
        self.act(name, case, chance.choice(EVERYBODY), given)

    def odd_values(self, chance: Random) -> None:
        """Nearly right: fields left out, added, or with a value of another kind."""
        case = self.some_case(chance)
        name, by, given = self.any_act(chance, self.row(case), VALUES)
        fields = sorted({*VALUES[name].model_fields, *given, "bsn"})
        for field in chance.sample(fields, min(len(fields), chance.randint(1, 3))):
            if chance.random() < 0.6:
                given[field] = chance.choice(self.odd())
            else:
                given.pop(field, None)
        answers = given.get("answers") or given.get("subcontractors")
        for answer in answers if isinstance(answers, list) else ():
            if isinstance(answer, dict) and chance.random() < 0.3:
                answer[chance.choice(PARTY_ANSWERS)] = chance.choice(self.odd())
        self.act(name, case if name in CASE_ACTS else None, by, given)

    def meeting(self, chance: Random) -> None:
        name = chance.choice(sorted(MEETING_ACTS))
        self.act(name, None, *self.about_meeting(chance, name))

    def crash(self, chance: Random) -> None:
        """A decision is recorded and the process dies before the flow: whoever comes next settles it first."""
        case = self.some_case(chance)
        if self.row(case)["step"] == "closed":
            return
        name, by, given = self.fitting(chance, self.row(case))
        try:
            perform(self.database, name, case, by, given, self.now)
        except Refused:
            return
        self.accepted[name] += 1
        if chance.random() < 0.5:
            self.runner.move(None, "veegronde", self.now)
            return
        name = chance.choice(sorted(CASE_ACTS))
        self.act(name, case, *self.made_for(chance, name, self.row(case)), after_crash=True)

    # what the clock does

    @rule(seed=SEEDS)
    def clock(self, seed: int) -> None:
        chance = self.chance(seed)
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

    def twice(self, which: Any) -> None:
        """A flow, and once more: the second time it finds nothing to do."""
        self.runner.run(which, "gepland", now=self.now)
        before = self.dump()
        self.runner.run(which, "gepland", now=self.now)
        assert self.dump() == before, "a second run changed something"

    # values

    def chance(self, seed: int) -> Random:
        """The same seed at another moment is another act."""
        self.acts += 1
        return Random(f"{seed}.{self.acts}")

    @property
    def today(self) -> date:
        return self.now.astimezone(AMSTERDAM).date()

    def day(self, offset: int = 0) -> str:
        return (self.today + timedelta(days=offset)).isoformat()

    def odd(self) -> list[Any]:
        """Values of all kinds: what another field would like, what nobody would."""
        days = [self.day(offset) for offset in (-400, -30, -1, 0, 1, 8, 60, 400)]
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
            "sender_reference": chance.choice([None, f"{TYPED} 1", f"{TYPED} 2", BSN]),
            "private": {"naam": NAME, "geboren": BORN, "bsn": BSN, "toelichting": [TYPED, {"ook": NAME}]},
        }
        if by in MEDIATORS:
            given["referrer"] = chance.choice(REFERRERS)
        if chance.randint(0, 3) == 0:
            given["treeknorm_weeks"] = chance.choice([1, 4, 30])
        return by, given

    def said(self, chance: Random, provider: str, norm: str | None, yes: bool, in_time: bool = True) -> dict[str, Any]:
        """One party's answer to the two criteria."""
        answer: dict[str, Any] = {"provider": provider, "can_deliver": yes, "explanation": TYPED}
        if not yes:
            return answer
        if norm is None:
            return answer | (
                {"in_time": in_time} if chance.random() < 0.5 or not in_time else {"earliest_start": self.day(5)}
            )
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
        if chance.randint(0, 39) == 0:
            name = "withdraw"
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

    def meets_on(self, row: sqlite3.Row) -> date | None:
        found = self.sql.execute('SELECT "on" FROM meeting WHERE id = ?', (row["meeting_id"],)).fetchone()
        return date.fromisoformat(found["on"]) if found else None

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
                by = MANAGERS.get(row["opdracht"], "beheer")
                return by, {"approved": yes, "motivation": TYPED} | ({"ground": "demand_peak"} if yes else {})
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
                number = chance.choice([BSN, "1"])
                return chance.choice([owner, mediator]), {
                    "number": number, "issued_by": issuer, "delivered_by": by, "on": self.day()}  # fmt: skip
            case _:
                return flex, {"on": self.day(-chance.randint(0, 1))}

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
        change = chance.choice([
            {"cancelled": True}, {"to": self.day(chance.randint(0, 20))}, {"room": TYPED, "start": "16:30"},
            {"to": (date.fromisoformat(on) + timedelta(days=chance.randint(-3, 6))).isoformat()},
            {"link": f"https://overleg.example.nl/{NAME}"}])  # fmt: skip
        return by, given | change | {"reason": TYPED}

    # doing it

    def some_case(self, chance: Random) -> str:
        """Mostly one that is open."""
        rows = self.all("SELECT reference, step FROM escalation_case ORDER BY id")
        still_open = [row["reference"] for row in rows if row["step"] != "closed"]
        return chance.choice(still_open if still_open and chance.random() < 0.9 else [row["reference"] for row in rows])

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
        return None

    def allowed(self, name: str, row: sqlite3.Row, by: str, given: dict[str, Any]) -> None:
        """By somebody with the role (A.8), at the step (A.13)."""
        assert row["step"] in STEPS[name], f"{name} was accepted at {row['step']}"
        owner, sender = row["owner_id"], row["referrer_id"]
        fine = {
            "decide_approval": [MANAGERS.get(row["opdracht"], "beheer")],
            "record_flex_answer": [row["asked_id"], *MEDIATORS],
            "withdraw_statement": [
                o for o, org in ORGANISATIONS.items() if given.get("subcontractor") in org.get("subcontractors", [])
            ],
            "report_unable": [row["accepted_id"]],
            "record_start": [row["accepted_id"]],
            "record_allocation": [owner, *MEDIATORS],
            "withdraw": [sender, owner, *MEDIATORS],
            **{key: [owner] for key in ("record_assessment", "re_offer", "record_handover")},
        }.get(name, MEDIATORS)
        assert by in fine, f"{name} was accepted from {by}"
        if name == "record_flex_answer":
            assert given["provider"] == row["asked_id"]

    # reading the database

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self.sql.execute(sql, values).fetchall()

    def count(self, table: str) -> int:
        return int(self.sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def row(self, reference: str) -> Any:
        return self.sql.execute("SELECT * FROM escalation_case WHERE reference = ?", (reference,)).fetchone()

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        found = self.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: [tuple(row) for row in self.all(f'SELECT * FROM "{name}" ORDER BY rowid')] for (name,) in found}

    def decisions(self, case_id: int) -> Iterator[tuple[sqlite3.Row, dict[str, Any]]]:
        for row in self.all("SELECT * FROM decision WHERE case_id = ? ORDER BY id", case_id):
            yield row, json.loads(row["data"])

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
                    if not can(sub, case["treeknorm_date"]):
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
                said = {answer["provider"]: delivers(answer, case["treeknorm_date"]) for answer in data["answers"]}
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
                assert row["by"] == MANAGERS.get(case["opdracht"], "beheer")
                return int(row["id"])
        return None

    # what must always be so

    @invariant()
    def everything_holds(self) -> None:
        seen = (self.sql.execute("PRAGMA data_version").fetchone()[0], self.today)
        if seen == self.seen:
            return  # nothing changed since
        self.seen = seen
        for check in (self.settled, self.one_owner, self.requests, self.starts, self.agendas, self.letters):
            check()

    def settled(self) -> None:
        """Every recorded decision is settled, and no case was set aside."""
        assert not self.all("SELECT * FROM decision WHERE settled_at IS NULL")
        assert not self.all("SELECT * FROM escalation_case WHERE trouble IS NOT NULL OR step = 'referral'")

    def one_owner(self) -> None:
        """AMB-25 and gate 3: always one owner, the provider of the referral until another has started; flex never comes first."""
        for case in self.all("SELECT * FROM escalation_case"):
            started = case["outcome"] == "started_at_flex_provider"
            assert case["owner_id"] == (case["accepted_id"] if started else case["provider_id"])
            assert kinds(case["provider_id"], case["opdracht"]) & {"system", "performance"} or "flex" not in kinds(
                case["provider_id"]
            )
            assert (case["step"] == "closed") == (case["outcome"] is not None)
            for row, data in self.decisions(case["id"]):
                if row["act"] == "decide_mediation" and data["outcome"] == "solved_directly":
                    provider = data["provider"]
                    assert "flex" not in kinds(provider) or kinds(provider, case["opdracht"]) & {
                        "system",
                        "performance",
                    }
                    assert kinds(provider) & {"system", "performance"}

    def requests(self) -> None:
        """Gates 1, 2 and 4: one open request, after table and approval of the same round, never to who is excluded."""
        for row in self.all(
            "SELECT case_id, count(*) AS n FROM flex_request WHERE answered_on IS NULL GROUP BY case_id"
        ):
            assert row["n"] == 1
        for case in self.all("SELECT * FROM escalation_case"):
            open_ones = self.all(
                "SELECT provider FROM flex_request WHERE case_id = ? AND answered_on IS NULL", case["id"]
            )
            assert [row["provider"] for row in open_ones] == (
                [case["asked_id"]] if case["step"] == "flex_search" else []
            )
            if case["step"] in ("approval", "flex_search", "handover", "allocation") or case["accepted_id"]:
                assert self.assessed(case, case["round"], 1 << 60)
            if case["step"] in ("flex_search", "handover", "allocation") or case["accepted_id"]:
                assert self.approved(case, case["round"])
            if case["accepted_id"]:  # a yes that is too late is no yes (AMB-23)
                answers = [d for r, d in self.decisions(case["id"]) if r["act"] == "record_flex_answer"]
                said = next(d for d in reversed(answers) if d["provider"] == case["accepted_id"])
                assert can({**said, "can_deliver": said["accepts"]}, case["treeknorm_date"])
            for row, _ in self.decisions(case["id"]):
                if row["act"] == "decide_approval":
                    said_no = [
                        r for r, d in self.decisions(case["id"]) if r["act"] == "record_table_answers" and d["answers"]
                    ]
                    assert any(r["round"] == row["round"] and r["id"] < row["id"] for r in said_no)
        for asked in self.all("SELECT * FROM flex_request WHERE id > ? ORDER BY id", self.checked_request):
            case = self.all("SELECT * FROM escalation_case WHERE id = ?", asked["case_id"])[0]
            approval = self.approved(case, asked["round"])
            assert approval is not None, "a flex provider was asked before the approval of this round"
            assert self.assessed(case, asked["round"], approval), "a flex provider was asked without the table's no"
            out = {sub for _, sub in self.declined(case["id"])}
            assert not any(same_undertaking(asked["provider"], sub) for sub in out), "an excluded provider was asked"
            assert "flex" in kinds(asked["provider"], case["opdracht"], date.fromisoformat(asked["asked_on"]))
            self.checked_request = asked["id"]

    def starts(self) -> None:
        """Gate 5: in the same round the flex provider accepted, was handed over to, and has a rightly delivered allocation."""
        for case in self.all("SELECT * FROM escalation_case WHERE outcome = 'started_at_flex_provider'"):
            done: dict[str, bool] = {}
            for row, data in self.decisions(case["id"]):
                if row["round"] != case["round"]:
                    continue
                match row["act"]:
                    case "record_flex_answer" | "report_unable":
                        done = {
                            "accepted": row["act"] == "record_flex_answer"
                            and data["accepts"]
                            and data["provider"] == case["accepted_id"]
                        }
                    case "record_handover":
                        done["handed over"] = data["to"] == case["accepted_id"]
                    case "record_allocation":
                        by = data["delivered_by"]
                        right = by in ("provider", "table") or (
                            by in ORGANISATIONS and bool(kinds(by) & {"system", "performance"})
                        )
                        legal = ORGANISATIONS[data["issued_by"]]
                        done["allocated"] = right and bool(legal.get("referrer") or legal.get("municipality"))
                    case "record_start":
                        assert done == {"accepted": True, "handed over": True, "allocated": True}, done
                        assert row["by"] == case["accepted_id"]
                        done["started"] = True
            assert done.get("started")
            assert json.loads(case["procedure_check"]) == []

    def agendas(self) -> None:
        """F-26, AMB-32: a case at the table is on one meeting, others on none to come; what was issued is what is planned."""
        items = self.all(
            'SELECT i.case_id, i.meeting_id, m."on", m.cancelled, c.reference FROM agenda_item i '
            "JOIN meeting m ON m.id = i.meeting_id JOIN escalation_case c ON c.id = i.case_id "
            "WHERE NOT i.removed ORDER BY i.id"
        )
        for case in self.all("SELECT * FROM escalation_case"):
            mine = [item for item in items if item["case_id"] == case["id"]]
            to_come = {
                item["meeting_id"] for item in mine if item["on"] > self.today.isoformat() and not item["cancelled"]
            }
            if case["step"] != "table":
                assert case["meeting_id"] is None
                assert not to_come
                continue
            here = [item for item in mine if item["meeting_id"] == case["meeting_id"]]
            assert len(here) == 1
            assert not here[0]["cancelled"]
            assert to_come <= {case["meeting_id"]}
        days = Counter((m["table_id"], m["on"]) for m in self.all("SELECT * FROM meeting WHERE NOT cancelled"))
        assert not [day for day, number in days.items() if number > 1], "a table meets twice on a day"
        for meeting in self.all(
            'SELECT * FROM meeting WHERE version > 0 AND NOT cancelled AND "on" > ?', self.today.isoformat()
        ):
            issue = self.all(
                "SELECT content FROM agenda_issue WHERE meeting_id = ? ORDER BY version DESC LIMIT 1", meeting["id"]
            )[0]
            planned = [item["reference"] for item in items if item["meeting_id"] == meeting["id"]]
            assert [case["reference"] for case in json.loads(issue["content"])["cases"]] == planned

    def letters(self) -> None:
        """C.4, A.10: nothing private or typed in letters and agendas; each letter once; none held back or failed.

        Only an agenda that a newer one overtook before it was posted stays at home.
        """
        keys = Counter(row["key"] for row in self.all("SELECT key FROM letter"))
        assert not [key for key, number in keys.items() if number > 1]
        overtaken = "state = 'withheld' AND reason = 'er is een nieuwere agenda'"
        assert not self.all(f"SELECT * FROM letter WHERE state NOT IN ('queued', 'sent') AND NOT ({overtaken})")
        raw = [
            tuple(row)
            for row in self.all("SELECT key, subject, context, reason FROM letter WHERE id > ?", self.read_until)
        ]
        raw += [tuple(row) for row in self.all("SELECT content FROM agenda_issue")]
        said = [str(text) for row in raw for text in row]
        with self.database.reading() as session:
            agendas = set()
            for letter in session.exec(
                select(Letter).where(col(Letter.id) > self.read_until).order_by(col(Letter.id))
            ).all():
                self.read_until = letter.id or self.read_until
                agenda = (letter.kind, letter.meeting_id, letter.context.get("version"))
                if letter.meeting_id and agenda in agendas:
                    continue  # the same for everybody who gets it
                agendas.add(agenda)
                words = render(session, REGION, letter)
                said += [words.subject, words.text, words.html]
                in_text = [content for _, kind, content in words.attachments if kind.startswith("text/")]
                said += [content.decode().replace("\r\n ", "") for content in in_text]
        for secret in SECRETS:
            assert not [text for text in said if secret in text], f"{secret} goes out"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A database that was migrated once; each example gets a copy."""
    with with_region(tmp_path / "template.db", REGION):
        return tmp_path / "template.db"


def test_the_gates_hold_whatever_people_do(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gates 1 to 5 of A.12 (F-10, F-11, F-33, F-36, F-37, F-39, F-50), A.8, AMB-20 … AMB-26, AMB-32, F-26 and C.4."""
    Gates.template = template
    Gates.accepted.clear()
    Gates.refused.clear()
    Gates.runner = Watched(SECRETS, TABLES)
    Gates.runner.watch_tasks(monkeypatch, tasks.step, tasks.deadlines, tasks.meetings)
    with Gates.runner:
        run_state_machine_as_test(Gates, settings=examples(40, steps=30))
    print(f"accepted: {dict(Gates.accepted.most_common())}\nrefused: {dict(Gates.refused.most_common())}")  # noqa: T201
    missed = {*VALUES} - {*Gates.accepted}
    assert not missed, f"never reached: {missed}"
