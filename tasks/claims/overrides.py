"""A person's overrides in the words of the edits, and which edits nobody overrides.

Without what those ask for a claim is no 837 that anybody can read, or nobody could be asked to pay,
and one such claim may get its whole batch refused.
"""

from collections.abc import Iterable, Sequence
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


def standing(rows: Iterable[OverrideRow], lines: Sequence[int] = ()) -> tuple[coding.Override, ...]:
    """Overrides in the words of the edits; whether one still counts is theirs to say. `lines` are the
    documented numbers of the claim's lines, where not all of those documented are billed."""
    return tuple(
        coding.Override(
            edit_id=row.edit_id,
            who=row.who,
            why=row.why,
            until=date.fromisoformat(row.until_on),
            line=lines.index(row.line) + 1 if row.line in lines else row.line,
        )
        for row in rows
        if row.edit_id not in STRUCTURAL
    )
