"""people decide together: four eyes with recorded exceptions, contacts that contract administration keeps."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("decision", sa.Column("exception", sa.String(), nullable=True))
    op.add_column("person", sa.Column("added", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("ended_at", UTCDateTime(), nullable=True))
    op.create_table(
        "contact_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("contact", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
    )
    op.create_index("ix_contact_change_contact", "contact_change", ["contact"])


def downgrade() -> None:
    """Undo. Which decisions were an exception, and who added or ended a contact, is lost."""
    op.drop_table("contact_change")
    op.drop_column("person", "ended_at")
    op.drop_column("person", "added")
    op.drop_column("decision", "exception")
