"""The desk's day: what patients paid since the day closed before, by drawer and method, and its close.

A drawer is the person who took the money. A day has the entries between two closes, so that what is entered
after a close belongs to the next day, whatever its business date.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select, text

from config.dollars import dollars
from ledger.books import acts
from ledger.books.acts import Signature, act_of
from ledger.books.claim_acts import OF_CREDIT, REFUND, UNDOES
from ledger.errors import ActRefused
from ledger.schema import day_close, day_count, entry, money_act, posting
from ledger.storage import documents
from ledger.storage.database import insert_many
from ledger.storage.documents import Document
from ledger.storage.one_of import one_of
from ledger.trail import audit

METHODS: Final = ("cash", "check", "card", "eft", "lockbox")
COUNTED: Final = ("cash", "check", "")
"""What lies in a drawer, is counted and carried to the bank; the rest comes to the bank by itself, and its
books are what is said."""
UNDONE: Final = "undone"
"""The method of what undoes a payment of a day that is closed: nothing leaves a drawer for it."""
FROM_PATIENTS: Final = text("posting.account = 'cash' AND posting.payer = ''")
"""What patients paid. It stands in words, since an index of these rows alone serves no parameters."""
SHEET: Final = "day_sheet"


@dataclass(frozen=True, slots=True)
class Payment:
    """What a patient paid, or took back where the cents are below 0. A refund leaves no drawer and is not
    among them, nor is what another claim's credit pays. `drawer` is who took it, "" at the visit; `reference`
    the check's number, a card's last digits, a receipt. `entry_id` is its entry."""

    entry_id: int
    practice: str
    drawer: str
    method: str
    reference: str
    claim_id: int
    cents: int


@dataclass(frozen=True, slots=True)
class Count:
    """A drawer's payments of a method: in the books, and as they were counted; cents."""

    drawer: str
    method: str
    payments: int
    cents: int
    counted: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day that was closed, with its counts."""

    id: int
    practice: str
    day: str
    actor: str
    why: str
    counts: tuple[Count, ...]


def open_payments(connection: Connection, practice: str) -> list[Payment]:
    """What a practice's patients paid since its last closed day, in the order of the books."""
    p, e = posting.c, entry.c
    last = select(func.coalesce(func.max(day_close.c.entry_id), 0)).where(day_close.c.practice == practice)
    since = int(connection.execute(last).scalar_one())
    rows = connection.execute(
        select(e.id, e.key, p.practice, p.claim_id, func.sum(p.cents))
        .join(entry, e.id == p.entry_id)
        .where(FROM_PATIENTS, p.practice == practice, p.entry_id > since, e.kind != REFUND)
        .group_by(e.id, e.key, p.practice, p.claim_id)
        .order_by(e.id, p.claim_id)
    ).all()
    taken = _acts(connection, [act_of(row.key) for row in rows if row.key.startswith("act:")])
    found: list[Payment] = []
    places: dict[str, tuple[str, str]] = {}
    for number, key, its, claim_id, cents in rows:
        drawer, said = taken.get(act_of(key), ("", "")) if key.startswith("act:") else ("", "")
        if said.startswith(OF_CREDIT):
            continue
        method, reference = _method(said)
        if said.startswith(UNDOES):  # what it undoes leaves its drawer, unless that was closed before
            drawer, method = places.get(f"act:{said.removeprefix(UNDOES).strip()}", (drawer, UNDONE))
        places[key] = drawer, method
        found.append(Payment(number, its, drawer, method, reference, claim_id or 0, int(cents)))
    return found


def _method(said: str) -> tuple[str, str]:
    """How a payment was made, and its number, from what an act says of it."""
    first, _, rest = said.partition(" ")
    return (first, rest) if first in METHODS else ("", said)


