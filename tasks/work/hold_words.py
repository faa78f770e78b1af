"""What holds an encounter, in words: an edit's title and remedy, or those of what only the steps see."""

from typing import Final

from coding import EDITS
from tasks.batches import check
from tasks.claims import needs_coding, restricted, source_findings
from tasks.claims.findings import FAILED_ON, UNCHECKED, UNKNOWN_PRACTICE

_OTHERS: Final = {
    needs_coding.ID: (needs_coding.TITLE, needs_coding.FIX),
    restricted.ID: (restricted.TITLE, restricted.FIX),
    **source_findings.WORDS,
    UNCHECKED: (
        "Not checked",
        "Load the code sets that are missing (cleanclaim codes status) or complete the facts.",
    ),
    FAILED_ON: (
        "CleanClaim fails on this encounter",
        "Report the text beside it; correct the encounter at the source and send it as a higher version.",
    ),
    UNKNOWN_PRACTICE: (
        "Practice not known",
        "Name a practice of partners/practices in the document, or drop the file into its folder.",
    ),
}


def words(edit_id: str) -> tuple[str, str]:
    """Title and remedy."""
    edit = EDITS.get(edit_id)
    if edit is not None:
        return edit.title, edit.fix
    return check.words(edit_id) or _OTHERS.get(edit_id, ("", ""))
