"""What people do, in any order."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import note

from acts import perform
from rules.shared.refusal import Refused
from tasks.engine.reassigning import import_region
from tests.machines.flex.acting import Acting
from tests.machines.flex.world import EVERYBODY, PARTY_ANSWERS, SUCCESSOR, with_manager
from tests.support.acts import CASE_ACTS, MEETING_ACTS, VALUES
from tests.support.parties import MEDIATORS
from tests.support.private import NAME


class Straight(Random):
    """No chance at all: what goes on, which stands first where a choice is made."""

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def randint(self, a: int, b: int) -> int:
        return b

    def random(self) -> float:
        return 0.99


class RandomPeople(Acting):
    """In turn and out of turn, with the right values and with odd ones, and a crash in between."""

    def story(self, chance: Random) -> None:
        """One case goes on, several acts long."""
        if not self.all("SELECT id FROM escalation_case WHERE step <> 'closed'"):
            self.referred(chance)
        case = self.some_case(chance)
        for _ in range(chance.randint(2, 10)):
            if self.row(case)["step"] == "closed":
                break
            name, by, given = self.fitting(chance, self.row(case))
            code = self.act(name, case, by, given)
            self.everything_holds()
            if code == "four_eyes":  # and so again, until somebody else judges
                break

    def to_the_end(self) -> None:
        """From wherever people and clocks left a case, people who exist bring it to care: nobody goes round for ever."""
        self.runner.move(None, "veegronde", self.now)
        if self.manager_now in MEDIATORS:
            self.import_with("cm-bc")  # four eyes
        for row in self.all("SELECT * FROM escalation_case WHERE step NOT IN ('closed', 'referral')")[-2:]:
            case, acts = row["reference"], 0
            while (row := self.row(case))["step"] != "closed":
                name, by, given = self.fitting(Straight(), row)
                if row["procedure_check"] == "[]" and row["step"] == "allocation":
                    name, by, given = "record_start", row["accepted_id"], {"on": self.day()}
                elif name == "record_allocation":
                    given["number"] = f"{row['id']}9{acts}"
                elif name == "record_table_answers" and acts > 8:  # no flex provider has its opdracht: the table can
                    first = given["answers"][0]["provider"]
                    given["answers"][0] = self.answer(Straight(), first, row["treeknorm_date"], yes=True)
                if self.act(name, case, by, given):
                    self.now += timedelta(hours=6)
                acts += 1
                assert acts < 40, f"{case} does not come to an end"

    def referred(self, chance: Random) -> None:
        """Another referral, straight to a flex provider or to nobody in particular too."""
        if self.size("escalation_case") < 8:
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

    def again(self, chance: Random) -> None:
        """Whatever was decided last about a case, once more: by the same side, with the same values."""
        case = self.some_case(chance)
        row, given = [*self.decisions(self.row(case)["id"])][-1]
        if row["act"] not in CASE_ACTS:
            return
        by = chance.choice(MEDIATORS) if row["by"] in MEDIATORS else row["by"]
        code = self.act(row["act"], case, by, given)
        assert code or row["act"] == "record_allocation", "the same again was recorded"  # AMB-27: one that failed may

    def meeting(self, chance: Random) -> None:
        """Several of them: most do not fit the day that chance takes."""
        for name in chance.choices(sorted(MEETING_ACTS), k=4):
            self.act(name, None, *self.about_meeting(chance, name))

    def imported(self, chance: Random) -> None:
        """The region comes in again, mostly with another contract manager."""
        manager = chance.choice(["cm-bc", SUCCESSOR, MEDIATORS[1]])  # a mediator that judges too
        self.import_with(manager)

    def import_with(self, manager: str) -> None:
        note(f"{self.now:%Y-%m-%d %H:%M} the region with {manager}")
        with self.database.writing() as session:
            import_region(session, with_manager(manager), self.now)
        self.manager_now = manager
        self.accepted["import"] += 1

    def crash(self, chance: Random) -> None:
        """A decision is recorded and the process dies before the flow: whoever comes next settles it first."""
        case = self.some_case(chance)
        if self.row(case)["step"] == "closed":
            return
        before = self.row(case)
        name, by, given = self.fitting(chance, before)
        try:
            perform(self.database, name, case, by, given, self.now)
        except Refused:
            return
        if name == "correct_referral":
            self.correcting(before)
        self.accepted[name] += 1
        if chance.random() < 0.5:
            self.runner.move(None, "veegronde", self.now)
            return
        name = chance.choice(sorted(CASE_ACTS))
        self.act(name, case, *self.made_for(chance, name, self.row(case)), after_crash=True)
