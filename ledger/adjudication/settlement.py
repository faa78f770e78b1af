"""Who owes what of a claim, what waits for a payer until when, and what is work for a person.

The charge opens the first payer's receivable. What a payer leaves to the next one or to the patient
moves there; the patient owes what the last payer leaves. The balances sum to zero with the cash and
the charge, and each receivable is exactly its open work, what waits for the payer, and no more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from ledger.adjudication import coordination, price_check
from ledger.adjudication.claim_status import IN_HAND
from ledger.adjudication.facts import (
    NO_NUMBERS,
    NO_PATIENT_LIABILITY_REMARKS,
    NOT_OURS,
    NOTHING_AGREED,
    Adjustment,
    Answer,
    ClaimFacts,
    Terms,
)
from ledger.adjudication.payers import PayerAnswers, forwards, in_order
from ledger.adjudication.price_check import Above, Short
from ledger.adjudication.standing import Decision, decided, deciding, is_duplicate
from ledger.adjudication.treatments import NOT_THE_PATIENTS, Treatment, treat
from ledger.adjudication.work import (
    CORRECTED_PAYER,
    DENIAL,
    DOWNCODED,
    EARLIER_CHANGED,
    MISSING_REMITTANCE,
    PATIENT_CREDIT,
    PAYER_CREDIT,
    REFUNDED_TOO,
    SECONDARY_FIRST,
    TAKEBACK,
    UNDERPAID,
    UNEXPLAINED,
    VERIFY_FORWARDING,
    Work,
    corrected,
    counts_another,
    denial,
    denied_after_payment,
    last_day,
    merged,
    of_kind,
    overpaid,
    reversal_alone,
    short,
    unknown_drg,
    verify_forwarding,
)

Account = Literal[
    "receivable_payer",
    "receivable_patient",
    "contractual",
    "incentive",
    "withholding",
    "capitation",
    "write_off",
    "bad_debt",
    "prepayment",
    "credit",
    "suspense",
]
ADJUSTED = frozenset(("contractual", "incentive", "capitation", "write_off", "bad_debt"))
ACCOUNT_OF: dict[Treatment, Account] = {
    Treatment.CONTRACTUAL: "contractual",
    Treatment.INCENTIVE: "incentive",
    Treatment.WITHHOLD: "withholding",
    Treatment.CAPITATION: "capitation",
}
# A member of an enumeration takes Python 3.11 ten times as long to reach as a name, and this is asked of each
# adjustment.
_OPEN, _PATIENT, _TO_PATIENT = Treatment.OPEN, Treatment.PATIENT, Treatment.PAID_TO_PATIENT
_PENDING, _OTHER_PAYER = Treatment.PENDING, Treatment.OTHER_PAYER


@dataclass(slots=True, kw_only=True)
class Side:
    """One payer of a claim, in its order. `receivable` = open work + `waiting`; cents."""

    payer: str
    order: str
    state: str = "not_due"
    receivable: int = 0
    paid: int = 0
    waiting: int = 0
    waiting_until: date | None = None
    file_by: date | None = None
    """The last day on which a later payer that was not billed takes the claim."""
    payer_claim_control_number: str = ""


class Balances(dict[tuple[Account, str], int]):
    """Cents by account and payer; of what is not there, 0."""

    def __missing__(self, key: tuple[Account, str]) -> int:
        return 0


@dataclass(slots=True)
class Settlement:
    """What a claim comes to. `balances` are the claim's accounts by payer ("" the patient or nobody)."""

    sides: list[Side] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    balances: Balances = field(default_factory=Balances)
    patient: int = 0
    paid: int = 0
    adjusted: int = 0
    credit: int = 0
    state: str = "unanswered"


@dataclass(slots=True)
class _Read:
    """A payer's decisions, added up. `of_others` is what it says that earlier payers did, `open` are
    (decision, adjustment) that nobody has decided on, `short` is what no contract explains, `above` what was
    allowed beyond it."""

    paid: int = 0
    charge: int = 0
    by_account: dict[Account, int] = field(default_factory=dict)
    patient: int = 0
    to_patient: int = 0
    pending: int = 0
    of_others: int = 0
    open: list[tuple[Decision, list[Adjustment]]] = field(default_factory=list)
    short: list[Short] = field(default_factory=list)
    above: list[Above] = field(default_factory=list)
    contradictions: list[Decision] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)
    """What of the charge of each line something decides."""
    not_the_patients: bool = False

    @property
    def open_cents(self) -> int:
        if not self.open:
            return 0
        return sum(a.cents for _, adjustments in self.open for a in adjustments)

    @property
    def coded(self) -> int:
        return sum(self.by_account.values())


