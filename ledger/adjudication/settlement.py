"""Who owes what of a claim, what waits for a payer until when, and what is work for a person.

The charge opens the first payer's receivable. What a payer leaves to the next one or to the patient
moves there; the patient owes what the last payer leaves. The balances sum to zero with the cash and
the charge, and each receivable is exactly its open work, what waits for the payer, and no more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from config.adjustment_codes import AdjustmentCode, find
from ledger.adjudication.facts import (
    FORWARDED,
    FORWARDING_REMARKS,
    NO_NUMBERS,
    NO_PATIENT_LIABILITY_REMARKS,
    NOT_OURS,
    Adjustment,
    Answer,
    ClaimFacts,
    Coverage,
    Terms,
)
from ledger.adjudication.standing import Decision, Standing, decided, standing
from ledger.adjudication.treatments import NOT_THE_PATIENTS, Treatment, code, treat

Account = Literal[
    "receivable_payer",
    "receivable_patient",
    "contractual",
    "incentive",
    "withholding",
    "capitation",
    "write_off",
    "prepayment",
    "credit",
    "suspense",
]
ACCOUNT_OF: dict[Treatment, Account] = {
    Treatment.CONTRACTUAL: "contractual",
    Treatment.INCENTIVE: "incentive",
    Treatment.WITHHOLD: "withholding",
    Treatment.CAPITATION: "capitation",
}
ANOTHER_PAYER = "?"
"""The key of a payer that a remittance says it forwarded to, and that no file names."""

DENIAL = "denial"
TAKEBACK = "takeback"
UNEXPLAINED = "unexplained"
VERIFY_FORWARDING = "verify_forwarding"
MISSING_REMITTANCE = "missing_remittance"
REVERSAL_ALONE = "reversal_alone"
CONTRADICTION = "denied_after_payment"
PAYER_CREDIT = "payer_credit"
PATIENT_CREDIT = "patient_credit"
SECONDARY_FIRST = "secondary_first"


@dataclass(slots=True, kw_only=True)
class Work:
    """One cause that waits for a person. `cents` is what is at stake.

    `owed`: it is a part of the payer's receivable, of which it explains that much. What it is about
    (claim, payer, kind, line, CARC) names it, so that the same cause is the same work however often
    it is derived.
    """

    kind: str
    payer: str
    line: int = 0
    procedure: str = ""
    group: str = ""
    carc: str = ""
    rarcs: tuple[str, ...] = ()
    cents: int
    owed: bool = True
    category: str
    owner: str
    action: str
    fix_path: str = "RESEARCH"
    correctable: str = "COND"
    appealable: str = "COND"
    answer: int | None = None  # the id of the answer that it comes from
    until: date | None = None


@dataclass(slots=True, kw_only=True)
class Side:
    """One payer of a claim, in its order. `receivable` = open work + `waiting`; cents."""

    payer: str
    order: str
    state: str = "not_due"
    receivable: int = 0
    waiting: int = 0
    waiting_until: date | None = None
    payer_claim_control_number: str = ""


@dataclass(slots=True)
class Settlement:
    """What a claim comes to. `balances` are the claim's accounts by payer ("" the patient or nobody)."""

    sides: list[Side] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    balances: Counter[tuple[Account, str]] = field(default_factory=Counter)
    patient: int = 0
    paid: int = 0
    adjusted: int = 0
    credit: int = 0
    state: str = "unanswered"


@dataclass(slots=True)
class _Slot:
    """A coverage with the payer's answers to this claim."""

    coverage: Coverage
    standing: Standing = field(default_factory=Standing)
    base: int = 0  # what came to this payer to decide

    @property
    def payer(self) -> str:
        return self.coverage.payer

    @property
    def answered(self) -> bool:
        return bool(self.standing.answers)


