"""Validates the coding of every open encounter: held where a finding holds it, clean otherwise.

What was held is looked at again each night, since codes, partners' files and the calendar change;
a corrected encounter goes out by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import coding
from config.partners import Partners
from edi.records import Claim
from ledger import claims, encounters, history
from ledger.encounters import FindingRow, Validated
from ledger.history import PastClaim
from tasks.documented import NOBODY, Documented, documented, patient_digest
from tasks.edit_world import Worlds
from tasks.home import Home

UNKNOWN_PRACTICE = "PRA-01"
REPAIR = "REPAIR"


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
    """Runs the edits on one chunk."""
    first, last = map(int, piece.split("-"))
    rows = encounters.load(home.ledger, first, last)
    numbers = claims.numbers(home.ledger, [row.id for row in rows])
    found = list(documented(home.partners, rows, numbers, home.settings.patient_control_number_prefix))
    tonight = _tonight.get(id(home)) or Tonight(as_of, Worlds(home.codes, home.partners, as_of))
    digests = [patient_digest(d.practice.key, d.claim) for d in found]
    before = history.of(home.ledger, [d for d in digests if d])
    outcomes = []
    for one, digest in zip(found, digests, strict=True):
        own = one.claim.patient_control_number
        prior = (
            *(_past(home.partners, p, own) for p in before.get(digest, ())),
            *(p for i, p in tonight.clean.get(digest, {}).items() if i < one.id),
        )
        world = tonight.worlds.world(one.encounter, one.practice, one.payer, prior)
        findings = [*_practice(one), *map(_row, coding.run(one.claim, world))]
        held = any(f.severity == coding.Severity.HOLD for f in findings)
        outcomes.append(Validated(encounter_id=one.id, held=held, findings=[*findings, *_repairs(one)]))
        if not held and digest:
            tonight.clean.setdefault(digest, {})[one.id] = _prior(one.claim, one.practice.tax_id)
    held_count = encounters.record(home.ledger, as_of.isoformat(), outcomes)
    return {
        "encounters": len(outcomes),
        "held": held_count,
        "repairs": sum(len(d.repairs) for d in found),
        "unchecked": sum(f.severity == coding.Severity.UNCHECKED for o in outcomes for f in o.findings),
    }


def _practice(one: Documented) -> list[FindingRow]:
    """What no edit can see: nobody knows which practice bills."""
    if one.practice is not NOBODY:
        return []
    return [
        FindingRow(
            edit_id=UNKNOWN_PRACTICE,
            severity=coding.Severity.HOLD,
            line=None,
            place="2010AA",
            detail="the practice is not known: neither the document nor its folder names a configured one",
        )
    ]


def _row(found: coding.Finding) -> FindingRow:
    return FindingRow(
        edit_id=found.edit_id,
        severity=str(found.severity),
        line=found.line,
        place=found.place,
        detail=found.detail,
    )


def _repairs(one: Documented) -> list[FindingRow]:
    """Repairs of form stand beside the findings, for the record."""
    return [
        FindingRow(edit_id=REPAIR, severity=coding.Severity.INFO, line=r.line, place=r.place, detail=r.what)
        for r in one.repairs
    ]


def _past(partners: Partners, past: PastClaim, own: str) -> coding.PriorClaim:
    """A claim of the ledger as the edits see it."""
    practice = partners.practices.get(past.practice)
    payer = partners.payers.get(past.payer)
    return coding.PriorClaim(
        patient_control_number=past.patient_control_number,
        lines=tuple(
            coding.PriorLine(
                procedure=line.procedure,
                service_from=date.fromisoformat(line.service_from),
                units=line.units,
                modifiers=tuple(line.modifiers.split()),
                charge=line.charge,
                rendering_npi=line.rendering_npi,
                place_of_service=line.place_of_service,
            )
            for line in past.lines
            if line.service_from
        ),
        payer_id=payer.payer_id if payer is not None else "",
        payer_order=past.payer_order,
        payer_claim_control_number=past.payer_claim_control_number,
        billing_npi=past.billing_npi,
        rendering_npi=past.rendering_npi,
        tax_id=practice.tax_id if practice is not None else "",
        specialty=past.specialty,
        diagnoses=tuple(past.diagnoses.split()),
        status=past.status,
        remarks=tuple(past.remarks.split()),
        voided=past.state in ("voided", "replaced"),
        rejected=past.state == "rejected",
        same_claim=past.patient_control_number == own,
    )


def _prior(claim: Claim, tax_id: str) -> coding.PriorClaim:
    """A claim that is clean tonight, as the later ones of the same patient see it."""
    rendering = claim.rendering or claim.billing
    return coding.PriorClaim(
        patient_control_number=claim.patient_control_number,
        lines=tuple(
            coding.PriorLine(
                procedure=line.procedure,
                service_from=line.service_from,
                units=line.units,
                modifiers=line.modifiers,
                charge=line.charge,
                rendering_npi=line.rendering.npi if line.rendering else "",
                place_of_service=line.place_of_service or claim.place_of_service,
            )
            for line in claim.lines
            if line.service_from
        ),
        payer_id=claim.payer.id,
        payer_order=claim.payer_order,
        billing_npi=claim.billing.npi,
        rendering_npi=rendering.npi,
        tax_id=tax_id,
        specialty=rendering.taxonomy,
        diagnoses=claim.diagnoses,
    )
