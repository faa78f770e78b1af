"""What payers are asked beside claims, and what they said."""

from sqlalchemy import Column, Table, Text, UniqueConstraint

from ledger.schema.columns import count_column, id_column, metadata, reference, text_column

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
    text_column("answered_on"),
    text_column("business_on", None),
    UniqueConstraint("batch_id", "position"),
)
