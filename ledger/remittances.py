"""Posts an 835 transaction: whole, once, and to the cent, or queues it whole with the reason.

| what is known of it | what happens |
|---|---|
| the same payment with the same content | nothing, where it was posted or still cannot be |
| the same payment is posted with other content | queued as `conflict` |
| it does not balance | queued as `unbalanced` with the difference |
| no practice is paid by that NPI or tax id | queued as `unknown_payee` |
| else | posted: a balanced entry for each claim and provider-level adjustment |

A claim that is not ours goes to suspense, so that the file still balances. A reversal posts the
negative of the payment it takes back and names it; without its correction the claim is work again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select, update

from ledger import alerts, audit, denials, written
from ledger.database import Ledger, Row, bounded, insert_many
from ledger.denials import Shortfall
from ledger.errors import DoesNotBalance
from ledger.matching import Match, Named, match
from ledger.placing import SETTLED_WITHOUT_PAYER
from ledger.reversals import REVERSAL, Original, entry_key, originals
from ledger.schema import claim_payment, entry, line_adjustment, posting, remittance, submission
from ledger.settling import is_settled


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentFacts:
    """One adjustment. `line` counts the payment's lines from 1, 0 is the claim. Cents."""

    line: int
    procedure: str
    group: str
    carc: str
    amount: int
    treatment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """One claim payment, judged: what it writes off, what the patient owes, what is work.

    `outcome` is the state it leads to: paid, part_paid, denied, pended or forwarded.
    """

    position: int
    named: Named
    status: str
    paid: int
    patient_owes: int
    write_off: int
    to_patient: int
    outcome: str
    remarks: str = ""
    adjustments: Sequence[AdjustmentFacts] = ()
    shortfalls: Sequence[Shortfall] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFacts:
    """One 835 transaction. `difference` is what it is out of balance by, in cents; 0 is balanced.

    `content` is a hash of its claims, adjustments and provider-level adjustments. `practice` is
    empty where the payee is not known. Provider-level adjustments: (reason, cents, reference).
    """

    response_id: int
    payer: str
    payee: str
    practice: str
    trace: str
    amount: int
    paid_on: str
    method: str
    content: str
    difference: int
    payments: Sequence[PaymentFacts]
    provider_adjustments: Sequence[tuple[str, int, str]] = ()


@dataclass(slots=True)
class Posted:
    """What became of a remittance: its state and id, and what was posted of it."""

    state: str
    remittance_id: int | None = None
    claims: int = 0
    suspense: int = 0
    denials: int = 0


AGAIN = ":"
"""Stands in `content` before the number of the remittance that this one, posted after all, stands for."""


def dealt_with() -> ColumnElement[bool]:
    """In a query over remittances: a person settled it, as posted elsewhere or not to be posted."""
    return is_settled("remittance", remittance.c.id).label("dealt_with")


@dataclass(slots=True)
class _Entry:
    kind: str
    key: str
    postings: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """A remittance as it came. `taken_up`: another one, posted, stands for it."""

    response_id: int
    trace: str
    amount: int
    paid_on: str
    content: str
    state: str
    taken_up: bool

    def says(self, facts: RemittanceFacts) -> bool:
        """Whether these are the facts of it, whoever is known as payer and practice by now."""
        return (self.trace, self.amount, self.paid_on, self.content) == (
            facts.trace,
            facts.amount,
            facts.paid_on,
            facts.content,
        )


def get(ledger: Ledger, remittance_id: int) -> Kept:
    """A remittance by its id. Raises NoResultFound."""
    names = ("response_id", "trace", "amount", "paid_on", "content", "state")
    with ledger.read() as connection:
        row = connection.execute(
            select(*(remittance.c[n] for n in names)).where(remittance.c.id == remittance_id)
        ).one()
        stands_for = select(remittance.c.id).where(
            remittance.c.state == "posted", remittance.c.content == f"{row.content}{AGAIN}{remittance_id}"
        )
        return Kept(**row._mapping, taken_up=connection.execute(stands_for).first() is not None)


def post(ledger: Ledger, night: str, facts: RemittanceFacts) -> Posted:
    """Posts or queues one remittance in one transaction. Done before: `known`, and nothing changes.

    Raises:
        DoesNotBalance: an entry does not sum to zero; nothing was posted.
    """
    with ledger.write() as connection:
        key = (
            (remittance.c.payer == facts.payer)
            & (remittance.c.payee == facts.payee)
            & (remittance.c.trace == facts.trace)
            & (remittance.c.amount == facts.amount)
            & (remittance.c.paid_on == facts.paid_on)
        )
        earlier = connection.execute(
            select(remittance.c.id, remittance.c.content, remittance.c.state, dealt_with()).where(key)
        ).all()
        posted = [row for row in earlier if row.state == "posted"]
        same = [row for row in earlier if row.content.partition(AGAIN)[0] == facts.content]
        state = "posted"
        if facts.difference:
            state = "unbalanced"
        elif not facts.practice:
            state = "unknown_payee"
        elif posted:
            state = "conflict"
        if same and (state != "posted" or any(row.dealt_with for row in same)):
            return Posted("known", next((row.id for row in same if row.state == "posted"), same[0].id))
        # what kept the same one from being posted is mended: a row of its own, the first stays as it was
        content = f"{facts.content}{AGAIN}{same[0].id}" if same else facts.content
        remittance_id = _insert(connection, night, replace(facts, content=content), state)
        if state != "posted":
            return Posted(state, remittance_id)
        return _post(connection, night, facts, remittance_id)


