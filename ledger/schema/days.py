"""Days of the desk that were closed: what patients paid, as it is in the books and as it was counted."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text, UniqueConstraint

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# A practice's day, closed once. It has the entries behind the day closed before it, up to `entry_id`.
day_close = Table(
    "day_close",
    metadata,
    id_column(),
    text_column("practice", None),
    Column("entry_id", BigInteger, nullable=False),
    Column("slip", Text, ForeignKey("document.sha256"), nullable=False),  # of its sheet and deposit slip
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    UniqueConstraint("practice", "business_on"),
)

# What a drawer took by one method, and what was counted in it. `reason`: why the two differ.
day_count = Table(
    "day_count",
    metadata,
    id_column(),
    reference("day_close_id", "day_close.id"),
    text_column("drawer", None),  # who took it; "" at the visit, as the encounters say
    text_column("method"),  # cash, check, card, eft, lockbox; "" not said
    count_column("payments"),
    Column("cents", BigInteger, nullable=False),
    Column("counted_cents", BigInteger, nullable=False),
    text_column("reason"),
    UniqueConstraint("day_close_id", "drawer", "method"),
)

# A lockbox's or a card terminal's file of patients' payments, taken once.
payment_batch = Table(
    "payment_batch",
    metadata,
    id_column(),
    Column("file", Text, nullable=False, unique=True),  # SHA-256 of what it says
    text_column("kind", None),  # lockbox, card
    count_column("payments"),
    Column("cents", BigInteger, nullable=False),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)
