"""One claim's whole story: who owes what, what was sent, answered and posted, and the work that is open."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, text

from config.dollars import dollars
from edi.explain.words.payments import handled
from ledger.books import claim_books
from ledger.books.accounts import ADJUSTED
from ledger.encounters.encounters import WHOSE
from ledger.schema import (
    batch,
    claim,
    claim_payment,
    claim_version,
    encounter,
    entry,
    finding,
    inquiry,
    letter,
    money_act,
    posting,
    remittance,
    status_answer,
    submission,
    submission_event,
    work_item,
)
from ledger.sending.inquiries import listed
from ledger.storage.database import Ledger, bounded
from ledger.storage.unindexed import unindexed

RESTRICTED = "restricted"
"""The state of a claim of which nothing is billed: the patient paid for it and keeps it from every payer."""
VOIDED = "voided"
"""The state of a submission, and of its claim where nothing is left of it: a payer took it back for us."""


@dataclass(frozen=True, slots=True)
class PayerStanding:
    """A payer of a claim, in order. `waiting_until` is the day on which waiting for it becomes work."""

    payer: str
    order: str
    receivable_cents: int
    state: str
    waiting_until: date | None
    file_by: date | None
    payer_claim_control_number: str


@dataclass(frozen=True, slots=True)
class WorkStanding:
    """A piece of work about the claim. `owed`: it is a part of a payer's receivable."""

    id: int
    kind: str
    payer: str
    line: int
    reason: str
    cents: int
    owed: bool
    owner: str
    action: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class SubmissionStanding:
    id: int
    payer: str
    payer_order: str
    number: int
    frequency: str
    state: str
    version: int
    batch_id: int | None
    isa13: int | None
    sent_on: str
    payer_claim_control_number: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A finding that keeps the claim, or a newer version of its encounter, from going out."""

    edit_id: str
    line: int | None
    place: str
    detail: str


@dataclass(frozen=True, slots=True)
class PaymentStanding:
    """A claim payment of a remittance, as it came."""

    id: int
    remittance_id: int
    payer: str
    paid_on: str
    trace: str
    status: str
    charge_cents: int
    paid_cents: int
    payer_claim_control_number: str
    matched_by: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: when (business date), what, who or what caused it, and the evidence.

    `at` is the instant in UTC where one is kept."""

    on: str
    what: str
    who: str
    evidence: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStory:
    """A claim from its encounter to its last cent. Amounts in cents."""

    claim: int
    encounter: str
    practice: str
    patient_control_number: str
    state: str
    charge_cents: int
    restricted_cents: int
    payers: list[PayerStanding]
    patient_receivable_cents: int
    paid_cents: int
    adjusted_cents: int
    credit_cents: int
    work: list[WorkStanding]
    submissions: list[SubmissionStanding]
    holds: list[Hold]
    payments: list[PaymentStanding]
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in a list: what is owed for it and what is open. `state` is its newest submission's."""

    claim: int
    patient_control_number: str
    encounter: str
    practice: str
    payer: str
    state: str
    charge_cents: int
    receivable_cents: int
    patient_cents: int
    open_work: int


def find(ledger: Ledger, number: str) -> list[int]:
    """The claims that a number names: the patient control number, else the encounter's number or the id."""
    with ledger.read() as connection:
        exact = select(claim.c.id).where(claim.c.patient_control_number == number)
        found = list(connection.execute(exact).scalars())
        if not found:
            by_encounter = select(claim.c.id).where(claim.c.external_id == number).order_by(claim.c.id)
            found = list(connection.execute(by_encounter).scalars())
        if not found and number.isascii() and number.isdigit() and len(number) < 18:
            by_id = select(claim.c.id).where(claim.c.id == int(number))
            found = list(connection.execute(by_id).scalars())
        return found


