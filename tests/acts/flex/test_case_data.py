"""What is kept of a case: every data item of the document can be read back after a whole walk through acts and flow."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from flexroute.clock import from_local, local_date
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex import overview
from models.flex.case import Case, FlexRequest, SubcontractorStatement
from models.flex.meeting import AgendaIssue, AgendaItem, Meeting
from models.region.directory import load_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from models.store.youth import Youth
from rules.shared.refusal import Refused
from rules.shared.values import Ground
from tests.support.flex_acts import CANNOT, REFERRAL

pytestmark = pytest.mark.on_postgresql

TABLE_DAY = "2026-03-10"
WALK: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "2026-03-05T10:00",
        "record_assessment",
        "sys-noord",
        {
            "can_deliver": False,
            "explanation": "Wachtlijst",
            "ground": "other",
            "ground_text": "Verbouwing tot de zomer",
            "subcontractors": [
                {"provider": "oa-dubbel", "can_deliver": False, "explanation": "Groep is vol"},
                {
                    "provider": "oa-klein",
                    "can_deliver": True,
                    "earliest_start": "2026-07-01",
                    "explanation": "Pas in juli",
                },
            ],
        },
    ),
    ("2026-03-06T10:00", "decide_mediation", "tz-anna", {"outcome": "table", "reason": "Bespreken"}),
    (
        "2026-03-10T11:00",
        "record_table_answers",
        "tz-anna",
        {
            "on": TABLE_DAY,
            "answers": [
                {"provider": name, "can_deliver": False, "explanation": "Vol"}
                for name in ("sys-zuid", "sys-oost", "prest-west")
            ],
        },
    ),
    (
        "2026-03-11T09:30",
        "decide_approval",
        "cm-bc",
        {"approved": True, "ground": "annual_capacity_used", "motivation": "Tijdelijk"},
    ),
    (
        "2026-03-16T14:00",
        "record_flex_answer",
        "flex-anker",
        {"provider": "flex-anker", "accepts": True, "earliest_start": "2026-04-07"},
    ),
    (
        "2026-03-18T10:00",
        "record_handover",
        "sys-noord",
        {"on": "2026-03-17", "to": "flex-anker", "items": ["gezinsplan", "afspraken"]},
    ),
    (
        "2026-03-20T11:00",
        "record_allocation",
        "sys-noord",
        {"number": "300101", "issued_by": "ref-lt", "delivered_by": "provider", "on": "2026-03-20"},
    ),
    ("2026-04-07T09:00", "record_start", "flex-anker", {"on": "2026-04-07"}),
)


@dataclass
class Walked:
    """A case that went to its end, with everything that was kept of it."""

    case: Case
    decisions: dict[str, Decision]
    database: Database

    def rows(self, kind: Any) -> list[Any]:
        with self.database.reading() as session:
            mine = kind.subject == self.case.reference if kind is Decision else kind.case_id == self.case.id
            return list(session.exec(select(kind).where(mine)).all())


@pytest.fixture
def walked(database: Database, runner: Runner) -> Walked:
    private = {"name": "Kornoelje", "help": "Begeleiding thuis"}
    given = {**REFERRAL, "sender_reference": "A-1", "care_form": "outpatient_group", "private": private}
    reference, _ = runner.decide("register_referral", None, "ref-lt", given, from_local("2026-03-02T09:00"))
    for at, act, by, values in WALK:
        runner.decide(act, reference, by, values, from_local(at))
    with database.reading() as session:
        case = session.exec(select(Case).where(Case.reference == reference)).one()
        decided = session.exec(
            select(Decision).where(Decision.subject == case.reference).order_by(col(Decision.id))
        ).all()
    assert case.outcome == "started_at_flex_provider"
    return Walked(case, {decision.act: decision for decision in decided}, database)


def test_the_referral_its_dates_and_its_norm(walked: Walked) -> None:
    """F-68, F-69, F-70, F-71, F-72, F-75: version, route, referrer, help, dates, first provider, treeknorm."""
    case = walked.case
    assert case.process_version == "1.1"
    assert (case.referral_route, case.referrer_id, case.municipality) == ("local_team", "ref-lt", "0599")
    assert (case.opdracht, case.forensic, case.residential, case.care_form) == ("B", False, False, "outpatient_group")
    assert [youth.data["help"] for youth in walked.rows(Youth)] == ["Begeleiding thuis"]
    with walked.database.reading() as session:
        region = load_region(session)
    provider = region.organisation[case.provider_id]
    assert (provider.id, provider.contracts[0].kind, provider.subcontractors) == (
        "sys-noord",
        "system",
        ("oa-klein", "oa-dubbel"),
    )
    assert region.mail_of(case.referrer_id) == "wijkteam@centrum.example.nl"
    asked = next(letter for letter in walked.rows(Letter) if letter.kind == "assessment_request")
    assert (case.received_on, asked.context["due"]) == (date(2026, 3, 2), "2026-03-09")
    assert local_date(walked.decisions["record_assessment"].at) == date(2026, 3, 5)
    assert (case.treeknorm_weeks, case.treeknorm_date) == (10, date(2026, 5, 11))


def test_the_assessment_of_every_party(walked: Walked) -> None:
    """F-73, F-74, F-79: each answer to both criteria, the ground in code and words, and who said no, through whom, when."""
    said = walked.decisions["record_assessment"].data
    assert (said["can_deliver"], said["explanation"]) == (False, "Wachtlijst")
    assert (walked.case.ground, said["ground_text"]) == ("other", "Verbouwing tot de zomer")
    assert [
        (one["provider"], one["can_deliver"], one["earliest_start"], one["explanation"])
        for one in said["subcontractors"]
    ] == [
        ("oa-dubbel", False, None, "Groep is vol"),
        ("oa-klein", True, "2026-07-01", "Pas in juli"),
    ]
    kept = {
        (one.provider, one.subcontractor, one.declined, one.round, one.stated_on)
        for one in walked.rows(SubcontractorStatement)
    }
    assert kept == {("sys-noord", name, True, 1, date(2026, 3, 5)) for name in ("oa-dubbel", "oa-klein")}


def test_what_people_decided(walked: Walked) -> None:
    """F-76, F-78: Team Zorgbemiddeling and the contract manager: what, why, who, when."""
    mediation, approval = walked.decisions["decide_mediation"], walked.decisions["decide_approval"]
    assert (mediation.data["outcome"], mediation.data["reason"], mediation.by) == ("table", "Bespreken", "tz-anna")
    assert mediation.at == datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    assert (approval.data["approved"], approval.data["ground"], approval.data["motivation"]) == (
        True,
        "annual_capacity_used",
        "Tijdelijk",
    )
    assert (approval.by, approval.at, approval.round) == ("cm-bc", datetime(2026, 3, 11, 8, 30, tzinfo=UTC), 1)
    requests = [letter for letter in walked.rows(Letter) if letter.kind == "approval_request"]
    assert [(one.recipient, local_date(one.queued_at)) for one in requests] == [("cm-bc", date(2026, 3, 10))]


def test_the_place_on_the_agenda(walked: Walked) -> None:
    """F-77: table, meeting, order of planning, round."""
    (item,) = walked.rows(AgendaItem)
    with walked.database.reading() as session:
        meeting = session.get_one(Meeting, item.meeting_id)
    assert (walked.case.table_id, meeting.table_id, meeting.on.isoformat(), item.round) == (
        "T_BC",
        "T_BC",
        TABLE_DAY,
        1,
    )


def test_flex_providers_handover_and_allocation(walked: Walked) -> None:
    """F-43, F-80, F-81, F-82: who was asked and said what, what was handed over, and the allocation with its check."""
    (request,) = walked.rows(FlexRequest)
    assert (request.provider, request.asked_on, request.answered_on) == (
        "flex-anker",
        date(2026, 3, 11),
        date(2026, 3, 16),
    )
    assert (request.accepted, request.earliest_start) == (True, date(2026, 4, 7))
    handover = walked.decisions["record_handover"]
    assert (handover.by, handover.data["to"], handover.data["items"]) == (
        "sys-noord",
        "flex-anker",
        ["gezinsplan", "afspraken"],
    )
    assert walked.case.handed_over_on == date(2026, 3, 17)
    allocation = walked.decisions["record_allocation"].data
    assert allocation == {"number": "300101", "issued_by": "ref-lt", "delivered_by": "provider", "on": "2026-03-20"}
    assert (walked.case.allocation_number, walked.case.procedure_check) == ("300101", [])


def test_who_started_owns_the_case(walked: Walked) -> None:
    """AMB-25: the provider that received the referral owns the case until another has started."""
    assert (walked.case.provider_id, walked.case.owner_id) == ("sys-noord", "flex-anker")
    assert all(
        decision.by == "sys-noord"
        for act, decision in walked.decisions.items()
        if act in ("record_assessment", "record_handover")
    )


def test_room_and_link_are_kept_and_stay_out_of_mail(database: Database, runner: Runner, home: Path) -> None:
    """F-53: where a meeting is, is typed text: in the program, not in a letter or an invitation."""
    now = from_local("2026-03-06T13:00")
    runner.run(table_prep, "agenda's", now=now)
    place = {"room": "Zaal Kornoelje", "link": "https://overleg.example.nl/kornoelje"}
    runner.decide("change_meeting", None, "tz-anna", {"table": "T_BC", "on": TABLE_DAY, **place}, now)
    runner.run(deliver_mail, "post", now=now)
    with database.reading() as session:
        meeting = session.exec(select(Meeting).where(Meeting.table_id == "T_BC", Meeting.on == date(2026, 3, 10))).one()
    assert (meeting.room, meeting.link, meeting.version) == (
        "Zaal Kornoelje",
        "https://overleg.example.nl/kornoelje",
        2,
    )
    sent = [message_from_bytes(mail.read_bytes()) for mail in home.glob("letters/*t-bc-2026-03-10*.eml")]
    said = [part.get_payload(decode=True) for mail in sent for part in mail.walk() if not part.is_multipart()]
    assert said
    assert not [text for text in said if isinstance(text, bytes) and b"kornoelje" in text.lower()]


def test_a_flex_provider_that_was_not_asked(database: Database, runner: Runner) -> None:
    """F-36, AMB-23: only the flex provider that was asked may answer; another one is forbidden to, at the right step too."""
    reference, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, from_local("2026-03-02T09:00"))
    for at, act, by, values in WALK[:4]:
        runner.decide(act, reference, by, values, from_local(at))
    answer = {"provider": "flex-dubbel", "accepts": False}
    with pytest.raises(Refused) as refused:
        runner.decide("record_flex_answer", reference, "flex-dubbel", answer, from_local("2026-03-12T09:00"))
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(("care_form", "shown"), [("outpatient_group", "outpatient_group"), ("kornoelje", None)])
def test_a_care_form_that_the_region_does_not_name(
    database: Database, runner: Runner, care_form: str, shown: str | None
) -> None:
    """F-26: an agenda shows a care form only when the region names it; another one may be typed text."""
    now = from_local("2026-03-06T10:00")
    reference, _ = runner.decide("register_referral", None, "ref-lt", {**REFERRAL, "care_form": care_form}, now)
    runner.decide("record_assessment", reference, "sys-noord", CANNOT, now)
    runner.decide("decide_mediation", reference, "tz-anna", {"outcome": "table", "reason": "Bespreken"}, now)
    runner.run(table_prep, "agenda's", now=from_local("2026-03-06T13:00"))
    with database.reading() as session:
        issues = session.exec(select(AgendaIssue)).all()
    assert [case["care_form"] for issue in issues for case in issue.content["cases"]] == [shown]


def test_nothing_private_is_kept_outside_its_table(walked: Walked) -> None:
    """F-70: the help asked and the name are in the youth's own row, not in decisions or letters."""
    decisions = json.dumps([decision.data for decision in walked.rows(Decision)])
    letters = json.dumps([letter.context for letter in walked.rows(Letter)])
    assert "Kornoelje" not in decisions + letters
    assert "Begeleiding thuis" not in decisions + letters


