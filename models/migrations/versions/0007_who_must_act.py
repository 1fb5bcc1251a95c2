"""who must act on what is kept, to be found without asking the rules. What is open is assigned after this, by the rules."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
INDEXES = {
    "assignment_of_subject": ["subject"],
    "assignment_most_urgent": ["routine", "sort_day", "subject"],
    "assignment_of_party": ["organisation", "role", "scope"],
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("subject", sa.String(), sa.ForeignKey("subject.reference"), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("acts", sa.String(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("routine", sa.Boolean(), nullable=False),
        sa.Column("sort_day", sa.Date(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "assignment", columns, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Undo."""
    for name in INDEXES:
        op.drop_index(name, table_name="assignment")
    op.drop_table("assignment")
