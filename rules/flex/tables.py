"""Which table discusses a case, on which day, until when its agenda is open, and who is there (F-26 … F-29, F-52 … F-62)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules.flex.facts import CaseFacts, Statement
from rules.flex.settings import FlexSettings
from rules.shared.calendar import ONE_DAY
from rules.shared.region import Region, Table
from rules.shared.series import Changes, MeetingDay, meetings, series


def tables_for(region: Region, facts: CaseFacts) -> list[Table]:
    """The tables that take this case, the most specific first (F-27, F-54 … F-61, AMB-10)."""

    def takes(table: Table) -> bool:
        only = table.only_if
        return facts.opdracht in table.opdrachten and (
            only is None or (only.forensic in (None, facts.forensic) and only.residential in (None, facts.residential))
        )

    return sorted(filter(takes, region.tables), key=lambda table: table.only_if is None)


def closes_at(on: date, region: Region) -> datetime:
    """When the agenda of a meeting closes: noon of the last working day before it (AMB-14), local and aware."""
    closing = region.settings.agenda_closes
    return datetime.combine(region.days.add(on, -closing.working_days_before), closing.time, ZoneInfo(region.timezone))


def first_open(
    table: Table, region: Region, changes: Changes, decided_at: datetime, today: date | None = None
) -> MeetingDay | None:
    """The first meeting whose agenda was still open when it was decided (F-26); None when the table has stopped (F-60).

    Where the case is moved on a later day (`today`), the meeting is a later one than that: it must still come.
    """
    day = today or decided_at.astimezone(ZoneInfo(region.timezone)).date()
    coming = meetings(table, region.days, day + ONE_DAY, changes)
    return next((meeting for meeting in coming if decided_at < closes_at(meeting.on, region)), None)


def plan(
    region: Region,
    facts: CaseFacts,
    table_id: str | None,
    changes: Mapping[str, Changes],
    decided_at: datetime,
    today: date | None = None,
) -> tuple[Table, MeetingDay] | None:
    """The table and meeting for a case: the one asked for, else the one that has its opdracht; None: no table can take it.

    A case that a stopped table can no longer take goes to the table that has its opdracht otherwise (F-26, AMB-28).
    """
    asked_for = [region.table[table_id]] if table_id in region.table else []
    for table in (*asked_for, *tables_for(region, facts)):
        if meeting := first_open(table, region, changes.get(table.id, {}), decided_at, today):
            return table, meeting
    return None


def must_answer(table: Table, facts: CaseFacts) -> list[str]:
    """Who must say yes or no: every participant but the owner; the owner too after a take-over and from round 2 (F-28, F-29, AMB-20)."""
    others = [p for p in table.participants if p != facts.owner]
    return [*others, facts.owner] if facts.taken_over or facts.round > 1 else others


def heard_from(facts: CaseFacts) -> list[Statement]:
    """The last that each subcontractor said through each provider, in the order in which they were first heard (F-28, F-37)."""
    return list({(said.provider, said.subcontractor): said for said in facts.statements}.values())


def learning_days(table: Table, region: Region, changes: Changes) -> list[date]:
    """The days in the series of the first x meetings that flex providers attend (F-55, F-66, F-67, AMB-12); cancelled ones do not count."""
    if table.flex != "first_meetings_then_on_call" or not region.settings_of(FlexSettings).flex_learning_meetings:
        return []
    found: list[date] = []
    for meeting in series(table, region.days, table.flex_learning_from or table.anchor):
        change = changes.get(meeting.series_on)
        if not (change and change.cancelled):
            found.append(meeting.series_on)
        if len(found) == region.settings_of(FlexSettings).flex_learning_meetings:
            return found
    return found


def flex_guests(
    table: Table, meeting: MeetingDay, called: Iterable[str], region: Region, changes: Changes
) -> list[str]:
    """Flex providers at one meeting: by the table's policy, and those called (F-55 … F-61, AMB-13)."""
    by_policy = table.flex == "always" or meeting.series_on in learning_days(table, region, changes)
    welcome = [o.id for o in region.organisations if by_policy and o.has_flex_contract(table.opdrachten, meeting.on)]
    return welcome + [c for c in called if c not in welcome]


def invited(table: Table, owners: Iterable[str]) -> list[str]:
    """Chair, participants, and the owner of each case, each once (F-26, F-28)."""
    return list(dict.fromkeys([table.chair, *table.participants, *owners]))
