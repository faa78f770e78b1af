"""The books of a claim: its balances, its submissions' states and its work, derived and brought up to date.

What is posted is the difference between what the answers left standing come to
(`ledger.adjudication`) and what is in the books, so that nothing that was posted is ever changed and
the order of the answers makes no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import get_args

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, update

from ledger.adjudication.facts import (
    Adjustment,
    Answer,
    ClaimFacts,
    ClaimLine,
    Coverage,
    LineAnswer,
    Terms,
)
from ledger.adjudication.payers import ANOTHER_PAYER
from ledger.adjudication.settlement import Account, Settlement, Side, settle
from ledger.adjudication.work import Work
from ledger.books import guard, work_items
from ledger.encounters.placing import SETTLED_WITHOUT_PAYER
from ledger.payments import matching, stored_payments
from ledger.runs import alerts
from ledger.schema import (
    batch,
    claim,
    claim_line,
    claim_payment,
    claim_version,
    claim_waiting,
    coverage,
    line_adjustment,
    money_act,
    payment_line,
    posting,
    remittance,
    submission,
)
from ledger.sending import submissions
from ledger.storage.database import Row, bounded, insert_many, ledger_of

DERIVED = get_args(Account)
"""The accounts of a claim that its settlement derives."""

# What a payer's state in the settlement makes of its submission; others leave the submission as it is.
SUBMISSION_STATES = {
    "paid": "paid",
    "part_paid": "part_paid",
    "part_answered": "part_paid",
    "denied": "denied",
    "pended": "pended",
    "forwarded": "forwarded",
    "reversed": "accepted",
    "missing_remittance": "denied",
}
OVERDUE_PAYER = "overdue_payer"
"""The kind of work that a payer's answer becomes when the day until which it is waited for has passed."""

ANSWERED = ("paid", "part_paid", "denied", "pended", "forwarded")

Move = tuple[str, str, int]  # account, payer, cents


@dataclass(slots=True)
class Books:
    """A claim with what it comes to now; `moves` bring its accounts there."""

    claim_id: int
    practice: str
    settlement: Settlement
    moves: list[Move] = field(default_factory=list)
    submissions: list[tuple[int, str]] = field(default_factory=list)  # id, payer


def settled(connection: Connection, claim_ids: Iterable[int]) -> dict[int, Books]:
    """What these claims come to, with the postings that are missing. Writes nothing."""
    ids = sorted(set(claim_ids))
    terms = ledger_of(connection).terms
    found: dict[int, Books] = {}
    for piece in bounded(ids):
        facts = load(connection, piece, terms)
        balances = _balances(connection, piece)
        practices = dict(
            connection.execute(select(claim.c.id, claim.c.practice).where(claim.c.id.in_(piece)))
            .tuples()
            .all()
        )
        for claim_id in piece:
            made = settle(facts[claim_id].facts)
            wanted: Counter[tuple[str, str]] = Counter()
            wanted.update({(str(account), payer): cents for (account, payer), cents in made.balances.items()})
            wanted.subtract(balances.get(claim_id, Counter()))
            moves = [(account, payer, cents) for (account, payer), cents in sorted(wanted.items()) if cents]
            found[claim_id] = Books(claim_id, practices[claim_id], made, moves, facts[claim_id].submissions)
    return found


def keep(connection: Connection, night: str, books: Mapping[int, Books]) -> int:
    """Brings submissions and work to what the books say. How many pieces of work are new."""
    _move_submissions(connection, night, books)
    newest: dict[tuple[int, str], int] = {}
    work: dict[int, list[Work]] = {}
    waits: list[Row] = []
    for b in books.values():
        newest.update(((b.claim_id, payer), number) for number, payer in b.submissions)
        late = [side for side in b.settlement.sides if _is_over(side, night)]
        work[b.claim_id] = [*b.settlement.work, *_overdue(late)]
        waits += _waits(b, [side for side in b.settlement.sides if side.waiting and side not in late])
    made = work_items.sync(connection, night, work, {b.claim_id: b.practice for b in books.values()}, newest)
    keep_waiting(connection, list(books), waits)
    guard.check(connection, night, books)
    return made


def _is_over(side: Side, night: str) -> bool:
    until = side.waiting_until
    return side.waiting > 0 and until is not None and until.isoformat() < night


