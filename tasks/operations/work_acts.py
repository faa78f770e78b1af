"""What a person does with pieces of work themselves: assign, note, snooze, wake, resolve, reopen, write off.

Each act is done to all the pieces that are named or to none; a dry run says what it would come to. Every one
is an event of its piece and a row of the audit trail, with who and why. What an act did is undone by another
act: assign to nobody, wake, reopen.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from config.dollars import dollars
from ledger.adjudication.work import PRICES
from ledger.books import acts, claim_acts, work_items
from ledger.books.acts import Done, Signature, named
from ledger.payments import between_practices
from ledger.queries.work_queue import Asked, Item, items, names
from ledger.storage.database import Row
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform, signed
from tasks.work.commands import commands_of

OUTCOMES: Final = ("handled", "not_valid", "duplicate")
"""What a person may say of a piece of work that is over."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does to one piece of work, in words; `cents` is what is written off."""

    id: int
    what: str
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """What an act came to; in a dry run, what it would come to."""

    dry_run: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Act:
    """A change of a piece of work: the event that it is, in words, and the columns that it sets."""

    event: str
    detail: str
    values: Row


def assign(home: Home, as_of: date, by: By, ids: Sequence[int], to: str, *, dry_run: bool) -> Changed:
    """Gives work to a person, "" to nobody; a name that has work is spelled as there, whatever its capitals.
    Raises StepError WRK-01, WRK-02."""
    to = spelled(names(home.ledger)["assignee"], " ".join(to.split()))
    if len(to) > 80:
        raise StepError("WRK-02", "a name has 80 letters at most")

    def change(item: Item) -> _Act | None:
        if item.assignee == to:
            return None
        return _Act("assigned", f"to {to}" if to else "to nobody", {"assignee": to})

    return _each(home, as_of, by, ids, change, dry_run=dry_run)


def spelled(known: Collection[str], name: str) -> str:
    """A person's name as work has it already."""
    return next((one for one in sorted(known) if one.casefold() == name.casefold()), name)


def note(home: Home, as_of: date, by: By, ids: Sequence[int], *, dry_run: bool) -> Changed:
    """Keeps the reason as a note. Raises StepError WRK-01."""
    return _each(home, as_of, by, ids, lambda _: _Act("noted", "", {}), dry_run=dry_run)


def snooze(home: Home, as_of: date, by: By, ids: Sequence[int], until: date, *, dry_run: bool) -> Changed:
    """Leaves work out of the list until a day. Raises StepError WRK-01; WRK-02, a day that is past or lies
    behind the last day to act."""
    if until <= as_of:
        raise StepError("WRK-02", f"{until} is not in the future; give a later day in --until")

    def change(item: Item) -> _Act | None:
        if item.state != work_items.OPEN:
            return None
        if item.due_on and until.isoformat() > item.due_on:
            raise StepError(
                "WRK-02", f"work {item.id} has its last day on {item.due_on}; snooze it until then"
            )
        if item.snoozed_until_on == until.isoformat():
            return None
        return _Act("snoozed", f"until {until}", {"snoozed_until_on": until.isoformat()})

    return _each(home, as_of, by, ids, change, dry_run=dry_run)


def wake(home: Home, as_of: date, by: By, ids: Sequence[int], *, dry_run: bool) -> Changed:
    """Takes back a snooze. Raises StepError WRK-01."""

    def change(item: Item) -> _Act | None:
        return _Act("woken", "", {"snoozed_until_on": ""}) if item.snoozed_until_on else None

    return _each(home, as_of, by, ids, change, dry_run=dry_run)


def resolve(home: Home, as_of: date, by: By, ids: Sequence[int], outcome: str, *, dry_run: bool) -> Changed:
    """Says that work is over that nothing else ends.

    Raises StepError WRK-01; WRK-02, no such outcome; WRK-03, a payer still owes its amount, or a queue of its
    own holds its cause: that ends by the act which it names.
    """
    if outcome not in OUTCOMES:
        raise StepError("WRK-02", f"--outcome is one of {', '.join(OUTCOMES)}")

    def change(item: Item) -> _Act | None:
        if item.state != work_items.OPEN:
            return None
        if item.owed or item.kind in (*work_items.OTHERS, work_items.BETWEEN_PRACTICES):
            other = [c.typed for c in commands_of(item)]
            why = f"a payer still owes {dollars(item.cents)}" if item.owed else "its cause still waits"
            raise StepError(
                "WRK-03", f"work {item.id} can't be resolved: {why}. Do one of: {'; '.join(other)}"
            )
        values = {"state": work_items.SETTLED, "outcome": outcome, "resolved_on": as_of.isoformat()}
        return _Act("settled", outcome, values)

    return _each(home, as_of, by, ids, change, dry_run=dry_run)


def hand_over(home: Home, as_of: date, by: By, number: int, on: date, *, dry_run: bool) -> Done:
    """What a practice received for another one of the same tax id was paid over to it on a day.

    Raises LedgerError LED-14, it is no such work or no such day; LED-15, a second signature is needed.
    """
    handed_on = on.isoformat()
    return perform(
        *(home, as_of, by),
        lambda c, n, s: between_practices.hand_over(c, n, s, number, handed_on),
        dry_run=dry_run,
    )


