"""people decide together: four eyes with recorded exceptions, contacts and deputies, claims, and notes."""

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
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("deputy", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("named_at", UTCDateTime(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_person", sa.String(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=True),
    )
    op.create_index("ix_deputy_person", "deputy", ["person"])
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("subject", sa.String(), sa.ForeignKey("subject.reference"), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
    )
    op.create_index("ix_claim_subject", "claim", ["subject"])
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("youth_id", sa.Integer(), sa.ForeignKey("youth.id", ondelete="CASCADE"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
    )
    op.create_index("ix_note_youth_id", "note", ["youth_id"])
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "one_open_claim", "claim", ["subject", "side"], unique=True, sqlite_where=still, postgresql_where=still
    )


def downgrade() -> None:
    """Undo. Which decisions were an exception, and who added or ended a contact or stood in, is lost; so are claims and notes."""
    op.drop_table("note")
    op.drop_table("claim")
    op.drop_table("deputy")
    op.drop_table("contact_change")
    op.drop_column("person", "ended_at")
    op.drop_column("person", "added")
    op.drop_column("decision", "exception")
