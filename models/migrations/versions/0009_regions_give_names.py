"""a region gives names to care forms and opdrachten, and keeps settings per process. What is stored among those of all stays readable there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ADDED = ("processes", "care_forms", "opdrachten")


def upgrade() -> None:
    """Apply."""
    for name in ADDED:
        op.add_column("region", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Undo."""
    for name in ADDED:
        op.drop_column("region", name)
