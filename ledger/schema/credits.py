"""What people said of credits: when one was identified, and what suspends its deadline."""

from sqlalchemy import Column, Integer, Table, UniqueConstraint

from ledger.schema.columns import (
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# A credit is a balance of the books: the claim, whose it is, and the entry that opened it. What is said of
# one holds for it alone, not for a later credit of the same claim. `turn` counts what is said of one, so that
# two people never say something else at once.
credit_event = Table(
    "credit_event",
    metadata,
    id_column(),
    reference("claim_id", "claim.id"),
    text_column("payer"),  # "" the patient
    reference("entry_id", "entry.id", index=False),
    Column("turn", Integer, nullable=False),
    text_column("event", None),  # identified, suspended, resumed, contacted
    day_column("from_on"),
    day_column("until_on", nullable=True),  # of a suspension
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    UniqueConstraint("claim_id", "payer", "entry_id", "turn"),
)
