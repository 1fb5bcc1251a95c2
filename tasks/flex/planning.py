"""Planning cases for meetings, and issuing agendas again when a later change touches them (F-26)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col

from flexroute.clock import local_date
from models.flex import history
from models.flex.agenda import ensure_meeting, plan_alone, starts_at
from models.flex.case import Case
from models.flex.meeting import AgendaItem, Meeting
from notifications.flex.agenda import issue_agenda
from rules.flex import tables
from rules.flex.facts import CaseFacts
from rules.shared.region import Region
from rules.shared.series import Change, Changes, MeetingDay


class Planner:
    """Plans within one transaction; remembers which meetings it touched."""

    def __init__(self, session: Session, region: Region, now: datetime) -> None:
        self._session, self.region, self._now = session, region, now
        self._touched: dict[int, Meeting] = {}
        self._known: dict[str, Changes] | None = None
        self._meetings: dict[tuple[str, date], Meeting] = {}  # those that this chunk planned for; they are locked
        self._alone = False

    @property
    def changes(self) -> dict[str, Changes]:
        """What is known of the meetings, read when first needed."""
        if self._known is None:
            self._known = history.changes(self._session, local_date(self._now))
        return self._known

    def has_table(self, facts: CaseFacts, decided_at: datetime) -> bool:
        """Whether a table can still take this case (AMB-11, AMB-28)."""
        return tables.plan(self.region, facts, None, self.changes, decided_at, local_date(self._now)) is not None

    def plan(self, case: Case, facts: CaseFacts, table_id: str | None, decided_at: datetime) -> Meeting | None:
        """Put a case on the first agenda that was open when it was decided; None when no table can take it any more."""
        self._plan_alone()
        found = tables.plan(self.region, facts, table_id, self.changes, decided_at, local_date(self._now))
        if found is None:
            return None
        table, day = found
        meeting = self._meeting(table.id, day)
        self._session.add(AgendaItem(meeting_id=meeting.id or 0, case_id=case.id or 0, round=facts.round))
        case.table_id, case.meeting_id = table.id, meeting.id
        self.touch(meeting)
        return meeting

    def _meeting(self, table_id: str, day: MeetingDay) -> Meeting:
        known = self._meetings.get((table_id, day.series_on))
        if known is None:
            known = self._meetings[table_id, day.series_on] = ensure_meeting(self._session, table_id, day)
            change = Change(known.on, known.cancelled)
            self.changes[table_id] = {**self.changes.get(table_id, {}), day.series_on: change}
        return known

    def _plan_alone(self) -> None:
        if not self._alone:
            plan_alone(self._session)
            self._alone = True

    def remove(self, case: Case) -> None:
        """Take a case off the agenda it stands on: it is withdrawn, moved, or its meeting is cancelled."""
        if case.meeting_id is None:
            return
        self.touch_agenda_of(case)
        self._session.execute(
            update(AgendaItem)
            .values(removed=True)
            .where(col(AgendaItem.meeting_id) == case.meeting_id, col(AgendaItem.case_id) == case.id)
        )
        case.meeting_id = None

    def touch_agenda_of(self, case: Case) -> None:
        """What the agenda on which a case stands says of it changed."""
        if case.meeting_id is not None:
            self._plan_alone()
            self.touch(self._session.get_one(Meeting, case.meeting_id, with_for_update=True))

    def touch(self, meeting: Meeting) -> None:
        """Its cases, guests, day, time or place changed."""
        self._touched[meeting.id or 0] = meeting

    def reissue(self) -> None:
        """Issue once more each agenda that was issued already and whose meeting is still to come."""
        for _, meeting in sorted(self._touched.items()):
            if meeting.version and not meeting.cancelled and self._now < starts_at(self.region, meeting):
                issue_agenda(self._session, self.region, meeting, self.changes.get(meeting.table_id, {}), self._now)
