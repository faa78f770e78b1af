"""What is found in one encounter: by the edits and, where these cannot see it, by the step.

What could not be checked, what was repaired and what the program fails on are rows beside them."""

from collections.abc import Sequence
from datetime import date

import coding
from config.partners import Partners
from ledger.encounters import encounters
from ledger.encounters.encounters import EncounterRow, FindingRow, Validated
from ledger.storage.database import Ledger
from tasks.claims import needs_coding, restricted
from tasks.claims.encounter_claims import NOBODY, EncounterClaim
from tasks.claims.whose import contradiction

UNKNOWN_PRACTICE = "PRA-01"


FAILED_ON = "ENC-01"
"""An encounter that a step of the program fails on: held by itself, so that the others go."""


REPAIR = "REPAIR"


UNCHECKED = "UNCHECKED"
"""Stands for every edit that could not decide: one row an encounter, its detail lists their ids."""


def hold_failed(ledger: Ledger, as_of: date, row: EncounterRow, why: str) -> dict[str, int]:
    """Holds an encounter that the program fails on. It is tried again each night."""
    outcome = Validated(encounter_id=row.id, held=True, findings=[failed_on(why)])
    return {"encounters": 1, "held": encounters.record(ledger, as_of.isoformat(), [outcome])}


def failed_on(why: str) -> FindingRow:
    """The finding of an encounter that a step fails on, with what may be shown of the failure."""
    return FindingRow(edit_id=FAILED_ON, severity=coding.Severity.HOLD, line=None, place="", detail=why)


def judged(partners: Partners, one: EncounterClaim, context: coding.Context) -> list[FindingRow]:
    """Everything to be said of one encounter: by the edits and, where these cannot see it, by the step.

    What could not be checked is one row: an ordinary claim has half a dozen such edits while CPT and
    NCCI are not loaded, and a night of ten thousand claims would write a row for each. Nothing of an
    encounter that is restricted as a whole is billed, and no edit is asked about it.
    """
    found = [] if restricted.is_whole(one.encounter) else coding.run(one.claim, context)
    wanted = needs_coding.of(one.encounter)
    unchecked = sorted({f.edit_id for f in found if f.severity is coding.Severity.UNCHECKED})
    rows = [*_practice(partners, one), *restricted.findings(one.encounter, one.practice), *wanted]
    lines = restricted.documented(one.encounter)
    rows += [
        edit_row(f, lines)
        for f in found
        if f.severity is not coding.Severity.UNCHECKED and not needs_coding.says_the_same(wanted, f)
    ]
    if unchecked:
        rows.append(
            FindingRow(
                edit_id=UNCHECKED,
                severity=coding.Severity.UNCHECKED,
                line=None,
                place="",
                detail=" ".join(unchecked),
            )
        )
    return [*rows, *_repairs(one, lines)]


def _practice(partners: Partners, one: EncounterClaim) -> list[FindingRow]:
    """What no edit can see: nobody knows which practice bills, or the document names a stranger to it."""
    named = one.encounter.practice
    if one.practice is NOBODY:
        said = contradiction(partners, one.encounter) or (
            "the practice is not known: neither the document nor its folder names a configured one"
        )
    elif named and not partners.is_of(one.practice, named):
        said = "the document names a practice that is not configured, in the folder of one that is"
    else:
        return []
    return [
        FindingRow(
            edit_id=UNKNOWN_PRACTICE,
            severity=coding.Severity.HOLD,
            line=None,
            place="2010AA",
            detail=said,
        )
    ]


def edit_row(found: coding.Finding, lines: Sequence[int]) -> FindingRow:
    """A finding as it is kept, by the documented line, with the override of a person who let it pass."""
    said = found.override
    return FindingRow(
        edit_id=found.edit_id,
        severity=str(found.severity),
        line=documented_line(found.line, lines),
        place=found.place,
        detail=found.detail
        if said is None
        else f"{found.detail}; let pass until {said.until} by {said.who}: {said.why}",
    )


def documented_line(line: int | None, lines: Sequence[int]) -> int | None:
    """A line of a claim by its number in the document, which has the restricted ones too."""
    return lines[line - 1] if line is not None and 1 <= line <= len(lines) else line


def _repairs(one: EncounterClaim, lines: Sequence[int]) -> list[FindingRow]:
    """Repairs of form stand beside the findings, for the record."""
    return [
        FindingRow(
            edit_id=REPAIR,
            severity=coding.Severity.INFO,
            line=documented_line(r.line, lines),
            place=r.place,
            detail=r.what,
        )
        for r in one.repairs
    ]
