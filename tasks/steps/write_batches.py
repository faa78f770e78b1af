"""Writes ready claims into batches: one 837 interchange each, whole in the ledger before it travels.

The bytes are made and checked with no transaction open, under the number that comes next; the ledger
stores number, bytes and claims together, or nothing where the number was taken meanwhile. Nothing is
stored that `edi check` refuses: claims at fault are held with the finding, and the others go.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date

from pydantic import BaseModel

import edi
from config.partners import Clearinghouse
from edi.records import Claim
from intake.encounter import Encounter
from ledger.adjudication.coordination import EarlierPayment, digest
from ledger.agreed import enrolments
from ledger.encounters import encounters, history, overrides
from ledger.encounters.encounters import FindingRow
from ledger.errors import StateConflict
from ledger.sending import batches, later_payers
from ledger.sending.batches import NewBatch, Ready
from ledger.sending.billed import VOID
from tasks import chunks
from tasks.batches import check
from tasks.batches.mail import MAIL
from tasks.batches.plan import Going, Plan, envelope, plan, receiver_of, taker
from tasks.batches.sent_claim import as_it_went_out
from tasks.claims import later_findings, restricted
from tasks.claims.authorized import Authorized
from tasks.claims.claim_from_encounter import claim_from_encounter
from tasks.claims.edit_context import Contexts
from tasks.claims.encounter_claims import patient_digest
from tasks.claims.findings import documented_line, failed_on
from tasks.claims.form import plain
from tasks.claims.later_payers import with_decisions
from tasks.errors import StepError, as_step_error
from tasks.home.home import Home

Earlier = Mapping[int, Sequence[EarlierPayment]]
ATTEMPTS = 3  # of a batch whose number was taken meanwhile
ORIGINAL = "1"
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
    earlier = _earlier(home, found)
    claims, failed = _made(home, as_of, found, earlier)
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
        earlier = _earlier(home, found)
        claims, failed = _made(home, as_of, found, earlier)
        if failed:
            held += encounters.hold(home.ledger, as_of.isoformat(), failed)
            continue
        try:
            data = edi.write_claims(claims, envelope(clearinghouse, isa13, as_of))
            faults = check.check(data, home.codes)
        except edi.EdiError as error:
            why = _unwritable(home, as_of, clearinghouse, found, claims)
            if not why:
                raise StepError("BAT-06", _at_fault(clearinghouse, error.message)) from None
        except Exception as error:
            why = failing(home, as_of, clearinghouse, found, claims) if chunks.of_the_content(error) else {}
            if not why:
                raise
        else:
            if not faults:
                reported = {i: digest(payments) for i, payments in earlier.items()}
                _store(home, as_of, clearinghouse, wanted, Written(isa13, data, found, reported))
                return {"batches": 1, "claims": len(found), "held": held}
            if faults.everyone:
                raise StepError("BAT-06", _of_everyone(clearinghouse, faults.everyone[0]))
            order = check.in_file_order([claim.kind for claim in claims])
            why = {
                found[order[place]].submission_id: [
                    check.row(finding, line, _whose(found[order[place]], clearinghouse))
                    for finding, line in _documented(found[order[place]], findings)
                ]
                for place, findings in faults.claims.items()
            }
        held += encounters.hold(home.ledger, as_of.isoformat(), why)
    raise StepError(
        "BAT-07", f"a batch to {clearinghouse.key} still has faults after {ROUNDS} rounds; report this"
    )


def _made(
    home: Home, as_of: date, found: Sequence[Ready], earlier: Earlier
) -> tuple[list[Claim], dict[int, list[FindingRow]]]:
    """The claims as they are written, and by submission the findings of those that can't be made."""
    claims: dict[int, Claim] = {}
    failed: dict[int, list[FindingRow]] = {}
    for ready in found:
        with _of_one(ready, failed):
            claims[ready.submission_id] = claim_of(home, ready, earlier.get(ready.submission_id, ()))
    contexts = Contexts(home.codes, home.partners, as_of, enrolments.of(home.ledger))
    judged = [
        ready
        for ready in found
        if ready.submission_id in claims and ready.frequency != VOID and later_findings.asked(contexts, ready)
    ]
    if judged:
        _judge(home, contexts, judged, claims, earlier, failed)
    return list(claims.values()), failed


