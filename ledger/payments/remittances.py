"""Posts an 835 transaction: whole, once, and to the cent, or queues it whole with the reason.

| what is known of it | what happens |
|---|---|
| the same payment with the same content | nothing, where it was posted or still cannot be |
| another content is posted under the same key | queued as `conflict` |
| it does not balance | queued as `unbalanced` with the difference |
| no practice is paid by that NPI or tax id | queued as `unknown_payee` |
| else | posted: a balanced entry for each claim and provider-level adjustment |

A payment whose claim is not certain goes to suspense, so that the file still balances. What a claim comes
to is derived from all its answers (`ledger.books.claim_books`); the difference to what is posted is posted.
"""

import gc
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy import Row as Found

from ledger.adjudication.facts import PREDETERMINATION, REVERSAL, Answer, LineAnswer
from ledger.books import acts, claim_books, work_items
from ledger.books.acts import Signature
from ledger.books.claim_books import Books, Known
from ledger.books.entries import Entry, write
from ledger.errors import ActRefused
from ledger.payments import provider_level
from ledger.payments.matching import Match, match
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts
from ledger.runs import settling
from ledger.runs.settling import Subject, is_settled
from ledger.schema import claim_payment, line_adjustment, payment_line, remittance
from ledger.storage.database import Ledger, Row, insert_many, ledger_of, new_ids
from ledger.trail import audit, written


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


@dataclass(frozen=True, slots=True)
class Kept:
    """A remittance as it came. `taken_up`: another one, posted, stands for it."""

    response_id: int
    trace: str
    paid_cents: int
    paid_on: str
    content: str
    state: str
    taken_up: bool

    def says(self, facts: RemittanceFacts) -> bool:
        """Whether these are the facts of it, whoever is known as payer and practice by now."""
        return (self.trace, self.paid_cents, self.paid_on, self.content) == (
            facts.trace,
            facts.amount,
            facts.paid_on,
            facts.content,
        )

    def is_of(self, facts: RemittanceFacts) -> bool:
        """Whether it is these facts, a part of them, or them posted after all."""
        content = self.content.partition(AGAIN)[0]
        return (self.trace, self.paid_on, content) == (facts.trace, facts.paid_on, facts.content)


def get(ledger: Ledger, remittance_id: int) -> Kept:
    """A remittance by its id. Raises NoResultFound."""
    names = ("response_id", "trace", "paid_cents", "paid_on", "content", "state")
    with ledger.read() as connection:
        row = connection.execute(
            select(*(remittance.c[n] for n in names)).where(remittance.c.id == remittance_id)
        ).one()
        stands_for = select(remittance.c.id).where(
            remittance.c.state == "posted", remittance.c.content == f"{row.content}{AGAIN}{remittance_id}"
        )
        return Kept(**row._mapping, taken_up=connection.execute(stands_for).first() is not None)


def originator_of(ledger: Ledger, payer: str) -> str:
    """TRN03 as the payer gave it last; "" where it never did."""
    query = select(remittance.c.originator).where(remittance.c.payer == payer, remittance.c.originator != "")
    with ledger.read() as connection:
        return connection.execute(query.order_by(remittance.c.id.desc()).limit(1)).scalar() or ""


def post(ledger: Ledger, night: str, facts: RemittanceFacts) -> Posted:
    """Posts or queues one remittance in one transaction. Done before: `known`, and nothing changes.

    Raises:
        DoesNotBalance: an entry does not sum to zero; nothing was posted.
    """
    with ledger.write() as connection:
        facts = _with_payee(connection, facts)
        earlier = connection.execute(
            select(
                remittance.c.id, remittance.c.key, remittance.c.content, remittance.c.state, dealt_with()
            ).where(
                remittance.c.payer == facts.payer,
                remittance.c.trace == facts.trace,
                remittance.c.originator == facts.originator,
            )
        ).all()
        posted = [row for row in earlier if row.state == "posted" and row.key == facts.key]
        same = [row for row in earlier if row.content.partition(AGAIN)[0] == facts.content]
        state = "posted"
        if facts.difference:
            state = "unbalanced"
        elif not facts.practice:
            state = "unknown_payee"
        elif posted:
            state = "conflict"
        if same and (state != "posted" or any(row.dealt_with or row.state == "posted" for row in same)):
            return Posted("known", next((row.id for row in same if row.state == "posted"), same[0].id))
        # what kept the same one from being posted is corrected: a row of its own, the first stays as it was
        content = f"{facts.content}{AGAIN}{same[0].id}" if same else facts.content
        remittance_id = _insert(connection, night, facts, content, state)
        if state != "posted":
            return Posted(state, remittance_id)
        return _post(connection, night, facts, remittance_id)


