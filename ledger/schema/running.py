"""One run at a time, and the nights that runs work on."""

from sqlalchemy import Column, Integer, Table, Text

from ledger.schema.columns import count_column, metadata, text_column

# One row a name ("run"): who holds it, and the fencing token that every write of a holder proves.
lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token", Integer, nullable=False),
    text_column("holder"),
    Column("expires", Integer, nullable=False),  # seconds since the epoch; 0 when free
)

# A night of a home: claimed by its key, closed with its outcome.
night = Table(
    "night",
    metadata,
    Column("day", Text, primary_key=True),
    count_column("runs"),
    text_column("outcome"),  # "" under way, done, holds, failed
    text_column("note"),
)
