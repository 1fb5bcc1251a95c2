"""people sign in to the portal: sessions, codes, and how often by which way."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "portal_session",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("lapses_at", UTCDateTime(), nullable=False),
    )
    op.create_index("ix_portal_session_lapses_at", "portal_session", ["lapses_at"])
    op.create_table(
        "sign_in_code",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("known_as", sa.JSON(), nullable=False),
        sa.Column("lapses_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
    )
    op.create_index("ix_sign_in_code_lapses_at", "sign_in_code", ["lapses_at"])
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_sign_in_at", "sign_in", ["at"])


def downgrade() -> None:
    """Undo. Everybody is signed out, and how people came in is lost."""
    op.drop_table("sign_in")
    op.drop_table("sign_in_code")
    op.drop_table("portal_session")
