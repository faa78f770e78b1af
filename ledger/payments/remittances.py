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
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select
from sqlalchemy import Row as Found

from ledger.adjudication.facts import PREDETERMINATION, REVERSAL, Answer
from ledger.books import acts, claim_books
from ledger.books.acts import Signature
from ledger.books.claim_books import Books, Known
from ledger.books.entries import Entry, write
from ledger.errors import ActRefused
from ledger.payments import between_practices, provider_level
from ledger.payments.ahead import NOTHING, Ahead, answer_of
from ledger.payments.apart import apart
from ledger.payments.matching import Match, match, match_each
from ledger.payments.provider_level import Chains
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts
from ledger.runs import settling
from ledger.runs.settling import Subject, is_settled
from ledger.schema import claim_payment, line_adjustment, payment_line, remittance
from ledger.storage.database import Ledger, Row, insert_many, ledger_of, new_ids
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
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


def post(ledger: Ledger, business_on: str, facts: RemittanceFacts) -> Posted:
    """Posts or queues one remittance in one transaction. Done before: `known`, and nothing changes.

    Raises:
        DoesNotBalance: an entry does not sum to zero; nothing was posted.
    """
    [done] = post_each(ledger, business_on, [facts])
    return done


def post_each(
    ledger: Ledger, business_on: str, several: Sequence[RemittanceFacts], ahead: Ahead = NOTHING
) -> list[Posted]:
    """Posts or queues remittances in one transaction, all or none, as `post` would one after another. What of
    them was found out `ahead`, and still holds, is not found out again; it serves once.

    Raises as `post` does.
    """
    with ledger.write() as connection:
        groups = apart(several)
        return [done for group in groups for done in _post_group(connection, business_on, group, ahead)]


def _post_group(
    connection: Connection, business_on: str, group: Sequence[RemittanceFacts], ahead: Ahead
) -> list[Posted]:
    group = [_with_payee(connection, facts) for facts in group]
    earlier = _earlier(connection, group)
    found = [_state(facts, earlier[facts.payer, facts.trace]) for facts in group]
    new = [(facts, *of) for facts, of in zip(group, found, strict=True) if not isinstance(of, Posted)]
    numbers = iter(_insert(connection, business_on, [(*of, of[0].key) for of in new]))
    done = [of if isinstance(of, Posted) else Posted(of[1], next(numbers)) for of in found]
    to_post = [one for one in zip(group, done, strict=True) if one[1].state == "posted"]
    _post(connection, business_on, to_post, ahead)
    return done


def _earlier(
    connection: Connection, group: Sequence[RemittanceFacts]
) -> dict[tuple[str, str], list[Found[Any]]]:
    """The remittances that are here under the payment numbers of these, by payer and TRN02."""
    traces: dict[str, list[str]] = {}
    for facts in group:
        traces.setdefault(facts.payer, []).append(facts.trace)
    found: dict[tuple[str, str], list[Found[Any]]] = defaultdict(list)
    for payer, of in traces.items():
        for row in connection.execute(*_under(payer, of)):
            found[payer, row.trace].append(row)
    return found


@stated
def _under(payer: Any, traces: Any) -> Select[tuple[Any, ...]]:
    r = remittance.c
    query = select(r.id, r.key, r.content, r.state, r.trace, r.originator, dealt_with())
    return query.where(r.payer == payer, one_of(r.trace, traces)).order_by(r.id)


def _state(facts: RemittanceFacts, earlier: Sequence[Found[Any]]) -> tuple[str, str] | Posted:
    """What becomes of a remittance: the content and state that it is kept with, or that it is known.

    What was entered by hand may lack TRN03: then its payer and TRN02 name it.
    """
    its = [
        row
        for row in earlier
        if row.originator == facts.originator or not (row.originator and facts.originator)
    ]
    posted = [row for row in its if row.state == "posted" and row.key == facts.key_under(row.originator)]
    same = [row for row in its if row.content.partition(AGAIN)[0] == facts.content]
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
    return f"{facts.content}{AGAIN}{same[0].id}" if same else facts.content, state


