"""what was given is corrected: the sender's own reference that a case had before."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "former_reference",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("escalation_case.id"), nullable=False),
        sa.Column("referrer_id", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("sender_reference", sa.String(), nullable=False),
    )
    op.create_index("ix_former_reference_case_id", "former_reference", ["case_id"])
    op.create_index("case_by_former_reference", "former_reference", ["referrer_id", "sender_reference"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("former_reference")