def _acts(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    a = money_act.c
    query = select(a.id, a.actor, a.reference).where(one_of(a.id, ids))
    return {number: (actor, said) for number, actor, said in connection.execute(query).tuples()}


def counts(payments: Sequence[Payment], counted: Mapping[tuple[str, str], int], reason: str) -> list[Count]:
    """Each drawer and method with what was counted; what is not counted is as the books say.

    Raises ActRefused: a drawer was not counted, was counted without having taken anything, or differs and
    nobody says why.
    """
    sums: Counter[tuple[str, str]] = Counter()
    number: Counter[tuple[str, str]] = Counter()
    for one in payments:
        sums[one.drawer, one.method] += one.cents
        number[one.drawer, one.method] += 1
    if missing := sorted(k for k in number if k[1] in COUNTED and k not in counted):
        raise ActRefused(f"not counted: {', '.join(named(*k) for k in missing)}")
    if more := sorted(k for k, cents in counted.items() if cents and k not in number):
        raise ActRefused(f"nothing is in the books of {', '.join(named(*k) for k in more)}")
    made = []
    for key in sorted(number):
        there = counted.get(key, sums[key])
        differs = there != sums[key]
        if differs and not reason:
            raise ActRefused(
                f"{named(*key)}: {dollars(there)} counted, {dollars(sums[key])} in the books; "
                "say why (--difference), or correct the books first"
            )
        made.append(Count(*key, number[key], sums[key], there, reason if differs else ""))
    return made


def named(drawer: str, method: str) -> str:
    """A drawer and a method in words, as they are typed: ann:cash, visit:."""
    return f"{drawer or VISIT}:{method}"


VISIT: Final = "visit"
"""The drawer of what the encounters say was taken at the visit."""


def close(
    connection: Connection,
    business_on: str,
    signature: Signature,
    practice: str,
    payments: Sequence[Payment],
    made: Sequence[Count],
    sheet: Document,
) -> int:
    """Closes a practice's day with these payments and counts; its number. Raises ActRefused: it is closed."""
    who, why = acts.named(signature)
    c = day_close.c
    done = select(c.id).where(c.practice == practice, c.business_on == business_on)
    if connection.execute(done).first() is not None:
        raise ActRefused(f"{business_on} is closed for {practice}; what came since belongs to the next day")
    newest = int(connection.execute(select(func.coalesce(func.max(entry.c.id), 0))).scalar_one())
    documents.store(connection, business_on, [sheet])
    values = {
        "practice": practice,
        "entry_id": newest,
        "slip": sheet.sha256,
        "actor": who,
        "why": why,
        "business_on": business_on,
    }
    number = int(connection.execute(day_close.insert().values(values).returning(c.id)).scalar_one())
    insert_many(
        connection,
        day_count,
        [
            {
                "day_close_id": number,
                "drawer": one.drawer,
                "method": one.method,
                "payments": one.payments,
                "cents": one.cents,
                "counted_cents": one.counted,
                "reason": one.reason,
            }
            for one in made
        ],
    )
    off = sum(one.counted - one.cents for one in made)
    words = f"{len(payments)} payments, {sum(p.cents for p in payments)} cents, counted {off:+d}"
    audit.note(
        connection, business_on, "day closed", f"day {business_on} of {practice}", f"{who}, {words}: {why}"
    )
    return number


def sheet_of(connection: Connection, practice: str, day: str) -> bytes:
    """The sheet of a closed day as it was printed. Raises ActRefused: it is not closed."""
    c = day_close.c
    sha256 = connection.execute(select(c.slip).where(c.practice == practice, c.business_on == day)).scalar()
    if sha256 is None:
        raise ActRefused(f"{day} is not closed for {practice}; see `cleanclaim day list`")
    return documents.load(connection, sha256)


def closed(connection: Connection) -> list[ClosedDay]:
    """Every closed day, newest first."""
    c, d = day_close.c, day_count.c
    of: dict[int, list[Count]] = {}
    for row in connection.execute(select(day_count).order_by(d.id)):
        made = Count(row.drawer, row.method, row.payments, row.cents, row.counted_cents, row.reason)
        of.setdefault(row.day_close_id, []).append(made)
    query = select(c.id, c.practice, c.business_on, c.actor, c.why).order_by(c.id.desc())
    return [
        ClosedDay(number, practice, day, actor, why, tuple(of.get(number, ())))
        for number, practice, day, actor, why in connection.execute(query).tuples()
    ]
