"""How much: amounts, quantities, adjustments, contracts and repricing."""

from collections.abc import Sequence

from edi.declare.grammar import Cents, N, el, segment
from edi.declare.nodes import Segment
from edi.declare.types import AMOUNT, AN, CENTS, ID, R

MIA_REMARKS = (5, 20, 21, 22, 23)
"""The elements of MIA that are remark codes."""
MOA_REMARKS = (3, 4, 5, 6, 7)
_ADJUSTMENT_NOTES = (
    "L050607 C0605 C0705 L080910 C0908 C1008 L111213 C1211 C1311 L141516 C1514 C1614 L171819 C1817 C1917"
)


@segment("AMT", "Amount")
class AMT(Segment):
    qualifier: str = el(1, ID(1, 3), "Amount qualifier")
    amount: Cents = el(2, AMOUNT, "Amount")
    flag: str = el(3, ID(1, 1), "Credit or debit", default="", use=N)


@segment("QTY", "Quantity", notes="E0204 R0204")
class QTY(Segment):
    qualifier: str = el(1, ID(2, 2), "Quantity qualifier")
    quantity: str = el(2, R(1, 15), "Quantity")
    unit: str = el(3, AN(1, 15), "Unit", default="", use=N)
    free_text: str = el(4, AN(1, 30), "Free text", default="", use=N)


@segment("CAS", "Adjustments", key="none", notes=_ADJUSTMENT_NOTES)
class CAS(Segment):
    group: str = el(1, ID(1, 2), "Adjustment group", "CO CR OA PI PR")
    reason: str = el(2, ID(1, 5), "Adjustment reason", external="carc")
    amount: Cents = el(3, AMOUNT, "Adjustment amount")
    quantity: str = el(4, R(1, 15), "Adjustment quantity", default="")
    reason2: str = el(5, ID(1, 5), "Second reason", default="", external="carc")
    amount2: Cents | None = el(6, AMOUNT, "Second amount", default=None)
    quantity2: str = el(7, R(1, 15), "Second quantity", default="")
    reason3: str = el(8, ID(1, 5), "Third reason", default="", external="carc")
    amount3: Cents | None = el(9, AMOUNT, "Third amount", default=None)
    quantity3: str = el(10, R(1, 15), "Third quantity", default="")
    reason4: str = el(11, ID(1, 5), "Fourth reason", default="", external="carc")
    amount4: Cents | None = el(12, AMOUNT, "Fourth amount", default=None)
    quantity4: str = el(13, R(1, 15), "Fourth quantity", default="")
    reason5: str = el(14, ID(1, 5), "Fifth reason", default="", external="carc")
    amount5: Cents | None = el(15, AMOUNT, "Fifth amount", default=None)
    quantity5: str = el(16, R(1, 15), "Fifth quantity", default="")
    reason6: str = el(17, ID(1, 5), "Sixth reason", default="", external="carc")
    amount6: Cents | None = el(18, AMOUNT, "Sixth amount", default=None)
    quantity6: str = el(19, R(1, 15), "Sixth quantity", default="")

    def triples(self) -> list[tuple[str, Cents, str]]:
        """Its reasons with their cents and quantities; an unreadable amount counts as 0."""
        e = self._e
        n = len(e)
        return [
            (e[i], (CENTS[e[i + 1]] or 0) if i + 1 < n else 0, e[i + 2] if i + 2 < n else "")
            for i in range(2, min(n, 20), 3)
            if e[i] or (i + 1 < n and e[i + 1])
        ]


@segment("CUR", "Currency", key="none")
class CUR(Segment):
    entity: str = el(1, ID(2, 3), "Whose currency")
    currency: str = el(2, ID(3, 3), "Currency", external="currencies")
    rest: Sequence[str] = el(3, AN(1, 10), "Exchange details", default=(), upto=21, use=N)


@segment("CN1", "Contract", key="none")
class CN1(Segment):
    type: str = el(1, ID(2, 2), "Contract type", "01 02 03 04 05 06 09")
    amount: Cents | None = el(2, AMOUNT, "Contract amount", default=None)
    percentage: str = el(3, R(1, 6), "Contract percentage", default="")
    code: str = el(4, AN(1, 50), "Contract code", default="")
    discount: str = el(5, R(1, 6), "Terms discount percentage", default="")
    version: str = el(6, AN(1, 30), "Contract version", default="")


