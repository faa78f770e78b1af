"""What partners sent back, and what it said."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from ledger.schema.columns import (
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# A file from a partner. `state`: stored -> taken | quarantined | archived (not X12).
response = Table(
    "response",
    metadata,
    id_column(),
    text_column("clearinghouse", None),
    text_column("name", None),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False, unique=True),
    text_column("sender"),
    text_column("isa13"),
    text_column("kinds"),  # transaction sets, space between
    text_column("state", None, index=True),
    day_column("business_on", index=True),
    Index("ix_response_clearinghouse", "clearinghouse", "business_on"),
)
Index(
    "uq_response_interchange",
    response.c.sender,
    response.c.isa13,
    unique=True,
    sqlite_where=text("isa13 <> ''"),
    postgresql_where=text("isa13 <> ''"),
)

# A remote file's name at two looks: it is read when its size stands still.
remote_look = Table(
    "remote_look",
    metadata,
    Column("clearinghouse", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    text_column("sha256"),  # of what was stored under it, "" not read yet
)

# What an acknowledgment said of a batch or of one claim of it.
answer = Table(
    "answer",
    metadata,
    id_column(),
    reference("response_id", "response.id"),
    reference("batch_id", "batch.id", nullable=True),
    reference("submission_id", "submission.id", nullable=True),
    text_column("kind", None),  # TA1, 999, 277CA
    text_column("status", None),
    text_column("codes"),
    text_column("place"),
    day_column("business_on"),
    Index("ix_answer_business_on", "business_on", "submission_id", "status"),
)
