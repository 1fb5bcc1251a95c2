"""The sheet with the answers of a table as a page shows it: for each case a row per party that may answer, with what it is held to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from flexroute.clock import local_date
from models.flex import history
from models.flex.case import Case
from rules.flex.assessment import Norm
from rules.flex.tables import heard_from, must_answer
from rules.shared.region import Region, Table

Cells = Mapping[str, str]  # by field of the sheet


@dataclass(frozen=True)
class Party:
    """Who answers: a provider, or a subcontractor through it. `asked`: this subcontractor was heard before."""

    provider: str
    subcontractor: str | None = None
    asked: bool = False

    @property
    def key(self) -> str:
        """By which its row is known."""
        return f"{self.provider}.{self.subcontractor}" if self.subcontractor else self.provider


@dataclass(frozen=True)
class CaseRows:
    """A case in the grid. `parties` in the order in which they must answer; `may_answer`: subcontractors that they may have asked."""

    reference: str
    opdracht: str
    urgent: bool
    round: int
    owner: str
    norm: Norm
    parties: tuple[Party, ...]
    may_answer: tuple[Party, ...]

    @property
    def asks_in_time(self) -> bool:
        """Whether a party says itself that it is in time (AMB-71, AMB-72)."""
        return not self.norm.decides

    @property
    def rows(self) -> tuple[Party, ...]:
        """All of them, in the order of their lines."""
        return (*self.parties, *self.may_answer)


def case_rows(
    session: Session, region: Region, table: Table, references: Collection[str], now: datetime
) -> list[CaseRows]:
    """These cases, as this table answers about them, in the order in which they were registered (F-28, F-29)."""
    chosen = select(Case).where(col(Case.reference).in_(references)).order_by(col(Case.id))
    cases = session.exec(chosen).all()
    facts = history.facts_of(session, cases)
    found = []
    for case in cases:
        known = facts[case.reference]
        heard = {(said.provider, said.subcontractor) for said in heard_from(known)}
        asked = must_answer(table, known)
        found.append(
            CaseRows(
                reference=case.reference,
                opdracht=case.opdracht,
                urgent=case.urgent,
                round=case.round,
                owner=case.owner_id,
                norm=Norm(case.treeknorm_date, local_date(now)),
                parties=tuple(map(Party, asked)),
                may_answer=tuple(
                    Party(one, sub, (one, sub) in heard)
                    for one in asked
                    for sub in region.organisation[one].subcontractors
                ),
            )
        )
    return found


def cells(rows: CaseRows, on: str, filled: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """The lines of a case as the sheet has them, from 1; line 0 is the reason to adjourn.

    `filled`: what was typed, by the key of the row and the field: `sys-zuid.can_deliver`, `sys-zuid.oa-klein.explanation`, `adjourn`.
    """
    about = {"case": rows.reference, "on": on}
    lines = [(0, {**about, "adjourn": filled["adjourn"]})] if filled.get("adjourn") else []
    for line, party in enumerate(rows.rows, 1):
        who = {"provider": party.provider, **({"subcontractor": party.subcontractor} if party.subcontractor else {})}
        typed = {field: text for field in ASKED if (text := filled.get(f"{party.key}.{field}", ""))}
        if typed:
            lines.append((line, {**about, **who, **typed}))
    return lines


ASKED = ("can_deliver", "earliest_start", "in_time", "explanation")  # of each party
