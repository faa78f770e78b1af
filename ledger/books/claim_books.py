"""The books of a claim: its balances, its submissions' states and its work, derived and brought up to date.

What is posted is the difference between what the answers left standing come to
(`ledger.adjudication`) and what is in the books, so that nothing that was posted is ever changed and
the order of the answers makes no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_args

from sqlalchemy import ColumnElement, Connection, Delete, Select, and_, delete, func, or_, select

from ledger.adjudication.coordination import TO_BILL
from ledger.adjudication.facts import (
    Adjustment,
    Answer,
    ClaimFacts,
    LineAnswer,
    Said,
)
from ledger.adjudication.payers import ANOTHER_PAYER
from ledger.adjudication.settlement import Account, Settlement, Side, settle
from ledger.adjudication.work import Work
from ledger.agreed import beneficiaries, contracts
from ledger.books import entries, guard, overdue, work_items
from ledger.books.entries import Entry, Posted
from ledger.encounters.placing import SETTLED_WITHOUT_PAYER
from ledger.payments import matching, stored_payments
from ledger.runs import alerts
from ledger.schema import (
    batch,
    claim,
    claim_payment,
    claim_waiting,
    inquiry,
    line_adjustment,
    money_act,
    payment_line,
    remittance,
    status_answer,
    submission,
)
from ledger.sending import billed, submissions
from ledger.sending.billed import BilledClaim, Sent
from ledger.sending.transitions import ANSWERS
from ledger.storage.database import Row, insert_many, ledger_of, put_texts
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

DERIVED = frozenset(get_args(Account))
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
    "predetermined": "predetermined",
}
Move = tuple[str, str, int]  # account, payer, cents


@dataclass(slots=True)
class Known:
    """What the caller's transaction knows of claims already, so that it is not read back: the claims, and the
    answers of remittances that it has just written, `first` the least id of these payments."""

    claims: Mapping[int, BilledClaim]
    remittances: Collection[int]
    first: int
    answers: Mapping[int, Sequence[Answer]]


@dataclass(slots=True)
class Books:
    """A claim with what it comes to now; `moves` bring its accounts there from what was `posted`."""

    claim: BilledClaim
    facts: ClaimFacts
    settlement: Settlement
    posted: Posted
    moves: list[Move]

    @property
    def claim_id(self) -> int:
        return self.claim.id

    @property
    def practice(self) -> str:
        return self.claim.practice

    def post_moves(self, made: Entry) -> None:
        """Adds the postings that are missing to an entry."""
        for account, payer, cents in self.moves:
            made.add(account, cents, claim_id=self.claim_id, payer=payer, practice=self.practice)


def settled(connection: Connection, claim_ids: Iterable[int], known: Known | None = None) -> dict[int, Books]:
    """What these claims come to, with the postings that are missing. Writes nothing."""
    found: dict[int, Books] = {}
    for claim_id, of in sorted(_load(connection, set(claim_ids), known).items()):
        made = settle(of.facts)
        wanted: dict[tuple[str, str], int] = {}
        for (account, payer), cents in made.balances.items():
            wanted[account, payer] = cents
        for (name, payer, _), cents in of.posted.items():
            if name in DERIVED:
                wanted[name, payer] = wanted.get((name, payer), 0) - cents
        moves = [(account, payer, cents) for (account, payer), cents in sorted(wanted.items()) if cents]
        found[claim_id] = Books(of.claim, of.facts, made, of.posted, moves)
    return found


def keep(
    connection: Connection, business_on: str, books: Mapping[int, Books], made: Sequence[Entry]
) -> Counter[int]:
    """Brings submissions and work to what the books say, once the entries `made` are posted. How many pieces
    of work are new, by claim."""
    _move_submissions(connection, business_on, books)
    newest: dict[tuple[int, str], int] = {}
    work: dict[int, list[Work]] = {}
    waits: list[Row] = []
    for i, b in books.items():
        for one in b.claim.sent:
            newest[i, one.payer] = one.id
        work[i] = work_of(b, business_on)
        waits += waiting_rows(i, b.practice, b.settlement.sides, business_on)
    practices = {i: b.practice for i, b in books.items()}
    paid = {i: b.settlement.paid for i, b in books.items()}
    again = {(row["claim_id"], row["payer"]) for row in waits if row["cents"]}
    opened = work_items.sync(connection, business_on, work, practices, newest, paid, again)
    keep_waiting(connection, books, waits)
    posted = {i: b.posted for i, b in books.items()}
    entries.add(posted, made)
    guard.check(connection, business_on, practices, posted)
    return opened


def work_of(of: Books, business_on: str) -> list[Work]:
    """The work that a claim's books come to on a business date: a wait that is over is work."""
    late = [side for side in of.settlement.sides if _is_over(side, business_on)]
    return [*of.settlement.work, *overdue.work_of(late, of.facts)]


