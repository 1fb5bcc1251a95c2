"""a decision is about one subject, whatever its process: no column for each of them any more."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = sa.text("settled_at IS NULL")
ABOUT = (  # the table, its reference, the column of a decision that pointed at it, its process and kind
    ("escalation_case", "case_id", "flex", "case"),
    ("meeting", "meeting_id", "flex", "meeting"),
    ("stop_dossier", "dossier_id", "stop", "stop"),
    ("stop_child", "child_id", "stop", "child"),
)
COLUMNS = ("id", "opening", "act", "step", "round", "by", "at", "data", "settled_at")


def upgrade() -> None:
    """Apply: everything gets an identity, and every decision names one."""
    op.create_table(
        "subject",
        sa.Column("reference", sa.String(), primary_key=True),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("process_version", sa.String(), nullable=True),
    )
    _meetings_have_a_reference()
    for table, _, process, kind in ABOUT:
        version = "process_version" if table == "escalation_case" else "NULL"
        op.execute(
            f"INSERT INTO subject (reference, process, kind, process_version)"  # noqa: S608 - our own names
            f" SELECT reference, '{process}', '{kind}', {version} FROM {table}"
        )
    _decisions_name_a_subject()


def _meetings_have_a_reference() -> None:
    on = "to_char(series_on, 'YYYY-MM-DD')" if op.get_bind().dialect.name == "postgresql" else "series_on"
    op.add_column("meeting", sa.Column("reference", sa.String(), nullable=False, server_default=""))
    op.execute(f"UPDATE meeting SET reference = table_id || ':' || {on}")  # noqa: S608 - our own names
    op.create_index("meeting_by_reference", "meeting", ["reference"], unique=True)


def _decisions_name_a_subject() -> None:
    for index in ("decision_with_news", "decision_dossier_opening", "decision_child_opening"):
        op.drop_index(index, table_name="decision")
    op.rename_table("decision", "decision_before")
    op.create_table(
        "decision", *_columns(sa.Column("subject", sa.String(), sa.ForeignKey("subject.reference"), nullable=False))
    )
    for table, key, _, _ in ABOUT:
        op.execute(
            f"INSERT INTO decision (subject, {_names()})"  # noqa: S608 - our own names
            f" SELECT s.reference, {_names('d.')} FROM decision_before d JOIN {table} s ON s.id = d.{key}"
        )
    _all_there("decision_before")
    op.drop_table("decision_before")
    op.create_index("decision_subject_opening", "decision", ["subject", "opening"], unique=True)
    _finish()


def _all_there(former: str) -> None:
    """Raises RuntimeError where a decision would be lost: then nothing changes."""
    count = f"SELECT (SELECT count(*) FROM {former}) - (SELECT count(*) FROM decision)"  # noqa: S608 - our own names
    if lost := op.get_bind().execute(sa.text(count)).scalar():
        raise RuntimeError(f"{lost} decisions are about nothing that is there")


def _columns(*about: sa.Column[Any]) -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), primary_key=True),
        *about,
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
    ]


def _names(table: str = "") -> str:
    return ", ".join(f'{table}"{name}"' for name in COLUMNS)


def _finish() -> None:
    op.create_index("decision_with_news", "decision", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)
    if op.get_bind().dialect.name == "postgresql":
        last = "coalesce((SELECT max(id) FROM decision), 0) + 1"
        op.execute(f"SELECT setval(pg_get_serial_sequence('decision', 'id'), {last}, false)")


def downgrade() -> None:
    """Undo: a column for each kind of subject."""
    op.drop_index("decision_with_news", table_name="decision")
    op.drop_index("decision_subject_opening", table_name="decision")
    op.rename_table("decision", "decision_after")
    keys = [sa.Column(key, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=True) for table, key, _, _ in ABOUT[:2]]
    unique = [sa.UniqueConstraint("case_id", "opening"), sa.UniqueConstraint("meeting_id", "opening")]
    op.create_table("decision", *_columns(*keys), *unique)
    for table, key, _, _ in ABOUT[2:]:  # one by one, as they came: so they can go again
        op.execute(f"ALTER TABLE decision ADD COLUMN {key} INTEGER REFERENCES {table} (id)")
    for table, key, _, _ in ABOUT:
        op.execute(
            f"INSERT INTO decision ({key}, {_names()})"  # noqa: S608 - our own names
            f" SELECT s.id, {_names('d.')} FROM decision_after d JOIN {table} s ON s.reference = d.subject"
        )
    _all_there("decision_after")
    op.drop_table("decision_after")
    op.create_index("decision_dossier_opening", "decision", ["dossier_id", "opening"], unique=True)
    op.create_index("decision_child_opening", "decision", ["child_id", "opening"], unique=True)
    _finish()
    op.drop_index("meeting_by_reference", table_name="meeting")
    op.drop_column("meeting", "reference")
    op.drop_table("subject")