def _judge(
    home: Home,
    contexts: Contexts,
    judged: Sequence[Ready],
    claims: Mapping[int, Claim],
    earlier: Earlier,
    failed: dict[int, list[FindingRow]],
) -> None:
    """Adds what holds these claims, each beside the patient's other claims and what people let pass of it."""
    standing = overrides.of(home.ledger, sorted({ready.encounter_id for ready in judged}))
    patients = {ready: patient_digest(ready.practice, claims[ready.submission_id]) for ready in judged}
    past = history.of(home.ledger, sorted(filter(None, set(patients.values()))))
    authorized = Authorized.read(home.ledger, [claims[ready.submission_id] for ready in judged])
    for ready in judged:
        with _of_one(ready, failed):
            findings = later_findings.of(
                contexts,
                ready,
                claims[ready.submission_id],
                earlier.get(ready.submission_id, ()),
                standing.get(ready.encounter_id, []),
                past.get(patients[ready], ()),
                authorized.of(ready.patient_control_number, claims[ready.submission_id], ready.payer),
            )
            if findings:
                failed[ready.submission_id] = findings


@contextmanager
def _of_one(ready: Ready, failed: dict[int, list[FindingRow]]) -> Iterator[None]:
    """A claim on which its making fails costs itself, not the batch."""
    try:
        yield
    except Exception as error:
        if not chunks.of_the_content(error):
            raise
        failed[ready.submission_id] = [failed_on(str(as_step_error(error, "write_batches")))]


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


def _documented(
    ready: Ready, findings: Sequence[tuple[edi.Finding, int | None]]
) -> Iterator[tuple[edi.Finding, int | None]]:
    """The findings of a claim with the lines as its document counts them."""
    lines = restricted.documented(Encounter.model_validate_json(ready.payload))
    for finding, line in findings:
        yield finding, documented_line(line, lines)


def _whose(ready: Ready, clearinghouse: Clearinghouse) -> check.Whose:
    return check.Whose(ready.practice, ready.payer, clearinghouse.key)


def _of_everyone(clearinghouse: Clearinghouse, finding: edi.Finding) -> str:
    """What is wrong with what stands above all claims: the clearinghouse's own file."""
    named = check.named_file(finding, check.Whose("", "", clearinghouse.key))
    return (
        f"{check.place_of(finding)}: {finding.message}; "
        f"correct {named or _file_of(clearinghouse)}; its claims stay ready"
    )


def _at_fault(clearinghouse: Clearinghouse, message: str) -> str:
    named = next((f": {key}" for key, value in _values(clearinghouse) if not _writable(value)), "")
    return f"{message}; correct {_file_of(clearinghouse)}{named}; its claims stay ready"


def _file_of(clearinghouse: Clearinghouse) -> str:
    return f"partners/clearinghouses/{clearinghouse.key}.toml"


def _unwritable(
    home: Home, as_of: date, clearinghouse: Clearinghouse, found: Sequence[Ready], claims: Sequence[Claim]
) -> dict[int, list[FindingRow]]:
    """The claims that can't be written at all: one bad value must not keep a batch at home."""
    why: dict[int, list[FindingRow]] = {}
    for ready, claim in zip(found, claims, strict=True):
        try:
            edi.write_claims([claim], envelope(clearinghouse, 1, as_of))
        except edi.EdiError as error:
            if "claim 1" not in error.place:
                return {}  # the envelope's or the submitter's fault
            place = error.place.removeprefix("claim 1").lstrip(", ")
            detail = error.message
            for folder, key, partner in (
                ("practices", ready.practice, home.partners.practices.get(ready.practice)),
                ("payers", ready.payer, home.partners.payers.get(ready.payer)),
            ):
                bad = next((name for name, value in _values(partner) if not _writable(value)), "")
                if bad:
                    detail += f"; correct partners/{folder}/{key}.toml: {bad}"
            why[ready.submission_id] = [
                FindingRow(edit_id="LEN-01", severity="hold", line=None, place=place, detail=detail)
            ]
    return why


