"""FT1, PR1 and DG1: what was charged, done and diagnosed in one message."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from intake.amounts import dollars
from intake.code_systems import (
    CPT,
    HCPCS,
    ICD10CM,
    Code,
    diagnoses_of,
    modifiers_of,
    procedures_of,
    system_of,
)
from intake.encounter import Concept
from intake.hl7v2.messages import Field, Message, Segment
from intake.hl7v2.parties import day, provider_of
from intake.parties import Provider

# HL7 table 0017, transaction type; CR is what many send for CD.
_CHARGES = {"", "CG", "CH", "CHG", "CHARGE", "D", "DB", "DR", "DEBIT"}
_CREDITS = {"CD", "CR", "CREDIT"}
_OTHERS = {"PY", "AJ", "CO", "PAYMENT", "ADJUSTMENT"}
_MODIFIER = re.compile(r"[A-Z0-9][A-Z0-9]")
_REVENUE = re.compile(r"\d{3,4}", re.ASCII)
_SYSTEMS = (3, 6)  # components that name a code system
_SEVERAL = re.compile(r"[,;\s]+")
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Charge:
    """One service. `amount` is dollars, None where nothing or zero was priced; a credit takes back
    `units` and `amount` of an earlier charge."""

    code: str
    modifiers: tuple[str, ...]
    first: date | None
    last: date | None
    units: str
    amount: Decimal | None
    diagnoses: list[str]
    performer: Provider | None
    ordering: Provider | None
    transaction: str
    message: int
    segment: int  # its FT1, counted from 1; 0: a PR1 of its own
    credit: bool = False
    misdated: bool = False  # its day is written and is none
    set_id: str = ""  # FT1-1; a transaction id that only repeats it names nothing beyond its message
    revenue_code: str = ""  # FT1-41, of an institutional bill

    @property
    def service(self) -> str:
        """What was done: the procedure, or the revenue code of a charge that has none."""
        return self.code or self.revenue_code


@dataclass(slots=True)
class Charges:
    """What a message charges. `notes` are (what, how often) that were left out and why."""

    charges: list[Charge] = field(default_factory=list)
    diagnoses: list[str] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # what a person must look at before it is billed


def is_bill(message: Message) -> bool:
    """Whether the message is of an institutional bill: it has UB2 or GP1."""
    return message.first("UB2") is not None or message.first("GP1") is not None


def charges_of(message: Message) -> Charges:
    """All charges and credits of a message with the diagnoses that they stand by.

    A charge's own diagnoses are those of FT1-19, by code or by the set id of a DG1, else of the DG1 that
    follow it where several FT1 have their own; else the message's: it carries these services for these
    diagnoses.
    """
    result = Charges()
    bill = is_bill(message)
    numbered: dict[str, list[str]] = {}
    for segment in message.all("DG1"):
        numbered.setdefault(segment.value(1), []).extend(diagnoses_of(diagnosis_codes(segment)))
    following: dict[int, list[str]] = {}
    ranked: list[tuple[int, str]] = []
    at = 0
    for segment in message.segments:
        if segment.name == "FT1":
            at += 1
            _take_charge(segment, message.number, at, numbered, result, bill=bill)
        elif segment.name == "PR1":
            _take_procedure(segment, message.number, result)
        elif segment.name == "DG1":
            codes = _diagnosis(segment, result)
            following.setdefault(at, []).extend(codes)
            ranked += [(_rank(segment.value(15)), code) for code in codes]
    if all(rank for rank, _ in ranked):
        ranked.sort(key=lambda item: item[0])
    own = [code for charge in result.charges for code in charge.diagnoses]
    result.diagnoses = list(dict.fromkeys([code for _, code in ranked] + own))
    in_groups = len([group for group in following.values() if group]) > 1
    for charge in result.charges:
        if not charge.diagnoses:
            charge.diagnoses = following.get(charge.segment, []) if in_groups else []
        if not charge.diagnoses:
            charge.diagnoses = result.diagnoses
    return result


def _take_charge(
    segment: Segment,
    message: int,
    at: int,
    numbered: dict[str, list[str]],
    result: Charges,
    *,
    bill: bool,
) -> None:
    kind = segment.value(6).upper()
    if kind not in _CHARGES | _CREDITS:
        reason = f"type {kind}" if kind in _OTHERS else "its type, FT1-6, is not in table 0017"
        result.notes.append(f"FT1 {at} is not a charge ({reason})")
        return
    first, last = _days(segment)
    misdated = bool(segment.value(4)) and first is None
    if misdated:
        result.notes.append(f"FT1 {at} has an invalid date (FT1-4)")
    coded = _codes(segment.repetitions(25), CPT)
    named = _codes(segment.repetitions(7), "local" if coded else "")
    found = procedures_of(coded) or procedures_of(named)
    revenue = _revenue(segment, at, result) if bill else ""
    if not found and not revenue:
        best = (coded or named)[:1]
        text = segment.value(7, 2) or segment.value(8) or segment.value(25, 2)
        code = segment.value(25) or segment.value(7)
        if code or text:
            system = best[0].system if best else "local"
            result.concepts.append(Concept(system=system, code=code, text=text[:200], role="procedure"))
        result.notes.append(f"FT1 {at} has neither CPT nor HCPCS in FT1-25 or FT1-7")
        return
    code, own = next(iter(found.items()), ("", ()))
    written = [m for f in segment.repetitions(26) for m in _SEVERAL.split(f.value()) if m]
    modifiers = modifiers_of(Code("", modifier) for modifier in written)
    if len(modifiers) < len({m.upper() for m in written}):
        result.notes.append(f"FT1 {at} has an invalid modifier (FT1-26)")
    if stray := _stray_modifiers(segment, set(own + modifiers)):
        _doubt(result, f"FT1 {at} has what looks like a modifier in another place ({', '.join(stray)})")
    units, amount = segment.value(10) or "1", _amount(segment, at, result)
    performer, email = provider_of(segment.repetitions(20))
    ordering, email_too = provider_of(segment.repetitions(21))
    if email or email_too:
        result.notes.append(f"FT1 {at} has an e-mail address where an NPI belongs")
    result.charges.append(
        Charge(
            code=code,
            modifiers=tuple(dict.fromkeys(own + modifiers)),
            first=first,
            last=last,
            units=units.lstrip("-"),
            amount=abs(amount) if amount else None,
            diagnoses=_listed(segment.repetitions(19), at, numbered, result),
            performer=performer,
            ordering=ordering,
            transaction=segment.value(2),
            message=message,
            segment=at,
            misdated=misdated,
            set_id=segment.value(1),
            revenue_code=revenue,
            credit=kind in _CREDITS or units.startswith("-") or (amount or 0) < 0,
        )
    )


def _revenue(segment: Segment, at: int, result: Charges) -> str:
    """FT1-41 (HL7 2.8 and later, table 0456); "" where it is empty or no code of the NUBC."""
    text = segment.value(41)
    if not text or _REVENUE.fullmatch(text):
        return text
    result.notes.append(f"FT1 {at} has an invalid revenue code (FT1-41)")
    return ""


def _stray_modifiers(segment: Segment, taken: set[str]) -> list[str]:
    """Where values of a modifier's form stand that are not among the modifiers taken: in later components and
    subcomponents of FT1-26, beside the code in FT1-25 (or FT1-7 without it), or in its repetitions."""
    found = []
    coded = 25 if segment.value(25) else 7
    for number in (26, coded):
        for at, repetition in enumerate(segment.repetitions(number)):
            for place, pieces in enumerate(repetition.components(), 1):
                if place in _SYSTEMS:
                    continue
                first = number == 26 or at == 0
                for piece in pieces[1:] if place == 1 and first else pieces:
                    if _MODIFIER.fullmatch(piece) and piece not in taken:
                        found.append(f"FT1-{number}.{place}")
    return list(dict.fromkeys(found))


def _beside(repetitions: list[Field]) -> list[str]:
    """What stands beside the first value of each repetition, but for the names of code systems."""
    return [
        piece
        for repetition in repetitions
        for place, pieces in enumerate(repetition.components(), 1)
        if place not in _SYSTEMS
        for piece in (pieces[1:] if place == 1 else pieces)
    ]


def _doubt(result: Charges, message: str) -> None:
    """Add a doubt, which is reported and holds the encounter."""
    result.notes.append(message)
    result.doubts.append(message)


def _take_procedure(segment: Segment, message: int, result: Charges) -> None:
    """A PR1 without a matching FT1 is a service without a price."""
    method = system_of("", segment.value(2)) if segment.value(2) else CPT
    first = day(segment.value(5))
    coded = _codes(segment.repetitions(3), method)
    found = procedures_of(coded)
    performer, _ = provider_of(segment.repetitions(11) or segment.repetitions(8))
    modifiers = modifiers_of(Code("", f.value()) for f in segment.repetitions(16))
    if any(_MODIFIER.fullmatch(p) and p not in modifiers for p in _beside(segment.repetitions(16))):
        _doubt(result, "a PR1 has what looks like a modifier in another place (PR1-16)")
    for code, own in found.items():
        given = tuple(dict.fromkeys(own + modifiers))
        known = [
            c
            for c in result.charges
            if c.code == code and not c.credit and (first is None or c.first in (None, first))
        ]
        if known and all(c.modifiers and given and set(c.modifiers) != set(given) for c in known):
            if not any(c.segment for c in known):
                known = []  # done on each side, and neither is charged
            else:
                _doubt(result, f"a PR1 of {code} has other modifiers than its FT1")
        if known:
            for charge in known:
                charge.performer = charge.performer or performer
                charge.modifiers = charge.modifiers or given
            continue
        result.charges.append(
            Charge(
                code=code,
                modifiers=given,
                first=first,
                last=None,
                units="1",
                amount=None,
                diagnoses=[],
                performer=performer,
                ordering=None,
                transaction="",
                message=message,
                segment=0,
            )
        )
    if not found and (segment.value(3) or segment.value(4)):
        text = segment.value(3, 2) or segment.value(4)
        system = coded[0].system if coded else method
        concept = Concept(system=system, code=segment.value(3), text=text[:200], role="procedure")
        if all(c.code != concept.code for c in result.concepts):
            result.concepts.append(concept)


def diagnosis_codes(segment: Segment) -> list[Code]:
    """DG1-3; the system is the code's own, else DG1-2's, else ICD-10-CM."""
    method = segment.value(2)
    return _codes(segment.repetitions(3), system_of("", method) if method else ICD10CM)


def _diagnosis(segment: Segment, result: Charges) -> tuple[str, ...]:
    """DG1-3 as ICD-10-CM codes; ICD-9-CM, SNOMED CT or words become a concept."""
    coded = diagnosis_codes(segment)
    if found := diagnoses_of(coded):
        return found
    text = segment.value(3, 2) or segment.value(4)
    if coded or text:
        best = coded[0] if coded else Code("text", "")
        result.concepts.append(Concept(system=best.system, code=best.code, text=text[:200]))
    return ()


def _listed(repetitions: list[Field], at: int, numbered: dict[str, list[str]], result: Charges) -> list[str]:
    """FT1-19: the ICD-10-CM codes, each once; other codes are shown to the coder.

    A number of one or two digits is not a code: some systems send the set id of the DG1 instead.
    """
    found: list[str] = []
    for repetition in repetitions:
        coded = _codes([repetition], ICD10CM)
        if codes := diagnoses_of(coded):
            found.extend(codes)
        elif re.fullmatch(r"\d{1,2}", repetition.value()):
            pointed = numbered.get(repetition.value(), [])
            found.extend(pointed if len(pointed) == 1 else [])
            if len(pointed) != 1:
                result.notes.append(f"FT1 {at} points at a diagnosis that no single DG1 has (FT1-19)")
        elif coded:
            concept = Concept(system=coded[0].system, code=coded[0].code, text=coded[0].text[:200])
            if concept not in result.concepts:
                result.concepts.append(concept)
    return list(dict.fromkeys(found))


def _codes(repetitions: list[Field], default: str) -> list[Code]:
    """The coded elements of a field with their alternates. `default` is the system where none is named;
    "" takes what has the shape of CPT or HCPCS for one."""
    found = []
    for repetition in repetitions:
        for at in (1, 4):
            code, text, name = (repetition.value(at + step) for step in range(3))
            if not code:
                continue
            unnamed = default or (HCPCS if re.match(r"[A-Z]", code) else CPT)
            system = system_of("", name) if name else unnamed
            found.append(Code(system, code, text))
    return found


def _days(segment: Segment) -> tuple[date | None, date | None]:
    """FT1-4, a day or a range of days."""
    first = day(segment.value(4))
    last = day(segment.value(4, 2))
    return first, last if first and last and last > first else None


def _amount(segment: Segment, at: int, result: Charges) -> Decimal | None:
    """The extended amount (FT1-11), else unit amount times quantity; None where neither is one in USD."""
    number = 11 if segment.value(11) else 12
    if not segment.value(number):
        return None
    amount, units = dollars(_without_usd(segment.value(number))), dollars(segment.value(10) or "1")
    currency = segment.value(number, 1, 2) or segment.value(number, 2)
    if re.fullmatch("[A-Z]{3}", currency) and currency != "USD":
        result.notes.append(f"FT1 {at} has an amount in another currency than USD")
        return None
    if amount is None or units is None:
        result.notes.append(f"FT1 {at} has an amount that is no number")
        return None
    if number == 12:
        return amount * units
    each = dollars(_without_usd(segment.value(12)))
    # a unit amount is rounded to the cent, and an empty or zero amount says nothing
    if each and amount and abs(abs(each * units) - abs(amount)) > abs(units) * _CENT:
        _doubt(
            result,
            f"FT1 {at} has an amount (FT1-11) that is not its unit amount (FT1-12) times its quantity",
        )
    return amount


def _without_usd(text: str) -> str:
    return re.sub(r"^USD\s*|\s*USD$", "", text)


def _rank(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