def settle(claim: ClaimFacts) -> Settlement:
    """Derives what a claim comes to from everything that is known of it."""
    made = Settlement()
    patients = 0 if claim.void else _of_the_patients(claim)
    slots = in_order(claim)
    # who pays conditionally has the whole charge, until the one before it answers after all
    opens = 1 if coordination.pays_conditionally(claim, slots) else 0
    slots[opens].base = claim.charge - patients
    responsibility = patients + claim.restricted
    acts = _Acts(dict(claim.written_off), dict(claim.moved_to_patient), dict(claim.refunded))
    for at, slot in enumerate(slots):
        later = slots[at + 1 :]
        left = _settle_payer(claim, slot, slots[:at], later, acts, made, first=at == opens)
        responsibility += left.direct
        if later:
            later[0].base += left.patient + left.moved
        else:
            responsibility += left.patient
    _settle_patient(claim, responsibility, made)
    _bill_next(claim, slots, made)
    made.state = _state(made.sides)
    made.work = merged(made.work)
    answers = {answer.id: answer for answer in claim.answers} if made.work else {}
    for item in made.work:
        about = answers.get(item.answer) if item.answer is not None else None
        if about is not None:
            item.until = last_day(item.fix_path, claim, _whose_limits(claim, item, about), about.paid_on)
    made.paid = sum([side.paid for side in made.sides]) - sum(claim.refunded.values())
    made.adjusted = sum([cents for (account, _), cents in made.balances.items() if account in ADJUSTED])
    return made


def _whose_limits(claim: ClaimFacts, item: Work, about: Answer) -> str:
    """Whose limits work has: the payer's that is named as the one whose claim it is, else its own payer's."""
    named = {VERIFY_FORWARDING: about.forwarded_to, CORRECTED_PAYER: about.corrected_payer}.get(item.kind)
    return named if named is not None and named in claim.terms else item.payer


def _of_the_patients(claim: ClaimFacts) -> int:
    """What is the patient's at once: nothing before it is charged, however the claim stands by then."""
    return min(sum(line.charge for line in claim.lines if line.patients), max(claim.charge, 0))


@dataclass(slots=True)
class _Left:
    """What a payer leaves to whoever comes next: the patient's share, what goes to the patient whoever
    comes next, and what the next payer takes over of the receivable."""

    patient: int = 0
    direct: int = 0
    moved: int = 0


def _read(claim: ClaimFacts, slot: PayerAnswers, terms: Terms, priced: bool = False) -> _Read:
    """Adds up what decides. An earlier payer's part needs no posting: it is in the books already. `priced`:
    compared with the contract, as the first payer is."""
    found = _Read(paid=slot.paid)
    if claim.void:
        return found
    lines = [line.number for line in claim.lines if line.patients]
    what = decided(claim, slot.standing.answers)
    found.contradictions = what.contradictions
    remarks = {r for d in what.decisions for r in d.remarks}
    found.not_the_patients = claim.qmb or terms.workers_compensation
    found.not_the_patients |= bool(remarks & NO_PATIENT_LIABILITY_REMARKS)
    made = treat(what.decisions, terms)
    if priced:
        made, found.short, found.above = price_check.checked(
            claim, slot.payer, slot.coverage.plan, made, terms
        )
    for decision, treated in made:
        if decision.line in lines:
            continue
        found.charge += decision.charge
        found.lines[decision.line] = found.lines.get(decision.line, 0) + decision.charge
        open_ones = []
        for adjustment, treatment in treated:
            if (account := ACCOUNT_OF.get(treatment)) is not None:
                found.by_account[account] = found.by_account.get(account, 0) + adjustment.cents
            elif treatment is _PATIENT:
                found.patient += adjustment.cents
                found.not_the_patients |= adjustment.carc == NOT_THE_PATIENTS
            elif treatment is _TO_PATIENT:
                found.to_patient += adjustment.cents
            elif treatment is _PENDING:
                found.pending += adjustment.cents
            elif treatment is _OTHER_PAYER:
                found.of_others += adjustment.cents
            elif treatment is _OPEN and adjustment.cents:
                open_ones.append(adjustment)
        if open_ones:
            found.open.append((decision, open_ones))
    return found