def failing(
    home: Home, as_of: date, clearinghouse: Clearinghouse, found: Sequence[Ready], claims: Sequence[Claim]
) -> dict[int, list[FindingRow]]:
    """The claims on which the writer or the checker itself fails: each costs itself, not the batch."""
    why: dict[int, list[FindingRow]] = {}
    for ready, claim in zip(found, claims, strict=True):
        try:
            check.check(edi.write_claims([claim], envelope(clearinghouse, 1, as_of)), home.codes)
        except edi.EdiError:
            continue  # it is reported as one that can't be written
        except Exception as error:
            if not chunks.of_the_content(error):
                raise
            why[ready.submission_id] = [failed_on(str(as_step_error(error, "write_batches")))]
    return why


_WRITTEN = ("name", "address", "pay_to", "contact_name", "submitter", "receiver")


def _values(partner: BaseModel | None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The free texts of a partner's file that are written into claims, by their key."""
    for name, value in partner or ():
        if isinstance(value, BaseModel) and (prefix or name in _WRITTEN):
            yield from _values(value, f"{prefix}{name}.")
        elif isinstance(value, str) and (prefix or name in _WRITTEN):
            yield prefix + name, value


def _writable(text: str) -> bool:
    """Whether a text can be written once it is in X12's form."""
    text = plain(text)
    return text.isascii() and text.isprintable() and not set("~*:^") & set(text)


def _earlier(home: Home, found: Sequence[Ready]) -> Earlier:
    """What the payers before decided, by submission to a later one."""
    orders = {ready.claim_id: ready.payer_order for ready in found if ready.payer_order != "P"}
    decided = later_payers.earlier(home.ledger, orders) if orders else {}
    return {ready.submission_id: decided[ready.claim_id] for ready in found if decided.get(ready.claim_id)}


def claim_of(home: Home, ready: Ready, earlier: Sequence[EarlierPayment] = ()) -> Claim:
    """The claim of a submission as it is written: from its encounter, to its payer, with what the payers
    before it decided. One that is taken back says what it said as it went out."""
    claim = None
    if ready.frequency == VOID:
        claim = as_it_went_out(home, ready.submission_id, ready.patient_control_number)
    if claim is None:
        claim = _of_today(home, ready, earlier)
    # an original has the frequency that its document says: 2 to 4 where a stay is billed in parts
    frequency = claim.frequency if ready.frequency == ORIGINAL else ready.frequency
    if ready.condition and claim.institutional is not None:
        facts = claim.institutional
        conditions = tuple(dict.fromkeys((*facts.conditions, ready.condition)))
        claim = replace(claim, institutional=replace(facts, conditions=conditions))
    if (claim.payer_order, claim.frequency) == (ready.payer_order, frequency) and not ready.replaces:
        return claim
    return replace(
        claim,
        payer_order=ready.payer_order,
        frequency=frequency,
        payer_claim_control_number=ready.replaces or claim.payer_claim_control_number,
    )


def _of_today(home: Home, ready: Ready, earlier: Sequence[EarlierPayment]) -> Claim:
    payer = home.partners.payers[ready.payer]
    claim = home.claims.made_before(ready.payload, ready.practice, ready.patient_control_number)
    if claim is None or claim.payer.id != payer.payer_id or claim.payer_order != ready.payer_order:
        claim = claim_from_encounter(
            Encounter.model_validate_json(ready.payload),
            home.partners.practices[ready.practice],
            payer,
            ready.patient_control_number,
            home.claims.parties,
            home.partners.payer,
            ready.payer_order,
        ).claim
    return with_decisions(claim, earlier) if earlier else claim
