"""Payers whose ways the product does not know: it sees their 835s, as they decide them.

Every claim is denied when it first comes. Whether it is paid when it comes corrected, or after a letter, is
drawn from a rate, which hangs on the payer and the reason and on more that the payer minds: how long it
waited, how much it is, whose claim it is. This file imports nothing of the product.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mock_clearinghouse.scenario import Appeal, Denial, Remit, Rule, Scenario

IDS = {"harbor": "HRB01", "meridian": "MRD02", "evergreen": "EVG03", "beacon": "BCN05"}
REASONS = {"16": "N290", "197": "", "97": "M15", "50": "N115", "29": ""}
BY_LETTER = frozenset(("50", "29"))
PRACTICES = ("lakeside", "summit", "bayview")
MINDS = ("nothing", "waiting", "a day", "the amount", "the practice", "letters")
LETTER, CLAIM = 1, 2
"""Nights until a payer has what a desk does: a letter, a corrected claim."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A claim that its payer denies. `night`: on which it goes out; with the next one its denial is here."""

    number: int
    night: int
    payer: str
    practice: str
    reason: str
    cents: int
    luck: float
    """From 0 to 1: it is paid where the rate is above."""

    @property
    def member(self) -> str:
        return f"W{90_000_000 + self.number}"

    @property
    def takes(self) -> int:
        """Nights from an act of the desk until the payer has it."""
        return LETTER if self.reason in BY_LETTER else CLAIM


@dataclass(slots=True)
class Payer:
    """How one payer decides: rates by reason, the percentage that it allows, and what it minds."""

    minds: str
    rates: dict[str, float]
    allows: int
    until: int  # days from the denial after which it says no, where it minds a day
    half: float  # days in which a rate falls by half, where it minds waiting
    from_cents: int  # from which on it looks closer, where it minds the amount
    strict: str  # whose claims it looks at closer, where it minds the practice
    limit: int  # days from the denial after which it takes no letter, as everybody knows

    def rate(self, claim: Denied, days: int) -> float:
        """The rate of a claim so many days after its denial."""
        rate = self.rates[claim.reason]
        if self.minds == "waiting":
            return float(rate * 0.5 ** (days / self.half))
        if self.minds == "a day":
            return rate if days <= self.until else 0.0
        if self.minds == "the amount":
            return rate * (0.5 if claim.cents >= self.from_cents else 1.0)
        if self.minds == "the practice":
            return rate * (0.4 if claim.practice == self.strict else 1.0)
        return rate


@dataclass(slots=True)
class Payers:
    """All payers under one seed, and the claims that they deny."""

    dice: random.Random
    payers: dict[str, Payer] = field(default_factory=dict)
    claims: list[Denied] = field(default_factory=list)

    def __post_init__(self) -> None:
        minds = list(MINDS)
        self.dice.shuffle(minds)
        for name, minding in zip(IDS, minds, strict=False):
            self.payers[name] = self._payer(minding)

    def _payer(self, minding: str) -> Payer:
        dice = self.dice
        generous = dice.uniform(0.6, 1.4)
        rates = {reason: min(dice.betavariate(1.2, 1.4) * generous, 0.97) for reason in REASONS}
        if minding == "letters":  # it never changes its mind by one
            rates |= {reason: rates[reason] * 0.15 for reason in BY_LETTER}
        return Payer(
            minds=minding,
            rates=rates,
            allows=dice.randrange(60, 96),
            until=dice.choice((35, 49, 63)),
            half=dice.choice((25.0, 50.0, 100.0)),
            from_cents=dice.choice((200_00, 300_00)),
            strict=dice.choice(PRACTICES),
            limit=dice.choice((30, 45, 60, 90)),
        )

    def come(self, night: int, count: int) -> list[Denied]:
        """So many more claims of a night."""
        dice, first = self.dice, len(self.claims) + 1
        made = [
            Denied(
                number=number,
                night=night,
                payer=dice.choice(tuple(IDS)),
                practice=dice.choice(PRACTICES),
                reason=dice.choice(tuple(REASONS)),
                cents=min(max(round(100 * dice.lognormvariate(5.2, 0.9)), 20_00), 5_000_00),
                luck=dice.random(),
            )
            for number in range(first, first + count)
        ]
        self.claims += made
        return made

    def rate(self, claim: Denied, days: int) -> float:
        """The rate at which such a claim is paid, so many days after its denial."""
        return self.payers[claim.payer].rate(claim, days)

    def pays(self, claim: Denied) -> int:
        """What is paid of it, where it is."""
        return (claim.cents * self.payers[claim.payer].allows + 50) // 100

    def scenario(self, day: date, denied_on: Mapping[int, date], read_on: Mapping[int, date]) -> Scenario:
        """What the mock clearinghouse does on a day. `denied_on`: when each claim's denial was here, as far
        as it was; `read_on`: when a letter about it is read."""
        rules = [rule for claim in self.claims for rule in self._rules(claim, day, denied_on, read_on)]
        return Scenario(
            clearinghouse_name="NORTHGATE CLEARING", clearinghouse_id="NORTHGATE", rules=tuple(rules)
        )

    def _rules(
        self, claim: Denied, day: date, denied_on: Mapping[int, date], read_on: Mapping[int, date]
    ) -> Iterable[Rule]:
        who = (("member_id", (claim.member,)),)
        remarks = tuple(filter(None, (REASONS[claim.reason],)))
        no = Remit(denials=(Denial(group="CO", reason=claim.reason, remarks=remarks),), status="4")
        yes = Remit(allowed=self.payers[claim.payer].allows)
        read = read_on.get(claim.number)
        letter = Appeal(lost="The decision stands.")
        if read is not None and self._won(claim, read, denied_on):
            letter = Appeal(won=yes)
        yield Rule(name=f"{claim.number}", match=who, nth=1, remit=(no,), appeals=(letter,))
        again = [("paid", yes), ("denied", no)]
        if not self._won(claim, day, denied_on):
            again.reverse()
        for what, remit in again:  # the first one fits; what came before is found by its name
            yield Rule(name=f"{claim.number} {what}", match=who, remit=(remit,))

    def _won(self, claim: Denied, day: date, denied_on: Mapping[int, date]) -> bool:
        since = denied_on.get(claim.number)
        return since is not None and claim.luck < self.rate(claim, (day - since).days)