def reopen(home: Home, as_of: date, by: By, ids: Sequence[int], *, dry_run: bool) -> Changed:
    """Opens again what a person resolved. Raises StepError WRK-01."""

    def change(item: Item) -> _Act | None:
        if item.state != work_items.SETTLED:
            return None
        return _Act("reopened", "", dict(work_items.STILL_OPEN))

    return _each(home, as_of, by, ids, change, dry_run=dry_run)


def write_off(home: Home, as_of: date, by: By, ids: Sequence[int], *, dry_run: bool) -> Changed:
    """Writes off what payers owe under these pieces of work. Raises StepError WRK-01; WRK-03, nothing is owed
    under one; LedgerError LED-14, LED-15 where a second signature is needed: for each piece, and for what one
    act writes off of all of them."""
    business_on = as_of.isoformat()

    def refused(item: Item) -> str:
        owed = item.state != work_items.OPEN or (item.owed and item.claim_id is not None)
        return "" if owed else f"under work {item.id} no payer owes anything; nothing is to be written off"

    def do(connection: Connection, signature: Signature, item: Item) -> str:
        assert item.claim_id is not None
        return claim_acts.write_off(
            connection, business_on, signature, item.claim_id, item.payer, item.cents, item.line
        )

    return _given_up(home, as_of, by, ids, refused, do, dry_run=dry_run)


def accept(home: Home, as_of: date, by: By, ids: Sequence[int], *, dry_run: bool) -> Changed:
    """Takes what payers allowed as their price, though a contract or the code billed says more. Raises
    StepError WRK-01; WRK-03, one is no such work; LedgerError LED-14, LED-15 as `write_off` does."""
    business_on = as_of.isoformat()

    def refused(item: Item) -> str:
        price = item.kind in PRICES
        return "" if price else f"work {item.id} is {item.kind}; {' and '.join(PRICES)} are accepted"

    def do(connection: Connection, signature: Signature, item: Item) -> str:
        assert item.claim_id is not None
        return claim_acts.accept_price(
            connection, business_on, signature, item.claim_id, item.payer, item.line
        )

    return _given_up(home, as_of, by, ids, refused, do, dry_run=dry_run)


def _given_up(
    home: Home,
    as_of: date,
    by: By,
    ids: Sequence[int],
    refused: Callable[[Item], str],
    do: Callable[[Connection, Signature, Item], str],
    *,
    dry_run: bool,
) -> Changed:
    """Payers are asked no more for what is open of this work; `refused` says why one of it may not be."""
    signature = signed(home, by, preview=dry_run)
    done: list[Change] = []
    with home.ledger.whole() as act, home.ledger.write() as connection:
        work_items.lock(connection, ids)
        found = _found(home, as_of, ids)
        if why := next(filter(None, map(refused, found)), ""):
            raise StepError("WRK-03", why)
        due = [item for item in found if item.state == work_items.OPEN]
        acts.within_limit(signature, sum(item.cents for item in due))
        for item in due:
            done.append(Change(item.id, do(connection, signature, item), item.cents))
        act.taken_back = dry_run
    return Changed(dry_run, tuple(done))


def _each(
    home: Home,
    as_of: date,
    by: By,
    ids: Sequence[int],
    change: Callable[[Item], _Act | None],
    *,
    dry_run: bool,
) -> Changed:
    """What `change` says of each, done in one transaction. What it says None of is left as it is."""
    business_on = as_of.isoformat()
    who, why = named(signed(home, by, preview=dry_run))

    def planned() -> list[tuple[Item, _Act]]:
        return [(item, act) for item in _found(home, as_of, ids) if (act := change(item)) is not None]

    if dry_run:
        made = planned()
    else:
        with home.ledger.whole(), home.ledger.write() as connection:
            work_items.lock(connection, ids)  # what is looked at stays so until it is changed
            made = planned()
            for item, act in made:
                detail = f"{act.detail}: {why}" if act.detail else why
                work_items.change(connection, business_on, item.id, act.values, act.event, detail, who)
    return Changed(dry_run, tuple(Change(item.id, _in_words(act)) for item, act in made))


def _in_words(act: _Act) -> str:
    if act.detail in OUTCOMES:
        return f"{act.event} as {act.detail.replace('_', ' ')}"
    return f"{act.event} {act.detail}".strip()


def _found(home: Home, as_of: date, ids: Sequence[int]) -> list[Item]:
    wanted = set(ids)
    if not wanted:
        raise StepError("WRK-01", "name the work by its id; see `cleanclaim work list`")
    found = items(home.ledger, as_of, Asked(ids=wanted, state=None, snoozed=True), limit=len(wanted))
    missing = wanted - {item.id for item in found}
    if missing:
        named_ones = ", ".join(map(str, sorted(missing)))
        raise StepError("WRK-01", f"there is no work {named_ones}; see `cleanclaim work list`")
    return found
