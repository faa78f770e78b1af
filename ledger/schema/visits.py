"""Appointments, and the encounter that documents each."""

from sqlalchemy import Column, ForeignKey, Table, UniqueConstraint

from ledger.schema.columns import (
    ID,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# A line of a practice's appointment book, by its number there. `status`: kept, no_show, cancelled, booked (to
# come), requested (a patient asked for an estimate: no visit). `state`: open (kept, and nothing documents
# it), matched, dismissed, none (it was not kept, or is to come). A purge empties the member id and the
# record number.
visit = Table(
    "visit",
    metadata,
    id_column(),
    text_column("practice", None),
    text_column("number", None),
    day_column("visit_on", index=True),
    text_column("member_id"),
    text_column("medical_record_number"),
    text_column("provider_npi"),
    text_column("status", None),
    day_column("scheduled_on", nullable=True),  # the day on which it was made; none: not known
    text_column("pays"),  # insured, uninsured, self_pay, "" not known
    text_column("state", None, index=True),
    Column("encounter_id", ID, ForeignKey("encounter.id"), unique=True),
    text_column("matched_by"),  # number, patient
    day_column("business_on"),
    UniqueConstraint("practice", "number"),
)

# What happened to a visit: taken, changed, matched, parted, dismissed, restored. `detail`: the reason of a
# dismissal, or the fields that changed.
visit_event = Table(
    "visit_event",
    metadata,
    id_column(),
    reference("visit_id", "visit.id"),
    text_column("event", None),
    text_column("detail"),
    text_column("actor"),
    text_column("why"),
    day_column("business_on"),
)
