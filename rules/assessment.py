"""Can this provider deliver? Two criteria, content and term, of itself and of its subcontractors (F-19, F-20, F-29, F-30)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules.facts import Statement
from rules.refusal import Refused, invalid
from rules.region import Region
from rules.values import Day, Given, OrganisationId, Text, Truth


class PartyAnswer(Given):
    """One party's answer to the two criteria (F-20, F-73)."""

    provider: OrganisationId
    can_deliver: Truth
    earliest_start: Day | None = None
    in_time: Truth | None = None
    explanation: Text | None = None

    def can_start(self, treeknorm_date: date | None) -> bool:
        """Content and term: a start on the treeknorm date itself is in time (F-20, F-30).

        Where no norm is configured the party says itself whether it is in time (AMB-03).
        """
        return self.can_deliver and in_time(self.earliest_start, self.in_time, treeknorm_date)


class Answer(PartyAnswer):
    """A provider's answer with one for each subcontractor that it asked (F-19, F-29)."""

    subcontractors: tuple[PartyAnswer, ...] = ()

    def possible(self, treeknorm_date: date | None) -> bool:
        """The provider, or one of its subcontractors, can deliver and start in time (F-19, F-20)."""
        return any(party.can_start(treeknorm_date) for party in (self, *self.subcontractors))

    def statements(self, treeknorm_date: date | None) -> list[Statement]:
        """What each subcontractor said; one that can only start too late counts as declined (F-37, AMB-22)."""
        return [
            Statement(self.provider, sub.provider, not sub.can_start(treeknorm_date)) for sub in self.subcontractors
        ]


def in_time(earliest_start: date | None, said: bool | None, treeknorm_date: date | None) -> bool:
    """Whether a start is in time: on or before the treeknorm date, or as said where there is no norm (F-31, AMB-03)."""
    if treeknorm_date is None:
        return said is not False
    return earliest_start is not None and earliest_start <= treeknorm_date


def start_is_known(
    can: bool, earliest_start: date | None, said: bool | None, treeknorm_date: date | None, field: str = ""
) -> None:
    """A yes needs a date, or without a norm at least "in time" (F-20). Raises Refused naming the field."""
    if can and earliest_start is None and (treeknorm_date is not None or said is None):
        raise invalid(f"{field}earliest_start", "vul in vanaf welke dag de hulp kan starten")


def complete(answer: Answer, treeknorm_date: date | None, prefix: str = "") -> None:
    """A yes has its start; a no has an explanation of its own and one for each subcontractor asked (F-28).

    Raises Refused (`invalid`) naming the first field that is missing.
    """
    parties = [
        (prefix, answer),
        *((f"{prefix}subcontractors.{n}.", sub) for n, sub in enumerate(answer.subcontractors)),
    ]
    for field, party in parties:
        start_is_known(party.can_deliver, party.earliest_start, party.in_time, treeknorm_date, field)
    if answer.possible(treeknorm_date):
        return
    for field, party in parties:
        if party.explanation is None:
            raise invalid(f"{field}explanation", "leg uit waarom de hulp niet (op tijd) kan")


def fits(answer: Answer, treeknorm_date: date | None, region: Region, prefix: str = "") -> None:
    """Subcontractors are those that this provider contracted, once each; "in time" is said only where no norm is set.

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
    if treeknorm_date is not None and any(party.in_time is not None for party in (answer, *answer.subcontractors)):
        raise norm_is_set(f"{prefix}in_time")


def norm_is_set(field: str) -> Refused:
    """ "In time" is a question of dates as soon as there is a norm (AMB-03)."""
    return invalid(field, "voor deze casus geldt een treeknorm; vul de vroegste startdatum in, niet of het op tijd is")


def first_that_can(answers: Iterable[Answer], treeknorm_date: date | None) -> str | None:
    """The provider at the table that takes the case: the first that can, in time (F-29, F-32)."""
    return next((answer.provider for answer in answers if answer.possible(treeknorm_date)), None)