def _overdue(late: Sequence[Side]) -> list[Work]:
    """The work of waits that are over, one for each payer. The patient is not asked for it."""
    found: dict[str, Work] = {}
    for side in late:
        if side.payer in found:
            found[side.payer].cents += side.waiting
            continue
        found[side.payer] = Work(
            kind=OVERDUE_PAYER,
            payer=side.payer,
            cents=side.waiting,
            category="OVERDUE",
            owner="FOLLOW_UP",
            action=f"No answer by {side.waiting_until}: ask the payer for the claim's status, and send it "
            "again only where the payer does not have it",
        )
    return list(found.values())


def _waits(b: Books, sides: Sequence[Side]) -> list[Row]:
    """What waits for each payer, until the first of its days."""
    found: dict[str, Row] = {}
    for side in sides:
        until = side.waiting_until.isoformat() if side.waiting_until else ""
        row = found.setdefault(
            side.payer, waiting_row(b.claim_id, side.payer, b.practice, 0, until, side.state)
        )
        row["cents"] += side.waiting
        row["until"] = min(row["until"], until)
    return list(found.values())


def waiting_row(claim_id: int, payer: str, practice: str, cents: int, until: str, state: str) -> Row:
    return {
        "claim_id": claim_id,
        "payer": payer,
        "practice": practice,
        "cents": cents,
        "until": until,
        "state": state,
    }


def keep_waiting(connection: Connection, claim_ids: Sequence[int], rows: Sequence[Row]) -> None:
    """What waits for payers of these claims is this, and nothing else."""
    for piece in bounded(claim_ids):
        connection.execute(delete(claim_waiting).where(claim_waiting.c.claim_id.in_(piece)))
    insert_many(connection, claim_waiting, rows)


def over(connection: Connection, night: str) -> list[int]:
    """The claims with a wait that is over on this business date, and is not work yet."""
    query = select(claim_waiting.c.claim_id).where(claim_waiting.c.until != "", claim_waiting.c.until < night)
    return sorted(set(connection.execute(query).scalars()))


@dataclass(slots=True)
class _Loaded:
    facts: ClaimFacts
    submissions: list[tuple[int, str]]


def load(connection: Connection, ids: Sequence[int], terms: Mapping[str, Terms]) -> dict[int, _Loaded]:
    """The facts of claims, at most as many as one query takes."""
    charges: Counter[int] = Counter()
    opening: set[int] = set()
    for claim_id, account, cents in connection.execute(
        select(posting.c.claim_id, posting.c.account, -func.sum(posting.c.cents))
        .where(posting.c.claim_id.in_(ids), posting.c.account.in_(("revenue", "opening")))
        .group_by(posting.c.claim_id, posting.c.account)
    ):
        charges[claim_id] += int(cents)
        if account == "opening":
            opening.add(claim_id)
    sent: dict[int, list[tuple[int, str, int, str]]] = defaultdict(list)
    query = (
        select(
            submission.c.claim_id,
            submission.c.id,
            submission.c.payer,
            submission.c.version_id,
            func.coalesce(batch.c.sent_night, ""),
            func.coalesce(batch.c.night, submission.c.opened_on),
            submission.c.act_by,
        )
        .outerjoin(batch, batch.c.id == submission.c.batch_id)
        .where(submission.c.claim_id.in_(ids))
        .where(or_(batch.c.id.is_not(None), submission.c.opened_on != ""))
        .order_by(submission.c.id)
    )
    act_by: dict[int, dict[str, date]] = defaultdict(dict)
    for claim_id, number, payer, version, sent_on, written_on, last in connection.execute(query):
        if last:
            act_by[claim_id][payer] = date.fromisoformat(last)
        sent[claim_id].append((number, payer, version, sent_on or written_on))
    current = dict(
        connection.execute(select(claim.c.id, claim.c.version_id).where(claim.c.id.in_(ids))).tuples().all()
    )
    versions = {i: max((s[2] for s in sent[i]), default=current[i]) for i in ids}
    of = {version: i for i, version in versions.items()}
    lines: dict[int, list[ClaimLine]] = defaultdict(list)
    coverages: dict[int, list[Coverage]] = defaultdict(list)
    starts: dict[int, tuple[str, int]] = {}
    for row in connection.execute(
        select(
            claim_line.c.version_id,
            claim_line.c.number,
            claim_line.c.procedure,
            claim_line.c.charge,
            claim_line.c.modifiers,
            claim_line.c.patients,
        )
        .where(claim_line.c.version_id.in_(of))
        .order_by(claim_line.c.number)
    ):
        line = ClaimLine(row[1], row[2], row[3], tuple(row[4].split()), bool(row[5]))
        lines[of[row[0]]].append(line)
    for version, order, payer, member in connection.execute(
        select(coverage.c.version_id, coverage.c.payer_order, coverage.c.payer, coverage.c.member_id)
        .where(coverage.c.version_id.in_(of))
        .order_by(coverage.c.place)
    ):
        coverages[of[version]].append(Coverage(order, payer, member))
    v = claim_version.c
    for version, start, prepaid in connection.execute(
        select(v.id, v.service_from, v.prepaid_cents).where(v.id.in_(of))
    ):
        starts[of[version]] = (start, prepaid)
    answers = _answers(connection, ids)
    acts = _acts(connection, ids)
    found: dict[int, _Loaded] = {}
    for i in ids:
        start, prepaid = starts[i]
        done = acts.get(i, {})
        facts = ClaimFacts(
            charge=charges[i],
            opening=i in opening,
            service_from=date.fromisoformat(start) if start else None,
            lines=tuple(lines[i]),
            coverages=tuple(coverages[i]),
            billed={payer: date.fromisoformat(on) for _, payer, _, on in sent[i] if on},
            act_by=act_by.get(i, {}),
            answers=answers.get(i, ()),
            prepaid=prepaid if i in charges else 0,
            patient_paid=sum(done.get("patient_payment", {}).values()),
            written_off=done.get("write_off", {}),
            moved_to_patient=done.get("to_patient", {}),
            refunded=done.get("refund", {}),
            terms=terms,
        )
        found[i] = _Loaded(facts, [(number, payer) for number, payer, _, _ in sent[i]])
    return found