def release(
    connection: Connection,
    business_on: str,
    signature: Signature,
    number: int,
    facts: RemittanceFacts,
    part: int,
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
        business_on,
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
    [made] = _insert(connection, business_on, [(chosen, content, "posted", f"{facts.key}#{name}")])
    done = Posted("posted", made)
    _post(connection, business_on, [(chosen, done)])
    if part == 0 or len(released) + 1 == parts(facts):
        settle(connection, number, business_on, signature, f"released as remittance {made}")
    what = f"part {part} of remittance {number}" if part else f"remittance {number}"
    return f"{what} is posted as remittance {made}: {done.claims} claims, {done.suspense} in suspense"


def refuse(connection: Connection, business_on: str, signature: Signature, number: int) -> str:
    """A remittance, or what was not released of it, is not to be posted. Raises ActRefused."""
    kept = _waiting(connection, number)
    acts.record(
        connection,
        business_on,
        signature,
        "refuse",
        kept.paid_cents,
        remittance_id=number,
        payer=kept.payer,
        practice=kept.practice,
    )
    settle(connection, number, business_on, signature, signature.why)
    return f"remittance {number} is refused; nothing of it is posted"


def settle(connection: Connection, number: int, business_on: str, signature: Signature, why: str) -> None:
    """Takes it out of quarantine."""
    subject = Subject("remittance", number)
    settling.say(ledger_of(connection), subject, business_on, signature.who, why, settled=True)


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
    connection: Connection, business_on: str, several: Sequence[tuple[RemittanceFacts, str, str, str]]
) -> list[int]:
    """The rows of remittances with their content, state and key; their ids."""
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
    rows: list[Row] = []
    for number, (facts, content, state, key) in zip(
        new_ids(connection, remittance, len(several)), several, strict=True
    ):
        rows.append(
            {"id": number}
            | {name: getattr(facts, name) for name in names}
            | {
                "key": key,
                "paid_cents": facts.amount,
                "difference_cents": facts.difference,
                "content": content,
                "state": state,
                "claims": facts.claims,
                "provider_level_cents": sum(a.cents for a in facts.provider_adjustments),
                "business_on": business_on,
            }
        )
        what = f"{facts.claims} claims, {facts.amount} cents"
        audit.note(connection, business_on, f"remittance {state}", f"remittance {number}", what)
    insert_many(connection, remittance, rows)
    written.note(connection, remittance, rows)
    return [row["id"] for row in rows]


@dataclass(slots=True)
class _Piece:
    """Some claim payments of a remittance, the `number`th piece of it."""

    facts: RemittanceFacts
    number: int
    done: Posted

    @property
    def remittance_id(self) -> int:
        return _id(self.done)


def _post(
    connection: Connection,
    business_on: str,
    several: Sequence[tuple[RemittanceFacts, Posted]],
    ahead: Ahead = NOTHING,
) -> None:
    """Posts all of these in the caller's transaction: several small ones that are `apart` together, a large
    one piece by piece, so that no more is in memory at once."""
    beside_claims: list[Entry] = []
    for facts, done in several:
        done.claims = facts.claims
        beside_claims += provider_level.post(connection, facts, _id(done))
    chains: Chains = {}
    if len(several) == 1:
        _post_by_pieces(connection, business_on, *several[0], chains, ahead)
    elif several:
        _post_pieces(connection, business_on, [_Piece(facts, 0, done) for facts, done in several], ahead)
        provider_level.touch(connection, chains, [facts for facts, _ in several])
    write(connection, business_on, beside_claims)
    for (payer, practice), of in chains.items():
        provider_level.sync_chains(connection, business_on, payer, practice, of)


def _post_by_pieces(
    connection: Connection,
    business_on: str,
    facts: RemittanceFacts,
    done: Posted,
    chains: Chains,
    ahead: Ahead,
) -> None:
    for number, piece in enumerate(facts.pieces()):
        _post_pieces(connection, business_on, [_Piece(piece, number, done)], ahead)
        provider_level.touch(connection, chains, [piece])
        if facts.again is not None:
            # nothing of it is kept in memory: neither what was noted, nor its statements, which lie in cycles
            written.seal(connection, business_on)
            gc.collect(0)


def _id(done: Posted) -> int:
    assert done.remittance_id is not None
    return done.remittance_id


def _post_pieces(connection: Connection, business_on: str, pieces: Sequence[_Piece], ahead: Ahead) -> None:
    """Posts pieces of different remittances together."""
    payments = [(piece.facts, p) for piece in pieces for p in piece.facts.payments]
    standing = ahead.standing(connection, payments)
    others = iter(match_each(connection, [one for n, one in enumerate(payments) if n not in standing]))
    found = (standing.get(n) or next(others).match for n in range(len(payments)))
    matches = [[next(found) for _ in piece.facts.payments] for piece in pieces]
    if len(pieces) > 1 and _share_a_claim(matches):
        for piece in pieces:
            _post_pieces(connection, business_on, [piece], ahead)
        return
    first, answers = _keep_payments(connection, pieces, matches)
    paid = [_by_claim(piece, of) for piece, of in zip(pieces, matches, strict=True)]
    settled = ahead.settled(standing, answers)
    claims = {m.claim_id: m.claim for of in matches for m in of if m and m.claim_id not in settled}
    theirs = {claim_id: answers[claim_id] for claim_id in claims}
    known = Known(claims, [piece.remittance_id for piece in pieces], first, theirs)
    settled |= claim_books.settled(connection, claims, known)
    books = {claim_id: settled[claim_id] for by_claim in paid for claim_id in sorted(by_claim)}
    entries: list[Entry] = []
    between: list[tuple[int, str, str, str]] = []
    for piece, of, by_claim in zip(pieces, matches, paid, strict=True):
        for p, m in zip(piece.facts.payments, of, strict=True):
            if m is None and p.status != PREDETERMINATION:
                entries.append(_suspense_entry(piece, p))
                piece.done.suspense += 1
        for claim_id, those in by_claim.items():
            entries.append(_claim_entry(piece, books[claim_id], those))
            if between_practices.settle(piece.facts, books[claim_id], entries[-1], those):
                facts, practice = piece.facts, books[claim_id].practice
                between.append((claim_id, facts.payer, facts.practice, practice))
    write(connection, business_on, entries)
    for parties in dict.fromkeys(between):
        between_practices.follow(connection, business_on, *parties)
    opened = claim_books.keep(connection, business_on, books, entries)
    for piece, by_claim in zip(pieces, paid, strict=True):
        piece.done.denials += sum(opened[claim_id] for claim_id in by_claim)


