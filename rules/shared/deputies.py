"""Who may stand in for whom (AMB-18): one at a time, and nobody who is replaced."""

from __future__ import annotations

from datetime import date

from rules.shared.person import same_person
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region


def no_deputy(person: str, deputy: str, first: date, last: date, region: Region, today: date) -> Refused | None:
    """Why this one may not stand in for that person in these days; None where it may. Work is handed on once, never further."""
    if same_person(person, deputy, region):
        return invalid("deputy", "kies iemand anders: niemand vervangt zichzelf")
    if last < first:
        return invalid("last", "deze dag ligt voor de eerste dag")
    if last < today:
        return invalid("last", "deze dag is al voorbij")
    for one in region.deputies:
        if one.last < first or last < one.first:
            continue
        when = f"van {one.first:%d-%m-%Y} tot en met {one.last:%d-%m-%Y}"
        if one.person == person:
            return invalid("person", f"wordt {when} al vervangen door {region.name_of(one.deputy)}")
        if one.person == deputy:
            return invalid("deputy", f"wordt {when} zelf vervangen; kies iemand anders")
        if one.deputy == person:
            return invalid("person", f"vervangt {when} zelf iemand: kies eerst daarvoor een andere vervanger")
    return None