@dataclass(slots=True)
class _Read:
    """A payer's decisions, added up. `open` are (decision, adjustment) that nobody has decided on."""

    paid: int = 0
    charge: int = 0
    by_account: Counter[Account] = field(default_factory=Counter)
    patient: int = 0
    to_patient: int = 0
    pending: int = 0
    open: list[tuple[Decision, list[Adjustment]]] = field(default_factory=list)
    contradictions: list[Decision] = field(default_factory=list)
    not_the_patients: bool = False

    @property
    def open_cents(self) -> int:
        return sum(a.cents for _, adjustments in self.open for a in adjustments)

    @property
    def coded(self) -> int:
        return sum(self.by_account.values())


def settle(claim: ClaimFacts) -> Settlement:
    """Derives what a claim comes to from everything that is known of it."""
    made = Settlement()
    patients = sum(line.charge for line in claim.lines if line.patients)
    slots = _slots(claim)
    slots[0].base = claim.charge - patients
    responsibility = patients
    for at, slot in enumerate(slots):
        following = _following(slots, at)
        left = _settle_payer(claim, slot, at == 0, following, made)
        responsibility += left.direct
        if following is None:
            responsibility += left.patient
        else:
            following.base += left.patient + left.moved
    _settle_patient(claim, responsibility, made)
    made.state = _state(made.sides)
    made.work = _merged(made.work)
    answers = {answer.id: answer for answer in claim.answers}
    for item in made.work:
        about = answers.get(item.answer) if item.answer is not None else None
        if about is not None:
            item.until = last_day(item.fix_path, claim, item.payer, about.paid_on)
    made.paid = sum(answer.paid for slot in slots for answer in _all(slot))
    made.paid -= sum(claim.refunded.values())
    made.adjusted = sum(
        cents
        for (account, _), cents in made.balances.items()
        if account in ("contractual", "incentive", "capitation", "write_off")
    )
    return made


def _merged(work: Iterable[Work]) -> list[Work]:
    """One piece of work for each cause, whatever answers it comes from."""
    found: dict[tuple[str, str, int, str], Work] = {}
    for item in work:
        first = found.setdefault((item.payer, item.kind, item.line, item.carc), item)
        if first is not item:
            first.cents += item.cents
    return list(found.values())


def _all(slot: _Slot) -> list[Answer]:
    """Every answer of a payer whose money is at this claim: reversed ones come to nothing."""
    return [*slot.standing.answers, *slot.standing.duplicates]


def _slots(claim: ClaimFacts) -> list[_Slot]:
    """The payers of a claim in their order, each with its answers.

    A payer that answers without being known gets a place: the one that was forwarded to, else a new
    one behind the others. Where a payer that was to come later answers as primary and nobody before
    it answered, it comes first.
    """
    slots = [_Slot(coverage) for coverage in claim.coverages]
    known = {slot.payer for slot in slots}
    for payer in sorted(claim.billed):
        if payer not in known:
            slots.append(_Slot(Coverage("P" if not slots else "S", payer)))
            known.add(payer)
    by_slot: dict[int, list[Answer]] = {}
    for answer in sorted(claim.answers, key=lambda a: a.content):
        mine = [n for n, slot in enumerate(slots) if slot.payer == answer.payer]
        if not mine:
            order = "P" if not slots else "S" if answer.status in ("2", "20") or len(slots) == 1 else "T"
            slots.append(_Slot(Coverage(order, answer.payer)))
            mine = [len(slots) - 1]
        as_later = answer.status in ("2", "3", "20", "21")
        by_slot.setdefault(mine[-1] if as_later else mine[0], []).append(answer)
    if not slots:
        slots.append(_Slot(Coverage("P", "")))
    for n, answers in by_slot.items():
        slots[n].standing = standing(answers)
    answered = [n for n, slot in enumerate(slots) if slot.answered]
    if answered and answered[0] > 0:
        first = slots[answered[0]]
        if any(a.status in ("1", "19") for a in first.standing.answers) and not any(
            a.status in ("2", "3", "20", "21") for a in first.standing.answers
        ):
            slots.remove(first)
            slots.insert(0, first)
    return _with_forwarded(slots)


