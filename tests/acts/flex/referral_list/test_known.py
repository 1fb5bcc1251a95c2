"""A row that is known is compared with what was given then: nobody is swallowed, nobody is doubled."""

from __future__ import annotations

from typing import Any

import pytest

from acts import perform
from acts.engine.recorded_before import RecordedBefore
from acts.intake.report import Earlier, Import, Wrong
from flows.mover import Runner
from models.store.database import Database
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, cases, listed
from tests.support.lists import LATER, NOW

FIRST, SECOND = "ZB-2026-000001", "ZB-2026-000002"
CLASH = "dit eigen kenmerk staat ook op regel 2, met andere gegevens"
YOUTH = f"{HEAD};naam;geboortedatum;bsn"


def withdraw(database: Database, reference: str = FIRST) -> None:
    perform(database, "withdraw", reference, "ref-lt", {"reason": "verhuisd"}, LATER)
    with Runner(None) as runner:
        runner.move([reference], "ingetrokken", LATER)


def moved(take_in: Any, *lines: str, **more: Any) -> Import:
    done: Import = take_in(listed(*lines), **more)
    with Runner(None) as runner:
        runner.move([reference for _, reference in done.new], "import", NOW)
    return done


@pytest.mark.parametrize(
    ("second", "differs"),
    [
        (LINE.replace("sys-noord", "sys-zuid"), ("provider",)),
        (LINE.replace("2026-03-02", "2026-03-03"), ("received_on",)),
        (LINE.replace("wijkteam", "huisarts"), ("referral_route",)),
        (LINE.replace("2026-03-02", "02-03-2026 00:00"), ()),
        (LINE.replace("sys-noord", "Jeugdhulp\u00a0 Noord"), ()),
        (LINE.replace("0599", "599.0"), ()),
    ],
)
def test_a_corrected_row_is_to_be_looked_at(take_in: Any, second: str, differs: tuple[str, ...]) -> None:
    take_in(listed(LINE))
    done = take_in(listed(second), now=LATER)
    if differs:
        assert done == Import(known_otherwise=[(2, FIRST)], earlier={2: Earlier(differs)})
    else:
        assert done == Import(known=[(2, FIRST)])
    assert done.ok == (not differs)


def test_of_the_youth_only_what_is_said_counts(take_in: Any) -> None:
    one = f"{LINE};Proef;09-05-2014;999900006"
    take_in(f"{YOUTH}\n{one}\n")
    assert take_in(listed(LINE)).ok
    assert take_in(f"{YOUTH}\n{LINE};Proef;;\n").ok
    done = take_in(f"{YOUTH}\n{LINE};Proef;09-05-2014;999900018\n")
    assert done.earlier == {2: Earlier(("bsn",))}


def test_a_withdrawn_case(take_in: Any, database: Database) -> None:
    moved(take_in, LINE)
    withdraw(database)
    ended = Earlier(closed_on=LATER.date())
    for again in (False, True):
        assert take_in(listed(LINE), now=LATER, again=again) == Import(known=[(2, FIRST)], earlier={2: ended})
    other = LINE.replace("2026-03-02", "2026-03-09")
    looked = Import(known_otherwise=[(2, FIRST)], earlier={2: Earlier(("received_on",), LATER.date())})
    assert take_in(listed(other), now=LATER) == looked
    assert moved(take_in, other, now=LATER, again=True) == Import(new=[(2, SECOND)])
    assert [case.sender_reference for case in cases(database)] == ["K-1", "K-1"]
    for again in (False, True):
        assert take_in(listed(other), now=LATER, again=again) == Import(known=[(2, SECOND)])
        assert take_in(listed(LINE), now=LATER, again=again) == Import(known=[(2, FIRST)], earlier={2: ended})
    third = LINE.replace("2026-03-02", "2026-03-08")
    done = take_in(listed(third), now=LATER, again=True)  # the last one is open
    assert (done.new, done.known_otherwise) == ([], [(2, SECOND)])


def test_an_open_case_is_not_begun_again(take_in: Any, database: Database) -> None:
    take_in(listed(LINE))
    done = take_in(listed(LINE.replace("sys-noord", "sys-zuid")), again=True)
    assert (done.new, done.known_otherwise) == ([], [(2, FIRST)])
    assert len(cases(database)) == 1


