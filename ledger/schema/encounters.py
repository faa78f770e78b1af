"""What was documented, what the edits found of it, and a person's overrides of them."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, UniqueConstraint, text

from ledger.schema.columns import (
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# picked_up -> held | clean -> claimed; replaced by a newer version; late: newer than what was sent.
# It is named by its practice, the documenting system, that system's number and, for some, its patient.
encounter = Table(
    "encounter",
    metadata,
    id_column(),
    text_column("source", None),
    text_column("external_id", None, index=True),
    Column("version", Integer, nullable=False),
    text_column("practice"),
    reference("inbox_file_id", "inbox_file.id"),
    text_column("payload", None),  # the encounter as JSON
    text_column("state", None, index=True),
    day_column("business_on"),
    text_column("subject"),  # whose, where the document's number alone does not say it: a digest
    text_column("content"),  # hash of the payload as it came
    text_column("patient"),  # of one held or clean, until its claim is built: a digest, as in patient
    text_column("doubt"),  # why a person must look before it goes: an id and words, one a line
    # Of one that was held, as its document says: its payers, one a line, its charge and its first day.
    text_column("payers"),
    Column("charge_cents", BigInteger, nullable=False, server_default=text("0")),
    day_column("service_from_on", nullable=True),
    # Of one that is held: by what it was judged beside its patient's claims ("" it must be judged again),
    # when that was, and the day on which the calendar may say otherwise.
    text_column("judged_as"),
    day_column("judged_on", nullable=True),
    day_column("judge_again_on", nullable=True),
    UniqueConstraint(
        "practice", "source", "external_id", "subject", "version", "content", name="uq_encounter_content"
    ),
)
Index("ix_encounter_business_on_state", encounter.c.business_on, encounter.c.state)
Index(
    "ix_encounter_patient",
    encounter.c.patient,
    sqlite_where=text("patient != ''"),
    postgresql_where=text("patient != ''"),
)
Index(  # which of those that are held must be judged again is told from the index alone
    "ix_encounter_held",
    *(encounter.c[_name] for _name in ("judged_as", "judged_on", "judge_again_on", "patient")),
    sqlite_where=text("state = 'held'"),
    postgresql_where=text("state = 'held'"),
)
Index(
    "uq_encounter_current",
    encounter.c.practice,
    encounter.c.source,
    encounter.c.external_id,
    encounter.c.subject,
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
    day_column("business_on"),
    Index("ix_finding_business_on", "business_on", "edit_id"),
)

# A person's decision that a finding shall not hold this version of an encounter. The newest row of an
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
    day_column("until_on"),
    day_column("business_on"),  # on which it was given
)
