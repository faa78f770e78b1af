"""The files that claims and inquiries travel in, and the partners who take them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# ISA13 for each receiver: a row, never the clock.
control_number = Table(
    "control_number",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

# Numbers that nothing is derived from: "claim" counts CLM01.
sequence = Table(
    "sequence",
    metadata,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

# A file that goes to a partner: claims (837), or inquiries (276, 270).
batch = Table(
    "batch",
    metadata,
    id_column(),
    text_column("kind", "837"),
    text_column("clearinghouse", None),
    text_column("receiver", None),
    text_column("payer"),
    Column("isa13", Integer, nullable=False),
    text_column("name", None),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False),
    Column("claims", Integer, nullable=False),  # or inquiries
    Column("charge_cents", BigInteger, nullable=False),
    text_column("state", None, index=True),
    text_column("hold"),  # why a person must look before anything goes on; "" nothing holds it
    day_column("sent_on", nullable=True),
    day_column("business_on", index=True),
    UniqueConstraint("receiver", "isa13"),
    UniqueConstraint("clearinghouse", "name"),
)

batch_event = Table(
    "batch_event",
    metadata,
    id_column(),
    reference("batch_id", "batch.id"),
    day_column("business_on"),
    text_column("event", None),
    text_column("detail"),
)

# A partner to whom nothing goes until a person releases it (TA1 005-013, 020; a changed host key).
partner_stop = Table(
    "partner_stop",
    metadata,
    Column("clearinghouse", Text, primary_key=True),
    text_column("reason", None),
    day_column("business_on"),
    text_column("found_at"),  # the clearinghouse that has a file of another ledger, for which all are stopped
    count_column("isa13"),  # the number of that file
)
