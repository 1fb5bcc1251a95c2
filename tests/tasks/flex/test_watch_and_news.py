"""An answer that was given counts at once, also while it still waits to be settled."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

import acts
from flexroute.clock import from_local
from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.flex.case import Case
from models.flex.meeting import Meeting
from models.store.database import Database
from models.store.letter import Letter
from tests.support.flex_acts import CANNOT, REFERRAL


def test_who_answered_in_time_is_not_late(database: Database) -> None:
    """F-21, AMB-01, AMB-02: recorded on the last day, settled a day later: no alarm, no signal."""
    with Runner(None) as runner:
        case, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, from_local("2026-03-02T09:00"))
        acts.perform(database, "record_assessment", case, "sys-noord", CANNOT, from_local("2026-03-09T16:00"))
        runner.run(deadline_watch, "termijnen", now=from_local("2026-03-10T07:00"))
        runner.move(None, "verplaatsen", from_local("2026-03-10T08:00"))
    with database.reading() as session:
        assert "assessment_overdue" not in session.exec(select(Letter.kind)).all()
        assert session.exec(select(Case.step)).one() == "mediation"


def test_an_agenda_that_was_open_when_it_was_decided(database: Database) -> None:
    """F-26: decided two minutes before closing time, moved an hour later: still on that agenda; after the meeting, the next one."""
    decided = from_local("2026-03-09T11:58")
    for late, day in ((timedelta(hours=1), "2026-03-10"), (timedelta(days=1, hours=4), "2026-03-17")):
        with Runner(None) as runner:
            case, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, from_local("2026-03-02T09:00"))
            runner.decide("record_assessment", case, "sys-noord", CANNOT, from_local("2026-03-05T09:00"))
            table = {"outcome": "table", "reason": "Bespreken"}
            acts.perform(database, "decide_mediation", case, "tz-anna", table, decided)
            runner.move([case], "verplaatsen", decided + late)
        with database.reading() as session:
            found = session.exec(select(Case).where(Case.reference == case)).one()
            assert found.meeting_id is not None
            assert session.get_one(Meeting, found.meeting_id).on.isoformat() == day
