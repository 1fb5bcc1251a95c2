"""Who decided for Team Zorgbemiddeling in a round does not approve in that round, on whichever path (F-33, F-34, AMB-18)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from acts import Refused, offered, perform, perform_each
from acts.engine.read import read_in_full
from flexroute.clock import from_local
from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.region.directory import store_region
from models.store.database import Database
from models.store.decision import Decision
from models.views.timeline import timeline
from rules.shared.region import Region
from tests.support.commands import Run
from tests.support.facts import changed, with_settings
from tests.support.flex_acts import A_NO, APPROVED, FRIDAY, MONDAY, NOBODY_CAN, TO_TABLE, refer
from tests.support.stored import rows
from tests.support.tries import Try

LATER = from_local("2026-03-11T15:00")
REASON = "In deze regio is er een persoon voor beide taken."
YES = APPROVED[2]
JUDGE = {"roles": ["care_mediator", "contract_manager"], "opdrachten": ["B", "C", "C2"]}


def with_judging(region: Region, *mediators: str, **more: dict[str, Any]) -> Region:
    """The region in which these mediators are also contract managers of B."""
    those = {**dict.fromkeys(mediators, JUDGE), **more}
    return changed(region, people=[{**row.model_dump(), **those.get(row.id, {})} for row in region.people])


def to_approval(database: Database, runner: Runner, region: Region, *first: tuple[Try, datetime]) -> str:
    """A case that waits for its approval; without `first` Anna decided for the team."""
    with database.writing() as session:
        store_region(session, region)
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for (act, by, given), now in (*(first or ((A_NO, FRIDAY), (TO_TABLE, FRIDAY))), (NOBODY_CAN, LATER)):
        if act == "take_over":
            runner.run(deadline_watch, "gepland", now=now)
        runner.decide(act, case, by, given, now)
    return case


def refused(database: Database, case: str, by: str, person: str | None = None) -> tuple[str, str]:
    with pytest.raises(Refused) as why:
        perform(database, "decide_approval", case, by, YES, LATER, person)
    return why.value.code, why.value.message


@pytest.mark.both_databases
def test_who_decided_does_not_approve(database: Database, runner: Runner, region: Region) -> None:
    """F-34: refused with what to do; a colleague with the same roles may, and nothing is said of an exception."""
    case = to_approval(database, runner, with_judging(region, "tz-anna", "tz-bram"))
    code, told = refused(database, case, "tz-anna")
    assert code == "four_eyes"
    assert "vier ogen" in told
    with database.reading() as session:
        offer = {one.act.name: one for one in offered(session, case, "tz-anna", LATER)}["decide_approval"]
    assert (offer.refused and offer.refused.code, offer.requirement) == ("four_eyes", "F-34")
    runner.decide("decide_approval", case, "tz-bram", YES, LATER)
    assert rows(database, Decision)[-1].exception is None


TAKE_OVER: Try = ("take_over", "tz-bram", {"reason": "De aanbieder antwoordt niet."})
OTHER_TABLE: Try = ("move_to_table", "tz-bram", {"table": "T_BC", "reason": "Daar hoort de casus."})
ELSEWHERE: Try = ("decide_mediation", "tz-anna", {"outcome": "table", "table": "T_C2", "reason": "Te druk."})
TUESDAY = from_local("2026-03-10T09:00")


def test_taking_over_counts(database: Database, runner: Runner, region: Region) -> None:
    """F-21: who took over, and who decided after it."""
    later: Try = (
        "record_table_answers",
        "tz-anna",
        {"on": "2026-03-17", "answers": [*NOBODY_CAN[2]["answers"], OWNER_NO]},
    )
    with database.writing() as session:
        store_region(session, with_judging(region, "tz-anna", "tz-bram"))
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    runner.run(deadline_watch, "gepland", now=TUESDAY)
    for act, by, given in (TAKE_OVER, TO_TABLE):
        runner.decide(act, case, by, given, TUESDAY)
    runner.decide(later[0], case, later[1], later[2], from_local("2026-03-17T15:00"))
    for who in ("tz-bram", "tz-anna"):
        assert refused(database, case, who)[0] == "four_eyes"
    assert refused(database, case, "sys-noord")[0] == "forbidden"


OWNER_NO = {"provider": "sys-noord", "can_deliver": False, "explanation": "vol"}


def test_moving_to_another_table_counts(database: Database, runner: Runner, region: Region) -> None:
    """AMB-32."""
    case = to_approval(
        database, runner, with_judging(region, "tz-bram"), (A_NO, MONDAY), (ELSEWHERE, MONDAY), (OTHER_TABLE, FRIDAY)
    )
    assert refused(database, case, "tz-bram")[0] == "four_eyes"


def test_contract_administration_that_stands_in_counts(database: Database, runner: Runner, region: Region) -> None:
    """AMB-18: where nobody has the opdracht."""
    rest = {"cm-bc": {"opdrachten": ["C"]}}
    both = {"roles": ["care_mediator", "contract_administration"]}
    case = to_approval(database, runner, with_judging(region, **rest, **{"tz-anna": both}))
    assert refused(database, case, "tz-anna")[0] == "four_eyes"
    runner.decide("decide_approval", case, "beheer", YES, LATER)


def test_one_person_under_two_names_counts(database: Database, runner: Runner, region: Region) -> None:
    """A region may have somebody twice, once for each task: the person counts, not the row."""
    anna = region.person["tz-anna"]
    case = to_approval(
        database, runner, with_judging(region, **{"cm-bc": {"name": "anna de Vries", "mail": anna.mail}})
    )
    assert refused(database, case, "cm-bc")[0] == "four_eyes"


def test_another_round_is_judged_anew(database: Database, runner: Runner, region: Region) -> None:
    """F-38: in the round after a no nobody has decided for the team yet."""
    case = to_approval(database, runner, with_judging(region, "tz-anna", "tz-bram"))
    runner.decide("decide_approval", case, "tz-bram", {"approved": False, "motivation": "Nog een keer."}, LATER)
    again: Try = (
        "record_table_answers",
        "tz-bram",
        {"on": "2026-03-17", "answers": [*NOBODY_CAN[2]["answers"], OWNER_NO]},
    )
    runner.decide(again[0], case, again[1], again[2], from_local("2026-03-17T15:00"))
    runner.decide("decide_approval", case, "tz-anna", YES, from_local("2026-03-17T16:00"))


def test_several_at_once(database: Database, runner: Runner, region: Region) -> None:
    """What is decided for several cases together is looked at for each."""
    mine = to_approval(database, runner, with_judging(region, "tz-anna", "tz-bram"))
    other = to_approval(
        database,
        runner,
        with_judging(region, "tz-anna", "tz-bram"),
        (A_NO, FRIDAY),
        (("decide_mediation", "tz-bram", TO_TABLE[2]), FRIDAY),
    )
    answers = perform_each(database, "decide_approval", [mine, other], "tz-anna", YES, LATER)
    first = answers[mine]
    assert isinstance(first, Refused)
    assert first.code == "four_eyes"
    assert answers[other] is None


def test_the_step_comes_first(database: Database, runner: Runner, region: Region) -> None:
    """The order of refusals: forbidden, invalid, wrong_step, and only then four_eyes."""
    case = to_approval(database, runner, with_judging(region, "tz-anna", "tz-bram"))
    for given, code in (({"approved": True}, "invalid"), (YES, "four_eyes")):
        with pytest.raises(Refused) as why:
            perform(database, "decide_approval", case, "tz-anna", given, LATER)
        assert why.value.code == code
    runner.decide("decide_approval", case, "tz-bram", YES, LATER)
    assert refused(database, case, "tz-anna")[0] == "already_decided"


@pytest.mark.both_databases
def test_a_recorded_exception_is_said(database: Database, runner: Runner, region: Region, flexroute: Run) -> None:
    """A region with one person for both tasks: each such decision says so, also years later; one by somebody else does not."""
    own = with_settings(with_judging(region, "tz-anna", "tz-bram"), four_eyes_exception=REASON)
    cases = [to_approval(database, runner, own) for _ in range(2)]
    for case, who in zip(cases, ("tz-anna", "tz-bram"), strict=True):
        runner.decide("decide_approval", case, who, YES, LATER)
    with database.writing() as session:
        store_region(session, region)
    told = []
    for case in cases:
        with database.reading() as session:
            told.append([one.exception for one in timeline(session, case).timeline if one.act == "decide_approval"])
    assert told == [[REASON], [None]]
    assert [one.exception for one in read_in_full(database, cases[0], "cm-bc", LATER).decisions][-1] == REASON
    assert REASON in " ".join(flexroute("case", cases[0]).out.split())
    assert "uitzondering" not in flexroute("case", cases[1]).out


def test_on_the_command_line(database: Database, runner: Runner, region: Region, flexroute: Run) -> None:
    case = to_approval(database, runner, with_judging(region, "tz-anna", "tz-bram"))
    with_ = ("akkoord=ja", "ground=demand_peak", "motivering=x")
    said = flexroute("act", "decide_approval", "--case", case, "--by", "tz-anna", "--no-prefect", "--json", *with_)
    assert (said.code, said.json["refused"]) == (1, "four_eyes")
