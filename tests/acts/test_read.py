"""Reading everything that was said: whose it is, what is left out, and that each reading is kept (C.4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from acts import Refused
from acts.engine.read import read_in_full
from flexroute.clock import from_local
from flows.mover import Runner
from models.region.directory import store_region
from models.store.database import Database
from models.store.reading import Reading
from models.views.in_full import InFull
from notifications.guard import HELD
from rules.shared.region import Region
from tests.support.dossiers import CHILD, People
from tests.support.facts import with_organisation
from tests.support.flex_acts import (
    A_NO,
    ALLOCATED,
    APPROVED,
    FLEX_CAN,
    FRIDAY,
    HANDED_OVER,
    NOBODY_CAN,
    TO_TABLE,
    refer,
)
from tests.support.logged import lines
from tests.support.parties import ACCESS, ACCESS_THERE, ADMINISTRATION, RECEIVER, STOPPER
from tests.support.private import BSN, NAME, PRIVATE, TYPED
from tests.support.stored import rows

LATER = from_local("2026-03-11T15:00")
NUMBER = "999900006"  # of an allocation: any nine digits
WAY = (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER, ALLOCATED)


def a_case(database: Database, runner: Runner, steps: int = len(WAY)) -> str:
    """So many steps along the route; what was typed holds a BSN."""
    case = refer(database)
    runner.move(None, "aanmelding", FRIDAY)
    for number, (act, by, given) in enumerate(WAY[:steps]):
        given = {**given, "number": NUMBER} if "number" in given else given
        runner.decide(act, case, by, given, FRIDAY if number < 2 else LATER)
    return case


def told(view: InFull, act: str) -> Any:
    [said] = [one.said for one in view.decisions if one.act == act]
    return said


def refused(database: Database, about: str, by: str, person: str | None = None, youth: bool = False) -> tuple[str, str]:
    with pytest.raises(Refused) as why:
        read_in_full(database, about, by, LATER, person, youth=youth)
    return why.value.code, why.value.message


@pytest.mark.both_databases
def test_each_reads_its_own(database: Database, runner: Runner) -> None:
    """A.8, C.4: all decisions are there, with the words that are this reader's, and without who the youth is."""
    case = a_case(database, runner)
    by = {who: read_in_full(database, case, who, LATER) for who in ("tz-anna", "ref-lt", "flex-anker")}
    acts = ["register_referral", *(act for act, _, _ in WAY)]
    assert all([one.act for one in view.decisions] == acts for view in by.values())
    assert all(view.youth is None and NAME not in str(told(view, "register_referral")) for view in by.values())
    assert [one.act for one in by["tz-anna"].decisions if one.said is None] == []
    assert told(by["ref-lt"], "record_table_answers") is None
    assert told(by["flex-anker"], "record_handover") == {
        "dag van de overdracht": "10-03-2026",
        "overgedragen aan": "Anker Flex",
        "wat is overgedragen": ["dossier"],
    }
    assert told(by["flex-anker"], "record_assessment") is None


def test_a_bsn_in_what_was_typed(database: Database, runner: Runner) -> None:
    """C.4: it is held back but for who reads who the youth is; an allocation number is none."""
    case = a_case(database, runner)
    without, with_ = (read_in_full(database, case, "tz-anna", LATER, youth=youth) for youth in (False, True))
    assert [told(view, "decide_approval")["motivering"] for view in (without, with_)] == [HELD, TYPED]
    assert told(without, "record_allocation")["toewijzingsnummer"] == NUMBER
    assert with_.youth == {"naam": PRIVATE["name"], "geboortedatum": "09-05-2014", "bsn": BSN}


