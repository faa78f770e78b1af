"""835: the payment and remittance advice, 005010X221A1."""

from collections.abc import Sequence
from typing import Final

from edi.declare.grammar import REQUIRED, N, R, S, Use, loop, many, one
from edi.declare.guide import Guide
from edi.declare.nodes import Loop
from edi.segments.claim import LQ
from edi.segments.control import SE, ST
from edi.segments.money import AMT, CAS, CUR, MIA, MOA, QTY
from edi.segments.party import LX, N1, N3, N4, NM1, PER, REF, TRN
from edi.segments.payment import BPR, CLP, PLB, RDM, SVC, TS2, TS3
from edi.segments.times import DTM

GROUPS: Final = "CO OA PI PR"  # CR is historic and not of this guide
OPTIONAL_ID: Final[dict[str, Use]] = {"last": S, "id": S}
CARRIER: Final[dict[str, Use]] = {
    "kind": R("2"), "first": N, "middle": N, "suffix": N, "id_qualifier": R("AD FI NI PI PP XV"), "id": R,
}  # fmt: skip
PROCEDURES: Final = "AD ER HC HP IV N4 N6 NU UI WK"


@loop("1000A", "Payer")
class Payer(Loop):
    name: N1 = one(N1, "PR", "Payer", id_qualifier=S("XV"))
    street: N3 = one(N3, "", "Payer's street")
    city: N4 = one(N4, "", "Payer's city")
    ids: Sequence[REF] = many(REF, 4, "2U EO HI NF", "Payer's further identifier")
    contact: PER | None = one(
        PER, "CX", "Payer's business contact", default=None, qualifier=S, number=S, qualifier3=S("EX")
    )
    technical_contacts: Sequence[PER] = many(
        PER, 0, "BL", "Payer's technical contact", default=REQUIRED,
        qualifier=S("EM TE UR"), number=S, qualifier2=S("EM EX FX TE UR"), qualifier3=S("EM EX FX UR"),
    )  # fmt: skip
    website: PER | None = one(
        PER, "IC", "Payer's website", default=None,
        name=N, qualifier=R("UR"), qualifier2=N, number2=N, qualifier3=N, number3=N,
    )  # fmt: skip


@loop("1000B", "Payee")
class Payee(Loop):
    name: N1 = one(N1, "PE", "Payee", id_qualifier=R("FI XV XX"), id=R)
    street: N3 | None = one(N3, "", "Payee's street", default=None)
    city: N4 | None = one(N4, "", "Payee's city", default=None)
    ids: Sequence[REF] = many(REF, 0, "0B D3 PQ TJ", "Payee's further identifier")
    delivery: RDM | None = one(RDM, "", "Delivery of the remittance", default=None)


@loop("2110", "Service payment")
class ServicePayment(Loop):
    service: SVC = one(
        SVC, "", "Service payment",
        procedure=R(qualifier=R(PROCEDURES), description=N),
        submitted=S(qualifier=R("AD ER HC HP IV N4 NU WK")),
    )  # fmt: skip
    dates: Sequence[DTM] = many(DTM, 2, "150 151 472", "Service date")
    adjustments: Sequence[CAS] = many(CAS, 99, "", "Line adjustments", group=R(GROUPS))
    ids: Sequence[REF] = many(REF, 8, "1S APC BB E9 G1 G3 LU RB", "Line's identifier")
    control_number: REF | None = one(REF, "6R", "Line control number", default=None)
    rendering_ids: Sequence[REF] = many(
        REF, 10, "0B 1A 1B 1C 1D 1G 1H 1J D3 G2 HPI SY TJ", "Rendering provider's identifier"
    )
    policies: Sequence[REF] = many(REF, 5, "0K", "Health care policy")
    amounts: Sequence[AMT] = many(AMT, 9, "B6 KH T T2 ZK ZL ZM ZN ZO", "Line's further amount")
    quantities: Sequence[QTY] = many(QTY, 6, "ZK ZL ZM ZN ZO", "Line's further quantity")
    remarks: Sequence[LQ] = many(LQ, 99, "HE RX", "Remark", code=R(external="rarc"))


