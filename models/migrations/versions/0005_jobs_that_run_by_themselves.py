"""jobs that run by themselves write down when they completed."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: nothing is expected before it has run by schedule."""
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("expected_since", UTCDateTime(), nullable=True),
        sa.Column("completed_at", UTCDateTime(), nullable=True),
        sa.Column("attention", sa.String(), nullable=True),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("job_run")
