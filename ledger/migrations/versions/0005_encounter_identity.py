"""An encounter belongs to its practice, and a document's number may stand for several patients.

SQLite cannot change a table's unique key in place, so both tables are written again there. Rows that
refer to them are checked at the commit, when every id stands again.

Revision: 0005
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CURRENT = "state IN ('picked_up', 'held', 'clean', 'claimed')"
WHOSE = ("practice", "source", "external_id", "subject")

ENCOUNTER = """CREATE TABLE encounter (
    id INTEGER NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    practice TEXT DEFAULT '' NOT NULL,
    inbox_file_id INTEGER NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    night TEXT NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    content TEXT DEFAULT '' NOT NULL,
    doubt TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_encounter PRIMARY KEY (id),
    CONSTRAINT uq_encounter_content UNIQUE (practice, source, external_id, subject, version, content),
    CONSTRAINT fk_encounter_inbox_file_id FOREIGN KEY(inbox_file_id) REFERENCES inbox_file (id)
)"""
CLAIM = """CREATE TABLE claim (
    id INTEGER NOT NULL,
    patient_control_number TEXT NOT NULL,
    encounter_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    practice TEXT NOT NULL,
    patient TEXT NOT NULL,
    member_id TEXT DEFAULT '' NOT NULL,
    billing_npi TEXT DEFAULT '' NOT NULL,
    rendering_npi TEXT DEFAULT '' NOT NULL,
    specialty TEXT DEFAULT '' NOT NULL,
    diagnoses TEXT DEFAULT '' NOT NULL,
    service_from TEXT DEFAULT '' NOT NULL,
    service_to TEXT DEFAULT '' NOT NULL,
    charge BIGINT NOT NULL,
    night TEXT NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_claim PRIMARY KEY (id),
    CONSTRAINT uq_claim_whose UNIQUE (practice, source, external_id, subject),
    CONSTRAINT uq_claim_patient_control_number UNIQUE (patient_control_number),
    CONSTRAINT uq_claim_encounter_id UNIQUE (encounter_id),
    CONSTRAINT fk_claim_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounter (id)
)"""
INDEXED = {
    "encounter": (("inbox_file_id",), ("state",), ("external_id",)),
    "claim": (("practice",), ("patient",), ("member_id",), ("service_from",), ("external_id",)),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA defer_foreign_keys = ON")
        _write_again("encounter", ENCOUNTER)
        _write_again("claim", CLAIM)
    else:
        op.drop_index("uq_encounter_current", "encounter")
        for name in ("subject", "content", "doubt"):
            op.add_column("encounter", _text(name))
        op.drop_constraint("uq_encounter_source_external_id_version", "encounter", type_="unique")
        op.create_unique_constraint("uq_encounter_content", "encounter", [*WHOSE, "version", "content"])
        op.create_index("ix_encounter_external_id", "encounter", ["external_id"])
        op.add_column("claim", _text("subject"))
        op.drop_constraint("uq_claim_source_external_id", "claim", type_="unique")
        op.create_unique_constraint("uq_claim_whose", "claim", list(WHOSE))
        op.create_index("ix_claim_external_id", "claim", ["external_id"])
    op.create_index(
        "uq_encounter_current",
        "encounter",
        list(WHOSE),
        unique=True,
        sqlite_where=sa.text(CURRENT),
        postgresql_where=sa.text(CURRENT),
    )
    _fill_content()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))


def _write_again(table: str, made: str) -> None:
    """The table under its new definition, with every row; its indexes went with the old one."""
    connection = op.get_bind()
    had = ", ".join(column["name"] for column in sa.inspect(connection).get_columns(table))
    op.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {table}")
    op.execute(f"DROP TABLE {table}")
    op.execute(made)
    op.execute(f"INSERT INTO {table} ({had}) SELECT {had} FROM kept")
    op.execute("DROP TABLE kept")
    for columns in INDEXED[table]:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _fill_content() -> None:
    """The hash of what each encounter holds, so that the same again is known after a purge too."""
    encounter = sa.table("encounter", sa.column("id"), sa.column("payload"), sa.column("content"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(encounter.c.id, encounter.c.payload)).all():
        if row.payload:
            digest = hashlib.sha256(row.payload.encode()).hexdigest()
            connection.execute(encounter.update().where(encounter.c.id == row.id).values(content=digest))