def release(
    connection: Connection, night: str, signature: Signature, number: int, facts: RemittanceFacts, part: int
) -> str:
    """Posts a remittance that is in conflict with another one after all: `part` 0 the whole of it, else the
    claim payment of that position, and the one behind the last the provider-level adjustments.

    It becomes a remittance of its own, under a key of its own. Raises ActRefused.
    """
    kept = _waiting(connection, number)
    if kept.state != "conflict":
        raise ActRefused(f"remittance {number} is {kept.state}; only a conflict can be released")
    facts = _with_payee(connection, facts)
    chosen = facts if part == 0 else part_of(facts, part)
    released = released_parts(connection, number, facts.content)
    if part in released or 0 in released or (part == 0 and released):
        raise ActRefused(f"of remittance {number} was released: part {', '.join(map(str, released))}")
    acts.record(
        connection,
        night,
        signature,
        "release",
        chosen.amount,
        remittance_id=number,
        payer=facts.payer,
        practice=facts.practice,
        reference=f"part {part}" if part else "",
    )
    name = f"{number}.{part}" if part else str(number)
    content = f"{facts.content}{AGAIN}{name}"
    made = _insert(connection, night, chosen, content, "posted", f"{facts.key}#{name}")
    done = _post(connection, night, chosen, made)
    if part == 0 or len(released) + 1 == parts(facts):
        settle(connection, number, night, signature, f"released as remittance {made}")
    what = f"part {part} of remittance {number}" if part else f"remittance {number}"
    return f"{what} is posted as remittance {made}: {done.claims} claims, {done.suspense} in suspense"


def refuse(connection: Connection, night: str, signature: Signature, number: int) -> str:
    """A remittance, or what was not released of it, is not to be posted. Raises ActRefused."""
    kept = _waiting(connection, number)
    acts.record(
        connection,
        night,
        signature,
        "refuse",
        kept.paid_cents,
        remittance_id=number,
        payer=kept.payer,
        practice=kept.practice,
    )
    settle(connection, number, night, signature, signature.why)
    return f"remittance {number} is refused; nothing of it is posted"


def settle(connection: Connection, number: int, night: str, signature: Signature, why: str) -> None:
    """Takes it out of quarantine."""
    subject = Subject("remittance", number)
    settling.say(ledger_of(connection), subject, night, signature.who, why, settled=True)


def parts(facts: RemittanceFacts) -> int:
    """How many parts there are to release: its claims, and its provider-level adjustments together."""
    return facts.claims + bool(facts.provider_adjustments)


def part_of(facts: RemittanceFacts, part: int) -> RemittanceFacts:
    """One part of a remittance, as one of its own. Raises ActRefused where there is none."""
    if not 1 <= part <= parts(facts):
        raise ActRefused(f"it has the parts 1 to {parts(facts)}")
    alone = replace(facts, payments=(), elsewhere=0, again=None)
    if part > facts.claims:
        return replace(alone, amount=-sum(a.cents for a in facts.provider_adjustments))
    paid = next(p for piece in facts.pieces() for p in piece.payments if p.position == part)
    return replace(alone, payments=(paid,), provider_adjustments=(), amount=paid.paid)


def released_parts(connection: Connection, number: int, content: str) -> list[int]:
    """The parts of a remittance that are released; 0: the whole of it."""
    begins = f"{content}{AGAIN}{number}"
    query = select(remittance.c.content).where(
        remittance.c.state == "posted", remittance.c.content.startswith(begins, autoescape=True)
    )
    ends = [found.removeprefix(begins) for found in connection.execute(query).scalars()]
    return sorted(int(end[1:] or 0) for end in ends if end[:1] in ("", "."))


def _waiting(connection: Connection, number: int) -> Found[Any]:
    found = connection.execute(
        select(
            *(remittance.c.state, remittance.c.paid_cents, remittance.c.payer, remittance.c.practice),
            dealt_with(),
        ).where(remittance.c.id == number)
    ).one_or_none()
    if found is None or found.state == "posted" or found.dealt_with:
        raise ActRefused(f"remittance {number} does not wait for a person; see `cleanclaim remittances list`")
    return found


