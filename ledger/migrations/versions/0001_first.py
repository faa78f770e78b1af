"""The first ledger: its tables as they were then, and what makes the append-only ones so.

The tables stand beside this file as SQL, one file a database. They are never changed: `schema.py`
says how the tables are today, and the later revisions lead from here to there.

Revision: 0001
"""

from pathlib import Path

from alembic import op

from ledger.migrations.append_only import make_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("entry", "posting", "answer", "batch_event", "document")


def upgrade() -> None:
    connection = op.get_bind()
    script = Path(__file__).with_name(f"0001_first.{connection.dialect.name}.sql").read_text("utf-8")
    statements = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    for table in APPEND_ONLY:
        make_append_only(table)
