"""An institutional claim at the places of the UB-04 (CMS-1450), 22 lines a form.

Source of what goes where: CMS, Medicare Claims Processing Manual, chapter 25, section 75 (FL 1 to 81).
"""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from edi.records import PAYER_ORDERS, Claim, DatedCode, Institutional, Party, ServiceLine
from tasks.paper.grid import Place, Sheet, row
from tasks.paper.values import cents, city, day, name, patient_of, street, zip_code

LINES = 22
CONDITIONS, OCCURRENCES, SPANS, VALUES, DIAGNOSES, PROCEDURES = 11, 8, 4, 12, 18, 6
_SERVICE = {
    "rev": (1, 4), "text": (6, 24), "code": (31, 14), "date": (46, 6), "units": (53, 7),
    "charge": (61, 10), "noncov": (72, 9),
}  # fmt: skip
T = TypeVar("T")

PLACES: dict[str, Place] = {
    "1": Place(1, 1, 25, "1"),
    "1 street": Place(2, 1, 25),
    "1 city": Place(3, 1, 25),
    "1 phone": Place(4, 1, 25),
    "2": Place(1, 27, 25, "2"),
    "2 street": Place(2, 27, 25),
    "2 city": Place(3, 27, 25),
    "3a": Place(1, 57, 20, "3a"),
    "3b": Place(2, 57, 18, "3b"),
    "4": Place(2, 77, 4, "4"),
    "5": Place(4, 52, 9, "5"),
    "6 from": Place(4, 62, 6, "6"),
    "6 to": Place(4, 70, 6, "through"),
    "8a": Place(5, 12, 19, "8a"),
    "8b": Place(6, 2, 29, "8b"),
    "9a": Place(5, 42, 39, "9a"),
    "9b": Place(6, 33, 29, "9b"),
    "9c": Place(6, 64, 2, "c"),
    "9d": Place(6, 68, 10, "d"),
    "10": Place(8, 1, 8, "10"),
    "11": Place(8, 10, 1, "11"),
    "12": Place(8, 13, 6, "12"),
    "13": Place(8, 20, 2, "13"),
    "14": Place(8, 23, 1, "14"),
    "15": Place(8, 26, 1, "15"),
    "16": Place(8, 29, 2, "16"),
    "17": Place(8, 32, 2, "17"),
    "29": Place(8, 70, 2, "29"),
    "page": Place(41, 10, 4, "page"),
    "pages": Place(41, 17, 4, "of"),
    "created": Place(41, 46, 6, "created"),
    "total": Place(41, 61, 10, "total", right=True),
    "total noncov": Place(41, 72, 9, "", right=True),
    "56": Place(42, 70, 11, "56"),
    "66": Place(57, 1, 1, "66"),
    "69": Place(57, 5, 8, "69"),
    "71": Place(57, 49, 4, "71"),
    "76 npi": Place(58, 58, 11, "76"),
    "76": Place(59, 54, 27),
    "77 npi": Place(60, 58, 11, "77"),
    "77": Place(61, 54, 27),
    "78 npi": Place(62, 58, 11, "78"),
    "78": Place(63, 54, 27),
    "79 npi": Place(64, 58, 11, "79"),
    "79": Place(65, 54, 27),
    "80": Place(63, 1, 24, "80"),
    "81": Place(63, 27, 24, "81"),
}
for _n in range(CONDITIONS):
    PLACES[f"condition {_n}"] = Place(8, 36 + 3 * _n, 2, str(18 + _n))
for _n in range(OCCURRENCES):
    _row, _at = 10 + _n // 4, 1 + 10 * (_n % 4)
    PLACES |= row(f"occurrence {_n} ", _row, {"code": (_at, 2), "on": (_at + 3, 6)})
for _n in range(SPANS):
    _row, _at = 10 + _n // 2, (42, 60)[_n % 2]
    PLACES |= row(f"span {_n} ", _row, {"code": (_at, 2), "on": (_at + 3, 6), "to": (_at + 10, 6)})
for _n in range(VALUES):
    _row, _at = 14 + _n // 3, (44, 57, 70)[_n % 3]
    PLACES |= row(f"value {_n} ", _row, {"code": (_at, 2), "amount": (_at + 2, 9)}, right=("amount",))
for _n in range(LINES):
    PLACES |= row(f"line {_n} ", 19 + _n, _SERVICE, right=("units", "charge", "noncov"))
for _n in range(3):
    PLACES |= row(
        f"payer {_n} ", 43 + _n,
        {"name": (1, 23), "id": (25, 14), "release": (41, 1), "assigned": (44, 1),
         "prior": (46, 10), "due": (57, 10)},
        right=("prior", "due"),
    )  # fmt: skip
    PLACES |= row(
        f"insured {_n} ", 47 + _n,
        {"name": (1, 25), "relation": (27, 2), "id": (30, 20), "group name": (51, 14), "group": (66, 15)},
    )  # fmt: skip
    PLACES |= row(f"number {_n} ", 51 + _n, {"63": (1, 30), "64": (32, 26)})
