"""Every table of the ledger. Money is integer cents; a day is ISO text; an instant never decides.

Cents have 64 bits: a batch of 5,000 hospital claims passes the $21 million that 32 bits hold.

What can be derived is not here: what a claim owes comes from its postings, queues are queries.
Unique keys and partial unique indexes are what makes "never twice" true, not the code above them.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _text(name: str, default: str | None = "", index: bool = False) -> Column[str]:
    """A text that is never null; `default` None means the writer must give it."""
    return Column(
        name,
        Text,
        nullable=False,
        index=index,
        server_default=None if default is None else text(f"'{default}'"),
    )


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _ref(name: str, target: str, nullable: bool = False, index: bool = True) -> Column[int]:
    return Column(name, Integer, ForeignKey(target), nullable=nullable, index=index)


# One row a name ("run"): who holds it, and the fencing token that every write of a holder proves.
lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token", Integer, nullable=False),
    _text("holder"),
    Column("expires", Integer, nullable=False),  # seconds since the epoch; 0 when free
)

# A night of a home: claimed by its key, closed with its outcome.
night = Table(
    "night",
    metadata,
    Column("day", Text, primary_key=True),
    _count("runs"),
    _text("outcome"),  # "" under way, done, holds, failed
    _text("note"),
)

# All bytes that came in or go out, by their hash: the one seam for encryption, retention and proof.
document = Table(
    "document",
    metadata,
    Column("sha256", Text, primary_key=True),
    _text("kind", None),  # encounter_file, claim_file, response
    Column("size", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    _text("key_id"),
    _text("night", None),
)

inbox_file = Table(
    "inbox_file",
    metadata,
    _id(),
    _text("name", None),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False, unique=True),
    _text("practice"),
    _text("format"),
    _text("outcome", None),  # read, quarantined
    _count("encounters"),
    _text("night", None, index=True),
)

# What each evening's look at the inbox saw, duplicates included, so that its counts can be told.
inbox_look = Table(
    "inbox_look",
    metadata,
    _id(),
    _text("night", None, index=True),
    _count("files"),
    _count("read"),
    _count("quarantined"),
    _count("duplicates"),
)

# Why a file, or a part of it, could not be taken.
problem = Table(
    "problem",
    metadata,
    _id(),
    _ref("inbox_file_id", "inbox_file.id", nullable=True),
    _ref("response_id", "response.id", nullable=True),
    _text("name"),
    _text("code", None),
    _text("place"),
    _text("message", None),
    _text("remedy"),
    _text("night", None, index=True),
)

# picked_up -> held | clean -> claimed; replaced by a newer version; late: newer than what was sent.
encounter = Table(
    "encounter",
    metadata,
    _id(),
    _text("source", None),
    _text("external_id", None),
    Column("version", Integer, nullable=False),
    _text("practice"),
    _ref("inbox_file_id", "inbox_file.id"),
    _text("payload", None),  # the encounter as JSON
    _text("state", None, index=True),
    _text("night", None),
    UniqueConstraint("source", "external_id", "version"),
)
Index(
    "uq_encounter_current",
    encounter.c.source,
    encounter.c.external_id,
    unique=True,
    sqlite_where=text("state IN ('picked_up', 'held', 'clean', 'claimed')"),
    postgresql_where=text("state IN ('picked_up', 'held', 'clean', 'claimed')"),
)

finding = Table(
    "finding",
    metadata,
    _id(),
    _ref("encounter_id", "encounter.id"),
    _text("edit_id", None),
    _text("severity", None),
    Column("line", Integer),
    _text("place"),
    _text("detail"),
    _text("night", None),
    Index("ix_finding_night", "night", "edit_id"),
)

# A person's word that a finding shall not hold this version of an encounter. The newest row of an
# encounter, edit and line counts; one whose `until` has passed withdraws the ones before it.
edit_override = Table(
    "edit_override",
    metadata,
    _id(),
    _ref("encounter_id", "encounter.id"),
    _text("edit_id", None),
    Column("line", Integer),  # null: the whole claim
    _text("who", None),
    _text("why", None),
    _text("until", None),
    _text("day", None),  # on which it was given
)

# What was done and charged. The number goes out as CLM01 and comes back as CLP01.
claim = Table(
    "claim",
    metadata,
    _id(),
    Column("patient_control_number", Text, nullable=False, unique=True),
    Column("encounter_id", Integer, ForeignKey("encounter.id"), nullable=False, unique=True),
    _text("source", None),
    _text("external_id", None),
    _text("practice", None, index=True),
    _text("patient", None, index=True),  # one person in one practice; a digest, never a name
    _text("member_id", index=True),
    _text("billing_npi"),
    _text("rendering_npi"),
    _text("specialty"),
    _text("diagnoses"),  # space between
    _text("service_from", index=True),
    _text("service_to"),
    Column("charge", BigInteger, nullable=False),
    _text("night", None),
    UniqueConstraint("source", "external_id"),
)

claim_line = Table(
    "claim_line",
    metadata,
    Column("claim_id", Integer, ForeignKey("claim.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    _text("control_number"),
    _text("procedure"),
    _text("modifiers"),  # space between
    _text("units"),
    Column("charge", BigInteger, nullable=False),
    _text("service_from"),
    _text("place_of_service"),
    _text("rendering_npi"),
)

LIVE = (
    "state IN ('held', 'ready', 'batched', 'sent', 'accepted', 'pended', 'forwarded',"
    " 'denied', 'part_paid', 'paid', 'in_appeal')"
)

# One claim to one payer in one order: what is sent, refused, replaced and paid.
submission = Table(
    "submission",
    metadata,
    _id(),
    _ref("claim_id", "claim.id"),
    _text("payer_order", None),
    Column("number", Integer, nullable=False),
    _text("payer", None),  # the payer's key, "" where it is not known
    _text("frequency", "1"),
    _text("state", None, index=True),
    _ref("batch_id", "batch.id", nullable=True),
    _count("position"),  # in its batch, from 1
    _text("payer_claim_control_number", index=True),
    _text("acknowledged"),  # night of its claim-level answer, "" none yet
    _text("night", None),
    UniqueConstraint("claim_id", "payer_order", "number"),
)
Index(
    "uq_submission_live",
    submission.c.claim_id,
    submission.c.payer_order,
    unique=True,
    sqlite_where=text(LIVE),
    postgresql_where=text(LIVE),
)

# ISA13 for each receiver: a row, never the clock.
control_number = Table(
    "control_number",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    _id(),
    _text("clearinghouse", None),
    _text("receiver", None),
    _text("payer"),
    Column("isa13", Integer, nullable=False),
    _text("name", None),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False),
    Column("claims", Integer, nullable=False),
    Column("charge", BigInteger, nullable=False),
    _text("state", None, index=True),
    _text("hold"),  # why a person must look before anything goes on; "" nothing holds it
    _text("sent_night"),
    _text("night", None, index=True),
    UniqueConstraint("receiver", "isa13"),
    UniqueConstraint("clearinghouse", "name"),
)

batch_event = Table(
    "batch_event",
    metadata,
    _id(),
    _ref("batch_id", "batch.id"),
    _text("night", None),
    _text("event", None),
    _text("detail"),
)

# A partner to whom nothing goes until a person releases it (TA1 005-013, 020; a changed host key).
partner_stop = Table(
    "partner_stop",
    metadata,
    Column("clearinghouse", Text, primary_key=True),
    _text("reason", None),
    _text("night", None),
)

# A file from a partner. `state`: stored -> taken | quarantined | archived (not X12).
response = Table(
    "response",
    metadata,
    _id(),
    _text("clearinghouse", None),
    _text("name", None),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False, unique=True),
    _text("sender"),
    _text("isa13"),
    _text("kinds"),  # transaction sets, space between
    _text("state", None, index=True),
    _text("night", None, index=True),
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
    Column("size", Integer, nullable=False),
    Column("mtime", Integer, nullable=False),
    _text("sha256"),  # of what was stored under it, "" not read yet
)

# What an acknowledgment said of a batch or of one claim of it.
answer = Table(
    "answer",
    metadata,
    _id(),
    _ref("response_id", "response.id"),
    _ref("batch_id", "batch.id", nullable=True),
    _ref("submission_id", "submission.id", nullable=True),
    _text("kind", None),  # TA1, 999, 277CA
    _text("status", None),
    _text("codes"),
    _text("place"),
    _text("night", None),
)

# One 835 transaction. `state`: posted, unbalanced, conflict, unknown_payee; released by a person.
remittance = Table(
    "remittance",
    metadata,
    _id(),
    _ref("response_id", "response.id"),
    _text("payer", None),
    _text("payee", None),
    _text("practice"),
    _text("trace", None),
    Column("amount", BigInteger, nullable=False),
    _text("paid_on", None),
    _text("method"),
    _text("content", None),  # SHA-256 of its CLP, CAS and PLB content
    _text("state", None, index=True),
    Column("difference", BigInteger, nullable=False, server_default=text("0")),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("provider_level", BigInteger, nullable=False, server_default=text("0")),
    _text("night", None, index=True),
    UniqueConstraint("payer", "payee", "trace", "amount", "paid_on", "content"),
)

claim_payment = Table(
    "claim_payment",
    metadata,
    _id(),
    _ref("remittance_id", "remittance.id"),
    Column("position", Integer, nullable=False),
    _ref("claim_id", "claim.id", nullable=True),
    _ref("submission_id", "submission.id", nullable=True),
    _text("patient_control_number"),
    _text("payer_claim_control_number", index=True),
    _text("status", None),  # CLP02
    Column("charge", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("patient_owes", BigInteger, nullable=False, server_default=text("0")),
    _text("remarks"),
    _text("matched_by"),
    # the payment that a reversal takes back; each is taken back once
    Column("reverses", Integer, ForeignKey("claim_payment.id"), unique=True),
)

line_adjustment = Table(
    "line_adjustment",
    metadata,
    _id(),
    _ref("claim_payment_id", "claim_payment.id"),
    _count("line"),  # the claim's line number, 0 the claim
    _text("procedure"),
    _text("group", None),
    _text("carc", None),
    Column("amount", BigInteger, nullable=False),
    _text("treatment", None),
)

# Double entry. The postings of an entry sum to zero; nothing here is ever changed or removed.
entry = Table(
    "entry",
    metadata,
    _id(),
    _text("kind", None),  # charge, payment, provider_level, suspense, ...
    Column("key", Text, nullable=False, unique=True),  # what was posted; the same is never posted again
    _ref("remittance_id", "remittance.id", nullable=True),
    _text("night", None, index=True),
)

posting = Table(
    "posting",
    metadata,
    _id(),
    _ref("entry_id", "entry.id"),
    _text("account", None),
    Column("cents", BigInteger, nullable=False),
    _ref("claim_id", "claim.id", nullable=True),
    _text("payer"),
    _text("practice"),
    _text("reference"),  # CARC, PLB reason
    CheckConstraint(
        "account IN ('revenue', 'receivable_payer', 'receivable_patient', 'adjustment', 'cash',"
        " 'provider_level', 'suspense')",
        name="account",
    ),
)
Index("ix_posting_account_claim", posting.c.account, posting.c.claim_id)

denial = Table(
    "denial",
    metadata,
    _id(),
    _ref("claim_payment_id", "claim_payment.id"),
    _ref("claim_id", "claim.id"),
    _ref("submission_id", "submission.id", nullable=True),
    _count("line"),
    _text("procedure"),
    _text("group", None),
    _text("carc", None),
    _text("rarcs"),
    Column("cents", BigInteger, nullable=False),
    _text("category", None),
    _text("owner", None),
    _text("action", None),
    _text("fix_path"),
    _text("correctable"),
    _text("appealable"),
    _text("until"),  # last day to act, "" not known
    _text("state", None, index=True),  # open, superseded, resolved
    _text("night", None),
    UniqueConstraint("claim_payment_id", "line", "carc"),
)

# What a person is told and nothing else holds: a short manifest, a takeback, a stopped partner.
alert = Table(
    "alert",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    _text("code", None),
    _text("message", None),
    _text("remedy"),
    _text("state", "open", index=True),
    _text("night", None),
)

# Who did what to what. Each row's `mac` is a keyed hash over the one before and the row (`audit.py`).
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # without a gap
    _text("at", None),  # UTC, "" where no clock was given
    _text("night", None),
    _text("actor", None),
    _text("act", None),
    _text("subject", None, index=True),
    _text("detail", None),
    _text("key_id", None),
    _text("mac", None),
)

# One row: where the trail ends. Its lock puts writers in line.
audit_head = Table(
    "audit_head",
    metadata,
    Column("name", Text, primary_key=True),
    Column("last", Integer, nullable=False),
    _text("mac", None),
)

# Of a document only `bytes` and `key_id` may change: sealed under another key, or purged.
APPEND_ONLY = ("entry", "posting", "answer", "batch_event", "document", "edit_override", "audit")
