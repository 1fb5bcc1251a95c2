"""Which letters there are and who gets them (A.10): the referrer hears every end and loop (AMB-34), a family nothing (AMB-33)."""

from __future__ import annotations

from rules.facts import CaseFacts
from rules.region import Region
from rules.roles import TEAM
from rules.route import Step

# Parties of a case: asked = the provider asked to assess (the owner), manager = the contract manager of the opdracht,
# flex = the flex provider that is asked or that accepted.
RECIPIENTS: dict[str, tuple[str, ...]] = {
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
    "placement": ("owner",),  # and the provider that takes the case
    "status_to_referrer": ("referrer",),  # N-13, AMB-34
    "withdrawn": ("owner", "referrer"),  # N-14, AMB-30; and who had an open request or accepted
    "many_rounds": ("team", "manager"),  # N-15, AMB-29
}
AGENDA = "agenda"  # N-03, F-26
AGENDA_CANCELLED = "agenda_cancelled"
INVITATION_WITHDRAWN = "invitation_withdrawn"  # to who was on the last agenda and is not on this one
OF_MEETINGS = (AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN)

# Letters of a stopping provider; Contractbeheer signs them. Parties: stopping = the stopping provider, access = the access of
# the municipality of the child or of the counts, receiver = the provider that takes over, administration = contract
# administration, involved = everybody whom the consultation is about; the others are mailboxes.
CONSULTATION = "consultation"  # S-35, S-36
CONSULTATION_CANCELLED = "consultation_cancelled"
CONSULTATION_WITHDRAWN = "consultation_withdrawn"  # to who was invited and no longer is
STOP_LETTERS: dict[str, tuple[str, ...]] = {
    "provider_stops": ("access_working_group", "backoffice"),  # N-20, S-38, S-39
    "counts_to_recognise": ("access",),  # N-21, S-41
    "counts_differ": ("stopping", "access"),  # S-42, S-58
    "provider_list": ("stopping", "access"),  # N-23, S-30; the access of every municipality with counts
    "route_proposal": ("access",),  # N-22, S-31
    "route_decision": ("stopping",),  # S-32, S-44
    "transfer_request": ("receiver",),  # S-55 … S-57
    "transfer_withdrawn": ("receiver",),  # the former one
    "consent_refused": ("access",),  # AMB-49
    "registration_date_changed": ("stopping", "access"),  # AMB-47
    "transfer_complete": ("stopping", "access"),  # S-47, S-59
    "file_due": ("stopping", "receiver", "administration"),  # N-25, S-47
    "file_overdue": ("stopping", "receiver", "administration"),  # N-25
    "term_near": ("stopping", "access", "administration"),  # N-26, S-10
    "term_exceeded": ("stopping", "access", "administration"),  # N-26, AMB-43
    "flex_route_entered": ("stopping", "access", "administration"),
    "flex_route_news": ("stopping", "access", "administration"),
    "flex_route_not_needed": ("team",),  # it may withdraw the case
    CONSULTATION: ("involved",),
    CONSULTATION_CANCELLED: ("involved",),
    CONSULTATION_WITHDRAWN: ("involved",),
}


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
