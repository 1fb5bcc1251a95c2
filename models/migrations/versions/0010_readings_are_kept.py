"""who read what was said, or who it is about, is kept."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("subject", sa.String(), sa.ForeignKey("subject.reference"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("youth", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_reading_subject", "reading", ["subject"])


def downgrade() -> None:
    """Undo. Who read what is lost."""
    op.drop_table("reading")