def show(ledger: Ledger, claim_id: int) -> ClaimStory:
    """The story of a claim. Raises NoResultFound."""
    with ledger.read() as connection:
        row = connection.execute(
            select(claim, claim_version.c.charge_cents)
            .join(claim_version, claim_version.c.id == claim.c.version_id)
            .where(claim.c.id == claim_id)
        ).one()
        books = claim_books.settled(connection, [claim_id])[claim_id]
        balances = _balances(connection, [claim_id]).get(claim_id, {})
        submissions = _submissions(connection, claim_id)
        payments = _payments(connection, claim_id)
        work = _work(connection, claim_id)
        holds = _holds(connection, row)
        steps = _steps(connection, claim_id, submissions, payments)
    settlement = books.settlement
    newest = submissions[-1].state if submissions else RESTRICTED
    taken_back = newest == VOIDED and all(side.state == "not_due" for side in settlement.sides)
    payers = [
        PayerStanding(
            side.payer,
            side.order,
            balances.get(("receivable_payer", side.payer), 0),
            side.state,
            side.waiting_until,
            side.file_by,
            side.payer_claim_control_number,
        )
        for side in settlement.sides
        if side.payer
    ]
    restricted = -balances.get(("revenue", ""), 0)
    return ClaimStory(
        claim=claim_id,
        encounter=row.external_id,
        practice=row.practice,
        patient_control_number=row.patient_control_number,
        state=settlement.state if payments and not taken_back else newest,
        charge_cents=row.charge_cents + restricted,
        restricted_cents=restricted,
        payers=payers,
        patient_receivable_cents=_sum(balances, "receivable_patient"),
        paid_cents=_sum(balances, "cash"),
        adjusted_cents=_sum(balances, *ADJUSTED),
        credit_cents=-_sum(balances, "credit", "prepayment"),
        work=work,
        submissions=submissions,
        holds=holds,
        payments=payments,
        steps=steps,
    )


def _sum(balances: dict[tuple[str, str], int], *accounts: str) -> int:
    return sum(cents for (account, _), cents in balances.items() if account in accounts)


def _balances(connection: Connection, ids: list[int]) -> dict[int, dict[tuple[str, str], int]]:
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for piece in bounded(ids):
        query = (
            select(posting.c.claim_id, posting.c.account, posting.c.payer, func.sum(posting.c.cents))
            .where(posting.c.claim_id.in_(piece))
            .group_by(posting.c.claim_id, posting.c.account, posting.c.payer)
        )
        for owner, account, payer, cents in connection.execute(query):
            found[owner][account, payer] = int(cents)
    return found


def _submissions(connection: Connection, claim_id: int) -> list[SubmissionStanding]:
    s = submission.c
    query = (
        select(
            s.id,
            s.payer,
            s.payer_order,
            s.number,
            s.frequency,
            s.state,
            claim_version.c.number,
            s.batch_id,
            batch.c.isa13,
            batch.c.sent_on,
            s.payer_claim_control_number,
        )
        .join(claim_version, claim_version.c.id == s.version_id)
        .outerjoin(batch, batch.c.id == s.batch_id)
        .where(s.claim_id == claim_id)
        .order_by(s.id)
    )
    return [SubmissionStanding(*row) for row in connection.execute(query)]


def _payments(connection: Connection, claim_id: int) -> list[PaymentStanding]:
    p, r = claim_payment.c, remittance.c
    query = (
        select(
            p.id,
            r.id,
            r.payer,
            r.paid_on,
            r.trace,
            p.status,
            p.charge_cents,
            p.paid_cents,
            p.payer_claim_control_number,
            p.matched_by,
        )
        .join(remittance, r.id == p.remittance_id)
        .where(p.claim_id == claim_id)
        .order_by(r.paid_on, p.id)
    )
    return [PaymentStanding(*row) for row in connection.execute(query)]


def _work(connection: Connection, claim_id: int) -> list[WorkStanding]:
    w = work_item.c
    query = select(
        w.id, w.kind, w.payer, w.line, w.group, w.carc, w.cents, w.owed, w.owner, w.action, w.due_on, w.state
    ).where(w.claim_id == claim_id)
    return [
        WorkStanding(
            id=r.id,
            kind=r.kind,
            payer=r.payer,
            line=r.line,
            reason=" ".join(part for part in (r.group, r.carc) if part),
            cents=r.cents,
            owed=bool(r.owed),
            owner=r.owner,
            action=r.action,
            due=r.due_on,
            state=r.state,
        )
        for r in connection.execute(query.order_by(w.state, w.id))
    ]