def _with_forwarded(slots: list[_Slot]) -> list[_Slot]:
    """A place for the payer that the last answering one says it forwarded to, where no coverage names it."""
    made = list(slots)
    for n, slot in enumerate(slots):
        if n + 1 == len(made) and is_forwarded(slot.standing.answers):
            named = next((a.forwarded_to for a in slot.standing.answers if a.forwarded_to), ANOTHER_PAYER)
            if named != slot.payer:
                made.append(_Slot(Coverage("S" if n == 0 else "T", named)))
    return made


def is_forwarded(answers: Iterable[Answer]) -> bool:
    """Whether a payer says that it sent the claim on to another one: by status or by remark."""
    return any(
        a.status in FORWARDED
        or FORWARDING_REMARKS & {*a.remarks, *(r for line in a.lines for r in line.remarks)}
        for a in answers
    )


def _following(slots: Sequence[_Slot], at: int) -> _Slot | None:
    return slots[at + 1] if at + 1 < len(slots) else None


@dataclass(slots=True)
class _Left:
    """What a payer leaves to whoever comes next: the patient's share, what goes to the patient whoever
    comes next, and what the next payer takes over of the receivable."""

    patient: int = 0
    direct: int = 0
    moved: int = 0


def _read(claim: ClaimFacts, slot: _Slot, terms: Terms) -> _Read:
    """Adds up what decides. An earlier payer's part needs no posting: it is in the books already."""
    found = _Read(paid=sum(a.paid for a in _all(slot)))
    lines = {line.number for line in claim.lines if line.patients}
    what = decided(claim, slot.standing.answers)
    found.contradictions = what.contradictions
    remarks = {r for d in what.decisions for r in d.remarks}
    found.not_the_patients = bool(remarks & NO_PATIENT_LIABILITY_REMARKS) or terms.workers_compensation
    for decision, treated in treat(what.decisions, terms):
        if decision.line in lines:
            continue
        found.charge += decision.charge
        open_ones = []
        for adjustment, treatment in treated:
            if treatment in ACCOUNT_OF:
                found.by_account[ACCOUNT_OF[treatment]] += adjustment.cents
            elif treatment is Treatment.PATIENT:
                found.patient += adjustment.cents
                found.not_the_patients |= adjustment.carc == NOT_THE_PATIENTS
            elif treatment is Treatment.PAID_TO_PATIENT:
                found.to_patient += adjustment.cents
            elif treatment is Treatment.PENDING:
                found.pending += adjustment.cents
            elif treatment is Treatment.OPEN and adjustment.cents:
                open_ones.append(adjustment)
        if open_ones:
            found.open.append((decision, open_ones))
    return found


