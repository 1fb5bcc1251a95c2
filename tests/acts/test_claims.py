"""Whose something is shows, and changes no right: claimed, handed to a colleague, released, also many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from acts import Refused, perform
from acts.engine.claims import claim, hand_over, release
from flows.mover import Runner
from models.region.directory import load_region, store_region
from models.store.assignment import most_urgent
from models.store.claim import claims_on
from models.store.database import Database
from rules.shared.region import Region
from tests.support.commands import Run
from tests.support.databases import Postgresql
from tests.support.facts import with_organisation
from tests.support.flex_acts import A_NO, FRIDAY, MONDAY, TO_TABLE, refer

BOS = {"id": "j-bos", "name": "J. Bos", "mail": "j.bos@noord.example.nl"}
DAL = {"id": "k-dal", "name": "K. Dal", "mail": "k.dal@noord.example.nl"}
WHY = {"reason": "Ik ben er deze week."}


def a_case(database: Database, runner: Runner, to_team: bool = True) -> str:
    """Of Jeugdhulp Noord; at Team Zorgbemiddeling, unless the provider is still asked."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    if to_team:
        act, by, given = A_NO
        runner.decide(act, case, by, given, MONDAY)
    return case


def whose(database: Database, who: str | None = None) -> list[tuple[str, str | None, str | None]]:
    with database.reading() as session:
        tasks = most_urgent(session, load_region(session), MONDAY.date(), 50, who)
    return [(one.reference, one.claimed_by, one.claimed_name) for one in tasks]


def told(database: Database, case: str) -> list[tuple[str, str, str | None, str | None, str | None]]:
    with database.reading() as session:
        return [(one.person, one.by, one.reason, one.ended_by, one.ended_reason) for one in claims_on(session, case)]


def code(answers: object) -> str:
    [why] = answers.values()  # type: ignore[attr-defined]
    return str(why.code) if isinstance(why, Refused) else ""


@pytest.mark.both_databases
def test_of_a_mediator(database: Database, runner: Runner) -> None:
    """F-25: it shows in the list of the team; a colleague may still decide; each change is kept with who, when and why."""
    case = a_case(database, runner)
    assert whose(database) == [(case, None, None)]
    assert claim(database, [case], "tz-anna", MONDAY) == {case: None}
    assert whose(database, "tz-bram") == [(case, "tz-anna", "Anna de Vries")]
    assert code(claim(database, [case], "tz-anna", MONDAY)) == "already_decided"
    assert code(claim(database, [case], "tz-bram", MONDAY)) == "already_decided"
    assert claim(database, [case], "tz-bram", MONDAY, given=WHY) == {case: None}
    assert hand_over(database, [case], "tz-bram", {"to": "Anna de Vries"}, MONDAY) == {case: None}
    assert release(database, [case], "tz-anna", MONDAY) == {case: None}
    assert whose(database) == [(case, None, None)]
    assert code(release(database, [case], "tz-anna", MONDAY)) == "already_decided"
    assert told(database, case) == [
        ("tz-anna", "tz-anna", None, "tz-bram", WHY["reason"]),
        ("tz-bram", "tz-bram", WHY["reason"], "tz-bram", None),
        ("tz-anna", "tz-bram", None, "tz-anna", None),
    ]
    claim(database, [case], "tz-anna", MONDAY)
    perform(database, "decide_mediation", case, "tz-bram", TO_TABLE[2], FRIDAY)


