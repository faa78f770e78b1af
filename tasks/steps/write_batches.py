"""Writes ready claims into batches: one 837 interchange each, whole in the ledger before it travels.

The bytes are made and checked with no transaction open, under the number that comes next; the ledger
stores number, bytes and claims together, or nothing where the number was taken meanwhile. Nothing is
stored that `edi check` refuses: claims at fault are held with the finding, and the others go.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import edi
from config.partners import Clearinghouse
from ledger.adjudication.coordination import digest
from ledger.encounters import encounters
from ledger.errors import StateConflict
from ledger.sending import batches
from ledger.sending.batches import NewBatch, Ready
from tasks import chunks
from tasks.batches import at_fault, check, claims_of_batch
from tasks.batches.mail import MAIL
from tasks.batches.plan import Going, Plan, envelope, plan, receiver_of, taker
from tasks.errors import StepError
from tasks.home.home import Home

ATTEMPTS = 3  # of a batch whose number was taken meanwhile
ROUNDS = 5  # of writing a batch again without the claims that were held


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """The batches to be, as `clearinghouse:first submission-last:number`. Claims of unknown payers wait, and
    those to a partner to whom sending stopped: what it refused may change what is written. The number is the
    interchange's if every batch before it is written as it is planned."""
    found: list[str] = []
    numbers: dict[str, int] = {}
    for one in _plans(home):
        receiver = receiver_of(_taker(home, one))
        if receiver not in numbers:
            numbers[receiver] = batches.next_control_number(home.ledger, receiver)
        found.append(f"{one.clearinghouse}:{one.submissions[0]}-{one.submissions[-1]}:{numbers[receiver]}")
        numbers[receiver] += 1
    return found


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Writes one batch."""
    wanted = _wanted(home, piece)
    if wanted is None:
        return {"batches": 0, "claims": 0}  # written before
    return _done(home, as_of, wanted)


def claims_in(home: Home, pieces: Sequence[str]) -> int:
    """About how many claims there are in these batches."""
    spans = [list(map(int, piece.rsplit(":", 2)[1].split("-"))) for piece in pieces]
    return max(last for _, last in spans) - min(first for first, _ in spans) + 1 if spans else 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch to be. `written` is None where it is not written by itself: something in it is at fault."""

    wanted: Plan | None
    written: "Written | None" = None


@dataclass(frozen=True, slots=True)
class Written:
    """An interchange under a number that may be the next one's when its turn comes."""

    isa13: int
    data: bytes
    found: Sequence[Ready]
    reported: Mapping[int, str]


def prepare(home: Home, as_of: date, piece: str) -> Prepared:
    """Writes and checks one batch, beside others; stores nothing."""
    wanted = _wanted(home, piece)
    if wanted is None:
        return Prepared(None)
    number = int(piece.rpartition(":")[2])
    return Prepared(wanted, chunks.tried(lambda: _written(home, as_of, wanted, number)))


def finish(home: Home, as_of: date, prepared: Prepared) -> dict[str, int]:
    """Stores it, in its turn. It is written anew where another number is the next one, or at a fault."""
    wanted, written = prepared.wanted, prepared.written
    if wanted is None:
        return {"batches": 0, "claims": 0}
    if written is not None:
        with suppress(StateConflict):
            clearinghouse = _taker(home, wanted)
            _store(home, as_of, clearinghouse, wanted, written)
            return {"batches": 1, "claims": len(written.found), "held": 0}
    return _done(home, as_of, wanted)


def _written(home: Home, as_of: date, wanted: Plan, isa13: int) -> Written | None:
    found = batches.load(home.ledger, wanted.submissions)
    earlier = claims_of_batch.earlier(home, found)
    claims, failed = claims_of_batch.made(home, as_of, found, earlier)
    if failed or not found:
        return None
    data = edi.write_claims(claims, envelope(_taker(home, wanted), isa13, as_of))
    if check.check(data, home.codes):
        return None
    return Written(isa13, data, found, {i: digest(payments) for i, payments in earlier.items()})


