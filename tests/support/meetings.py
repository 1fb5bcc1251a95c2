"""Stories about meetings for the tests: cases that come to a table, agendas that are issued, letters as they go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from flexroute.clock import from_local
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex.agenda import find_meeting
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.store.database import Database
from models.store.letter import Letter
from notifications.flex.agenda_letter import latest_letter
from notifications.render import render
from notifications.templates import Rendered
from rules.flex.letters import OF_MEETINGS
from tests.support.flex_acts import CANNOT, FRIDAY, REFERRAL
from tests.support.private import TYPED

START, PREP = from_local("2026-03-05T09:00"), FRIDAY
TUESDAY = "2026-03-10"


@dataclass
class Story:
    """What people do, on a database, at a moment."""

    database: Database
    runner: Runner

    def case_at_the_table(self, owner: str, now: datetime = START, table: str | None = None, **more: Any) -> str:
        """A case whose provider cannot, planned for a meeting; gives its reference. `no`: more of the provider's answer."""
        no = {**CANNOT, **more.pop("no", {})}
        referral = {**REFERRAL, "provider": owner, "care_form": "residential", "age_band": "12-15", **more}
        reference, _ = self.runner.decide("register_referral", None, "ref-lt", referral, now)
        self.runner.decide("record_assessment", reference, owner, no, now)
        to_table = {"outcome": "table", "reason": TYPED, **({"table": table} if table else {})}
        self.runner.decide("decide_mediation", reference, "tz-anna", to_table, now)
        return reference

    def change(self, now: datetime, table: str, on: str, **how: str | bool) -> None:
        """Another day, time or place for a meeting, or no meeting."""
        values = {"table": table, "on": on, "reason": "Anders", **how}
        self.runner.decide("change_meeting", None, "tz-anna", values, now)

    def prepare(self, now: datetime = PREP) -> None:
        """Issue the agendas for the next week."""
        assert not self.runner.run(table_prep, "agenda's", now=now).attention

    def meeting(self, table: str = "T_BC", on: str = TUESDAY) -> Meeting:
        """A meeting as it is kept."""
        with self.database.reading() as session:
            found = find_meeting(session, table, datetime.fromisoformat(on).date())
        assert found
        return found

    def latest(self, table: str = "T_BC", on: str = TUESDAY) -> Rendered:
        """The last letter to everybody at a meeting."""
        with self.database.reading() as session:
            return latest_letter(session, load_region(session), self.meeting(table, on))

    def letters(self, after: int = 0) -> list[tuple[Letter, Rendered]]:
        """The letters of meetings with a higher number, in the order in which they go out."""
        of_meetings = select(Letter).where(col(Letter.kind).in_(OF_MEETINGS), col(Letter.id) > after)
        with self.database.reading() as session:
            region = load_region(session)
            found = session.exec(of_meetings.order_by(col(Letter.id))).all()
            return [(letter, render(session, region, letter)) for letter in found]
