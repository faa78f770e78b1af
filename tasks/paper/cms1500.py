"""A professional claim at the places of the CMS-1500 (02/12), six lines a form.

Source of what goes where: NUCC, 1500 Health Insurance Claim Form Reference Instruction Manual; CMS, Medicare
Claims Processing Manual, chapter 26, sections 10 and 30 (print positions).
"""

from collections.abc import Sequence

from edi.records import Claim, OtherPayer, Party, ServiceLine
from tasks.paper.grid import Place, Sheet, row
from tasks.paper.values import cents, city, day, name, patient_of, signed, street, zip_code

LINES = 6
_POINTERS = "ABCDEFGHIJKL"
_SERVICE = {
    "from": (1, 8), "to": (10, 8), "pos": (19, 2), "emg": (22, 2), "code": (25, 6), "mods": (33, 11),
    "ptr": (45, 4), "charge": (50, 8), "units": (59, 3), "epsdt": (63, 1), "npi": (68, 10),
}  # fmt: skip
_SHADED = {"note": (1, 44), "qual": (65, 2), "id": (68, 11)}

PLACES: dict[str, Place] = {
    "payer": Place(2, 41, 38, "carrier"),
    "payer street": Place(3, 41, 38),
    "payer city": Place(4, 41, 38),
    "1 medicare": Place(8, 1, 1, "1 MCR"),
    "1 medicaid": Place(8, 8, 1, "MCD"),
    "1 tricare": Place(8, 15, 1, "TRI"),
    "1 champva": Place(8, 24, 1, "VA"),
    "1 group": Place(8, 31, 1, "GRP"),
    "1 feca": Place(8, 39, 1, "FECA"),
    "1 other": Place(8, 45, 1, "OTH"),
    "1a": Place(8, 50, 29, "1a"),
    "2": Place(10, 1, 28, "2"),
    "3": Place(10, 31, 10, "3"),
    "3 M": Place(10, 42, 1, "M"),
    "3 F": Place(10, 47, 1, "F"),
    "4": Place(10, 50, 29, "4"),
    "5": Place(12, 1, 28, "5"),
    "6 self": Place(12, 33, 1, "6 self"),
    "6 spouse": Place(12, 38, 1, "spouse"),
    "6 child": Place(12, 42, 1, "child"),
    "6 other": Place(12, 47, 1, "other"),
    "7": Place(12, 50, 29, "7"),
    "5 city": Place(14, 1, 23, "5 city"),
    "5 state": Place(14, 26, 3, "state"),
    "7 city": Place(14, 50, 23, "7 city"),
    "7 state": Place(14, 74, 3, "state"),
    "5 zip": Place(16, 1, 12, "5 zip"),
    "7 zip": Place(16, 50, 12, "7 zip"),
    "9": Place(18, 1, 28, "9"),
    "11": Place(18, 50, 29, "11"),
    "9a": Place(20, 1, 28, "9a"),
    "10a yes": Place(20, 35, 1, "10a Y"),
    "10a no": Place(20, 41, 1, "N"),
    "11a": Place(20, 53, 10, "11a"),
    "11a M": Place(20, 68, 1, "M"),
    "11a F": Place(20, 75, 1, "F"),
    "10b yes": Place(22, 35, 1, "10b Y"),
    "10b no": Place(22, 41, 1, "N"),
    "10b state": Place(22, 45, 2, "state"),
    "11b": Place(22, 50, 29, "11b"),
    "10c yes": Place(24, 35, 1, "10c Y"),
    "10c no": Place(24, 41, 1, "N"),
    "11c": Place(24, 50, 29, "11c"),
    "9d": Place(26, 1, 28, "9d"),
    "10d": Place(26, 31, 18, "10d"),
    "11d yes": Place(26, 52, 1, "11d Y"),
    "11d no": Place(26, 57, 1, "N"),
    "12": Place(29, 7, 25, "12"),
    "13": Place(29, 57, 22, "13"),
    "14": Place(32, 2, 10, "14"),
    "14 qual": Place(32, 16, 3, "qual"),
    "15 qual": Place(32, 31, 3, "15 qual"),
    "15": Place(32, 37, 10, "15"),
    "17 qual": Place(34, 1, 2, "17"),
    "17": Place(34, 4, 24, "name"),
    "17b": Place(34, 33, 11, "17b"),
    "18 from": Place(34, 54, 10, "18 from"),
    "18 to": Place(34, 68, 10, "to"),
    "19": Place(36, 1, 48, "19"),
    "20 no": Place(36, 57, 1, "20 N"),
    "21 ind": Place(37, 42, 1, "21 ind"),
    "22 code": Place(38, 50, 10, "22"),
    "22 ref": Place(38, 62, 17, "original"),
    "23": Place(40, 50, 29, "23"),
    "25": Place(56, 1, 15, "25"),
    "25 ssn": Place(56, 17, 1, "S"),
    "25 ein": Place(56, 19, 1, "E"),
    "26": Place(56, 23, 14, "26"),
    "27 yes": Place(56, 38, 1, "27 Y"),
    "27 no": Place(56, 43, 1, "N"),
    "28": Place(56, 51, 9, "28", right=True),
    "29": Place(56, 62, 8, "29", right=True),
    "33 phone": Place(57, 66, 13, "33 phone"),
    "32": Place(58, 23, 26, "32"),
    "33": Place(58, 50, 29, "33"),
    "32 street": Place(59, 23, 26),
    "33 street": Place(59, 50, 29),
    "31": Place(60, 1, 21, "31"),
    "32 city": Place(60, 23, 26),
    "33 city": Place(60, 50, 29),
    "31 date": Place(62, 1, 8, "date"),
    "32a": Place(62, 24, 10, "32a"),
    "33a": Place(62, 51, 10, "33a"),
    "33b": Place(62, 63, 14, "33b"),
}
for _n, _letter in enumerate(_POINTERS):
    PLACES[f"21 {_letter}"] = Place(38 + _n // 4, (3, 16, 29, 42)[_n % 4], 7, _letter if _n < 4 else "")
for _n in range(LINES):
    PLACES |= row(f"shaded {_n} ", 43 + 2 * _n, _SHADED)
    PLACES |= row(f"line {_n} ", 44 + 2 * _n, _SERVICE, right=("charge", "units"))
_KINDS = {
    "MB": "1 medicare", "MA": "1 medicare", "MC": "1 medicaid", "CH": "1 tricare", "VA": "1 champva",
    "CI": "1 group", "BL": "1 group", "HM": "1 group", "12": "1 group", "13": "1 group", "WC": "1 feca",
}  # fmt: skip
_RELATIONS = {"18": "6 self", "01": "6 spouse", "19": "6 child"}
_ROLES = (("referring", "DN"), ("supervising", "DQ"))


def sheets(claim: Claim) -> list[Sheet]:
    """The forms of a claim, with the totals on the last one."""
    pieces = [claim.lines[at : at + LINES] for at in range(0, len(claim.lines), LINES)] or [()]
    return [_sheet(claim, piece, n == len(pieces)) for n, piece in enumerate(pieces, 1)]


def _sheet(claim: Claim, lines: Sequence[ServiceLine], last: bool) -> Sheet:
    sheet = Sheet("professional claim, places of the CMS-1500 (02/12)", PLACES)
    _people(sheet, claim)
    _others(sheet, claim)
    _facts(sheet, claim)
    for n, line in enumerate(lines):
        _line(sheet, n, claim, line)
    _providers(sheet, claim)
    sheet.put("28", cents(claim.charge) if last else "CONTINUED")
    paid = (claim.patient_paid or 0) + sum(other.paid or 0 for other in claim.other_payers)
    sheet.put("29", cents(paid) if last and paid else "")
    return sheet


def _people(sheet: Sheet, claim: Claim) -> None:
    patient, insured = patient_of(claim), claim.subscriber
    sheet.put("payer", claim.payer.last)
    sheet.put("payer street", street(claim.payer.address))
    sheet.put("payer city", city(claim.payer.address))
    sheet.put(_KINDS.get(claim.filing_code, "1 other"), "X")
    sheet.put("1a", insured.member_id)
    sheet.put("2", name(patient))
    sheet.put("3", day(patient.birth_date, "%m %d %Y"))
    if patient.sex in ("M", "F"):
        sheet.put(f"3 {patient.sex}", "X")
    sheet.put("4", name(insured))
    sheet.put(_RELATIONS.get(claim.relationship, "6 other"), "X")
    for number, person in (("5", patient), ("7", insured)):
        address = person.address
        sheet.put(number, street(address))
        sheet.put(f"{number} city", address.city if address else "")
        sheet.put(f"{number} state", address.state if address else "")
        sheet.put(f"{number} zip", zip_code(address))
    sheet.put("11a", day(insured.birth_date, "%m %d %Y"))
    if insured.sex in ("M", "F"):
        sheet.put(f"11a {insured.sex}", "X")
    sheet.put("12", signed(claim))
    sheet.put("13", "SIGNATURE ON FILE" if claim.benefits_assigned == "Y" else "")


def _others(sheet: Sheet, claim: Claim) -> None:
    other: OtherPayer | None = claim.other_payers[0] if claim.other_payers else None
    sheet.put("11", claim.group_number or ("NONE" if claim.payer_order == "P" and other is None else ""))
    sheet.put("11c", claim.group_name)
    sheet.put("11d yes" if other is not None else "11d no", "X")
    if other is not None:
        sheet.put("9", name(other.subscriber))
        sheet.put("9a", other.group_number or other.subscriber.member_id)
        sheet.put("9d", other.payer.last)


def _facts(sheet: Sheet, claim: Claim) -> None:
    accident = claim.accident
    causes = accident.causes if accident is not None else ()
    for number, cause in (("10a", "EM"), ("10b", "AA"), ("10c", "OA")):
        sheet.put(f"{number} yes" if cause in causes else f"{number} no", "X")
    sheet.put("10b state", accident.state if accident is not None and "AA" in causes else "")
    sheet.put("11b", f"Y4 {claim.property_claim_number}" if claim.property_claim_number else "")
    if claim.last_menstrual_period is not None:
        sheet.put("14", day(claim.last_menstrual_period, "%m %d %Y"))
        sheet.put("14 qual", "484")
    elif claim.onset is not None:
        sheet.put("14", day(claim.onset, "%m %d %Y"))
        sheet.put("14 qual", "431")
    if accident is not None and accident.day is not None:
        sheet.put("15 qual", "439")
        sheet.put("15", day(accident.day, "%m %d %Y"))
    elif claim.initial_treatment is not None:
        sheet.put("15 qual", "454")
        sheet.put("15", day(claim.initial_treatment, "%m %d %Y"))
    for role, qualifier in _ROLES:
        provider: Party | None = getattr(claim, role)
        if provider is not None:
            sheet.put("17 qual", qualifier)
            sheet.put("17", name(provider))
            sheet.put("17b", provider.npi)
            break
    sheet.put("18 from", day(claim.admission, "%m %d %Y"))
    sheet.put("18 to", day(claim.discharge, "%m %d %Y"))
    sheet.put("19", claim.note)
    sheet.put("20 no", "X")
    sheet.put("21 ind", "9" if claim.diagnosis_version == "BK" else "0")
    for letter, code in zip(_POINTERS, claim.diagnoses, strict=False):
        sheet.put(f"21 {letter}", code)
    if claim.frequency != "1":
        sheet.put("22 code", claim.frequency)
        sheet.put("22 ref", claim.payer_claim_control_number)
    sheet.put("23", claim.prior_authorization or claim.referral_number or claim.clia)


def _line(sheet: Sheet, n: int, claim: Claim, line: ServiceLine) -> None:
    at = f"line {n} "
    sheet.put(f"{at}from", day(line.service_from, "%m %d %y"))
    sheet.put(f"{at}to", day(line.service_to or line.service_from, "%m %d %y"))
    sheet.put(f"{at}pos", line.place_of_service or claim.place_of_service)
    sheet.put(f"{at}emg", "Y" if line.emergency else "")
    sheet.put(f"{at}code", line.procedure)
    sheet.put(f"{at}mods", " ".join(line.modifiers))
    sheet.put(f"{at}ptr", "".join(_POINTERS[p - 1] for p in line.pointers if 1 <= p <= len(_POINTERS)))
    sheet.put(f"{at}charge", cents(line.charge))
    sheet.put(f"{at}units", line.units)
    sheet.put(f"{at}epsdt", "Y" if line.epsdt else "")
    rendering = line.rendering or claim.rendering or claim.billing
    sheet.put(f"{at}npi", rendering.npi)
    drug = f"N4{line.ndc} {line.ndc_unit}{line.ndc_quantity}" if line.ndc else ""
    description = f"ZZ{line.description}" if line.description else ""
    sheet.put(f"shaded {n} note", " ".join(part for part in (drug, description or line.note) if part))
    if rendering.taxonomy:
        sheet.put(f"shaded {n} qual", "ZZ")
        sheet.put(f"shaded {n} id", rendering.taxonomy)


def _providers(sheet: Sheet, claim: Claim) -> None:
    billing, facility = claim.billing, claim.service_facility
    sheet.put("25", billing.tax_id)
    sheet.put("25 ssn" if billing.tax_id_type == "SY" else "25 ein", "X")
    sheet.put("26", claim.patient_control_number)
    sheet.put("27 yes" if claim.assignment in ("A", "B") else "27 no", "X")
    sheet.put("31", signed(claim))
    where = facility or billing
    for number, party in (("32", where), ("33", billing)):
        sheet.put(number, name(party))
        sheet.put(f"{number} street", street(party.address))
        sheet.put(f"{number} city", city(party.address))
        sheet.put(f"{number}a", party.npi)
    sheet.put("33 phone", billing.contact_phone)
    sheet.put("33b", f"ZZ{billing.taxonomy}" if billing.taxonomy else "")
