"""Encounters that were documented in concepts (SNOMED CT and the like) without codes to bill by.

No map from such concepts to ICD-10-CM or CPT may be given away, and a code that is guessed is a
false claim: these encounters wait for a coder, with the concepts and what the encoder finds for
their words beside each. A corrected version with codes goes out by itself.
"""

from collections.abc import Sequence

import coding
from intake.encounter import Encounter
from ledger.encounters.encounters import FindingRow

ID = "COD-01"
TITLE = "Needs coding"
FIX = "Choose the codes (cleanclaim coding shows the concepts) and send the encounter as a higher version."
OF_DIAGNOSES = ("diagnosis", "reason")


def of(encounter: Encounter) -> list[FindingRow]:
    """What of an encounter is documented without codes: one finding for diagnoses, one for services."""
    diagnoses = sum(c.role in OF_DIAGNOSES for c in encounter.concepts)
    services = len(encounter.concepts) - diagnoses
    rows = []
    if diagnoses and not any(encounter.diagnoses):
        rows.append(_row("HI", diagnoses, "diagnosis", "diagnoses"))
    if services and not any(line.procedure or line.revenue_code for line in encounter.lines):
        rows.append(_row("LX", services, "service", "services"))
    return rows


def _row(place: str, count: int, one: str, many: str) -> FindingRow:
    said = f"1 {one} is" if count == 1 else f"{count} {many} are"
    return FindingRow(
        edit_id=ID,
        severity=coding.Severity.HOLD,
        line=None,
        place=place,
        detail=f"{said} documented without a billing code",
    )


def says_the_same(wanted: Sequence[FindingRow], found: coding.Finding) -> bool:
    """Whether an edit only repeats that nothing is coded: no diagnosis (DX-01), no line (REQ-01)."""
    return found.edit_id in ("DX-01", "REQ-01") and found.place in {row.place for row in wanted}
