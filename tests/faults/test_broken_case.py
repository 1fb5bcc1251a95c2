"""A case whose data break a step: it is set aside with the reason, the others move, and it goes on once it is mended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import Session, col, select

from flows.mover import Runner
from models.flex.case import Case
from models.flex.meeting import Meeting
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from rules.shared.refusal import Refused
from tests.faults import cases
from tests.faults.cases import MOVER_COMES, work_left
from tests.faults.processes import environment, told
from tests.support.private import BSN, NAME

# what somebody changed in a decision, or in its case, with another program; texts hold what nobody may read
BROKEN_DECISIONS: dict[str, dict[str, Any]] = {
    "record_assessment": {"data": {}},
    "decide_mediation": {"data": {"outcome": "table", "reason": f"{NAME} {BSN}"}},
    "record_table_answers": {"data": {"adjourn": None, "answers": [{"provider": NAME}], "on": "2026-03-10"}},
    "decide_approval": {"opening": 99},
    "record_flex_answer": {"data": {"provider": "flex-anker", "earliest_start": NAME}},
    "report_unable": {"act": "record_handover", "data": {"on": BSN}},
}
BROKEN_CASES = {"record_start": {"step": NAME}}


def waiting(session: Session, act: str) -> Decision:
    """A decision that waits to be settled: neither the first nor the last of its kind."""
    of_kind = select(Decision).where(Decision.act == act, col(Decision.settled_at).is_(None)).order_by(col(Decision.id))
    found = session.exec(of_kind).all()
    return found[len(found) // 2]


def change(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Change a row; answers with what it was."""
    before = {key: getattr(row, key) for key in values}
    for key, value in values.items():
        setattr(row, key, value)
    return before


@contextmanager
def broken(database: Database) -> Iterator[dict[int, str]]:
    """Seven cases at seven steps are broken by their data, an eighth by a letter that is there already. Afterwards they
    are as they were. Gives their references."""
    references, mend = {}, []
    with database.writing() as session:
        for act, values in (BROKEN_DECISIONS | BROKEN_CASES).items():
            decision = waiting(session, act)
            case = session.exec(select(Case).where(Case.reference == decision.subject)).one()
            references[case.id or 0] = case.reference
            row = case if act in BROKEN_CASES else decision
            mend.append((type(row), row.id, change(row, values)))
        decision = waiting(session, "withdraw")
        case = session.exec(select(Case).where(Case.reference == decision.subject)).one()
        references[case.id or 0] = case.reference
        like = session.exec(select(Letter).where(Letter.case_id == case.id).limit(1)).one()
        key = f"withdrawn:{case.reference}:{case.opening}:{case.owner_id}"
        session.add(Letter(**{**like.model_dump(exclude={"id"}), "key": key, "kind": "withdrawn"}))
    yield references
    with database.writing() as session:
        for kind, ident, values in mend:
            change(session.get_one(kind, ident), values)
        session.delete(session.exec(select(Letter).where(Letter.key == key)).one())


def test_broken_cases_are_set_aside(database: Database, three_hundred: Database, undisturbed: Counter[str]) -> None:
    """Gates 1 to 5 are never half-passed, C.4: eight of 300 are set aside whole, without a word of what they hold; the
    others move as if nothing were the matter; and when the data are mended, `flexroute run` moves them as well."""
    cases.copy(three_hundred, database)
    settings = environment(database, MOVER_COMES)
    with broken(database) as references:
        before = cases.standing(database)
        for _ in range(2):
            code, said = told(settings, "run")
            assert code == 1
            assert [word for word in (NAME, BSN, "Traceback") if word in said] == []
            found = dict(re.findall(r"(ZB-2026-\d{6}): (\w+ in [\w.]+:\d+)", said))
            assert set(found) == set(references.values())
        with database.reading() as session:
            aside = session.exec(select(Case.reference, Case.trouble).where(col(Case.trouble).is_not(None))).all()
        assert dict(aside) == found
        assert work_left(database) == len(references)
        theirs = [f'"case_id": {ident},' for ident in references] + [f'"{name}"' for name in references.values()]
        after = cases.standing(database)
        for row in cases.differences(after, undisturbed):  # the others are where they would be
            assert cases.of_agendas(row) or any(mark in row for mark in theirs)
        for row in cases.differences(after, before):  # and these only know why they were set aside
            assert row.removeprefix("MISSING ").startswith("Case ") or not any(mark in row for mark in theirs)
    assert told(settings, "run")[0] == 0
    assert not work_left(database)
    different = cases.differences(cases.standing(database), undisturbed)
    assert not [row for row in different if not cases.of_agendas(row)]


def test_one_that_breaks_costs_the_others_no_more_agendas(
    database: Database, three_hundred: Database, undisturbed: Counter[str]
) -> None:
    """N-03: when a chunk has a broken case the others in it still go together: an agenda is issued again once, not for each."""
    cases.copy(three_hundred, database)
    with database.writing() as session:
        change(waiting(session, "decide_mediation"), BROKEN_DECISIONS["decide_mediation"])
    with Runner(None) as runner:
        assert runner.move(None, "verplaatsen", MOVER_COMES).attention
    with database.reading() as session:
        version = session.exec(select(Meeting.version).where(Meeting.table_id == "T_C2", Meeting.version > 1)).one()
    assert version == 2


def test_a_meeting_that_breaks_holds_up_nobody_else(
    database: Database, three_hundred: Database, undisturbed: Counter[str]
) -> None:
    """F-53: one meeting cannot be cancelled; every case moves all the same, and the meeting is cancelled afterwards."""
    cases.copy(three_hundred, database)
    with database.writing() as session:
        decision = waiting(session, "change_meeting")
        ident, before = decision.id, change(decision, {"data": {"reason": NAME}})
    with Runner(None) as runner:
        ended = runner.move(None, "verplaatsen", MOVER_COMES)
        assert ended.attention
        assert re.fullmatch(r"overleg \d+: KeyError in [\w.]+:\d+", ended.message)
        assert work_left(database) == 1
        with database.writing() as session:
            change(session.get_one(Decision, ident), before)
        assert not runner.move(None, "hersteld", MOVER_COMES).attention
    assert not cases.differences(cases.standing(database), undisturbed)


def test_who_acts_on_a_broken_case_is_told(database: Database, three_hundred: Database) -> None:
    """A.12: a decision that waits blocks what would follow from it; nothing is recorded on top of it."""
    cases.copy(three_hundred, database)
    with broken(database) as references, Runner(None) as runner:
        runner.move([*references.values()], "verplaatsen", MOVER_COMES)
        before = cases.standing(database)
        for reference in references.values():
            with pytest.raises(Refused) as refused:
                runner.decide("withdraw", reference, "ref-lt", {"reason": NAME}, MOVER_COMES)
            assert refused.value.code == "already_decided"
            assert "apart gezet" in refused.value.message
        assert not cases.differences(cases.standing(database), before)