def _is_over(side: Side, business_on: str) -> bool:
    until = side.waiting_until
    return side.waiting > 0 and until is not None and until.isoformat() < business_on


def waiting_rows(claim_id: int, practice: str, sides: Iterable[Side], today: str) -> list[Row]:
    """What waits for each payer, until the first of the days that are known. A payer that is to be billed
    stands here even where nothing waits for it, or its wait is work: the run that bills it looks nowhere
    else."""
    found: dict[str, Row] = {}
    for side in sides:
        waiting = 0 if _is_over(side, today) else side.waiting
        if not waiting and side.state != TO_BILL:
            continue
        until = side.waiting_until.isoformat() if waiting and side.waiting_until else ""
        row = found.setdefault(side.payer, waiting_row(claim_id, side.payer, practice, 0, until, side.state))
        row["cents"] += waiting
        row["until_on"] = min((day for day in (row["until_on"], until) if day), default="")
    return list(found.values())


def waiting_row(claim_id: int, payer: str, practice: str, cents: int, until: str, state: str) -> Row:
    return {
        "claim_id": claim_id,
        "payer": payer,
        "practice": practice,
        "cents": cents,
        "until_on": until,
        "state": state,
    }


def keep_waiting(connection: Connection, claim_ids: Collection[int], rows: Sequence[Row]) -> None:
    """What waits for payers of these claims is this, and nothing else."""
    connection.execute(*_no_more(list(claim_ids)))
    insert_many(connection, claim_waiting, rows)


@stated
def _no_more(claim_ids: Any) -> Delete:
    return delete(claim_waiting).where(one_of(claim_waiting.c.claim_id, claim_ids))


def over(connection: Connection, business_on: str) -> list[int]:
    """The claims with a wait that is over on this business date, and is not work yet."""
    query = select(claim_waiting.c.claim_id).where(claim_waiting.c.until_on < business_on)
    return sorted(set(connection.execute(query).scalars()))


def facts(connection: Connection, claim_ids: Collection[int]) -> dict[int, ClaimFacts]:
    """Everything that the settlements of these claims depend on."""
    return {claim_id: loaded.facts for claim_id, loaded in _load(connection, claim_ids).items()}


@dataclass(slots=True)
class _Loaded:
    claim: BilledClaim
    posted: Posted
    facts: ClaimFacts


