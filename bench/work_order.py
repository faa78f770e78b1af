"""What the order of the work queue is worth: dollars that five desks recover with the same touches.

For each seed payers are drawn whose ways the product does not know (`bench/desks/payers.py`), and claims that
they deny. A first desk works some of the denials as they come, so that the ledger has outcomes to learn from.
Its home is copied: one desk goes on in the queue's order, one takes the largest first, one the oldest, and
one is an oracle that knows what comes and at which rate each payer pays. A fifth knows the rates alone: by
knowing what comes and when the nights end the oracle is ahead of it, and it of the queue by what outcomes
have not told. Nights are real: encounters, 837s over SFTP, denials, corrected claims and letters, the mock
clearinghouse's answers; the queue learns on the way.

Counted are the dollars in the books, and those to be expected by the payers' rates, in which there is no luck
of single claims. `python -m bench work_order --seeds 1-10` prints both.
"""

import argparse
import logging
import random
import tempfile
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import mean, pstdev

from rich.console import Console
from rich.table import Table

from bench.desks.nights import Desk, Order, day_of, make_home, number_of
from bench.desks.oracle import assigned
from bench.desks.payers import LETTER, Denied, Payers
from ledger.queries.work_queue import Item

GOAL = 0.9  # of the oracle's dollars
ENDS = 3  # nights without a touch, in which the last answers come


@dataclass(frozen=True, slots=True)
class Size:
    """Nights from which the queue learns, with their claims and touches; then what comes at once while nobody
    works, and the nights that are counted."""

    learned: int = 8
    claims: int = 60
    touches: int = 55
    waiting: int = 120
    nights: int = 10
    come: int = 12
    worked: int = 6


@dataclass(frozen=True, slots=True)
class Recovered:
    """Cents of a desk: in the books, as the payers would have them there, and as they were to be expected."""

    cash: int
    owed: int
    expected: float


def queue(found: list[Item], night: int) -> list[Item]:
    return found


def largest(found: list[Item], night: int) -> list[Item]:
    return sorted(found, key=lambda item: (-item.cents, item.id))


def oldest(found: list[Item], night: int) -> list[Item]:
    return sorted(found, key=lambda item: (item.business_on, item.id))


RATES = "the rates known"
ORDERS: dict[str, Order] = {"queue": queue, "largest": largest, "oldest": oldest}
DESKS = (RATES, *ORDERS)


def play(seed: int, size: Size, folder: Path) -> dict[str, Recovered]:
    """What each desk recovers under one seed."""
    payers = Payers(random.Random(f"desks {seed}"))
    first = Desk(folder / "first", payers)
    make_home(first.path, payers)
    dice = random.Random(f"as they come {seed}")

    def as_they_come(found: list[Item], night: int) -> list[Item]:
        ordered = sorted(found, key=number_of)  # whatever the queue's order is, the same ones are worked
        return dice.sample(ordered, len(ordered))

    for night in range(1, size.learned + 1):
        first.play(payers.come(night, size.claims), as_they_come, size.touches if night > 1 else 0)
    for night in range(size.learned + 1, size.learned + ENDS + 1):
        first.play(payers.come(night, size.waiting // ENDS), queue, 0)
    begins = first.night + 1
    nights = range(begins, begins + size.nights)
    come = {night: payers.come(night, size.come) for night in nights}
    plan = _plan(payers, first, nights, size.worked)

    def oracle(found: list[Item], night: int) -> list[Item]:
        wanted = plan[night]
        return sorted(found, key=lambda item: number_of(item) not in wanted)

    def rates(found: list[Item], night: int) -> list[Item]:
        worth = {item.id: _worth(payers, payers.claims[number_of(item) - 1], night) for item in found}
        return sorted(found, key=lambda item: (-worth[item.id], item.id))

    recovered = {}
    for name, order in {"oracle": oracle, RATES: rates, **ORDERS}.items():
        desk = first.copied(folder / name)
        before = desk.cash()
        for night in nights:
            desk.play(come[night], order, size.worked)
        for _ in range(ENDS):
            desk.play([], queue, 0)
        worked = [one for one in payers.claims if desk.touched.get(one.number, 0) >= begins]
        decided = [(one, _rate(payers, one, desk.touched[one.number])) for one in worked]
        recovered[name] = Recovered(
            cash=desk.cash() - before,
            owed=sum(payers.pays(one) for one, rate in decided if one.luck < rate),
            expected=sum(payers.pays(one) * rate for one, rate in decided),
        )
    return recovered


def _rate(payers: Payers, one: Denied, night: int) -> float:
    """The rate of a claim that is taken up on a night; no letter is written after the last day."""
    denied_on = day_of(one.night + 1)
    if one.takes == LETTER and (day_of(night) - denied_on).days > payers.payers[one.payer].limit:
        return 0.0
    return payers.rate(one, (day_of(night + one.takes) - denied_on).days)


def _worth(payers: Payers, one: Denied, night: int) -> float:
    """Cents that are to be expected of a claim that is taken up on a night."""
    return payers.pays(one) * _rate(payers, one, night)


def _plan(payers: Payers, first: Desk, nights: range, worked: int) -> dict[int, set[int]]:
    """By night the claims that the oracle takes up."""
    left = [one for one in payers.claims if one.number not in first.touched]
    slots = [night for night in nights for _ in range(worked)]
    worth = [[_worth(payers, one, night) if one.night < night else 0.0 for one in left] for night in slots]
    plan: dict[int, set[int]] = {night: set() for night in nights}
    for night, place in zip(slots, assigned(worth), strict=True):
        plan[night].add(left[place].number)
    return plan


def main() -> None:
    """Plays each seed and prints what every desk recovered, as shares of the oracle's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", default="1-5", help="from-to")
    first, _, last = parser.parse_args().seeds.partition("-")
    logging.getLogger("cleanclaim").setLevel(logging.WARNING)
    size, console = Size(), Console(width=140)
    played: list[dict[str, Recovered]] = []
    for seed in range(int(first), int(last or first) + 1):
        with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
            played.append(play(seed, size, Path(folder)))
        best = played[-1]["oracle"]
        shares = "; ".join(f"{name} {_shares(played[-1][name], best)}" for name in DESKS)
        console.print(
            f"seed {seed}: the oracle ${best.cash / 100:,.0f}, ${best.expected / 100:,.0f}; {shares}"
        )
    table = Table(
        title=f"{len(played)} seeds, {size.nights * size.worked} touches; share of the oracle's dollars"
    )
    for column in ("desk", "in the books", "spread", "to be expected", "error", "least", "spread"):
        table.add_column(column, justify="left" if column == "desk" else "right")
    for name in DESKS:
        cash = [one[name].cash / one["oracle"].cash for one in played]
        expected = [one[name].expected / one["oracle"].expected for one in played]
        error = pstdev(expected) / sqrt(max(len(expected) - 1, 1))  # of the mean, by the spread of its seeds
        cells = mean(cash), pstdev(cash), mean(expected), error, min(expected), pstdev(expected)
        table.add_row(name, *(f"{cell:.1%}" for cell in cells))
    console.print(table)
    reached = mean(one["queue"].expected / one["oracle"].expected for one in played) >= GOAL
    below = sum(one["queue"].expected < one["largest"].expected for one in played)
    console.print(
        f"goal {GOAL:.0%} of what is to be expected of the oracle: {'reached' if reached else 'MISSED'}; "
        f"below largest-first in {below} of {len(played)}"
    )


def _shares(one: Recovered, best: Recovered) -> str:
    return f"{one.cash / best.cash:.0%}, {one.expected / best.expected:.0%}"


if __name__ == "__main__":
    main()