def _with_payee(connection: Connection, facts: RemittanceFacts) -> RemittanceFacts:
    """A payee that several practices' tax id names is, for the remittance itself, that of most claims."""
    if facts.practice or not facts.same_tax_id:
        return facts
    found: Counter[str] = Counter()
    for piece in facts.pieces():
        found.update(one.match.practice for one in match(connection, piece) if one.match is not None)
    most = min(found, key=lambda practice: (-found[practice], practice), default="")
    return replace(facts, practice=most, by_tax_id=True)


def _insert(
    connection: Connection, night: str, facts: RemittanceFacts, content: str, state: str, key: str = ""
) -> int:
    """The row of a remittance; `key` where it is not the payment's own."""
    names = (
        "response_id",
        "payer",
        "payee",
        "practice",
        "trace",
        "originator",
        "paid_on",
        "method",
    )
    values = {name: getattr(facts, name) for name in names}
    values |= {
        "key": key or facts.key,
        "paid_cents": facts.amount,
        "difference_cents": facts.difference,
        "content": content,
        "state": state,
        "claims": facts.claims,
        "provider_level_cents": sum(a.cents for a in facts.provider_adjustments),
        "business_on": night,
    }
    made = connection.execute(remittance.insert().values(values).returning(remittance.c.id)).scalar_one()
    written.note(connection, remittance, [{**values, "id": int(made)}])
    what = f"{facts.claims} claims, {facts.amount} cents"
    audit.note(connection, night, f"remittance {state}", f"remittance {made}", what)
    return int(made)


def _post(connection: Connection, night: str, facts: RemittanceFacts, remittance_id: int) -> Posted:
    """Posts all of it in the caller's transaction, piece by piece, so that no more is in memory at once."""
    done = Posted("posted", remittance_id, claims=facts.claims)
    beside_claims = provider_level.post(connection, facts, remittance_id)
    chains: set[tuple[str, str]] = set()
    for number, piece in enumerate(facts.pieces()):
        _post_piece(connection, night, piece, remittance_id, number, done)
        chains |= provider_level.touched(connection, piece)
        if facts.again is not None:
            # nothing of it is kept in memory: neither what was noted, nor its statements, which lie in cycles
            written.seal(connection, night)
            gc.collect(0)
    write(connection, night, beside_claims)
    provider_level.sync_chains(connection, night, facts.payer, facts.practice, chains)
    return done


def _post_piece(
    connection: Connection, night: str, facts: RemittanceFacts, remittance_id: int, number: int, done: Posted
) -> None:
    found = [one.match for one in match(connection, facts)]
    first, answers = _keep_payments(connection, facts, remittance_id, found)
    entries: list[Entry] = []
    by_claim: dict[int, list[tuple[PaymentFacts, Match]]] = {}
    for p, m in zip(facts.payments, found, strict=True):
        if m is not None:
            by_claim.setdefault(m.claim_id, []).append((p, m))
        elif p.status != PREDETERMINATION:
            made = Entry("suspense", f"remit:{remittance_id}:{p.position}", remittance_id=remittance_id)
            made.add("cash", p.paid, payer=facts.payer, practice=facts.practice)
            made.add("suspense", -p.paid, payer=facts.payer, practice=facts.practice)
            entries.append(made)
            done.suspense += 1
    claims = {m.claim_id: m.claim for m in found if m is not None}
    books = claim_books.settled(connection, by_claim, Known(claims, remittance_id, first, answers))
    for claim_id, paid in by_claim.items():
        entries.append(_claim_entry(facts, remittance_id, number, books[claim_id], [p for p, _ in paid]))
        _between_practices(connection, night, facts, remittance_id, books[claim_id], entries[-1], paid)
    write(connection, night, entries)
    done.denials += claim_books.keep(connection, night, books, entries)


def _claim_entry(
    facts: RemittanceFacts, remittance_id: int, piece: int, books: Books, paid: Sequence[PaymentFacts]
) -> Entry:
    """What a piece of a remittance does to a claim: its cash, and what the claim comes to with it."""
    reverses = all(p.status == REVERSAL for p in paid)
    made = Entry(
        "reversal" if reverses else "payment",
        f"remit:{remittance_id}:claim:{books.claim_id}" + (f":{piece}" if piece else ""),
        remittance_id=remittance_id,
    )
    cash = sum(p.paid for p in paid if p.status != PREDETERMINATION)
    practice = books.practice if facts.by_tax_id else facts.practice
    made.add("cash", cash, claim_id=books.claim_id, payer=facts.payer, practice=practice)
    books.post_moves(made)
    return made


