"""A remittance: BPR, claim and service payments, provider summaries and adjustments."""

import datetime
from collections.abc import Sequence

from edi.declare.grammar import Cents, N, composite, el, segment
from edi.declare.nodes import Composite, Segment
from edi.declare.types import AMOUNT, AN, CENTS, DT, ID, R
from edi.segments.claim import Procedure

PROVIDER_REASONS = (
    "50 51 72 90 AH AM AP B2 B3 BD BN C5 CR CS CT CV CW DM E3 FB FC GO HM IP IR IS J1 L3 L6 LE LS OA OB PI "
    "PL RA RE SL TL WO WU"
)


@segment("BPR", "Payment", key="none", notes="P0607 C0809 P1213 C1415 P1819 C2021")
class BPR(Segment):
    handling: str = el(1, ID(1, 2), "Handling", "C D H I P U X")
    payment: Cents = el(2, AMOUNT, "Payment")
    credit: str = el(3, ID(1, 1), "Credit or debit", "C D")
    method: str = el(4, ID(3, 3), "Payment method", "ACH BOP CHK FWT NON")
    format: str = el(5, ID(1, 10), "Payment format", "CCP CTX", default="")
    sender_bank_qualifier: str = el(6, ID(2, 2), "Sender bank qualifier", "01 04", default="")
    sender_bank: str = el(7, AN(3, 12), "Sender bank", default="")
    sender_account_qualifier: str = el(8, ID(1, 3), "Sender account qualifier", "DA", default="")
    sender_account: str = el(9, AN(1, 35), "Sender account", default="")
    payer_id: str = el(10, AN(10, 10), "Payer identifier", default="")
    payer_supplement: str = el(11, AN(9, 9), "Payer's further identifier", default="")
    receiver_bank_qualifier: str = el(12, ID(2, 2), "Receiver bank qualifier", "01 04", default="")
    receiver_bank: str = el(13, AN(3, 12), "Receiver bank", default="")
    receiver_account_qualifier: str = el(14, ID(1, 3), "Receiver account qualifier", "DA SG", default="")
    receiver_account: str = el(15, AN(1, 35), "Receiver account", default="")
    date: datetime.date | None = el(16, DT, "Date of the payment")
    function: str = el(17, ID(1, 3), "Business function", default="", use=N)
    third_bank_qualifier: str = el(18, ID(2, 2), "Third bank qualifier", default="", use=N)
    third_bank: str = el(19, AN(3, 12), "Third bank", default="", use=N)
    third_account_qualifier: str = el(20, ID(1, 3), "Third account qualifier", default="", use=N)
    third_account: str = el(21, AN(1, 35), "Third account", default="", use=N)


@segment("RDM", "Delivery of the remittance", key="none")
class RDM(Segment):
    method: str = el(1, ID(1, 2), "How it is delivered", "BM EM FT OL")
    name: str = el(2, AN(1, 60), "Name", default="")
    address: str = el(3, AN(1, 256), "Address or number", default="")
    rest: Sequence[str] = el(4, AN(1, 50), "References", default=(), upto=5, use=N)


@segment("TS3", "Provider summary", key="none")
class TS3(Segment):
    provider: str = el(1, AN(1, 50), "Provider")
    facility_code: str = el(2, AN(1, 2), "Facility type")
    fiscal_period: datetime.date | None = el(3, DT, "Fiscal period")
    claims: str = el(4, R(1, 15), "Number of claims")
    charge: Cents = el(5, AMOUNT, "Total charge")
    unused6: Sequence[str] = el(6, AMOUNT, "Amounts", default=(), upto=12, use=N)
    secondary_payer: Cents | None = el(13, AMOUNT, "Paid by other payers", default=None)
    unused14: Cents | None = el(14, AMOUNT, "Amount", default=None, use=N)
    non_lab: Cents | None = el(15, AMOUNT, "Non-laboratory charge", default=None)
    unused16: Cents | None = el(16, AMOUNT, "Amount", default=None, use=N)
    hcpcs_reported: Cents | None = el(17, AMOUNT, "HCPCS charge reported", default=None)
    hcpcs_payable: Cents | None = el(18, AMOUNT, "HCPCS payable", default=None)
    unused19: Cents | None = el(19, AMOUNT, "Amount", default=None, use=N)
    professional: Cents | None = el(20, AMOUNT, "Professional component", default=None)
    patient_liability_met: Cents | None = el(
        21, AMOUNT, "Patient liability met by other payers", default=None
    )
    patient_reimbursement: Cents | None = el(22, AMOUNT, "Reimbursed to patients", default=None)
    interim_claims: str = el(23, R(1, 15), "Periodic interim claims", default="")
    interim_adjustment: Cents | None = el(24, AMOUNT, "Periodic interim adjustment", default=None)