def _load(connection: Connection, ids: Collection[int], known: Known | None = None) -> dict[int, _Loaded]:
    """Claims with their postings and facts."""
    terms = ledger_of(connection).terms
    claims = known.claims if known is not None else billed.load(connection, ids)
    posted = entries.posted(connection, ids)
    desk = entries.taken_at_desk(connection, posted)
    answers = _answers(connection, ids, known)
    acts = _acts(connection, ids)
    said, asked = _statuses(connection, claims)
    rates = contracts.rates_for(connection, claims) if answers else None
    days = {i: claims[i].billed.service_from for i in answers}
    protected = beneficiaries.standing(connection, days) if answers else set()
    found: dict[int, _Loaded] = {}
    for i in ids:
        one = claims[i]
        version = one.billed
        of = acts.get(i, _NO_ACTS)
        done = of.by_kind
        charge, restricted, opening = 0, 0, False
        for (account, payer, _), cents in posted[i].items():
            if account == "revenue" and not payer:  # no payer is asked for it
                restricted -= cents
            elif account in ("revenue", "opening"):
                charge -= cents
                opening |= account == "opening"
        facts = ClaimFacts(
            charge=charge,
            restricted=restricted,
            opening=opening,
            service_from=date.fromisoformat(version.service_from) if version.service_from else None,
            service_to=date.fromisoformat(version.service_to) if version.service_to else None,
            lines=tuple(version.lines),
            coverages=tuple(version.coverages),
            qmb=i in protected,
            void=one.void,
            billed={(s.order, s.payer): date.fromisoformat(s.on) for s in one.sent if s.on},
            reported={(s.order, s.payer): s.reported for s in one.sent},
            act_by={sent.payer: date.fromisoformat(sent.act_by) for sent in one.sent if sent.act_by},
            said=said.get(i, {}),
            asked=asked.get(i, {}),
            answers=answers.get(i, ()),
            prepaid=desk.get(i, 0),
            patient_paid=sum(done.get("patient_payment", {}).values()),
            written_off=done.get("write_off", {}),
            bad_debt=sum(done.get("bad_debt", {}).values()),
            moved_to_patient=done.get("to_patient", {}),
            moved_lines=of.lines,
            refunded=done.get("refund", {}),
            accepted=of.accepted,
            terms=terms,
            practice=one.practice,
            drg=version.drg,
            rates=rates,
        )
        found[i] = _Loaded(one, posted[i], facts)
    return found


def _is_awaited(sent: Sent, answers: Sequence[Answer]) -> bool:
    """Whether it is a replacement or a void that no answer came to: what was paid on the claim before it
    stands."""
    return bool(sent.replaces) and not any(
        a.payer == sent.payer and a.paid_on.isoformat() >= sent.on for a in answers
    )


def _statuses(
    connection: Connection, claims: Mapping[int, BilledClaim]
) -> tuple[dict[int, dict[str, Said]], dict[int, dict[str, date]]]:
    """What payers said last of the newest claim that they were sent, and when they were asked of it where
    they did not answer yet, by claim and payer."""
    newest = {(claim_id, sent.payer): sent.id for claim_id, one in claims.items() for sent in one.sent}
    whose = {number: key for key, number in newest.items()}
    said: dict[int, dict[str, Said]] = {}
    asked: dict[int, dict[str, date]] = {}
    for r in connection.execute(*_status_answers(list(whose))).all():
        claim_id, payer = whose[r.submission_id]
        said.setdefault(claim_id, {})[payer] = Said(
            r.meaning,
            date.fromisoformat(r.business_on),
            r.codes,
            r.paid_cents,
            date.fromisoformat(r.paid_on) if r.paid_on else None,
            r.check_number,
        )
    for r in connection.execute(*_open_inquiries(list(whose))).all():
        claim_id, payer = whose[r.submission_id]
        asked.setdefault(claim_id, {})[payer] = date.fromisoformat(r.business_on)
    return said, asked


@stated
def _status_answers(submissions: Any) -> Select[tuple[Any, ...]]:
    a = status_answer.c
    return select(status_answer).where(one_of(a.submission_id, submissions)).order_by(a.id)


@stated
def _open_inquiries(submissions: Any) -> Select[tuple[Any, ...]]:
    q = inquiry.c
    return (
        select(q.submission_id, q.business_on)
        .outerjoin(batch, batch.c.id == q.batch_id)
        .where(one_of(q.submission_id, submissions), q.kind == "276")
        .where(q.answered_on.is_(None), q.dropped == "")
        .where(func.coalesce(batch.c.state, "") != "rejected")
        .order_by(q.id)
    )


@dataclass(slots=True)
class _Acts:
    """What people did about a claim, in cents: by kind and payer; about certain `lines`, what they moved to
    the patient or wrote off, by payer and line; and what they `accepted` as a price, where line 0 is all."""

    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    lines: dict[tuple[str, int], int] = field(default_factory=dict)
    accepted: dict[tuple[str, int], int] = field(default_factory=dict)