def _between_practices(
    connection: Connection,
    night: str,
    facts: RemittanceFacts,
    remittance_id: int,
    books: Books,
    made: Entry,
    paid: Sequence[tuple[PaymentFacts, Match]],
) -> None:
    """Money that a practice received for another one of its tax id: owed from the one to the other."""
    if books.practice == facts.practice or facts.by_tax_id:
        return
    cash = sum(p.paid for p, _ in paid if p.status != PREDETERMINATION)
    if not cash:
        return  # a denial: there is nothing to settle between them
    made.add("due_to", -cash, claim_id=books.claim_id, payer=facts.payer, practice=facts.practice)
    made.add("due_from", cash, claim_id=books.claim_id, payer=facts.payer, practice=books.practice)
    row = work_items.between_practices(
        remittance_id, books.claim_id, facts.payer, facts.practice, books.practice
    )
    work_items.open_item(connection, night, {**row, "cents": abs(cash)})


def _keep_payments(
    connection: Connection, facts: RemittanceFacts, remittance_id: int, found: Sequence[Match | None]
) -> tuple[int, dict[int, list[Answer]]]:
    """Writes the payments as they came; the least of their ids, and those that were matched as answers, by
    claim."""
    answers: dict[int, list[Answer]] = {}
    paid_on = date.fromisoformat(facts.paid_on)
    numbers = new_ids(connection, claim_payment, len(found))
    payments: list[Row] = []
    lines: list[Row] = []
    adjustments: list[Row] = []
    for number, p, m in zip(numbers, facts.payments, found, strict=True):
        if m is not None:
            answers.setdefault(m.claim_id, []).append(_answer(number, paid_on, facts, p, m))
        payments.append(
            {
                "id": number,
                "remittance_id": remittance_id,
                "position": p.position,
                "claim_id": m.claim_id if m else None,
                "submission_id": m.submission_id if m else None,
                "patient_control_number": p.patient_control_number,
                "payer_claim_control_number": p.payer_claim_control_number,
                "status": p.status,
                "charge_cents": p.charge,
                "paid_cents": p.paid,
                "patient_owes_cents": p.patient_owes,
                "remarks": p.remarks,
                "forwarded_to": p.forwarded_to,
                "member_id": p.member_id,
                "patient_name": p.patient_name,
                "service_from_on": p.service_from,
                "matched_by": m.by if m else "",
            }
        )
        for position, adjusted in (
            (0, p.adjustments),
            *((n, s.adjustments) for n, s in enumerate(p.lines, 1)),
        ):
            adjustments += [
                {
                    "claim_payment_id": number,
                    "position": position,
                    "group": a.group,
                    "carc": a.carc,
                    "cents": a.cents,
                }
                for a in adjusted
            ]
        lines += [
            {
                "claim_payment_id": number,
                "position": n,
                "line": m.lines.get(n, 0) if m else 0,
                "control_number": s.control_number,
                "procedure": s.procedure,
                "modifiers": s.modifiers,
                "adjudicated": s.adjudicated,
                "units": s.units,
                "submitted_units": s.submitted_units,
                "charge_cents": s.charge,
                "paid_cents": s.paid,
                "remarks": s.remarks,
            }
            for n, s in enumerate(p.lines, 1)
        ]
    for table, rows in ((claim_payment, payments), (payment_line, lines), (line_adjustment, adjustments)):
        insert_many(connection, table, rows)
        written.note(connection, table, rows)
    return min(numbers, default=0), answers


def _answer(number: int, paid_on: date, facts: RemittanceFacts, p: PaymentFacts, m: Match) -> Answer:
    """A payment as the books of its claim read it."""
    return Answer(
        id=number,
        payer=facts.payer,
        status=p.status,
        charge=p.charge,
        paid=p.paid,
        paid_on=paid_on,
        trace=facts.trace,
        position=p.position,
        payer_claim_control_number=p.payer_claim_control_number,
        adjustments=tuple(p.adjustments),
        lines=tuple(
            LineAnswer(
                line=m.lines.get(n, 0),
                procedure=s.procedure,
                modifiers=tuple(s.modifiers.split()),
                adjudicated=s.adjudicated,
                units=s.units,
                submitted_units=s.submitted_units,
                charge=s.charge,
                paid=s.paid,
                adjustments=tuple(s.adjustments),
                remarks=tuple(s.remarks.split()),
            )
            for n, s in enumerate(p.lines, 1)
        ),
        remarks=tuple(p.remarks.split()),
        forwarded_to=p.forwarded_to,
    )
