"""What a form of a case knows before somebody fills it in: who must answer, what can be chosen, what stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import select

from acts import Refused, offered
from acts.engine.act import Beginning
from acts.engine.offered import Offer
from flexroute.clock import from_local
from flows.mover import Runner
from models.flex.case import Case
from models.region.directory import load_region
from models.store.database import Database
from portal.forms import Form, FormField, every_field, form_of, from_form
from rules.flex.route import Step
from tests.support.dossiers import People
from tests.support.flex_acts import (
    A_NO,
    ALLOCATED,
    APPROVED,
    CANNOT,
    FLEX_CAN,
    FRIDAY,
    HANDED_OVER,
    MONDAY,
    NOBODY_CAN,
    STARTED,
    TO_TABLE,
    refer,
)
from tests.support.forms import sent
from tests.support.parties import ADMINISTRATION, STOPPER

LATER = from_local("2026-03-11T15:00")
WAY = (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER, ALLOCATED, STARTED)


def offer(database: Database, reference: str, act: str, by: str, now: datetime = LATER) -> Offer:
    with database.reading() as session:
        return next(one for one in offered(session, reference, by, now) if one.act.name == act)


def form(database: Database, reference: str, act: str, by: str, **more: Any) -> Form:
    found = offer(database, reference, act, by)
    with database.reading() as session:
        return form_of(found.act, load_region(session), about=reference, begins=found.begins, **more)


def field(form: Form, name: str) -> FormField:
    return next(one for one in every_field(form.fields) if one.name == name)


@pytest.fixture
def at_the_table(database: Database, runner: Runner) -> str:
    """A case on the agenda of Tuesday 10 March."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for act, by, values in (A_NO, TO_TABLE):
        runner.decide(act, case, by, values, FRIDAY)
    return case


def test_the_whole_route_by_its_forms(database: Database, runner: Runner) -> None:
    """At every step the form of who must act takes the usual values, and the act takes what is sent with it."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for number, (act, by, values) in enumerate(WAY):
        typed = form(database, case, act, by, given=values)
        runner.decide(act, case, by, from_form(typed.act, sent(typed)), FRIDAY if number < 2 else LATER)
    with database.reading() as session:
        assert session.exec(select(Case.step).where(Case.reference == case)).one() == Step.CLOSED


def test_the_table_has_a_group_for_each_who_must_answer(database: Database, runner: Runner, at_the_table: str) -> None:
    """F-28, F-29, AMB-03: day and parties are told, whether it is in time is not asked; who says nothing gives no answer."""
    drawn = form(database, at_the_table, "record_table_answers", "tz-anna")
    with database.reading() as session:
        region = load_region(session)
    who = ("sys-zuid", "sys-oost", "prest-west")
    assert [one.label for one in field(drawn, "answers").children] == [*map(region.name_of, who)]
    providers = [one for one in every_field(drawn.fields) if one.name.endswith("provider")]
    parties = [party for one in who for party in (one, *region.organisation[one].subcontractors)]
    assert [(one.kind, one.value) for one in providers] == [("told", party) for party in parties]
    assert (field(drawn, "on").kind, field(drawn, "on").said) == ("told", "10-03-2026")
    assert not [one for one in every_field(drawn.fields) if one.name.endswith("in_time")]
    assert from_form(drawn.act, sent(drawn)) == {"on": "2026-03-10"}
    no = {"on": "2026-03-10", "answers": [{"provider": "sys-oost", "can_deliver": "nee"}]}
    with pytest.raises(Refused) as refused:
        runner.decide(drawn.act.name, at_the_table, "tz-anna", no, LATER)
    again = form(database, at_the_table, "record_table_answers", "tz-anna", given=no, refused=refused.value)
    assert field(again, "answers").children[1].name == "answers.0"  # as the refusal has it, in its own place
    [(ident, said)] = again.summary
    assert ident == field(again, "answers.0.explanation").id
    assert said == f"{region.name_of('sys-oost')}, uitleg: leg uit waarom de hulp niet (op tijd) kan."


def test_subcontractors_of_the_provider(database: Database, runner: Runner) -> None:
    """F-19: each has a group of its own; only those that were asked are sent."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    with database.reading() as session:
        asked = load_region(session).organisation["sys-noord"].subcontractors
    drawn = form(database, case, "record_assessment", "sys-noord")
    assert [one.value for one in every_field(drawn.fields) if one.kind == "told"] == list(asked)
    answer: dict[str, Any] = {"provider": asked[-1], "can_deliver": "nee", "explanation": "Vol"}
    typed = form(database, case, "record_assessment", "sys-noord", given={**CANNOT, "subcontractors": [answer]})
    assert from_form(typed.act, sent(typed))["subcontractors"] == [answer]


def test_who_may_not_act_hears_nothing(database: Database, at_the_table: str) -> None:
    """C.4: another organisation gets no form that knows anything of the case."""
    assert offer(database, at_the_table, "record_table_answers", "sys-zuid").begins == Beginning()


def test_a_correction_begins_with_what_stands(database: Database, runner: Runner) -> None:
    """F-12: what stays as it was changes nothing; what is cleared is emptied; the youth is never shown."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    runner.decide("correct_referral", case, "ref-lt", {"care_form": "residential", "reason": "vergeten"}, FRIDAY)
    drawn = form(database, case, "correct_referral", "ref-lt")
    assert (field(drawn, "opdracht").value, field(drawn, "care_form").value) == ("B", "residential")
    assert not any(one.value for one in field(drawn, "private").children)
    assert "referrer" not in [one.name for one in drawn.fields]
    items = [*sent(drawn), ("reason", "klopt zo")]
    with pytest.raises(Refused, match="al vastgelegd"):
        runner.decide("correct_referral", case, "ref-lt", from_form(drawn.act, items), FRIDAY)
    cleared = [(name, "" if name == "care_form" else value) for name, value in items]
    given = from_form(drawn.act, cleared)
    assert given["care_form"] == ""
    runner.decide("correct_referral", case, "ref-lt", given, FRIDAY)
    assert not field(form(database, case, "correct_referral", "ref-lt"), "care_form").value


def test_of_a_dossier(people: People) -> None:
    """S-01: the care that stops can be chosen, and no other; a correction shows what stands."""
    dossier = people.open()
    drawn = form(people.database, dossier, "add_child", STOPPER)
    assert [one.value for one in field(drawn, "care_form").options] == ["outpatient_individual", "family_home"]
    corrected = form(people.database, dossier, "correct_dossier", ADMINISTRATION)
    assert field(corrected, "motives").value
    assert field(corrected, "announced_on").kind == "day"
