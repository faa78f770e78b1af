"""One run at a time, the turns of its workers, the nights that runs work on, and when runs are due."""

from sqlalchemy import BigInteger, Column, Table, Text, text

from ledger.schema.columns import (
    count_column,
    day_column,
    metadata,
    text_column,
)

# One row a name ("run"): who holds it, and the fencing token that every write of a holder proves.
lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token", BigInteger, nullable=False),
    text_column("holder"),
    Column("expires_at", BigInteger, nullable=False),  # seconds since the epoch; 0 when free
)

# Whose turn it is among the workers of a run that share a step: `taken` of its pieces are taken, in order,
# and `done` have ended, so the next one may write. `begun` are the numbers of the shares that workers began.
turn = Table(
    "turn",
    metadata,
    Column("step", Text, primary_key=True),
    Column("token", BigInteger, nullable=False),  # the run's
    text_column("begun"),
    count_column("taken"),
    count_column("done"),
)

# A night of a home: claimed by its key, closed with its outcome.
night = Table(
    "night",
    metadata,
    day_column("business_on", primary_key=True),
    count_column("runs"),
    text_column("outcome"),  # "" under way, done, holds, failed
    text_column("note"),
)

# What is derived and kept, and how far: the day that it is of, and the last row that it counts.
kept_to = Table(
    "kept_to",
    metadata,
    Column("name", Text, primary_key=True),
    day_column("business_on", nullable=True),
    Column("last", BigInteger, nullable=False, server_default=text("0")),
)

# A schedule that `serve` keeps: its runs are due from `since` on; the last one began at `began`, and one
# was last seen at work at `at_work` (seconds since the epoch; 0 never). What did not start follows.
schedule = Table(
    "schedule",
    metadata,
    Column("name", Text, primary_key=True),
    text_column("cron", None),
    text_column("time_zone", None),
    Column("due_from_at", BigInteger, nullable=False),
    Column("began_at", BigInteger, nullable=False, server_default=text("0")),
    Column("seen_at", BigInteger, nullable=False, server_default=text("0")),
)
