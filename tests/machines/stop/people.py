"""What people do, in any order."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random

from hypothesis import note

from acts import Unsettled, perform
from rules.shared.refusal import Refused
from tests.machines.stop.clock import Clock
from tests.machines.stop.world import ADMINISTRATORS, EVERYBODY, MOTIVES, STOPPERS
from tests.support.acts import CHILD_ACTS, STOP_VALUES
from tests.support.private import TYPED

CORRECTIONS = ("correct_child", "remove_child")  # what was decided before them is looked at first, as it stood


class RandomPeople(Clock):
    """In turn and out of turn, with the right values and with odd ones, one child or many, and a crash in between."""

    def newcomer(self, chance: Random) -> None:
        """Another child, or another dossier."""
        if chance.random() < 0.1 and self.size("stop_dossier") < 4:
            self.opened(chance, chance.choice([*STOPPERS, "heidehof", "flex-anker"]), "not_renewed")
        elif self.size("stop_child") < 9:
            self.added(chance, chance.choice(self.all("SELECT * FROM stop_dossier")), fine=chance.random() < 0.6)

    def counted(self, chance: Random) -> None:
        """Numbers, right or wrong, again and again; explained or not."""
        self.count(chance, chance.choice(self.all("SELECT * FROM stop_dossier")), fine=chance.random() < 0.5)

    def out_of_turn(self, chance: Random) -> None:
        """Any act, by who may do it, with values that would do, wherever the child stands."""
        child = self.some_child(chance)
        name = chance.choice(sorted({*CHILD_ACTS, "enter_flex_route"} - {*CORRECTIONS}))
        by, given = self.made_for(chance, name, child, straight=False)
        if chance.random() < 0.1:
            for about in ("ST-2026-999999-0001", "ST-2026-000001-9999", f"{child['reference']}-0001", "ST-"):
                assert self.act(name, about, by, given) == "not_found"
        else:
            self.act(name, child["reference"], by, given)

    def somebody_else(self, chance: Random) -> None:
        """The right act with the right values, by anybody."""
        child = self.some_child(chance)
        name, _, given = self.fitting(chance, child, straight=chance.random() < 0.5)
        self.act(name, child["reference"], chance.choice(EVERYBODY), given)

    def odd_values(self, chance: Random) -> None:
        """Nearly right: fields left out, added, or with a value of another kind."""
        child = self.some_child(chance)
        about: str | None = child["reference"]
        name, by, given = self.fitting(chance, child, straight=True)
        if chance.random() < 0.4:
            dossier = self.of(child)
            name, by, given = self.about_dossier(chance, dossier)
            about = None if name == "register_stop" else dossier["reference"]
        fields = sorted({*STOP_VALUES[name].model_fields, *given, "bsn"})
        for one in chance.sample(fields, min(len(fields), chance.randint(1, 3))):
            if chance.random() < 0.6:
                given[one] = chance.choice(self.odd())
            else:
                given.pop(one, None)
        if name == "register_stop":
            given["motives"] = MOTIVES if given.get("motives") is not None else None
        self.act(name, about, by, given)

    def again(self, chance: Random) -> None:
        """Whatever was decided last about a child, once more: by the same side, with the same values."""
        child = self.some_child(chance)
        last = "SELECT * FROM decided WHERE child_id = ? AND settled_at IS NOT NULL ORDER BY opening DESC LIMIT 1"
        [row] = self.all(last, child["id"])
        if row["act"] in CHILD_ACTS and row["act"] not in CORRECTIONS and not self.undecided(child):
            code = self.act(row["act"], child["reference"], row["by"], json.loads(row["data"]))
            assert code, "the same again was recorded"

    def corrected(self, chance: Random) -> None:
        """What was given is put right, by who gave it or by anybody; once everything before it was looked at."""
        self.runner.move(None, "veegronde", self.now)
        self.everything_holds()
        child = self.some_child(chance)
        dossier = self.of(child)
        by = chance.choice([dossier["provider_id"], dossier["provider_id"], *ADMINISTRATORS, chance.choice(EVERYBODY)])
        match chance.choice(["child", "child", "child", "dossier", "remove"]):
            case "child":
                wanted = self.newborn(chance, dossier, fine=chance.random() < 0.8)
                chosen = chance.sample(sorted(wanted), chance.randint(1, 3))
                given = {field: wanted[field] for field in chosen}
                self.act("correct_child", child["reference"], by, {"reason": TYPED, **given})
            case "remove":
                left = [row for row in self.children(dossier) if row["id"] != child["id"]]
                if left:
                    self.act("remove_child", child["reference"], by, {"reason": TYPED})
            case _:
                wanted = self.stop(chance, dossier["provider_id"], chance.choice(["not_renewed", "dissolved"]))
                fields = ["contract_ends_on", "announced_on", "stop_type", "care_forms", "locations"]
                given = {field: wanted[field] for field in chance.sample(fields, 2) if field in wanted}
                by = chance.choice([*ADMINISTRATORS, *ADMINISTRATORS, by])
                self.act("correct_dossier", dossier["reference"], by, {"reason": TYPED, **given})
        self.everything_holds()

    def of_the_dossier(self, chance: Random) -> None:
        """Duties, consultations, continuation, and whatever there is."""
        dossier = chance.choice(self.all("SELECT * FROM stop_dossier"))
        for _ in range(3):
            name, by, given = self.about_dossier(chance, dossier)
            if chance.random() < 0.2:
                by = chance.choice(EVERYBODY)
            self.act(name, None if name == "register_stop" else dossier["reference"], by, given)

    def bulk(self, chance: Random) -> None:
        """The same act for several children at once, also of different dossiers; each has an answer of its own."""
        rows = self.all("SELECT * FROM stop_child WHERE removed_on IS NULL ORDER BY id")
        some = chance.sample(rows, chance.randint(1, len(rows)))
        name, by, given = self.fitting(chance, some[0], straight=True)
        if name not in CHILD_ACTS:
            return
        self.now += timedelta(minutes=1)
        references = [row["reference"] for row in some] + [some[0]["reference"]]
        note(f"{self.now:%Y-%m-%d %H:%M} {name} on {references} by {by!r}: {given}")
        known = self.size("decision")
        waits = {row["id"]: bool(self.undecided(row)) for row in some}
        of_one = name == "record_allocation" and len(some) > 1 and given.get("number")
        try:
            answers, _ = self.runner.decide_each(name, references, by, json.loads(json.dumps(given)), self.now)
        except Refused:
            if not of_one:
                raise
            answers = {}
        if of_one:
            assert (answers, self.size("decision")) == ({}, known), "one number for a whole selection"
            return
        assert [*answers] == [row["reference"] for row in some]
        assert self.size("decision") - known == sum(refused is None for refused in answers.values())
        for row in some:
            refused = answers[row["reference"]]
            if refused is None:
                self.accepted[name] += 1
                self.came["bulk"] += 1
            elif not waits[row["id"]]:
                assert tuple(row) == tuple(self.child(row["id"])), f"{name} was refused and changed a child"

    def crash(self, chance: Random) -> None:
        """A decision is recorded and the process dies before the flow: whoever comes next settles it first."""
        child = self.some_child(chance)
        dossier = self.of(child)
        name, by, given = self.fitting(chance, child, straight=True)
        about = child["reference"]
        if chance.random() < 0.3:
            about, name = dossier["reference"], "record_counts"
            by, given = self.numbers(chance, dossier, child["municipality"], chance.random() < 0.5)
        self.now += timedelta(minutes=1)
        note(f"{self.now:%Y-%m-%d %H:%M} {name} on {about} by {by!r}: {given}, and a crash")
        try:
            perform(self.database, name, about, by, given, self.now)
        except (Refused, Unsettled):
            return
        self.accepted[name] += 1
        self.came["crash"] += 1
        match chance.choice(["sweep", "next", "clock", "later"]):
            case "sweep":
                self.runner.move(None, "veegronde", self.now)
            case "next":
                self.go_on(chance, self.child(child["id"]), straight=True)
            case "clock":
                self.now += timedelta(days=chance.randint(1, 40))
                self.watch()
