"""The audit trail, and which ledger this is."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from ledger.schema.columns import (
    day_column,
    metadata,
    text_column,
)

# Who did what to what. Each row's `mac` is a keyed hash over the one before and the row (`ledger/trail`).
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # without a gap
    text_column("recorded_at", None),  # UTC, "" where no clock was given
    day_column("business_on", nullable=True),  # none: of no business date, as a link of the trail may be
    text_column("actor", None),
    text_column("act", None, index=True),
    text_column("subject", None, index=True),
    text_column("detail", None),
    text_column("key_id", None),
    text_column("mac", None),
)

# One row: where the trail ends. Its lock puts writers in line.
audit_head = Table(
    "audit_head",
    metadata,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
    text_column("mac", None),
)

# One row, made when a home first opens the ledger: which ledger this is, how often a person had to decide
# where it goes on, and the home that it belongs to (`ledger/maintenance/epochs.py`).
identity = Table(
    "identity",
    metadata,
    Column("name", Text, primary_key=True),
    text_column("ledger", None),
    Column("epoch", Integer, nullable=False),
    text_column("home", None),
)
