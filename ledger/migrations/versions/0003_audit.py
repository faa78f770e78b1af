"""The audit trail; and documents whose bytes may be sealed again or purged, and nothing else of them.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import keep_columns, make_append_only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("at", "night", "actor", "act", "subject", "detail", "key_id", "mac")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    make_append_only("audit")
    op.create_table(
        "audit_head",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("mac", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_head"),
    )
    op.execute("INSERT INTO audit_head (name, last, mac) VALUES ('audit', 0, '')")
    keep_columns("document", ("sha256", "kind", "size", "night"))
