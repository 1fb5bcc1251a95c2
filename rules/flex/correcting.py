"""A referral was wrong: what of it may still be corrected, and what that does (F-12, AMB-24)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rules.flex.facts import CaseFacts
from rules.flex.route import Step
from rules.flex.terms import treeknorm_weeks
from rules.shared.region import Region

UNTIL_ANSWERED = frozenset({"referral_route", "provider", "referrer"})
JUDGED = frozenset(  # everybody's answers are about these
    {"opdracht", "municipality", "care_form", "age_band", "forensic", "residential", "received_on", "treeknorm_weeks"}
)
NORMED = frozenset(
    {"opdracht", "care_form", "received_on", "treeknorm_weeks"}
)  # what the treeknorm follows from (F-02)
ALWAYS = frozenset({"sender_reference", "urgent", "private"})


def unanswered(case: CaseFacts) -> bool:
    """Neither the provider nor Team Zorgbemiddeling has answered yet; not a provider that got the case back either."""
    return case.step is Step.PROVIDER_CHECK and case.round == 1 and "decide_mediation" not in case.decided


def correctable(case: CaseFacts) -> frozenset[str]:
    """The fields that may be corrected now.

    Before the first answer all of them; after it not of whom it is; after a flex provider accepted nothing that it accepted.
    """
    if unanswered(case):
        return UNTIL_ANSWERED | JUDGED | ALWAYS
    return ALWAYS if case.accepted else JUDGED | ALWAYS


def begins_again(case: CaseFacts, fields: Collection[str]) -> bool:
    """Whether what everybody answered is about another request now (F-12, AMB-24)."""
    return not unanswered(case) and not JUDGED.isdisjoint(fields)


def weeks_now(request: Mapping[str, Any], said: int | None, region: Region) -> int | None:
    """The treeknorm of a request as it stands: what somebody said in its place, else that of the region (F-02, AMB-03)."""
    return said or treeknorm_weeks(region, request["opdracht"], request["care_form"], request["received_on"])