def _settle_payer(
    claim: ClaimFacts, slot: _Slot, first: bool, following: _Slot | None, made: Settlement
) -> _Left:
    terms = claim.terms.get(slot.payer, Terms())
    side = Side(payer=slot.payer, order=slot.coverage.order)
    made.sides.append(side)
    for alone in slot.standing.alone:
        made.balances["suspense", slot.payer] -= alone.paid
        made.work.append(_reversal_alone(alone))
    read = _read(claim, slot, terms)
    answers = slot.standing.answers
    # what was reversed keeps its number: a replacement or an appeal names it
    numbered = [a.payer_claim_control_number for a in (*slot.standing.reversed, *answers)]
    numbered = [number for number in numbered if number.upper() not in NO_NUMBERS]
    side.payer_claim_control_number = numbered[-1] if numbered else ""
    left = _Left()
    rem = slot.base - read.paid + claim.refunded.get(slot.payer, 0)
    if first and not claim.opening:
        left.patient, left.direct = read.patient, read.to_patient
        rem -= read.patient + read.to_patient + read.coded
        made.balances.update({(account, slot.payer): c for account, c in read.by_account.items()})
    else:
        # an earlier payer's cuts stand in many answers again: never more than came to this payer
        left.patient = _part(read.patient, rem)
        left.direct = _part(read.to_patient, rem - left.patient)
        rem -= left.patient + left.direct
        room = rem - min(read.open_cents + read.pending, max(rem, 0))
        for account, cents in sorted(read.by_account.items()):
            took = _part(cents, room)
            made.balances[account, slot.payer] += took
            room -= took
            rem -= took
    for account, given in (
        ("write_off", claim.written_off.get(slot.payer, 0)),
        ("to_patient", claim.moved_to_patient.get(slot.payer, 0)),
    ):
        took = min(given, max(rem, 0))
        rem -= took
        if account == "write_off" and took:
            made.balances["write_off", slot.payer] += took
        elif took:
            left.direct += took
    medicaids_zero = terms.medicaid and not first and read.paid == 0 and bool(answers)
    if left.patient and following is None and (read.not_the_patients or medicaids_zero):
        made.balances["contractual", slot.payer] += left.patient
        left.patient = 0
    if rem < 0:
        kind = PAYER_CREDIT if slot.base or first else SECONDARY_FIRST
        made.balances["credit", slot.payer] += rem
        made.credit -= rem
        made.work.append(_credit(kind, slot.payer, -rem))
        rem = 0
    _divide(claim, slot, first, following, read, rem, left, side, made)
    return left


def _part(cents: int, room: int) -> int:
    """As much of an amount as there is room for. A negative amount makes room."""
    return min(cents, max(room, 0)) if cents > 0 else cents


def _divide(
    claim: ClaimFacts,
    slot: _Slot,
    first: bool,
    following: _Slot | None,
    read: _Read,
    rem: int,
    left: _Left,
    side: Side,
    made: Settlement,
) -> None:
    """Divides what a payer still owes into work and waiting, and names the payer's state."""
    answers = slot.standing.answers
    terms = claim.terms.get(slot.payer, Terms())
    if any(a.status == NOT_OURS for a in answers) and following is not None and following.answered:
        left.moved, rem = rem, 0
    elif following is not None and following.answered:
        wanted = _wanted(claim, following) - left.patient
        left.moved = min(max(wanted, 0), min(read.open_cents, rem))
        rem -= left.moved
    made.balances["receivable_payer", slot.payer] += rem
    side.receivable = rem
    work: list[Work] = []
    for decision, adjustments in read.open:
        item = _denial(slot.payer, decision, adjustments)
        item.cents = min(item.cents, rem)
        if item.cents > 0:
            rem -= item.cents
            work.append(item)
    if any(a.status == NOT_OURS for a in answers):
        rem += sum(item.cents for item in work)
        work = [_verify(slot.payer, answers[-1], rem)] if rem else []
        rem = 0
    pending = min(read.pending, rem)
    undecided = min(max(slot.base - read.charge, 0) if first or not answers else 0, rem - pending)
    if undecided and slot.standing.reversed:
        work.append(_takeback(slot.payer, slot.standing.reversed[-1], undecided))
        undecided_waits = 0
    elif undecided and slot.standing.duplicates and not answers:
        work.append(_missing(slot.payer, slot.standing.duplicates[-1], undecided))
        undecided_waits = 0
    else:
        undecided_waits = undecided
    rest = rem - pending - undecided
    if rest:
        work.append(_unexplained(slot.payer, answers[-1] if answers else None, rest))
    side.waiting = pending + undecided_waits
    if side.waiting:
        since = answers[-1].paid_on if answers else claim.billed.get(slot.payer, _came(made, claim))
        side.waiting_until = since + timedelta(days=terms.answer_days) if since else None
        if slot.payer in claim.act_by and side.waiting_until is not None:
            side.waiting_until = min(side.waiting_until, claim.act_by[slot.payer])
    made.work += work
    made.work += [_contradiction(slot.payer, d) for d in read.contradictions]
    side.state = _side_state(claim, slot, read, side, work, pending)


