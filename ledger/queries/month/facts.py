"""Everything that the package of a month says, and the checks that it rests on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.books import months
from ledger.queries import balances
from ledger.queries.deposits import MonthOfBank
from ledger.queries.deposits import banks as banks_of
from ledger.queries.month import aging, bank, held, reasons, roll
from ledger.queries.month.aging import Aged, Credit
from ledger.queries.month.bank import Cash, InTransit, Meant
from ledger.queries.month.held import Held
from ledger.queries.month.reasons import Adjusted, Stated, WrittenOff
from ledger.queries.month.roll import BEYOND, CASH, RECEIVABLE, Roll
from ledger.schema import entry, posting

BACK = 12
"""Months of the history, the month itself among them."""


@dataclass(frozen=True, slots=True)
class PastMonth:
    """A month of the history of all practices, in cents. `paid`: what came for claims less what went back;
    `contractual`: what was adjusted by contract; `closing`: what was owed at its end, net of credits."""

    month: str
    charges: int
    paid: int
    contractual: int
    closing: int


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold of a month, with what was found."""

    what: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """The figures of a month: all cents, no names. `proven_on` is the last night whose proof held, ""
    none did yet."""

    month: str
    entries: int
    proven_on: str
    rolls: tuple[Roll, ...]
    history: tuple[PastMonth, ...]
    aging: tuple[Aged, ...]
    adjusted: tuple[Adjusted, ...]
    stated: tuple[Stated, ...]
    written_off: tuple[WrittenOff, ...]
    credits: tuple[Credit, ...]
    held: tuple[Held, ...]
    cash: tuple[Cash, ...]
    banks: tuple[MonthOfBank, ...]
    meant: tuple[Meant, ...]
    transit_before: tuple[InTransit, ...]
    transit: tuple[InTransit, ...]
    checks: tuple[Check, ...]

    @property
    def faults(self) -> list[str]:
        return [f"{check.what}: {check.found}" for check in self.checks if not check.holds]


def of_month(connection: Connection, month: str) -> MonthFacts:
    """The facts of a month like 2026-11, as the books are now."""
    count = select(func.count()).select_from(entry).where(entry.c.period == month)
    rolls = tuple(roll.roll(connection, month))
    aged = tuple(aging.aging(connection, month))
    credits = tuple(aging.credits(connection, month))
    banks = tuple(banks_of(connection, month))
    before = tuple(bank.in_transit(connection, f"{month}-01"))
    transit = tuple(bank.in_transit(connection, f"{months.after(month)}-01"))
    return MonthFacts(
        month=month,
        entries=int(connection.execute(count).scalar_one()),
        proven_on=balances.newest(connection)[0],
        rolls=rolls,
        history=tuple(_history(connection, month)),
        aging=aged,
        adjusted=tuple(reasons.adjusted(connection, month)),
        stated=tuple(reasons.stated(connection, month)),
        written_off=tuple(reasons.written_off(connection, month)),
        credits=credits,
        held=tuple(held.held(connection, month)),
        cash=tuple(bank.cash(connection, month)),
        banks=banks,
        meant=tuple(bank.meant(connection, month)),
        transit_before=before,
        transit=transit,
        checks=(
            *_of_entries(connection, month),
            *_of_rolls(rolls, aged, credits),
            _of_bank(banks, before, transit),
        ),
    )


def _history(connection: Connection, month: str) -> list[PastMonth]:
    """The months up to this one, from the first of the books on, at most a year; read in one go."""
    p = posting.c
    query = (
        select(entry.c.period, p.account, func.sum(p.cents))
        .join(entry, entry.c.id == p.entry_id)
        .where(entry.c.period <= month, p.claim_id.is_not(None))
        .group_by(entry.c.period, p.account)
    )
    sums: dict[str, Counter[str]] = {}
    for period, account, cents in connection.execute(query):
        sums.setdefault(period, Counter())[account] += int(cents)
    one, owed = min(sums, default=month), 0
    found = []
    while one <= month:
        of = sums.get(one, Counter())
        owed += sum(of[account] for account in (*RECEIVABLE, *BEYOND))
        paid = sum(of[account] for account in CASH)
        found.append(PastMonth(one, -of["revenue"], paid, of["contractual"], owed))
        one = months.after(one)
    return found[-BACK:]


def _of_entries(connection: Connection, month: str) -> list[Check]:
    p = posting.c
    off = (
        select(p.entry_id)
        .join(entry, entry.c.id == p.entry_id)
        .where(entry.c.period == month)
        .group_by(p.entry_id, p.practice)
        .having(func.sum(p.cents) != 0)
        .distinct()
        .subquery()
    )
    wrong = int(connection.execute(select(func.count()).select_from(off)).scalar_one())
    late = months.added_after_close(connection)
    query = select(func.coalesce(func.sum(p.cents), 0)).join(entry, entry.c.id == p.entry_id)
    total = int(connection.execute(query.where(entry.c.period <= month)).scalar_one())
    return [
        Check("Each entry of the month sums to zero in each practice", f"{wrong} do not", wrong == 0),
        Check("All postings up to the month's end sum to zero", f"{total} cents", total == 0),
        Check("No entry was added to a month after its close", f"{late} were", late == 0),
    ]


def _of_rolls(rolls: Sequence[Roll], aged: Sequence[Aged], credits: Sequence[Credit]) -> list[Check]:
    opening: Counter[str] = Counter()
    closing: Counter[str] = Counter()
    aged_of: Counter[tuple[str, str]] = Counter()
    held_of: Counter[tuple[str, str]] = Counter()
    for row in rolls:
        opening[row.practice] += row.opening + row.changed
        closing[row.practice] += row.closing
    for one in aged:
        aged_of[one.practice, one.payer] += one.total
    for credit in credits:
        held_of[credit.practice, credit.payer] -= credit.cents
    not_aged = sum(
        (aged_of[row.practice, row.payer], held_of[row.practice, row.payer]) != (row.receivable, row.credits)
        for row in rolls
    ) + len({*aged_of, *held_of} - {(row.practice, row.payer) for row in rolls})
    wrong = sum(opening[practice] != cents for practice, cents in closing.items())
    return [
        Check(
            "Opening + charges - payments - adjustments + refunds + takebacks = closing, in each practice",
            f"{wrong} of {len(closing)} do not",
            wrong == 0,
        ),
        Check(
            "The aging and the credits of each practice and payer are its closing receivable",
            f"{not_aged} are not",
            not_aged == 0,
        ),
    ]


def _of_bank(
    banks: Sequence[MonthOfBank], before: Sequence[InTransit], transit: Sequence[InTransit]
) -> Check:
    wrong = sum(
        one.bank
        != one.books
        - (bank.listed(transit, one.practice, "remittance") - bank.listed(before, one.practice, "remittance"))
        + (bank.listed(transit, one.practice, "deposit") - bank.listed(before, one.practice, "deposit"))
        + one.other
        for one in banks
    )
    return Check(
        "The bank = remittances of the month with the items in transit that are listed, in each practice",
        f"{wrong} of {len(banks)} do not",
        wrong == 0,
    )