def test_typed_the_same_rules_hold(database: Database) -> None:
    typed = {"referral_route": "local_team", "opdracht": "B", "provider": "sys-noord", "received_on": "2026-03-02",
             "municipality": "0599", "sender_reference": "K-1"}  # fmt: skip
    perform(database, "register_referral", None, "ref-lt", typed, NOW)
    with pytest.raises(RecordedBefore, match=rf"al vastgelegd als {FIRST}\.$"):
        perform(database, "register_referral", None, "ref-lt", {**typed, "sender_reference": "K-1\u200b"}, NOW)
    other = {**typed, "provider": "sys-zuid", "private": {"name": "Proef"}}
    with pytest.raises(
        RecordedBefore, match=r"met andere gegevens \(aanbieder, gegevens van de jeugdige\).*kenmerk dat nieuw is\.$"
    ):
        perform(database, "register_referral", None, "ref-lt", other, NOW)


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (LINE, None),
        (LINE.replace("0599", "Rotterdm"), "gemeentecode"),  # refused by the act
        (LINE.replace("sys-noord", "nergens"), "aanbieder"),  # cannot be read
        (f"{LINE};te veel", "kolom 7"),
    ],
)
def test_within_a_file_a_number_stays_with_its_row(take_in: Any, first: str, why: str | None) -> None:
    done = take_in(listed(first, LINE.replace("sys-noord", "sys-zuid")))
    assert done.new == ([] if why else [(2, FIRST)])
    assert [(one.line, one.column) for one in done.wrong if one.line == 2] == ([(2, why)] if why else [])
    assert [one for one in done.wrong if one.line == 3] == [Wrong(3, "eigen kenmerk", CLASH)]
    assert done.known == done.known_otherwise == []


def test_the_number_of_another_referrer_is_another_number(take_in: Any) -> None:
    head, other = f"{HEAD};verwijzer", LINE.replace("wijkteam", "huisarts")
    done = take_in(f"{head}\n{LINE};ref-lt\n{other};ref-gp\n{other};Wijkteam Centrum\n", by="tz-anna")
    assert [line for line, _ in done.new] == [2, 3]
    assert [(one.line, one.reason) for one in done.wrong] == [(4, CLASH)]


def test_a_rounded_number_is_no_number(take_in: Any) -> None:
    rounded = LINE.replace("K-1", "2,0260E+11")
    done = take_in(listed(rounded, rounded.replace("sys-noord", "sys-zuid")))
    assert done.new == done.known == []
    assert all("afgerond" in "".join(w.reason for w in done.wrong if w.line == line) for line in (2, 3))


def correct(database: Database, **given: Any) -> None:
    with Runner(None) as runner:
        runner.decide("correct_referral", FIRST, "tz-anna", {"reason": "fout", **given}, LATER)


def test_a_list_of_before_a_correction_says_nothing_new(take_in: Any, database: Database) -> None:
    """The line as it was given, and as it was corrected, are both known; anything else is to be looked at."""
    moved(take_in, LINE)
    correct(database, opdracht="C", received_on="2026-03-01")
    corrected = LINE.replace(";B;", ";C;").replace("2026-03-02", "2026-03-01")
    for line in (LINE, corrected):
        assert take_in(listed(line), now=LATER) == Import(known=[(2, FIRST)])
    done = take_in(listed(corrected.replace(";C;", ";E;")), now=LATER)
    assert done == Import(known_otherwise=[(2, FIRST)], earlier={2: Earlier(("opdracht",))})


def test_a_corrected_own_number_is_known_by_both(take_in: Any, database: Database) -> None:
    """No second case of a list that still has the old one; another child that has it by right is taken in where somebody says so."""
    moved(take_in, LINE)
    correct(database, sender_reference="K-9")
    for line in (LINE, LINE.replace("K-1", "K-9")):
        assert take_in(listed(line), now=LATER).known == [(2, FIRST)]
    another = LINE.replace("sys-noord", "sys-zuid")
    assert take_in(listed(another), now=LATER).known_otherwise == [(2, FIRST)]
    assert take_in(listed(another), now=LATER, again=True).new == [(2, SECOND)]
    assert take_in(listed(another), now=LATER).known == [(2, SECOND)]
    assert take_in(listed(LINE), now=LATER).known == [(2, FIRST)]