def _came(made: Settlement, claim: ClaimFacts) -> date | None:
    """The day on which what waits came to a payer that was not billed: the last answer before it."""
    days = [a.paid_on for a in claim.answers]
    return max(days, default=None)


def _wanted(claim: ClaimFacts, slot: _Slot) -> int:
    """What a later payer's answer is about, beyond what it says that earlier payers did."""
    read = _read(claim, slot, claim.terms.get(slot.payer, Terms()))
    return read.paid + read.patient + read.to_patient


def _side_state(
    claim: ClaimFacts, slot: _Slot, read: _Read, side: Side, work: Sequence[Work], pending: int
) -> str:
    answers = slot.standing.answers
    kinds = {item.kind for item in work}
    if not answers:
        if slot.standing.reversed and side.receivable:
            return "reversed"
        if MISSING_REMITTANCE in kinds:
            return MISSING_REMITTANCE
        if not side.receivable:
            return "not_due"
        return "unanswered" if slot.payer in claim.billed else "not_billed"
    if VERIFY_FORWARDING in kinds:
        return "forwarded"
    if TAKEBACK in kinds:
        return "part_paid" if read.paid > 0 else "reversed"
    if DENIAL in kinds or UNEXPLAINED in kinds:
        return "part_paid" if read.paid > 0 else "denied"
    if pending:
        return "pended"
    if side.waiting:
        return "part_answered"
    return "forwarded" if is_forwarded(answers) else "paid"


SETTLED = frozenset(("paid", "not_due"))
AWAITED = frozenset(("unanswered", "not_billed"))


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
    if left:
        made.balances["prepayment", ""] -= left
    forgiven = min(claim.written_off.get("", 0), max(owed, 0))
    owed -= forgiven
    if forgiven:
        made.balances["write_off", ""] += forgiven
    owed -= claim.patient_paid - (refunded - from_left)
    waits = any(side.waiting or side.receivable for side in made.sides)
    over = max(-owed, 0)
    if over:
        made.balances["credit", ""] -= over
    if not waits:
        over += left
    if over:
        made.credit += over
        made.work.append(_credit(PATIENT_CREDIT, "", over))
    made.patient = max(owed, 0)
    if made.patient:
        made.balances["receivable_patient", ""] += made.patient


BY_APPEAL = frozenset(("APPEAL", "RECONSIDER", "WRITE_OFF", "RESEARCH"))


def last_day(fix_path: str, claim: ClaimFacts, payer: str, paid_on: date) -> date | None:
    """The last day to act: the appeal limit from the payment, or for a corrected or new claim the
    payer's limit from the service. None where no limit is known."""
    terms = claim.terms.get(payer, Terms())
    appeal = _after(paid_on, terms.appeal_limit_days)
    if fix_path in BY_APPEAL or claim.service_from is None:
        return appeal
    correct = _after(claim.service_from, terms.correction_limit_days)
    # past the limit for a correction, an appeal is what is left
    return correct if correct is not None and correct >= paid_on else appeal


def _after(day: date, days: int | None) -> date | None:
    return None if days is None else day + min(timedelta(days=days), date.max - day)


def _denial(payer: str, decision: Decision, adjustments: Sequence[Adjustment]) -> Work:
    """One piece of work a line: its weightiest denial leads, the remark code says more than CARC 16."""
    leading = max(adjustments, key=lambda a: (code(a.carc).outcome_class == "DENIAL", a.cents, a.carc))
    row = code(leading.carc)
    said: AdjustmentCode = row
    for remark in decision.remarks:
        found = find("RARC", remark)
        if found is None or not found.says_why:
            continue
        if row.needs_rarc or found.fix_path in ("NEW_CLAIM", "WAIT"):
            said = found
            break
    whole_45 = leading.carc == "45"
    return Work(
        kind=DENIAL,
        payer=payer,
        line=decision.line,
        procedure=decision.procedure,
        group=leading.group,
        carc=leading.carc,
        rarcs=decision.remarks,
        cents=sum(a.cents for a in adjustments),
        category=said.category,
        owner="CONTRACTING" if whole_45 else said.owner_queue,
        action=said.recommended_action,
        fix_path="RESEARCH" if whole_45 else said.fix_path,
        correctable=said.correctable,
        appealable=said.appealable,
        answer=decision.answer.id,
    )