@pytest.mark.parametrize("ground", [ground for ground in Ground if ground is not Ground.OTHER])
def test_each_ground_is_taken_and_kept(database: Database, runner: Runner, ground: Ground) -> None:
    """F-05, F-06, F-07, F-08: the three main grounds of a provider that is unable for a time."""
    now = from_local("2026-03-02T09:00")
    reference, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, now)
    runner.decide("record_assessment", reference, "sys-noord", {**CANNOT, "ground": ground.value}, now)
    with database.reading() as session:
        assert session.exec(select(Case.ground).where(Case.reference == reference)).one() == ground.value


def test_a_ground_that_does_not_exist(database: Database, runner: Runner) -> None:
    """F-05, F-09: a ground is one of four; nothing is kept of another."""
    now = from_local("2026-03-02T09:00")
    reference, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, now)
    with pytest.raises(Refused) as refused:
        runner.decide("record_assessment", reference, "sys-noord", {**CANNOT, "ground": "structural_shortage"}, now)
    assert (refused.value.code, refused.value.field) == ("invalid", "ground")


@pytest.mark.parametrize(
    ("opdracht", "provider", "also", "table"),
    [
        ("B", "sys-noord", {}, "T_BC"),
        ("C1", "sys-zuid", {}, "T_C1"),
        ("C2", "sys-noord", {}, "T_C2"),
        ("E", "sys-oost", {}, "T_FOR"),
        ("C", "sys-noord", {"forensic": True, "residential": True}, "T_FORV"),
    ],
)
def test_different_tables(
    database: Database, runner: Runner, opdracht: str, provider: str, also: dict[str, Any], table: str
) -> None:
    """F-52: which table discusses the use of flex depends on the opdracht."""
    now = from_local("2026-03-02T09:00")
    given = {**REFERRAL, "opdracht": opdracht, "provider": provider, **also}
    reference, _ = runner.decide("register_referral", None, "ref-lt", given, now)
    runner.decide("record_assessment", reference, provider, CANNOT, now)
    runner.decide("decide_mediation", reference, "tz-anna", {"outcome": "table", "reason": "Bespreken"}, now)
    with database.reading() as session:
        assert session.exec(select(Case.table_id).where(Case.reference == reference)).one() == table


