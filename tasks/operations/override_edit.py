"""A person overrides a finding: who, why and until when, kept for ever.

Some findings cannot be overridden: without what they ask for a claim is no 837 that anybody can read,
or nobody could be asked to pay, and one such claim may get its whole batch refused.
"""

from datetime import date

import coding
from ledger.encounters import overrides
from ledger.encounters.overrides import OverrideRow
from tasks.claims import source_findings
from tasks.claims.overrides import STRUCTURAL
from tasks.errors import StepError
from tasks.home.home import Home

LONGEST_DAYS = 366


def override(
    home: Home,
    encounter: str,
    edit_id: str,
    *,
    who: str,
    why: str,
    until: date,
    as_of: date,
    line: int | None = None,
) -> OverrideRow:
    """Keeps a person's override on a held encounter; the next night lets it go where nothing else holds it.

    `encounter` is the document's number or ours. An `until` before `as_of` withdraws an earlier override.

    Raises:
        StepError: OVR-01 no such edit, OVR-02 it may not be overridden, OVR-03 no such encounter or
            several, OVR-04 the edit does not hold it, OVR-05 who, why or until will not do.
    """
    edit = coding.EDITS.get(edit_id)
    if edit is None and edit_id not in source_findings.WORDS:
        raise StepError("OVR-01", f"there is no edit {edit_id}; see `cleanclaim edits list`")
    if edit is not None and edit_id in STRUCTURAL:
        raise StepError(
            "OVR-02", f"{edit_id} cannot be overridden, the claim would not be readable. {edit.fix}"
        )
    who, why = " ".join(who.split()), " ".join(why.split())
    if len(who) < 2 or len(why) < 5 or len(who) > 80 or len(why) > 500:
        raise StepError("OVR-05", "an override says who (a name) and why (a reason of five letters or more)")
    if (until - as_of).days > LONGEST_DAYS:
        raise StepError("OVR-05", f"an override lasts {LONGEST_DAYS} days at most; give an earlier --until")
    waiting = overrides.waiting(home.ledger, encounter)
    if len(waiting) != 1:
        raise StepError(
            "OVR-03",
            f"{len(waiting)} encounters that are not out yet have this number"
            + ("; give the number in the first column of `cleanclaim holds`" if waiting else ""),
        )
    (found,) = waiting
    if until >= as_of and not any(e == edit_id and line in (None, at) for e, at in found.held_by):
        raise StepError("OVR-04", f"{edit_id} does not hold this encounter; see `cleanclaim holds`")
    before = overrides.of(home.ledger, [found.id]).get(found.id, ())
    counting = [r for r in before if date.fromisoformat(r.until_on) >= as_of]
    if until < as_of and not any(r.edit_id == edit_id and r.line == line for r in counting):
        raise StepError(
            "OVR-05", f"{until} lies before the business date {as_of}, and there is no override to withdraw"
        )
    row = OverrideRow(
        encounter_id=found.id,
        edit_id=edit_id,
        line=line,
        who=who,
        why=why,
        until_on=until.isoformat(),
        business_on=as_of.isoformat(),
    )
    overrides.add(home.ledger, row)
    return row
