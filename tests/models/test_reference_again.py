"""A sender's reference comes again once its case is closed: in the tables, and in a database that has cases already."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from acts import perform
from models.flex.case import Case
from models.region.directory import store_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.schema import migrate
from models.store.youth import Youth
from rules.shared.region import Region
from tests.models.test_migrations import alembic

pytestmark = pytest.mark.both_databases

STORED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
GIVEN: dict[str, Any] = {
    "referral_route": "local_team",
    "opdracht": "B",
    "provider": "sys-noord",
    "received_on": "2026-03-02",
    "municipality": "0599",
    "sender_reference": "K-1",
    "private": {"name": "Proef"},
}


@pytest.fixture
def database(empty_database: Database, region: Region) -> Database:
    migrate(empty_database)
    with empty_database.writing() as session:
        store_region(session, region)
    return empty_database


LATER = {"person", "rules_version", "region_version"}  # what earlier versions did not keep


def content(database: Database) -> list[Any]:
    with database.reading() as session:
        return [
            row.model_dump(exclude=LATER)
            for kind in (Case, Decision, Youth)
            for row in session.exec(select(kind)).all()
        ]


def test_a_database_with_cases_stays_whole(database: Database) -> None:
    """Back and forth: the cases, and what points to them."""
    perform(database, "register_referral", None, "ref-lt", GIVEN, STORED_AT)
    before = content(database)
    alembic(database, command.downgrade, "0003")
    migrate(database)
    assert content(database) == before


def test_one_open_case_of_a_reference(database: Database) -> None:
    perform(database, "register_referral", None, "ref-lt", GIVEN, STORED_AT)
    with database.reading() as session:
        first = session.exec(select(Case)).one().model_dump(exclude={"id"})
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Case(**{**first, "reference": "ZB-2026-000002"}))
    with database.writing() as session:
        case = session.exec(select(Case)).one()
        case.step, case.opened_on = "closed", STORED_AT.date()
    perform(database, "register_referral", None, "ref-lt", {**GIVEN, "provider": "sys-zuid", "again": True}, STORED_AT)
    alembic(database, command.downgrade, "0003")
    with database.reading() as session:  # before, two cases could not have one reference
        of = session.exec(select(Case.reference, Case.sender_reference).order_by(Case.reference)).all()
    assert of == [("ZB-2026-000001", None), ("ZB-2026-000002", "K-1")]
