"""What was documented, what the edits found of it, and a person's word over them."""

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, text

from ledger.schema.columns import id_column, metadata, reference, text_column

# picked_up -> held | clean -> claimed; replaced by a newer version; late: newer than what was sent.
encounter = Table(
    "encounter",
    metadata,
    id_column(),
    text_column("source", None),
    text_column("external_id", None),
    Column("version", Integer, nullable=False),
    text_column("practice"),
    reference("inbox_file_id", "inbox_file.id"),
    text_column("payload", None),  # the encounter as JSON
    text_column("state", None, index=True),
    text_column("night", None),
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
    id_column(),
    reference("encounter_id", "encounter.id"),
    text_column("edit_id", None),
    text_column("severity", None),
    Column("line", Integer),
    text_column("place"),
    text_column("detail"),
    text_column("night", None),
    Index("ix_finding_night", "night", "edit_id"),
)

# A person's word that a finding shall not hold this version of an encounter. The newest row of an
# encounter, edit and line counts; one whose `until` has passed withdraws the ones before it.
edit_override = Table(
    "edit_override",
    metadata,
    id_column(),
    reference("encounter_id", "encounter.id"),
    text_column("edit_id", None),
    Column("line", Integer),  # null: the whole claim
    text_column("who", None),
    text_column("why", None),
    text_column("until", None),
    text_column("day", None),  # on which it was given
)
