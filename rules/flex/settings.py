"""The numbers of the flex route; each is a reading of the document that a region may change."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from rules.flex.details import USUAL, Details
from rules.shared import letterable
from rules.shared.settings import Days, FromZero, Frozen, at_most, at_the_door

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=10, max_length=300), at_the_door(letterable.name)
]


class FlexSettings(Frozen):
    """Under `processes: flex` in a region file."""

    assessment_days: Days = 7  # F-21, AMB-01: calendar days
    escalation_working_days: Days = 1  # AMB-04
    approval_reminder_working_days: Days = 2  # AMB-19
    flex_reminder_working_days: Days = 3  # AMB-19
    flex_learning_meetings: Annotated[FromZero, at_most(104)] = 3  # AMB-12
    return_on_first_decline: bool = False  # AMB-23
    many_rounds_from: Annotated[int, Field(ge=2, strict=True), at_most(100)] = 3  # AMB-29
    acceptance_duty: bool = True  # F-04, AMB-69
    four_eyes_exception: Reason | None = None  # F-34, AMB-18: why one person may decide and approve; None: nobody may
    letter_details: Details = USUAL  # C.4: the facts by which readers of letters recognise a request
    confirm_referral: bool = False  # F-17: the referrer hears that a referral came in
    announce_start_allowed: bool = False  # F-50: the flex provider hears that it may start
