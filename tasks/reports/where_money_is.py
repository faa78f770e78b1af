"""Whether money is where it belongs, in one glance: what does not close or lies where nobody looks for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from config.dollars import dollars
from ledger.books import months
from ledger.queries import balances, deposits, identity, suspense
from ledger.queries.identity import Defect
from ledger.queries.listing import Page
from ledger.queries.money import Money, money, waiting_total
from ledger.queries.night import nights
from tasks.home.home import Home


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Money that is not where it belongs yet: `kind` is remittances, suspense, deposits or undeposited."""

    kind: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What of the books does not hold, and what to do."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class WhereMoneyIs:
    """`proven_on`: the last night whose proof held, "" none. `closed`: the last closed month, "" none;
    `to_close`: those that are over and not closed."""

    money: Money
    proven_on: str
    faults: tuple[Fault, ...]
    misplaced: tuple[Misplaced, ...]
    closed: str
    to_close: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """A sentence without its end."""
        if self.faults:
            return "The books do not close: post nothing until they do"
        waiting = [one for one in self.misplaced if one.count]
        if waiting:
            return "The books close, and some money is not where it belongs yet"
        return "Money is where it belongs"


@dataclass(frozen=True, slots=True)
class Sums:
    """What is added up for it: what the books come to, what of them does not hold by practice and payer, and
    what is not where it belongs."""

    money: Money
    defects: tuple[Defect, ...]
    misplaced: tuple[Misplaced, ...]


def sums(home: Home, practices: Collection[str] | None) -> Sums:
    """Those of these practices (None: of all). They stay while nothing is written that work is derived of."""
    ledger, page = home.ledger, Page(practices=practices)
    with ledger.read() as connection:
        defects = [d for d in identity.of_sums(connection) if practices is None or d.practice in practices]
    found = {
        "remittances": waiting_total(ledger, page),
        "suspense": suspense.counted(ledger, page),
        "deposits": deposits.open_total(ledger, page),
        "undeposited": deposits.undeposited_total(ledger, page),
    }
    misplaced = tuple(Misplaced(kind, *counted) for kind, counted in found.items())
    return Sums(money(ledger, practices), tuple(defects), misplaced)


def where_money_is(home: Home, day: date, practices: Collection[str] | None, of: Sums) -> WhereMoneyIs:
    """How the money of these practices stands on a day by their sums. Of all of them (None) the books are
    proven too."""
    with home.ledger.read() as connection:
        proven_on = balances.newest(connection)[0]
    closed, to_close = months.not_closed(home.ledger, day.isoformat())
    return WhereMoneyIs(
        money=of.money,
        proven_on=proven_on,
        faults=tuple(_faults(home, of, practices)),
        misplaced=of.misplaced,
        closed=closed,
        to_close=tuple(to_close),
    )


def _faults(home: Home, of: Sums, practices: Collection[str] | None) -> list[Fault]:
    found = [
        Fault(
            f"{one.practice}, {one.payer}: {dollars(one.cents)} {one.what}",
            "`cleanclaim ledger prove` names each claim; the next run derives its work again",
        )
        for one in of.defects
    ]
    if practices is None and not of.money.closes:
        found.append(
            Fault(
                "what is charged is not what is paid, adjusted and owed",
                "`cleanclaim ledger prove` names each fault; post nothing until it holds",
            )
        )
    last = next(iter(nights(home.ledger, 1)), None)
    if last is not None and last.outcome == "failed" and "NIT-02" in last.note:
        found.append(Fault(last.note, "correct what it names, then start a run: it proves the books again"))
    return found
