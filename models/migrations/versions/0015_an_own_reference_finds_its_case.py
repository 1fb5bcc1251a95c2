"""an own reference finds its case: an index."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("case_by_own_reference", "escalation_case", ["sender_reference"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("case_by_own_reference", "escalation_case")
