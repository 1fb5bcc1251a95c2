"""Mijn werk: the promise in one line, and what waits for whom."""

from __future__ import annotations

import pytest

from flexroute.clock import from_local
from models.region.directory import load_region
from models.store.database import Database
from models.views.held import Held, held
from portal.mover import Mover
from rules.shared.roles import TEAM
from tests.portal.conftest import Portal, text
from tests.support.flex_acts import A_NO, MONDAY, REFERRAL

TUESDAY = from_local("2026-03-03T09:00")


def refer(mover: Mover, **more: str) -> str:
    reference, moved = mover.decide("register_referral", None, "ref-lt", {**REFERRAL, **more}, MONDAY)
    moved.result(30)
    return reference


def waits(database: Database, who: str | None = None) -> list[Held]:
    with database.reading() as session:
        return list(held(session, load_region(session), MONDAY.date(), who))


@pytest.mark.both_databases
def test_who_holds_what(portal: Portal) -> None:
    """Each case once, with the kind of party that it waits for, and the one that waits longest."""
    mover: Mover = portal.app.state.mover
    first, second = refer(mover), refer(mover, provider="sys-zuid")
    mover.decide(A_NO[0], first, A_NO[1], A_NO[2], TUESDAY)[1].result(30)
    by = {"care_mediator": 1, "provider": 1}
    assert waits(portal.database) == [Held("flex", "case", 2, by, second, MONDAY.date())]
    assert waits(portal.database, "sys-zuid") == [Held("flex", "case", 1, {"provider": 1}, second, MONDAY.date())]
    assert [one.number for one in waits(portal.database, TEAM)] == [1]
    assert waits(portal.database, "sys-noord") == []


def test_the_line_that_holds_the_promise(portal: Portal) -> None:
    case = refer(portal.app.state.mover)
    page = text(portal.of("tz-anna").get("/werk"))
    assert "Flexroute: 1 casus wacht op een antwoord (1 bij aanbieders)" in page
    assert f"Het langst wacht {case} , sinds maandag 2 maart 2026." in page
    assert "casus" not in text(portal.of("sys-zuid:P. Zuid").get("/werk"))


def test_claimed_handed_over_and_released(portal: Portal) -> None:
    """It shows whose it is; several at once need a reason, and what is refused stays chosen with why."""
    mover: Mover = portal.app.state.mover
    cases = [refer(mover, again="ja") for _ in range(2)]
    for case in cases:
        mover.decide(A_NO[0], case, A_NO[1], A_NO[2], MONDAY)[1].result(30)
    anna, bram = portal.of("tz-anna"), portal.of("tz-bram")
    without = anna.post("/werk/van-wie", data={"welke": cases, "wat": "claim"})
    assert without.status_code == 422
    assert "vul een reden in" in text(without)
    assert without.text.count(" checked") == 2
    assert anna.post("/werk/van-wie", data={"welke": cases, "wat": "claim", "reason": "Mijn week"}).status_code == 303
    assert text(anna.get("/werk")).count("van u") == 2
    given = {"welke": cases[0], "wat": "hand_over", "to": "tz-bram", "reason": "Vakantie"}
    assert anna.post("/werk/van-wie", data=given).status_code == 303
    assert "van u" in text(bram.get("/werk"))
    assert bram.post("/werk/van-wie", data={"welke": cases[0], "wat": "release"}).status_code == 303
    assert "van u" not in text(bram.get("/werk"))


def test_nothing_chosen(portal: Portal) -> None:
    assert portal.of("tz-anna").post("/werk/van-wie", data={"wat": "claim"}).status_code == 422
    assert portal.of("tz-anna").post("/werk/van-wie", data={"welke": "x", "wat": "weg"}).status_code == 422


def test_notes_of_the_team(portal: Portal) -> None:
    """C.4: for colleagues of the region who may read who the youth is; for everybody else there is no such page."""
    case = refer(portal.app.state.mover)
    anna, to = portal.of("tz-anna"), f"/zaken/{case}/notities"
    assert to in anna.get(f"/zaken/{case}").text
    assert anna.post(to, data={"text": "Bel voor tien uur"}).status_code == 303
    assert "Bel voor tien uur" in text(anna.get(to))
    assert anna.post(to, data={"text": ""}).status_code == 422
    for who in ("sys-noord:J. Bos", "sys-zuid:P. Zuid", "beheer"):
        other = portal.of(who)
        assert other.get(to).status_code == other.post(to, data={"text": "x"}).status_code == 404
    assert "Notities" not in portal.of("sys-noord:J. Bos").get(f"/zaken/{case}").text
