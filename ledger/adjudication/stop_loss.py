"""Stop-loss of a case rate or a per diem: what a claim comes to once its charge is above a threshold. Pure.

| `stop_loss` | a claim charged above $100,000 comes to |
|---|---|
| `100000/60` | its rate, and 60 % of what is charged above |
| `100000/60 whole` | 60 % of the whole charge, in place of its rate |
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_FORM: Final = re.compile(
    r"\$?(\d{1,3}(?:,\d{3}){1,2}|\d{1,8})(\.\d{1,2})?\s*/\s*(\d{1,3}(?:\.\d{1,2})?)%?( whole)?"
)


@dataclass(frozen=True, slots=True)
class StopLoss:
    """`above`: cents of charge; `percent` of what is above, or of the `whole` charge."""

    above: int
    percent: Decimal
    whole: bool

    def of(self, cents: int, charge: int) -> int:
        """What a claim of a charge comes to that would come to so many cents."""
        if charge <= self.above:
            return cents
        part = charge if self.whole else charge - self.above
        share = int((Decimal(part) * self.percent / 100).to_integral_value(ROUND_HALF_UP))
        return share if self.whole else cents + share


def read(text: str) -> StopLoss | None:
    """The rule of a text; None where it is none."""
    found = _FORM.fullmatch(" ".join(text.lower().split()))
    if found is None or not 0 < (percent := Decimal(found[3])) <= 100:
        return None
    dollars = Decimal(found[1].replace(",", "") + (found[2] or ""))
    return StopLoss(int(dollars * 100), percent, bool(found[4])) if dollars else None