@loop("2100", "Claim payment")
class ClaimPayment(Loop):
    claim: CLP = one(CLP)
    adjustments: Sequence[CAS] = many(CAS, 99, "", "Claim adjustments", group=R(GROUPS))
    patient: NM1 = one(NM1, "QC", "Patient", OPTIONAL_ID, kind=R("1"), id_qualifier=S("34 HN II MI MR"))
    insured: NM1 | None = one(
        NM1, "IL", "Insured", default=None, kind=R("1 2"), last=S, id_qualifier=R("FI II MI"), id=R
    )
    corrected: NM1 | None = one(
        NM1,
        "74",
        "Corrected patient or insured",
        OPTIONAL_ID,
        default=None,
        kind=R("1 2"),
        id_qualifier=S("C"),
    )
    rendering: NM1 | None = one(
        NM1, "82", "Rendering provider", default=None,
        kind=R("1 2"), last=S, id_qualifier=R("BD BS FI MC PC SL UP XX"), id=R,
    )  # fmt: skip
    crossover: NM1 | None = one(NM1, "TT", "Crossover carrier", CARRIER, default=None)
    corrected_payer: NM1 | None = one(NM1, "PR", "Corrected priority payer", CARRIER, default=None)
    other_subscriber: NM1 | None = one(
        NM1, "GB", "Other subscriber", OPTIONAL_ID, default=None, kind=R("1 2"), id_qualifier=S("FI II MI")
    )
    inpatient: MIA | None = one(MIA, "", "Inpatient adjudication", default=None)
    outpatient: MOA | None = one(MOA, "", "Outpatient adjudication", default=None)
    ids: Sequence[REF] = many(
        REF, 5, "1L 1W 28 6P 9A 9C BB CE EA F8 G1 G3 IG SY", "Claim's further identifier"
    )
    rendering_ids: Sequence[REF] = many(
        REF, 10, "0B 1A 1B 1C 1D 1G 1H 1J D3 G2 LU", "Rendering provider's identifier"
    )
    statement_dates: Sequence[DTM] = many(DTM, 2, "232 233", "Statement date")
    coverage_expired: DTM | None = one(DTM, "036", "Expiration of coverage", default=None)
    received: DTM | None = one(DTM, "050", "Claim received", default=None)
    contacts: Sequence[PER] = many(PER, 2, "CX", "Claim contact", qualifier3=S("EX"))
    amounts: Sequence[AMT] = many(AMT, 13, "AU D8 DY F5 I NL T T2 ZK ZL ZM ZN ZO", "Claim's further amount")
    quantities: Sequence[QTY] = many(
        QTY, 14, "CA CD LA LE NE NR OU PS VS ZK ZL ZM ZN ZO", "Claim's further quantity"
    )
    lines: Sequence[ServicePayment] = many(ServicePayment, 999)


@loop("2000", "Header number")
class HeaderNumber(Loop):
    number: LX = one(LX, "", "Header number")
    summary: TS3 | None = one(TS3, "", "Provider summary", default=None)
    inpatient_summary: TS2 | None = one(TS2, "", "Inpatient summary", default=None)
    claims: Sequence[ClaimPayment] = many(ClaimPayment, default=REQUIRED)


@loop("ST", "Remittance advice")
class RemittanceAdvice(Loop):
    header: ST = one(ST, "835", "Transaction set header")
    payment: BPR = one(BPR, "", "Payment")
    trace: TRN = one(TRN, "", "Trace number", type=R("1"), originator=R, supplemental=S)
    currency: CUR | None = one(CUR, "", "Foreign currency", default=None, entity=R("PR"))
    receiver: REF | None = one(REF, "EV", "Receiver", default=None)
    system_version: REF | None = one(REF, "F2", "Version of the payer's system", default=None)
    production_date: DTM | None = one(DTM, "405", "Production date", default=None)
    payer: Payer = one(Payer)
    payee: Payee = one(Payee)
    groups: Sequence[HeaderNumber] = many(HeaderNumber)
    provider_adjustments: Sequence[PLB] = many(PLB, 0, "", "Provider adjustments")
    trailer: SE = one(SE)


REMITTANCE = Guide(
    "005010X221A1",
    "835",
    "Payment and remittance advice",
    RemittanceAdvice,
    set_id="835",
    group="HP",
    aliases="005010X221",
    unit="2100",
    levels="2000",
    body="2000",
)