def _wanted(home: Home, piece: str) -> Plan | None:
    """The batch of a piece, from the submissions of its span alone; None: it is written."""
    whose, span, _ = piece.rsplit(":", 2)
    first, last = map(int, span.split("-"))
    plans = _plans(home, first, last)
    return next((p for p in plans if (p.clearinghouse, p.submissions[0]) == (whose, first)), None)


def _taker(home: Home, wanted: Plan) -> Clearinghouse:
    if wanted.clearinghouse == MAIL:
        return taker(home.partners, home.partners.payers[wanted.payer])
    return home.partners.clearinghouses[wanted.clearinghouse]


def _done(home: Home, as_of: date, wanted: Plan) -> dict[str, int]:
    clearinghouse = _taker(home, wanted)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _write(home, as_of, clearinghouse, wanted)
        except StateConflict:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _plans(home: Home, first: int = 0, last: int | None = None) -> list[Plan]:
    """What is planned of the submissions that are ready, or of those in a span."""
    payers = home.partners.payers
    stopped = batches.stopped(home.ledger)
    going = (Going(*one) for one in batches.each_ready(home.ledger, first, last) if one[1] in payers)
    return [one for one in plan(home.partners, going) if one.clearinghouse not in stopped]


def _write(home: Home, as_of: date, clearinghouse: Clearinghouse, wanted: Plan) -> dict[str, int]:
    """Writes, checks and stores a batch without the claims that are at fault; those are held."""
    held = 0
    for _ in range(ROUNDS):
        found = batches.load(home.ledger, wanted.submissions)
        if not found:
            return {"batches": 0, "claims": 0, "held": held}
        receiver = receiver_of(clearinghouse)
        isa13 = batches.next_control_number(home.ledger, receiver)
        earlier = claims_of_batch.earlier(home, found)
        claims, failed = claims_of_batch.made(home, as_of, found, earlier)
        if failed:
            held += encounters.hold(home.ledger, as_of.isoformat(), failed)
            continue
        try:
            data = edi.write_claims(claims, envelope(clearinghouse, isa13, as_of))
            faults = check.check(data, home.codes)
        except edi.EdiError as error:
            why = at_fault.unwritable(home, as_of, clearinghouse, found, claims)
            if not why:
                raise StepError("BAT-06", at_fault.of_envelope(clearinghouse, error.message)) from None
        except Exception as error:
            if not chunks.of_the_content(error):
                raise
            why = at_fault.failing(home, as_of, clearinghouse, found, claims)
            if not why:
                raise
        else:
            if not faults:
                reported = {i: digest(payments) for i, payments in earlier.items()}
                _store(home, as_of, clearinghouse, wanted, Written(isa13, data, found, reported))
                return {"batches": 1, "claims": len(found), "held": held}
            if faults.everyone:
                raise StepError("BAT-06", at_fault.of_everyone(clearinghouse, faults.everyone[0]))
            order = check.in_file_order([claim.kind for claim in claims])
            why = at_fault.refused([found[place] for place in order], clearinghouse, faults)
        held += encounters.hold(home.ledger, as_of.isoformat(), why)
    raise StepError(
        "BAT-07", f"a batch to {clearinghouse.key} still has faults after {ROUNDS} rounds; report this"
    )


def _store(
    home: Home,
    as_of: date,
    clearinghouse: Clearinghouse,
    wanted: Plan,
    written: Written,
) -> None:
    batches.store(
        home.ledger,
        as_of.isoformat(),
        NewBatch(
            clearinghouse=clearinghouse.key,
            receiver=receiver_of(clearinghouse),
            payer=wanted.payer,
            isa13=written.isa13,
            name=clearinghouse.file_name(isa13=written.isa13, day=as_of, payer=wanted.payer),
            data=written.data,
            submissions=[ready.submission_id for ready in written.found],
            reported=written.reported,
        ),
    )
