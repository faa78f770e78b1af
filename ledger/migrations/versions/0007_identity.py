"""A ledger knows itself: its identity, its epoch and the home it lies in. CLM01 has a sequence of its own.

Before, a claim's number came from its encounter's id: the sequence begins past them.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("ledger", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("home", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_identity"),
    )
    op.create_table(
        "sequence",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sequence"),
    )
    op.execute("INSERT INTO sequence (name, last) SELECT 'claim', COALESCE(MAX(id), 0) FROM encounter")
