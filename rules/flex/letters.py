"""Which letters there are and who gets them (A.10): the referrer hears every end and loop (AMB-34), a family nothing (AMB-33)."""

from __future__ import annotations

from rules.flex.assignees import assignees
from rules.flex.facts import CaseFacts
from rules.flex.route import Step
from rules.shared.region import Region
from rules.shared.roles import TEAM

# Parties of a case: asked = the provider asked to assess (the owner), manager = the contract manager of the opdracht,
# flex = the flex provider that is asked or that accepted.
RECIPIENTS: dict[str, tuple[str, ...]] = {
    "referral_received": ("referrer",),  # F-17; where the region confirms
    "assessment_request": ("owner",),
    "assessment_reminder": ("owner",),  # N-11
    "assessment_overdue": ("owner", "team", "referrer"),  # N-11
    "assessment_outcome": ("referrer",),  # N-01, F-22
    "escalation": ("team",),  # N-02, F-24
    "direct_flex_rejected": ("referrer",),  # N-12, F-10
    "approval_request": ("manager",),  # N-04, F-33
    "approval_reminder": ("manager",),
    "approval_decision": ("team", "owner"),  # N-05, F-35, F-38
    "flex_request": ("flex",),  # N-06, F-36
    "flex_reminder": ("flex",),
    "flex_answer": ("team",),  # N-07, F-40; the owner too when it brings the case to re_offer
    "re_offered": ("team",),  # N-09, F-40
    "handover_request": ("owner", "flex"),  # N-08, F-39
    "handover_done": ("flex", "team"),  # N-08, F-39
    "allocation_request": ("referrer",),
    "procedure_check_failed": ("team", "manager"),  # N-10, AMB-27
    "start_allowed": ("flex",),  # F-50; where the region announces it
    "placement": ("owner",),  # and the provider that takes the case
    "status_to_referrer": ("referrer",),  # N-13, AMB-34
    "withdrawn": ("owner", "referrer"),  # N-14, AMB-30; and who had an open request or accepted
    "many_rounds": ("team", "manager"),  # N-15, AMB-29
    "corrected": (),  # who had a letter about the case; the team where it decides again
}
CORRECTED = "corrected"
# these ask for something, or remind of it: they stay at home once something else is asked, or somebody else
ASKING = frozenset(
    {
        *("assessment_request", "assessment_reminder", "assessment_overdue", "escalation", "approval_request"),
        *("approval_reminder", "flex_request", "flex_reminder", "re_offered"),
    }
)
OF_REFERRER = frozenset(kind for kind, who in RECIPIENTS.items() if "referrer" in who)
AGENDA = "agenda"  # N-03, F-26
AGENDA_CANCELLED = "agenda_cancelled"
INVITATION_WITHDRAWN = "invitation_withdrawn"  # to who was on the last agenda and is not on this one
OF_MEETINGS = (AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN)


def recipients(kind: str, facts: CaseFacts, region: Region) -> tuple[str, ...]:
    """The ids of those who get a letter of a case, each once, in the order of A.10."""
    flex = facts.asked or facts.accepted
    parties: dict[str, tuple[str, ...]] = {
        "owner": (facts.owner,),
        "team": (TEAM,),
        "referrer": (facts.referrer,),
        "manager": region.contract_managers(facts.opdracht),
        "flex": (flex,) if flex else (),
    }
    return tuple(dict.fromkeys(ident for party in RECIPIENTS[kind] for ident in parties[party]))


def also_told_of_withdrawal(facts: CaseFacts, region: Region) -> tuple[str, ...]:
    """Beside owner and referrer, who must hear that a case is withdrawn (AMB-30)."""
    if facts.step is Step.APPROVAL:
        return region.contract_managers(facts.opdracht)
    flex = facts.asked or facts.accepted
    return (flex,) if flex else ()


def still_asked(facts: CaseFacts, region: Region) -> frozenset[str]:
    """Of whom something is asked as a case stands: who must act, and the flex provider that takes it over (F-39)."""
    team = (TEAM,) if facts.step in (Step.MEDIATION, Step.TABLE) else ()
    return frozenset({*assignees(facts, region), *team, *((facts.accepted,) if facts.accepted else ())})