def _holds(connection: Connection, of: Row[Any]) -> list[Hold]:
    query = (
        select(finding.c.edit_id, finding.c.line, finding.c.place, finding.c.detail)
        .join(encounter, encounter.c.id == finding.c.encounter_id)
        .where(unindexed(encounter.c.state) == "held", finding.c.severity == "hold")
        .where(*(encounter.c[name] == of._mapping[name] for name in WHOSE))
        .order_by(encounter.c.id, finding.c.id)
    )
    return [Hold(*row) for row in connection.execute(query)]


def _steps(
    connection: Connection,
    claim_id: int,
    submissions: list[SubmissionStanding],
    payments: list[PaymentStanding],
) -> list[Step]:
    steps: list[Step] = []
    versions = (
        select(
            claim_version.c.number,
            claim_version.c.business_on,
            claim_version.c.charge_cents,
            encounter.c.source,
            encounter.c.version,
        )
        .join(encounter, encounter.c.id == claim_version.c.encounter_id)
        .where(claim_version.c.claim_id == claim_id)
        .order_by(claim_version.c.number)
    )
    for v in connection.execute(versions):
        steps.append(
            Step(
                v.business_on,
                f"version {v.number}, {dollars(v.charge_cents)} charged",
                v.source,
                f"encounter version {v.version}",
            )
        )
    steps += _moves(connection, submissions)
    steps += _inquiries(connection, submissions)
    for p in payments:
        steps.append(
            Step(
                p.paid_on,
                f"answered by {p.payer}: {handled(p.status)}, {dollars(p.paid_cents)} paid",
                p.payer,
                f"remittance {p.remittance_id}, trace {p.trace}",
            )
        )
    acts = select(money_act).where(money_act.c.claim_id == claim_id).order_by(money_act.c.id)
    for a in connection.execute(acts):
        steps.append(Step(a.business_on, _words(a), a.actor, a.why))
    steps += _letters(connection, claim_id)
    posted = (
        select(entry.c.kind, entry.c.business_on, entry.c.id)
        .join(posting, posting.c.entry_id == entry.c.id)
        .where(posting.c.claim_id == claim_id)
        .group_by(entry.c.id, entry.c.kind, entry.c.business_on)
        .order_by(entry.c.id)
    )
    for e in connection.execute(posted):
        steps.append(Step(e.business_on, f"posted: {e.kind.replace('_', ' ')}", "ledger", f"entry {e.id}"))
    return sorted(steps, key=lambda step: step.on)


def _words(act: Row[Any]) -> str:
    """A person's act, with its amount where it moved one."""
    kind = act.kind.replace("_", " ")
    return f"{kind} {dollars(act.cents)}" if act.cents else str(kind)


def _letters(connection: Connection, claim_id: int) -> list[Step]:
    """Appeals and records: what was written, how it went, and what became of it."""
    query = select(letter).where(letter.c.claim_id == claim_id).order_by(letter.c.id)
    return [
        Step(
            row.business_on,
            f"{row.kind} {row.event}: {row.name}{f' by {row.channel}' if row.channel else ''}",
            row.actor or "ledger",
            f"work {row.work_item_id}: {row.why}",
        )
        for row in connection.execute(query)
    ]


def _moves(connection: Connection, submissions: list[SubmissionStanding]) -> list[Step]:
    """Each change of a submission's state."""
    known = {s.id: s for s in submissions}
    query = (
        select(submission_event)
        .where(submission_event.c.submission_id.in_(known))
        .order_by(submission_event.c.id)
    )
    return [
        Step(
            e.business_on,
            f"{known[e.submission_id].payer_order}{known[e.submission_id].number}"
            f" to {known[e.submission_id].payer}: {e.state.replace('_', ' ')}",
            e.actor or "ledger",
            e.reason,
            e.recorded_at,
        )
        for e in connection.execute(query)
    ]


_INQUIRY_WORDS = {
    "276": ("status wanted of", "asked for the claim's status", "not asked"),
    "275": ("records to go to", "sent records of the claim", "records not taken"),
}