def _acts(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, dict[str, int]]]:
    """What people did, by claim, kind and payer."""
    found: dict[int, dict[str, dict[str, int]]] = {}
    query = (
        select(money_act.c.claim_id, money_act.c.kind, money_act.c.payer, func.sum(money_act.c.cents))
        .where(money_act.c.claim_id.in_(ids))
        .group_by(money_act.c.claim_id, money_act.c.kind, money_act.c.payer)
    )
    for claim_id, kind, payer, cents in connection.execute(query):
        found.setdefault(claim_id, {}).setdefault(kind, {})[payer] = int(cents)
    return found


def _answers(connection: Connection, ids: Sequence[int]) -> dict[int, list[Answer]]:
    rows = connection.execute(
        select(
            claim_payment.c.claim_id,
            claim_payment.c.id,
            remittance.c.payer,
            remittance.c.paid_on,
            remittance.c.trace,
            claim_payment.c.position,
            claim_payment.c.status,
            claim_payment.c.charge,
            claim_payment.c.paid,
            claim_payment.c.payer_claim_control_number,
            claim_payment.c.remarks,
            claim_payment.c.forwarded_to,
            claim_payment.c.matched_by,
        )
        .join(remittance, remittance.c.id == claim_payment.c.remittance_id)
        .where(claim_payment.c.claim_id.in_(ids))
    ).all()
    numbers = [r.id for r in rows]
    adjusted: dict[tuple[int, int], list[Adjustment]] = defaultdict(list)
    lines: dict[int, list[LineAnswer]] = defaultdict(list)
    for piece in bounded(numbers):
        a = line_adjustment.c
        for owner, place, group, carc, cents in connection.execute(
            select(a.claim_payment_id, a.position, a.group, a.carc, a.amount)
            .where(a.claim_payment_id.in_(piece))
            .order_by(a.id)
        ):
            adjusted[owner, place].append(Adjustment(group, carc, cents))
        p = payment_line.c
        for owner, place, line, procedure, modifiers, charge, paid, remarks in connection.execute(
            select(
                p.claim_payment_id, p.position, p.line, p.procedure, p.modifiers, p.charge, p.paid, p.remarks
            )
            .where(p.claim_payment_id.in_(piece))
            .order_by(p.claim_payment_id, p.position)
        ):
            lines[owner].append(
                LineAnswer(
                    line=line,
                    procedure=procedure,
                    modifiers=tuple(modifiers.split()),
                    charge=charge,
                    paid=paid,
                    adjustments=tuple(adjusted.get((owner, place), ())),
                    remarks=tuple(remarks.split()),
                )
            )
    for r in rows:
        if r.matched_by == matching.BY_PERSON:  # its stored lines are of another claim, or of none
            facts = stored_payments.facts_of(connection, r.id)
            placed = matching.place(connection, facts, r.claim_id).lines
            lines[r.id] = [replace(s, line=placed.get(n, 0)) for n, s in enumerate(lines[r.id], 1)]
    found: dict[int, list[Answer]] = defaultdict(list)
    for r in rows:
        found[r.claim_id].append(
            Answer(
                id=r.id,
                payer=r.payer,
                status=r.status,
                charge=r.charge,
                paid=r.paid,
                paid_on=date.fromisoformat(r.paid_on),
                trace=r.trace,
                position=r.position,
                payer_claim_control_number=r.payer_claim_control_number,
                adjustments=tuple(adjusted.get((r.id, 0), ())),
                lines=tuple(lines.get(r.id, ())),
                remarks=tuple(r.remarks.split()),
                forwarded_to=r.forwarded_to,
            )
        )
    return found