@dataclass(slots=True)
class _Acts:
    """What people decided, by payer, as far as it is not applied yet: a payer may stand in two places."""

    written_off: dict[str, int]
    to_patient: dict[str, int]
    refunded: dict[str, int]

    def take(self, of: dict[str, int], payer: str, most: int) -> int:
        """As much of it as there is, at most so much."""
        if payer not in of:
            return 0
        took = min(of[payer], max(most, 0))
        of[payer] -= took
        return took


def _settle_payer(
    claim: ClaimFacts,
    slot: PayerAnswers,
    earlier: Sequence[PayerAnswers],
    later: Sequence[PayerAnswers],
    acts: _Acts,
    made: Settlement,
    *,
    first: bool,
) -> _Left:
    payer, standing, balances = slot.payer, slot.standing, made.balances
    terms = claim.terms.get(payer, NOTHING_AGREED)
    side = Side(payer=payer, order=slot.coverage.order)
    made.sides.append(side)
    for alone in standing.alone:
        balances["suspense", payer] -= alone.paid
        made.work.append(reversal_alone(alone))
    read = _read(claim, slot, terms, priced=first and not claim.opening)
    answers = standing.answers
    # what was reversed keeps its number: a replacement or an appeal names it
    numbered = [a.payer_claim_control_number for a in (*standing.reversed, *answers)]
    numbered = [number for number in numbered if number.upper() not in NO_NUMBERS]
    side.payer_claim_control_number = numbered[-1] if numbered else ""
    left = _Left()
    side.paid = read.paid
    rem = slot.base - read.paid
    if first and not claim.opening:
        left.patient, left.direct = read.patient, read.to_patient
        rem -= read.patient + read.to_patient + read.coded
        for account, cents in read.by_account.items():
            balances[account, payer] += cents
    else:
        # an earlier payer's cuts stand in many answers again: never more than came to this payer
        left.patient = _part(read.patient, rem)
        left.direct = _part(read.to_patient, rem - left.patient)
        rem -= left.patient + left.direct
        room = rem - min(read.open_cents + read.pending, max(rem, 0))
        for account, cents in sorted(read.by_account.items()):
            took = _part(cents, room)
            balances[account, payer] += took
            room -= took
            rem -= took
    written_off = acts.take(acts.written_off, payer, rem)
    if written_off:
        balances["write_off", payer] += written_off
    to_patient = acts.take(acts.to_patient, payer, rem - written_off)
    left.direct += to_patient
    rem -= written_off + to_patient
    medicaids_zero = terms.medicaid and not first and read.paid == 0 and bool(answers)
    if left.patient and not later and (read.not_the_patients or medicaids_zero):
        balances["contractual", payer] += left.patient
        left.patient = 0
    again = any(other.payer == payer for other in later)
    refunded = acts.take(acts.refunded, payer, -rem if again else claim.charge)
    rem += refunded
    twice = min(refunded, max(rem, 0)) if standing.reversed else 0
    if rem < 0:
        owing = any(one.base > 0 and not one.answered for one in earlier)
        awaits_first = owing and not (slot.base or first or claim.void)
        kind = SECONDARY_FIRST if awaits_first else PAYER_CREDIT
        balances["credit", payer] += rem
        made.credit -= rem
        made.work.append(of_kind(kind, payer, -rem))
        rem = 0
    owed = _Owed(claim=claim, slot=slot, later=later, first=first, read=read, rem=rem, twice=twice)
    _divide(owed, left, side, made)
    return left


def _part(cents: int, room: int) -> int:
    """As much of an amount as there is room for. A negative amount makes room."""
    return min(cents, max(room, 0)) if cents > 0 else cents


@dataclass(slots=True, kw_only=True)
class _Owed:
    """What a payer still owes of a claim, as it is divided; cents. `rem` is what no work and no waiting
    explains yet, `twice` what it took back though it was refunded, `later` the payers after it."""

    claim: ClaimFacts
    slot: PayerAnswers
    later: Sequence[PayerAnswers]
    first: bool
    read: _Read
    rem: int
    twice: int
    work: list[Work] = field(default_factory=list)

    def take(self, most: int) -> int:
        """As much of an amount as is left."""
        took = min(most, self.rem)
        self.rem -= took
        return took


