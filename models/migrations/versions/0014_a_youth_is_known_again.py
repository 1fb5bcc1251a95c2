"""the same youth is known again, by keyed hashes."""

import sqlalchemy as sa
from alembic import op

from models.store.youth import known_by

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
HASHES = ("bsn_hash", "name_hash", "birth_date_hash")
PART = 500


def upgrade() -> None:
    """Apply. What is kept of the youth of cases gets its hashes: in production that asks for the key."""
    for name in HASHES:
        op.add_column("youth", sa.Column(name, sa.String(), nullable=True))
    for name in HASHES[:2]:
        op.create_index(f"ix_youth_{name}", "youth", [name])
    youth = sa.table(
        "youth",
        *(sa.column(name, kind) for name, kind in (("id", sa.Integer), ("case_id", sa.Integer), ("data", sa.JSON))),
        *(sa.column(name, sa.String) for name in HASHES),
    )
    of_cases = sa.select(youth.c.id, youth.c.data).where(youth.c.case_id.is_not(None)).order_by(youth.c.id).limit(PART)
    last, connection = 0, op.get_bind()
    while rows := connection.execute(of_cases.where(youth.c.id > last)).all():
        for ident, data in rows:
            known = known_by(data)
            hashes = {name: known.get(name.removesuffix("_hash")) for name in HASHES}
            connection.execute(youth.update().where(youth.c.id == ident).values(**hashes))
        last = rows[-1].id


def downgrade() -> None:
    """Undo."""
    for name in HASHES[:2]:
        op.drop_index(f"ix_youth_{name}", "youth")
    for name in HASHES:
        op.drop_column("youth", name)
