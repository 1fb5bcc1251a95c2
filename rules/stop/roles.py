"""Who may do what in a dossier (A.8, S-35 … S-60): no other provider, and no other municipality."""

from __future__ import annotations

from rules.shared.roles import is_administration, is_care_mediator, municipality_of
from rules.stop.asked import OfChild, OfDossier


def administration(asked: OfDossier) -> bool:
    """Contract administration (S-36, S-39)."""
    return is_administration(asked.by, asked.region)


def administration_or_access(asked: OfDossier) -> bool:
    """The client or a municipality, which may ask for continuation (S-07)."""
    return administration(asked) or municipality_of(asked.by, asked.region) is not None


def stopping(asked: OfDossier) -> bool:
    """The provider of the dossier, also when its contract has ended (S-09, S-40 … S-54)."""
    return asked.by == asked.dossier.provider


def stopping_or_administration(asked: OfDossier) -> bool:
    """Who sees to the duties of the guideline (S-13 … S-23)."""
    return stopping(asked) or administration(asked)


def stopping_or_access(asked: OfDossier) -> bool:
    """The provider, or the access of the municipality whose numbers these are (S-41, S-58)."""
    mine, named = municipality_of(asked.by, asked.region), asked.given.get("municipality")
    return stopping(asked) or (mine is not None and (named is None or str(named) == mine))


def access(asked: OfChild) -> bool:
    """The access of the child's own municipality (S-32, S-44, S-59, S-60)."""
    return municipality_of(asked.by, asked.region) == asked.child.municipality


def access_or_mediator(asked: OfChild) -> bool:
    """The child's own access, or Team Zorgbemiddeling (F-13)."""
    return access(asked) or is_care_mediator(asked.by, asked.region)


def receiver(asked: OfChild) -> bool:
    """The receiving provider of the agreed route, or of the proposal that waits (S-55 … S-57)."""
    return asked.by in asked.child.receivers