for _n in range(DIAGNOSES):
    _row, _at = 55 + _n // 9, 2 + 9 * (_n % 9)
    PLACES |= row(f"diagnosis {_n} ", _row, {"code": (_at, 7), "poa": (_at + 7, 1)})
for _n in range(3):
    PLACES[f"reason {_n}"] = Place(57, 18 + 9 * _n, 8, "70" if not _n else "")
    PLACES[f"cause {_n}"] = Place(57, 55 + 9 * _n, 7, "72" if not _n else "")
    PLACES[f"cause {_n} poa"] = Place(57, 62 + 9 * _n, 1, "")
for _n in range(PROCEDURES):
    _row, _at = (59, 61)[_n // 3], 1 + 17 * (_n % 3)
    PLACES |= row(f"procedure {_n} ", _row, {"code": (_at, 8), "on": (_at + 9, 6)})
for _name, _label in (
    ("occurrence 0 code", "31-34"), ("span 0 code", "35-36"), ("value 0 code", "39-41"), ("line 0 rev", "42"),
    ("line 0 text", "43"), ("line 0 code", "44"), ("line 0 date", "45"), ("line 0 units", "46"),
    ("line 0 charge", "47"), ("line 0 noncov", "48"), ("payer 0 name", "50"), ("payer 0 id", "51"),
    ("payer 0 release", "52"), ("payer 0 assigned", "53"), ("payer 0 prior", "54"), ("payer 0 due", "55"),
    ("insured 0 name", "58"), ("insured 0 relation", "59"), ("insured 0 id", "60"),
    ("insured 0 group name", "61"), ("insured 0 group", "62"), ("number 0 63", "63"), ("number 0 64", "64"),
    ("diagnosis 0 code", "67"), ("procedure 0 code", "74"),
):  # fmt: skip
    _place = PLACES[_name]
    PLACES[_name] = Place(_place.line, _place.column, _place.width, _label, _place.right)


def sheets(claim: Claim, created: date) -> list[Sheet]:
    """The forms of a claim: as many as its longest list needs, with the totals on the last one."""
    bill = claim.institutional or Institutional()
    procedures = [one for one in (bill.principal_procedure, *bill.other_procedures) if one is not None]
    lists = (
        (claim.lines, LINES), (bill.conditions, CONDITIONS), (bill.occurrences, OCCURRENCES),
        (bill.occurrence_spans, SPANS), (bill.values, VALUES), (claim.diagnoses, DIAGNOSES),
        (procedures, PROCEDURES), (bill.reason_diagnoses, 3), (bill.external_causes, 3),
    )  # fmt: skip
    count = max(1, *(-(-len(listed) // size) for listed, size in lists))
    return [_sheet(claim, bill, procedures, created, n, count) for n in range(count)]


def _piece(listed: Sequence[T], n: int, size: int) -> list[tuple[int, T]]:
    """The entries of the form number `n` (from 0), each with its place on it."""
    return list(enumerate(listed[n * size : (n + 1) * size]))


def _sheet(
    claim: Claim, bill: Institutional, procedures: Sequence[DatedCode], created: date, n: int, count: int
) -> Sheet:
    sheet = Sheet("institutional claim, places of the UB-04", PLACES)
    _head(sheet, claim, bill)
    for at, condition in _piece(bill.conditions, n, CONDITIONS):
        sheet.put(f"condition {at}", condition)
    for at, one in _piece(bill.occurrences, n, OCCURRENCES):
        sheet.put(f"occurrence {at} code", one.code)
        sheet.put(f"occurrence {at} on", day(one.on))
    for at, one in _piece(bill.occurrence_spans, n, SPANS):
        sheet.put(f"span {at} code", one.code)
        sheet.put(f"span {at} on", day(one.on))
        sheet.put(f"span {at} to", day(one.to))
    for at, one in _piece(bill.values, n, VALUES):
        sheet.put(f"value {at} code", one.code)
        sheet.put(f"value {at} amount", cents(one.amount))
    for at, line in _piece(claim.lines, n, LINES):
        _line(sheet, at, line)
    _payers(sheet, claim, bill)
    present = [*bill.present_on_admission, *[""] * len(claim.diagnoses)]
    for at, (code, said) in _piece(list(zip(claim.diagnoses, present, strict=False)), n, DIAGNOSES):
        sheet.put(f"diagnosis {at} code", code)
        sheet.put(f"diagnosis {at} poa", said)
    for at, one in _piece(procedures, n, PROCEDURES):
        sheet.put(f"procedure {at} code", one.code)
        sheet.put(f"procedure {at} on", day(one.on))
    for at, code in _piece(bill.reason_diagnoses, n, 3):
        sheet.put(f"reason {at}", code)
    present = [*bill.external_causes_present, *[""] * len(bill.external_causes)]
    for at, (code, said) in _piece(list(zip(bill.external_causes, present, strict=False)), n, 3):
        sheet.put(f"cause {at}", code)
        sheet.put(f"cause {at} poa", said)
    sheet.put("page", str(n + 1))
    sheet.put("pages", str(count))
    sheet.put("created", day(created))
    if n + 1 == count:
        sheet.put("total", cents(claim.charge))
        refused = sum(line.non_covered or 0 for line in claim.lines)
        sheet.put("total noncov", cents(refused) if refused else "")
    return sheet


def _head(sheet: Sheet, claim: Claim, bill: Institutional) -> None:
    billing, patient = claim.billing, patient_of(claim)
    sheet.put("1", name(billing))
    sheet.put("1 street", street(billing.address))
    sheet.put("1 city", city(billing.address))
    sheet.put("1 phone", billing.contact_phone)
    if claim.pay_to is not None:
        sheet.put("2", name(claim.pay_to) or name(billing))
        sheet.put("2 street", street(claim.pay_to.address))
        sheet.put("2 city", city(claim.pay_to.address))
    sheet.put("3a", claim.patient_control_number)
    sheet.put("3b", claim.medical_record_number)
    sheet.put("4", f"0{bill.type_of_bill}{claim.frequency}")
    sheet.put("5", billing.tax_id)
    sheet.put("6 from", day(bill.statement_from))
    sheet.put("6 to", day(bill.statement_to or bill.statement_from))
    sheet.put("8a", patient.member_id if claim.patient is None else "")
    sheet.put("8b", name(patient))
    address = patient.address
    sheet.put("9a", street(address))
    sheet.put("9b", address.city if address else "")
    sheet.put("9c", address.state if address else "")
    sheet.put("9d", zip_code(address))
    sheet.put("10", day(patient.birth_date, "%m%d%Y"))
    sheet.put("11", patient.sex)
    sheet.put("12", day(bill.admission))
    sheet.put("13", bill.admission_hour[:2])
    sheet.put("14", bill.admission_type)
    sheet.put("15", bill.admission_source)
    sheet.put("16", bill.discharge_hour[:2])
    sheet.put("17", bill.patient_status)
    sheet.put("29", claim.accident.state if claim.accident is not None else "")
    sheet.put("56", billing.npi)
    sheet.put("66", "9" if claim.diagnosis_version == "BK" else "0")
    sheet.put("69", bill.admitting_diagnosis)
    sheet.put("71", bill.drg)
    sheet.put("80", claim.note)
    sheet.put("81", f"B3 {billing.taxonomy}" if billing.taxonomy else "")
    others: list[tuple[str, Party | None]] = [
        ("76", bill.attending), ("77", bill.operating), ("78", bill.other_operating or claim.rendering),
        ("79", claim.referring),
    ]  # fmt: skip
    for number, party in others:
        if party is not None:
            sheet.put(f"{number} npi", party.npi)
            sheet.put(number, name(party))


def _line(sheet: Sheet, n: int, line: ServiceLine) -> None:
    at = f"line {n} "
    sheet.put(f"{at}rev", line.revenue_code)
    drug = f"N4{line.ndc} {line.ndc_unit}{line.ndc_quantity}" if line.ndc else ""
    sheet.put(f"{at}text", drug or line.description)
    sheet.put(f"{at}code", " ".join((line.procedure, *line.modifiers)).strip())
    sheet.put(f"{at}date", day(line.service_from))
    sheet.put(f"{at}units", line.units)
    sheet.put(f"{at}charge", cents(line.charge))
    sheet.put(f"{at}noncov", cents(line.non_covered))


def _payers(sheet: Sheet, claim: Claim, bill: Institutional) -> None:
    """Payers in their order, A to C; the one that is billed among them."""
    billed = (claim.payer_order, claim.payer, claim.subscriber, claim.relationship, claim.group_name,
              claim.group_number, None)  # fmt: skip
    others = [
        (o.order, o.payer, o.subscriber, o.relationship, o.group_name, o.group_number, o.paid)
        for o in claim.other_payers
    ]
    ranked = sorted([billed, *others], key=lambda one: (PAYER_ORDERS + one[0]).index(one[0]))
    for n, (order, payer, insured, relation, group_name, group, paid) in enumerate(ranked[:3]):
        sheet.put(f"payer {n} name", payer.last)
        sheet.put(f"payer {n} id", payer.id)
        sheet.put(f"payer {n} release", claim.release_of_information)
        sheet.put(f"payer {n} assigned", claim.benefits_assigned)
        sheet.put(f"payer {n} prior", cents(paid))
        if order == claim.payer_order:
            sheet.put(f"payer {n} due", cents(bill.estimated_amount_due))
            sheet.put(f"number {n} 63", claim.prior_authorization or claim.referral_number)
            sheet.put(f"number {n} 64", claim.payer_claim_control_number)
        sheet.put(f"insured {n} name", name(insured))
        sheet.put(f"insured {n} relation", relation)
        sheet.put(f"insured {n} id", insured.member_id)
        sheet.put(f"insured {n} group name", group_name)
        sheet.put(f"insured {n} group", group)
