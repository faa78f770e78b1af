"""The desk's day: what patients paid since the day closed before, by drawer and method, and its close.

A drawer is the person who took the money. A day has the entries between two closes, so that what is entered
after a close belongs to the next day, whatever its business date.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    text,
)

from config.dollars import dollars
from ledger.books import acts
from ledger.books.acts import Signature
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What a drawer took by a method since the day closed before; cents."""

    drawer: str
    method: str
    payments: int
    cents: int

    @property
    def name(self) -> str:
        """As it is typed."""
        return named(self.drawer, self.method)


_NUMBER: Final = func.substr(entry.c.key, len(acts.KEY) + 1)
_ACT: Final = case(
    (
        and_(func.substr(entry.c.key, 1, len(acts.KEY)) == acts.KEY, func.ltrim(_NUMBER, "0123456789") == ""),
        cast(_NUMBER, BigInteger),
    )
)
"""The act of an entry; NULL: a person's act is not what made it."""
_ACTOR: Final = func.coalesce(money_act.c.actor, "")
_SAID: Final = func.coalesce(money_act.c.reference, "")


def _begins(word: str) -> ColumnElement[bool]:
    """Whether what an act says of itself begins so."""
    return func.substr(_SAID, 1, len(word)) == word


def _open(connection: Connection, practice: str) -> Select[tuple[int, str, int | None, int, str, str]]:
    """The entries of the open day, each with its claim, its cents, who acted and what the act says."""
    p, e = posting.c, entry.c
    last = select(func.coalesce(func.max(day_close.c.entry_id), 0)).where(day_close.c.practice == practice)
    since = int(connection.execute(last).scalar_one())
    paid = (
        select(p.entry_id, p.claim_id, cast(func.sum(p.cents), BigInteger).label("cents"))
        .where(FROM_PATIENTS, p.practice == practice, p.entry_id > since)
        .group_by(p.entry_id, p.claim_id)
        .subquery("paid")
    )
    return (
        select(e.id, e.key, paid.c.claim_id, paid.c.cents, _ACTOR, _SAID)
        .select_from(paid)
        .join(entry, e.id == paid.c.entry_id)
        .outerjoin(money_act, money_act.c.id == _ACT)
        .where(e.kind != REFUND, ~_begins(OF_CREDIT))
        .order_by(e.id, paid.c.claim_id)
    )


def open_payments(connection: Connection, practice: str) -> list[Payment]:
    """What a practice's patients paid since its last closed day, in the order of the books."""
    found: list[Payment] = []
    places: dict[str, tuple[str, str]] = {}
    for number, key, claim_id, cents, actor, said in connection.execute(_open(connection, practice)):
        reference = _method(said)[1]
        places[key] = drawer, method = _place(places, actor, said)
        found.append(Payment(number, practice, drawer, method, reference, claim_id or 0, cents))
    return found


def open_sums(connection: Connection, practice: str) -> list[Taken]:
    """The same by drawer and method, added up by the database: a practice may never close a day."""
    opened = _open(connection, practice)
    method = case(*((_begins(f"{one} ") | (literal(one) == _SAID), one) for one in METHODS), else_="")
    of = (
        opened.order_by(None)
        .with_only_columns(
            _ACTOR.label("actor"),
            case((_begins(UNDOES), _SAID), else_=method).label("said"),
            opened.selected_columns.cents,
        )
        .subquery()
        .c
    )
    rows = connection.execute(
        select(of.actor, of.said, func.count(), func.sum(of.cents)).group_by(of.actor, of.said)
    ).all()
    undone = [_undone(said) for _, said, *_ in rows if said.startswith(UNDOES)]
    places = {
        key: _place({}, actor, said)
        for _, key, _, _, actor, said in connection.execute(opened.where(one_of(entry.c.key, undone)))
    }
    sums: dict[tuple[str, str], list[int]] = {}
    for actor, said, payments, cents in rows:
        there = sums.setdefault(_place(places, actor, said), [0, 0])
        there[0] += payments
        there[1] += int(cents)
    return [Taken(*key, *of_key) for key, of_key in sorted(sums.items())]


def _place(places: Mapping[str, tuple[str, str]], actor: str, said: str) -> tuple[str, str]:
    """The drawer and the method of an act, by those of what was paid before. What an act undoes leaves its
    drawer, unless that was closed before."""
    if said.startswith(UNDOES):
        return places.get(_undone(said), (actor, UNDONE))
    return actor, _method(said)[0]


def _undone(said: str) -> str:
    """The key of the entry that an act says it undoes."""
    return f"{acts.KEY}{said.removeprefix(UNDOES).strip()}"


def _method(said: str) -> tuple[str, str]:
    """How a payment was made, and its number, from what an act says of it."""
    first, _, rest = said.partition(" ")
    return (first, rest) if first in METHODS else ("", said)


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


def closed(connection: Connection, practice: str = "", limit: int | None = None) -> list[ClosedDay]:
    """The closed days of a practice ("": of all), newest first, at most so many."""
    c, d = day_close.c, day_count.c
    query = select(c.id, c.practice, c.business_on, c.actor, c.why).order_by(c.id.desc()).limit(limit)
    if practice:
        query = query.where(c.practice == practice)
    days = connection.execute(query).tuples().all()
    of: dict[int, list[Count]] = {}
    for row in connection.execute(
        select(day_count).where(one_of(d.day_close_id, [day[0] for day in days])).order_by(d.id)
    ):
        made = Count(row.drawer, row.method, row.payments, row.cents, row.counted_cents, row.reason)
        of.setdefault(row.day_close_id, []).append(made)
    return [
        ClosedDay(number, its, day, actor, why, tuple(of.get(number, ())))
        for number, its, day, actor, why in days
    ]
