"""What was decided had to be allowed."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import date
from typing import Any, ClassVar

from tests.machines.stop.terms import Terms
from tests.machines.stop.told import Dossier, FlexCase, Known, Numbers
from tests.machines.stop.world import (
    ACCESSES,
    ADMINISTRATORS,
    CATEGORIES,
    ITEMS,
    JUDGED,
    MESSAGES,
    contracted,
    flexible,
    local,
)
from tests.support.parties import MEDIATORS


class Allowed(Terms):
    """Every decision again: who may, at which moment, through which gates; and the letters it brings."""

    verified: set[int]
    due_letters: Counter[tuple[str, str, str]]
    signals: dict[int, set[str]]
    came: ClassVar[Counter[str]] = Counter()  # what happened beside the acts
    listed: set[int]

    def decisions(self) -> None:
        """Each settled decision, once: by who may, at the right moment, with every gate of its row open."""
        rows = self.all(
            "SELECT * FROM decided WHERE settled_at IS NOT NULL AND case_id IS NULL AND meeting_id IS NULL ORDER BY at, id"
        )
        rows += self.all(
            "SELECT d.*, c.stop_child_id FROM decided d JOIN escalation_case c ON c.id = d.case_id "
            "WHERE d.settled_at IS NOT NULL AND c.stop_child_id IS NOT NULL"
        )
        for row in rows:
            if row["id"] in self.verified:
                continue
            self.verified.add(row["id"])
            data = json.loads(row["data"])
            if row["case_id"] is not None:
                self.of_case(row, data, self.child(row["stop_child_id"]))
                continue
            if row["child_id"] is None:
                [dossier] = self.all("SELECT * FROM stop_dossier WHERE id = ?", row["dossier_id"])
                self.of_dossier(row, data, dossier)
            else:
                child = self.child(row["child_id"])
                dossier = self.of(child)
                self.of_child(row, data, child, dossier)
            assert dossier["closed_on"] is None or local(row["at"]) <= date.fromisoformat(dossier["closed_on"])

    def letter(self, kind: str, subject: str, *who: str | None) -> None:
        for one in who:
            if one:
                self.due_letters[kind, one, subject] += 1

    def of_dossier(self, row: sqlite3.Row, data: dict[str, Any], dossier: sqlite3.Row) -> None:
        """Roles of A.8; what was there before; which letters it brings."""
        stopper, by, subject = dossier["provider_id"], row["by"], dossier["reference"]
        before = self.dossier(dossier, row["at"])
        match row["act"]:
            case "register_stop":
                assert by in ADMINISTRATORS
                assert data["stop_type"] in ("provider_decision", "not_renewed", "dissolved")
                assert not data["continuation_requested_by"] or data["stop_type"] == "dissolved"
                self.letter("provider_stops", subject, "access_working_group", "backoffice")
            case "correct_dossier":
                assert by in ADMINISTRATORS
                assert data.keys() - {"reason"}
                self.letter("provider_stops", subject, "access_working_group", "backoffice")
            case "request_continuation":
                assert by in (*ADMINISTRATORS, *ACCESSES.values())
                assert dossier["stop_type"] == "dissolved"
                assert by not in before.continuation
            case "record_counts":
                place = data["municipality"]
                assert by in (stopper, ACCESSES[place])
                mine = "provider" if by == stopper else "access"
                counts = before.counts.setdefault(place, Numbers())
                numbers = {category: data[category] for category in CATEGORIES}
                assert getattr(counts, mine) != numbers, "the same numbers a second time"
                setattr(counts, mine, numbers)
                counts.explained = False
                if by == stopper:
                    self.letter("counts_to_recognise", subject, ACCESSES[place])
                if counts.differences:
                    self.letter("counts_differ", subject, stopper, ACCESSES[place])
            case "explain_difference":
                assert by in (stopper, ACCESSES[data["municipality"]])
                assert before.counts[data["municipality"]].unexplained
                before.counts[data["municipality"]].explained = True
            case "record_duty":
                assert by in (stopper, *ADMINISTRATORS)
            case _:
                assert row["act"] in ("plan_consultation", "change_consultation")
                assert by in ADMINISTRATORS
        if (
            row["act"] in ("record_counts", "explain_difference")
            and before.counted
            and dossier["id"] not in self.listed
        ):
            self.listed.add(dossier["id"])
            self.letter("provider_list", subject, stopper, *(ACCESSES[place] for place in before.counts))

    def of_child(self, row: sqlite3.Row, data: dict[str, Any], child: sqlite3.Row, dossier: sqlite3.Row) -> None:
        """By who may and when; then what holds for this act, and which letters it brings."""
        known = self.known(child, row["at"])
        self.may(row, data, known, child, dossier)
        if row["act"] in (
            "add_child",
            "correct_child",
            "remove_child",
            "propose_route",
            "decide_route",
            "inform_family",
        ):
            self.on_the_way(row, data, known, child, dossier)
        else:
            self.gone_over(row, data, known, child, dossier)

    def may(
        self, row: sqlite3.Row, data: dict[str, Any], known: Known, child: sqlite3.Row, dossier: sqlite3.Row
    ) -> None:
        """Roles of A.8, the statuses, and the gates of A.12 that stand before many acts."""
        act, by = row["act"], row["by"]
        access = ACCESSES[child["municipality"]]
        who = {
            **dict.fromkeys(("decide_route", "record_allocation", "sign_off"), (access,)),
            **dict.fromkeys(("accept_transfer", "record_start"), (known.receiver,)),
            "enter_flex_route": (access, *MEDIATORS),
            **dict.fromkeys(("correct_child", "remove_child"), (dossier["provider_id"], *ADMINISTRATORS)),
        }.get(act, (dossier["provider_id"],))
        assert by in who, f"{act} was accepted from {by}"
        assert (data.get("on") or "") <= local(row["at"]).isoformat(), "a day to come"
        assert known.open or act in ("record_file", "sign_off", "correct_child"), (
            f"{act} on a child that is {known.status}"
        )
        if act in ("record_consent", "record_handover", "record_file", "accept_transfer", "record_start"):
            assert known.in_force, f"{act} without agreement"  # gate 8, S-44
            assert known.receiver, f"{act} without a receiver"
            assert known.informed_on, f"{act} before the family was told"  # S-45, S-56
        if act in ("record_handover", "record_file", "accept_transfer", "record_start"):
            assert known.consent is True, f"{act} without consent"  # gate 9, S-50

    def on_the_way(
        self, row: sqlite3.Row, data: dict[str, Any], known: Known, child: sqlite3.Row, dossier: sqlite3.Row
    ) -> None:
        """A route for a child, from the list up to the family that hears it."""
        at, whole, today = row["at"], self.dossier(dossier, row["at"]), local(row["at"])
        stopper, access, subject = dossier["provider_id"], ACCESSES[child["municipality"]], child["reference"]
        raised = self.signals.setdefault(child["id"], set())
        match row["act"]:
            case "add_child":
                assert data["care_form"] in json.loads(dossier["care_forms"])  # AMB-52
                locations = json.loads(dossier["locations"])
                assert not locations or data["location"] in locations
            case "correct_child":
                gone_over = known.handed_over or known.accepted_on or known.number or not known.open
                assert not ({*data} & JUDGED and gone_over), "a child that goes over became another"
                assert not ({*data} & JUDGED and self.flex_case(child, at).open)
            case "remove_child":
                assert not any((known.agreed, known.handed_over, known.accepted_on, known.number)), "let go of (S-11)"
                assert not self.flex_case(child, at).open
            case "propose_route":
                assert data != known.waiting, "the same proposal again"
                self.solved(data, child, dossier, whole, at)
                exceeded = self.all(
                    "SELECT id FROM letter WHERE kind = 'term_exceeded' AND subject = ? AND queued_at < ?", subject, at
                )
                default = 1 if child["care"] == "restorative" and not exceeded else 2
                assert data["route"] == default or data["reason"]  # AMB-44
                if data["expected_end"] and date.fromisoformat(data["expected_end"]) > self.ends_by(child, data):
                    raised.add("term_at_risk")
                self.letter("route_proposal", subject, access)
            case "decide_route":
                assert known.waiting
                assert whole.counted, "decided before the numbers agreed"  # S-42
                assert data["agreed"] or data["reason"]
                self.solved(known.waiting, child, dossier, whole, at)
                self.letter("route_decision", subject, stopper)
                if data["agreed"]:
                    new = known.waiting["receiving_provider"]
                    self.letter("transfer_request", subject, new)
                    if known.receiver != new:
                        self.letter("transfer_withdrawn", subject, known.receiver)
            case "inform_family":
                assert known.in_force  # gate 8, S-45
                assert known.informed_on is None
                known.take("inform_family", data, today)
                raised |= {"family_informed_too_early"} if known.too_early else set()

    def gone_over(
        self, row: sqlite3.Row, data: dict[str, Any], known: Known, child: sqlite3.Row, dossier: sqlite3.Row
    ) -> None:
        """A child that goes over, that finishes, or that enters the flex route."""
        at, whole = row["at"], self.dossier(dossier, row["at"])
        stopper, access, subject = dossier["provider_id"], ACCESSES[child["municipality"]], child["reference"]
        match row["act"]:
            case "record_consent":
                assert known.consent is not data["given"]
                if not data["given"]:
                    self.letter("consent_refused", subject, access)
            case "record_handover":
                assert not known.handed_over
            case "accept_transfer":
                assert known.accepted_on is None
                assert known.handed_over  # S-12
                assert known.items >= ITEMS  # gate 7, S-55
                self.solved(known.agreed, child, dossier, whole, at)
                changed = data["registered_on"] not in (None, child["registered_on"])
                assert data["reason"] or not (changed or known.too_early)  # AMB-47, S-56
                if changed:
                    self.letter("registration_date_changed", subject, stopper, access)
            case "record_allocation":
                assert known.in_force
                assert known.receiver
                assert not (data["number"] and known.number)
            case "record_start":
                on = date.fromisoformat(data["on"])
                assert known.handed_over
                assert known.items >= ITEMS  # gate 7, S-55
                assert known.accepted_on
                assert known.accepted_on <= on  # S-56
                assert known.number, "a start without an allocation"
                assert known.allocated_on
                assert known.allocated_on <= on  # gate 7, S-57
                assert not known.along or known.messages == MESSAGES  # S-28
                self.solved(known.agreed, child, dossier, whole, at, on)  # gate 6
                case = self.flex_case(child, at)
                assert case.ready or case.accepted != row["by"], "a start at flex before its route was done"
                if case.open and case.accepted != row["by"]:
                    self.letter("flex_route_not_needed", subject, "care_mediation_team")
                self.letter("transfer_complete", subject, stopper, access)
            case "finish_care":
                assert known.in_force
                assert known.receiver is None
                if self.flex_case(child, at).open:
                    self.letter("flex_route_not_needed", subject, "care_mediation_team")
            case "sign_off":
                assert not known.signed_off
                assert (data["what"] == "finished") == (known.finished_on is not None)
                assert not known.open
                assert known.finished_on or known.file >= ITEMS  # S-59
            case "enter_flex_route":
                assert data["reason"]
                self.letter("flex_route_entered", subject, stopper, access, *ADMINISTRATORS)

    def solved(
        self, way: Any, child: sqlite3.Row, dossier: sqlite3.Row, whole: Dossier, at: str, on: date | None = None
    ) -> None:
        """Gate 6 (S-27, S-29): a contract on the day, or accepted in the flex route. S-07: continuation asked for by both."""
        receiver, day = way["receiving_provider"], on or local(at)
        if receiver:
            assert receiver != dossier["provider_id"], "the provider that stops takes over its own child"
            in_flex = receiver == self.flex_case(child, at).accepted and flexible(receiver, day)
            assert in_flex or contracted(receiver, child["care_form"], day), f"{receiver} has no contract"
        if (
            on is None
            and at
            and way["route"] == 1
            and dossier["stop_type"] == "dissolved"
            and way is not self.known(child).agreed
        ):
            assert {*ADMINISTRATORS} & whole.continuation
            assert ACCESSES[child["municipality"]] in whole.continuation

    def of_case(self, row: sqlite3.Row, data: dict[str, Any], child: sqlite3.Row) -> None:
        """S-11: in the flex route it starts after it went over to the same provider in the dossier, which hears what becomes of it."""
        known, dossier = self.known(child, row["at"]), self.of(child)
        if row["act"] == "record_start":
            assert known.started_on, "a start in the flex route while the stopping provider holds the child"
            assert row["by"] == known.receiver, "a child at two providers"
            self.came["at flex"] += 1
        if row["act"] in ("report_unable", "withdraw"):
            case = self.flex_case(child, row["at"])
            assert not (known.started_on and known.receiver == case.accepted), (
                "the flex route lets go of a child that started there"
            )
        if row["act"] in ("report_unable", "withdraw") or data.get("accepts"):
            assert row["by"] != dossier["provider_id"], "the provider that stops was asked for its own child"
            who = (dossier["provider_id"], ACCESSES[child["municipality"]], *ADMINISTRATORS)
            self.letter("flex_route_news", child["reference"], *(who if known.open else ()))

    def flex_case(self, child: sqlite3.Row, before: str) -> FlexCase:
        """The case with which a child entered the flex route last, by what was decided in it."""
        found = FlexCase()
        cases = "SELECT id FROM escalation_case WHERE stop_child_id = ? AND registered_at < ? ORDER BY id DESC LIMIT 1"
        for case in self.all(cases, child["id"], before):
            found.open = True
            told = "SELECT act, data FROM decided WHERE case_id = ? AND at < ? AND settled_at IS NOT NULL ORDER BY id"
            for row in self.all(told, case["id"], before):
                found.take(row["act"], json.loads(row["data"]))
        return found
