"""The causes that wait for a person: what each is called, what is at stake, who acts and until when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from config.adjustment_codes import AdjustmentCode, find
from ledger.adjudication.facts import (
    NO_BALANCE_BILLING_REMARKS,
    NOTHING_AGREED,
    Adjustment,
    Answer,
    ClaimFacts,
)
from ledger.adjudication.price_check import Above, Short
from ledger.adjudication.standing import Decision
from ledger.adjudication.treatments import code

DENIAL = "denial"
TAKEBACK = "takeback"
REFUNDED_TOO = "refunded_too"
"""What a payer took back of money that had been refunded to it already."""
UNEXPLAINED = "unexplained"
UNDERPAID = "underpaid"
DOWNCODED = "downcoded"
PRICES = (UNDERPAID, DOWNCODED)
"""The kinds of work that are a payer's price."""
OVERPAID = "overpaid"
UNKNOWN_DRG = "unknown_drg"
VERIFY_FORWARDING = "verify_forwarding"
MISSING_REMITTANCE = "missing_remittance"
REVERSAL_ALONE = "reversal_alone"
CONTRADICTION = "denied_after_payment"
PAYER_CREDIT = "payer_credit"
PATIENT_CREDIT = "patient_credit"
SECONDARY_FIRST = "secondary_first"
CORRECTED_PATIENT = "corrected_patient"
CORRECTED_PAYER = "corrected_payer"
EARLIER_CHANGED = "earlier_answer_changed"
OVERDUE_PAYER = "overdue_payer"
"""What a payer's answer becomes when the day until which it is waited for has passed."""


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


def merged(work: Iterable[Work]) -> list[Work]:
    """One piece of work for each cause, whatever answers it comes from."""
    found: dict[tuple[str, str, int, str], Work] = {}
    for item in work:
        first = found.setdefault((item.payer, item.kind, item.line, item.carc), item)
        if first is not item:
            first.cents += item.cents
    return list(found.values())


BY_APPEAL = frozenset(("APPEAL", "RECONSIDER", "WRITE_OFF", "RESEARCH"))


def last_day(fix_path: str, claim: ClaimFacts, payer: str, paid_on: date) -> date | None:
    """The last day to act: the appeal limit from the payment, or for a corrected or new claim the
    payer's limit from the service. None where no limit is known."""
    terms = claim.terms.get(payer, NOTHING_AGREED)
    appeal = _after(paid_on, terms.appeal_limit_days)
    if fix_path in BY_APPEAL or claim.service_from is None:
        return appeal
    correct = _after(claim.service_from, terms.correction_limit_days)
    # past the limit for a correction, an appeal is what is left
    return correct if correct is not None and correct >= paid_on else appeal


def _after(day: date, days: int | None) -> date | None:
    return None if days is None else day + min(timedelta(days=days), date.max - day)


def denial(payer: str, decision: Decision, adjustments: Sequence[Adjustment]) -> Work:
    """One piece of work a line: its weightiest denial leads, the remark code says more than CARC 16."""
    leading = max(adjustments, key=lambda a: (code(a.carc).outcome_class == "DENIAL", a.cents, a.carc))
    row = code(leading.carc)
    said: AdjustmentCode = row
    whole_45 = leading.carc == "45"
    for remark in decision.remarks:
        found = find("RARC", remark)
        if found is None or not found.says_why:
            continue
        forbidden = whole_45 and remark in NO_BALANCE_BILLING_REMARKS
        if row.needs_rarc or forbidden or found.fix_path in ("NEW_CLAIM", "WAIT"):
            said = found
            break
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


@dataclass(frozen=True, slots=True)
class Kind:
    """What all work of a kind has in common; `group` and `carc` of the kinds that have no other."""

    category: str
    owner: str
    action: str
    fix_path: str = "RESEARCH"
    owed: bool = True
    group: str = ""
    carc: str = ""


KINDS = {
    TAKEBACK: Kind(
        "TAKEBACK",
        "FOLLOW_UP",
        "Ask the payer why it took the payment back; bill again or appeal",
        carc="REV",
    ),
    REFUNDED_TOO: Kind(
        "TAKEBACK",
        "FOLLOW_UP",
        "Refunded to the payer, and taken back by it too: send it the proof of the refund and ask for the "
        "money",
        carc="REF",
        fix_path="APPEAL",
    ),
    MISSING_REMITTANCE: Kind(
        "DUPLICATE",
        "POSTING",
        "The payer answered before and that remittance is not here: ask for a copy of it",
        group="OA",
        carc="18",
    ),
    VERIFY_FORWARDING: Kind(
        "COB",
        "ELIGIBILITY",
        "Not this payer's claim: find out who has it now, and bill the right payer within its limit",
        fix_path="NEW_CLAIM",
    ),
    UNEXPLAINED: Kind(
        "BALANCE",
        "POSTING",
        "The payer's answer leaves this amount without a reason: compare it with the claim",
    ),
    UNDERPAID: Kind(
        "UNDERPAID",
        "CONTRACTING",
        "ask the payer to pay what the contract says, or correct the contract here",
        group="CO",
        fix_path="APPEAL",
    ),
    DOWNCODED: Kind(
        "DOWNCODED",
        "CODING",
        "show that the service was done as billed, or accept the payer's decision",
        group="CO",
        fix_path="RECONSIDER",
    ),
    OVERPAID: Kind(
        "OVERPAID",
        "CONTRACTING",
        "compare the contract; where it is right the payer may ask for the difference back. It is not a "
        "credit before that",
        owed=False,
        group="CO",
    ),
    UNKNOWN_DRG: Kind(
        "DRG",
        "CODING",
        "ask the payer under which DRG it decided, and compare that with the one of the hospital's grouper",
        owed=False,
    ),
    REVERSAL_ALONE: Kind(
        "TAKEBACK",
        "POSTING",
        "The payer reversed a payment that is not here: find its remittance",
        owed=False,
        carc="REV",
    ),
    CONTRADICTION: Kind(
        "DUPLICATE",
        "POSTING",
        "The payer denied a line that it had paid, without taking the payment back: ask what holds",
        owed=False,
    ),
    CORRECTED_PATIENT: Kind(
        "ELIGIBILITY",
        "ELIGIBILITY",
        "The payer knows the patient by another name or member id (NM1*74 of its remittance): compare it "
        "with the card, and correct the coverage before the next claim",
        owed=False,
    ),
    CORRECTED_PAYER: Kind(
        "COB",
        "ELIGIBILITY",
        "The payer names another one that pays before it (NM1*PR of its remittance): verify the order of the "
        "payers, correct the coverages and bill that one first",
        fix_path="NEW_CLAIM",
        owed=False,
    ),
    EARLIER_CHANGED: Kind(
        "COB",
        "FOLLOW_UP",
        "A payer before this one changed its answer after this one was billed: send a replacement, "
        "or refund what it paid too much",
        fix_path="REPLACE_7",
        owed=False,
    ),
    PAYER_CREDIT: Kind(
        "CREDIT",
        "POSTING",
        "Paid beyond what is owed: find out whose money it is, and refund or reallocate it",
        owed=False,
    ),
    PATIENT_CREDIT: Kind(
        "CREDIT",
        "PATIENT_AR",
        "The patient paid more than is owed: refund it or apply it to another claim",
        owed=False,
    ),
    SECONDARY_FIRST: Kind(
        "CREDIT",
        "POSTING",
        "A later payer paid before the first one answered: wait for the first answer",
        owed=False,
    ),
}
"""Every kind but a denial, which the table of adjustment codes explains."""


