"""Can this provider deliver? Two criteria, content and term, of itself and of its subcontractors (F-19, F-20, F-29, F-30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from rules.flex.facts import Statement
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.settings import Frozen
from rules.shared.values import Day, OrganisationId, Text, Truth, Values


@dataclass(frozen=True, slots=True)
class Norm:
    """The last day of the treeknorm, None where none is configured, on the day on which somebody answers."""

    last: date | None
    today: date

    @property
    def decides(self) -> bool:
        """Whether the first day of the help is held to it: not without a norm, and no more once it has passed (AMB-71, AMB-72)."""
        return self.last is not None and self.today <= self.last


class PartyAnswer(Values):
    """One party's answer to the two criteria (F-20, F-73)."""

    provider: OrganisationId = Field(title="aanbieder")
    can_deliver: Truth = Field(title="kan de hulp leveren")
    earliest_start: Day | None = Field(
        None, title="eerste mogelijke start", description="Vul in als het antwoord ja is."
    )
    in_time: Truth | None = Field(None, title="op tijd", description="Alleen als er geen treeknorm is.")
    explanation: Text | None = Field(
        None, title="uitleg", description="Vul in als het niet kan, of niet op tijd. Dit komt in geen brief."
    )

    def can_start(self, norm: Norm) -> bool:
        """Content and term (F-20, F-30)."""
        return self.can_deliver and in_time(self.earliest_start, self.in_time, norm)


class Answer(PartyAnswer):
    """A provider's answer with one for each subcontractor that it asked (F-19, F-29)."""

    subcontractors: tuple[PartyAnswer, ...] = Field(
        (), title="antwoorden van onderaannemers", description="Vul alleen in van wie er een antwoord is."
    )

    def possible(self, norm: Norm) -> bool:
        """The provider, or one of its subcontractors, can deliver and start in time (F-19, F-20)."""
        return any(party.can_start(norm) for party in (self, *self.subcontractors))

    def offer(self, norm: Norm) -> Offer:
        """What it offers, itself or by a subcontractor."""
        return offer((self, *self.subcontractors), norm)

    def statements(self, norm: Norm) -> list[Statement]:
        """What each subcontractor said; one that can only start too late counts as declined (F-37, AMB-22)."""
        return [Statement(self.provider, sub.provider, not sub.can_start(norm)) for sub in self.subcontractors]


class Offer(Frozen):
    """What a provider offers: whether the help can be given at all, and the first day."""

    can_deliver: bool
    first_day: date | None


def offer(parties: Iterable[PartyAnswer], norm: Norm) -> Offer:
    """Of a provider and its subcontractors: the first day of those that can in time, else of those that can at all (F-19, F-20)."""
    able = [party for party in parties if party.can_deliver]
    best = [party for party in able if party.can_start(norm)] or able
    return Offer(
        can_deliver=bool(able), first_day=min((p.earliest_start for p in best if p.earliest_start), default=None)
    )


def in_time(earliest_start: date | None, said: bool | None, norm: Norm) -> bool:
    """Whether a start is in time: on or before the treeknorm date (F-31); where that does not decide, unless the party says it is not.

    Without a norm only its own word counts (AMB-03, AMB-72). Once the norm date has passed nobody can be in time any more: any day will do,
    or the case would go round for ever (AMB-71).
    """
    if norm.last is None or not norm.decides:
        return said is not False
    return earliest_start is not None and earliest_start <= norm.last


def start_is_known(can: bool, earliest_start: date | None, said: bool | None, norm: Norm, field: str = "") -> None:
    """A yes needs its first day (F-20), or without a norm a word about whether it is in time (AMB-72). Raises Refused naming the field."""
    if can and norm.last is None and said is None:
        raise invalid(f"{field}in_time", "er is geen treeknorm ingesteld; vul zelf in of het op tijd is (ja of nee)")
    if can and norm.last is not None and earliest_start is None:
        raise invalid(f"{field}earliest_start", "vul in vanaf welke dag de hulp kan starten")


def complete(answer: Answer, norm: Norm, prefix: str = "") -> None:
    """A yes has its start; a no has an explanation of its own and one for each subcontractor asked (F-28).

    Raises Refused (`invalid`) naming the first field that is missing.
    """
    parties = _parties(answer, prefix)
    for field, party in parties:
        start_is_known(party.can_deliver, party.earliest_start, party.in_time, norm, field)
    if answer.possible(norm):
        return
    for field, party in parties:
        if party.explanation is None:
            raise invalid(f"{field}explanation", "leg uit waarom de hulp niet (op tijd) kan")


def _parties(answer: Answer, prefix: str) -> list[tuple[str, PartyAnswer]]:
    """The provider and its subcontractors, each with what its fields are called."""
    subs = ((f"{prefix}subcontractors.{n}.", sub) for n, sub in enumerate(answer.subcontractors))
    return [(prefix, answer), *subs]


def fits(answer: Answer, norm: Norm, region: Region, prefix: str = "") -> None:
    """Subcontractors are those that this provider contracted, once each; "in time" is said only where no norm decides.

    Raises Refused (`invalid`), F-19 and AMB-03.
    """
    contracted = region.organisation[answer.provider].subcontractors
    asked = [sub.provider for sub in answer.subcontractors]
    for number, name in enumerate(asked):
        if name not in contracted:
            raise invalid(
                f"{prefix}subcontractors.{number}.provider",
                f"{region.name_of(name)} is geen onderaannemer van {region.name_of(answer.provider)}",
            )
        if name in asked[:number]:
            raise invalid(f"{prefix}subcontractors.{number}.provider", f"{region.name_of(name)} staat er twee keer in")
    for field, party in _parties(answer, prefix):
        may_say_in_time(party.in_time, norm, field)


def may_say_in_time(said: bool | None, norm: Norm, field: str = "") -> None:
    """ "In time" is a question of dates as long as the norm decides (AMB-03). Raises Refused naming the field."""
    if said is not None and norm.decides:
        why = "voor deze casus geldt een treeknorm; vul de vroegste startdatum in, niet of het op tijd is"
        raise invalid(f"{field}in_time", why)


def parties_of(provider: str, region: Region) -> dict[str, Any]:
    """The answer of a provider with one for each of its subcontractors, as far as it is known before: who they are (F-19, F-29)."""
    return {"provider": provider, "subcontractors": subcontractors_of(provider, region)}


def subcontractors_of(provider: str, region: Region) -> list[dict[str, Any]]:
    """The same for its subcontractors."""
    return [{"provider": one} for one in region.organisation[provider].subcontractors]


def not_asked(norm: Norm, *prefixes: str) -> frozenset[str]:
    """What these parties need not say: whether it is in time, as long as the norm decides that (AMB-03)."""
    return frozenset(f"{prefix}in_time" for prefix in ("", *prefixes)) if norm.decides else frozenset()


def first_that_can(answers: Iterable[Answer], norm: Norm) -> str | None:
    """The provider at the table that takes the case: the first that can, in time (F-29, F-32)."""
    return next((answer.provider for answer in answers if answer.possible(norm)), None)
