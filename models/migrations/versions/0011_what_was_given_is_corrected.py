"""what was given is corrected: the own reference of before stays known, and a child may leave a dossier."""

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
        sa.Column("subject", sa.String(), sa.ForeignKey("subject.reference"), nullable=False),
        sa.Column("sender", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("sender_reference", sa.String(), nullable=False),
    )
    op.create_index("ix_former_reference_subject", "former_reference", ["subject"])
    op.create_index("subject_by_former_reference", "former_reference", ["sender", "sender_reference"])
    op.add_column("stop_child", sa.Column("removed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Undo. A child that was removed is in its dossier again."""
    op.drop_column("stop_child", "removed_on")
    op.drop_table("former_reference")
