"""Good-faith estimates of what uninsured and self-pay patients are expected to be charged.

Who it is about stands in the two documents alone; here are the numbers by which visits and claims find it.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from ledger.schema.columns import (
    count_column,
    day_column,
    id_column,
    metadata,
    reference,
    text_column,
)

# One version of an estimate, as it was made. The newest version of a `number` that is not withdrawn counts.
# A purge empties the patient's numbers and whose it was.
estimate = Table(
    "estimate",
    metadata,
    id_column(),
    Column("number", BigInteger, nullable=False),
    count_column("version"),  # from 1
    text_column("practice", None, index=True),
    text_column("reference", None),  # the practice's own name for it
    text_column("visit"),  # of the appointment book, "" none
    reference("patient_id", "patient.id", nullable=True),  # none: a purge took whose it was
    text_column("member_id"),
    text_column("medical_record_number"),
    text_column("kind", None),  # uninsured, self_pay
    text_column("form", None),  # paper, electronic: as the patient asked for it
    day_column("scheduled_on", nullable=True),
    day_column("requested_on", nullable=True),
    day_column("service_on", nullable=True),
    day_column("until_on", nullable=True),  # the last day of services that recur; none: one day
    Column("said_sha256", Text, ForeignKey("document.sha256"), nullable=False),  # what the file said, as JSON
    Column("sha256", Text, ForeignKey("document.sha256"), nullable=False),  # of the letter
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    UniqueConstraint("number", "version"),
)

# An expected service of a version, by provider or facility. `cents` are of all its times together.
estimate_line = Table(
    "estimate_line",
    metadata,
    Column("estimate_id", BigInteger, ForeignKey("estimate.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    text_column("npi", None),
    text_column("procedure", None),
    text_column("modifiers"),  # space between
    text_column("units", None),
    count_column("times"),
    Column("cents", BigInteger, nullable=False),
)

# What happened to a version: given, withdrawn, accepted (the bill stands although it is above), undone.
# `ends_id` names what an undoing takes back.
estimate_event = Table(
    "estimate_event",
    metadata,
    id_column(),
    reference("estimate_id", "estimate.id"),
    text_column("event", None),
    day_column("given_on", nullable=True),
    text_column("how"),  # mail, in_person, email, portal
    Column("cents", BigInteger, nullable=False),  # accepted: what was billed then
    reference("ends_id", "estimate_event.id", nullable=True),
    text_column("actor", None),
    text_column("why", None),
    day_column("business_on"),
    UniqueConstraint("ends_id"),
)