def _insert(connection: Connection, night: str, facts: RemittanceFacts, state: str) -> int:
    values = {
        name: getattr(facts, name)
        for name in (
            "response_id",
            "payer",
            "payee",
            "practice",
            "trace",
            "amount",
            "paid_on",
            "method",
            "content",
            "difference",
        )
    }
    values |= {
        "state": state,
        "claims": len(facts.payments),
        "provider_level": sum(cents for _, cents, _ in facts.provider_adjustments),
        "night": night,
    }
    made = connection.execute(remittance.insert().values(values).returning(remittance.c.id)).scalar_one()
    written.note(connection, remittance, [{**values, "id": int(made)}])
    what = f"{len(facts.payments)} claims, {facts.amount} cents"
    audit.note(connection, night, f"remittance {state}", f"remittance {made}", what)
    return int(made)


def _post(connection: Connection, night: str, facts: RemittanceFacts, remittance_id: int) -> Posted:
    done = Posted("posted", remittance_id, claims=len(facts.payments))
    matches = match(connection, facts.payer, [p.named for p in facts.payments])
    back = originals(
        connection,
        facts.payer,
        [
            (n, p.named.patient_control_number, m, p.named.charge, p.paid)
            for n, (p, m) in enumerate(zip(facts.payments, matches, strict=True))
            if p.status == REVERSAL
        ],
    )
    first = (connection.execute(select(func.max(claim_payment.c.id))).scalar() or 0) + 1
    ids = [first + n for n in range(len(facts.payments))]
    payments = [
        _payment_row(ids[n], remittance_id, p, m, back.get(n))
        for n, (p, m) in enumerate(zip(facts.payments, matches, strict=True))
    ]
    insert_many(connection, claim_payment, payments)
    written.note(connection, claim_payment, payments)
    adjustments: list[Row] = [
        {
            "claim_payment_id": i,
            "line": _line(m, a.line),
            "procedure": a.procedure,
            "group": a.group,
            "carc": a.carc,
            "amount": a.amount,
            "treatment": a.treatment,
        }
        for i, p, m in zip(ids, facts.payments, matches, strict=True)
        for a in p.adjustments
    ]
    insert_many(connection, line_adjustment, adjustments)
    written.note(connection, line_adjustment, adjustments)
    entries = [
        _claim_entry(remittance_id, facts, p, m, back.get(n))
        for n, (p, m) in enumerate(zip(facts.payments, matches, strict=True))
    ] + [
        _Entry(
            "provider_level",
            f"remit:{remittance_id}:plb:{n}",
            [
                _posting("cash", -cents, None, facts, reason),
                _posting("provider_level", cents, None, facts, reason),
            ],
        )
        for n, (reason, cents, _) in enumerate(facts.provider_adjustments, 1)
    ]
    write_entries(connection, night, remittance_id, entries)
    done.suspense = sum(m is None for m in matches)
    _move_submissions(connection, night, facts, matches)
    done.denials = _queue(connection, night, facts, ids, matches)
    for (reason, cents, reference), n in zip(facts.provider_adjustments, range(1, 10_000), strict=False):
        if reason == "WO" and cents > 0:
            alerts.add(
                connection,
                f"recoupment:{remittance_id}:{n}",
                night,
                "PLB-WO",
                f"remittance {remittance_id}: the payer recouped {cents / 100:,.2f} at provider level",
                "check it against the claim it names (payer's claim number)"
                if reference
                else "ask the payer why",
            )
    return done


def _payment_row(
    row_id: int, remittance_id: int, p: PaymentFacts, m: Match | None, back: Original | None
) -> Row:
    return {
        "id": row_id,
        "remittance_id": remittance_id,
        "position": p.position,
        "claim_id": m.claim_id if m else None,
        "submission_id": m.submission_id if m else None,
        "patient_control_number": p.named.patient_control_number,
        "payer_claim_control_number": p.named.payer_claim_control_number,
        "status": p.status,
        "charge": p.named.charge,
        "paid": p.paid,
        "patient_owes": p.patient_owes,
        "remarks": p.remarks,
        "matched_by": m.by if m else "",
        "reverses": back.id if back else None,
    }


def _line(m: Match | None, line: int) -> int:
    return 0 if m is None else m.lines.get(line, 0)


def _posting(
    account: str, cents: int, claim_id: int | None, facts: RemittanceFacts, reference: str = ""
) -> Row:
    return {
        "account": account,
        "cents": cents,
        "claim_id": claim_id,
        "payer": facts.payer,
        "practice": facts.practice,
        "reference": reference,
    }


