"""A dental claim in the order of the ADA Dental Claim Form's fields (1 to 58), ten services a form.

Source of what goes where: Medi-Cal Dental Provider Handbook (October 2021), section 6, and Oklahoma
SoonerCare's dental claim instructions, by field number.
"""

from collections.abc import Sequence

from edi.records import Claim, Dental, Party, ServiceLine, Tooth
from tasks.paper.grid import Place, Sheet, row
from tasks.paper.values import cents, city, day, name, patient_of, signed, street

LINES, DIAGNOSES, MISSING = 10, 4, 32
_LETTERS = "ABCD"
_SERVICE = {
    "date": (1, 8), "area": (10, 2), "system": (13, 2), "tooth": (16, 9), "surface": (26, 6), "code": (33, 5),
    "ptr": (39, 4), "qty": (44, 2), "text": (47, 23), "fee": (71, 10),
}  # fmt: skip
PLACES: dict[str, Place] = {
    "1 services": Place(3, 1, 1, "1 services"),
    "1 predetermination": Place(3, 14, 1, "predetermination"),
    "2": Place(5, 1, 38, "2"),
    "3": Place(7, 1, 38, "3"),
    "3 street": Place(8, 1, 38),
    "3 city": Place(9, 1, 38),
    "4": Place(11, 1, 1, "4 other"),
    "5": Place(13, 1, 38, "5"),
    "6": Place(15, 1, 10, "6"),
    "7": Place(15, 13, 1, "7"),
    "8": Place(15, 16, 23, "8"),
    "9": Place(17, 1, 18, "9"),
    "10": Place(17, 21, 9, "10"),
    "11": Place(19, 1, 38, "11"),
    "11 street": Place(20, 1, 38),
    "11 city": Place(21, 1, 38),
    "12": Place(7, 42, 39, "12"),
    "12 street": Place(8, 42, 39),
    "12 city": Place(9, 42, 39),
    "13": Place(11, 42, 10, "13"),
    "14": Place(11, 55, 1, "14"),
    "15": Place(11, 58, 23, "15"),
    "16": Place(13, 42, 18, "16"),
    "17": Place(13, 62, 19, "17"),
    "18": Place(15, 42, 9, "18"),
    "20": Place(17, 42, 39, "20"),
    "20 street": Place(18, 42, 39),
    "20 city": Place(19, 42, 39),
    "21": Place(21, 42, 10, "21"),
    "22": Place(21, 55, 1, "22"),
    "23": Place(21, 58, 23, "23"),
    "33": Place(38, 1, 44, "33"),
    "34": Place(38, 47, 2, "34"),
    "31a": Place(36, 71, 10, "31a", right=True),
    "32": Place(38, 71, 10, "32", right=True),
    "35": Place(42, 1, 80, "35"),
    "36": Place(45, 1, 38, "36"),
    "37": Place(47, 1, 38, "37"),
    "38": Place(45, 42, 2, "38"),
    "39": Place(45, 47, 2, "39"),
    "40": Place(45, 52, 1, "40"),
    "41": Place(45, 56, 10, "41"),
    "42": Place(47, 42, 3, "42"),
    "43": Place(47, 47, 1, "43"),
    "44": Place(47, 52, 10, "44"),
    "45": Place(49, 42, 18, "45"),
    "46": Place(49, 62, 10, "46"),
    "47": Place(49, 75, 2, "47"),
    "48": Place(53, 1, 38, "48"),
    "48 street": Place(54, 1, 38),
    "48 city": Place(55, 1, 38),
    "49": Place(57, 1, 12, "49"),
    "51": Place(57, 27, 12, "51"),
    "52": Place(59, 1, 14, "52"),
    "52a": Place(59, 20, 19, "52a"),
    "53": Place(53, 42, 39, "53"),
    "54": Place(55, 42, 12, "54"),
    "56": Place(57, 42, 39, "56"),
    "56 city": Place(58, 42, 39),
    "56a": Place(60, 42, 12, "56a"),
    "57": Place(60, 58, 14, "57"),
}
for _n in range(LINES):
    PLACES |= row(f"line {_n} ", 25 + _n, _SERVICE, right=("fee", "qty"))
for _n, _label in enumerate(("24", "25", "26", "27", "28", "29", "29a", "29b", "30", "31")):
    _key = f"line 0 {list(_SERVICE)[_n]}"
    _place = PLACES[_key]
    PLACES[_key] = Place(_place.line, _place.column, _place.width, _label, _place.right)
for _n, _letter in enumerate(_LETTERS):
    PLACES[f"34a {_letter}"] = Place(40, 1 + 12 * _n, 9, f"34a {_letter}")
_RELATIONS = {"18": "SELF", "01": "SPOUSE", "19": "DEPENDENT"}
_CAUSES = {"EM": "OCCUPATIONAL", "AA": "AUTO ACCIDENT", "OA": "OTHER ACCIDENT"}
_SYSTEM = "JP"


def sheets(claim: Claim) -> list[Sheet]:
    """The forms of a claim, with the total on the last one. A line of several teeth takes one row each
    of them after the first, without a fee of its own."""
    rows = [(line, tooth) for line in claim.lines for tooth in _teeth(line)]
    pieces = [rows[at : at + LINES] for at in range(0, len(rows), LINES)] or [[]]
    return [_sheet(claim, piece, n == len(pieces)) for n, piece in enumerate(pieces, 1)]


def _teeth(line: ServiceLine) -> tuple[Tooth, ...]:
    more = line.dental.more_teeth if line.dental is not None else ()
    return (Tooth(number=line.tooth, surfaces=line.surfaces), *more)


