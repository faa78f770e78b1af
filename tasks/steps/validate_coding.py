"""Validates the coding of every open encounter: held where a finding holds it, clean otherwise.

What was held is looked at again each night, since codes, partners' files and the calendar change;
a corrected encounter goes out by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import coding
from config.partners import Partners
from ledger import claims, encounters, history, overrides
from ledger.encounters import EncounterRow, FindingRow, Validated
from tasks import chunks
from tasks.claims import needs_coding, source_findings
from tasks.claims.edit_context import Worlds
from tasks.claims.encounter_claims import NOBODY, Documented, documented, patient_digest
from tasks.claims.prior_claims import clean_claim, past_claim
from tasks.home.home import Home
from tasks.operations.override_edit import standing

UNKNOWN_PRACTICE = "PRA-01"
FAILED_ON = "ENC-01"
"""An encounter that a step of the program fails on: held by itself, so that the others go."""
REPAIR = "REPAIR"
UNCHECKED = "UNCHECKED"
"""Stands for every edit that could not decide: one row an encounter, its detail lists their ids."""


@dataclass(slots=True)
class Tonight:
    """What the chunks of one validation share: the partners' rules, and what is clean so far.

    Two encounters of one night may bill the same service; the later one must see the earlier. All
    open encounters are walked in the order of their ids, so this is the same at every run.
    """

    as_of: date
    worlds: Worlds
    clean: dict[str, dict[int, coding.PriorClaim]] = field(default_factory=dict)  # patient, encounter id


_tonight: dict[int, Tonight] = {}


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The open encounters in chunks, as `first-last`."""
    _tonight[id(home)] = Tonight(as_of, Worlds(home.codes, home.partners, as_of))
    return [f"{first}-{last}" for first, last in encounters.chunks(home.ledger, home.settings.chunk_size)]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Runs the edits on one chunk. An encounter on which that fails is held with what may be told."""
    first, last = map(int, piece.split("-"))
    rows = encounters.load(home.ledger, first, last)
    return chunks.done(
        rows,
        "validate_coding",
        lambda some: _validated(home, as_of, some),
        lambda row, why: put_aside(home, as_of, row, why),
    )


def put_aside(home: Home, as_of: date, row: EncounterRow, why: str) -> dict[str, int]:
    """Holds an encounter that the program fails on. It is tried again each night."""
    outcome = Validated(encounter_id=row.id, held=True, findings=[failed_on(why)])
    return {"encounters": 1, "held": encounters.record(home.ledger, as_of.isoformat(), [outcome])}


def failed_on(why: str) -> FindingRow:
    """The finding of an encounter that a step fails on, with what may be told of the failure."""
    return FindingRow(edit_id=FAILED_ON, severity=coding.Severity.HOLD, line=None, place="", detail=why)


def _validated(home: Home, as_of: date, rows: Sequence[EncounterRow]) -> dict[str, int]:
    ids = [row.id for row in rows]
    numbers = claims.numbers(home.ledger, ids)
    found = list(documented(home.partners, rows, numbers))
    tonight = _tonight.get(id(home)) or Tonight(as_of, Worlds(home.codes, home.partners, as_of))
    digests = [patient_digest(d.practice.key, d.claim) for d in found]
    before = history.of(home.ledger, [d for d in digests if d])
    spoken = overrides.of(home.ledger, ids)
    outcomes = []
    for row, one, digest in zip(rows, found, digests, strict=True):
        own = one.claim.patient_control_number
        prior = (
            *(past_claim(home.partners, p, own) for p in before.get(digest, ())),
            *(p for i, p in tonight.clean.get(digest, {}).items() if i < one.id),
        )
        words = standing(spoken.get(one.id, ()))
        world = tonight.worlds.world(one.encounter, one.practice, one.payer, prior, words)
        findings = [
            *source_findings.of(one.encounter, row.doubt, words, as_of),
            *judged(home.partners, one, world),
        ]
        held = any(f.severity == coding.Severity.HOLD for f in findings)
        outcomes.append(Validated(encounter_id=one.id, held=held, findings=findings))
        if not held and digest:
            tonight.clean.setdefault(digest, {})[one.id] = clean_claim(one.claim, one.practice.tax_id)
    held_count = encounters.record(home.ledger, as_of.isoformat(), outcomes)
    return {
        "encounters": len(outcomes),
        "held": held_count,
        "needs_coding": sum(any(f.edit_id == needs_coding.ID for f in o.findings) for o in outcomes),
        "repairs": sum(len(d.repairs) for d in found),
        "unchecked": sum(any(f.edit_id == UNCHECKED for f in o.findings) for o in outcomes),
    }


def judged(partners: Partners, one: Documented, world: coding.Context) -> list[FindingRow]:
    """Everything to be said of one encounter: by the edits and, where these cannot see it, by the step.

    What could not be checked is one row: an ordinary claim has half a dozen such edits while CPT and
    NCCI are not loaded, and a night of ten thousand claims would write a row for each.
    """
    found = coding.run(one.claim, world)
    wanted = needs_coding.of(one.encounter)
    unchecked = sorted({f.edit_id for f in found if f.severity is coding.Severity.UNCHECKED})
    rows = [*_practice(partners, one), *wanted]
    rows += [
        _row(f)
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
    return [*rows, *_repairs(one)]


def _practice(partners: Partners, one: Documented) -> list[FindingRow]:
    """What no edit can see: nobody knows which practice bills, or the document names a stranger to it."""
    named = one.encounter.practice
    if one.practice is NOBODY:
        said = "the practice is not known: neither the document nor its folder names a configured one"
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


def _row(found: coding.Finding) -> FindingRow:
    said = found.override
    return FindingRow(
        edit_id=found.edit_id,
        severity=str(found.severity),
        line=found.line,
        place=found.place,
        detail=found.detail
        if said is None
        else f"{found.detail}; let pass until {said.until} by {said.who}: {said.why}",
    )


def _repairs(one: Documented) -> list[FindingRow]:
    """Repairs of form stand beside the findings, for the record."""
    return [
        FindingRow(edit_id=REPAIR, severity=coding.Severity.INFO, line=r.line, place=r.place, detail=r.what)
        for r in one.repairs
    ]
