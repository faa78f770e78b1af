"""The place decides the rate and must be one the service can happen in; telehealth says how."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.codes.modifiers import TELEHEALTH as TELEHEALTH_MODIFIERS
from coding.codes.places import PLACES, TELEHEALTH
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import WARN, Found, Severity
from edi.records import Claim

_HOSPITAL = code_list("02 06 08 10 19 21 22 23 25 26 34 51 52 61")
_NURSING = code_list("02 10 13 31 32 33 54 56 61")
_EMERGENCY = frozenset({"02", "10", "23", "26"})
_HOME = code_list("02 04 10 12 13 14 16 27 31 32 33 34 54 55 56")
#: First and last code of visit families, and the places they can happen in.
_FAMILIES = (
    ("99221", "99223", _HOSPITAL, "a hospital"),
    ("99231", "99239", _HOSPITAL, "a hospital"),
    ("99281", "99285", _EMERGENCY, "an emergency room"),
    ("99304", "99316", _NURSING, "a nursing facility"),
    ("99341", "99350", _HOME, "a home"),
)


@edit(
    id="POS-01",
    title="Place of service missing, unknown or not fitting the service",
    severity=Severity.HOLD,
    source=Source(
        "CMS, place of service code set", "CLM05-1, SV105; CPT visit families; telehealth modifiers 93, 95"
    ),
    since=date(2012, 1, 1),
    prevents=("5", "58", "M77"),
    fix="Give the place where the patient was; telehealth is 02 or 10, with modifier 95 or 93.",
    passes=CLEAN.but(place_of_service="10", lines=(Line(modifiers=("95",)),)),
    fails=CLEAN.but(place_of_service="28"),
    kinds="P",
    each_payer=True,
)
def place_of_service(claim: Claim, context: Context) -> Iterator[Found]:
    reported = False
    ruled = context.payer is not None and bool(context.payer.telehealth)  # TEL-01 judges by its table
    for line in claim.lines:
        code = line.place_of_service or claim.place_of_service
        place = PLACES.get(code)
        if place is None:
            said = f"{code} is no place of service" if code else "no place of service is given"
            if line.place_of_service:
                yield line.number, "SV105", said
            elif not reported:
                reported = True  # the claim's own place, wrong once however many lines stand under it
                yield None, "CLM05-1", said
            continue
        day = line.service_from
        if day is not None and day < place.since:
            yield line.number, "SV105", f"place {code} is in use only since {place.since}"
        procedure = line.procedure
        if "99221" <= procedure <= "99350":
            for first, last, places, name in _FAMILIES:
                if first <= procedure <= last and code not in places:
                    yield line.number, "SV105", f"{procedure} is {name} visit, place {code} is {place.name}"
        if ruled:
            continue
        if code in TELEHEALTH:
            medicare = context.payer is not None and context.payer.medicare  # asks for 93 on audio only
            if not medicare and TELEHEALTH_MODIFIERS.isdisjoint(line.modifiers):
                yield (
                    line.number,
                    "SV101-3",
                    f"place {code} is telehealth, the line has neither modifier 95 nor 93",
                )
        elif line.modifiers and ("95" in line.modifiers or "93" in line.modifiers):
            yield line.number, "SV105", f"a telehealth modifier with place {code}: 02 or 10 is usual", WARN
