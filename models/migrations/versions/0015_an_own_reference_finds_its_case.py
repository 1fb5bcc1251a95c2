"""an own reference finds its case: an index."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    given = sa.text("sender_reference IS NOT NULL")
    op.create_index(
        "case_by_own_reference",
        "escalation_case",
        ["sender_reference"],
        sqlite_where=given,
        postgresql_where=given,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("case_by_own_reference", "escalation_case")
