"""What a person must look at before an encounter goes: doubts of the reader and of its taking in.

They hold like an edit and are let pass like one (`cleanclaim holds override ID --edit SRC-01 ...`), for the
document alone that was looked at: what comes after it is looked at anew.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import coding
from config.partners import Partners
from ledger.encounters.corrections import CORRECTION, SAME_VISIT
from ledger.encounters.encounters import FindingRow
from tasks.claims.encounter_claims import EncounterClaim

NOT_WHOLE = "SRC-01"
TEST = "SRC-04"
WORDS = {
    NOT_WHOLE: (
        "Perhaps not as it was documented",
        "Compare the claim with the document at its source; send it again with a higher version, or let it "
        "pass.",
    ),
    CORRECTION: (
        "Came again with other content",
        "The later document stands here. Compare it with the practice's system; let it pass, or send what is "
        "right with a higher version.",
    ),
    SAME_VISIT: (
        "Perhaps a visit that came before",
        "Compare it with the other encounter of this number: let it pass where these are two visits, or "
        "where the claim of the other one was taken back; else leave it held.",
    ),
    TEST: (
        "Marked as a test by its source",
        "End its work as not valid. Where patient and services are real, send it again without the mark and "
        "with a higher version, or let it pass.",
    ),
}


def of(
    partners: Partners, one: EncounterClaim, doubt: str, overrides: Iterable[coding.Override], as_of: date
) -> Iterator[FindingRow]:
    """A finding for each doubt: a hold, or for the record where an override stands.

    A test that would become a test claim (ISA15) is what a trial is for.
    """
    doubts = [(NOT_WHOLE, detail) for detail in one.encounter.doubts]
    if one.encounter.test and one.payer is not None and partners.clearinghouse_of(one.payer).usage == "P":
        doubts.append(
            (TEST, "the document says that it is a test, and its claim would be a production claim")
        )
    doubts += [(line.partition(" ")[0], line.partition(" ")[2]) for line in doubt.splitlines() if line]
    standing = {one.edit_id: one for one in overrides if one.until >= as_of}
    for edit_id, detail in doubts:
        override = standing.get(edit_id)
        yield FindingRow(
            edit_id=edit_id,
            severity=coding.Severity.HOLD if override is None else coding.Severity.INFO,
            line=None,
            place="",
            detail=detail
            if override is None
            else f"{detail}; let pass until {override.until} by {override.who}: {override.why}",
        )
