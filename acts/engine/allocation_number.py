"""One allocation number of a municipality is one youth's: what every act that records one holds to (F-82, S-57)."""

from __future__ import annotations

from sqlmodel import Session

from acts.engine.act import Unsettled
from models.store import allocation
from models.store.allocation import Youth
from rules.shared.refusal import invalid
from rules.shared.region import Region


def is_of_this_youth(session: Session, municipality: str, number: str, own: Youth, by: str, region: Region) -> None:
    """No other youth of this municipality has the number. Raises Refused, or Unsettled where one may be getting it.

    Whose it is only the region's own people hear: to a provider or referrer the other youth is a stranger.
    """
    allocation.alone_with(session, municipality, number)
    for other in allocation.others(session, municipality, number, own):
        if other.waits:
            raise Unsettled(other.reference)
        whose = f" ({other.reference})" if by in region.person else ""
        raise invalid(
            "number", f"dit nummer heeft in deze gemeente een andere jeugdige al{whose}; controleer het nummer"
        )