def of_kind(kind: str, payer: str, cents: int, answer: Answer | None = None) -> Work:
    """Work of one of `KINDS`, and the answer that it comes from."""
    of = KINDS[kind]
    return Work(
        kind=kind,
        payer=payer,
        group=of.group,
        carc=of.carc,
        cents=cents,
        owed=of.owed,
        category=of.category,
        owner=of.owner,
        action=of.action,
        fix_path=of.fix_path,
        answer=answer.id if answer is not None else None,
    )


def verify_forwarding(payer: str, answer: Answer, cents: int) -> Work:
    """A payer says that the claim is not its own, under the first of its adjustments."""
    remarks = dict.fromkeys((*answer.remarks, *(r for line in answer.lines for r in line.remarks)))
    return replace(
        of_kind(VERIFY_FORWARDING, payer, cents, answer),
        carc=next((a.carc for a in answer.every_adjustment if a.cents), ""),
        rarcs=tuple(remarks),
    )


def short(payer: str, what: Short) -> Work:
    """A payer allowed less than its contract says, or decided on less than was billed."""
    made = of_kind(DOWNCODED if what.recoded else UNDERPAID, payer, what.cents, what.decision.answer)
    words = f"{what.recoded}. {what.words}" if what.recoded else what.words
    return replace(
        made,
        line=what.line,
        procedure=what.procedure,
        carc=what.carc,
        rarcs=what.decision.remarks,
        action=f"{words}: {made.action}",
        correctable="Y" if what.recoded else "N",
        appealable="Y",
    )


def overpaid(payer: str, what: Above) -> Work:
    """A payer allowed more than its contract says. Nothing of it moves: what it paid is its answer, and what
    it takes back is posted when it does."""
    made = of_kind(OVERPAID, payer, what.cents, what.decision.answer)
    return replace(
        made, line=what.line, procedure=what.procedure, action=f"{what.words}: {made.action}",
        correctable="N", appealable="N",
    )  # fmt: skip


def unknown_drg(answer: Answer) -> Work:
    """A payer decided on a DRG that is none on the last day of the stay. What it paid is posted."""
    made = of_kind(UNKNOWN_DRG, answer.payer, abs(answer.paid), answer)
    words = f"The payer's DRG {answer.unknown_drg} is no MS-DRG on the last day of the stay"
    return replace(made, action=f"{words}: {made.action}", correctable="N", appealable="N")


def counts_another(rest: Work) -> Work:
    """The payer that comes first leaves an amount to one before it (CARC 23)."""
    return replace(
        rest,
        category="COB",
        owner="ELIGIBILITY",
        action="The payer counts what another one decided before it (CARC 23), and no such answer is here: "
        "verify the order of the payers, and bill the one that comes first",
    )


def reversal_alone(answer: Answer) -> Work:
    """A payer reverses what is not here."""
    return of_kind(REVERSAL_ALONE, answer.payer, abs(answer.paid) or abs(answer.charge), answer)


def corrected(answers: Iterable[Answer]) -> Iterator[Work]:
    """A payer says that the patient, or the payer that comes first, is another one than on the claim."""
    for answer in answers:
        if answer.corrected_patient:
            yield of_kind(CORRECTED_PATIENT, answer.payer, 0, answer)
        if answer.corrected_payer:
            made = of_kind(CORRECTED_PAYER, answer.payer, 0, answer)
            yield replace(made, action=f"{answer.corrected_payer}: {made.action}")


def denied_after_payment(payer: str, decision: Decision) -> Work:
    """A payer denies a line that it paid, under the weightiest of its adjustments."""
    leading = max(decision.adjustments, key=lambda a: a.cents, default=Adjustment("", "", 0))
    return replace(
        of_kind(CONTRADICTION, payer, 0, decision.answer),
        line=decision.line,
        procedure=decision.procedure,
        group=leading.group,
        carc=leading.carc,
        rarcs=decision.remarks,
    )