def _divide(owed: _Owed, left: _Left, side: Side, made: Settlement) -> None:
    """Divides what a payer still owes into work and waiting, and names the payer's state."""
    slot, read, answers = owed.slot, owed.read, owed.slot.standing.answers
    payer = slot.payer
    if owed.later:
        _move_on(owed, left, owed.later[0])
    made.balances["receivable_payer", payer] += owed.rem
    side.receivable = owed.rem
    made.work += [overpaid(payer, what) for what in read.above]
    made.work += [unknown_drg(answer) for answer in answers if answer.unknown_drg]
    twice = owed.take(owed.twice)
    not_theirs = _not_theirs(owed)
    # less may have come to a later payer than it speaks of: first what it has not decided
    pending = 0 if not_theirs or owed.first else owed.take(read.pending)
    _take_causes(owed)
    if owed.first and not not_theirs:
        pending = owed.take(read.pending)
    side.waiting = pending + _undecided(owed)
    if not_theirs:
        _verify(owed, not_theirs)
    if owed.rem:
        rest = of_kind(UNEXPLAINED, payer, owed.rem, answers[-1] if answers else None)
        owed.work.append(counts_another(rest) if owed.first and read.of_others > 0 else rest)
    if twice:
        owed.work.append(of_kind(REFUNDED_TOO, payer, twice, slot.standing.reversed[-1]))
    if side.waiting:
        side.waiting_until = _waits_until(owed)
    made.work += owed.work
    made.work += [denied_after_payment(payer, d) for d in read.contradictions]
    if any(a.corrected_patient or a.corrected_payer for a in answers):
        made.work += corrected(deciding(owed.claim, answers))
    side.state = _side_state(owed.claim, slot, read, side, owed.work, pending)


def _not_theirs(owed: _Owed) -> list[Answer]:
    """The answers by which a payer says that the claim is not its own, where they still decide."""
    answers = owed.slot.standing.answers
    if NOT_OURS not in [a.status for a in answers]:
        return []
    return [a for a in deciding(owed.claim, answers) if a.status == NOT_OURS]


def _verify(owed: _Owed, not_theirs: Sequence[Answer]) -> None:
    """What such answers leave is one piece of work, whatever codes they give."""
    ids = {a.id for a in not_theirs}
    theirs = [item for item in owed.work if item.answer not in ids]
    whole = owed.rem + sum(item.cents for item in owed.work) - sum(item.cents for item in theirs)
    owed.work = [*theirs, verify_forwarding(owed.slot.payer, not_theirs[-1], whole)] if whole else theirs
    owed.rem = 0


def _move_on(owed: _Owed, left: _Left, following: PayerAnswers) -> None:
    """What the next payer takes over, since it answered."""
    if not (following.answered or following.standing.reversed):
        return
    if _not_theirs(owed):
        left.moved, owed.rem = owed.rem, 0
        return
    if not following.answered:
        return
    # a first payer that counts an earlier one's part leaves that to the one that it takes for the first
    open_cents = owed.read.open_cents + (owed.read.of_others if owed.first else 0)
    wanted = _wanted(owed.claim, owed.later, owed.read.paid + owed.read.coded) - left.patient
    left.moved = min(max(wanted, 0), min(open_cents, owed.rem - owed.twice))
    owed.rem -= left.moved


def _take_causes(owed: _Owed) -> None:
    """What was denied or paid short is work, but for what a person moved to the patient line by line."""
    if not owed.read.open and not owed.read.short:
        return
    payer, moved = owed.slot.payer, dict(owed.claim.moved_lines)
    causes = [denial(payer, decision, adjustments) for decision, adjustments in owed.read.open]
    if not owed.first:  # and then what it may still pay
        causes.sort(key=coordination.blocks, reverse=True)
    for item in (*causes, *(short(payer, what) for what in owed.read.short)):
        of_line = min(moved.get((payer, item.line), 0), item.cents)
        if of_line > 0:
            moved[payer, item.line] -= of_line
        item.cents = min(item.cents - max(of_line, 0), owed.rem)
        if item.cents > 0:
            owed.rem -= item.cents
            owed.work.append(item)


def _undecided(owed: _Owed) -> int:
    """What of the charge no answer decides: what of it waits for one. The rest is work."""
    slot, standing = owed.slot, owed.slot.standing
    if owed.first or not standing.answers:
        undecided = owed.take(max(slot.base - owed.read.charge, 0))
    else:  # a later payer need not decide all: only what it takes back of it waits for it
        undecided = owed.take(_named(owed, standing.reversed) if standing.reversed else 0)
    for kind, answers in ((TAKEBACK, standing.reversed), (MISSING_REMITTANCE, standing.duplicates)):
        named = min(undecided, _named(owed, answers)) if undecided and answers else 0
        if named:
            owed.work.append(of_kind(kind, slot.payer, named, answers[-1]))
            undecided -= named
    return undecided


