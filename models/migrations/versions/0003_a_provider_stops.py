"""a provider stops."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POINTERS = (  # table, new column, the table it points to
    ("decision", "dossier_id", "stop_dossier"),
    ("decision", "child_id", "stop_child"),
    ("escalation_case", "stop_child_id", "stop_child"),
    ("letter", "consultation_id", "consultation"),
)
NEW = (
    "consultation_issue",
    "stop_duty",
    "stop_counts",
    "consultation_series",
    "consultation",
    "stop_child",
    "stop_dossier",
)


def upgrade() -> None:
    """Apply: cases, letters and decisions that are there point to no dossier."""
    op.create_table(
        "stop_dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("stop_type", sa.String(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("contract_ends_on", sa.Date(), nullable=False),
        sa.Column("motives", sa.String(), nullable=False),
        sa.Column("care_forms", sa.JSON(), nullable=False),
        sa.Column("partly", sa.Boolean(), nullable=False),
        sa.Column("locations", sa.JSON(), nullable=False),
        sa.Column("continuation", sa.JSON(), nullable=False),
        sa.Column("registered_at", UTCDateTime(), nullable=False),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("last_child", sa.Integer(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    op.create_table(
        "consultation",
        sa.Column("series_on", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("start", sa.String(), nullable=True),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["stop_dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dossier_id", "series_on"),
    )
    op.create_index("ix_consultation_on", "consultation", ["on"], unique=False)
    op.create_table(
        "consultation_series",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["stop_dossier.id"],
        ),
        sa.PrimaryKeyConstraint("dossier_id"),
    )
    op.create_table(
        "stop_child",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("sender_reference", sa.String(), nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("care", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("care_form", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("allocation_ends_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("proposed", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("route", sa.Integer(), nullable=True),
        sa.Column("receiver_id", sa.String(), nullable=True),
        sa.Column("moves_along", sa.Boolean(), nullable=False),
        sa.Column("expected_end", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("informed_on", sa.Date(), nullable=True),
        sa.Column("consent", sa.Boolean(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("handover_file", sa.JSON(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("taken_over_as_registered_on", sa.Date(), nullable=True),
        sa.Column("allocation_number", sa.String(), nullable=True),
        sa.Column("allocated_on", sa.Date(), nullable=True),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("file", sa.JSON(), nullable=False),
        sa.Column("file_completed_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("signed_off_on", sa.Date(), nullable=True),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("warned", sa.JSON(), nullable=False),
        sa.Column("file_reminded", sa.Boolean(), nullable=False),
        sa.Column("watch_on", sa.Date(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["stop_dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dossier_id", "sender_reference"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_stop_child_watch_on", "stop_child", ["watch_on"], unique=False)
    op.create_index("stop_child_standing", "stop_child", ["dossier_id", "municipality", "status"], unique=False)
    op.create_table(
        "stop_counts",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("provider", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("access", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("explained", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["stop_dossier.id"],
        ),
        sa.PrimaryKeyConstraint("dossier_id", "municipality"),
    )
    op.create_table(
        "stop_duty",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["stop_dossier.id"],
        ),
        sa.PrimaryKeyConstraint("dossier_id", "duty"),
    )
    op.create_table(
        "consultation_issue",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
        ),
        sa.PrimaryKeyConstraint("consultation_id", "version"),
    )
    for table, column, there in POINTERS:  # as both databases say it; alembic has no words for it on SQLite
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER REFERENCES {there} (id)")
    op.create_index("decision_dossier_opening", "decision", ["dossier_id", "opening"], unique=True)
    op.create_index("decision_child_opening", "decision", ["child_id", "opening"], unique=True)
    op.create_index("ix_escalation_case_stop_child_id", "escalation_case", ["stop_child_id"])
    op.create_index("ix_letter_consultation_id", "letter", ["consultation_id"])
    _again(
        "reference_counter",
        {"kind": "'register_referral'", "year": "year", "last": "last"},
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year"),
    )
    _again(
        "youth",
        {"case_id": "case_id", "data": "data"},
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["escalation_case.id"]),
        sa.ForeignKeyConstraint(["child_id"], ["stop_child.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id"),
        sa.UniqueConstraint("child_id"),
    )


def downgrade() -> None:
    """Undo: what was recorded of dossiers goes; the cases stay."""
    op.execute("DELETE FROM youth WHERE case_id IS NULL")
    _again(
        "youth",
        {"case_id": "case_id", "data": "data"},
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["escalation_case.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.execute("DELETE FROM reference_counter WHERE kind <> 'register_referral'")
    _again(
        "reference_counter",
        {"year": "year", "last": "last"},
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.execute("DELETE FROM decision WHERE dossier_id IS NOT NULL OR child_id IS NOT NULL")
    op.drop_index("decision_dossier_opening", "decision")
    op.drop_index("decision_child_opening", "decision")
    op.drop_index("ix_escalation_case_stop_child_id", "escalation_case")
    op.drop_index("ix_letter_consultation_id", "letter")
    op.execute("DELETE FROM letter WHERE subject LIKE 'ST-%'")
    for table, column, _ in POINTERS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in NEW:
        op.drop_table(table)


def _again(table: str, kept: dict[str, str], *columns: sa.schema.SchemaItem) -> None:
    """Make a table anew with these columns; what is in it stays (`kept`: a new column, and what goes into it)."""
    op.rename_table(table, f"{table}_before")
    op.create_table(table, *columns)
    op.execute(f"INSERT INTO {table} ({', '.join(kept)}) SELECT {', '.join(kept.values())} FROM {table}_before")  # noqa: S608 - names of our own
    op.drop_table(f"{table}_before")
