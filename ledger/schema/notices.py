"""What goes out to people by e-mail and webhook: each notice once to each recipient."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from ledger.schema.columns import (
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# A notice to one recipient, claimed before it is sent: its key names it for good, so that one that is sent
# again after a kill goes out under the same message id. `kind`: alerts, digest.
notice = Table(
    "notice",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    text_column("kind", None),
    text_column("recipient", None),  # mail:ADDRESS, or webhook
    day_column("business_on"),
)

# The alerts that a notice tells of. `reopened` is the alert's at that time: one that comes again is told of
# again.
notice_alert = Table(
    "notice_alert",
    metadata,
    id_column(),
    reference("notice_id", "notice.id"),
    reference("alert_id", "alert.id"),
    Column("reopened", Integer, nullable=False),
    text_column("recipient", None),
    UniqueConstraint("recipient", "alert_id", "reopened", name="uq_notice_alert_once"),
)

# That a notice is over. `outcome`: sent, or over (nothing of it holds any more, or nobody is to get it).
notice_end = Table(
    "notice_end",
    metadata,
    id_column(),
    reference("notice_id", "notice.id", index=False),
    text_column("outcome", None),
    day_column("business_on"),
    Index("ix_notice_end_notice_id", "notice_id", unique=True),
)
