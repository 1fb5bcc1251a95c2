"""Which letters there are of a dossier and of its children, and who gets them (A.10: N-20 … N-26). A family gets none (N-24, AMB-33)."""

from __future__ import annotations

from collections.abc import Iterable

from rules.shared.region import Region
from rules.shared.roles import TEAM
from rules.stop.facts import DossierFacts

# Letters of a stopping provider; Contractbeheer signs them. Parties: stopping = the stopping provider, access = the access of
# the municipality of the child or of the counts, receiver = the provider that takes over, administration = contract
# administration, involved = everybody whom the consultation is about, its chair first; the others are mailboxes.
CONSULTATION = "consultation"  # S-35, S-36
CONSULTATION_CANCELLED = "consultation_cancelled"
CONSULTATION_WITHDRAWN = "consultation_withdrawn"  # to who was invited and no longer is
CHILD_CORRECTED, DOSSIER_CORRECTED = "child_corrected", "dossier_corrected"
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
    "your_turn": ("access",),  # another access has come in its place: of the dossier or a child
    CHILD_CORRECTED: (),  # who had a letter about it
    DOSSIER_CORRECTED: (),
    CONSULTATION: ("involved",),
    CONSULTATION_CANCELLED: ("involved",),
    CONSULTATION_WITHDRAWN: ("involved",),
}


def stop_recipients(
    kind: str, dossier: DossierFacts, region: Region, municipality: str | None = None, receiver: str | None = None
) -> tuple[str, ...]:
    """The ids of those who get a letter: of one municipality (and receiver), or of all that have counts."""

    def accesses(places: Iterable[str]) -> tuple[str, ...]:
        return tuple(region.access[place] for place in sorted(places))

    administration = region.contract_administration()
    parties: dict[str, tuple[str, ...]] = {
        "stopping": (dossier.provider,),
        "access": accesses([municipality] if municipality else dossier.counts),
        "receiver": (receiver,) if receiver else (),
        "administration": administration,
        "involved": (*administration, dossier.provider, *accesses(dossier.places)),
        "team": (TEAM,),
        "access_working_group": ("access_working_group",),
        "backoffice": ("backoffice",),
    }
    return tuple(dict.fromkeys(who for party in STOP_LETTERS[kind] for who in parties[party]))