@pytest.mark.both_databases
def test_of_an_organisation(database: Database, runner: Runner, region: Region) -> None:
    """Its people share it out among themselves; what the region's people claim is another matter."""
    with database.writing() as session:
        store_region(session, with_organisation(region, "sys-noord", contacts=[BOS, DAL]))
    case = a_case(database, runner, to_team=False)
    assert code(claim(database, [case], "sys-noord", MONDAY)) == "invalid"  # of whom?
    assert claim(database, [case], "sys-noord", MONDAY, "j-bos") == {case: None}
    assert claim(database, [case], "tz-anna", MONDAY) == {case: None}
    assert whose(database) == [(case, "j-bos", "J. Bos")]
    assert code(hand_over(database, [case], "sys-noord", {"to": "tz-anna"}, MONDAY, "j-bos")) == "invalid"
    assert hand_over(database, [case], "sys-noord", {"to": "k-dal"}, MONDAY, "j-bos") == {case: None}
    assert whose(database, "sys-noord") == [(case, "k-dal", "K. Dal")]
    assert code(release(database, [case], "sys-noord", MONDAY, "Mw. De Vries")) == "invalid"  # somebody else's: why?
    assert release(database, [case], "sys-noord", MONDAY, "Mw. De Vries", WHY) == {case: None}


def test_only_what_is_theirs(database: Database, runner: Runner) -> None:
    """Who has no part in it, and what is not there."""
    case = a_case(database, runner)
    assert code(claim(database, [case], "sys-zuid", MONDAY, "Iemand")) == "forbidden"
    assert code(claim(database, ["ZB-2026-000999"], "tz-anna", MONDAY)) == "not_found"
    assert told(database, case) == []


def test_many_at_once(database: Database, runner: Runner) -> None:
    """With a reason; each gets an answer of its own."""
    first, second = a_case(database, runner), a_case(database, runner)
    with pytest.raises(Refused) as why:
        claim(database, [first, second], "tz-anna", MONDAY)
    assert (why.value.code, why.value.field) == ("invalid", "reason")
    claim(database, [first], "tz-anna", MONDAY)
    answers = claim(database, [first, second, "ZB-2026-000999"], "tz-anna", MONDAY, given=WHY)
    assert [code({1: one}) for one in answers.values()] == ["already_decided", "", "not_found"]
    assert {reference: by for reference, by, _ in whose(database)} == dict.fromkeys((first, second), "tz-anna")


def test_what_may_be_a_bsn_is_refused(database: Database, runner: Runner) -> None:
    """A reason is read in lists."""
    with pytest.raises(Refused) as why:
        claim(database, [a_case(database, runner)], "tz-anna", MONDAY, given={"reason": "BSN 999900006"})
    assert (why.value.code, why.value.field) == ("invalid", "reason")


@pytest.mark.on_postgresql
def test_of_two_at_once_one_has_it(postgresql: Postgresql, region: Region, home: object, runner: Runner) -> None:
    with postgresql.fresh(region) as database:
        case = a_case(database, runner)
        with ThreadPoolExecutor(2) as both:
            answers = [*both.map(lambda who: code(claim(database, [case], who, MONDAY)), ("tz-anna", "tz-bram"))]
        assert sorted(answers) == ["", "already_decided"]
        assert len(told(database, case)) == 1


def test_on_the_command_line(database: Database, runner: Runner, flexroute: Run) -> None:
    """Short numbers and names; `work` shows whose it is."""
    case = a_case(database, runner)
    assert flexroute("claim", "1", "--by", "Anna de Vries").out.strip() == "Vastgelegd: 1 van de 1."
    assert flexroute("work", "--json").json[0]["claimed_by"] == "tz-anna"
    assert "Anna de Vries" in flexroute("work").out
    said = flexroute("claim", case, "--by", "tz-bram", "--json")
    assert (said.code, said.json["refused"]) == (1, "already_decided")
    assert flexroute("claim", case, "--by", "tz-bram", "--to", "Bram Bakker", "--reason", "Anna is weg").code == 0
    assert flexroute("claim", case, "--by", "tz-bram", "--release").code == 0
    several = flexroute("claim", case, "ZB-2026-000999", "--by", "tz-bram", "--reason", "x", "--json")
    assert (several.code, [one["refused"] for one in several.json["answers"]]) == (1, [None, "not_found"])
