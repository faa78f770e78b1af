"""Coding audits: what was drawn from which frame, and what reviewers said of each line.

No row names a patient. The frame, with the plan by which it was made, is one document: its lines by the
version of their claim, which never changes.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# A sample as it was drawn. The same plan over the same frame is the same document, so it is drawn once.
coding_audit = Table(
    "coding_audit",
    metadata,
    id_column(),
    text_column("practice", None, index=True),
    day_column("from_on"),  # days of service
    day_column("to_on"),
    text_column("method", None),  # random, weighted, strata, claims
    text_column("strata_by"),  # provider, payer, code; "" no strata, or by weight
    text_column("filters"),  # provider=, code=, payer=; space between
    Column("seed", BigInteger, nullable=False),
    count_column("confidence"),  # in tenths of a percent, as the two after it
    count_column("width"),  # of the interval that the size was counted for, 0 the size was said
    count_column("expected"),  # the error rate that it was counted with
    count_column("frame_lines"),
    Column("frame_sha256", Text, ForeignKey("document.sha256"), nullable=False, unique=True),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
)

# A line that was drawn, in the order of the sheet.
coding_audit_line = Table(
    "coding_audit_line",
    metadata,
    Column("audit_id", BigInteger, ForeignKey("coding_audit.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    reference("version_id", "claim_version.id"),
    Column("line", Integer, nullable=False),
    UniqueConstraint("audit_id", "version_id", "line"),
)

# What a reviewer said of a line; the newest row counts. `elements` are those that are not as they should be:
# code, level, modifiers, diagnoses; "" it agrees. The others are what they should be, "" as billed, NONE
# nothing. A purge empties `diagnoses` and `reason`.
coding_review = Table(
    "coding_review",
    metadata,
    id_column(),
    Column("audit_id", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    text_column("elements"),
    text_column("procedure"),
    text_column("modifiers"),  # space between
    text_column("diagnoses"),  # space between, those of the line
    text_column("reason"),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    ForeignKeyConstraint(["audit_id", "place"], ["coding_audit_line.audit_id", "coding_audit_line.place"]),
    Index("ix_coding_review_audit_id_place", "audit_id", "place"),
)
