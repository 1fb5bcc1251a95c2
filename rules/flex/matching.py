"""Which flex providers may be asked, in which order, and who is left out and why (F-36, F-37)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules.flex.facts import CaseFacts, Statement
from rules.flex.settings import FlexSettings
from rules.shared.region import Organisation, Region

DECLINED_AS_SUBCONTRACTOR = "declined_as_subcontractor"


def same_undertaking(one: Organisation, other: Organisation) -> bool:
    """Identity is the AGB code; the KvK number where one of both has none (AMB-22)."""
    if one.id == other.id:
        return True
    if one.agb and other.agb:
        return one.agb == other.agb
    return one.kvk is not None and one.kvk == other.kvk


def with_contract(region: Region, opdracht: str, today: date) -> list[Organisation]:
    """Flex providers with a contract for the opdracht today, in the order in which they are asked (F-36, AMB-23)."""
    return _of_these(region.organisations, opdracht, today)


def _of_these(organisations: Iterable[Organisation], opdracht: str, today: date) -> list[Organisation]:
    flex = [o for o in organisations if o.has_flex_contract((opdracht,), today)]
    return sorted(flex, key=lambda o: (o.flex_order is None, o.flex_order or 0))


def excluded(region: Region, opdracht: str, statements: Iterable[Statement], today: date) -> dict[str, str]:
    """Flex providers that are the same undertaking as a subcontractor that said no in this case, with the reason code.

    A statement counts in every round until it is withdrawn (F-37, AMB-21, AMB-22).
    """
    declined = [
        region.organisation[s.subcontractor]
        for s in statements
        if s.declined and not s.withdrawn and s.subcontractor in region.organisation
    ]
    same = [o for o in region.organisations if any(same_undertaking(o, sub) for sub in declined)] if declined else []
    return {flex.id: DECLINED_AS_SUBCONTRACTOR for flex in _of_these(same, opdracht, today)}


def candidates(region: Region, facts: CaseFacts, today: date) -> list[str]:
    """In the order in which they will be asked: first the one with the open request, then those that may be asked.

    Left out are who answered in this round, who is excluded (F-36, F-37, AMB-23), and a stopping provider for its own child.
    """
    out = {*excluded(region, facts.opdracht, facts.statements, today), *facts.flex_answers}
    out |= {facts.from_stop.provider} if facts.from_stop else set()
    first = [facts.asked] if facts.asked else []
    rest = [flex.id for flex in with_contract(region, facts.opdracht, today) if flex.id not in {*first, *out}]
    return first + rest


def next_to_ask(region: Region, facts: CaseFacts, today: date) -> str | None:
    """The flex provider to ask now; None when nobody is left (F-36, F-40).

    Raises ValueError without an approval of the current round (gate 1) or with a request still open (one at a time).
    """
    if not (facts.table_assessed and facts.approved):
        raise ValueError("no flex request without a table assessment and an approval of this round (F-36, F-11)")
    if facts.asked:
        raise ValueError("one open flex request at a time (AMB-23)")
    if region.settings_of(FlexSettings).return_on_first_decline and facts.flex_answers:
        return None  # the literal reading of F-40
    return next(iter(candidates(region, facts, today)), None)
