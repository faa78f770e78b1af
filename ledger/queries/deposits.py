"""The bank beside the books: what is open on either side, and a month of both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from sqlalchemy import Connection, Select, and_, false, func, or_, select

from ledger.books import months
from ledger.payments import deposits
from ledger.payments.deposit_matching import BEFORE
from ledger.payments.deposits import DEPOSITED, EXPLAINED, IS_OPEN, not_deposited
from ledger.queries.listing import WHOLE, Listing, Page, by
from ledger.schema import deposit, deposit_match, remittance
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class DepositRow:
    """A line of the bank. `open_cents`: what of it is explained by nothing yet."""

    id: int
    practice: str
    payer: str
    kind: str
    trace: str
    deposited_on: str
    cents: int
    open_cents: int


@dataclass(frozen=True, slots=True)
class Undeposited:
    """A posted remittance of which `cents` are not in the bank."""

    id: int
    practice: str
    payer: str
    cents: int
    trace: str
    paid_on: str


@dataclass(frozen=True, slots=True)
class MonthOfBank:
    """A practice's month, in cents: `bank` = `books` - `not_deposited` + `not_booked` + `other`.

    `books`: remittances posted in the month. `not_deposited`: what of remittances had not come by its end,
    less what had not come by its beginning. `not_booked`: deposits without a posted remittance, likewise.
    `other`: what people said is no remittance.
    """

    practice: str
    bank: int
    books: int
    not_deposited: int
    not_booked: int
    other: int


DEPOSITS = Listing(
    row=DepositRow,
    columns=(
        *(deposit.c.id, deposit.c.practice, deposit.c.payer, deposit.c.kind, deposit.c.trace),
        *(deposit.c.deposited_on, deposit.c.cents, deposit.c.cents - EXPLAINED),
    ),
    joined=deposit,
    number=deposit.c.id,
    newest_first=True,
    payer=by(deposit.c.payer),
    practice=by(deposit.c.practice),
)
"""Every deposit, newest first."""
OPEN = Listing(
    row=DepositRow,
    columns=DEPOSITS.columns,
    joined=deposit,
    where=(IS_OPEN,),
    number=deposit.c.id,
    payer=DEPOSITS.payer,
    practice=DEPOSITS.practice,
)
"""Those of which a part is explained by nothing, oldest first."""


def open_deposits(ledger: Ledger, page: Page = WHOLE) -> list[DepositRow]:
    """Deposits of which a part is explained by nothing."""
    return OPEN.read(ledger, page)


@dataclass(frozen=True, slots=True)
class Explained:
    """A part of a deposit that is explained: by a remittance, or by what it means (`meaning`); cents."""

    remittance_id: int | None
    trace: str
    payer: str
    meaning: str
    cents: int


def one_deposit(ledger: Ledger, number: int) -> DepositRow | None:
    """A deposit by its number; None: there is none."""
    found = replace(DEPOSITS, where=(deposit.c.id == number,)).read(ledger)
    return found[0] if found else None


def explained(ledger: Ledger, number: int) -> list[Explained]:
    """What explains a deposit now, without what was undone."""
    m, r = deposit_match.c, remittance.c
    total = func.sum(m.cents)
    query = (
        select(m.remittance_id, func.coalesce(r.trace, ""), func.coalesce(r.payer, ""), m.meaning, total)
        .outerjoin(remittance, r.id == m.remittance_id)
        .where(m.deposit_id == number)
        .group_by(m.remittance_id, r.trace, r.payer, m.meaning)
        .having(total != 0)
        .order_by(m.remittance_id, m.meaning)
    )
    with ledger.read() as connection:
        return [
            Explained(of, trace, payer, meaning, int(cents))
            for of, trace, payer, meaning, cents in connection.execute(query)
        ]


def open_total(ledger: Ledger, page: Page = WHOLE) -> tuple[int, int]:
    """How many deposits nothing explains whole, and what of them nothing explains."""
    return OPEN.counted(ledger, deposit.c.cents - EXPLAINED, page)


_UNDEPOSITED = Listing(
    row=Undeposited,
    columns=(
        *(remittance.c.id, remittance.c.practice, remittance.c.payer, remittance.c.paid_cents - DEPOSITED),
        *(remittance.c.trace, remittance.c.paid_on),
    ),
    joined=remittance,
    number=remittance.c.id,
    payer=by(remittance.c.payer),
    practice=by(remittance.c.practice),
)


def undeposited(ledger: Ledger, page: Page = WHOLE) -> list[Undeposited]:
    """Posted remittances of which a part is not in the bank, oldest first."""
    return _undeposited(ledger).read(ledger, page)


def undeposited_total(ledger: Ledger, page: Page = WHOLE) -> tuple[int, int]:
    """How many of them there are, and what of them is not in the bank."""
    return _undeposited(ledger).counted(ledger, remittance.c.paid_cents - DEPOSITED, page)


def undeposited_near(ledger: Ledger, rows: Sequence[DepositRow]) -> list[Undeposited]:
    """Those that may be candidates of these deposits: by their trace, or paid in their days."""
    r, days = remittance.c, timedelta(days=NEAR)
    traces = sorted({trace for row in rows if (trace := _trace(row))})
    near = [
        and_(
            r.practice == practice,
            or_(
                r.paid_on.between((min(on) - days).isoformat(), (max(on) + days).isoformat()),
                func.ltrim(func.upper(r.trace), "0").in_(traces),
            ),
        )
        for practice, on in _days(rows).items()
    ]
    listing = _undeposited(ledger)
    return replace(listing, where=(*listing.where, or_(false(), *near))).read(ledger)


def _undeposited(ledger: Ledger) -> Listing[Undeposited]:
    with ledger.read() as connection:
        return replace(_UNDEPOSITED, where=not_deposited(connection))


def _days(rows: Sequence[DepositRow]) -> dict[str, list[date]]:
    """The days of deposits by practice."""
    found: dict[str, list[date]] = {}
    for row in rows:
        found.setdefault(row.practice, []).append(date.fromisoformat(row.deposited_on))
    return found


def candidates(row: DepositRow, missing: Sequence[Undeposited]) -> list[Undeposited]:
    """Remittances that a deposit may be of, the likeliest first: its trace, its amount, then days near it."""
    trace = _trace(row)
    fitting = [
        one
        for one in missing
        if one.practice == row.practice and ((trace and _trace(one) == trace) or _near(row, one))
    ]
    return sorted(
        fitting,
        key=lambda one: (
            not trace or _trace(one) != trace,
            one.cents != row.open_cents,
            one.payer != row.payer,
            abs((date.fromisoformat(one.paid_on) - date.fromisoformat(row.deposited_on)).days),
            one.id,
        ),
    )


def together(row: DepositRow, missing: Sequence[Undeposited]) -> tuple[Undeposited, ...]:
    """Two to four remittances of one payer that come to what is open of a deposit, where no others do; else
    none. A person decides: sums agree by chance too."""
    fitting = [one for one in candidates(row, missing) if not row.payer or one.payer == row.payer]
    if len(fitting) > MOST_TRIED:
        return ()
    found = [
        some
        for count in (2, 3, 4)
        for some in combinations(fitting, count)
        if sum(one.cents for one in some) == row.open_cents and len({one.payer for one in some}) == 1
    ]
    return found[0] if len(found) == 1 else ()


MOST_FEE = 6  # percent of a payment that a card processor keeps
MOST_TRIED = 20  # remittances: 6,175 sums
NEAR = 2 * BEFORE
"""Days between a deposit and its remittance at most, where a person is asked and no trace says it."""


def _trace(one: DepositRow | Undeposited) -> str:
    return one.trace.upper().lstrip("0")


def _near(row: DepositRow, one: Undeposited) -> bool:
    days = abs((date.fromisoformat(one.paid_on) - date.fromisoformat(row.deposited_on)).days)
    most = row.open_cents * 100 // (100 - MOST_FEE) if row.kind == "card" else row.open_cents
    return days <= NEAR and one.cents <= most


def month(ledger: Ledger, which: str, practices: Collection[str] | None = None) -> list[MonthOfBank]:
    """The bank and the books of a month like 2026-11, each practice whose bank's lines are here."""
    with ledger.read() as connection:
        return banks(connection, which, practices)