def _named(owed: _Owed, answers: Sequence[Answer]) -> int:
    """What nothing decides of the charges of the lines that these answers name; where one names none, of
    all."""
    if not all(answer.lines and all(s.line for s in answer.lines) for answer in answers):
        return max(owed.claim.charge - owed.read.charge, 0)
    named: Counter[int] = Counter()
    for answer in answers:
        for said in answer.lines:
            named[said.line] += said.charge
    of = {line.number: line.charge for line in owed.claim.lines}
    return sum(
        min(cents, max(of.get(line, cents) - owed.read.lines.get(line, 0), 0))
        for line, cents in named.items()
    )


def _waits_until(owed: _Owed) -> date | None:
    """The day until which the payer is waited for; None where nothing says since when."""
    claim, payer, answers = owed.claim, owed.slot.payer, owed.slot.standing.answers
    billed = claim.billed.get(owed.slot.coverage.key)
    since = answers[-1].paid_on if answers else billed or _came(claim)
    if since is None:
        return None
    if billed is not None:
        since = max(since, billed)  # a replacement went after the answer: its own is waited for
    said = claim.said.get(payer)
    if said is not None and said.meaning == IN_HAND:
        since = max(since, said.on)  # it has the claim: its answer is waited for anew
    until = since + timedelta(days=claim.terms.get(payer, NOTHING_AGREED).answer_days)
    return min(until, claim.act_by.get(payer, until))


def _bill_next(claim: ClaimFacts, slots: Sequence[PayerAnswers], made: Settlement) -> None:
    """What is to be done about each later payer, and work where it was billed on answers that changed."""
    if claim.void or len(slots) == 1:
        return
    for at, (slot, side) in enumerate(zip(slots, made.sides, strict=True)):
        if at == 0:
            continue
        reported = claim.reported.get(slot.coverage.key, "")
        if (
            reported
            and coordination.reported_otherwise(reported, coordination.before(claim, slots, at))
            and not _knows_of_it(claim, slot, settled=not any(one.receivable for one in made.sides[:at]))
        ):
            made.work.append(of_kind(EARLIER_CHANGED, slot.payer, slot.paid))
        if side.state not in ("not_billed", "not_due") or slot.coverage.key in claim.billed:
            continue
        waits = made.sides[at - 1].waiting > 0
        state = coordination.next_state(claim, slots, at, made.work, waits=waits)
        if state != coordination.TO_BILL and not side.waiting:
            continue
        side.state = state
        side.file_by = _file_by(claim, slot.payer, slots[at - 1])
        if side.state == "crossing_over":
            before = slots[at - 1]
            limit = claim.terms.get(before.payer, NOTHING_AGREED).forwarding_days
            side.waiting_until = before.standing.answers[-1].paid_on + timedelta(days=limit)
        if side.file_by is not None and side.waiting_until is not None:
            side.waiting_until = min(side.waiting_until, side.file_by)


def _knows_of_it(claim: ClaimFacts, slot: PayerAnswers, *, settled: bool) -> bool:
    """Whether nothing is to be told a later payer of what those before it decide now: it has said (under 23)
    that they leave just what came to it; or nothing comes to it and it paid nothing, since those before it
    owe nothing more (`settled`) or it took back itself what it said."""
    took_back = bool(slot.standing.reversed) and not slot.answered
    if slot.base <= 0 and not slot.paid and (settled or took_back):
        return True
    read = _read(claim, slot, claim.terms.get(slot.payer, NOTHING_AGREED))
    return read.of_others > 0 and read.charge - read.of_others == slot.base


def _file_by(claim: ClaimFacts, payer: str, before: PayerAnswers) -> date | None:
    """A later payer's filing limit, from the day that it starts from; None where that is not known."""
    limit = claim.terms.get(payer, NOTHING_AGREED).later_filing
    if limit is None:
        return None
    answered = before.standing.answers[-1].paid_on if before.answered else None
    starts = {
        "service": claim.service_from,
        "through": claim.service_to or claim.service_from,
        "remittance": answered,
    }
    start = starts[limit.starts]
    return start + timedelta(days=limit.days) if start is not None else None


def _came(claim: ClaimFacts) -> date | None:
    """The day on which what waits came to a payer that was not billed: the last answer that decided."""
    days = [a.paid_on for a in claim.answers if not is_duplicate(claim, a)]
    return max(days, default=None)


