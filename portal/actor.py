"""Who acts on a page: a natural person, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from rules.shared.person import signer
from rules.shared.refusal import Refused
from rules.shared.region import Region

Way = Literal["oidc", "code", "practice"]


@dataclass(frozen=True)
class Actor:
    """The person who is signed in. `confirmed`: known to the region; otherwise by a name that somebody typed."""

    by: str  # for whom: an organisation, or the person's own id with a role in the region
    person: str  # id, or the typed name
    name: str  # to show
    way: Way  # in which they came in
    confirmed: bool = True


def actor_of(region: Region, person: str, way: Way = "practice") -> Actor:
    """The actor that this person (with a role, or a contact of an organisation) is. Raises KeyError where the region has none such."""
    if person in region.person:
        return Actor(person, person, region.person[person].name, way)
    for organisation in region.organisations:
        for contact in organisation.contacts:
            if contact.id == person:
                return Actor(organisation.id, person, contact.name, way)
    raise KeyError(person)


def actor_by_name(region: Region, organisation: str, name: str, way: Way) -> Actor:
    """The actor for an organisation who gives no more than a name: said, not proven.

    Raises Refused for a name that is none, or that of somebody whom the region knows: that person proves who they are.
    """
    known = signer(organisation, name, region, reading=True) if organisation in region.organisation else None
    if known is None:
        raise Refused("not_found", "Deze organisatie is er niet (meer).", "organisation")
    if known.confirmed:
        raise Refused(
            "forbidden",
            f"{known.name} is bij ons bekend als contactpersoon. Kom binnen met het adres van {known.name} zelf.",
            "name",
        )
    return Actor(organisation, known.name, known.name, way, confirmed=False)


def kept(actor: Actor) -> dict[str, Any]:
    """What a session keeps of who is signed in."""
    return {"by": actor.by, "person": actor.person, "way": actor.way, "confirmed": actor.confirmed}


def actor_in(session: dict[str, Any], region: Region) -> Actor | None:
    """Who is signed in, as the region knows them now; None for nobody, and for who has left or acts for another meanwhile."""
    if not (said := session.get("actor")):
        return None
    try:
        if not said["confirmed"]:
            return actor_by_name(region, said["by"], said["person"], said["way"])
        actor = actor_of(region, said["person"], said["way"])
    except (KeyError, Refused):
        return None
    return actor if actor.by == said["by"] else None
