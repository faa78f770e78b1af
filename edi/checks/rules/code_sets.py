"""SNIP 5: values that must be in a code set outside the guide, wherever a guide says so.

One rule, made for each segment's place from its declaration: elements with an external code set
(`slot.external`), the NPI of a name whose qualifier is XX, and ZIP codes. What `edi` cannot say alone is
asked of the check's `codes`; a set that these have not loaded is reported once a file, as unchecked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Final

from edi.checks.rules import Fault, Look, Run, every_segment
from edi.declare.code_sets import PROVINCES, STATUS_LISTS, Answers
from edi.declare.guide import Place, Step
from edi.declare.segment_pattern import Slot
from edi.declare.types import DATES
from edi.findings import Answer, Kind, kind
from edi.segments.party import N1, N4, NM1


def _code(number: str, title: str, fix: str, status: str, severity: Any = "error") -> Kind:
    return kind(f"COD-{number}", title, 5, fix, Answer("277CA", category="A7", status=status), severity)


NPI: Final = _code("01", "No such NPI", "Give the ten digits of the NPI; the last is a check digit.", "562")
STATE: Final = _code("02", "No such state", "Give the postal abbreviation of a state or province.", "501")
ZIP: Final = _code("03", "No such ZIP code", "Give five or nine digits, without a hyphen.", "500")
COUNTRY: Final = _code("04", "No such country", "Give the two letters of ISO 3166.", "126")
PLACE: Final = _code("05", "No such place of service", "Give a place of service of CMS's list.", "249")
TAXONOMY: Final = _code("07", "No such taxonomy code", "Give ten characters of the NUCC's list.", "145")
REASON: Final = _code("08", "Unknown adjustment reason", "Use a CARC of the current list.", "21", "warning")
REMARK: Final = _code("09", "Unknown remark", "Use a RARC of the current list.", "21", "warning")
STATUS: Final = _code("10", "Unknown claim status", "Use a code of the current list.", "21", "warning")
CURRENCY: Final = _code("11", "No such currency", "Give the three letters of ISO 4217.", "21")
TAX: Final = _code("13", "No such tax number", "Give the nine digits, without hyphens.", "128")
CLIA: Final = _code("14", "No such CLIA number", "Give two digits, D and seven digits.", "21")
FREQUENCY: Final = _code(
    "25", "No such claim frequency", "Give 1, or 7 or 8 for a replacement or void.", "535"
)
BILL: Final = _code("26", "No such type of bill", "Give its two digits: facility and kind of care.", "228")
PATIENT: Final = _code("27", "No such patient status", "Give the two digits of the NUBC's list.", "234")
ADMISSION: Final = _code("28", "No such type of admission", "Give 1 to 5, or 9.", "231")
SOURCE: Final = _code(
    "29", "No such source of admission", "Give the one character of the NUBC's list.", "229"
)
NUBC: Final = _code("30", "No such condition, occurrence or value code", "Give its two characters.", "21")
DRG: Final = _code("31", "No such diagnosis related group", "Give its three digits.", "256")
TOOTH: Final = _code("33", "No such tooth", "Give 1 to 32, A to T, or a supernumerary tooth's.", "244")
QUADRANT: Final = _code("34", "No such area of the mouth", "Give 00 to 09, 10, 20, 30, 40, L or R.", "245")
FACILITY_ZIP: Final = _code(
    "12", "ZIP code without its last four digits", "Give all nine digits.", "500", "warning"
)
UNCHECKED: Final = kind(
    "COD-90",
    "Code set not loaded",
    5,
    "Load the code set to have its codes checked.",
    None,
    "unchecked",
)
KINDS: Final[dict[str, Kind]] = {
    "npi": NPI,
    "states": STATE,
    "countries": COUNTRY,
    "place_of_service": PLACE,
    "taxonomy": TAXONOMY,
    "carc": REASON,
    "rarc": REMARK,
    "claim_status_categories": STATUS,
    "claim_status_codes": STATUS,
    "currencies": CURRENCY,
    "tax_number": TAX,
    "clia": CLIA,
    "frequency": FREQUENCY,
    "simple_frequency": FREQUENCY,
    "bill_type": BILL,
    "patient_status": PATIENT,
    "admission_type": ADMISSION,
    "admission_source": SOURCE,
    "nubc": NUBC,
    "drg": DRG,
    "tooth": TOOTH,
    "oral_cavity": QUADRANT,
}
TABLES: Final = frozenset(("taxonomy",))  # of those, the ones that somebody may have loaded
# The 277CA names an entity beside a status code; these are the NM101 that it knows.
ENTITIES: Final = (
    "1P",
    "40",
    "41",
    "71",
    "72",
    "73",
    "77",
    "82",
    "85",
    "87",
    "DK",
    "DN",
    "DQ",
    "IL",
    "PR",
    "QB",
    "QC",
)
# Loops that need ZIP codes of nine digits: billing provider and service facility.
NINE: Final = frozenset(
    (kind, loop)
    for kind, loops in (
        ("837P", ("2010AA", "2310C", "2420C")),
        ("837I", ("2010AA", "2310E")),
        ("837D", ("2010AA", "2310C", "2420D")),
    )
    for loop in loops
)


def asked(run: Run, code_set: str, what: Kind, fault: Fault) -> Iterator[Fault]:
    """The fault of a code that is not in its set; once a file that a table is not loaded; or nothing."""
    answers = run.codes
    found = answers.known(code_set, fault.value, DATES[run.today])
    if found is False:
        yield fault._replace(kind=what)
    elif found is None and code_set in TABLES and code_set not in answers.unchecked:
        answers.unchecked.add(code_set)
        yield fault._replace(kind=UNCHECKED, message=f"{code_set} is not loaded", value="")


@every_segment(STATE, "837P 837I 837D 835 277CA 270 271 276 277 277RFI")
def codes_are_known(place: Place, step: Step) -> Look | None:
    """How to look at a segment that has such elements at this place."""
    if step.new is N4:
        return _address((place.guide.kind, place.id) in NINE)
    if step.new is NM1:
        return _npi_of_nm1(frozenset(step.member.qualifiers)) if _takes_npi(step, 8) else None
    if step.new is N1:
        return _npi_of_n1 if _takes_npi(step, 3) else None
    plan: list[_Spot] = []
    for slot in step.pattern.slots:
        for part in slot.parts:
            plan.append((slot.position, part.position, part.external, _longest(part), str(part.position)))
        if not slot.parts:
            plan.append((slot.position, 0, slot.external, _longest(slot), ""))
    at, inner = step.new.KEY
    return _external(tuple(p for p in plan if p[2] in KINDS), at, inner, frozenset(step.member.qualifiers))


def _takes_npi(step: Step, qualifier: int) -> bool:
    """Whether the place takes XX at all; where it does not, the qualifier is reported, not the number."""
    slot = step.pattern.slots[qualifier - 1]
    return slot.need != "N" and (not slot.codes or "XX" in slot.codes)


_Spot = tuple[int, int, str, int, str]  # element, component, code set, longest value, component as text


def _longest(slot: Slot) -> int:
    """Longer values are reported as too long, not as unknown."""
    return getattr(slot.element.type, "maximum", 0) if slot.element is not None else 0


@cache
def _external(plan: tuple[_Spot, ...], at: int, inner: bool, qualifiers: frozenset[str]) -> Look | None:
    """Look at elements, or their components, that must be in a code set; where the element `at` (or its
    first component) says which of several members a segment is, at those of its qualifiers alone."""
    if not plan:
        return None

    def look(segment: Any, run: Run) -> Iterable[Fault]:
        e = segment._e
        size = len(e)
        if qualifiers and size > at:
            qualifier = e[at].partition(segment.d.component)[0] if inner else e[at]
            if qualifier not in qualifiers:
                return ()
        good = run.codes.good
        found: list[Fault] = []
        for spot in plan:
            if spot[0] >= size:
                continue
            value = e[spot[0]]
            if value and (spot[2], value, spot[4]) not in good:
                found += _one(segment, spot, value, run)
        return found

    return look


def _one(segment: Any, spot: _Spot, value: str, run: Run) -> Iterator[Fault]:
    at, part, code_set, longest, mark = spot
    where = str(at)
    code = value
    values: list[str] = []
    if part:
        values = value.split(segment.d.component)
        code = values[part - 1] if part <= len(values) else ""
        where = f"{at}-{part}"
    if segment.ID == "LQ" and segment.elements[1] != "HE":
        return  # remarks of pharmacies have their own list
    if code_set == "claim_status_codes" and values[3:4] in (["RX"], ["LOI"]):
        return  # so have their refusals, and LOINC names what is asked for
    faults = []
    if code and len(code) <= longest:
        fault = Fault(segment, where, _words(code_set), value=code)
        faults = list(asked(run, code_set, KINDS[code_set], fault))
    if not faults and (not part or len(value) < 40):
        run.codes.remember((code_set, value, mark))
    yield from faults


def _words(code_set: str) -> str:
    as_of = f" of {STATUS_LISTS}" if code_set.startswith("claim_status") else ""
    return f"it is not in the list of {code_set.replace('_', ' ')}{as_of}"


@cache
def _npi_of_nm1(entities: frozenset[str]) -> Look:
    """NM109 where NM108 is XX, for these NM101."""

    def look(nm1: Any, run: Run) -> Iterable[Fault]:
        e = nm1._e
        return _number(nm1, 9, e, run) if len(e) > 9 and e[8] == "XX" and e[1] in entities else ()

    return look


def _npi_of_n1(n1: Any, run: Run) -> Iterable[Fault]:
    """N104 where N103 is XX."""
    e = n1._e
    return _number(n1, 4, e, run) if len(e) > 4 and e[3] == "XX" else ()


def _number(segment: Any, at: int, e: list[str], run: Run) -> Iterable[Fault]:
    npi = e[at]
    key = ("npi", npi, "")
    if not npi or key in run.codes.good:
        return ()
    if run.codes.known("npi", npi) is False:
        digits = len(npi) == 10 and npi.isascii() and npi.isdigit()
        message = "its check digit is wrong" if digits else "it is not ten digits"
        return [Fault(segment, str(at), message, kind=NPI, value=npi, answer=_answer(e[1]))]
    run.codes.remember(key)
    return ()


@cache
def _answer(entity: str) -> Answer | None:
    assert NPI.answer is not None
    return replace(NPI.answer, entity=entity) if entity in ENTITIES else None


@cache
def _address(nine: bool) -> Look:
    def look(n4: Any, run: Run) -> Iterable[Fault]:
        """State, ZIP code and country together: those of the United States and Canada are known."""
        e = n4._e
        key = ("N4", "*".join(e[2:5]), "9" if nine else "")
        answers = run.codes
        if key in answers.good:
            return ()
        faults = list(_parts(n4, [*e, "", "", "", ""], nine, answers))
        if not faults:
            answers.remember(key)
        return faults

    return look


def _parts(n4: Any, e: list[str], nine: bool, answers: Answers) -> Iterator[Fault]:
    state, code, country = e[2], e[3], e[4]
    if country and not answers.known("countries", country):
        yield Fault(n4, "4", "it is not in the list", kind=COUNTRY, value=country)
        return
    if country not in ("", "US", "CA"):
        return
    if len(state) == 2 and not answers.known("states", state):
        yield Fault(n4, "2", "it is not in the list", value=state)
        return
    canada = state in PROVINCES
    if canada != (country == "CA") and country:
        return  # they contradict each other: which of them is wrong is not known
    if 3 <= len(code) <= 15 and answers.known("postal_code" if canada else "zip", code) is False:
        yield Fault(n4, "3", "its form is wrong", kind=ZIP, value=code)
    elif nine and code and not canada and len(code) == 5:
        yield Fault(n4, "3", "this address needs all nine digits", kind=FACILITY_ZIP, value=code)
