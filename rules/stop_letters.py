"""Who gets the letters of a dossier and of its children (A.10: N-20 … N-26). A family gets none from here (N-24, AMB-33)."""

from __future__ import annotations

from rules.letters import STOP_LETTERS
from rules.region import Region
from rules.roles import TEAM
from rules.stop_facts import DossierFacts


def accesses(dossier: DossierFacts, region: Region) -> tuple[str, ...]:
    """The access of every municipality with counts."""
    return tuple(region.access[place] for place in sorted(dossier.counts))


def stop_recipients(
    kind: str, dossier: DossierFacts, region: Region, municipality: str | None = None, receiver: str | None = None
) -> tuple[str, ...]:
    """The ids of those who get a letter: of one municipality (and receiver), or of all that have counts."""
    parties: dict[str, tuple[str, ...]] = {
        "stopping": (dossier.provider,),
        "access": (region.access[municipality],) if municipality else accesses(dossier, region),
        "receiver": (receiver,) if receiver else (),
        "administration": region.contract_administration(),
        "team": (TEAM,),
        "access_working_group": ("access_working_group",),
        "backoffice": ("backoffice",),
    }
    return tuple(dict.fromkeys(who for party in STOP_LETTERS[kind] for who in parties[party]))
