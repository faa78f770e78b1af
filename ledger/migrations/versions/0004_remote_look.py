"""Sizes and times that a partner's listing says may be larger than 31 bits.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("remote_look") as table:
        for name in ("size", "mtime"):
            table.alter_column(name, existing_type=sa.Integer, type_=sa.BigInteger, existing_nullable=False)
