"""Which deposits pay which remittances: by trace, else by payer and amount where only one pair fits.

Nothing is guessed: what fits two ways is left to a person. CAQH CORE 370 has the payer send TRN02 and TRN03
of the 835 with the EFT, so that a bank's line names its remittance.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

BEFORE: Final = 7
"""Days by which a deposit may come before its remittance or after it, where no trace says that they belong
together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A deposit or a remittance of which `cents` are open. `on`: when it was deposited or paid. `payer`,
    `trace` and `originator` are "" where they are not known."""

    id: int
    practice: str
    payer: str
    cents: int
    trace: str
    originator: str
    on: date


@dataclass(frozen=True, slots=True)
class Pairing:
    """So many cents of a deposit are those of a remittance. `by`: trace, amount or day."""

    deposit: int
    remittance: int
    cents: int
    by: str


def pairings(deposits: Sequence[Money], remittances: Sequence[Money]) -> list[Pairing]:
    """What can be paired without doubt. No cent of either side is used twice."""
    made: list[Pairing] = []
    open_deposits = {one.id: one for one in deposits}
    open_remittances = {one.id: one for one in remittances}

    def pair(some: Sequence[Money], with_: Sequence[Money], by: str) -> None:
        made.extend(_allocated(some, with_, by))
        for one in some:
            del open_deposits[one.id]
        for one in with_:
            del open_remittances[one.id]

    for some, with_ in _same_trace(deposits, remittances):
        pair(some, with_, "trace")
    traces = {_trace(one) for one in remittances}
    unnamed = [one for one in open_deposits.values() if not one.trace or _trace(one) not in traces]
    for deposit, remittance in _only_pairs(unnamed, [[r] for r in open_remittances.values()]):
        pair([deposit], remittance, "amount")
    days = _grouped(open_remittances.values(), lambda r: (r.practice, r.payer, r.on))
    unnamed = [one for one in unnamed if one.id in open_deposits]
    for deposit, of_day in _only_pairs(unnamed, [some for some in days.values() if len(some) > 1]):
        pair([deposit], of_day, "day")
    return made


def allocated(deposit: Money, remittances: Sequence[Money]) -> list[Pairing]:
    """A deposit over the remittances that a person names, in their order."""
    return _allocated([deposit], remittances, "person")


def _same_trace(
    deposits: Sequence[Money], remittances: Sequence[Money]
) -> Iterator[tuple[list[Money], list[Money]]]:
    """What has one trace in one practice and comes to one sum. Two payers with one trace are distinguished by
    their originator where both sides have it."""
    of_deposits = _grouped((one for one in deposits if one.trace), _trace)
    of_remittances = _grouped((one for one in remittances if one.trace), _trace)
    for key, some in of_deposits.items():
        with_ = of_remittances.get(key, [])
        originators = {one.originator for one in some}
        if len({one.originator for one in with_}) > 1 and "" not in originators:
            for originator in sorted(originators):
                ours = [one for one in some if one.originator == originator]
                theirs = [one for one in with_ if one.originator == originator]
                if theirs and _sum(ours) == _sum(theirs):
                    yield ours, theirs
        elif with_ and _sum(some) == _sum(with_) and len({one.payer for one in with_}) == 1:
            yield some, with_


def _only_pairs(
    deposits: Sequence[Money], groups: Sequence[Sequence[Money]]
) -> Iterator[tuple[Money, Sequence[Money]]]:
    """Deposits and groups of remittances of the same amount that fit nothing else."""
    by_amount: dict[tuple[str, int], list[Sequence[Money]]] = defaultdict(list)
    for group in groups:
        by_amount[group[0].practice, _sum(group)].append(group)
    fitting = {
        deposit.id: [g for g in by_amount.get((deposit.practice, deposit.cents), ()) if _near(deposit, g)]
        for deposit in deposits
    }
    wanted: dict[int, int] = defaultdict(int)
    for found in fitting.values():
        for group in found:
            wanted[group[0].id] += 1
    for deposit in deposits:
        found = fitting[deposit.id]
        if len(found) == 1 and wanted[found[0][0].id] == 1:
            yield deposit, found[0]


def _near(deposit: Money, group: Sequence[Money]) -> bool:
    payers = {one.payer for one in group}
    return (not deposit.payer or payers == {deposit.payer}) and all(
        abs((one.on - deposit.on).days) <= BEFORE for one in group
    )


def _allocated(deposits: Sequence[Money], remittances: Sequence[Money], by: str) -> list[Pairing]:
    made: list[Pairing] = []
    left = [[one.id, one.cents] for one in remittances]
    for deposit in deposits:
        rest = deposit.cents
        while rest and left:
            cents = min(rest, left[0][1])
            made.append(Pairing(deposit.id, left[0][0], cents, by))
            rest -= cents
            left[0][1] -= cents
            if not left[0][1]:
                left.pop(0)
    return made


Key = TypeVar("Key", bound=Hashable)


def _grouped(some: Iterable[Money], key: Callable[[Money], Key]) -> dict[Key, list[Money]]:
    made: dict[Key, list[Money]] = defaultdict(list)
    for one in some:
        made[key(one)].append(one)
    return made


def _trace(one: Money) -> tuple[str, str]:
    return one.practice, one.trace.upper().lstrip("0")


def _sum(some: Sequence[Money]) -> int:
    return sum(one.cents for one in some)