def _by_claim(piece: _Piece, matches: Sequence[Match | None]) -> dict[int, list[PaymentFacts]]:
    found: dict[int, list[PaymentFacts]] = {}
    for p, m in zip(piece.facts.payments, matches, strict=True):
        if m is not None:
            found.setdefault(m.claim_id, []).append(p)
    return found


def _suspense_entry(piece: _Piece, p: PaymentFacts) -> Entry:
    """What a payment of no certain claim does."""
    facts, number = piece.facts, piece.remittance_id
    made = Entry("suspense", f"remit:{number}:{p.position}", remittance_id=number)
    made.add("cash", p.paid, payer=facts.payer, practice=facts.practice)
    made.add("suspense", -p.paid, payer=facts.payer, practice=facts.practice)
    return made


def _share_a_claim(matches: Sequence[Sequence[Match | None]]) -> bool:
    """Whether payments of two pieces are of one claim."""
    claims = [{m.claim_id for m in of if m is not None} for of in matches]
    return len(set().union(*claims)) < sum(map(len, claims))


def _claim_entry(piece: _Piece, books: Books, paid: Sequence[PaymentFacts]) -> Entry:
    """What a piece of a remittance does to a claim: its cash, and what the claim comes to with it."""
    facts = piece.facts
    reverses = all(p.status == REVERSAL for p in paid)
    made = Entry(
        "reversal" if reverses else "payment",
        f"remit:{piece.remittance_id}:claim:{books.claim_id}" + (f":{piece.number}" if piece.number else ""),
        remittance_id=piece.remittance_id,
    )
    cash = sum(p.paid for p in paid if p.status != PREDETERMINATION)
    practice = books.practice if facts.by_tax_id else facts.practice
    made.add("cash", cash, claim_id=books.claim_id, payer=facts.payer, practice=practice)
    books.post_moves(made)
    return made


def _keep_payments(
    connection: Connection, pieces: Sequence[_Piece], matches: Sequence[Sequence[Match | None]]
) -> tuple[int, dict[int, list[Answer]]]:
    """Writes the payments as they came; the least of their ids, and those that were matched as answers, by
    claim."""
    answers: dict[int, list[Answer]] = {}
    numbers = new_ids(connection, claim_payment, sum(map(len, matches)))
    payments: list[Row] = []
    lines: list[Row] = []
    adjustments: list[Row] = []
    left = iter(numbers)
    for piece, of in zip(pieces, matches, strict=True):
        facts = piece.facts
        paid_on = date.fromisoformat(facts.paid_on)
        for p, m in zip(facts.payments, of, strict=True):
            number = next(left)
            if m is not None:
                answers.setdefault(m.claim_id, []).append(answer_of(number, paid_on, facts, p, m))
            payments.append(_payment_row(number, piece.remittance_id, p, m))
            lines += _line_rows(number, p, m)
            adjustments += _adjustment_rows(number, p)
    for table, rows in ((claim_payment, payments), (payment_line, lines), (line_adjustment, adjustments)):
        insert_many(connection, table, rows)
        written.note(connection, table, rows)
    return min(numbers, default=0), answers


def _payment_row(number: int, remittance_id: int, p: PaymentFacts, m: Match | None) -> Row:
    return {
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
        "inpatient": p.inpatient,
        "outpatient": p.outpatient,
        "forwarded_to": p.forwarded_to,
        "unknown_drg": p.unknown_drg,
        "corrected_payer": p.corrected_payer,
        "corrected_patient": int(p.corrected_patient),
        "member_id": p.member_id,
        "patient_name": p.patient_name,
        "service_from_on": p.service_from,
        "matched_by": m.by if m else "",
    }


def _line_rows(number: int, p: PaymentFacts, m: Match | None) -> list[Row]:
    return [
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


def _adjustment_rows(number: int, p: PaymentFacts) -> list[Row]:
    """Those of the claim itself at position 0."""
    return [
        {
            "claim_payment_id": number,
            "position": n,
            "group": a.group,
            "carc": a.carc,
            "cents": a.cents,
            "quantity": a.quantity,
        }
        for n, adjusted in enumerate((p.adjustments, *(s.adjustments for s in p.lines)))
        for a in adjusted
    ]