def _wanted(claim: ClaimFacts, later: Sequence[PayerAnswers], before: int) -> int:
    """What the answer of the first of these payers is about, beyond what it says that those before it did:
    under 23, or by their payments and cuts (`before`, cents) once more. What it has not decided, or denied
    and may still pay, is with it; what it denied for good stays with the payer before, whose denial it is
    too, but for what the payers after it decided of that."""
    slot, *rest = later
    read = _read(claim, slot, claim.terms.get(slot.payer, NOTHING_AGREED))
    repeated = max(before - read.of_others, 0)
    denials = [denial(slot.payer, decision, adjustments) for decision, adjustments in read.open]
    correctable = sum(item.cents for item in denials if coordination.blocks(item))
    wanted = read.paid + read.patient + read.to_patient + max(read.coded - repeated, 0)
    wanted += correctable + read.pending
    if rest and rest[0].answered:
        by_later = _wanted(claim, rest, before + read.paid + read.coded)
        wanted += max(by_later - read.patient - correctable - read.pending, 0)
    return wanted


def _side_state(
    claim: ClaimFacts, slot: PayerAnswers, read: _Read, side: Side, work: Sequence[Work], pending: int
) -> str:
    answers = slot.standing.answers
    kinds = {item.kind for item in work}
    if not answers:
        if slot.standing.reversed and side.receivable:
            return "reversed"
        if MISSING_REMITTANCE in kinds:
            return MISSING_REMITTANCE
        if not side.receivable:
            return "predetermined" if slot.standing.estimates else "not_due"
        return "unanswered" if slot.coverage.key in claim.billed else "not_billed"
    if claim.void and not read.paid:
        return "not_due"  # what it says of a claim that was taken back decides nothing
    if VERIFY_FORWARDING in kinds:
        return "forwarded"
    if kinds & {TAKEBACK, REFUNDED_TOO}:
        return "part_paid" if read.paid > 0 else "reversed"
    if kinds & {DENIAL, UNEXPLAINED, UNDERPAID, DOWNCODED, MISSING_REMITTANCE}:
        return "part_paid" if read.paid > 0 else "denied"
    if pending:
        return "pended"
    if side.waiting:
        return "part_answered"
    return "forwarded" if forwards(claim, slot) else "paid"


SETTLED = frozenset(("paid", "not_due"))
AWAITED = frozenset(("unanswered", "not_billed", coordination.TO_BILL, "crossing_over"))


def _state(sides: Sequence[Side]) -> str:
    """The state of a claim: that of the first payer that is not done with it."""
    for n, side in enumerate(sides):
        forwarded = side.state == "forwarded" and not side.receivable
        if forwarded and any(later.receivable and later.state in AWAITED for later in sides[n + 1 : n + 2]):
            return "forwarded"
        if not forwarded and side.state not in SETTLED:
            return side.state
    return "paid" if any(side.state != "not_due" for side in sides) else "unanswered"


def _settle_patient(claim: ClaimFacts, responsibility: int, made: Settlement) -> None:
    """What the patient owes, beside what was taken at the desk and later."""
    owed = responsibility
    from_desk = min(claim.prepaid, max(owed, 0))
    owed -= from_desk
    refunded = claim.refunded.get("", 0)
    from_left = min(refunded, claim.prepaid - from_desk)  # what is left of the desk's money goes back first
    left = claim.prepaid - from_desk - from_left
    forgiven = min(claim.written_off.get("", 0), max(owed, 0))
    owed -= forgiven
    if forgiven:
        made.balances["write_off", ""] += forgiven
    owed -= claim.patient_paid - (refunded - from_left)
    waits = any(side.waiting or side.receivable for side in made.sides)
    over = max(-owed, 0)
    if waits:  # the share is not known yet: what was paid towards it is no credit
        left += over
        over = 0
    if left:
        made.balances["prepayment", ""] -= left
    if over:
        made.balances["credit", ""] -= over
    if not waits:
        over += left
    if over:
        made.credit += over
        made.work.append(of_kind(PATIENT_CREDIT, "", over))
    made.patient = max(owed, 0)
    given_up = min(claim.bad_debt, made.patient)  # a payment after it comes off it first
    if given_up:
        made.balances["bad_debt", ""] += given_up
        made.patient -= given_up
    if made.patient:
        made.balances["receivable_patient", ""] += made.patient
