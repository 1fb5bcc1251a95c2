"""The same youth that is on its way already is known by keyed hashes, and never read (F-17, C.4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from pydantic import SecretStr
from sqlalchemy import event

from acts import perform
from acts.engine.doubts import doubts_about
from acts.flex.referral import REGISTER
from flexroute.errors import UserError
from flexroute.settings import practising
from flows.mover import Runner
from models.store.database import Database
from models.store.youth import Youth, known_by
from tests.models.test_migrations import alembic
from tests.support.flex_acts import MONDAY, REFERRAL, refer
from tests.support.private import BSN, SECRETS
from tests.support.stored import rows

HASHES = ("bsn_hash", "name_hash", "birth_date_hash")
HIDDEN = "deze jeugdige is al aangemeld; vraag Team Zorgbemiddeling"


def asked(database: Database, by: str, **given: Any) -> list[str]:
    """What somebody is asked who registers this youth."""
    return [doubt.asked for doubt in doubts_about(database, REGISTER, by, {**REFERRAL, **given}, MONDAY)]


def hashes(database: Database) -> list[list[str | None]]:
    return [[getattr(youth, name) for name in HASHES] for youth in rows(database, Youth)]


@pytest.mark.both_databases
def test_who_may_see_the_case_hears_which_it_is(database: Database, runner: Runner) -> None:
    """F-17: whatever else is said of it, and however the BSN was written."""
    case = refer(database)
    other = {"private": {"bsn": f" 0{BSN} "}, "provider": "sys-zuid", "opdracht": "C2", "sender_reference": "K-7"}
    assert asked(database, "ref-lt", **other) == [f"deze jeugdige is al aangemeld: {case}"]
    assert asked(database, "tz-anna", referrer="ref-gp", **other) == [f"deze jeugdige is al aangemeld: {case}"]
    assert asked(database, "ref-gp", **other) == [HIDDEN]
    assert asked(database, "ref-lt", private={"bsn": "999900018"}) == []
    second = perform(database, "register_referral", None, "ref-gp", {**REFERRAL, **other}, MONDAY)
    told = f"deze jeugdige is al aangemeld: {second}; ook door een ander: vraag Team Zorgbemiddeling"
    assert asked(database, "ref-gp") == [told]
    assert asked(database, "tz-bram", referrer="ref-lt") == [f"deze jeugdige is al aangemeld: {case}, {second}"]


def test_a_name_is_no_proof(database: Database) -> None:
    """C.4: of another's youth with the same name nothing is told; of one's own it may be a mistake."""
    case = refer(database)
    named = {"private": {"name": REFERRAL["private"]["name"]}}
    assert asked(database, "ref-lt", **named) == [f"dit lijkt dezelfde verwijzing als {case}, die nog open is"]
    assert asked(database, "ref-gp", **named) == []


def test_of_a_closed_case_nothing_is_asked(database: Database, runner: Runner) -> None:
    case = refer(database)
    runner.decide("withdraw", case, "ref-lt", {"reason": "Niet meer nodig"}, MONDAY)
    assert asked(database, "ref-lt") == asked(database, "ref-gp") == []


@pytest.mark.both_databases
def test_what_is_kept(database: Database, runner: Runner) -> None:
    """Hashes that say nothing; corrected and taken away with what they are of."""
    case = refer(database)
    runner.move([case], "verwijzing", MONDAY)
    [kept] = hashes(database)
    assert all(value and len(value) == 64 for value in kept)
    assert not any(secret in f"{kept}" for secret in SECRETS)
    runner.decide("correct_referral", case, "tz-anna", {"private": {"bsn": "999900018"}, "reason": "Verkeerd"}, MONDAY)
    assert hashes(database)[0][0] == known_by({"bsn": "999900018"})["bsn"] != kept[0]
    runner.decide("correct_referral", case, "tz-anna", {"private": {"bsn": ""}, "reason": "Onbekend"}, MONDAY)
    assert hashes(database) == [[None, *kept[1:]]]


def test_nothing_of_a_youth_is_read_to_ask(database: Database) -> None:
    refer(database)
    asks: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _cursor, said, *_: asks.append(said))
    assert asked(database, "ref-gp") == [HIDDEN]
    assert any("bsn_hash" in said for said in asks)
    assert not any("youth.data" in said for said in asks)


def test_another_key_knows_nobody(database: Database) -> None:
    refer(database)
    with practising(bsn_key=SecretStr("een andere sleutel")):
        assert asked(database, "ref-gp") == []
    assert asked(database, "ref-gp") == [HIDDEN]


def test_the_key_of_practice_is_private(database: Database, home: Path) -> None:
    """Made once, beside the database and not in it."""
    refer(database)
    file = home / "bsn.key"
    made = file.read_bytes()
    assert (file.stat().st_mode & 0o777, len(made) >= 32) == (0o600, True)
    refer(database, provider="sys-zuid")
    assert file.read_bytes() == made


def test_production_asks_for_the_key(database: Database) -> None:
    """Without it nothing is recorded of which the youth could not be known again."""
    with practising(environment="production"):
        with pytest.raises(UserError, match="Vul FLEXROUTE_BSN_KEY in"):
            perform(database, "register_referral", None, "ref-lt", REFERRAL, MONDAY, "S. Kuipers")
        assert rows(database, Youth) == []
        perform(database, "register_referral", None, "ref-lt", {**REFERRAL, "private": {}}, MONDAY, "S. Kuipers")


@pytest.mark.both_databases
def test_youth_of_before_are_known_again(database: Database) -> None:
    """Migration 0014 gives those that are there their hashes."""
    refer(database)
    before = hashes(database)
    alembic(database, command.downgrade, "0013")
    alembic(database, command.upgrade, "0014")
    assert hashes(database) == before
