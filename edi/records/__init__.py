"""The flat records: what a claim, a remittance and an acknowledgment are, without their loops.

Every amount is in integer cents, every date a `datetime.date`. A record is what the rest of the
product (and anyone who needs only X12) works with; `professional.py`, `institutional.py`,
`dental.py`, `remittance.py` and `acknowledgment.py` turn it into the loops of its guide and back.
Records hold no rules: `edi.check` has those.
"""

from edi.records.acknowledgment import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    ProviderStatus,
    SegmentFault,
    Status,
    TransactionAcknowledgment,
)
from edi.records.claim import (
    PAYER_ORDERS,
    Accident,
    Attachment,
    Claim,
    Contract,
    DatedCode,
    Envelope,
    Institutional,
    LineAdjudication,
    OtherPayer,
    ServiceLine,
)
from edi.records.dental import Dental, DentalLine, Tooth
from edi.records.eligibility import Benefit, ClaimStatusAnswer, Eligibility, LineStatus, Refusal
from edi.records.envelope import InterchangeHeader, TransactionHeader
from edi.records.information_request import AskedLine, InformationRequest
from edi.records.inquiries import EligibilityInquiry, StatusInquiry
from edi.records.party import (
    Address,
    Adjustment,
    Cents,
    Party,
    Person,
)
from edi.records.patient_information import AttachedDocument, PatientInformation
from edi.records.professional import (
    Ambulance,
    Conditions,
    Equipment,
    Form,
    FormAnswer,
    Measurement,
    Professional,
    ProfessionalLine,
    SpinalManipulation,
)
from edi.records.remittance import (
    ClaimPayment,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)

__all__ = [
    "PAYER_ORDERS",
    "Accident",
    "Address",
    "Adjustment",
    "Ambulance",
    "AskedLine",
    "AttachedDocument",
    "Attachment",
    "Benefit",
    "Cents",
    "Claim",
    "ClaimAcknowledgment",
    "ClaimPayment",
    "ClaimStatus",
    "ClaimStatusAnswer",
    "Conditions",
    "Contract",
    "DatedCode",
    "Dental",
    "DentalLine",
    "Eligibility",
    "EligibilityInquiry",
    "Envelope",
    "Equipment",
    "Form",
    "FormAnswer",
    "ImplementationAcknowledgment",
    "InformationRequest",
    "Institutional",
    "InterchangeAcknowledgment",
    "InterchangeHeader",
    "LineAdjudication",
    "LineStatus",
    "Measurement",
    "OtherPayer",
    "Party",
    "PatientInformation",
    "Person",
    "Professional",
    "ProfessionalLine",
    "ProviderAdjustment",
    "ProviderStatus",
    "Refusal",
    "Remittance",
    "SegmentFault",
    "ServiceLine",
    "ServicePayment",
    "SpinalManipulation",
    "Status",
    "StatusInquiry",
    "Tooth",
    "TransactionAcknowledgment",
    "TransactionHeader",
]
