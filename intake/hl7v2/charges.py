"""FT1, PR1 and DG1: what was charged, done and diagnosed in one message."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from intake.code_systems import (
    CPT,
    HCPCS,
    ICD10CM,
    Code,
    diagnosis_of,
    modifiers_of,
    procedures_of,
    system_of,
)
from intake.encounter import Concept, Provider
from intake.hl7v2.messages import Field, Message, Segment
from intake.hl7v2.parties import day, provider_of

# HL7 table 0017, transaction type; CR is what many send for CD.
_CREDITS = {"CD", "CR", "CREDIT"}
_NOT_CHARGES = {"PY", "AJ", "CO", "PAYMENT", "ADJUSTMENT"}


@dataclass(slots=True)
class Charge:
    """One service. `amount` is dollars as text, None where nothing or zero was priced."""

    code: str
    modifiers: tuple[str, ...]
    first: date | None
    last: date | None
    units: str
    amount: str | None
    diagnoses: list[str]
    performer: Provider | None
    ordering: Provider | None
    transaction: str
    segment: int  # its FT1, counted from 1; 0: a PR1 of its own


@dataclass(slots=True)
class Charges:
    """What a message charges. `notes` are (what, how often) that were left out and why."""

    charges: list[Charge] = field(default_factory=list)
    diagnoses: list[str] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def charges_of(message: Message) -> Charges:
    """All charges of a message with the diagnoses that they stand by.

    A charge's own diagnoses are those of FT1-19, else of the DG1 that follow it where several FT1 have
    their own; else the message's: it carries these services for these diagnoses.
    """
    result = Charges()
    following: dict[int, list[str]] = {}
    ranked: list[tuple[int, str]] = []
    at = 0
    for segment in message.segments:
        if segment.name == "FT1":
            at += 1
            _take_charge(segment, at, result)
        elif segment.name == "PR1":
            _take_procedure(segment, result)
        elif segment.name == "DG1":
            code = _diagnosis(segment, result)
            if code:
                following.setdefault(at, []).append(code)
                ranked.append((_rank(segment.value(15)), code))
    if all(rank for rank, _ in ranked):
        ranked.sort(key=lambda item: item[0])
    own = [code for charge in result.charges for code in charge.diagnoses]
    result.diagnoses = list(dict.fromkeys([code for _, code in ranked] + own))
    in_groups = len([group for group in following if group]) > 1
    for charge in result.charges:
        if not charge.diagnoses:
            charge.diagnoses = following.get(charge.segment, []) if in_groups else []
        if not charge.diagnoses:
            charge.diagnoses = result.diagnoses
    return result


def _take_charge(segment: Segment, at: int, result: Charges) -> None:
    kind = segment.value(6).upper()
    if kind in _NOT_CHARGES:
        result.notes.append(f"FT1 {at} is no charge (type {kind})")
        return
    first, last = _days(segment)
    coded = _codes(segment.repetitions(25), CPT) or _codes(segment.repetitions(7), "")
    found = procedures_of(coded)
    modifiers = modifiers_of(Code("", f.value()) for f in segment.repetitions(26))
    if not found:
        text = segment.value(7, 2) or segment.value(8) or segment.value(25, 2)
        code = segment.value(25) or segment.value(7)
        if code or text:
            system = next((c.system for c in coded), "local") if coded else "local"
            result.concepts.append(Concept(system=system, code=code, text=text[:200], role="procedure"))
        result.notes.append(f"FT1 {at} has neither CPT nor HCPCS in FT1-25 or FT1-7")
        return
    code, own = next(iter(found.items()))
    if kind in _CREDITS:
        _credit(result, code, first, at)
        return
    amount, unreadable = _amount(segment)
    if unreadable:
        result.notes.append(f"FT1 {at} has an amount that is no number")
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
            units=segment.value(10) or "1",
            amount=amount,
            diagnoses=_listed(segment.repetitions(19), result),
            performer=performer,
            ordering=ordering,
            transaction=segment.value(2),
            segment=at,
        )
    )


def _take_procedure(segment: Segment, result: Charges) -> None:
    """A PR1 that no FT1 has charged is a service without a price."""
    method = system_of("", segment.value(2)) if segment.value(2) else CPT
    first = day(segment.value(5))
    found = procedures_of(_codes(segment.repetitions(3), method))
    performer, _ = provider_of(segment.repetitions(11) or segment.repetitions(8))
    modifiers = modifiers_of(Code("", f.value()) for f in segment.repetitions(16))
    for code, own in found.items():
        known = [c for c in result.charges if c.code == code and (first is None or c.first in (None, first))]
        if known:
            for charge in known:
                charge.performer = charge.performer or performer
                charge.modifiers = charge.modifiers or tuple(dict.fromkeys(own + modifiers))
            continue
        result.charges.append(
            Charge(
                code=code,
                modifiers=tuple(dict.fromkeys(own + modifiers)),
                first=first,
                last=None,
                units="1",
                amount=None,
                diagnoses=[],
                performer=performer,
                ordering=None,
                transaction="",
                segment=0,
            )
        )
    if not found and (segment.value(3) or segment.value(4)):
        text = segment.value(3, 2) or segment.value(4)
        concept = Concept(system=method, code=segment.value(3), text=text[:200], role="procedure")
        if all(c.code != concept.code for c in result.concepts):
            result.concepts.append(concept)


def _credit(result: Charges, code: str, first: date | None, at: int) -> None:
    """Takes back the earlier charge of the same code and day; without one a person has to look."""
    for place in range(len(result.charges) - 1, -1, -1):
        charge = result.charges[place]
        if charge.code == code and charge.first == first:
            del result.charges[place]
            return
    result.notes.append(f"FT1 {at} takes back a charge that this message does not hold")


def _diagnosis(segment: Segment, result: Charges) -> str:
    """DG1-3 as an ICD-10-CM code; ICD-9-CM, SNOMED CT or words become a concept."""
    method = segment.value(2)
    told = _codes(segment.repetitions(3), system_of("", method) if method else ICD10CM)
    if code := diagnosis_of(told):
        return code
    text = segment.value(3, 2) or segment.value(4)
    if told or text:
        best = told[0] if told else Code("text", "")
        result.concepts.append(Concept(system=best.system, code=best.code, text=text[:200]))
    return ""


def _listed(repetitions: list[Field], result: Charges) -> list[str]:
    """FT1-19: the ICD-10-CM codes, each once; ICD-9-CM among them is shown to the coder."""
    found = []
    for repetition in repetitions:
        told = _codes([repetition], ICD10CM)
        if code := diagnosis_of(told):
            found.append(code)
        elif told:
            concept = Concept(system=told[0].system, code=told[0].code, text=told[0].text[:200])
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


def _amount(segment: Segment) -> tuple[str | None, bool]:
    """The extended amount (FT1-11), else unit amount times quantity; and whether it is no number."""
    extended = segment.value(11).lstrip("$")
    unit = segment.value(12).lstrip("$")
    try:
        if extended:
            amount = Decimal(extended)
        elif unit:
            amount = Decimal(unit) * Decimal(segment.value(10) or "1")
        else:
            return None, False
    except InvalidOperation:
        return None, True
    if not amount.is_finite():
        return None, True
    return (str(amount) if amount else None), False


def _rank(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
