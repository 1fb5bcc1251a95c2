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
