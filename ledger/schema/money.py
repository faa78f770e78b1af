"""What payers decided and paid, and the postings that it became."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ledger.schema.columns import (
    ID,
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# One 835 transaction. `state`: posted, unbalanced, conflict, unknown_payee; released by a person.
# `key` names the payment: the payer, TRN02, TRN03 and the practice paid, for a payment of nothing its
# content too. One remittance of a key posts; anything else under it is an exception. `deposited`: 1 as long
# as deposits explain all of it.
remittance = Table(
    "remittance",
    metadata,
    id_column(),
    reference("response_id", "response.id"),
    Column("key", Text, nullable=False),
    text_column("payer", None),
    text_column("payee", None),
    text_column("practice"),
    text_column("trace", None, index=True),
    text_column("originator"),  # TRN03
    Column("paid_cents", BigInteger, nullable=False),
    day_column("paid_on"),
    text_column("method"),
    text_column("content", None),  # SHA-256 of its CLP, CAS and PLB content
    text_column("state", None, index=True),
    Column("difference_cents", BigInteger, nullable=False, server_default=text("0")),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("provider_level_cents", BigInteger, nullable=False, server_default=text("0")),
    count_column("deposited"),
    day_column("business_on", index=True),
    UniqueConstraint("key", "content"),
)
Index(
    "uq_remittance_posted",
    remittance.c.key,
    unique=True,
    sqlite_where=text("state = 'posted'"),
    postgresql_where=text("state = 'posted'"),
)

Index(  # what the bank has not: of much that ever was paid, little
    "ix_remittance_not_deposited",
    *(remittance.c[name] for name in ("id", "practice", "paid_on", "payer", "paid_cents")),
    sqlite_where=text("deposited = 0 AND paid_cents > 0"),
    postgresql_where=text("deposited = 0 AND paid_cents > 0"),
)

# Loop 2100: what a payer decided of one claim. Without `claim_id` its money is in suspense.
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
    Column("charge_cents", BigInteger, nullable=False),
    Column("paid_cents", BigInteger, nullable=False),
    Column("patient_owes_cents", BigInteger, nullable=False, server_default=text("0")),
    text_column("remarks"),
    text_column("inpatient"),  # MIA01 to MIA24 with a comma between, empty where a remark stands
    text_column("outpatient"),  # MOA01 to MOA09 likewise
    text_column("forwarded_to"),  # key of the payer in NM1 TT
    text_column("unknown_drg"),  # CLP11 where it is no MS-DRG on the last day of the stay
    text_column("corrected_payer"),  # key of the payer in NM1 PR: it pays before this one
    count_column("corrected_patient"),  # 1: NM1 74 has another name or member id than the claim
    text_column("member_id"),
    text_column("patient_name"),  # a digest, as in claim_version
    day_column("service_from_on", nullable=True),
    text_column("matched_by"),
)

# Loop 2110, with its line of the claim; 0: none was found.
payment_line = Table(
    "payment_line",
    metadata,
    Column("claim_payment_id", BigInteger, ForeignKey("claim_payment.id"), primary_key=True),
    Column("position", Integer, primary_key=True),  # from 1
    count_column("line"),
    text_column("control_number"),
    text_column("procedure"),
    text_column("modifiers"),  # space between
    text_column("adjudicated"),  # SVC01 with its modifiers, where it is not what was submitted (SVC06)
    text_column("units"),  # SVC05
    text_column("submitted_units"),  # SVC07, "" as paid
    Column("charge_cents", BigInteger, nullable=False),
    Column("paid_cents", BigInteger, nullable=False),
    text_column("remarks"),
)

# A CAS triple: of a line by its position in the payment, 0 of the claim.
line_adjustment = Table(
    "line_adjustment",
    metadata,
    id_column(),
    reference("claim_payment_id", "claim_payment.id"),
    count_column("position"),
    text_column("group", None),
    text_column("carc", None),
    Column("cents", BigInteger, nullable=False),
    text_column("quantity"),  # of units, "" not said
)

# A pair of PLB elements. Those of one `reference` are a chain that comes to nothing or is listed by age.
provider_adjustment = Table(
    "provider_adjustment",
    metadata,
    id_column(),
    reference("remittance_id", "remittance.id"),
    Column("position", Integer, nullable=False),  # from 1
    text_column("reason", None),
    text_column("reference", index=True),  # PLB03-2
    day_column("fiscal_on", nullable=True),
    Column("cents", BigInteger, nullable=False),  # as signed: positive lowers the payment
)

# Who may decide about money, and up to which amount alone. Made on the first act under a name.
# `kind`: person, or service: a program that acts by a rule.
actor = Table(
    "actor",
    metadata,
    Column("name", Text, primary_key=True),
    text_column("kind", None),
    Column("limit_cents", BigInteger, nullable=False),
    day_column("business_on"),
)

# What a person did about money, and who signed: taken from a patient, refunded, written off, moved to the
# patient; a payment put on a claim, taken off it or given back; a remittance released or refused.
money_act = Table(
    "money_act",
    metadata,
    id_column(),
    reference("claim_id", "claim.id", nullable=True),
    reference("claim_payment_id", "claim_payment.id", nullable=True),
    reference("remittance_id", "remittance.id", nullable=True),
    text_column("kind", None),
    text_column("payer"),  # "" the patient
    text_column("practice"),
    Column("cents", BigInteger, nullable=False),
    text_column("reference"),
    count_column("line"),  # of the claim, 0 all of it
    Column("actor", Text, ForeignKey("actor.name"), nullable=False),
    Column("second", Text, ForeignKey("actor.name")),  # another actor, above the first one's limit
    text_column("why", None),
    day_column("business_on"),
)

# The chart of accounts. `kind`: asset, liability, income, expense.
account = Table(
    "account",
    metadata,
    Column("key", Text, primary_key=True),
    text_column("kind", None),
    text_column("title", None),
)

# Double entry. The postings of an entry sum to zero; nothing here is ever changed or removed.
entry = Table(
    "entry",
    metadata,
    id_column(),
    text_column("kind", None),  # charge, payment, provider_level, suspense, ...
    Column("key", Text, nullable=False, unique=True),  # what was posted; the same is never posted again
    reference("remittance_id", "remittance.id", nullable=True),
    day_column("business_on", index=True),
    text_column(
        "period", None
    ),  # the month that it counts in: of its business date, or the first one still open
)

posting = Table(
    "posting",
    metadata,
    id_column(),
    reference("entry_id", "entry.id"),
    Column("account", Text, ForeignKey("account.key"), nullable=False),
    Column("cents", BigInteger, nullable=False),
    reference("claim_id", "claim.id", nullable=True),
    text_column("payer"),
    text_column("practice"),
    text_column("reference"),  # CARC, PLB reason
)
Index("ix_posting_account_claim", posting.c.account, posting.c.claim_id)
Index(  # what patients paid since a day was closed
    "ix_posting_from_patients",
    posting.c.practice,
    posting.c.entry_id,
    sqlite_where=text("account = 'cash' AND payer = ''"),
    postgresql_where=text("account = 'cash' AND payer = ''"),
)

# What waits for a payer's answer, of a claim's receivable, and until when ("" where no day is known).
# With the open work of that payer it is the receivable; kept with each posting (`ledger/books`).
claim_waiting = Table(
    "claim_waiting",
    metadata,
    Column("claim_id", ID, ForeignKey("claim.id"), primary_key=True),
    Column("payer", Text, primary_key=True),
    text_column("practice", None),
    Column("cents", BigInteger, nullable=False),
    day_column("until_on", nullable=True, index=True),
    text_column("state", None),  # that of the payer's answer: unanswered, pended, part_answered, ...
)

# The balances at the end of a night, up to its last entry: what is asked of the money adds only what was
# posted since. Made from the postings, and compared with all of them by `ledger prove`.
balance = Table(
    "balance",
    metadata,
    day_column("business_on", primary_key=True),
    Column("practice", Text, primary_key=True),
    Column("payer", Text, primary_key=True),
    Column("account", Text, ForeignKey("account.key"), primary_key=True),
    Column("of_claim", Integer, primary_key=True),  # 0: of no claim, as suspense is
    Column("cents", BigInteger, nullable=False),
    Column("entry_id", BigInteger, nullable=False),  # the last one that it counts
)

# A month that takes no more entries, nor does any before it.
month_close = Table(
    "month_close",
    metadata,
    Column("month", Text, primary_key=True),  # YYYY-MM
    Column("entry_id", BigInteger, nullable=False),  # the last entry when it was closed
    Column("package", Text, ForeignKey("document.sha256")),  # its figures as they were then
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)
