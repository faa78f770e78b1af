"""What payers are asked beside claims, and what they said."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint, text

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# One question to a payer. `key` names the need, so that one need is asked for once. It is about a submission
# (276), or about one coverage of an encounter (270). Its state is derived: wanted, then that of the batch
# that its file is (written, sent, refused), then answered; `dropped` is why it was not asked in the end.
inquiry = Table(
    "inquiry",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    text_column("kind", None),  # 276, 270
    text_column("clearinghouse", None, index=True),
    text_column("payer", None),
    text_column("practice", None),
    reference("submission_id", "submission.id", nullable=True),
    reference("encounter_id", "encounter.id", nullable=True),
    text_column("payer_order"),  # of the coverage that is asked about
    text_column("actor"),  # who asked, "" the nightly run by itself
    text_column("why", None),
    reference("batch_id", "batch.id", nullable=True),
    count_column("position"),  # in its file, from 1
    text_column("trace", index=True),  # TRN02, "" until it is written
    text_column("dropped"),
    day_column("answered_on", nullable=True),
    day_column("business_on"),
    UniqueConstraint("batch_id", "position"),
)

# What a payer said of one claim in a 277: an answer to a status inquiry, or of its own accord a request for
# documents (`control_number` is not empty then). The same again, in whatever file, is no second row.
status_answer = Table(
    "status_answer",
    metadata,
    id_column(),
    reference("response_id", "response.id"),
    reference("submission_id", "submission.id"),
    reference("inquiry_id", "inquiry.id", nullable=True),  # none: found by the claim's number alone
    text_column("meaning", None),  # in_hand, not_found, returned, wants_more, decided, paid, unclear
    text_column("codes", None),  # category:status, space between
    text_column("payer_claim_control_number"),
    Column("paid_cents", BigInteger, nullable=False, server_default=text("0")),
    day_column("paid_on", nullable=True),
    text_column("check_number"),
    text_column("control_number"),  # of a request: what its answer names it by, TRN02
    text_column("asked"),  # LOINC codes of what is asked for, a line's with its number behind an @
    day_column("asked_on", nullable=True),
    day_column("due_on", nullable=True),  # the last day that the payer names
    day_column("business_on"),
)
_SAID = ("submission_id", "inquiry_id", "codes", "payer_claim_control_number", "paid_cents", "check_number")
Index("uq_status_answer_said", *(status_answer.c[name] for name in (*_SAID, "paid_on")), unique=True)
Index(  # no two rows have the same day where they have none
    "uq_status_answer_unpaid",
    *(status_answer.c[name] for name in _SAID),
    unique=True,
    sqlite_where=status_answer.c.paid_on.is_(None),
    postgresql_where=status_answer.c.paid_on.is_(None),
)
Index(  # requests are few beside answers
    "ix_status_answer_asked",
    status_answer.c.submission_id,
    status_answer.c.control_number,
    sqlite_where=text("control_number <> ''"),
    postgresql_where=text("control_number <> ''"),
)