def _balances(connection: Connection, ids: Sequence[int]) -> dict[int, Counter[tuple[str, str]]]:
    found: dict[int, Counter[tuple[str, str]]] = {}
    query = (
        select(posting.c.claim_id, posting.c.account, posting.c.payer, func.sum(posting.c.cents))
        .where(posting.c.claim_id.in_(ids), posting.c.account.in_(DERIVED))
        .group_by(posting.c.claim_id, posting.c.account, posting.c.payer)
    )
    for claim_id, account, payer, cents in connection.execute(query):
        found.setdefault(claim_id, Counter())[account, payer] = int(cents)
    return found


def _move_submissions(connection: Connection, night: str, books: Mapping[int, Books]) -> None:
    """Each payer's submission takes the state that the payer's answers come to.

    A refused claim that is answered after all leaves the refused ones; where it was sent again
    meanwhile a person is told, since the payer may hold it twice.
    """
    states: dict[str, list[int]] = defaultdict(list)
    numbers: list[tuple[int, str]] = []
    unanswered: list[int] = []
    for b in books.values():
        newest = {payer: number for number, payer in b.submissions}
        for side in b.settlement.sides:
            number = newest.get(side.payer)
            if number is None or side.payer == ANOTHER_PAYER:
                continue
            if side.state in SUBMISSION_STATES:
                states[SUBMISSION_STATES[side.state]].append(number)
            else:
                unanswered.append(number)
            if side.payer_claim_control_number:
                numbers.append((number, side.payer_claim_control_number))
    newer = submission.alias("newer")
    sent_again = exists().where(
        newer.c.claim_id == submission.c.claim_id,
        newer.c.payer_order == submission.c.payer_order,
        newer.c.number > submission.c.number,
    )
    unsettled = or_(
        submission.c.state.not_in((*SETTLED_WITHOUT_PAYER, "held", "ready")),
        (submission.c.state == "rejected") & ~sent_again,
    )
    for piece in bounded([n for found in states.values() for n in found]):
        refused = select(submission.c.id).where(
            submission.c.id.in_(piece), submission.c.state == "rejected", sent_again
        )
        for twice in connection.execute(refused).scalars():
            alerts.add(
                connection,
                f"paid after refusal:{twice}",
                night,
                "PAY-REFUSED",
                f"submission {twice} was refused and sent again, and is answered by a remittance now",
                "ask the payer whether it holds the claim twice",
            )
    for state, found in states.items():
        for piece in bounded(found):
            submissions.move(
                connection, night, state, "the payer's answers", submission.c.id.in_(piece), unsettled
            )
    for piece in bounded(unanswered):
        answered = submission.c.id.in_(piece), submission.c.state.in_(ANSWERED)
        submissions.move(connection, night, "accepted", "no answer is left standing", *answered)
    if numbers:
        connection.execute(
            update(submission)
            .where(submission.c.id == bindparam("row"))
            .values(payer_claim_control_number=bindparam("its_number")),
            [{"row": i, "its_number": number} for i, number in numbers],
        )
