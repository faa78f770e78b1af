"""A person's word that a finding shall not hold a claim: who, why and until when.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.append_only import make_append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edit_override",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("encounter_id", sa.Integer, nullable=False),
        sa.Column("edit_id", sa.Text, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edit_override"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name="fk_edit_override_encounter_id_encounter"
        ),
    )
    op.create_index("ix_edit_override_encounter_id", "edit_override", ["encounter_id"])
    make_append_only("edit_override")
    op.create_index("ix_finding_night", "finding", ["night", "edit_id"])  # counts of a night
