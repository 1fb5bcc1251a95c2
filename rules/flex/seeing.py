"""Who may see what of a case: a part in it, and what each part reads (A.8, C.4). Team and contract manager see all of it (F-25, F-42)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rules.flex.facts import CaseFacts
from rules.flex.route import Step
from rules.shared.region import Region, Table
from rules.shared.roles import is_administration, is_care_mediator, is_scheduler, municipality_of
from rules.shared.seeing import Parts

TEAM, MANAGER, OWNER, REFERRER, TABLE = "team", "manager", "owner", "referrer", "table"
ASKED, FLEX = "asked", "flex"  # the flex provider with the open request; the one that accepted
ACCESS, ADMINISTRATION = "access", "administration"  # of a child of a stopping provider (decision 0011)


def parts(case: CaseFacts, who: str, region: Region, _said: Mapping[str, Any]) -> Parts:
    """Which parts somebody has in a case now (A.8). Who sits at a table sees a case only while that discusses it (F-29)."""
    table = region.table.get(case.table or "") if case.step is Step.TABLE else None
    child = case.from_stop
    found = {
        TEAM: is_care_mediator(who, region),
        MANAGER: who in region.contract_managers(case.opdracht),
        OWNER: who == case.owner,
        REFERRER: who == case.referrer,
        TABLE: table is not None and who in (table.chair, *table.participants),
        ASKED: who == case.asked,
        FLEX: who == case.accepted,
        ACCESS: child is not None and municipality_of(who, region) == child.municipality is not None,
        ADMINISTRATION: child is not None and is_administration(who, region),
    }
    return frozenset(part for part, theirs in found.items() if theirs)


def sees_every_meeting(who: str, region: Region) -> bool:
    """Who decides about the tables, prepares them, or administers the contracts of who sits there (F-26, F-53)."""
    return is_care_mediator(who, region) or is_scheduler(who, region) or is_administration(who, region)


def sees_meeting(who: str, region: Region, table: Table, owners: Collection[str]) -> bool:
    """The others see one as long as it discusses a case: who sits at its table, and whose case it is (F-26, F-28, F-29).

    `owners`: of the cases that it is still to discuss.
    """
    invited = (table.chair, *table.participants, *owners)
    return sees_every_meeting(who, region) or (bool(owners) and who in invited)


_ALWAYS = {TEAM, MANAGER}
_FOLLOW = {REFERRER, ACCESS, ADMINISTRATION}  # how it goes on with the child
_EVERYBODY = {*_ALWAYS, *_FOLLOW, OWNER, TABLE, ASKED, FLEX}
# fmt: off
READERS: dict[str, Parts] = {act: frozenset({*_ALWAYS, *more}) for act, more in {
    "register_referral": _EVERYBODY,
    "correct_referral": _EVERYBODY,
    "record_assessment": {OWNER, TABLE, *_FOLLOW},  # explained at the table (F-28)
    "take_over": {OWNER, TABLE, *_FOLLOW},
    "decide_mediation": {OWNER, TABLE, *_FOLLOW},
    "move_to_table": {OWNER, TABLE},
    "record_table_answers": {OWNER, TABLE},  # who sat there heard them (F-29)
    "decide_approval": {OWNER, TABLE, FLEX},  # after a no the table discusses it again (F-38); checked at the allocation (F-50)
    "record_flex_answer": {OWNER},  # who offers it again says why (F-40)
    "withdraw_statement": {OWNER},
    "report_unable": {OWNER, *_FOLLOW},
    "re_offer": {OWNER, TABLE, *_FOLLOW},
    "record_handover": {OWNER, FLEX},
    "record_allocation": {OWNER, FLEX, *_FOLLOW},
    "record_start": {OWNER, FLEX, *_FOLLOW},
    "withdraw": _EVERYBODY,
}.items()}
# fmt: on
YOUTH: Parts = frozenset({TEAM, OWNER, REFERRER, FLEX, ACCESS})  # who must know for whom the help is (F-39, C.4)
WHO = (
    "Team Zorgbemiddeling, de contractmanager, de verwijzer, de aanbieder van de casus, wie aan de tafel zit die de casus "
    "bespreekt, en de flex-aanbieder die is gevraagd"
)
WHO_YOUTH = "Team Zorgbemiddeling, de verwijzer, de aanbieder van de casus en de flex-aanbieder die ja heeft gezegd"
