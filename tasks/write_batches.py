"""Writes ready claims into batches: one 837 interchange each, whole in the ledger before it travels.

The bytes are made with no transaction open, under the number that comes next; the ledger stores
number, bytes and claims together, or nothing where the number was taken meanwhile.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import edi
from config.partners import Clearinghouse
from edi.records import Claim
from intake.encounter import Encounter
from ledger import batches, encounters
from ledger.batches import NewBatch, Ready
from ledger.encounters import FindingRow
from ledger.errors import StateConflict
from tasks.batch_plan import Going, Plan, envelope, plan
from tasks.claim_from_encounter import claim_from_encounter
from tasks.documented import made_before
from tasks.home import Home

ATTEMPTS = 3  # of a batch whose number was taken meanwhile, or of which a claim had to be held


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The batches to be, as `clearinghouse:first submission`. Claims of unknown payers wait, and those
    to a partner to whom sending stopped: what it refused may change what is written."""
    return [f"{p.clearinghouse}:{p.submissions[0]}" for p in _plans(home)]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Writes one batch."""
    wanted = next((p for p in _plans(home) if f"{p.clearinghouse}:{p.submissions[0]}" == piece), None)
    if wanted is None:
        return {"batches": 0, "claims": 0}  # written before
    house = home.partners.clearinghouses[wanted.clearinghouse]
    for attempt in range(1, ATTEMPTS + 1):
        found = batches.load(home.ledger, wanted.submissions)
        if not found:
            break
        try:
            _write(home, as_of, house, wanted, found)
        except edi.EdiError:
            if not _put_aside(home, as_of, house, found):
                raise
        except StateConflict:
            if attempt == ATTEMPTS:
                raise
        else:
            return {"batches": 1, "claims": len(found)}
    return {"batches": 0, "claims": 0}


def receiver_of(house: Clearinghouse) -> str:
    """The scope of interchange numbers: who receives them."""
    return f"{house.receiver_qualifier}:{house.receiver_id}:{house.usage}"


def _plans(home: Home) -> list[Plan]:
    payers = home.partners.payers
    stopped = batches.stopped(home.ledger)
    going = (Going(i, payer) for i, payer in batches.ready(home.ledger) if payer in payers)
    return [one for one in plan(home.partners, going) if one.clearinghouse not in stopped]


def _write(home: Home, as_of: date, house: Clearinghouse, wanted: Plan, found: Sequence[Ready]) -> None:
    receiver = receiver_of(house)
    isa13 = batches.next_control_number(home.ledger, receiver)
    data = edi.write_claims((claim_of(home, ready) for ready in found), envelope(house, isa13, as_of))
    batches.store(
        home.ledger,
        as_of.isoformat(),
        NewBatch(
            clearinghouse=house.key,
            receiver=receiver,
            payer=wanted.payer,
            isa13=isa13,
            name=house.file_name(isa13=isa13, day=as_of, payer=wanted.payer),
            data=data,
            submissions=[ready.submission_id for ready in found],
        ),
    )


def _put_aside(home: Home, as_of: date, house: Clearinghouse, found: Sequence[Ready]) -> int:
    """Holds each claim that can't be written, so that one bad value does not keep a batch at home."""
    held = 0
    for ready in found:
        try:
            edi.write_claims([claim_of(home, ready)], envelope(house, 1, as_of))
        except edi.EdiError as error:
            place = error.place.removeprefix("claim 1").lstrip(", ")
            why = FindingRow(edit_id="LEN-01", severity="hold", line=None, place=place, detail=error.message)
            held += encounters.hold(home.ledger, as_of.isoformat(), ready.submission_id, why)
    return held


def claim_of(home: Home, ready: Ready) -> Claim:
    """The claim of a submission as it is written: from its encounter, to its payer."""
    payer = home.partners.payers[ready.payer]
    claim = made_before(home.partners, ready.payload, ready.patient_control_number)
    if claim is None or claim.payer.id != payer.payer_id:
        claim = claim_from_encounter(
            Encounter.model_validate_json(ready.payload),
            home.partners.practices[ready.practice],
            payer,
            ready.patient_control_number,
        ).claim
    if (claim.payer_order, claim.frequency) == (ready.payer_order, ready.frequency):
        return claim
    return replace(claim, payer_order=ready.payer_order, frequency=ready.frequency)
