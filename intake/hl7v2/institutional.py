"""What an HL7 v2 message carries of an institutional bill: UB2, GP1, DRG, PV1, PR1 and DG1.

A message with UB2 or GP1 is one. PV1-4, 14 and 36 are taken where they are codes of the NUBC and not a
system's own. HL7 has no place for the statement's days: a bill from admission through discharge (the third
digit of its type is 1) covers all services of its visit, PV1-44 to PV1-45; of another one they stay empty.
"""

import re
from datetime import date
from typing import Any

from intake.code_systems import ICD10PCS, diagnoses_of, system_of
from intake.hl7v2.charges import diagnosis_codes
from intake.hl7v2.messages import Message, Segment
from intake.hl7v2.parties import day, provider_of

_ONE = re.compile(r"[0-9A-F]", re.ASCII)
_STATUS = re.compile(r"\d\d", re.ASCII)
_WHOLE = re.compile(r"0?[0-9]{2}1", re.ASCII)  # type of bill, frequency 1
_PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}", re.ASCII)
_EXEMPT = {"E": "1"}
ADMITTING = "A"  # DG1-6, table 0052


def facts_of(message: Message, diagnoses: tuple[str, ...], first: date | None) -> dict[str, Any]:
    """The facts of the bill; what the message has no place for stays empty. `first` is the day of the first
    service."""
    attending, _ = provider_of(_all(message.first("PV1"), 7))
    procedures = [found for segment in message.all("PR1") if (found := _procedure(segment))]
    admitted, discharged = message.value("PV1", 44), message.value("PV1", 45)
    facts: dict[str, Any] = {
        "type_of_bill": message.value("GP1", 1),
        "admission_type": _fitting(_ONE, message.value("PV1", 4)),
        "admission_source": _fitting(_ONE, message.value("PV1", 14)),
        "patient_status": _fitting(_STATUS, message.value("PV1", 36)),
        "admission_hour": _hour(admitted),
        "discharge_hour": _hour(discharged),
        "drg": message.value("DRG", 1),
        "attending": attending,
        "conditions": tuple(f.value() for f in _all(message.first("UB2"), 3) if f.value()),
        "values": tuple(
            {"code": f.value(1), "amount": f.value(2)}
            for f in _all(message.first("UB2"), 6)
            if f.value(1) and f.value(2)
        ),
        "occurrences": tuple(
            {"code": f.value(1), "day": day(f.value(2))} for f in _all(message.first("UB2"), 7) if f.value(1)
        ),
        "occurrence_spans": tuple(
            {"code": f.value(1), "first": day(f.value(2)), "last": day(f.value(3))}
            for f in _all(message.first("UB2"), 8)
            if f.value(1)
        ),
        "principal_procedure": procedures[0] if procedures else None,
        "other_procedures": tuple(procedures[1:]),
    }
    admitting = admitting_of(message)
    if admitting:
        facts["admitting_diagnosis"] = admitting[0]
    if _WHOLE.fullmatch(message.value("GP1", 1)):
        # services of the days before an admission stand on its bill, and then begin its statement
        days = [one for one in (first, day(admitted)) if one is not None]
        facts["statement_from"] = min(days) if admitted and days else None
        facts["statement_to"] = day(discharged)
    present = _present(message)
    if present:
        facts["present_on_admission"] = tuple(present.get(code, "") for code in diagnoses)
    return facts


def admitting_of(message: Message) -> tuple[str, ...]:
    """The diagnoses that a message names as the admitting ones."""
    return tuple(
        code
        for segment in message.all("DG1")
        if segment.value(6).upper() == ADMITTING
        for code in _diagnosis(segment)
    )


def final_of(message: Message) -> set[str]:
    """The diagnoses that a message names as something else than the admitting one."""
    return {
        code
        for segment in message.all("DG1")
        if segment.value(6).upper() != ADMITTING
        for code in _diagnosis(segment)
    }


def _diagnosis(segment: Segment) -> tuple[str, ...]:
    return diagnoses_of(diagnosis_codes(segment))


def _procedure(segment: Segment) -> dict[str, Any] | None:
    system = system_of("", segment.value(3, 3) or segment.value(2))
    code = segment.value(3).upper()
    if system != ICD10PCS or not _PCS.fullmatch(code):
        return None
    return {"code": code, "day": day(segment.value(5))}


def _present(message: Message) -> dict[str, str]:
    """DG1-26 by diagnosis, as an encounter says it: HL7's E (table 0895) is 1, exempt."""
    return {
        code: _EXEMPT.get(said := segment.value(26).upper(), said)
        for segment in message.all("DG1")
        if segment.value(26)
        for code in _diagnosis(segment)
    }


def _hour(text: str) -> str:
    digits = text[8:12]
    return digits if len(digits) == 4 and digits.isascii() and digits.isdigit() else ""


def _fitting(shape: re.Pattern[str], text: str) -> str:
    return text if shape.fullmatch(text) else ""


def _all(segment: Segment | None, number: int) -> list[Any]:
    return segment.repetitions(number) if segment is not None else []