@segment("TS2", "Inpatient summary", key="none")
class TS2(Segment):
    drg: Cents | None = el(1, AMOUNT, "DRG", default=None)
    federal: Cents | None = el(2, AMOUNT, "Federal portion", default=None)
    hospital: Cents | None = el(3, AMOUNT, "Hospital portion", default=None)
    disproportionate_share: Cents | None = el(4, AMOUNT, "Disproportionate share", default=None)
    capital: Cents | None = el(5, AMOUNT, "Capital", default=None)
    education: Cents | None = el(6, AMOUNT, "Indirect medical education", default=None)
    outlier_days: str = el(7, R(1, 15), "Outlier days", default="")
    day_outlier: Cents | None = el(8, AMOUNT, "Day outlier", default=None)
    cost_outlier: Cents | None = el(9, AMOUNT, "Cost outlier", default=None)
    average_stay: str = el(10, R(1, 15), "Average length of stay", default="")
    discharges: str = el(11, R(1, 15), "Discharges", default="")
    cost_report_days: str = el(12, R(1, 15), "Cost report days", default="")
    covered_days: str = el(13, R(1, 15), "Covered days", default="")
    non_covered_days: str = el(14, R(1, 15), "Non-covered days", default="")
    pass_through: Cents | None = el(15, AMOUNT, "Secondary payer pass-through", default=None)
    average_weight: str = el(16, R(1, 15), "Average DRG weight", default="")
    capital_federal: Cents | None = el(17, AMOUNT, "Capital, federal portion", default=None)
    capital_hospital: Cents | None = el(18, AMOUNT, "Capital, hospital portion", default=None)
    capital_share: Cents | None = el(19, AMOUNT, "Capital, disproportionate share", default=None)


@segment("CLP", "Claim payment", key="none")
class CLP(Segment):
    patient_control_number: str = el(1, AN(1, 38), "Patient control number")
    status: str = el(2, ID(1, 2), "Claim status", "1 2 3 4 19 20 21 22 23 25")
    charge: Cents = el(3, AMOUNT, "Total charge")
    paid: Cents = el(4, AMOUNT, "Payment")
    patient_owes: Cents | None = el(5, AMOUNT, "Patient responsibility", default=None)
    filing_code: str = el(
        6, ID(1, 2), "Claim filing indicator", "12 13 14 15 16 17 AM CH DS HM LM MA MB MC OF TV VA WC ZZ"
    )
    payer_claim_control_number: str = el(7, AN(1, 50), "Payer claim control number")
    facility_code: str = el(8, AN(1, 2), "Facility type", default="")
    frequency: str = el(9, ID(1, 1), "Claim frequency", default="")
    patient_status: str = el(10, ID(1, 2), "Patient status", default="", use=N)
    drg: str = el(11, ID(1, 4), "DRG", default="")
    drg_weight: str = el(12, R(1, 15), "DRG weight", default="")
    discharge_fraction: str = el(13, R(1, 10), "Discharge fraction", default="")
    condition: str = el(14, ID(1, 1), "Condition", default="", use=N)


@segment("SVC", "Service payment", key="none")
class SVC(Segment):
    procedure: Procedure = el(1, Procedure, "Procedure that was adjudicated")
    charge: Cents = el(2, AMOUNT, "Line charge")
    paid: Cents = el(3, AMOUNT, "Line payment")
    revenue_code: str = el(4, AN(1, 48), "Revenue code", default="")
    units: str = el(5, R(1, 15), "Units paid", default="")
    submitted: Procedure | None = el(6, Procedure, "Procedure that was submitted", default=None)
    submitted_units: str = el(7, R(1, 15), "Units submitted", default="")


@composite("Provider adjustment")
class AdjustmentIdentifier(Composite):
    reason: str = el(1, ID(2, 2), "Reason", PROVIDER_REASONS)
    reference: str = el(2, AN(1, 50), "Reference", default="")


@segment("PLB", "Provider adjustments", key="none", notes="P0506 P0708 P0910 P1112 P1314")
class PLB(Segment):
    provider: str = el(1, AN(1, 50), "Provider")
    fiscal_period: datetime.date | None = el(2, DT, "End of the fiscal period")
    adjustment: AdjustmentIdentifier = el(3, AdjustmentIdentifier, "Adjustment")
    amount: Cents = el(4, AMOUNT, "Adjustment amount")
    adjustment2: AdjustmentIdentifier | None = el(5, AdjustmentIdentifier, "Second adjustment", default=None)
    amount2: Cents | None = el(6, AMOUNT, "Second amount", default=None)
    adjustment3: AdjustmentIdentifier | None = el(7, AdjustmentIdentifier, "Third adjustment", default=None)
    amount3: Cents | None = el(8, AMOUNT, "Third amount", default=None)
    adjustment4: AdjustmentIdentifier | None = el(9, AdjustmentIdentifier, "Fourth adjustment", default=None)
    amount4: Cents | None = el(10, AMOUNT, "Fourth amount", default=None)
    adjustment5: AdjustmentIdentifier | None = el(11, AdjustmentIdentifier, "Fifth adjustment", default=None)
    amount5: Cents | None = el(12, AMOUNT, "Fifth amount", default=None)
    adjustment6: AdjustmentIdentifier | None = el(13, AdjustmentIdentifier, "Sixth adjustment", default=None)
    amount6: Cents | None = el(14, AMOUNT, "Sixth amount", default=None)

    def pairs(self) -> list[tuple[str, str, Cents]]:
        """Reason, reference and cents of each; an unreadable amount counts as 0."""
        e = self._e
        c = self.d.component if self.d else ":"
        found = []
        for i in range(3, min(len(e), 15), 2):
            if e[i] or (i + 1 < len(e) and e[i + 1]):
                reason, _, reference = e[i].partition(c)
                found.append((reason, reference, (CENTS[e[i + 1]] or 0) if i + 1 < len(e) else 0))
        return found
