"""Whether the order of the work queue is worth following: dollars recovered with the same touches.

A payer model that the product does not see decides what each denial recovers: a share by payer and reason,
less as it grows older, nothing behind its last day. The product sees what became of earlier denials. Four
desks then work the same open denials, so many a day: in the product's order, the largest first, the oldest
first, and by an oracle that knows the model.

    python -m tests.referees.work_order --seeds 1-40
"""

import argparse
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import mean, pstdev

from ledger.adjudication.chance import Chances, Outcome, priority
from ledger.adjudication.work import DENIAL

PAYERS = ("harbor", "senior", "meridian", "evergreen", "beacon")
WAYS = {
    "16 claim_data": "NEW_OR_REPLACE",
    "197 authorization": "REPLACE_7",
    "50 medical_necessity": "APPEAL",
    "97 bundling": "REPLACE_7",
    "29 timely_filing": "APPEAL",
    "204 non_covered": "NEXT_PAYER_OR_PATIENT",
    "252 documentation": "ATTACH",
    "45 contractual": "RESEARCH",
}
DAYS, TOUCHES = 20, 10  # working days, and denials that a desk works on each
EARLIER, OPEN = 1500, 600


@dataclass(frozen=True, slots=True)
class Denial:
    """An open denial on the first day: cents, days since it was opened, days left (None: no limit)."""

    payer: str
    reason: str
    cents: int
    age: int
    left: int | None


@dataclass(slots=True)
class Model:
    """What payers do: shares by payer and reason, which fall by half in `half_life` days."""

    dice: random.Random
    shares: dict[tuple[str, str], float] = field(default_factory=dict)
    half_life: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for payer in PAYERS:
            lenient = self.dice.uniform(0.5, 1.5)
            self.half_life[payer] = self.dice.choice((90.0, 240.0, 10_000.0))
            for reason in WAYS:
                self.shares[payer, reason] = min(self.dice.betavariate(1.2, 1.6) * lenient, 0.97)

    def share(self, denial: Denial, day: int) -> float:
        if denial.left is not None and denial.left < day:
            return 0.0
        fades = math.pow(0.5, (denial.age + day) / self.half_life[denial.payer])
        return self.shares[denial.payer, denial.reason] * fades

    def denial(self) -> Denial:
        return Denial(
            self.dice.choice(PAYERS),
            self.dice.choice(tuple(WAYS)),
            round(100 * self.dice.lognormvariate(5.2, 1.0)),
            self.dice.randrange(0, 120),
            self.dice.choice((None, *range(1, 120))),
        )

    def outcome(self) -> Outcome:
        """One earlier denial that was worked: recovered whole or not at all."""
        worked = self.denial()
        won = self.dice.random() < self.share(Denial(worked.payer, worked.reason, 1, worked.age, None), 0)
        return Outcome(worked.payer, worked.reason, worked.age, worked.cents, worked.cents if won else 0)


Order = Callable[[Denial, int], float]
"""What a desk thinks a denial is worth on a day; the greatest is worked first."""


def recovered(model: Model, open_ones: list[Denial], worth: Order) -> float:
    """Expected dollars of a desk that works so many a day, what it thinks is worth most first."""
    left = list(open_ones)
    total = 0.0
    for day in range(DAYS):
        left.sort(key=lambda d: worth(d, day), reverse=True)
        worked, left = left[:TOUCHES], left[TOUCHES:]
        total += sum(d.cents * model.share(d, day) for d in worked)
    return total / 100


def play(seed: int) -> dict[str, float]:
    """Expected dollars of each desk under one payer model."""
    model = Model(random.Random(f"work order {seed}"))
    chances = Chances([model.outcome() for _ in range(EARLIER)])
    open_ones = [model.denial() for _ in range(OPEN)]

    def product(denial: Denial, day: int) -> float:
        way, days = WAYS[denial.reason], denial.age + day
        chance = chances.of(
            kind=DENIAL,
            way=way,
            payer=denial.payer,
            practice="",
            reason=denial.reason,
            cents=denial.cents,
            days=days,
        )
        return priority(denial.cents, chance.share, None if denial.left is None else denial.left - day)

    def oracle(denial: Denial, day: int) -> float:
        """What is lost by leaving it until the desk is done, then its worth: no order knows more."""
        now, later = model.share(denial, day), model.share(denial, DAYS - 1)
        return denial.cents * (now if later == 0.0 else now * 0.999)

    return {
        "oracle": recovered(model, open_ones, oracle),
        "product": recovered(model, open_ones, product),
        "largest": recovered(model, open_ones, lambda d, _: float(d.cents)),
        "oldest": recovered(model, open_ones, lambda d, day: float(d.age + day)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", default="1-40", help="from-to")
    first, _, last = parser.parse_args().seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    played = [play(seed) for seed in seeds]
    print(
        f"{len(seeds)} payer models, {DAYS * TOUCHES} of {OPEN} denials worked; share of the oracle's dollars"
    )
    for desk in ("product", "largest", "oldest"):
        shares = [one[desk] / one["oracle"] for one in played]
        print(f"  {desk:<8} {mean(shares):6.1%}  (least {min(shares):.1%}, spread {pstdev(shares):.1%})")
    below = sum(one["product"] < one["largest"] for one in played)
    print(f"  below largest-first: {below} of {len(seeds)}")


if __name__ == "__main__":
    main()
