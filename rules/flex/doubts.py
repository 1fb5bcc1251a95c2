"""What may be a mistake in a referral that the rules allow: who sends it is asked, and decides (F-17, F-27, AMB-03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.shared.region import Region
from rules.shared.values import as_day
from rules.shared.vocabulary import plain


@dataclass(frozen=True)
class Sent:
    """A referral as it was sent. `youth`: who it is about, as far as that was said."""

    referrer: str
    provider: str
    received_on: date
    opdracht: str
    care_form: str | None
    sender_reference: str | None
    youth: Mapping[str, Any]


def repeats(new: Sent, there: Sent) -> bool:
    """Whether a referral may be one that is there already: the same youth; or where that was not said, all else, without own numbers."""
    same = same_youth(new.youth, there.youth)
    if same is not None:
        return same
    alike = _asked(new) == _asked(there)
    return alike and new.sender_reference is None and there.sender_reference is None


def _asked(sent: Sent) -> tuple[Any, ...]:
    return sent.referrer, sent.provider, sent.received_on, sent.opdracht, sent.care_form


def same_youth(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool | None:
    """By BSN where both have one, else by name, with the day of birth where both have that; None where nobody can say."""
    for told in (_bsn, _name):
        if told(one) and told(other):
            born = _born(one), _born(other)
            return told(one) == told(other) and (told is _bsn or not all(born) or born[0] == born[1])
    return None


def _bsn(youth: Mapping[str, Any]) -> str:
    return plain(str(youth.get("bsn") or "")).lstrip("0")


def _name(youth: Mapping[str, Any]) -> str:
    return plain(str(youth.get("name") or ""))


def _born(youth: Mapping[str, Any]) -> str:
    return as_day(str(youth.get("birth_date") or ""))


def unknown_opdracht(opdracht: str, region: Region) -> str | None:
    """The question about an opdracht that no table, norm, contract or list of the region has; None for one that is known."""
    names = region.opdracht_names
    if opdracht in names.of:
        return None
    said = f"opdracht {opdracht} staat in deze regio bij geen tafel, norm of contract"
    return names.refusal(said, opdracht)