_NO_ACTS = _Acts()
_OF_LINES = ("to_patient", "write_off")
_ACCEPTED = "accept_price"


def _acts(connection: Connection, ids: Collection[int]) -> dict[int, _Acts]:
    """What people did, by claim."""
    found: dict[int, _Acts] = {}
    for claim_id, kind, payer, line, cents in connection.execute(*_done(list(ids))):
        of = found.setdefault(claim_id, _Acts())
        by_payer = of.by_kind.setdefault(kind, {})
        by_payer[payer] = by_payer.get(payer, 0) + int(cents)
        if kind == _ACCEPTED:
            of.accepted[payer, line] = int(cents)
        elif kind in _OF_LINES and line >= 1:
            of.lines[payer, line] = of.lines.get((payer, line), 0) + int(cents)
    return found


@stated
def _done(claim_ids: Any) -> Select[tuple[Any, ...]]:
    a = money_act.c
    return (
        select(a.claim_id, a.kind, a.payer, a.line, func.sum(a.cents))
        .where(one_of(a.claim_id, claim_ids))
        .group_by(a.claim_id, a.kind, a.payer, a.line)
    )


def _answers(connection: Connection, ids: Collection[int], known: Known | None) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = defaultdict(list)
    if known is None:
        query = _payments(list(ids))
    else:
        query = _other_payments(list(ids), list(known.remittances), known.first)
        found.update((i, list(answers)) for i, answers in known.answers.items())
    rows = connection.execute(*query).all()
    if not rows:
        return found
    adjusted, lines = _answered_lines(connection, [r.id for r in rows])
    for r in rows:
        if r.matched_by == matching.BY_PERSON:  # its stored lines are of another claim, or of none
            facts = stored_payments.facts_of(connection, r.id)
            placed = matching.place(connection, facts, r.claim_id).lines
            lines[r.id] = [replace(s, line=placed.get(n, 0)) for n, s in enumerate(lines[r.id], 1)]
        found[r.claim_id].append(
            Answer(
                id=r.id,
                payer=r.payer,
                status=r.status,
                charge=r.charge_cents,
                paid=r.paid_cents,
                paid_on=date.fromisoformat(r.paid_on),
                trace=r.trace,
                position=r.position,
                payer_claim_control_number=r.payer_claim_control_number,
                adjustments=tuple(adjusted.get((r.id, 0), ())),
                lines=tuple(lines.get(r.id, ())),
                remarks=tuple(r.remarks.split()),
                inpatient=r.inpatient,
                outpatient=r.outpatient,
                forwarded_to=r.forwarded_to,
                unknown_drg=r.unknown_drg,
                corrected_payer=r.corrected_payer,
                corrected_patient=bool(r.corrected_patient),
            )
        )
    return found


def _payments_of(claim_ids: Any) -> Select[tuple[Any, ...]]:
    p, r = claim_payment.c, remittance.c
    return (
        select(
            *(p.claim_id, p.id, r.payer, r.paid_on, r.trace, p.position, p.status),
            *(p.charge_cents, p.paid_cents, p.payer_claim_control_number, p.remarks),
            *(p.inpatient, p.outpatient, p.forwarded_to, p.unknown_drg),
            *(p.corrected_payer, p.corrected_patient, p.matched_by),
        )
        .join(remittance, r.id == p.remittance_id)
        .where(one_of(p.claim_id, claim_ids))
    )


_payments = stated(_payments_of)


@stated
def _other_payments(claim_ids: Any, remittances: Any, first: Any) -> Select[tuple[Any, ...]]:
    p = claim_payment.c
    return _payments_of(claim_ids).where(~and_(one_of(p.remittance_id, remittances), p.id >= first))


