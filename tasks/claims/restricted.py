"""Services that a patient paid in full and asked to keep from the plan (45 CFR 164.522(a)(1)(vi)).

The claim is made from what is left of its encounter, so that no later step, form or payer can meet them:
neither the lines, nor the diagnoses that they alone point at, nor the money that was paid for them.
"""

from collections.abc import Iterator, Sequence

import coding
from config.partners import Practice
from intake.encounter import Encounter, Line
from intake.institutional import Institutional
from ledger.encounters.encounters import FindingRow
from tasks.claims.form import diagnosis, fee

ID = "RST-01"
TITLE = "Restricted service without a charge"
FIX = "Give each restricted line its charge, or its procedure one in the practice's fee schedule."


def numbers(encounter: Encounter) -> tuple[int, ...]:
    """The restricted lines, counted from 1 as they are documented."""
    whole = encounter.restricted
    return tuple([n for n, line in enumerate(encounter.lines, 1) if whole or line.restricted])


def documented(encounter: Encounter) -> tuple[int, ...]:
    """For each line of the claim its number in the document."""
    kept_back = numbers(encounter)
    every = range(1, len(encounter.lines) + 1)
    return tuple([n for n in every if n not in kept_back]) if kept_back else tuple(every)


def is_whole(encounter: Encounter) -> bool:
    """Whether nothing of an encounter is billed."""
    return encounter.restricted or (bool(encounter.lines) and len(numbers(encounter)) == len(encounter.lines))


def billed(encounter: Encounter, practice: Practice) -> Encounter:
    """An encounter as payers may know it: without what is restricted."""
    kept_back = numbers(encounter)
    if not kept_back and not encounter.restricted:
        return encounter
    lines = [line for n, line in enumerate(encounter.lines, 1) if n not in kept_back]
    hidden = _only_theirs(encounter, kept_back)
    places = [n for n in range(1, len(encounter.diagnoses) + 1) if n not in hidden]
    moved = {old: new for new, old in enumerate(places, 1)}
    paid = encounter.patient_paid
    if paid is not None:
        paid = max(paid - sum(charges(encounter, practice)), 0) or None
    return encounter.model_copy(
        update={
            "lines": tuple(
                line.model_copy(update={"pointers": tuple(moved.get(p, p) for p in line.pointers)})
                for line in lines
            ),
            "diagnoses": tuple(encounter.diagnoses[n - 1] for n in places),
            "institutional": _without(encounter, hidden),
            "patient_paid": paid,
        }
    )


def _only_theirs(encounter: Encounter, kept_back: Sequence[int]) -> set[int]:
    """The diagnoses that restricted lines point at, and no other line does."""
    theirs: set[int] = set()
    others: set[int] = set()
    for n, line in enumerate(encounter.lines, 1):
        (theirs if n in kept_back else others).update(line.pointers)
    return theirs - others


def _without(encounter: Encounter, hidden: set[int]) -> Institutional | None:
    """A stay without the diagnoses that only restricted lines point at, wherever else they stand in it."""
    stay = encounter.institutional
    if stay is None or not hidden:
        return stay
    codes = {diagnosis(encounter.diagnoses[n - 1]) for n in hidden if n <= len(encounter.diagnoses)}
    causes = [n for n, c in enumerate(stay.external_causes) if diagnosis(c) not in codes]
    said = stay.external_causes_present
    return stay.model_copy(
        update={
            "present_on_admission": tuple(
                one for n, one in enumerate(stay.present_on_admission, 1) if n not in hidden
            ),
            "admitting_diagnosis": ""
            if diagnosis(stay.admitting_diagnosis) in codes
            else stay.admitting_diagnosis,
            "reason_diagnoses": tuple(c for c in stay.reason_diagnoses if diagnosis(c) not in codes),
            "external_causes": tuple(stay.external_causes[n] for n in causes),
            "external_causes_present": tuple(said[n] for n in causes if n < len(said)),
        }
    )


def charges(encounter: Encounter, practice: Practice) -> list[int]:
    """What each restricted line costs the patient, in cents; 0 where nothing says it."""
    return [_charge(encounter.lines[n - 1], practice) for n in numbers(encounter)]


def _charge(line: Line, practice: Practice) -> int:
    if line.charge is not None:
        return line.charge
    return fee(practice, line.procedure, line.modifiers, line.units) or 0


def findings(encounter: Encounter, practice: Practice) -> Iterator[FindingRow]:
    """What holds an encounter because nobody could ask the patient for a restricted service."""
    lines = numbers(encounter)
    for n, cents in zip(lines, charges(encounter, practice), strict=True):
        if not cents:
            yield _row(n, "the line is restricted and has no charge")
    if encounter.restricted and not lines:
        yield _row(None, "the encounter is restricted and documents no service")


def _row(line: int | None, detail: str) -> FindingRow:
    return FindingRow(edit_id=ID, severity=coding.Severity.HOLD, line=line, place="2400", detail=detail)
