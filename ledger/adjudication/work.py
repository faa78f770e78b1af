"""The causes that wait for a person: what each is called, what is at stake, who acts and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from config.adjustment_codes import AdjustmentCode, find
from ledger.adjudication.facts import Adjustment, Answer, ClaimFacts, Terms
from ledger.adjudication.standing import Decision
from ledger.adjudication.treatments import code

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
EARLIER_CHANGED = "earlier_answer_changed"


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
    terms = claim.terms.get(payer, Terms())
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


def takeback(payer: str, reversed_: Answer, cents: int) -> Work:
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


def missing_remittance(payer: str, duplicate: Answer, cents: int) -> Work:
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


def verify_forwarding(payer: str, answer: Answer, cents: int) -> Work:
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


def unexplained(payer: str, answer: Answer | None, cents: int) -> Work:
    return Work(
        kind=UNEXPLAINED,
        payer=payer,
        cents=cents,
        category="BALANCE",
        owner="POSTING",
        action="The payer's answer leaves this amount without a reason: compare it with the claim",
        answer=answer.id if answer else None,
    )


def reversal_alone(answer: Answer) -> Work:
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


def denied_after_payment(payer: str, decision: Decision) -> Work:
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


def earlier_changed(payer: str, paid: int) -> Work:
    return Work(
        kind=EARLIER_CHANGED,
        payer=payer,
        cents=paid,
        owed=False,
        category="COB",
        owner="FOLLOW_UP",
        action="A payer before this one changed its answer after this one was billed: send a replacement, "
        "or refund what it paid too much",
        fix_path="REPLACE_7",
    )


def credit(kind: str, payer: str, cents: int) -> Work:
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