def test_the_contract_manager_sees_each_case(database: Database, runner: Runner) -> None:
    """F-42: case by case, who must act now and which flex providers are asked or left out."""
    now = from_local("2026-03-02T09:00")
    reference, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, now)
    seen = []
    for at, act, by, values in WALK[:4]:
        runner.decide(act, reference, by, values, from_local(at))
        with database.reading() as session:
            view = overview.of_case(session, load_region(session), reference, date.fromisoformat(at[:10]))
        assert view is not None
        seen.append((view.step, view.waiting_for, view.candidates, view.excluded))
    assert seen[2][:2] == ("approval", ["cm-bc"])
    assert seen[3] == ("flex_search", ["flex-anker"], ["flex-anker"], {"flex-dubbel": "declined_as_subcontractor"})


def test_the_outcome_goes_by_mail(database: Database, runner: Runner, home: Path) -> None:
    """F-23: the referrer hears the outcome by e-mail, outside the message traffic."""
    now = from_local("2026-03-02T09:00")
    reference, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, now)
    runner.decide("record_assessment", reference, "sys-noord", CANNOT, now)
    runner.run(deliver_mail, "post", now=now)
    (mail,) = home.glob("letters/*assessment-outcome-ref-lt.eml")
    sent = message_from_bytes(mail.read_bytes())
    assert "wijkteam@centrum.example.nl" in sent["To"]
    assert [part.get_content_type() for part in sent.walk()] == ["multipart/alternative", "text/plain", "text/html"]