def _inquiries(connection: Connection, submissions: list[SubmissionStanding]) -> list[Step]:
    """What payers were asked of the claim, and what they said."""
    known = {s.id: s for s in submissions}
    steps = []
    for one in listed(connection, inquiry.c.submission_id.in_(known)):
        file = f"inquiry {one.id}" + (f", batch {one.batch_id}, trace {one.trace}" if one.batch_id else "")
        wanted, sent, not_done = _INQUIRY_WORDS[one.kind]
        steps.append(Step(one.business_on, f"{wanted} {one.payer}: {one.why}", one.actor or "ledger", file))
        if one.sent_on:
            steps.append(Step(one.sent_on, f"{one.payer} {sent} ({one.kind})", "ledger", file))
        if one.kind == "275" and one.answered_on:
            steps.append(Step(one.answered_on, f"records taken for {one.payer} (999)", "ledger", file))
        if one.state in ("dropped", "refused"):
            why = one.dropped or f"the partner refused batch {one.batch_id}"
            steps.append(Step(one.sent_on or one.business_on, f"{not_done}: {why}", "ledger", file))
    a = status_answer.c
    for r in connection.execute(select(status_answer).where(a.submission_id.in_(known)).order_by(a.id)):
        payer = known[r.submission_id].payer
        money = f", {dollars(r.paid_cents)} paid" if r.paid_cents else ""
        check = f" by {r.check_number}" if r.check_number else ""
        what = f"{payer} says (277): {r.meaning.replace('_', ' ')} ({r.codes}){money}{check}"
        if r.control_number:
            documents = f"LOINC {r.asked}" if r.asked else r.codes
            by = f", by {r.due_on}" if r.due_on else ""
            what = f"{payer} asks for documents (277): {documents}{by}, under {r.control_number}"
        steps.append(Step(r.business_on, what, payer, f"response {r.response_id}"))
    return steps


def _listed(payer: str | None, state: str | None, after: int) -> Select[Any]:
    """Claims behind one, each with its newest submission. Those of a payer or in a state are read from the
    submissions, whose index begins behind the claim: of others nothing is looked at."""
    newer = submission.alias()
    of_one = payer is not None or state not in (None, RESTRICTED)
    number = submission.c.claim_id if of_one else claim.c.id
    query = select(
        claim.c.id,
        claim.c.patient_control_number,
        claim.c.external_id,
        claim.c.practice,
        func.coalesce(submission.c.payer, "").label("payer"),
        func.coalesce(submission.c.state, RESTRICTED).label("state"),
        claim_version.c.charge_cents,
    )
    if of_one:
        later = select(newer.c.id).where(newer.c.claim_id == submission.c.claim_id)
        query = query.select_from(submission).join(claim, claim.c.id == submission.c.claim_id)
        query = query.where(
            ~later.where(newer.c.id > submission.c.id).exists(), text("submission.claim_id > 0")
        )
    else:
        newest = select(func.max(newer.c.id)).where(newer.c.claim_id == claim.c.id).scalar_subquery()
        query = query.select_from(claim).outerjoin(submission, submission.c.id == newest)
    query = query.join(claim_version, claim_version.c.id == claim.c.version_id)
    if payer is not None:
        query = query.where(submission.c.payer == payer)
    if state == RESTRICTED:
        query = query.where(submission.c.id.is_(None))
    elif state is not None:
        query = query.where(submission.c.state == state)
    return query.where(number > after).order_by(number)


def page(
    ledger: Ledger,
    *,
    practices: Collection[str] | None = None,
    payer: str | None = None,
    state: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[ClaimRow]:
    """Claims by id, at most `limit` behind the claim `after`, with the newest submission of each; of these
    practices (None: of all)."""
    query = _listed(payer, state, after).limit(limit)
    if practices is not None:
        query = query.where(claim.c.practice.in_(sorted(practices)))
    with ledger.read() as connection:
        rows = connection.execute(query).all()
        ids = [row.id for row in rows]
        balances = _balances(connection, ids)
        open_work: dict[int, int] = {}
        for piece in bounded(ids):
            count = (
                select(work_item.c.claim_id, func.count())
                .where(work_item.c.claim_id.in_(piece), unindexed(work_item.c.state) == "open")
                .group_by(work_item.c.claim_id)
            )
            open_work.update(connection.execute(count).tuples().all())
    return [
        ClaimRow(
            row.id,
            row.patient_control_number,
            row.external_id,
            row.practice,
            row.payer,
            row.state,
            row.charge_cents - balances.get(row.id, {}).get(("revenue", ""), 0),
            _sum(balances.get(row.id, {}), "receivable_payer"),
            _sum(balances.get(row.id, {}), "receivable_patient"),
            open_work.get(row.id, 0),
        )
        for row in rows
    ]
