"""What waits for a person."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

from ledger.schema.columns import count_column, id_column, metadata, reference, text_column

denial = Table(
    "denial",
    metadata,
    id_column(),
    reference("claim_payment_id", "claim_payment.id"),
    reference("claim_id", "claim.id"),
    reference("submission_id", "submission.id", nullable=True),
    count_column("line"),
    text_column("procedure"),
    text_column("group", None),
    text_column("carc", None),
    text_column("rarcs"),
    Column("cents", BigInteger, nullable=False),
    text_column("category", None),
    text_column("owner", None),
    text_column("action", None),
    text_column("fix_path"),
    text_column("correctable"),
    text_column("appealable"),
    text_column("until"),  # last day to act, "" not known
    text_column("state", None, index=True),  # open, superseded, resolved
    text_column("night", None),
    UniqueConstraint("claim_payment_id", "line", "carc"),
)

# What a person is told and nothing else holds: a short manifest, a takeback, a stopped partner.
alert = Table(
    "alert",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    text_column("code", None),
    text_column("message", None),
    text_column("remedy"),
    text_column("state", "open", index=True),  # open, settled (its cause is gone), dismissed (by a person)
    text_column("night", None),
)

# That something put aside is dealt with, or is open after all. The newest row of a subject counts.
settlement = Table(
    "settlement",
    metadata,
    id_column(),
    text_column("kind", None),  # inbox_file, response, problem (of no stored file), remittance
    Column("number", Integer, nullable=False),  # the id of that row
    text_column("state", None),  # settled, open
    text_column("who", None),
    text_column("why", None),
    text_column("night", None),
    Index("ix_settlement_kind_number", "kind", "number"),
)