def _sheet(claim: Claim, rows: Sequence[tuple[ServiceLine, Tooth]], last: bool) -> Sheet:
    sheet = Sheet("dental claim, fields of the ADA Dental Claim Form", PLACES)
    facts = claim.dental or Dental()
    _people(sheet, claim, facts)
    for n, (line, tooth) in enumerate(rows):
        _line(sheet, n, line, tooth)
    sheet.put("33", " ".join(tooth.number for tooth in facts.teeth))
    sheet.put("34", ("AB" if claim.diagnosis_version == "ABK" else "B") if claim.diagnoses else "")
    for letter, code in zip(_LETTERS, claim.diagnoses, strict=False):
        sheet.put(f"34a {letter}", code)
    sheet.put("32", cents(claim.charge) if last else "CONTINUED")
    sheet.put("35", claim.note)
    _treatment(sheet, claim, facts)
    _dentists(sheet, claim)
    return sheet


def _people(sheet: Sheet, claim: Claim, facts: Dental) -> None:
    insured, patient = claim.subscriber, patient_of(claim)
    sheet.put("1 predetermination" if facts.predetermines else "1 services", "X")
    sheet.put("2", facts.predetermination or claim.prior_authorization)
    sheet.put("3", claim.payer.last)
    sheet.put("3 street", street(claim.payer.address))
    sheet.put("3 city", city(claim.payer.address))
    sheet.put("12", name(insured))
    sheet.put("12 street", street(insured.address))
    sheet.put("12 city", city(insured.address))
    sheet.put("13", day(insured.birth_date, "%m/%d/%Y"))
    sheet.put("14", insured.sex)
    sheet.put("15", insured.member_id)
    sheet.put("16", claim.group_number)
    sheet.put("17", claim.group_name)
    sheet.put("18", _RELATIONS.get(claim.relationship, "OTHER"))
    sheet.put("20", name(patient))
    sheet.put("20 street", street(patient.address))
    sheet.put("20 city", city(patient.address))
    sheet.put("21", day(patient.birth_date, "%m/%d/%Y"))
    sheet.put("22", patient.sex)
    sheet.put("23", claim.patient_control_number)
    if claim.other_payers:
        other = claim.other_payers[0]
        sheet.put("4", "X")
        sheet.put("5", name(other.subscriber))
        sheet.put("6", day(other.subscriber.birth_date, "%m/%d/%Y"))
        sheet.put("7", other.subscriber.sex)
        sheet.put("8", other.subscriber.member_id)
        sheet.put("9", other.group_number)
        sheet.put("10", _RELATIONS.get(other.relationship, "OTHER"))
        sheet.put("11", other.payer.last)
        sheet.put("11 street", street(other.payer.address))
        sheet.put("11 city", city(other.payer.address))


def _line(sheet: Sheet, n: int, line: ServiceLine, tooth: Tooth) -> None:
    at = f"line {n} "
    sheet.put(f"{at}date", day(line.service_from, "%m%d%Y"))
    sheet.put(f"{at}area", " ".join(line.oral_cavity))
    sheet.put(f"{at}system", _SYSTEM if tooth.number else "")
    sheet.put(f"{at}tooth", tooth.number)
    sheet.put(f"{at}surface", "".join(tooth.surfaces))
    sheet.put(f"{at}code", line.procedure)
    sheet.put(f"{at}ptr", "".join(_LETTERS[p - 1] for p in line.pointers if 1 <= p <= len(_LETTERS)))
    sheet.put(f"{at}text", line.description)
    if tooth.number == line.tooth:
        sheet.put(f"{at}qty", line.units)
        sheet.put(f"{at}fee", cents(line.charge))


def _treatment(sheet: Sheet, claim: Claim, facts: Dental) -> None:
    sheet.put("36", signed(claim))
    sheet.put("37", "SIGNATURE ON FILE" if claim.benefits_assigned == "Y" else "")
    sheet.put("38", claim.place_of_service)
    sheet.put("39", "Y" if claim.attachments else "N")
    sheet.put("40", "Y" if facts.orthodontic else "N")
    sheet.put("41", day(facts.appliance_placed, "%m/%d/%Y"))
    sheet.put("42", facts.remaining_months or facts.months)
    placed = [line.dental for line in claim.lines if line.dental is not None and line.dental.prosthesis]
    if placed:
        sheet.put("43", "Y" if any(one.prosthesis == "R" for one in placed) else "N")
        sheet.put("44", day(next((p.prior_placement for p in placed if p.prior_placement), None), "%m/%d/%Y"))
    if claim.accident is not None:
        sheet.put("45", next((_CAUSES[c] for c in claim.accident.causes if c in _CAUSES), ""))
        sheet.put("46", day(claim.accident.day, "%m/%d/%Y"))
        sheet.put("47", claim.accident.state)


def _dentists(sheet: Sheet, claim: Claim) -> None:
    billing = claim.billing
    treating: Party = claim.rendering or billing
    where = claim.service_facility or billing
    sheet.put("48", name(billing))
    sheet.put("48 street", street(billing.address))
    sheet.put("48 city", city(billing.address))
    sheet.put("49", billing.npi)
    sheet.put("51", billing.tax_id)
    sheet.put("52", billing.contact_phone)
    sheet.put("52a", billing.taxonomy)
    sheet.put("53", name(treating))
    sheet.put("54", treating.npi)
    sheet.put("56", street(where.address))
    sheet.put("56 city", city(where.address))
    sheet.put("56a", treating.taxonomy)
    sheet.put("57", where.contact_phone or billing.contact_phone)
