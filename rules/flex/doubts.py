"""What may be a mistake in a referral that the rules allow: who sends it is asked, and decides (F-17, F-27, AMB-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.shared.region import Region
from rules.shared.youth import same_youth


@dataclass(frozen=True)
class Sent:
    """A referral as it was sent. `youth`: what who it is about is known by (`marks`, or a hash of each), as far as that was said."""

    referrer: str
    provider: str
    received_on: date
    opdracht: str
    care_form: str | None
    sender_reference: str | None
    youth: Mapping[str, str]


def repeats(new: Sent, there: Sent) -> bool:
    """Whether a referral may be one that is there already: the same youth; or where that was not said, all else, without own numbers."""
    same = same_youth(new.youth, there.youth)
    if same is not None:
        return same
    alike = _asked(new) == _asked(there)
    return alike and new.sender_reference is None and there.sender_reference is None


def _asked(sent: Sent) -> tuple[Any, ...]:
    return sent.referrer, sent.provider, sent.received_on, sent.opdracht, sent.care_form


def already_registered(theirs: Sequence[str], others: int) -> str | None:
    """The question about a youth whose BSN is at open cases (F-17): the references of those that one may see, of others none (C.4)."""
    if not (theirs or others):
        return None
    ask = "vraag Team Zorgbemiddeling"
    if not theirs:
        return f"deze jeugdige is al aangemeld; {ask}"
    return f"deze jeugdige is al aangemeld: {', '.join(theirs)}" + (f"; ook door een ander: {ask}" if others else "")


def unknown_opdracht(opdracht: str, region: Region) -> str | None:
    """The question about an opdracht that no table, norm, contract or list of the region has; None for one that is known."""
    names = region.opdracht_names
    if opdracht in names.of:
        return None
    said = f"opdracht {opdracht} staat in deze regio bij geen tafel, norm of contract"
    return names.refusal(said, opdracht)
