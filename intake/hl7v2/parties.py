"""Patient, guarantor, providers and insurance of a message: PID, GT1, XCN fields, IN1."""

import re
from datetime import date

from config.identifiers import npi_is_valid
from intake.hl7v2.messages import Field, Message, Segment
from intake.parties import Address, Coverage, Patient, Person, Provider

_SEX = {"F": "F", "M": "M", "U": "U", "O": "U", "A": "U", "N": "U"}
# HL7 table 0063 and what systems write instead; X12's own two characters stay.
_RELATIONSHIPS = {
    "SEL": "18",
    "SELF": "18",
    "S": "18",
    "SPO": "01",
    "SPOUSE": "01",
    "HUS": "01",
    "WIF": "01",
    "CHD": "19",
    "CHILD": "19",
    "NCH": "19",
    "SCH": "19",
    "FCH": "19",
    "GCH": "G8",
    "DOM": "53",
    "DEP": "G8",
    "OTH": "G8",
    "OTHER": "G8",
}
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


def day(text: str) -> date | None:
    """The day of a DT, TS or DTM; None where it is no whole, real day."""
    match = _DAY.match(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def patient_of(message: Message) -> Patient:
    """PID. The record number is PID-3 of type MR, else its first that is no social security number."""
    pid = message.first("PID")
    if pid is None:
        return Patient()
    numbers = [f for f in pid.repetitions(3) if f.value() and f.value(5).upper() != "SS"]
    typed = [f for f in numbers if f.value(5).upper() == "MR"]
    chosen = (typed or numbers)[:1]
    return Patient(
        **_name(pid.repetitions(5)),
        birth_date=day(pid.value(7)),
        sex=_sex(pid.value(8)),
        address=_address(pid.repetitions(11)),
        death_date=day(pid.value(29)),
        medical_record_number=chosen[0].value() if chosen else pid.value(2),
    )


def guarantor_of(message: Message) -> Person | None:
    """The first GT1 that names a person who is not the patient."""
    for segment in message.all("GT1"):
        code = segment.value(11).upper()
        name = _name(segment.repetitions(3))
        if not name.get("last") or (_RELATIONSHIPS.get(code) or code) == "18":
            continue
        return Person(
            **name,
            birth_date=day(segment.value(8)),
            sex=_sex(segment.value(9)),
            address=_address(segment.repetitions(5)),
        )
    return None


def provider_of(repetitions: list[Field]) -> tuple[Provider | None, bool]:
    """An XCN as a provider, and whether an e-mail address stood where its NPI belongs.

    The NPI is the id marked NPI wherever that mark stands (as the type, as the assigning authority, or
    inside it, `&1234567893&NPI`), else an id of ten digits. Another id is the vendor's own: no NPI.
    """
    email = any("@" in f.value() for f in repetitions)
    named = next((f for f in repetitions if f.value(2)), None)
    number = next((found for f in repetitions if (found := _npi(f))), "")
    if not number and named is None:
        return None, email
    return (
        Provider(
            last=named.value(2) if named else "",
            first=named.value(3) if named else "",
            npi=number,
        ),
        email,
    )


def _npi(found: Field) -> str:
    number = found.value()
    for component in found.components():
        if "NPI" in map(str.upper, component):
            inside = next((piece for piece in component if piece.isdigit()), "")
            return inside or ("" if "@" in number else number)
    return number if npi_is_valid(number) or re.fullmatch(r"1[0-9]{9}", number) else ""


def coverages_of(message: Message) -> list[Coverage]:
    """IN1 by its priority (IN1-22), else in the message's order; at most three."""
    found = [(_priority(segment, at), segment) for at, segment in enumerate(message.all("IN1"), 1)]
    found.sort(key=lambda item: item[0])
    made = [coverage for _, segment in found if (coverage := _coverage(segment))]
    return [c.model_copy(update={"order": order}) for order, c in zip("PST", made, strict=False)]


def _priority(segment: Segment, at: int) -> tuple[int, int]:
    """IN1-22, else the set id; then the message's order."""
    written = (segment.value(22), segment.value(1))
    return next((int(n) for n in written if n.isascii() and n.isdigit() and len(n) < 4), 1), at


def _coverage(segment: Segment) -> Coverage | None:
    payer_id, payer_name = segment.value(3), segment.value(4)
    member_id = segment.value(36) or segment.value(49)
    if not (payer_id or payer_name or member_id):
        return None
    code = segment.value(17).upper()
    relationship = _RELATIONSHIPS.get(code) or (code if re.fullmatch(r"\d{2}|G8", code) else "")
    insured = None
    if segment.value(16) and relationship != "18":
        insured = Person(
            **_name(segment.repetitions(16)),
            birth_date=day(segment.value(18)),
            sex=_sex(segment.value(43)),
            address=_address(segment.repetitions(19)),
        )
    if not relationship:
        relationship = "G8" if insured else "18"
    return Coverage(
        payer=payer_id or payer_name,
        payer_name=payer_name,
        member_id=member_id,
        group_number=segment.value(8),
        group_name=segment.value(9),
        relationship=relationship,
        subscriber=insured,
        active_from=day(segment.value(12)),
        active_to=day(segment.value(13)),
    )


def _name(repetitions: list[Field]) -> dict[str, str]:
    """An XPN: the legal name (type L), else the first."""
    legal = next((f for f in repetitions if f.value(7).upper() == "L"), None)
    found = legal or (repetitions[0] if repetitions else None)
    if found is None:
        return {}
    return {
        "last": found.value(1),
        "first": found.value(2),
        "middle": found.value(3),
        "suffix": found.value(4),
    }


def _address(repetitions: list[Field]) -> Address | None:
    """An XAD: the home address (type H), else the first that is no bad one."""
    usable = [f for f in repetitions if f.value(7).upper() not in ("BA", "F")]
    home = next((f for f in usable if f.value(7).upper() == "H"), usable[0] if usable else None)
    if home is None:
        return None
    address = Address(
        line1=home.value(1),
        line2=home.value(2),
        city=home.value(3),
        state=home.value(4),
        zip=home.value(5),
        country=home.value(6),
    )
    return address if address.line1 or address.city or address.zip else None


def _sex(text: str) -> str:
    return _SEX.get(text[:1].upper(), "")
