"""Builds the claims of clean encounters: what was done and charged, ready for its first payer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from config.partners import Partners
from edi.records import Claim
from ledger.encounters import encounters
from ledger.encounters.encounters import EncounterRow
from ledger.maintenance import epochs
from ledger.payments.matching import name_digest
from ledger.sending import claims
from ledger.sending.claims import ClaimAttachment, ClaimCoverage, ClaimLine, NewClaim
from tasks import chunks
from tasks.claims import restricted
from tasks.claims.claim_numbers import patient_control_number
from tasks.claims.encounter_claims import EncounterClaim, patient_digest
from tasks.claims.findings import hold_failed
from tasks.home.home import Home

CLEAN = ("clean",)
EXCLUDED = "GY"
"""The modifier of a service that no payer covers by law: it is the patient's at once."""


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The clean encounters in chunks, as `first-last`."""
    return [
        f"{first}-{last}" for first, last in encounters.chunks(home.ledger, home.settings.chunk_size, CLEAN)
    ]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Keeps the claims of one chunk, each with a submission that is ready.

    An encounter on which that fails is held with what may be shown.
    """
    return _done(home, as_of, _rows(home, piece))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk with its claims, which have no numbers yet but for those built before. `made` is None where one
    of them fails."""

    rows: Sequence[EncounterRow]
    made: "Made | None"


Made = tuple[Mapping[int, str], Sequence[NewClaim]]


def prepare(home: Home, as_of: date, piece: str) -> Prepared:
    """Makes the claims of one chunk, beside others; writes nothing."""
    rows = _rows(home, piece)
    return Prepared(rows, chunks.tried(lambda: _made(home, rows)))


def finish(home: Home, as_of: date, prepared: Prepared) -> dict[str, int]:
    """Numbers them and keeps them, in the chunk's turn. Where one fails, all are done one after another."""
    made = prepared.made
    counts = chunks.tried(lambda: _kept(home, as_of, *made)) if made is not None else None
    return counts if counts is not None else _done(home, as_of, prepared.rows)


def _rows(home: Home, piece: str) -> Sequence[EncounterRow]:
    first, last = map(int, piece.split("-"))
    return encounters.load(home.ledger, first, last, CLEAN)


def _done(home: Home, as_of: date, rows: Sequence[EncounterRow]) -> dict[str, int]:
    return chunks.done(
        rows,
        "build_claims",
        lambda some: _kept(home, as_of, *_made(home, some)),
        lambda row, why: hold_failed(home.ledger, as_of, row, why),
    )


def _made(home: Home, rows: Sequence[EncounterRow]) -> Made:
    numbers = claims.numbers(home.ledger, [row.id for row in rows])
    return numbers, [_new(home.partners, one) for one in home.claims.of(rows, numbers)]


def _kept(home: Home, as_of: date, numbers: Mapping[int, str], made: Sequence[NewClaim]) -> dict[str, int]:
    new = [one.encounter_id for one in made if one.encounter_id not in numbers]
    taken = epochs.take_claim_numbers(home.ledger, len(new))
    prefix = home.settings.patient_control_number_prefix
    fresh = {i: patient_control_number(prefix, n) for i, n in zip(new, taken, strict=True)}
    built = claims.build(home.ledger, as_of.isoformat(), made, fresh)
    return {"claims": built.new, "corrected": built.again}


def _new(partners: Partners, one: EncounterClaim) -> NewClaim:
    claim = one.claim
    days = [line.service_from for line in claim.lines if line.service_from]
    ends = [line.service_to or line.service_from for line in claim.lines]
    if claim.institutional is not None:  # lines of a stay need no day of their own
        days += [day for day in (claim.institutional.statement_from,) if day]
        ends.append(claim.institutional.statement_to)
    rendering = claim.rendering or claim.billing
    lines = _lines(claim)
    whole = not lines  # all of it is restricted: no payer is asked, and none of its answers is looked for
    assert whole or one.payer is not None  # an encounter without a payer is held
    lines += _restricted(one, len(lines))
    if whole:
        days = [date.fromisoformat(line.service_from) for line in lines if line.service_from]
    return NewClaim(
        encounter_id=one.id,
        patient_control_number=claim.patient_control_number,
        payer="" if whole or one.payer is None else one.payer.key,
        payer_order=claim.payer_order,
        patient=patient_digest(one.practice.key, claim),
        member_id="" if whole else claim.subscriber.member_id,
        billing_npi=claim.billing.npi,
        rendering_npi=rendering.npi,
        specialty=rendering.taxonomy,
        diagnoses=" ".join(claim.diagnoses),
        kind=claim.kind,
        drg=claim.institutional.drg if claim.institutional is not None else "",
        predetermination=claim.dental is not None and claim.dental.predetermines,
        service_from=min(days).isoformat() if days else "",
        service_to=max(d for d in (*days, *ends) if d).isoformat() if days else "",
        charge=claim.charge,
        lines=lines,
        coverages=() if whole else _coverages(partners, one),
        attachments=[
            ClaimAttachment(a.report_type, a.transmission, a.control_number) for a in claim.attachments
        ],
        patient_name="" if whole else _name(claim),
        prepaid_cents=one.encounter.patient_paid or 0,
    )


def _name(claim: Claim) -> str:
    person = claim.patient or claim.subscriber
    return name_digest(person.last, person.first)


def _coverages(partners: Partners, one: EncounterClaim) -> list[ClaimCoverage]:
    """The payers that may be asked, in the encounter's order; the billed one first."""
    made: list[ClaimCoverage] = []
    for coverage in sorted(one.encounter.coverages, key=lambda c: "PST".index(c.order)):
        payer = partners.payer(coverage.payer)
        key = payer.key if payer is not None else coverage.payer
        made.append(ClaimCoverage(coverage.order, key, coverage.member_id, coverage.group_number.strip()))
    return made


def _restricted(one: EncounterClaim, billed: int) -> list[ClaimLine]:
    """The lines that are kept from every payer, counted after those that are billed."""
    encounter = one.encounter
    places = restricted.numbers(encounter)
    charges = restricted.charges(encounter, one.practice)
    made: list[ClaimLine] = []
    for n, (place, charge) in enumerate(zip(places, charges, strict=True), billed + 1):
        line = encounter.lines[place - 1]
        day = line.service_from or encounter.service_date
        made.append(
            ClaimLine(
                number=n,
                procedure=line.procedure.strip().upper(),
                modifiers=" ".join(line.modifiers),
                units=str(line.units),
                unit_code=line.unit_code,
                charge=charge,
                service_from=day.isoformat() if day else "",
                place_of_service=line.place_of_service or encounter.place_of_service,
                rendering_npi="".join(line.rendering.npi.split()) if line.rendering else "",
                patients=True,
                restricted=True,
            )
        )
    return made


def _lines(claim: Claim) -> list[ClaimLine]:
    return [
        ClaimLine(
            number=line.number,
            procedure=line.procedure,
            modifiers=" ".join(line.modifiers),
            units=line.units,
            unit_code=line.unit_code,
            charge=line.charge,
            service_from=line.service_from.isoformat() if line.service_from else "",
            control_number=line.control_number,
            place_of_service=line.place_of_service or claim.place_of_service,
            revenue_code=line.revenue_code,
            rendering_npi=line.rendering.npi if line.rendering else "",
            patients=EXCLUDED in line.modifiers,
            authorization=line.prior_authorization or claim.prior_authorization,
            referral=line.referral_number or claim.referral_number,
        )
        for line in claim.lines
    ]
