"""people decide together: four eyes with recorded exceptions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("decision", sa.Column("exception", sa.String(), nullable=True))


def downgrade() -> None:
    """Undo. Which decisions were an exception is lost."""
    op.drop_column("decision", "exception")
