"""One meeting moves, gets another time or place, or is cancelled (F-53, AMB-14)."""

from datetime import time

from acts.engine.other_time import OtherTime
from acts.flex.meeting_act import Found, MeetingAct, OfMeeting
from models.flex.agenda import meeting_day


class Change(OfMeeting, OtherTime):
    """Of one meeting of a table."""


def _fits(values: Change, found: Found) -> None:
    region, table = found.region, found.table
    start = time.fromisoformat(found.meeting.start) if found.meeting.start else table.start
    values.fits(
        region,
        table.valid_until,
        start,
        found.now,
        lambda day: meeting_day(region, table, day, found.changes) is not None,
    )


ACT = MeetingAct("change_meeting", Change, _fits)
