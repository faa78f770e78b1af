"""What is agreed with payers about prices: fee schedules imported, replaced, ended, withdrawn.

Whatever changes here, the claims that its payer answered are compared anew, the first chunk of them with the
change: what is short of a contract becomes work, and work whose reason is gone is over. What a process that
died left of it is done first by the next act here, or by the night.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from config.counted import counted
from config.dollars import dollars
from ledger.adjudication.contract_prices import MEDICARE, Rate
from ledger.agreed import contracts
from ledger.agreed.contracts import IN_FORCE, WITHDRAWN, Contract
from ledger.books import repricing
from ledger.books.repricing import Stake
from ledger.errors import KeyRefused
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inbox import csv_table
from tasks.operations.money_acts import By, signed
from tasks.payments import fee_schedules
from tasks.payments.fee_schedules import Period

NOTHING: Final = Stake()


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an act came to; in a dry run, what it would come to. `changes` are what is said of contracts, in
    words; `claims` were compared, `before` and `after` is the open work of prices with their payers."""

    dry_run: bool
    changes: tuple[str, ...]
    claims: int = 0
    before: Stake = NOTHING
    after: Stake = NOTHING

    @property
    def effect(self) -> str:
        """What it did to the work, in words."""
        return (
            f"{counted(self.claims, 'answered claim')} compared: {self.after.lines} underpaid or downcoded "
            f"({dollars(self.after.cents)}), before {self.before.lines} ({dollars(self.before.cents)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """For whom a fee schedule is imported: a payer, or Medicare's own that others refer to (`medicare`);
    `practice` "" every practice; `replaces` the number of the contract that it takes the place of."""

    payer: str = ""
    medicare: bool = False
    practice: str = ""
    from_on: str
    to_on: str = ""
    replaces: int | None = None


def import_file(home: Home, as_of: date, by: By, file: Path, whose: Whose, *, dry_run: bool) -> Agreed:
    """Takes in a fee schedule, all of it or nothing. The same file again changes nothing.

    Raises StepError CTR-01: the file can't be read; CTR-02: rows are not right; CTR-03: no such payer,
    practice or contract, or the days are not right; CTR-04: another contract prices the same.
    """
    payer = _payer(home, whose)
    if whose.to_on and whose.to_on < whose.from_on:
        raise StepError("CTR-03", f"the last day, {whose.to_on}, is before the first one, {whose.from_on}")
    data = csv_table.read(file, "CTR-01", fee_schedules.LARGEST)
    rates = fee_schedules.read(data, Period(whose.from_on, whose.to_on), medicare=whose.medicare)
    wanted = Contract(
        payer=payer,
        practice=whose.practice,
        name=file.name,
        sha256=hashlib.sha256(data).hexdigest(),
        rates=len(rates),
        from_on=whose.from_on,
        to_on=whose.to_on,
    )
    seen = contracts.newest(home.ledger)
    known = [one for one in contracts.of(home.ledger) if one.state == IN_FORCE]
    if any(_says_the_same(one, wanted) for one in known):
        return Agreed(dry_run, ())
    replaced = _replaced(known, wanted, whose.replaces)
    _no_clash(home, known, wanted, replaced, rates)
    said: list[tuple[Contract, Sequence[Rate]]] = [(one, ()) for one in replaced]
    return _kept(home, as_of, by, seen, [*said, (wanted, rates)], dry_run=dry_run)


def end(home: Home, as_of: date, by: By, number: int, on: date, *, dry_run: bool) -> Agreed:
    """A contract holds until a day (its last one) and no longer.

    Raises StepError CTR-03: there is none, it begins later, or it ended before.
    """
    seen = contracts.newest(home.ledger)
    found = _numbered(home, number)
    if found.to_on == on.isoformat():
        return Agreed(dry_run, ())
    if on.isoformat() < found.from_on:
        raise StepError(
            "CTR-03",
            f"contract {number} begins on {found.from_on}; give a later day in --on, or withdraw it",
        )
    if found.to_on and found.to_on < on.isoformat():
        raise StepError("CTR-03", f"contract {number} ended on {found.to_on}; import its later prices")
    return _kept(home, as_of, by, seen, [(replace(found, to_on=on.isoformat()), ())], dry_run=dry_run)


def withdraw(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Agreed:
    """A contract was imported by mistake: it never held. Raises StepError CTR-03: there is none."""
    seen = contracts.newest(home.ledger)
    found = next((one for one in contracts.of(home.ledger) if one.number == number), None)
    if found is not None and found.state == WITHDRAWN:
        return Agreed(dry_run, ())
    said = [(replace(_numbered(home, number), state=WITHDRAWN), ())]
    return _kept(home, as_of, by, seen, said, dry_run=dry_run)


def _payer(home: Home, whose: Whose) -> str:
    if whose.medicare == bool(whose.payer):
        raise StepError("CTR-03", "say whose prices these are: --payer KEY, or --medicare")
    if whose.practice and whose.practice not in home.partners.practices:
        listed = ", ".join(sorted(home.partners.practices))
        raise StepError("CTR-03", f"no practice is called {whose.practice}; there are: {listed}")
    if whose.medicare:
        return MEDICARE
    payer = home.partners.payer(whose.payer)
    if payer is None:
        listed = ", ".join(sorted(home.partners.payers))
        raise StepError("CTR-03", f"no payer is called {whose.payer}; there are: {listed}")
    return payer.key


def _numbered(home: Home, number: int) -> Contract:
    found = next((one for one in contracts.of(home.ledger) if one.number == number), None)
    if found is None or found.state == WITHDRAWN:
        raise StepError("CTR-03", f"there is no contract {number} in force; see `cleanclaim contracts list`")
    return found


def _says_the_same(one: Contract, wanted: Contract) -> bool:
    names = ("payer", "practice", "sha256", "from_on")
    same = all(getattr(one, name) == getattr(wanted, name) for name in names)
    return same and (one.to_on == wanted.to_on or not wanted.to_on)


def _replaced(known: Sequence[Contract], wanted: Contract, number: int | None) -> list[Contract]:
    """The contract that a new one takes the place of, as it is from then on."""
    if number is None:
        return []
    found = next((one for one in known if one.number == number), None)
    if found is None or (found.payer, found.practice) != (wanted.payer, wanted.practice):
        raise StepError(
            "CTR-03",
            f"contract {number} is not in force, or it is of another payer or practice; "
            "see `cleanclaim contracts list`",
        )
    last = date.fromisoformat(wanted.from_on) - timedelta(days=1)
    if last.isoformat() < found.from_on:
        return [replace(found, state=WITHDRAWN)]
    return [] if found.to_on and found.to_on <= last.isoformat() else [replace(found, to_on=last.isoformat())]


def _no_clash(
    home: Home,
    known: Sequence[Contract],
    wanted: Contract,
    replaced: Sequence[Contract],
    rates: Sequence[Rate],
) -> None:
    instead = {one.number: one for one in replaced}
    others = [
        of
        for one in known
        if (one.payer, one.practice) == (wanted.payer, wanted.practice)
        and (of := instead.get(one.number, one)).state == IN_FORCE
    ]
    there = [rate for one in others for rate in contracts.rows_of(home.ledger, one) if _holds(rate)]
    found = fee_schedules.clashes(rates, there)
    if found:
        mine, other = found[0]
        more = f", and {len(found) - 1} more rows likewise" if len(found) > 1 else ""
        until = f" to {other.to_on}" if other.to_on else ""
        raise StepError(
            "CTR-04",
            f"line {mine.line} is about the same as line {other.line} of contract {other.contract}, which "
            f"holds from {other.from_on}{until}{more}. Nothing was imported. Where this file takes its "
            f"place, add --replaces {other.contract}",
        )


def _holds(rate: Rate) -> bool:
    return not rate.to_on or rate.from_on <= rate.to_on


def _kept(
    home: Home,
    as_of: date,
    by: By,
    seen: int,
    said: Sequence[tuple[Contract, Sequence[Rate]]],
    *,
    dry_run: bool,
) -> Agreed:
    """Keeps what is said of contracts of one payer, judged by what was `seen` last. Raises StepError CTR-05:
    something was said since."""
    signature = signed(home, by, preview=dry_run)
    business_on = as_of.isoformat()
    payer = said[0][0].payer
    if not dry_run:
        repricing.finish(home.ledger, business_on)
    kept: list[Contract] = []

    def say(connection: Connection, after: int) -> int:
        last, kept[:] = seen, []
        for one, rates in said:
            last, made = contracts.add(connection, business_on, signature, last, one, rates)
            kept.append(made)
        repricing.begin(connection, business_on, last, payer, after)
        return last

    try:
        claims, before, after = (_previewed if dry_run else _done)(home, business_on, payer, say)
    except KeyRefused:
        raise StepError(
            "CTR-05", "what is agreed with payers changed at this moment; nothing was kept: do it again"
        ) from None
    changes = tuple(f"contract {one.number}, {one.whose}, {one.rates} rows: {one.words()}" for one in kept)
    return Agreed(dry_run, changes, claims, before, after)


_Say = Callable[[Connection, int], int]
"""Keeps what is said, in a transaction, and that the claims after one are to be compared; the id of the last
of it."""


def _done(home: Home, business_on: str, payer: str, say: _Say) -> tuple[int, Stake, Stake]:
    """The claims that were compared, and the work of prices before and after it."""
    with home.ledger.write() as connection:
        before = repricing.stake(connection, payer)
        claims = len(repricing.step(connection, business_on, say(connection, 0)))
    claims += repricing.finish(home.ledger, business_on)
    with home.ledger.read() as connection:
        return claims, before, repricing.stake(connection, payer)


def _previewed(
    home: Home, business_on: str, payer: str, say: _Say, size: int = repricing.CHUNK
) -> tuple[int, Stake, Stake]:
    """The same, each chunk of claims in a transaction that is taken back: none of them holds others up."""
    with home.ledger.read() as connection:
        before = after = repricing.stake(connection, payer)
    claims: list[int] = []
    more = True
    while more:
        with home.ledger.whole() as act, home.ledger.write() as connection:
            was = repricing.stake(connection, payer)
            done = repricing.step(connection, business_on, say(connection, claims[-1] if claims else 0), size)
            after = after.plus(was, repricing.stake(connection, payer))
            act.taken_back = True
        claims += done
        more = len(done) == size
    return len(claims), before, after
