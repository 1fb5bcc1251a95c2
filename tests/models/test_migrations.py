"""Migrations make exactly the tables of the models, on both databases, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import func, select

import models
from acts import perform
from flexroute.errors import UserError
from models.flex.case import Case
from models.region.directory import load_region, store_region
from models.store.database import Database, using
from models.store.schema import METADATA, migrate
from rules.shared.region import Region

pytestmark = pytest.mark.both_databases

SCRIPTS = Path(models.__file__).parent / "migrations"


def alembic(database: Database, do: Any, to: str) -> None:
    """Run an alembic command in one transaction of the program's own connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        do(config, to)


def tables(database: Database) -> set[str]:
    with database.reading() as session:
        return set(inspect(session.connection()).get_table_names())


def picture(database: Database) -> dict[str, Any]:
    """The tables as the database itself describes them: columns, keys, uniqueness and indexes, partial ones included."""
    with database.reading() as session:
        seen = inspect(session.connection())
        return {
            table: {
                "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)),
                "primary key": seen.get_pk_constraint(table)["constrained_columns"],
                "foreign keys": sorted(
                    (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                    for key in seen.get_foreign_keys(table)
                ),
                "unique": sorted(key["column_names"] for key in seen.get_unique_constraints(table)),
                "indexes": sorted(
                    (i["name"] or "", i["column_names"], bool(i["unique"]), _only_where(i["dialect_options"]))
                    for i in seen.get_indexes(table)
                    if not i.get("duplicates_constraint")
                ),
            }
            for table in sorted(set(seen.get_table_names()) - {"alembic_version"})
        }


def _only_where(options: Any) -> str:
    found = [str(value) for key, value in options.items() if key.endswith("_where")]
    return found[0].strip("()").lower() if found else ""


@pytest.fixture
def straight_from_the_models(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A second empty database of the same kind, with the tables that the models ask for, without migrations."""
    with ExitStack() as stack:
        if database_kind == "sqlite":
            other = stack.enter_context(using(Database(f"sqlite:///{tmp_path / 'models.db'}")))
        else:
            other = stack.enter_context(request.getfixturevalue("postgresql").fresh())
        with other.writing() as session:
            METADATA.create_all(session.connection())
        yield other


def test_alembic_finds_no_difference(empty_database: Database) -> None:
    """After all migrations nothing is left for alembic to generate: whoever changes a model must add a migration."""
    migrate(empty_database)
    with empty_database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_database_describes_the_same_tables(empty_database: Database, straight_from_the_models: Database) -> None:
    """Migrated tables are those of the models to the last key and index, also where alembic does not look (partial indexes)."""
    migrate(empty_database)
    assert tables(empty_database) == {*METADATA.tables, "alembic_version"}
    assert picture(empty_database) == picture(straight_from_the_models)


def test_partial_indexes_are_partial(empty_database: Database) -> None:
    """One open flex request a case (AMB-23) is held by the database: unique, and only where there is no answer yet."""
    migrate(empty_database)
    [index] = [i for i in picture(empty_database)["flex_request"]["indexes"] if i[0] == "one_open_flex_request"]
    assert index[1:] == (["case_id"], True, "answered_on is null")


def test_migrating_twice_changes_nothing(empty_database: Database, region: Region) -> None:
    """`flexroute init` a second time keeps what is there: the tables, the region, the cases."""
    from datetime import UTC, datetime

    migrate(empty_database)
    with empty_database.writing() as session:
        store_region(session, region)
    given = {
        "referral_route": "local_team",
        "opdracht": "B",
        "provider": "sys-noord",
        "received_on": "2026-03-02",
        "municipality": "0599",
    }
    perform(empty_database, "register_referral", None, "ref-lt", given, datetime(2026, 3, 2, 9, tzinfo=UTC))
    before = picture(empty_database)
    migrate(empty_database)
    assert picture(empty_database) == before
    with empty_database.reading() as session:
        assert load_region(session) == region
        assert session.exec(select(func.count()).select_from(Case)).one() == 1


def test_back_to_nothing_and_forward(empty_database: Database) -> None:
    """Every migration can be undone, and done again after that."""
    migrate(empty_database)
    before = picture(empty_database)
    alembic(empty_database, command.downgrade, "base")
    assert tables(empty_database) == {"alembic_version"}
    migrate(empty_database)
    assert picture(empty_database) == before


def test_one_line_of_migrations() -> None:
    """Migrations follow each other in one line: two heads would leave a database that cannot be brought up to date."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_a_migration_that_fails_leaves_nothing(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations run in one transaction: one that breaks half-way leaves the database as it was."""
    from alembic import op

    migrate(empty_database)
    alembic(empty_database, command.downgrade, "base")
    create, made = op.create_table, []

    def break_off(name: str, *args: Any, **kwargs: Any) -> Any:
        made.append(name)
        if len(made) == 4:
            raise RuntimeError("power cut")
        return create(name, *args, **kwargs)

    monkeypatch.setattr(op, "create_table", break_off)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(empty_database)
    assert tables(empty_database) == {"alembic_version"}


def test_a_database_without_tables_says_what_to_do(empty_database: Database) -> None:
    """Before `flexroute init`: one sentence in Dutch that says what to do, no SQL."""
    with pytest.raises(UserError, match="flexroute init"), empty_database.reading() as session:
        load_region(session)
