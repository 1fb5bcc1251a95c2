"""What people can do in the flex route, a file for each step; and the list of referrals."""

from typing import Any

from acts.engine.act import Act
from acts.flex import (
    allocation,
    approval,
    correction,
    flex_search,
    handover,
    mediation,
    meetings,
    provider_check,
    referral,
    table,
    withdrawal,
)

ACTS: tuple[Act[Any], ...] = tuple(
    act
    for step in (
        *(referral, correction, provider_check, mediation, table, meetings, approval, flex_search),
        *(handover, allocation, withdrawal),
    )
    for act in step.ACTS
)