def _takeback(payer: str, reversed_: Answer, cents: int) -> Work:
    return Work(
        kind=TAKEBACK,
        payer=payer,
        carc="REV",
        cents=cents,
        category="TAKEBACK",
        owner="FOLLOW_UP",
        action="Ask the payer why it took the payment back; bill again or appeal",
        answer=reversed_.id,
    )


def _missing(payer: str, duplicate: Answer, cents: int) -> Work:
    return Work(
        kind=MISSING_REMITTANCE,
        payer=payer,
        group="OA",
        carc="18",
        cents=cents,
        category="DUPLICATE",
        owner="POSTING",
        action="The payer answered before and that remittance is not here: ask for a copy of it",
        answer=duplicate.id,
    )


def _verify(payer: str, answer: Answer, cents: int) -> Work:
    said = [a.carc for a in answer.every_adjustment if a.cents]
    return Work(
        kind=VERIFY_FORWARDING,
        payer=payer,
        carc=said[0] if said else "",
        rarcs=tuple(dict.fromkeys((*answer.remarks, *(r for line in answer.lines for r in line.remarks)))),
        cents=cents,
        category="COB",
        owner="ELIGIBILITY",
        action="Not this payer's claim: find out who has it now, and bill the right payer within its limit",
        fix_path="NEW_CLAIM",
        answer=answer.id,
    )


def _unexplained(payer: str, answer: Answer | None, cents: int) -> Work:
    return Work(
        kind=UNEXPLAINED,
        payer=payer,
        cents=cents,
        category="BALANCE",
        owner="POSTING",
        action="The payer's answer leaves this amount without a reason: compare it with the claim",
        answer=answer.id if answer else None,
    )


def _reversal_alone(answer: Answer) -> Work:
    return Work(
        kind=REVERSAL_ALONE,
        payer=answer.payer,
        carc="REV",
        cents=abs(answer.paid) or abs(answer.charge),
        owed=False,
        category="TAKEBACK",
        owner="POSTING",
        action="The payer reversed a payment that is not here: find its remittance",
        answer=answer.id,
    )


def _contradiction(payer: str, decision: Decision) -> Work:
    leading = max(decision.adjustments, key=lambda a: a.cents, default=Adjustment("", "", 0))
    return Work(
        kind=CONTRADICTION,
        payer=payer,
        line=decision.line,
        procedure=decision.procedure,
        group=leading.group,
        carc=leading.carc,
        rarcs=decision.remarks,
        cents=0,
        owed=False,
        category="DUPLICATE",
        owner="POSTING",
        action="The payer denied a line that it had paid, without taking the payment back: ask what holds",
        answer=decision.answer.id,
    )


def _credit(kind: str, payer: str, cents: int) -> Work:
    actions = {
        PAYER_CREDIT: "Paid beyond what is owed: find out whose money it is, and refund or reallocate it",
        PATIENT_CREDIT: "The patient paid more than is owed: refund it or apply it to another claim",
        SECONDARY_FIRST: "A later payer paid before the first one answered: wait for the first answer",
    }
    return Work(
        kind=kind,
        payer=payer,
        cents=cents,
        owed=False,
        category="CREDIT",
        owner="POSTING" if payer else "PATIENT_AR",
        action=actions[kind],
    )


__all__ = ["Settlement", "Side", "Standing", "Work", "is_forwarded", "settle"]
