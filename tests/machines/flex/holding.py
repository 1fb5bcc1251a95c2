"""What must always be so, read from the decisions without the rules."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import date
from typing import Any

from sqlmodel import col, select

from models.store.letter import Letter
from notifications.render import render
from tests.machines.flex.reading import Reading
from tests.machines.flex.world import ORGANISATIONS, REGION, can, decided_on, delivers, kinds, same_undertaking
from tests.support.private import SECRETS


class Holding(Reading):
    """Gates 1 to 5 of A.12, and what else no act and no clock may break."""

    letters_read: int
    checked_request: int

    def everything_holds(self) -> None:
        seen = (self.version(), self.today)
        if seen == self.seen:
            return  # nothing changed since
        self.seen = seen
        checks = (
            self.settled,
            self.one_owner,
            self.answered,
            self.allocations,
            self.requests,
            self.starts,
            self.four_eyes,
            self.agendas,
            self.somebody,
        )
        for check in (*checks, self.letters, self.assignments):
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
                    assert "flex" not in kinds(provider) or kinds(provider, self.opdracht(case, row["id"])) & {
                        "system",
                        "performance",
                    }
                    assert kinds(provider) & {"system", "performance"}

    def answered(self) -> None:
        """F-20, F-32, F-36, AMB-71, AMB-72: whoever can, in time, ends the search; nobody else does. Nothing is said twice in a row."""
        for case in self.all("SELECT * FROM escalation_case"):
            rows = [*self.decisions(case["id"])]
            for number, (row, data) in enumerate(rows):
                after, norm = case, self.norm(case, row["id"])
                if number + 1 < len(rows):
                    after, given = rows[number + 1]
                    same = (row["act"], row["by"], data) == (after["act"], after["by"], given)
                    assert not same or row["act"] == "record_allocation" or "private" in data, (
                        "the same again was recorded"
                    )
                match row["act"]:
                    case "record_assessment":
                        assert (after["step"] == "closed") == delivers(data, norm, decided_on(row))
                    case "record_table_answers" if data["answers"]:
                        able = [delivers(answer, norm, decided_on(row)) for answer in data["answers"]]
                        assert (after["step"] == "closed") == any(able)
                    case "record_flex_answer":
                        accepts = can({**data, "can_deliver": data["accepts"]}, norm, decided_on(row))
                        assert (after["step"] == "handover") == accepts

    def allocations(self) -> None:
        """F-11, F-50, AMB-24, AMB-27, AMB-74: an allocation moves nothing, and its check says what this round lacks, to who must hear it.

        One number of a municipality is one case's.
        """
        for case in self.all("SELECT * FROM escalation_case"):
            if case["allocation_number"] and case["outcome"] != "withdrawn":
                assert not self.holders(case["allocation_number"], case)
            failed, rows = 0, [*self.decisions(case["id"])]
            for number, (row, data) in enumerate(rows):
                if row["act"] != "record_allocation":
                    continue
                after = rows[number + 1][0] if number + 1 < len(rows) else case
                assert after["step"] == row["step"], "an allocation moved a case"
                lacks = self.lacks(case, rows[:number], row["round"], data["delivered_by"])
                failed += bool(lacks)
                if after is case:
                    assert set(json.loads(case["procedure_check"])) == lacks
                    assert bool(case["allocation_number"]) == (not lacks)
            told = self.size(  # one that waited for a manager who left goes to the next
                "letter",
                f"kind = 'procedure_check_failed' AND subject = '{case['reference']}' AND state <> 'withheld'",
            )
            assert told == 2 * failed, "team and contract manager hear of each"

    def lacks(self, case: sqlite3.Row, before: list[tuple[sqlite3.Row, Any]], in_round: int, by: str) -> set[str]:
        """What an allocation lacks after these decisions."""
        here = [(row, data) for row, data in before if row["round"] == in_round]
        asked = [(row, data["answers"]) for row, data in here if row["act"] == "record_table_answers"]
        discussed = any(
            answers and not any(delivers(a, self.norm(case, row["id"]), decided_on(row)) for a in answers)
            for row, answers in asked
        )
        agreed = any(row["act"] == "decide_approval" and data["approved"] for row, data in here)
        right = by in ("provider", "table") or (by in ORGANISATIONS and bool(kinds(by) & {"system", "performance"}))
        found = {"no_table_assessment": discussed, "no_approval": agreed, "wrong_deliverer": right}
        return {code for code, there in found.items() if not there}

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
                answers = [(r, d) for r, d in self.decisions(case["id"]) if r["act"] == "record_flex_answer"]
                row, said = next(one for one in reversed(answers) if one[1]["provider"] == case["accepted_id"])
                assert can({**said, "can_deliver": said["accepts"]}, self.norm(case, row["id"]), decided_on(row))
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
            assert "flex" in kinds(
                asked["provider"], self.opdracht(case, approval), date.fromisoformat(asked["asked_on"])
            )
            self.checked_request = asked["id"]

    def four_eyes(self) -> None:
        """F-34, AMB-18: who decided, moved or took over for the team in a round does not approve in it."""
        for case in self.all("SELECT * FROM escalation_case"):
            team: set[tuple[int, str]] = set()
            for row, _ in self.decisions(case["id"]):
                if row["act"] in ("decide_mediation", "move_to_table", "take_over"):
                    team.add((row["round"], row["person"]))
                assert row["act"] != "decide_approval" or (row["round"], row["person"]) not in team

    def starts(self) -> None:
        """Gate 5: in the same round the flex provider accepted, was handed over to, and has a rightly delivered allocation."""
        for case in self.all("SELECT * FROM escalation_case WHERE outcome = 'started_at_flex_provider'"):
            done: dict[str, bool] = {}
            rows = [*self.decisions(case["id"])]
            for number, (row, data) in enumerate(rows):
                if row["round"] != case["round"]:
                    continue
                match row["act"]:
                    case "record_flex_answer":
                        done["accepted"] = data["accepts"] and data["provider"] == case["accepted_id"]
                    case "report_unable":
                        done = {}
                    case "record_handover":
                        done["handed over"] = data["to"] == case["accepted_id"]
                    case "record_allocation":
                        legal = ORGANISATIONS[data["issued_by"]]
                        assert legal.get("referrer") or legal.get("municipality")
                        done["allocated"] = not self.lacks(case, rows[:number], row["round"], data["delivered_by"])
                    case "record_start":
                        assert done == {"accepted": True, "handed over": True, "allocated": True}, done
                        assert row["by"] == case["accepted_id"]
                        done["started"] = True
            assert done.get("started")
            assert json.loads(case["procedure_check"]) == []

    def somebody(self) -> None:
        """AMB-18, A.10: an open case has somebody who must act, who exists, and who was told in this round."""
        people = {row["id"] for table in ("person", "organisation") for row in self.all(f"SELECT id FROM {table}")}
        for case in self.all("SELECT * FROM escalation_case WHERE step <> 'closed'"):
            who, kinds = self.must_act(case)
            assert who in people or who == "care_mediation_team", f"{case['reference']} waits for nobody"
            told = (
                "SELECT kind, context FROM letter WHERE subject = ? AND recipient = ? AND state IN ('queued', 'sent')"
            )
            heard = self.all(told, case["reference"], who)
            rounds = {json.loads(row["context"])["round"] for row in heard if row["kind"] in kinds}
            assert case["round"] in rounds, f"{who} was not told of {case['reference']} at {case['step']}"

    def must_act(self, case: sqlite3.Row) -> tuple[str, set[str]]:
        """By the test's own reading: who is waited for, and the letters that may have told so."""
        checked = json.loads(case["procedure_check"] or "null")
        team = ("care_mediation_team", {"escalation", "re_offered", "approval_decision", "corrected"})
        allocating = (case["owner_id"], {"handover_request"})
        if checked is None:
            allocating = (case["referrer_id"], {"allocation_request"})
        elif not checked:
            allocating = (case["accepted_id"], {"handover_request"})
        return {
            "provider_check": (case["owner_id"], {"assessment_request"}),
            "mediation": team,
            "table": team,
            "approval": (self.manager(case["opdracht"]), {"approval_request"}),
            "flex_search": (case["asked_id"], {"flex_request"}),
            "re_offer": (case["owner_id"], {"flex_answer", "approval_decision"}),
            "handover": (case["owner_id"], {"handover_request"}),
            "allocation": allocating,
        }[case["step"]]

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

        Only an agenda that a newer one overtook before it was posted stays at home, a letter to who is no contract manager now, and a
        request about what was corrected.
        """
        keys = Counter(row["key"] for row in self.all("SELECT key FROM letter"))
        assert not [key for key, number in keys.items() if number > 1]
        overtaken = "state = 'withheld' AND reason IN ("
        overtaken += "'er is een nieuwere agenda', 'iemand anders is nu aan zet', 'de verwijzing is gecorrigeerd')"
        assert not self.all(f"SELECT * FROM letter WHERE state NOT IN ('queued', 'sent') AND NOT ({overtaken})")
        raw = [
            tuple(row)
            for row in self.all("SELECT key, subject, context, reason FROM letter WHERE id > ?", self.letters_read)
        ]
        raw += [tuple(row) for row in self.all("SELECT content FROM agenda_issue")]
        said = [str(text) for row in raw for text in row]
        with self.database.reading() as session:
            agendas = set()
            for letter in session.exec(
                select(Letter).where(col(Letter.id) > self.letters_read).order_by(col(Letter.id))
            ).all():
                self.letters_read = letter.id or self.letters_read
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
