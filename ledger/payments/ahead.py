"""What payments come to, found out before their turn to be posted.

Several processes read remittances side by side and post them in turn. Most of what a posting computes goes by
what the ledger says of its claims, and most claims are spoken of by one payment alone: so their claims are
found and settled beside the others. In its turn a posting asks what was said of these claims meanwhile, and
takes what still holds; the rest it finds anew. It comes to the same either way.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select

from ledger.adjudication.facts import REVERSAL, Answer, LineAnswer
from ledger.books import claim_books
from ledger.books.claim_books import Books, Known
from ledger.payments.matching import Match, Paid, match_each
from ledger.payments.remittance_facts import PaymentFacts, RemittanceFacts
from ledger.schema import (
    answer,
    claim_payment,
    claim_version,
    money_act,
    posting,
    status_answer,
    submission,
    submission_event,
)
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated

Key = tuple[str, str, int]
"""A payment: what names its remittance, the hash of that one's content, and its place there."""

BY_CLAIM = (claim_payment, posting, submission_event)
"""What a posting writes of a claim."""
OF_ALL = (answer, status_answer, money_act, claim_version, submission)
"""What else a settlement goes by. A step that posts writes hardly any of it: it is asked of all claims."""


@dataclass(slots=True)
class Ahead:
    """Payments with the claims that they were found to be of, and what these come to, as the ledger said when
    `newest` were the newest rows of the tables that it goes by."""

    newest: tuple[int, ...] = ()
    matches: dict[Key, Match] = field(default_factory=dict)
    books: dict[int, Books] = field(default_factory=dict)
    answers: dict[int, list[Answer]] = field(default_factory=dict)

    def standing(self, connection: Connection, paid: Sequence[Paid]) -> dict[int, Match]:
        """The claims that still hold, by the place of the payment in `paid`."""
        found = {n: m for n, one in enumerate(paid) if (m := self.matches.get(key_of(*one))) is not None}
        if not found:
            return {}
        newest = _newest(connection)
        if newest[len(BY_CLAIM) :] != self.newest[len(BY_CLAIM) :]:
            return {}
        claims = list({m.claim_id for m in found.values()})
        spoken_of: set[int] = set()
        for query, last in zip(_SINCE, self.newest, strict=False):
            spoken_of |= set(connection.execute(*query(claims, last)).scalars())
        return {n: m for n, m in found.items() if m.claim_id not in spoken_of}

    def settled(self, standing: Mapping[int, Match], answers: Mapping[int, list[Answer]]) -> dict[int, Books]:
        """What those claims come to of which no more than was foreseen is answered: `answers` are what is
        posted, by claim, with the ids that they have now."""
        found: dict[int, Books] = {}
        for claim_id in {m.claim_id for m in standing.values()}:
            foreseen, now = self.answers[claim_id], answers[claim_id]
            if list(map(_place, foreseen)) == list(map(_place, now)):
                found[claim_id] = _with_ids(self.books[claim_id], foreseen, now)
        return found


NOTHING = Ahead()


def look_ahead(ledger: Ledger, several: Sequence[RemittanceFacts]) -> Ahead:
    """What remittances come to that are not posted yet. Left out is what other payments of them may decide:
    money that is taken back, claims that several of them pay or that only the payer's number names, and those
    that are too large to be kept. Writes nothing."""
    paid = [(facts, p) for facts in several if _is_plain(facts) for p in facts.payments]
    if not paid:
        return NOTHING
    with ledger.read() as connection:
        newest = _newest(connection)
        by_claim: dict[int, list[tuple[RemittanceFacts, PaymentFacts, Match]]] = defaultdict(list)
        for (facts, p), found in zip(paid, match_each(connection, paid), strict=True):
            if found.match is not None:
                by_claim[found.match.claim_id].append((facts, p, found.match))
        sure = {claim_id: of for claim_id, of in by_claim.items() if _is_sure(of)}
        ids = iter(range(-1, -len(paid) - 1, -1))  # of payments that have none yet
        answers = {
            claim_id: [
                answer_of(next(ids), date.fromisoformat(facts.paid_on), facts, p, m) for facts, p, m in of
            ]
            for claim_id, of in sure.items()
        }
        claims = {claim_id: of[0][2].claim for claim_id, of in sure.items()}
        books = claim_books.settled(connection, claims, Known(claims, (), 0, answers))
    return Ahead(newest, {key_of(facts, p): m for of in sure.values() for facts, p, m in of}, books, answers)


def key_of(facts: RemittanceFacts, p: PaymentFacts) -> Key:
    return facts.key, facts.content, p.position


def _is_plain(facts: RemittanceFacts) -> bool:
    return bool(facts.practice) and not facts.difference and facts.again is None


def _is_sure(of: Sequence[tuple[RemittanceFacts, PaymentFacts, Match]]) -> bool:
    return len({facts.key for facts, _, _ in of}) == 1 and all(
        m.by == "CLP01" and p.status != REVERSAL and p.charge >= 0 and p.paid >= 0 for _, p, m in of
    )


def _place(of: Answer) -> tuple[str, str, int]:
    return of.payer, of.trace, of.position


def _with_ids(books: Books, foreseen: Sequence[Answer], now: Sequence[Answer]) -> Books:
    ids = {before.id: after.id for before, after in zip(foreseen, now, strict=True)}
    for work in books.settlement.work:
        if work.answer in ids:
            work.answer = ids[work.answer]
    for before in foreseen:
        before.id = ids[before.id]
    return books


def _newest(connection: Connection) -> tuple[int, ...]:
    return tuple(n or 0 for n in connection.execute(*_last_ids()).one())


@stated
def _last_ids() -> Select[tuple[Any, ...]]:
    return select(
        *(select(func.max(table.c.id)).scalar_subquery() for table in (*BY_CLAIM, *OF_ALL)),
    )


@stated
def _paid_since(claims: Any, last: Any) -> Select[tuple[Any, ...]]:
    p = claim_payment.c
    return select(p.claim_id).where(one_of(p.claim_id, claims), p.id > last).distinct()


@stated
def _posted_since(claims: Any, last: Any) -> Select[tuple[Any, ...]]:
    p = posting.c
    return select(p.claim_id).where(one_of(p.claim_id, claims), p.id > last).distinct()


@stated
def _moved_since(claims: Any, last: Any) -> Select[tuple[Any, ...]]:
    s, e = submission.c, submission_event.c
    query = select(s.claim_id).join(submission_event, e.submission_id == s.id)
    return query.where(one_of(s.claim_id, claims), e.id > last).distinct()


_SINCE = (_paid_since, _posted_since, _moved_since)


def answer_of(number: int, paid_on: date, facts: RemittanceFacts, p: PaymentFacts, m: Match) -> Answer:
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
                named=bool(s.control_number),
                charge=s.charge,
                paid=s.paid,
                adjustments=tuple(s.adjustments),
                remarks=tuple(s.remarks.split()),
            )
            for n, s in enumerate(p.lines, 1)
        ),
        remarks=tuple(p.remarks.split()),
        inpatient=p.inpatient,
        outpatient=p.outpatient,
        forwarded_to=p.forwarded_to,
        unknown_drg=p.unknown_drg,
        corrected_payer=p.corrected_payer,
        corrected_patient=p.corrected_patient,
    )
