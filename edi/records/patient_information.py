"""What a payer is sent to support a claim (275): the documents, and the claim that they belong to."""

from dataclasses import dataclass, field
from datetime import date

from edi.records.party import Party, Person


@dataclass(slots=True, kw_only=True)
class AttachedDocument:
    """A document of a 275, loop 2000A. `trace` (TRN02) is the attachment control number that the claim
    announced it by (PWK06), or where the payer asked for it, what it is asked by. `data` is its bytes; None
    where what was read is no document (`edi.check` says why)."""

    trace: str
    data: bytes | None = field(repr=False)
    content_type: str = "application/pdf"
    name: str = "records.pdf"


@dataclass(slots=True, kw_only=True)
class PatientInformation:
    """One 275. `reference` (BGN02) is its sender's own number. `asked`: it answers what the payer asked for;
    otherwise the claim announced it. `patient` has the member id of the subscriber."""

    reference: str
    asked: bool
    payer: Party
    provider: Party
    patient: Person
    documents: tuple[AttachedDocument, ...]
    payer_claim_control_number: str = ""  # REF 1K
    patient_control_number: str = ""  # REF EJ
    service_from: date | None = None
    service_to: date | None = None
    submitter: Party = field(default_factory=Party)  # 1000B, read only; written from the envelope's
    control_number: str = ""  # ST02, read only