def _answered_lines(
    connection: Connection, payments: Sequence[int]
) -> tuple[dict[tuple[int, int], list[Adjustment]], dict[int, list[LineAnswer]]]:
    """Of claim payments their adjustments by line, 0 the claim, and their lines."""
    adjusted: dict[tuple[int, int], list[Adjustment]] = defaultdict(list)
    lines: dict[int, list[LineAnswer]] = defaultdict(list)
    a, p = line_adjustment.c, payment_line.c
    for owner, place, group, carc, cents, quantity in connection.execute(
        select(a.claim_payment_id, a.position, a.group, a.carc, a.cents, a.quantity)
        .where(one_of(a.claim_payment_id, payments))
        .order_by(a.id)
    ).all():
        adjusted[owner, place].append(Adjustment(group, carc, cents, quantity))
    for owner, place, line, procedure, modifiers, charge, paid, remarks, *more in connection.execute(
        select(
            p.claim_payment_id,
            p.position,
            p.line,
            p.procedure,
            p.modifiers,
            p.charge_cents,
            p.paid_cents,
            p.remarks,
            *(p.adjudicated, p.units, p.submitted_units, p.control_number),
        )
        .where(one_of(p.claim_payment_id, payments))
        .order_by(p.claim_payment_id, p.position)
    ).all():
        lines[owner].append(
            LineAnswer(
                line=line,
                procedure=procedure,
                modifiers=tuple(modifiers.split()),
                charge=charge,
                paid=paid,
                adjustments=tuple(adjusted.get((owner, place), ())),
                remarks=tuple(remarks.split()),
                adjudicated=more[0],
                units=more[1],
                submitted_units=more[2],
                named=bool(more[3]),
            )
        )
    return adjusted, lines


def _move_submissions(connection: Connection, business_on: str, books: Mapping[int, Books]) -> None:
    """Each payer's submission takes the state that the payer's answers come to.

    A refused claim that is answered after all leaves the refused ones; where it was sent again
    meanwhile it is an alert, since the payer may have it twice.
    """
    states: dict[str, list[int]] = defaultdict(list)
    numbers: list[tuple[int, str]] = []
    unanswered: list[int] = []
    for b in books.values():
        newest = {(one.order, one.payer): one for one in b.claim.sent}
        for side in b.settlement.sides:
            one = newest.get((side.order, side.payer))
            if one is None or _is_awaited(one, b.facts.answers) or side.payer == ANOTHER_PAYER:
                continue
            if b.facts.void and not side.paid:
                states["voided"].append(one.id)
            elif side.state in SUBMISSION_STATES:
                states[SUBMISSION_STATES[side.state]].append(one.id)
            else:
                unanswered.append(one.id)
            if side.payer_claim_control_number not in ("", one.payer_claim_control_number):
                numbers.append((one.id, side.payer_claim_control_number))
    moved = [number for found in states.values() for number in found]
    for twice, payer, practice in connection.execute(*_sent_again(moved)).all():
        alerts.add(
            connection,
            f"paid after refusal:{twice}",
            business_on,
            "PAY-REFUSED",
            f"submission {twice} was refused and sent again, and is answered by a remittance now",
            "ask the payer whether it holds the claim twice",
            practice=practice,
            payer=payer,
        )
    for state, found in states.items():
        reason = "the payer's answers"
        submissions.move_those(connection, business_on, state, reason, found, _unsettled)
    if unanswered:
        reason = "no answer is left standing"
        submissions.move_those(connection, business_on, "accepted", reason, unanswered, _answered)
    put_texts(connection, submission, ["payer_claim_control_number"], numbers)


def _unsettled() -> ColumnElement[bool]:
    """Of a submission: whether a payer's answers say how it stands."""
    return or_(
        submission.c.state.not_in((*SETTLED_WITHOUT_PAYER, "held", "ready")),
        (submission.c.state == "rejected") & ~submissions.has_successor(),
    )


def _answered() -> ColumnElement[bool]:
    return submission.c.state.in_(ANSWERS)


@stated
def _sent_again(submissions_: Any) -> Select[tuple[int, str, str]]:
    """Of these submissions those that were refused and have a newer one."""
    s = submission.c
    return (
        select(s.id, s.payer, claim.c.practice)
        .join(claim, claim.c.id == s.claim_id)
        .where(one_of(s.id, submissions_), s.state == "rejected", submissions.has_successor())
    )
