"""What patients are asked for: statements, what holds them, payment plans, and what collections were given.

An account is nowhere: whose claims belong together is derived from their documents. What is kept names
claims, or the patient by number, never a person.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# The statements that were made together, and the file of them that a mailing house prints.
statement_batch = Table(
    "statement_batch",
    metadata,
    id_column(),
    count_column("statements"),
    Column("cents", BigInteger, nullable=False),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False),  # of the CSV file
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on", index=True),
)

# What a guarantor is asked for. `claim_id` is the first claim of the account: its number.
statement = Table(
    "statement",
    metadata,
    id_column(),
    reference("batch_id", "statement_batch.id"),
    reference("claim_id", "claim.id"),
    text_column("practice", None),
    Column("cents", BigInteger, nullable=False),
    day_column("due_on"),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False),  # of the page
    day_column("business_on"),
    UniqueConstraint("batch_id", "claim_id"),
)

# What of a statement each claim is.
statement_claim = Table(
    "statement_claim",
    metadata,
    Column("statement_id", BigInteger, ForeignKey("statement.id"), primary_key=True),
    Column("claim_id", BigInteger, ForeignKey("claim.id"), primary_key=True, index=True),
    Column("cents", BigInteger, nullable=False),
)

# A statement that does not count: it was not mailed, or is wrong.
statement_void = Table(
    "statement_void",
    metadata,
    Column("statement_id", BigInteger, ForeignKey("statement.id"), primary_key=True),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# What a collection agency was given together: the file of it. The acts that moved the money name it.
collection = Table(
    "collection",
    metadata,
    id_column(),
    text_column("practice", None),
    count_column("claims"),
    Column("cents", BigInteger, nullable=False),
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# The claims of it.
collection_claim = Table(
    "collection_claim",
    metadata,
    Column("collection_id", BigInteger, ForeignKey("collection.id"), primary_key=True),
    Column("claim_id", BigInteger, ForeignKey("claim.id"), primary_key=True, index=True),
    Column("cents", BigInteger, nullable=False),
)

# What a guarantor agreed to pay by instalments: so many, month by month, from a day on.
payment_plan = Table(
    "payment_plan",
    metadata,
    id_column(),
    reference("claim_id", "claim.id"),  # the account's first claim
    text_column("practice", None),
    Column("cents", BigInteger, nullable=False),
    count_column("instalments"),
    day_column("first_on"),
    Column("entry_id", BigInteger, nullable=False),  # the last entry in the books when it was agreed
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# The claims that it pays, with what was owed of each.
payment_plan_claim = Table(
    "payment_plan_claim",
    metadata,
    Column("plan_id", BigInteger, ForeignKey("payment_plan.id"), primary_key=True),
    Column("claim_id", BigInteger, ForeignKey("claim.id"), primary_key=True, index=True),
    Column("cents", BigInteger, nullable=False),
)

# A plan that a person ended.
payment_plan_end = Table(
    "payment_plan_end",
    metadata,
    Column("plan_id", BigInteger, ForeignKey("payment_plan.id"), primary_key=True),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# Who answers for a child's bills, as a person said: the document names the adult. None: what its encounters
# say counts again.
guarantor = Table(
    "guarantor",
    metadata,
    id_column(),
    reference("patient_id", "patient.id"),  # the child
    Column("sha256", Text, ForeignKey("document.sha256")),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# What recognises the guarantor of a claim, as digests with blanks between, and what they were read from: a
# document of the claim, the day of its service and a person's word. Derived, and made anew where one of these
# is another one now. A purge takes them with the document.
guarantor_digest = Table(
    "guarantor_digest",
    metadata,
    Column("claim_id", BigInteger, ForeignKey("claim.id"), primary_key=True),
    Column("encounter_id", BigInteger, ForeignKey("encounter.id"), nullable=False, index=True),
    text_column("read_as", None),
    text_column("marks"),
)

# The same digests, each by itself: which claims have one in common is looked up here.
guarantor_mark = Table(
    "guarantor_mark",
    metadata,
    text_column("mark", None),
    Column("claim_id", BigInteger, ForeignKey("claim.id"), nullable=False, index=True),
    Index("ix_guarantor_mark_mark_claim_id", "mark", "claim_id"),
)

# Why a guarantor gets no statement, from a day on: of the whole account that the claim belongs to, or of
# the claim alone. What ends a hold is a row of its own, which names it.
statement_hold = Table(
    "statement_hold",
    metadata,
    id_column(),
    reference("claim_id", "claim.id"),
    count_column("whole"),  # 1: the account, 0: this claim alone
    text_column("kind", None),  # bankruptcy, deceased, minor, returned_mail, assistance, dispute
    reference("ends_id", "statement_hold.id", nullable=True),
    day_column("from_on"),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    UniqueConstraint("ends_id"),
)

# The claims that an account had when it was held: the hold stays with each of them, whoever answers now.
statement_hold_claim = Table(
    "statement_hold_claim",
    metadata,
    Column("hold_id", BigInteger, ForeignKey("statement_hold.id"), primary_key=True),
    Column("claim_id", BigInteger, ForeignKey("claim.id"), primary_key=True, index=True),
)
