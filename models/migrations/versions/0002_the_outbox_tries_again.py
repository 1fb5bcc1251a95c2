"""the outbox tries again."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTERS = {"edition": "1", "attempts": "0", "in_doubt": "0"}
MOMENTS = ("tried_at", "try_at", "trouble_since")


def upgrade() -> None:
    """Apply: letters that are there stay as they are, tried never, in their first edition."""
    with op.batch_alter_table("letter") as letter:
        for name, number in COUNTERS.items():
            letter.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=number))
        for name in MOMENTS:
            letter.add_column(sa.Column(name, UTCDateTime(), nullable=True))
        letter.add_column(sa.Column("trouble", sa.String(), nullable=True))


def downgrade() -> None:
    """Undo: what waits is queued, what mail that was off kept back is held."""
    op.execute("UPDATE letter SET state = 'queued' WHERE state IN ('sending', 'retry')")
    op.execute("UPDATE letter SET state = 'held', reason = 'de post stond uit' WHERE state = 'withheld'")
    with op.batch_alter_table("letter") as letter:
        for name in (*COUNTERS, *MOMENTS, "trouble"):
            letter.drop_column(name)