@pytest.mark.both_databases
def test_each_reading_is_kept_and_logged(database: Database, runner: Runner, home: Path, region: Region) -> None:
    """C.4: who, for whom, which, when, and whether also who it is about; the names of people stay out of the log."""
    lezer = {"id": "a-lezer", "name": "A. Lezer", "mail": "a@noord.example.nl", "may_answer": False}
    with database.writing() as session:
        store_region(session, with_organisation(region, "sys-noord", contacts=[lezer]))
    case = a_case(database, runner, 1)
    read_in_full(database, case, "sys-noord", FRIDAY, "a lezer", youth=True)
    read_in_full(database, case, "ref-lt", LATER, "Mw. De Vries")
    read_in_full(database, case, "cm-bc", LATER)
    read_in_full(database, case, "ref-lt", LATER)
    kept = [(one.subject, one.by, one.person, one.at, one.youth) for one in rows(database, Reading)]
    typed = kept[1][2]
    assert typed
    assert typed.startswith("ref-lt:")
    assert kept == [
        (case, "sys-noord", "a-lezer", FRIDAY, True),
        (case, "ref-lt", typed, LATER, False),
        (case, "cm-bc", "cm-bc", LATER, False),
        (case, "ref-lt", None, LATER, False),
    ]
    logged = [(line["reference"], line["by"], line.get("person"), line["youth"]) for line in lines(home, "reading")]
    assert logged == [(case, by, person, youth) for _, by, person, _, youth in kept]
    seen = read_in_full(database, case, "tz-anna", LATER).read_before
    assert seen
    assert [(one.by, one.person, one.youth) for one in seen] == [
        ("sys-noord", "A. Lezer", True),
        ("ref-lt", "Mw. De Vries", False),
        ("cm-bc", None, False),
        ("ref-lt", None, False),
    ]
    assert read_in_full(database, case, "sys-noord", LATER).read_before is None


def test_who_may_not(database: Database, runner: Runner, home: Path) -> None:
    """A refusal says who may, and nothing is kept of what was not read."""
    case = a_case(database, runner, 1)
    code, message = refused(database, case, "sys-zuid")
    assert (code, "Dat mag alleen: Team Zorgbemiddeling, de contractmanager, de verwijzer" in message) == (
        "forbidden",
        True,
    )
    assert refused(database, case, "cm-bc", youth=True)[1].startswith("Wie de jeugdige is, leest alleen: Team Zorgbem")
    assert refused(database, case, "niemand") == (
        "forbidden",
        "'niemand' is geen organisatie of persoon van deze regio.",
    )
    assert refused(database, case, "sys-noord", "tz-anna")[0] == "forbidden"
    assert refused(database, "ZB-2026-000099", "tz-anna") == ("not_found", "Er is niets met kenmerk ZB-2026-000099.")
    assert refused(database, "T_BC@2026-03-10", "tz-anna")[0] == "not_found"
    assert rows(database, Reading) == []
    assert lines(home, "reading") == []


def test_a_dossier_and_a_child(people: People) -> None:
    """S-32, S-40 … S-42, S-55: numbers and their explanation to the own municipality, a child to its own sides."""
    database = people.database
    dossier = people.open(2)
    people.count(dossier, ACCESS, 3)
    people.do("explain_difference", dossier, ACCESS, municipality="0599", explanation="Eén is verhuisd.")
    for side in (STOPPER, ACCESS_THERE):
        people.count(dossier, side, 1, "0606")
    child = people.add(dossier, **{**CHILD, "private": PRIVATE})
    people.do("propose_route", child, STOPPER, route=1, expected_end="2026-12-01", reason="Bijna klaar.")
    people.do("decide_route", child, ACCESS, agreed=False, reason="Te lang.")
    mine, other = (read_in_full(database, dossier, who, people.now) for who in (ACCESS, ACCESS_THERE))
    assert told(mine, "explain_difference") == {
        "gemeente": "Toegang Rotterdam",
        "uitleg van het verschil": "Eén is verhuisd.",
    }
    assert told(other, "explain_difference") is None
    assert [one.said is None for one in other.decisions if one.act == "record_counts"] == [True] * 3 + [False] * 2
    answer = read_in_full(database, child, STOPPER, people.now, youth=True)
    assert told(answer, "decide_route") == {"akkoord": "nee", "reden": "Te lang."}
    assert answer.youth
    assert answer.youth["bsn"] == BSN
    assert refused(database, child, RECEIVER)[0] == "forbidden"
    assert refused(database, child, ADMINISTRATION, youth=True)[0] == "forbidden"
    assert refused(database, dossier, STOPPER, youth=True)[1].endswith("dat staat bij elke jeugdige apart.")
