"""What payers decided and paid, and the postings that it became."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ledger.schema.columns import count_column, id_column, metadata, reference, text_column

# One 835 transaction. `state`: posted, unbalanced, conflict, unknown_payee; released by a person.
remittance = Table(
    "remittance",
    metadata,
    id_column(),
    reference("response_id", "response.id"),
    text_column("payer", None),
    text_column("payee", None),
    text_column("practice"),
    text_column("trace", None),
    Column("amount", BigInteger, nullable=False),
    text_column("paid_on", None),
    text_column("method"),
    text_column("content", None),  # SHA-256 of its CLP, CAS and PLB content
    text_column("state", None, index=True),
    Column("difference", BigInteger, nullable=False, server_default=text("0")),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("provider_level", BigInteger, nullable=False, server_default=text("0")),
    text_column("night", None, index=True),
    UniqueConstraint("payer", "payee", "trace", "amount", "paid_on", "content"),
)

claim_payment = Table(
    "claim_payment",
    metadata,
    id_column(),
    reference("remittance_id", "remittance.id"),
    Column("position", Integer, nullable=False),
    reference("claim_id", "claim.id", nullable=True),
    reference("submission_id", "submission.id", nullable=True),
    text_column("patient_control_number"),
    text_column("payer_claim_control_number", index=True),
    text_column("status", None),  # CLP02
    Column("charge", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("patient_owes", BigInteger, nullable=False, server_default=text("0")),
    text_column("remarks"),
    text_column("matched_by"),
    # the payment that a reversal takes back; each is taken back once
    Column("reverses", Integer, ForeignKey("claim_payment.id"), unique=True),
)

line_adjustment = Table(
    "line_adjustment",
    metadata,
    id_column(),
    reference("claim_payment_id", "claim_payment.id"),
    count_column("line"),  # the claim's line number, 0 the claim
    text_column("procedure"),
    text_column("group", None),
    text_column("carc", None),
    Column("amount", BigInteger, nullable=False),
    text_column("treatment", None),
)

# Double entry. The postings of an entry sum to zero; nothing here is ever changed or removed.
entry = Table(
    "entry",
    metadata,
    id_column(),
    text_column("kind", None),  # charge, payment, provider_level, suspense, ...
    Column("key", Text, nullable=False, unique=True),  # what was posted; the same is never posted again
    reference("remittance_id", "remittance.id", nullable=True),
    text_column("night", None, index=True),
)

posting = Table(
    "posting",
    metadata,
    id_column(),
    reference("entry_id", "entry.id"),
    text_column("account", None),
    Column("cents", BigInteger, nullable=False),
    reference("claim_id", "claim.id", nullable=True),
    text_column("payer"),
    text_column("practice"),
    text_column("reference"),  # CARC, PLB reason
    CheckConstraint(
        "account IN ('revenue', 'receivable_payer', 'receivable_patient', 'adjustment', 'cash',"
        " 'provider_level', 'suspense')",
        name="account",
    ),
)
Index("ix_posting_account_claim", posting.c.account, posting.c.claim_id)
