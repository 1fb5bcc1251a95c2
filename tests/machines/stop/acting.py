"""Acts, one after another."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from hypothesis import note

from rules.shared.refusal import Refused
from tests.machines.stop.holding import Holding
from tests.machines.stop.steps import Steps
from tests.machines.stop.told import Numbers
from tests.machines.stop.world import ACCESSES, ADMINISTRATORS, STOPPERS
from tests.support.private import TYPED


class Acting(Holding, Steps):
    """One act, and one child that goes on."""

    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()

    def act(self, name: str, about: str | None, by: str, given: dict[str, Any]) -> str | None:
        """Record an act and move. What was refused changed nothing and mailed nothing. Answers with the code."""
        self.now += timedelta(minutes=1)
        note(f"{self.now:%Y-%m-%d %H:%M} {name} on {about} by {by!r}: {given}")
        left = self.size("decision", "settled_at IS NULL")
        version, known = self.version(), self.size("decision")
        code = None
        try:
            self.runner.decide(name, about, by, json.loads(json.dumps(given)), self.now)
        except Refused as refused:
            code = refused.code
        if code is not None:
            note(f"  {code}")
            self.refused[f"{name}: {code}"] += 1
            assert self.size("decision") == known
            assert self.version() == version or left, f"{name} was refused ({code}) and changed something"
            return code
        self.accepted[name] += 1
        opens_case = name == "enter_flex_route"
        assert self.size("decision") == known + 1 + opens_case
        return None

    def some_child(self, chance: Random) -> sqlite3.Row:
        """Mostly one that is open."""
        rows = self.all("SELECT * FROM stop_child WHERE removed_on IS NULL ORDER BY id")
        still_open = [row for row in rows if self.known(row).open]
        return chance.choice(still_open if still_open and chance.random() < 0.8 else rows)

    def opened(self, chance: Random, provider: str, stop_type: str) -> None:
        """A dossier; where the one that was tried is refused, a plain one."""
        by = chance.choice(ADMINISTRATORS)
        given = self.stop(chance, provider, stop_type)
        if self.act("register_stop", None, by, given) and provider in STOPPERS:
            for key in ("care_forms", "locations", "continuation_requested_by"):
                given.pop(key, None)
            self.act(
                "register_stop", None, by, {**given, "announced_on": "2026-09-01", "contract_ends_on": "2026-12-31"}
            )

    def added(self, chance: Random, dossier: sqlite3.Row, fine: bool) -> None:
        self.act("add_child", dossier["reference"], dossier["provider_id"], self.newborn(chance, dossier, fine))

    def count(self, chance: Random, dossier: sqlite3.Row, fine: bool) -> None:
        """Both sides count, in every municipality with children, or one of them does something."""
        places = sorted(
            {child["municipality"] for child in self.children(dossier)} | self.dossier(dossier).counts.keys()
        )
        if not fine:
            place = chance.choice([*ACCESSES])
            by, given = self.numbers(chance, dossier, place, chance.random() < 0.4)
            self.act("record_counts", dossier["reference"], by, given)
            places = [place]
        for place in places or ["0599"]:
            side = dossier["provider_id"], ACCESSES[place]
            for by in side if fine else ():
                wrong = by != dossier["provider_id"] and chance.random() < 0.2
                _, given = self.numbers(chance, dossier, place, not wrong)
                known = self.dossier(dossier).counts.get(place, Numbers())
                same = known.provider if by == dossier["provider_id"] else known.access
                if {**(same or {}), "municipality": place} != given or chance.random() < 0.1:
                    self.act("record_counts", dossier["reference"], by, given)
            unexplained = self.dossier(dossier).counts.get(place, Numbers()).unexplained
            if (fine and unexplained) or chance.random() < 0.1:
                told = {"municipality": place, "explanation": TYPED}
                self.act("explain_difference", dossier["reference"], chance.choice(side), told)

    def story(self, chance: Random, straight: bool = False) -> None:
        """One child goes on, several acts long."""
        child = self.some_child(chance)
        for _ in range(chance.randint(3, 10)):
            child = self.child(child["id"])
            if self.known(child).signed_off or self.of(child)["closed_on"]:
                break
            self.go_on(chance, child, straight or chance.random() < 0.5)
            self.everything_holds()

    def go_on(self, chance: Random, child: sqlite3.Row, straight: bool) -> None:
        """What the document has next for a child; the numbers and the request for continuation first where these are due."""
        known, dossier = self.known(child), self.of(child)
        if known.waiting and not self.dossier(dossier).counted:
            self.count(chance, dossier, fine=straight)
        name, by, given = self.fitting(chance, child, straight)
        code = self.act(name, child["reference"], by, given)
        if code == "continuation_not_requested" and chance.random() < 0.7:
            for who in ("beheer", ACCESSES[child["municipality"]]):
                self.act("request_continuation", dossier["reference"], who, {"on": self.day()})
        if code in ("continuation_not_requested", "not_contracted") and straight:
            self.act("propose_route", child["reference"], *self.made_for(chance, "propose_route", child, straight))
