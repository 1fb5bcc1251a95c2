"""What each letter of the flex route knows."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import model_validator

from notifications.contexts import LetterContext, NoLongerInvited, OfMeeting
from rules.flex.assessment import Offer
from rules.flex.details import AgeBand, OwnNumber, PlaceCode
from rules.flex.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.flex.route import Outcome
from rules.shared.region import Code, Identifier
from rules.shared.values import Ground


class OfReferral(LetterContext):
    """What was asked, since when."""

    opdracht: Code
    received_on: date


class DirectFlex(OfReferral):
    """To which flex provider somebody referred (F-10)."""

    provider: Identifier


class Recognised(LetterContext):
    """The facts of a request that its region has in letters, those that are known (C.4)."""

    referrer: Identifier | None = None
    received_on: date | None = None
    opdracht: Code | None = None
    first_day: date | None = None
    ground: Ground | None = None
    care_form: Code | None = None
    age_band: AgeBand | None = None
    municipality: PlaceCode | None = None
    own_number: OwnNumber | None = None


class OfCase(OfReferral):
    """What every letter of a case knows. Without a treeknorm date there is no norm, and none that passed (AMB-71)."""

    details: Recognised = Recognised()
    offer: Offer | None = None  # where it is about what somebody offered

    round: int
    owner: Identifier
    urgent: bool
    treeknorm_date: date | None
    norm_passed: bool


class Assessment(OfCase):
    """By when the provider answers (F-21)."""

    due: date


class AssessmentOutcome(OfCase):
    """Whether the provider can, and in time (F-22)."""

    possible: bool


class Escalation(OfCase):
    """Taken over from a provider that did not answer, or why it cannot (F-24)."""

    taken_over: bool
    ground: Ground | None = None


class ApprovalDecision(OfCase):
    """Yes with its ground, or no; with a yes, whether nobody was left to ask (F-35, F-38)."""

    approved: bool
    ground: Ground | None
    to_re_offer: bool


class FlexAnswer(OfCase):
    """Yes or no; after a no, whether nobody is left to ask. `unable`: it had said yes (F-36, F-40)."""

    flex: Identifier
    accepted: bool
    to_re_offer: bool
    unable: bool


class WithFlex(OfCase):
    """The flex provider that goes on with it (F-39, F-50)."""

    flex: Identifier


class FailedCheck(OfCase):
    """What the check of the procedure missed (F-51)."""

    failing: tuple[Code, ...]


class Placement(OfCase):
    """The provider that takes the case (F-32)."""

    provider: Identifier


class Corrected(OfCase):
    """Whether Team Zorgbemiddeling decides again (AMB-24), and whether something is asked of the reader now."""

    decides_again: bool
    asked: bool


class Status(OfCase):
    """How the case ended and where, or the loop that it went into (AMB-34): one of these, the others are left out."""

    outcome: Outcome | None = None
    provider: Identifier | None = None
    refused: Literal[True] | None = None
    re_offered: Literal[True] | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        ended = self.outcome is not None
        if [ended, self.refused, self.re_offered].count(True) != 1 or ended is (self.provider is None):
            raise ValueError("an outcome with its provider, refused, or re_offered")
        return self


class Withdrawn(OfCase):
    """By whom, and when (AMB-30)."""

    by: Identifier
    on: date


CONTEXTS: dict[str, type[LetterContext]] = {
    "referral_received": Assessment,
    "assessment_request": Assessment,
    "assessment_reminder": Assessment,
    "assessment_overdue": Assessment,
    "assessment_outcome": AssessmentOutcome,
    "escalation": Escalation,
    "direct_flex_rejected": DirectFlex,
    "approval_request": OfCase,
    "approval_reminder": OfCase,
    "approval_decision": ApprovalDecision,
    "flex_request": OfCase,
    "flex_reminder": OfCase,
    "flex_answer": FlexAnswer,
    "re_offered": OfCase,
    "handover_request": WithFlex,
    "handover_done": WithFlex,
    "allocation_request": WithFlex,
    "procedure_check_failed": FailedCheck,
    "start_allowed": OfCase,
    "placement": Placement,
    "status_to_referrer": Status,
    "withdrawn": Withdrawn,
    "many_rounds": OfCase,
    "corrected": Corrected,
    AGENDA: OfMeeting,
    AGENDA_CANCELLED: OfMeeting,
    INVITATION_WITHDRAWN: NoLongerInvited,
}
