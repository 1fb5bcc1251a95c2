"""A referral that was wrong is corrected: what people are told, what is kept, and what begins again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from acts import Refused
from acts.engine.in_words import decision_in_words
from flexroute.clock import from_local
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from models.flex.case import CaseSignal, FlexRequest
from models.flex.meeting import AgendaIssue, AgendaItem
from models.region.directory import load_region, store_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.former_reference import FormerReference
from models.store.letter import Letter
from models.store.youth import Youth
from notifications.render import render
from tests.support.assignments import unlike_the_rules
from tests.support.facts import with_settings
from tests.support.flex_acts import (
    A_NO,
    ALLOCATED,
    APPROVED,
    FLEX_CAN,
    FLEX_CANNOT,
    FRIDAY,
    HANDED_OVER,
    MONDAY,
    NOBODY_CAN,
    REFERRAL,
    TO_TABLE,
    refer,
)
from tests.support.private import PRIVATE, SECRETS, TYPED
from tests.support.stored import case_of, rows

LATER = from_local("2026-03-11T15:00")
WAY = (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER)


class Desk:
    """People at work on one case."""

    def __init__(self, database: Database, runner: Runner, **more: Any) -> None:
        self.database, self.runner = database, runner
        self.case, _ = runner.decide("register_referral", None, "ref-lt", {**REFERRAL, **more}, MONDAY)

    def along(self, number: int) -> Desk:
        """So many steps of the usual way."""
        for at, (act, by, given) in enumerate(WAY[:number]):
            self.runner.decide(act, self.case, by, given, FRIDAY if at < 2 else LATER)
        return self

    def correct(self, by: str = "tz-anna", **given: Any) -> str:
        """Correct it; answers with the code of the refusal and its field, or with nothing."""
        try:
            self.runner.decide("correct_referral", self.case, by, {"reason": TYPED, **given}, LATER)
        except Refused as refused:
            return f"{refused.code} {refused.field or ''}".strip()
        return ""

    def post(self) -> None:
        self.runner.run(deliver_mail, "post", now=LATER)

    def letters(self, kind: str, *states: str) -> list[str]:
        """Who got, or will get, such a letter."""
        found = rows(self.database, Letter, Letter.kind == kind, Letter.subject == self.case)
        return sorted(one.recipient for one in found if one.state in (states or ("queued", "sent")))

    @property
    def row(self) -> Any:
        return case_of(self.database, self.case)


@pytest.fixture
def desk(database: Database, runner: Runner) -> Desk:
    return Desk(database, runner, sender_reference="A-1")


@pytest.mark.both_databases
def test_another_question_goes_round_again(desk: Desk, database: Database) -> None:
    """F-12, AMB-24: from the search for a flex provider back to the team; who had a letter hears it, nobody is asked any more."""
    desk.along(4).post()
    assert desk.row.asked_id == "flex-anker"
    assert desk.correct(opdracht="C1", residential=True, care_form="family_home") == ""
    case = desk.row
    assert (case.step, case.round, case.asked_id, case.table_id, case.opdracht) == ("mediation", 2, None, None, "C1")
    assert (case.residential, case.care_form, case.decided) == (True, "family_home", [])
    [asked] = rows(database, FlexRequest)
    assert (asked.answered_on, asked.accepted) == (LATER.date(), None)
    assert desk.letters("corrected") == ["care_mediation_team", "cm-bc", "flex-anker", "ref-lt", "sys-noord"]
    assert unlike_the_rules(database) == {}
    with pytest.raises(Refused, match="Team Zorgbemiddeling"):
        desk.runner.decide(*(APPROVED[0], desk.case, "cm-c1", APPROVED[2], LATER))
    with pytest.raises(Refused):
        desk.runner.decide(*(FLEX_CAN[0], desk.case, FLEX_CAN[1], FLEX_CAN[2], LATER))


def test_what_waits_stays_at_home_and_what_goes_says_it_right(desk: Desk, database: Database) -> None:
    """C.4: a request that is none any more does not go; other letters say what is asked now."""
    desk.along(3)
    assert desk.letters("approval_request") == ["cm-bc"]
    assert desk.correct(opdracht="C1") == ""
    assert desk.letters("approval_request", "withheld") == ["cm-bc"]
    assert "sys-noord" not in desk.letters("corrected")
    [outcome] = rows(database, Letter, Letter.kind == "assessment_outcome")
    assert (outcome.state, outcome.context["opdracht"]) == ("queued", "C1")


def test_a_passed_check_counts_no_more(desk: Desk) -> None:
    """F-50, AMB-24, AMB-74: an allocation that came early must come again."""
    desk.along(4)
    act, by, given = ALLOCATED
    desk.runner.decide(act, desk.case, by, given, LATER)
    assert (desk.row.procedure_check, desk.row.allocation_number) == ([], "1")
    assert desk.correct(municipality="0502") == ""
    assert (desk.row.procedure_check, desk.row.allocation_number) == (None, None)


def test_a_case_leaves_the_agenda_of_a_table_that_no_longer_fits(desk: Desk, database: Database) -> None:
    """F-26, F-27: who was invited gets an agenda without it."""
    desk.along(2)
    from flows.table_prep import table_prep

    desk.runner.run(table_prep, "agenda's", now=FRIDAY)
    desk.runner.decide("correct_referral", desk.case, "tz-anna", {"reason": "x", "opdracht": "E"}, FRIDAY)
    [item] = rows(database, AgendaItem)
    assert item.removed
    issues = rows(database, AgendaIssue, col(AgendaIssue.meeting_id) == item.meeting_id)
    assert [len(issue.content["cases"]) for issue in issues] == [1, 0]


def test_urgency_alone_moves_nothing(desk: Desk, database: Database) -> None:
    """F-12: the approval stays; the agenda and letters that wait have it."""
    desk.along(3).post()
    assert desk.correct(urgent=True) == ""
    case = desk.row
    assert (case.step, case.round, case.assessed_round, case.urgent) == ("approval", 1, 1, True)
    assert "cm-bc" in desk.letters("corrected")
    assert "care_mediation_team" in desk.letters("corrected")  # it had the escalation
    desk.runner.decide(APPROVED[0], desk.case, APPROVED[1], APPROVED[2], LATER)
    assert desk.row.step == "flex_search"


@pytest.mark.both_databases
def test_before_the_first_answer_the_referrer_corrects_all(desk: Desk, database: Database) -> None:
    """F-21, A.8: another provider is asked, and has its week; the one of before hears that it need not."""
    desk.post()
    given = {"provider": "sys-zuid", "referral_route": "medical", "received_on": "01-03-2026", "opdracht": "C"}
    assert desk.correct("ref-lt", **given) == ""
    case = desk.row
    assert (case.step, case.round, case.provider_id, case.owner_id, case.opdracht) == (
        "provider_check",
        1,
        "sys-zuid",
        "sys-zuid",
        "C",
    )
    assert (case.due, case.received_on, case.referral_route) == (date(2026, 3, 18), date(2026, 3, 1), "medical")
    assert case.treeknorm_date == date(2026, 3, 1).replace(month=5, day=10)
    assert desk.letters("assessment_request") == ["sys-noord", "sys-zuid"]
    assert desk.letters("corrected") == ["sys-noord"]
    assert unlike_the_rules(database) == {}
    desk.runner.decide("record_assessment", desk.case, "sys-zuid", A_NO[2], LATER)
    assert desk.correct("ref-lt", urgent=True) == "forbidden"


def test_a_request_that_waits_goes_to_the_right_provider(desk: Desk) -> None:
    """F-21: who was written to by mistake and had no letter yet hears nothing."""
    assert desk.correct("ref-lt", provider="sys-zuid") == ""
    assert desk.letters("assessment_request") == ["sys-zuid"]
    assert desk.letters("assessment_request", "withheld") == ["sys-noord"]
    assert desk.letters("corrected") == []


def test_who_gets_an_outcome_that_still_waits_hears_that_it_lapsed(desk: Desk, database: Database) -> None:
    """AMB-20, AMB-24: a yes that is on its way counts no more; a request that failed is not sent after all."""
    desk.along(4)
    with database.writing() as session:
        session.execute(update(Letter).where(col(Letter.kind) == "flex_request").values(state="failed", reason="x"))
    desk.correct(opdracht="C1")
    assert "sys-noord" in desk.letters("approval_decision")
    assert "sys-noord" in desk.letters("corrected")
    assert desk.letters("flex_request", "withheld") == ["flex-anker"]
    assert not {"flex-anker", "cm-bc"} & {*desk.letters("corrected")}


@pytest.mark.parametrize(("may_have_it", "told"), [({"in_doubt": 1}, True), ({"edition": 2}, True), ({}, False)])
def test_who_may_have_a_copy_hears_it(desk: Desk, database: Database, may_have_it: dict[str, int], told: bool) -> None:
    """C.4: a copy has the same Message-ID, so the words of before may be what stays; so may those of the edition before."""
    with database.writing() as session:
        session.execute(update(Letter).values(state="retry", **may_have_it))
    desk.correct(urgent=True)
    assert desk.letters("corrected") == (["sys-noord"] if told else [])


@pytest.mark.parametrize("shown", [False, True])
def test_an_own_number_that_no_letter_shows(desk: Desk, database: Database, region: Any, shown: bool) -> None:
    """C.4: only who had a letter with what is corrected hears that it was wrong."""
    if shown:
        own = {"letter_details": ("own_number",)}
        with database.writing() as session:
            store_region(session, with_settings(region, **own))
        desk = Desk(database, desk.runner, sender_reference="A-2", opdracht="C")
    desk.along(1).post()
    desk.correct(sender_reference="B-9")
    assert ("sys-noord" in desk.letters("corrected")) is shown


@pytest.mark.parametrize("steps", [0, 4])
def test_each_reader_hears_what_is_asked_now(desk: Desk, database: Database, steps: int) -> None:
    """F-21, F-36: who was asked before is not asked any more; who must act still is."""
    desk.along(steps).post()
    if steps:
        desk.runner.decide(FLEX_CANNOT[0], desk.case, FLEX_CANNOT[1], FLEX_CANNOT[2], LATER)
        desk.post()
        desk.correct(urgent=True)
    else:
        desk.correct(provider="sys-zuid")
    with database.reading() as session:
        region = load_region(session)
        said = {
            one.recipient: render(session, region, one).text
            for one in rows(database, Letter, Letter.kind == "corrected", Letter.subject == desk.case)
        }
    former, now = ("flex-anker", case_of(database, desk.case).asked_id) if steps else ("sys-noord", None)
    assert "niet meer nodig" in said[former]
    assert "is nog nodig" not in said[former]
    assert now is None or "is nog nodig" in said[now]


@pytest.mark.parametrize("posted", [False, True])
def test_another_referrer(database: Database, runner: Runner, region: Any, posted: bool) -> None:
    """F-17: the new one hears that the referral came in, where the region confirms that; the former one that it is not theirs."""
    with database.writing() as session:
        store_region(session, with_settings(region, confirm_referral=True))
    desk = Desk(database, runner)
    if posted:
        desk.post()
    assert desk.correct(referrer="ref-gi") == ""
    assert desk.letters("referral_received") == (["ref-gi", "ref-lt"] if posted else ["ref-gi"])
    assert ("ref-lt" in desk.letters("corrected")) is posted
    assert "ref-gi" not in desk.letters("corrected")


def test_what_waits_names_the_provider_of_now(database: Database, runner: Runner, region: Any) -> None:
    """F-17, F-21: with the week that it has."""
    with database.writing() as session:
        store_region(session, with_settings(region, confirm_referral=True))
    desk = Desk(database, runner)
    desk.correct(provider="sys-zuid")
    [letter] = rows(database, Letter, Letter.kind == "referral_received")
    assert (letter.context["owner"], letter.context["due"]) == ("sys-zuid", "2026-03-18")


@pytest.mark.parametrize(
    ("steps", "by", "given", "code"),
    [
        (0, "ref-gp", {"urgent": True}, "forbidden"),
        (0, "sys-noord", {"urgent": True}, "forbidden"),
        (0, "tz-anna", {"reason": ""}, "invalid reason"),
        (0, "tz-anna", {}, "already_decided"),
        (0, "tz-anna", {"urgent": False, "opdracht": "B", "private": PRIVATE}, "already_decided"),
        (0, "tz-anna", {"opdracht": "b"}, "invalid opdracht"),
        (0, "tz-anna", {"opdracht": None}, "invalid opdracht"),
        (0, "tz-anna", {"provider": "flex-anker"}, "direct_flex_referral provider"),
        (0, "tz-anna", {"provider": "oa-klein"}, "invalid provider"),
        (0, "tz-anna", {"referrer": "sys-zuid"}, "invalid referrer"),
        (0, "ref-lt", {"referrer": "ref-gp"}, "invalid referrer"),
        (0, "tz-anna", {"received_on": "2027-01-01"}, "invalid received_on"),
        (0, "tz-anna", {"again": True}, "invalid again"),
        (1, "tz-anna", {"provider": "sys-zuid"}, "wrong_step provider"),
        (1, "tz-anna", {"referrer": "ref-gp"}, "wrong_step referrer"),
        (1, "tz-anna", {"provider": "sys-noord"}, "already_decided"),
        (5, "tz-anna", {"opdracht": "C"}, "wrong_step opdracht"),
        (5, "tz-anna", {"opdracht": "B", "urgent": True}, ""),
        (6, "tz-anna", {"received_on": "2026-03-01"}, "wrong_step received_on"),
        (6, "tz-anna", {"sender_reference": "A-2", "private": {"name": "Anders"}}, ""),
    ],
)
def test_what_is_refused(desk: Desk, steps: int, by: str, given: dict[str, Any], code: str) -> None:
    """F-10, F-12, A.8: with the field that is wrong, and nothing half-applied; what stands already is no correction."""
    desk.along(steps)
    before = desk.row.model_dump()
    assert desk.correct(by, **given) == code
    if code:
        assert desk.row.model_dump() == before


@pytest.mark.both_databases
def test_the_youth_is_in_its_own_table_only(desk: Desk, database: Database) -> None:
    """C.4: part of it may be corrected; neither decision nor letter nor history has it, and nobody is written to."""
    desk.along(1).post()
    assert desk.correct(private={"name": "Kornoelje", "bsn": None}) == ""
    [youth] = rows(database, Youth)
    assert youth.data == {"name": "Kornoelje", "birth_date": PRIVATE["birth_date"]}
    decision = rows(database, Decision)[-1]
    assert decision.data == {"reason": TYPED, "private": {}}
    assert desk.letters("corrected") == []
    assert desk.row.step == "mediation"
    assert desk.correct(private={"name": "Kornoelje"}) == "already_decided"
    with database.reading() as session:
        assert decision_in_words(decision, load_region(session)) == {"reden": TYPED}


def test_the_history_says_what_was_corrected(desk: Desk, database: Database) -> None:
    """Only what differs is kept, in words, with the reason."""
    assert desk.correct(opdracht="C", urgent=False, care_form="", sender_reference="", residential="ja") == ""
    decision = rows(database, Decision)[-1]
    assert decision.data == {"reason": TYPED, "opdracht": "C", "residential": True, "sender_reference": None}
    with database.reading() as session:
        told = decision_in_words(decision, load_region(session))
    assert {"reden": TYPED, "verblijf": "ja", "eigen kenmerk": "leeg"}.items() <= told.items()


def test_the_letter_has_nothing_that_somebody_typed(desk: Desk, database: Database, region: Any) -> None:
    """C.4: the reference, and what happens now."""
    desk.along(3).post()
    desk.correct(opdracht="C1")
    with database.reading() as session:
        for letter in rows(database, Letter, Letter.kind == "corrected"):
            said = render(session, region, letter)
            assert desk.case in said.subject
            assert not [secret for secret in SECRETS if secret in said.text + said.html]


def test_a_norm_that_was_said_stays(database: Database, runner: Runner) -> None:
    """F-02, AMB-03: until that itself is corrected; without one the norm of the opdracht holds again, and its signal is raised."""
    desk = Desk(database, runner, treeknorm_weeks=3)
    desk.correct(opdracht="C1")
    assert desk.row.treeknorm_weeks == 3
    desk.correct(treeknorm_weeks=4)
    assert (desk.row.treeknorm_weeks, desk.row.treeknorm_date) == (4, date(2026, 3, 30))
    desk.correct(treeknorm_weeks="")
    assert desk.row.treeknorm_weeks == 10
    desk.correct(received_on="2025-12-29")  # the norms of the world begin in 2026
    assert (desk.row.treeknorm_weeks, desk.row.treeknorm_date) == (None, None)
    assert "treeknorm_not_configured" in {signal.code for signal in rows(database, CaseSignal)}


@pytest.mark.both_databases
def test_an_own_number_is_of_one_open_case(desk: Desk, database: Database, runner: Runner) -> None:
    """Another one that has it is named; the one of before stays known."""
    other = Desk(database, runner, sender_reference="A-2")
    assert desk.correct(sender_reference="A-2") == "invalid sender_reference"
    assert desk.correct(sender_reference="A-3") == ""
    assert other.correct(sender_reference="A-1") == ""
    assert [(one.subject, one.sender_reference) for one in rows(database, FormerReference)] == [
        (desk.case, "A-1"),
        (other.case, "A-2"),
    ]
    assert other.correct(sender_reference="") == ""
    assert other.row.sender_reference is None


def test_a_child_of_a_dossier_is_corrected_there(database: Database, runner: Runner) -> None:
    """S-11: what the dossier knows of it has one place; the rest of its case is corrected here."""
    from tests.support.dossiers import People

    people = People(database, runner, "2026-09-01T09:00")
    child = people.add(people.open())
    entry = {"referral_route": "local_team", "opdracht": "B", "provider": "sys-zuid", "referrer": "ref-lt"}
    people.do("enter_flex_route", child, "tz-anna", **entry, reason="x")
    [case] = people.child(child).flex_cases
    for field, value in {"municipality": "0502", "care_form": "family_home", "private": {"name": "x"}}.items():
        with pytest.raises(Refused, match=child):
            people.do("correct_referral", case, "tz-anna", reason="x", **{field: value})
    assert people.refused("correct_referral", case, "tz-anna", reason="x", provider="zonnewende") == "invalid"
    people.do("correct_referral", case, "tz-anna", reason="x", provider="sys-noord")
    assert case_of(database, case).owner_id == "sys-noord"


def test_recorded_and_not_moved_yet(database: Database, runner: Runner) -> None:
    """Nobody acts on it before it is settled; whoever comes next has it settled first."""
    from acts import Unsettled, perform

    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    perform(database, "correct_referral", case, "tz-anna", {"reason": "x", "provider": "sys-zuid"}, MONDAY)
    with pytest.raises(Unsettled):
        perform(database, *("record_assessment", case, "sys-noord", A_NO[2], MONDAY))
    with pytest.raises(Refused, match="aanbieder die de verwijzing beoordeelt"):
        runner.decide("record_assessment", case, "sys-noord", A_NO[2], MONDAY)


def test_another_norm_of_the_region_is_no_correction(database: Database, runner: Runner) -> None:
    """F-02, AMB-24: after a flex provider accepted, urgency changes nothing of by when the child must start."""
    desk = Desk(database, runner).along(6)
    weeks, last = desk.row.treeknorm_weeks, desk.row.treeknorm_date
    with database.writing() as session:
        region = load_region(session)
        norms = tuple(norm.model_copy(update={"weeks": 1}) for norm in region.treeknorm)
        store_region(session, region.model_copy(update={"treeknorm": norms}))
    assert desk.correct(urgent=True) == ""
    assert (desk.row.treeknorm_weeks, desk.row.treeknorm_date, desk.row.step) == (weeks, last, "allocation")


def test_weeks_that_the_region_gave_are_not_said(database: Database, runner: Runner) -> None:
    """F-02, AMB-03: that nobody said them is no correction; that somebody says the same keeps every answer, and holds after it."""
    desk = Desk(database, runner).along(4)
    assert desk.correct(treeknorm_weeks="") == "already_decided"
    weeks = desk.row.treeknorm_weeks
    assert desk.correct(treeknorm_weeks=weeks) == ""
    assert (desk.row.step, desk.row.round) == ("flex_search", 1)
    assert desk.correct(opdracht="C1") == ""
    assert (desk.row.step, desk.row.round, desk.row.treeknorm_weeks) == ("mediation", 2, weeks)
