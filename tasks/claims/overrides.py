"""A person's overrides in the words of the edits, and which edits nobody overrides.

Without what those ask for a claim is no 837 that anybody can read, or nobody could be asked to pay,
and one such claim may get its whole batch refused.
"""

from collections.abc import Iterable
from datetime import date

import coding
from ledger.encounters.overrides import OverrideRow

STRUCTURAL = frozenset(
    {
        "BAL-01",
        "COB-01",
        "COB-02",
        "COB-08",
        "DT-01",
        "ELIG-02",
        "LEN-01",
        "NPI-01",
        "PTR-01",
        "REQ-01",
        "TOB-01",
    }
)


def standing(rows: Iterable[OverrideRow]) -> tuple[coding.Override, ...]:
    """Overrides in the words of the edits; whether one still counts is theirs to say."""
    return tuple(
        coding.Override(
            edit_id=row.edit_id,
            who=row.who,
            why=row.why,
            until=date.fromisoformat(row.until_on),
            line=row.line,
        )
        for row in rows
        if row.edit_id not in STRUCTURAL
    )
