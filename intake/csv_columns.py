"""The columns of the CSV format: names, what they fill, which must be there.

The table is read by the reader and shown in the documents, so neither can differ from the other.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "list", "numbers", "date", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """`target` is the path in the encounter; those that start with `line.` may differ in each row."""

    name: str
    target: str
    meaning: str
    kind: Kind = "text"
    required: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("source", "source", "the system that documents the encounter", required=True),
    Column("encounter_id", "id", "its number there; rows with the same one belong together", required=True),
    Column("version", "version", "1 at first; a higher one replaces a lower one"),
    Column("practice", "practice", "key, tax id or NPI; empty: the folder says it"),
    Column("patient_last", "patient.last", "last name", required=True),
    Column("patient_first", "patient.first", "first name", required=True),
    Column("patient_middle", "patient.middle", "middle name or initial"),
    Column("patient_suffix", "patient.suffix", "JR, SR, III"),
    Column("patient_birth_date", "patient.birth_date", "day of birth", "date", required=True),
    Column("patient_sex", "patient.sex", "F, M or U", required=True),
    Column("patient_address", "patient.address.line1", "street"),
    Column("patient_address2", "patient.address.line2", "second line"),
    Column("patient_city", "patient.address.city", "city"),
    Column("patient_state", "patient.address.state", "two letters"),
    Column("patient_zip", "patient.address.zip", "five or nine digits"),
    Column("medical_record_number", "patient.medical_record_number", "the practice's number of the patient"),
    Column("payer", "coverages.P.payer", "first payer: key, payer id or name", required=True),
    Column("member_id", "coverages.P.member_id", "member id on the card", required=True),
    Column("group_number", "coverages.P.group_number", "group number"),
    Column("relationship", "coverages.P.relationship", "patient to subscriber: 18 self, 01 spouse, 19 child"),
    Column("subscriber_last", "coverages.P.subscriber.last", "insured person, where not the patient"),
    Column("subscriber_first", "coverages.P.subscriber.first", ""),
    Column("subscriber_birth_date", "coverages.P.subscriber.birth_date", "", "date"),
    Column("subscriber_sex", "coverages.P.subscriber.sex", "F, M or U"),
    Column("subscriber_address", "coverages.P.subscriber.address.line1", "street"),
    Column("subscriber_city", "coverages.P.subscriber.address.city", ""),
    Column("subscriber_state", "coverages.P.subscriber.address.state", ""),
    Column("subscriber_zip", "coverages.P.subscriber.address.zip", ""),
    Column("secondary_payer", "coverages.S.payer", "second payer"),
    Column("secondary_member_id", "coverages.S.member_id", ""),
    Column("secondary_group_number", "coverages.S.group_number", ""),
    Column("secondary_relationship", "coverages.S.relationship", ""),
    Column("secondary_insurance_type", "coverages.S.insurance_type", "why Medicare is second, e.g. 12"),
    Column("diagnoses", "diagnoses", "ICD-10-CM, principal first, like J02.9;R50.9", "list", required=True),
    Column("rendering_npi", "rendering.npi", "who saw the patient", required=True),
    Column("rendering_last", "rendering.last", ""),
    Column("rendering_first", "rendering.first", ""),
    Column("rendering_taxonomy", "rendering.taxonomy", ""),
    Column("referring_npi", "referring.npi", "who sent the patient"),
    Column("referring_last", "referring.last", ""),
    Column("referring_first", "referring.first", ""),
    Column("supervising_npi", "supervising.npi", ""),
    Column("supervising_last", "supervising.last", ""),
    Column("supervising_first", "supervising.first", ""),
    Column("facility_name", "service_facility.last", "where it was done, if not at the practice"),
    Column("facility_npi", "service_facility.npi", ""),
    Column("facility_address", "service_facility.address.line1", ""),
    Column("facility_city", "service_facility.address.city", ""),
    Column("facility_state", "service_facility.address.state", ""),
    Column("facility_zip", "service_facility.address.zip", ""),
    Column("accident_causes", "accident.causes", "AA auto, EM work, OA other", "list"),
    Column("accident_state", "accident.state", "of an auto accident"),
    Column("accident_date", "accident.day", "", "date"),
    Column("onset_date", "onset", "first symptoms", "date"),
    Column("admission_date", "admission", "", "date"),
    Column("discharge_date", "discharge", "", "date"),
    Column("prior_authorization", "prior_authorization", "the payer's number"),
    Column("referral_number", "referral_number", ""),
    Column("clia", "clia", "the laboratory's number"),
    Column("note", "note", "to the payer"),
    Column("patient_paid", "patient_paid", "dollars taken at the visit"),
    Column("visit_minutes", "documentation.minutes", "total time on the day"),
    Column("decision_making", "documentation.decision_making", "straightforward, low, moderate or high"),
    Column("signed", "documentation.signed", "whether the note is signed: yes or no", "flag"),
    Column("service_date", "line.service_from", "day of this service", "date", required=True),
    Column("service_to", "line.service_to", "its last day, where it took several", "date"),
    Column("place_of_service", "line.place_of_service", "two digits; 11 is the office", required=True),
    Column("procedure", "line.procedure", "CPT or HCPCS", required=True),
    Column("modifiers", "line.modifiers", "like 25;59", "list"),
    Column("pointers", "line.pointers", "which diagnoses, from 1, like 1;2", "numbers"),
    Column("units", "line.units", "1 where empty"),
    Column("unit_code", "line.unit_code", "UN units, MJ minutes"),
    Column("charge", "line.charge", "dollars for the line; empty: the fee schedule says it"),
    Column("description", "line.description", "of an unlisted procedure"),
    Column("ndc", "line.ndc", "drug, eleven digits"),
    Column("ndc_quantity", "line.ndc_quantity", ""),
    Column("ndc_unit", "line.ndc_unit", ""),
    Column("line_note", "line.note", ""),
)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
IGNORED_PREFIX = "x_"  # a practice's own columns, which nobody reads
