"""Which pages there are and who may see each: one table. What somebody may see of a subject its process says (rules/*/seeing.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.actor import Actor
from rules.shared.region import Region

TEAM, MANAGER, SCHEDULER, ADMINISTRATION = "care_mediator", "contract_manager", "scheduler", "contract_administration"
PROVIDER, FLEX, REFERRER, ACCESS = "provider", "flex_provider", "referrer", "access"
REGION = frozenset((TEAM, MANAGER, SCHEDULER, ADMINISTRATION))
ORGANISATIONS = frozenset((PROVIDER, FLEX, REFERRER, ACCESS))
EVERYBODY = REGION | ORGANISATIONS


@dataclass(frozen=True)
class Page:
    """A page that stands in the menu, and the roles that see it."""

    title: str  # in Dutch
    path: str
    roles: frozenset[str]


WORK = Page("Mijn werk", "/werk", EVERYBODY)
CASES = Page("Casussen", "/zaken", EVERYBODY)
REFERRALS = Page("Verwijzingen", "/verwijzingen", frozenset((REFERRER, TEAM)))
TABLES = Page("Tafels", "/tafels", frozenset((TEAM, SCHEDULER, ADMINISTRATION, PROVIDER)))
POST = Page("Post", "/post", REGION)
PEOPLE = Page("Mensen", "/mensen", frozenset((ADMINISTRATION,)))
SIGN_INS = Page("Inloggen", "/inlogoverzicht", frozenset((ADMINISTRATION,)))
PAGES = (WORK, CASES, REFERRALS, TABLES, POST, PEOPLE, SIGN_INS)  # in the order of the menu


def roles_of(actor: Actor, region: Region) -> frozenset[str]:
    """The roles that somebody has: those of a person of the region, or what their organisation is."""
    if person := region.person.get(actor.by):
        return frozenset(person.roles)
    organisation = region.organisation.get(actor.by)
    if organisation is None:
        return frozenset()
    found = {
        FLEX: organisation.is_flex_provider(),
        REFERRER: organisation.referrer is not None,
        ACCESS: organisation.municipality is not None,
    }
    found[PROVIDER] = organisation.is_system_provider() or not any(found.values())  # without a contract too
    return frozenset(role for role, theirs in found.items() if theirs)


def menu(actor: Actor, region: Region) -> Iterator[Page]:
    """The pages that somebody sees, in the order of the menu."""
    roles = roles_of(actor, region)
    return (page for page in PAGES if page.roles & roles)
