"""Which charge a credit takes back, and which charges came twice.

A credit belongs to an earlier charge of the same code and date that is not smaller. Of several it takes the
one with its transaction, then its modifiers, its amount and its units, then the last one. If the modifiers
differ, or if only several charges together have its units, that is reported as a doubt. A credit can take
back a part: units, price or both.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from intake.amounts import dollars
from intake.hl7v2.charges import Charge

_LAST = 100  # charges of one code and day that a credit may belong to


@dataclass(slots=True)
class Settled:
    """What the credits left. `unmatched` found no charge; `unsure` took one back that differs from them."""

    left: list[Charge] = field(default_factory=list)
    unmatched: list[Charge] = field(default_factory=list)
    unsure: list[Charge] = field(default_factory=list)


def settled(charges: list[Charge]) -> Settled:
    """The charges that are left when the credits have taken theirs back."""
    result = Settled()
    left: dict[int, Charge] = {}
    places: dict[tuple[str, date | None], list[int]] = {}  # by code and day, in order
    named: dict[str, int] = {}  # by transaction, for a credit that is dated on its own day
    for number, charge in enumerate(charges):
        same = places.setdefault((charge.service, charge.first), [])
        if not charge.credit:
            left[number] = charge
            same.append(number)
            if is_named(charge):
                named[charge.transaction] = number
            continue
        holding = [at for at in same[-_LAST:] if at in left and _holds(left[at], charge)]
        by_name = named.get(charge.transaction) if is_named(charge) else None
        if not holding and by_name in left and _of_code(left[by_name], charge):
            holding = [by_name]
        if holding:
            at = max(holding, key=lambda at: (*_likeness(left[at], charge), at))
            if not _agrees(left[at], charge, [left[other] for other in holding]):
                result.unsure.append(charge)
            _take_back(left, at, charge)
        elif together := _together(left, same, charge):
            for at in together:
                del left[at]
        else:
            result.unmatched.append(charge)
    result.left = list(left.values())
    return result


def is_named(charge: Charge) -> bool:
    """Whether its transaction id names it beyond its message."""
    return bool(charge.transaction) and charge.transaction != charge.set_id


def _of_code(charge: Charge, credit: Charge) -> bool:
    return charge.service == credit.service and _holds(charge, credit)


def _likeness(charge: Charge, credit: Charge) -> tuple[bool, bool, bool, bool]:
    return (
        is_named(credit) and charge.transaction == credit.transaction,
        set(charge.modifiers) == set(credit.modifiers),
        charge.amount == credit.amount,
        dollars(charge.units) == dollars(credit.units),
    )


def _agrees(charge: Charge, credit: Charge, others: list[Charge]) -> bool:
    """Whether it is clear that the credit means this charge: by its transaction, by its modifiers, or, where
    it gives none, since all that it could mean have the same ones."""
    if is_named(credit) and charge.transaction == credit.transaction:
        return True
    if set(charge.modifiers) == set(credit.modifiers):
        return True
    alike = {frozenset(other.modifiers) for other in others}
    return not credit.modifiers and len(alike) == 1


def _holds(charge: Charge, credit: Charge) -> bool:
    units, back = dollars(charge.units), dollars(credit.units)
    enough = units is not None and back is not None and units >= back
    return enough and (charge.amount is None or credit.amount is None or charge.amount >= credit.amount)


def _take_back(left: dict[int, Charge], at: int, credit: Charge) -> None:
    if rest := _without(left[at], credit):
        left[at] = rest
    else:
        del left[at]


def _without(charge: Charge, credit: Charge) -> Charge | None:
    """What is left of a charge, or None where that is nothing."""
    units = Decimal(charge.units) - Decimal(credit.units)
    amount = None if charge.amount is None else charge.amount - (credit.amount or 0)
    if charge.amount == credit.amount or (not units and (charge.amount is None or credit.amount is None)):
        return None
    if not units:
        return replace(charge, amount=amount)  # a part of the price alone
    return replace(charge, units=str(units), amount=None if credit.amount is None else amount)


def _together(left: dict[int, Charge], same: list[int], credit: Charge) -> list[int]:
    """The last charges of the credit's modifiers that come to its units and its amount, if any do."""
    wanted = dollars(credit.units)
    if wanted is None:
        return []
    units, amount, found = Decimal(0), Decimal(0), []
    for at in reversed(same[-_LAST:]):
        if at not in left or set(left[at].modifiers) != set(credit.modifiers):
            continue
        charge = left[at]
        units += dollars(charge.units) or 0
        amount += charge.amount or 0
        found.append(at)
        if units == wanted and credit.amount in (None, amount):
            return found
        if units >= wanted:
            return []
    return []


@dataclass(slots=True)
class Once:
    """The charges of a visit, each once. `again` came before with the same content; `changed` took the place
    of one of their transaction with other content."""

    charges: list[Charge] = field(default_factory=list)
    again: int = 0
    changed: list[Charge] = field(default_factory=list)
    redated: list[Charge] = field(default_factory=list)  # their transaction stands on another day too


def each_once(charges: list[Charge]) -> Once:
    """A transaction that comes in two messages is one charge: of two contents the later one stands.

    Its credit may bear the same id; what the transaction charges after that is charged anew. An id that
    only repeats the place in the message, or none, says nothing across messages, unless all else is the
    same too.
    """
    result = Once()
    found: dict[tuple[Any, ...], int] = {}  # place in result.charges
    days: dict[str, date | None] = {}
    times: dict[tuple[Any, ...], int] = {}
    credited: Counter[tuple[Any, ...]] = Counter()
    for charge in charges:
        named = is_named(charge)
        # where nothing names it, its place does; a PR1 has none
        name = (charge.transaction,) if named else ("", charge.service, charge.segment or charge.modifiers)
        # a transaction may have several FT1 in one message: the second of one is the second of the other
        inside = (charge.message, name, charge.credit)
        times[inside] = times.get(inside, 0) + 1
        taken_back = (charge.transaction,) if named else (charge.service, charge.first)
        since = 0 if charge.credit else credited[taken_back]
        key = (name, charge.credit, charge.first, times[inside], since)
        if named and not charge.credit and days.setdefault(charge.transaction, charge.first) != charge.first:
            result.redated.append(charge)
        if key not in found:
            found[key] = len(result.charges)
            result.charges.append(charge)
            credited[taken_back] += charge.credit
            continue
        before = result.charges[found[key]]
        if _content(before) == _content(charge):
            result.again += 1
        else:
            result.charges[found[key]] = charge
            result.changed.append(charge)
    return result


def perhaps_resent(charges: list[Charge]) -> list[Charge]:
    """Charges without an id of their own that stand where another message of their day has another code:
    more of the visit, or the same once more, corrected. Nothing says which."""
    first: dict[tuple[int, date | None], Charge] = {}
    found = []
    for charge in charges:
        if is_named(charge) or charge.credit or not charge.segment:
            continue
        before = first.setdefault((charge.segment, charge.first), charge)
        if before.message != charge.message and before.service != charge.service:
            found.append(charge)
    return found


def _content(charge: Charge) -> tuple[Any, ...]:
    return (
        charge.service,
        frozenset(charge.modifiers),
        charge.first,
        charge.last,
        dollars(charge.units),
        charge.amount,
    )
