"""a decision is somebody's: a natural person, for an organisation or in a role, under a version of the rules and the region."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TRUE = sa.true()


def upgrade() -> None:
    """Apply. Who decided before stays unknown, but where a person of the region did."""
    op.add_column("person", sa.Column("organisation", sa.String(), nullable=True))
    for name in ("may_answer", "confirmed", "current"):
        op.add_column("person", sa.Column(name, sa.Boolean(), nullable=False, server_default=TRUE))
    op.execute("ALTER TABLE decision ADD COLUMN person VARCHAR REFERENCES person (id)")
    op.add_column("decision", sa.Column("rules_version", sa.String(), nullable=True))
    op.add_column("decision", sa.Column("region_version", sa.Integer(), nullable=True))
    op.execute('UPDATE decision SET person = "by" WHERE "by" IN (SELECT id FROM person)')


def downgrade() -> None:
    """Undo. People who left the region, and those of organisations, go."""
    for name in ("region_version", "rules_version", "person"):
        op.execute(f"ALTER TABLE decision DROP COLUMN {name}")
    op.execute("DELETE FROM person WHERE organisation IS NOT NULL OR NOT current")
    for name in ("current", "confirmed", "may_answer", "organisation"):
        op.drop_column("person", name)
