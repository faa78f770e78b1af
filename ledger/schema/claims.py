"""What was done and charged, and each time that it is put to a payer."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# One person in one practice, without saying who. `digest` recognises the person in other documents: of the
# name and the birth date. Null: nothing does, or a purge took it.
patient = Table(
    "patient",
    metadata,
    id_column(),
    text_column("practice", None),
    Column("digest", Text),
    day_column("business_on"),
    UniqueConstraint("digest", "practice"),
)

# A claim is identity alone: the number goes out as CLM01, comes back as CLP01, and stays for life.
# What was done and charged stands in its versions; `version_id` is the newest one.
claim = Table(
    "claim",
    metadata,
    id_column(),
    Column("patient_control_number", Text, nullable=False, unique=True),
    Column("version_id", BigInteger),
    text_column("source", None),
    text_column("external_id", None, index=True),
    text_column("practice", None, index=True),
    reference("patient_id", "patient.id", nullable=True),  # none: a purge took whose it was
    day_column("business_on"),
    text_column("subject"),  # as in encounter
    UniqueConstraint("practice", "source", "external_id", "subject", name="uq_claim_whose"),
)

# What was done and charged, as one version of its encounter says. Never changed: a payment always finds
# the lines that it was about. Only `member_id`, `patient_name` and `diagnoses` are emptied by a purge.
claim_version = Table(
    "claim_version",
    metadata,
    id_column(),
    reference("claim_id", "claim.id", index=False),  # the unique key begins with it
    Column("number", Integer, nullable=False),  # from 1
    reference("encounter_id", "encounter.id", nullable=True),  # none: taken over from an older system
    text_column("member_id", index=True),
    text_column("patient_name", index=True),  # a digest of the name without accents, blanks and hyphens
    text_column("billing_npi"),
    text_column("rendering_npi"),
    text_column("specialty"),
    text_column("diagnoses"),  # space between
    text_column("kind", "P"),  # P, I or D: the 837 that it is
    text_column("drg"),  # HI DR
    count_column("predetermination"),  # 1: asks what would be paid; nothing was done and nothing is owed
    day_column("service_from_on", nullable=True, index=True),
    day_column("service_to_on", nullable=True),
    Column("charge_cents", BigInteger, nullable=False),  # of what is billed: restricted lines are beside it
    Column("prepaid_cents", BigInteger, nullable=False, server_default=text("0")),  # taken at the desk
    day_column("business_on"),
    UniqueConstraint("claim_id", "number"),
)

claim_line = Table(
    "claim_line",
    metadata,
    Column("version_id", BigInteger, ForeignKey("claim_version.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    text_column("control_number"),
    text_column("procedure"),
    text_column("modifiers"),  # space between
    text_column("units"),
    text_column("unit_code", "UN"),  # UN units, MJ minutes, DA days
    Column("charge_cents", BigInteger, nullable=False),
    day_column("service_from_on", nullable=True),
    text_column("place_of_service"),
    text_column("revenue_code"),  # SV201
    text_column("rendering_npi"),
    count_column("patients"),  # 1: the patient's at once, no payer is asked for it
    count_column("restricted"),  # 1: paid in full by the patient, who asked that no payer gets it: never sent
    text_column("authorization", index=True),  # REF G1, its own or the claim's
    text_column("referral", index=True),  # REF 9F likewise
)

# The coverages of a version, in the order in which they are billed.
coverage = Table(
    "coverage",
    metadata,
    Column("version_id", BigInteger, ForeignKey("claim_version.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    text_column("payer_order", None),  # P, S, T
    text_column("payer", None),
    text_column("member_id"),
    text_column("plan"),  # the group number, by which contracts distinguish a payer's plans
)

# The documents that a version announces (PWK): how each goes to the payer, and the number that names it.
attachment = Table(
    "attachment",
    metadata,
    Column("version_id", BigInteger, ForeignKey("claim_version.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    text_column("report_type", None),  # PWK01
    text_column("transmission", None),  # PWK02; AA: kept for when the payer asks
    text_column("control_number"),  # PWK06
)

# What a person decided of a correction that came after its claim was sent, or of a claim taken back.
# `method`: new, replacement, void_then_new, void, later_payer (nothing goes to the first one); reopening,
# redetermination or portal (done by hand, and work until then); refused (the claim stays as it is). `changes`
# names the fields that differ.
correction = Table(
    "correction",
    metadata,
    id_column(),
    reference("claim_id", "claim.id"),
    reference("encounter_id", "encounter.id", nullable=True),  # none: a void alone
    text_column("payer_order", None),
    text_column("payer", None),
    text_column("method", None),
    text_column("replaces"),  # the payer's number of the claim that it corrects, REF F8
    text_column("condition"),  # condition code of a replaced institutional claim
    text_column("changes"),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# Of a claim in one order one submission is live at most. Each state that ends that is compared by itself:
# SQLite asks this at every change of a state, and a list takes it longer than the rest of the change.
LIVE = " AND ".join(f"state <> '{state}'" for state in ("rejected", "replaced", "voided", "closed"))

# One version of a claim to one payer in one order: what is sent, refused, replaced and paid.
submission = Table(
    "submission",
    metadata,
    id_column(),
    reference("claim_id", "claim.id", index=False),  # the unique key begins with it
    reference("version_id", "claim_version.id"),
    text_column("payer_order", None),
    Column("number", Integer, nullable=False),
    text_column("payer", None),  # the payer's key, "" where it is not known
    text_column("frequency", "1"),
    text_column("replaces"),  # the payer's number of the claim that it replaces or takes back, REF F8
    text_column("condition"),  # condition code of a replaced institutional claim
    text_column("state", None, index=True),
    reference("batch_id", "batch.id", nullable=True),
    count_column("position"),  # in its batch, from 1
    text_column("payer_claim_control_number", index=True),
    day_column("acknowledged_on", nullable=True),  # business date of its claim-level answer
    text_column("reported"),  # digest of what it says of the payers before it, "" the first payer
    day_column("opened_on", nullable=True),  # when an older system sent it; none: sent from here
    day_column("due_on", nullable=True),  # the last day to act that the older system knew
    day_column("business_on"),
    UniqueConstraint("claim_id", "payer_order", "number"),
)
for _name in ("state", "payer"):  # a page of claims in a state, or of a payer, begins behind a claim
    Index(  # for statements that say this alone: without statistics SQLite would prefer it to better ones
        f"ix_submission_{_name}_claim",
        submission.c[_name],
        submission.c.claim_id,
        sqlite_where=text("claim_id > 0"),
        postgresql_where=text("claim_id > 0"),
    )
# Each state that a submission came into: the first one when it is made, then one a change.
submission_event = Table(
    "submission_event",
    metadata,
    id_column(),
    reference("submission_id", "submission.id"),
    text_column("state", None),
    day_column("business_on"),  # the business date
    text_column("recorded_at"),  # UTC, "" where no clock was given; decides nothing
    text_column("actor"),
    text_column("reason", None),
    Index("ix_submission_event_business_on", "business_on", "state"),
)
Index(
    "ix_submission_again",  # those that are not the first of their claim and order
    submission.c.claim_id,
    submission.c.payer_order,
    submission.c.number,
    sqlite_where=text("number > 1"),
    postgresql_where=text("number > 1"),
)
Index(
    "uq_submission_live",
    submission.c.claim_id,
    submission.c.payer_order,
    unique=True,
    sqlite_where=text(LIVE),
    postgresql_where=text(LIVE),
)