def banks(connection: Connection, which: str, practices: Collection[str] | None = None) -> list[MonthOfBank]:
    """The same, in a transaction."""
    return [
        month_of_bank(connection, practice, since, which)
        for practice, since in sorted(deposits.first_days(connection).items())
        if practices is None or practice in practices
    ]


def month_of_bank(connection: Connection, practice: str, since: str, which: str) -> MonthOfBank:
    """The same of one practice, whose bank's lines begin on a day."""
    begin, end = f"{which}-01", f"{months.after(which)}-01"
    d, r, m = deposit.c, remittance.c, deposit_match.c
    ever = deposit_match.alias()
    came = r.id.in_(select(ever.c.remittance_id).where(ever.c.remittance_id.is_not(None)))
    booked = and_(r.practice == practice, r.state == "posted", or_(r.paid_on >= since, came))

    def cents(query: Select[tuple[int]]) -> int:
        return int(connection.execute(query).scalar_one() or 0)

    def bank(before: str) -> int:
        return cents(select(func.sum(d.cents)).where(d.practice == practice, d.deposited_on < before))

    def books(before: str) -> int:
        return cents(select(func.sum(r.paid_cents)).where(booked, r.business_on < before))

    def matched(before: str) -> int:
        """What of remittances booked by then came by then."""
        return cents(
            select(func.sum(m.cents))
            .join(deposit, d.id == m.deposit_id)
            .join(remittance, r.id == m.remittance_id)
            .where(booked, r.business_on < before, d.deposited_on < before)
        )

    def other(before: str) -> int:
        return cents(
            select(func.sum(m.cents))
            .join(deposit, d.id == m.deposit_id)
            .where(d.practice == practice, d.deposited_on < before, m.remittance_id.is_(None))
        )

    def not_booked(before: str) -> int:
        return bank(before) - matched(before) - other(before)

    def not_deposited(before: str) -> int:
        return books(before) - matched(before)

    return MonthOfBank(
        practice=practice,
        bank=bank(end) - bank(begin),
        books=books(end) - books(begin),
        not_deposited=not_deposited(end) - not_deposited(begin),
        not_booked=not_booked(end) - not_booked(begin),
        other=other(end) - other(begin),
    )