@segment("HCP", "Pricing and repricing", key="none", notes="R0113 P0910 P1112")
class HCP(Segment):
    methodology: str = el(1, ID(2, 2), "Pricing method", "00 01 02 03 04 05 06 07 08 09 10 11 12 13 14")
    allowed: Cents = el(2, AMOUNT, "Repriced allowed amount")
    saving: Cents | None = el(3, AMOUNT, "Repriced saving", default=None)
    organisation: str = el(4, AN(1, 50), "Repricing organisation", default="")
    rate: str = el(5, R(1, 9), "Per diem or flat rate", default="")
    group_code: str = el(6, AN(1, 50), "Approved group code", default="")
    group_amount: Cents | None = el(7, AMOUNT, "Approved group amount", default=None)
    revenue_code: str = el(8, AN(1, 48), "Approved revenue code", default="", use=N)
    procedure_qualifier: str = el(9, ID(2, 2), "Approved procedure qualifier", default="", use=N)
    procedure: str = el(10, AN(1, 48), "Approved procedure", default="", use=N)
    unit: str = el(11, ID(2, 2), "Unit", default="", use=N)
    quantity: str = el(12, R(1, 15), "Approved units", default="", use=N)
    reject_reason: str = el(13, ID(2, 2), "Rejection reason", "T1 T2 T3 T4 T5 T6", default="")
    compliance: str = el(14, ID(1, 2), "Policy compliance", "1 2 3 4 5", default="")
    exception: str = el(15, ID(1, 2), "Exception", "1 2 3 4 5 6", default="")


def _figures(elements: list[str], remarks: tuple[int, ...]) -> tuple[str, ...]:
    """The elements of a segment from the first as text, "" where a remark code stands."""
    found = ["" if at in remarks else text for at, text in enumerate(elements) if at]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


@segment("MOA", "Outpatient adjudication", key="none")
class MOA(Segment):
    rate: str = el(1, R(1, 10), "Reimbursement rate", default="")
    payable: Cents | None = el(2, AMOUNT, "Payable amount", default=None)
    remarks: Sequence[str] = el(3, AN(1, 50), "Remark codes", default=(), upto=7, external="rarc")
    esrd: Cents | None = el(8, AMOUNT, "Renal disease payment", default=None)
    professional: Cents | None = el(9, AMOUNT, "Professional component billed", default=None)

    @property
    def figures(self) -> tuple[str, ...]:
        """All its elements but the remark codes, as text."""
        return _figures(self.elements, MOA_REMARKS)


@segment("MIA", "Inpatient adjudication", key="none")
class MIA(Segment):
    covered_days: str = el(1, R(1, 15), "Covered days or visits")
    operating_outlier: Cents | None = el(2, AMOUNT, "Operating outlier", default=None)
    psychiatric_days: str = el(3, R(1, 15), "Lifetime psychiatric days", default="")
    drg_amount: Cents | None = el(4, AMOUNT, "DRG amount", default=None)
    remark: str = el(5, AN(1, 50), "Remark code", default="", external="rarc")
    disproportionate_share: Cents | None = el(6, AMOUNT, "Disproportionate share", default=None)
    pass_through: Cents | None = el(7, AMOUNT, "Medicare secondary pass-through", default=None)
    capital: Cents | None = el(8, AMOUNT, "Capital", default=None)
    capital_federal: Cents | None = el(9, AMOUNT, "Capital, federal portion", default=None)
    capital_hospital: Cents | None = el(10, AMOUNT, "Capital, hospital portion", default=None)
    capital_share: Cents | None = el(11, AMOUNT, "Capital, disproportionate share", default=None)
    old_capital: Cents | None = el(12, AMOUNT, "Old capital", default=None)
    capital_education: Cents | None = el(13, AMOUNT, "Capital, medical education", default=None)
    operating_hospital: Cents | None = el(14, AMOUNT, "Operating, hospital portion", default=None)
    cost_report_days: str = el(15, R(1, 15), "Cost report days", default="")
    operating_federal: Cents | None = el(16, AMOUNT, "Operating, federal portion", default=None)
    capital_outlier: Cents | None = el(17, AMOUNT, "Capital outlier", default=None)
    teaching: Cents | None = el(18, AMOUNT, "Indirect teaching", default=None)
    professional: Cents | None = el(19, AMOUNT, "Professional component billed", default=None)
    more_remarks: Sequence[str] = el(
        20, AN(1, 50), "Further remark codes", default=(), upto=23, external="rarc"
    )
    capital_exception: Cents | None = el(24, AMOUNT, "Capital exception", default=None)

    @property
    def remarks(self) -> list[str]:
        """All its remark codes."""
        return [code for code in (self.remark, *self.more_remarks) if code]

    @property
    def figures(self) -> tuple[str, ...]:
        """All its elements but the remark codes, as text."""
        return _figures(self.elements, MIA_REMARKS)
