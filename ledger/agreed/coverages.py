"""What payers said of coverage when they were asked (271), by whom and which day was asked about.

A person's coverage on a day is named by a digest, so that one answer serves every claim of it and nobody is
asked twice a day. The answer itself lies in the document store.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, false, or_, select

from edi.records import Claim
from ledger.adjudication.coverage_answer import Said
from ledger.encounters.encounters import OPEN
from ledger.schema import batch, coverage_answer, encounter, inquiry
from ledger.sending.inquiries import Inquiry, listed
from ledger.storage.database import Ledger, bounded
from ledger.storage.one_of import one_of


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is kept; days are ISO, "" where not said."""

    id: int
    response_id: int
    inquiry_id: int
    whose: str
    state: str
    reasons: str
    active_from_on: str
    active_to_on: str
    in_network: str
    member: str
    facts: str
    business_on: str

    @property
    def limits(self) -> list[tuple[str, int, int]]:
        return [(str(p), int(a), int(u)) for p, a, u in self._facts["limits"]]

    @property
    def periods(self) -> list[tuple[str, str, str]]:
        return [(str(k), str(a), str(b)) for k, a, b in self._facts["periods"]]

    @property
    def _facts(self) -> Any:
        return json.loads(self.facts)


_NAMES = tuple(Answer.__dataclass_fields__)


def whose(claim: Claim, payer: str, day: date | None) -> str:
    """The coverage of a claim's patient with a payer on a day, without saying who; "" where it can't be asked
    about: no member id, no name or no day."""
    person = claim.patient or claim.subscriber
    if not (claim.subscriber.member_id and person.last and day is not None):
        return ""
    born = person.birth_date.isoformat() if person.birth_date else ""
    text = "|".join((payer, claim.subscriber.member_id, person.last, person.first, born, day.isoformat()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def key_of(named: str, asked_on: date) -> str:
    """The need to ask about a coverage: once a day."""
    return f"coverage {named} {asked_on.isoformat()}"


def _of_same(named: str) -> ColumnElement[bool]:
    """The inquiries about a coverage, on whichever day."""
    return inquiry.c.key.startswith(f"coverage {named} ", autoescape=True)


def newest(ledger: Ledger, named: Collection[str]) -> dict[str, Answer]:
    """The last answer about each of these coverages."""
    found: dict[str, Answer] = {}
    query = select(*(coverage_answer.c[name] for name in _NAMES)).order_by(coverage_answer.c.id)
    with ledger.read() as connection:
        for piece in bounded(sorted(filter(None, set(named)))):
            for row in connection.execute(query.where(one_of(coverage_answer.c.whose, piece))):
                found[row.whose] = Answer(*row)
    return found


def known(ledger: Ledger, named: Collection[str]) -> set[str]:
    """Those of these coverages that were asked about, whatever came of it."""
    wanted = sorted(set(named) - {""})
    with ledger.read() as connection:
        return {name for name in wanted if connection.execute(_any().where(_of_same(name))).first()}


@cache
def _any() -> Select[tuple[int]]:
    return select(inquiry.c.id).where(inquiry.c.kind == "270").limit(1)


def asked_about(ledger: Ledger, encounter_id: int, named: str) -> list[Inquiry]:
    """What was asked of an encounter's coverage, by it or by another encounter of the same, oldest first."""
    of_same = _of_same(named) if named else false()
    with ledger.read() as connection:
        return listed(
            connection, inquiry.c.kind == "270", or_(inquiry.c.encounter_id == encounter_id, of_same)
        )


def refused(ledger: Ledger, named: Collection[str]) -> set[str]:
    """Those of these coverages of which the last inquiry was refused, about an encounter that stands as it
    was: asked again as they are, they are refused again."""
    newest_of: dict[str, Inquiry] = {}
    with ledger.read() as connection:
        one_was_refused = batch.c.state == "rejected", inquiry.c.answered_on.is_(None)
        suspects = {
            one.key.split()[1] for one in listed(connection, inquiry.c.kind == "270", *one_was_refused)
        }
        for name in sorted(suspects & set(named)):
            newest_of[name] = listed(connection, inquiry.c.kind == "270", _of_same(name))[-1]
        last = {one.encounter_id or 0 for one in newest_of.values() if one.state == "refused"}
        query = select(encounter.c.id).where(one_of(encounter.c.id, last), encounter.c.state.in_(OPEN))
        standing = set(connection.execute(query).scalars())
    return {
        name for name, one in newest_of.items() if one.state == "refused" and one.encounter_id in standing
    }


def trace_of(ledger: Ledger, answer: Answer) -> str:
    """The trace (TRN02) under which the payer was asked for an answer."""
    query = select(inquiry.c.trace).where(inquiry.c.id == answer.inquiry_id)
    with ledger.read() as connection:
        return str(connection.execute(query).scalar_one())


def keep(connection: Connection, business_on: str, response_id: int, asked: Inquiry, said: Said) -> bool:
    """Keeps an answer; False where the newest one to the same inquiry says the same."""
    row = {
        "inquiry_id": asked.id,
        "whose": asked.key.split()[1],
        "state": said.state,
        "reasons": said.reasons,
        "active_from_on": said.active_from,
        "active_to_on": said.active_to,
        "in_network": said.in_network,
        "member": said.member,
        "facts": json.dumps(said.facts, sort_keys=True),
        "qmb": int(said.qmb),
    }
    query = select(*(coverage_answer.c[name] for name in row)).where(coverage_answer.c.inquiry_id == asked.id)
    last = connection.execute(query.order_by(coverage_answer.c.id.desc()).limit(1)).one_or_none()
    if last is not None and dict(last._mapping) == row:
        return False
    connection.execute(
        coverage_answer.insert().values(**row, response_id=response_id, business_on=business_on)
    )
    return True