def _claim_entry(
    remittance_id: int, facts: RemittanceFacts, p: PaymentFacts, m: Match | None, back: Original | None
) -> _Entry:
    kind = "suspense" if m is None else "reversal" if p.status == REVERSAL else "payment"
    made = _Entry(kind, entry_key(remittance_id, p.position))
    if back is not None:
        moves = [(account, -cents) for account, cents in back.moves]
    elif m is None:
        moves = [("cash", p.paid), ("suspense", -p.paid)]
    else:
        moves = [
            ("cash", p.paid),
            ("adjustment", p.write_off),
            ("receivable_patient", p.to_patient),
            ("receivable_payer", -(p.paid + p.write_off + p.to_patient)),
        ]
    claim_id = m.claim_id if m else None
    made.postings = [_posting(account, cents, claim_id, facts, kind) for account, cents in moves if cents]
    return made


def write_entries(
    connection: Connection, night: str, remittance_id: int | None, entries: Sequence[_Entry]
) -> None:
    """Writes entries with their postings; an entry that does not sum to zero stops everything.

    Raises:
        DoesNotBalance: one does not.
    """
    for made in entries:
        total = sum(row["cents"] for row in made.postings)
        if total:
            raise DoesNotBalance(f"entry {made.key} is off by {total} cents; nothing was posted")
    full = [made for made in entries if made.postings]
    rows = [{"kind": e.kind, "key": e.key, "remittance_id": remittance_id, "night": night} for e in full]
    insert_many(connection, entry, rows)
    numbers: dict[str, int] = {}
    for piece in bounded([e.key for e in full]):
        found = connection.execute(select(entry.c.key, entry.c.id).where(entry.c.key.in_(piece)))
        numbers.update((r.key, r.id) for r in found)
    postings = [{**row, "entry_id": numbers[e.key]} for e in full for row in e.postings]
    insert_many(connection, posting, postings)
    written.note(
        connection, entry, [{**row, "id": numbers[e.key]} for e, row in zip(full, rows, strict=True)]
    )
    written.note(connection, posting, postings)


def _move_submissions(
    connection: Connection, night: str, facts: RemittanceFacts, matches: Sequence[Match | None]
) -> None:
    """The last word in the file decides: a reversal before its correction leaves the correction's.

    A refused claim that is paid after all leaves the refused ones; where it was sent again
    meanwhile a person is told, since the payer may hold it twice.
    """
    states: dict[int, Row] = {}
    for p, m in zip(facts.payments, matches, strict=True):
        if m is None or m.submission_id is None:
            continue
        state = "accepted" if p.status == REVERSAL else p.outcome
        number = p.named.payer_claim_control_number
        states[m.submission_id] = {"row": m.submission_id, "becomes": state, "number": number}
    if not states:
        return
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
    for piece in bounded(list(states)):
        query = select(submission.c.id).where(
            submission.c.id.in_(piece), submission.c.state == "rejected", sent_again
        )
        for twice in connection.execute(query).scalars():
            alerts.add(
                connection,
                f"paid after refusal:{twice}",
                night,
                "PAY-REFUSED",
                f"submission {twice} was refused and sent again, and is answered by a remittance now",
                "ask the payer whether it holds the claim twice",
            )
    for becomes in dict.fromkeys(s["becomes"] for s in states.values()):
        for piece in bounded([s["row"] for s in states.values() if s["becomes"] == becomes]):
            connection.execute(
                update(submission).where(submission.c.id.in_(piece), unsettled).values(state=becomes)
            )
    numbered = [{"row": s["row"], "its_number": s["number"]} for s in states.values() if s["number"]]
    if numbered:
        connection.execute(
            update(submission)
            .where(submission.c.id == bindparam("row"))
            .values(payer_claim_control_number=bindparam("its_number")),
            numbered,
        )


def _queue(
    connection: Connection,
    night: str,
    facts: RemittanceFacts,
    ids: Sequence[int],
    matches: Sequence[Match | None],
) -> int:
    """Denials of this remittance; what an earlier decision left open is superseded by this one."""
    decided = {
        m.claim_id for p, m in zip(facts.payments, matches, strict=True) if m and p.outcome != "pended"
    }
    denials.supersede(connection, sorted(decided))
    rows: list[Row] = []
    taken_back: dict[int, tuple[int, PaymentFacts, Match]] = {}
    for i, p, m in zip(ids, facts.payments, matches, strict=True):
        if m is None:
            continue
        if p.status == REVERSAL:
            taken_back[m.claim_id] = (i, p, m)
            continue
        taken_back.pop(m.claim_id, None)
        rows += [denials.row(i, m, s, _line(m, s.line), night) for s in p.shortfalls]
    rows += [denials.takeback(i, m, -p.paid or abs(p.named.charge), night) for i, p, m in taken_back.values()]
    denials.add(connection, rows)
    return len(rows)
