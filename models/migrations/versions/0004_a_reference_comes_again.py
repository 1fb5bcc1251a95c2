"""a reference comes again."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CASES, OPEN = "escalation_case", "step <> 'closed'"
COLUMNS = ["referrer_id", "sender_reference"]
KEY = f"UNIQUE ({', '.join(COLUMNS)})"
INDEX, LOOK_UP = "one_open_case_of_a_reference", "case_by_reference_of_sender"
ON_POSTGRESQL = f"{CASES}_{'_'.join(COLUMNS)}_key"


def upgrade() -> None:
    """Apply: a sender's reference is unique among the open cases of a referrer; cases that are there stay as they are."""
    if op.get_bind().dialect.name == "sqlite":
        _remade(lambda table: table.replace(f", \n\t{KEY}", ""))
    else:
        op.drop_constraint(ON_POSTGRESQL, CASES, type_="unique")
    op.create_index(LOOK_UP, CASES, COLUMNS)
    op.create_index(INDEX, CASES, COLUMNS, unique=True, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))


def downgrade() -> None:
    """Undo: of several cases with one reference only the last keeps it; the decisions that began them still hold it."""
    op.drop_index(INDEX, CASES)
    op.drop_index(LOOK_UP, CASES)
    op.execute(
        f"UPDATE {CASES} SET sender_reference = NULL WHERE id NOT IN "  # noqa: S608 - names of our own
        f"(SELECT MAX(id) FROM {CASES} WHERE sender_reference IS NOT NULL GROUP BY {', '.join(COLUMNS)})"
    )
    if op.get_bind().dialect.name == "sqlite":
        _remade(lambda table: f"{table.rstrip().removesuffix(')').rstrip()}, \n\t{KEY}\n)")
    else:
        op.create_unique_constraint(ON_POSTGRESQL, CASES, COLUMNS)


def _remade(changed: Callable[[str], str]) -> None:
    """SQLite cannot change a key: the table is made anew. What points to its rows is checked when all is done."""
    run = op.get_bind().exec_driver_sql
    run("PRAGMA defer_foreign_keys = ON")
    said = run("SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (CASES,)).all()
    [table] = [sql for kind, sql in said if kind == "table"]
    run(f"CREATE TEMPORARY TABLE kept_cases AS SELECT * FROM {CASES}")  # noqa: S608 - a name of our own
    run(f"DROP TABLE {CASES}")
    run(changed(table))
    run(f"INSERT INTO {CASES} SELECT * FROM kept_cases")  # noqa: S608
    run("DROP TABLE kept_cases")
    for index in (sql for kind, sql in said if kind == "index"):
        run(index)
