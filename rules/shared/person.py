"""Who decides: a natural person, for an organisation or in a role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from unicodedata import normalize

from rules.shared.cleaning import one_line
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region

LONGEST_NAME = 80  # signs


class AtRequest(str):
    """The id of a person of the region who records what an organisation said, at its request (by phone)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """The person who decides. `confirmed`: known to the region; otherwise by a name that somebody typed."""

    id: str
    name: str
    organisation: str | None = None  # for which; None for a person with a role in the region
    confirmed: bool = True


def signer(
    by: str, person: str | None, region: Region, today: date | None = None, *, reading: bool = False
) -> Signer | None:
    """The person who acts as `by`; None where an organisation is named alone.

    `person`: the id or name of one of its contacts, any other name, or who records it at its request; of a person with a role: who
    stands in today (without a day nobody does). `reading`: not to answer, only to read. Raises Refused where that person may not
    answer for it.
    """
    if isinstance(person, AtRequest):
        if by not in region.organisation or person not in region.person:
            raise Refused(
                "forbidden", "Op verzoek vastleggen kan alleen een persoon van de regio, voor een organisatie.", "for"
            )
        return Signer(str(person), region.person[person].name, by)
    if by in region.person:
        if person in (None, by, region.person[by].name):
            return Signer(by, region.person[by].name)
        deputy = region.stand_in(by, today) if today else by
        if deputy != by and person in (deputy, region.person[deputy].name):
            return Signer(deputy, region.person[deputy].name)
        raise invalid(
            "person", f"laat dit weg: {by} is zelf een persoon, en wordt vandaag niet door {person} vervangen"
        )
    if person is None or by not in region.organisation:
        return None
    person = one_line(person)
    for contact in region.organisation[by].contacts:
        if person == contact.id or plain(person) == plain(contact.name):
            if not (contact.may_answer or reading):
                told = f"{contact.name} mag voor {region.name_of(by)} alleen lezen, niet antwoorden."
                raise Refused("forbidden", told, "person")
            return Signer(contact.id, contact.name, by)
    if person in region.person or any(person == one.id for other in region.organisations for one in other.contacts):
        raise Refused("forbidden", f"{person} is geen contactpersoon van {region.name_of(by)}.", "person")
    if not re.search(r"[^\W\d_]{2}", person) or len(person) > LONGEST_NAME:
        raise invalid("person", f"vul een naam in, van ten hoogste {LONGEST_NAME} tekens")
    return Signer(f"{by}:{sha256(plain(person).encode()).hexdigest()[:16]}", person, by, confirmed=False)


def same_person(one: str, other: str, region: Region) -> bool:
    """Whether two ids are one natural person: somebody may stand in a region twice, once for each task, by name and address."""
    if one == other:
        return True
    a, b = region.person.get(one), region.person.get(other)
    return a is not None and b is not None and (plain(a.name), a.mail.lower()) == (plain(b.name), b.mail.lower())


def plain(name: str) -> str:
    """A name without what people write now so, now so: capitals, points, spaces."""
    return " ".join(re.findall(r"\w+", normalize("NFKC", name).casefold()))
