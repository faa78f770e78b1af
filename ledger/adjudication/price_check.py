"""Whether a payer's price is the contract's, and whether it priced what was billed.

A price is judged by what the payer cut of the charge under the codes of `CUTS`, which its contract explains.
Sequestration (CARC 253), interest, withholds, denials and the patient's share are no cuts: they say nothing
of the price. What a contract explains of a cut is written off, its multiple procedure rule and zero rates
included; what it does not is short, and stays owed.

Where a payer decided on another procedure or fewer units than were billed and no contract has the price,
all of its cut is short: nothing shows that it is the contract's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from config.dollars import dollars
from ledger.adjudication import contract_prices
from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.contract_prices import CHANGE_PRICES, Billed, Price, Prices
from ledger.adjudication.facts import LATER_PAYER, Adjustment, ClaimFacts, Terms
from ledger.adjudication.standing import Decision
from ledger.adjudication.treatments import ABOVE_CHARGE, CONTRACT_RATE, Treatment, policy_of

CUTS: Final = frozenset((CONTRACT_RATE, ABOVE_CHARGE, "59", "131", "P12", "P23", "P24", "P25", "P26", "P29"))
"""CARC by which a payer brings a charge to what it allows."""
TOLERANCE: Final = 100
"""Cents up to which a difference is rounding."""
UNKNOWN_PRICE: Final = "No contract says what the billed service comes to"

Treated = tuple[Decision, list[tuple[Adjustment, Treatment]]]


@dataclass(frozen=True, slots=True)
class Short:
    """What a payer cut without a reason: of a line, or of the claim (0). `recoded` says what else the payer
    decided on, "" nothing; `words` what was expected, allowed and by which row."""

    decision: Decision
    line: int
    procedure: str
    cents: int
    carc: str
    recoded: str
    words: str


@dataclass(frozen=True, slots=True)
class Above:
    """What a payer allowed above its contract: of a line, or of the claim (0). `words` as in `Short`."""

    decision: Decision
    line: int
    procedure: str
    cents: int
    words: str


@dataclass(slots=True)
class _Part:
    """What is priced together: a line, or a whole claim. `cuts` are places in what was treated."""

    line: int = 0
    charge: int = 0
    billed: int = 0
    cuts: list[tuple[int, int]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    denied: int = 0
    bundled: bool = False
    """With other lines it was decided as one service, whose price is not that of the line."""
    price: Price | None = None
    recoded: str = ""


def checked(
    claim: ClaimFacts, payer: str, plan: str, treated: Sequence[Treated], terms: Terms
) -> tuple[list[Treated], list[Short], list[Above]]:
    """The first payer's decisions without what its contract does not explain of its cuts, and that; and what
    it allowed above the contract."""
    if not LATER_PAYER.isdisjoint([decision.answer.status for decision, _ in treated]):
        return list(treated), [], []
    lines = {line.number: line for line in claim.lines if not line.patients}
    prices = prices_of(claim, payer, plan, treated)
    if prices.case is None and not prices.lines and not _any_recoded(lines, treated):
        return list(treated), [], []  # nothing is compared
    made = [(decision, list(of)) for decision, of in treated]
    parts = list(_parts(made, lines, prices, terms))
    shorts, aboves = [], []
    for part, excess in zip(parts, _excesses(parts, made), strict=True):
        if excess is not None and excess < -TOLERANCE and (above := _above(part, made, lines, -excess)):
            aboves.append(above)
        if excess is None or not part.cuts:
            continue
        left = excess - claim.accepted.get((payer, part.line), 0)
        short = _short(part, made, lines, left if left > TOLERANCE else 0)
        if short is not None:
            shorts.append(short)
    return made, shorts, aboves


def prices_of(claim: ClaimFacts, payer: str, plan: str, made: Sequence[Treated]) -> Prices:
    """What the contract with a payer allows for the lines of a claim; nothing where there is none."""
    if claim.rates is None or not claim.rates.known(payer):
        return Prices()
    billed = Billed(payer=payer, practice=claim.practice, plan=plan, drg=claim.drg, day=claim.service_from)
    lines = [line for line in claim.lines if not line.patients]
    return contract_prices.price(claim.rates, billed, lines, denied_lines(made))


def denied_lines(treated: Iterable[Treated]) -> set[int]:
    """The lines of which nothing was allowed."""
    return {d.line for d, of in treated if d.paid == 0 and of and all(t is Treatment.OPEN for _, t in of)}


def _parts(
    made: Sequence[Treated], lines: Mapping[int, ClaimLine], prices: Prices, terms: Terms
) -> Iterable[_Part]:
    """What is compared with a price of its own: a line, or all of a claim that was cut as a whole."""
    found: dict[int, _Part] = {}
    for i, (decision, of) in enumerate(made):
        if decision.line and decision.line not in lines:
            continue  # the patient's
        part = found.setdefault(decision.line, _Part(decision.line))
        part.decisions.append(decision)
        part.charge += decision.charge
        for j, (adjustment, treatment) in enumerate(of):
            if is_cut(adjustment, treatment, decision, terms):
                part.cuts.append((i, j))
            elif treatment is Treatment.BUNDLED:
                part.bundled = True
            elif treatment is Treatment.OPEN:
                part.denied += adjustment.cents
    if any(part.cuts for part in found.values() if part.line == 0):
        return [_whole(list(found.values()), lines, prices)]
    apart = set(found) - {0}
    together = []
    if prices.case is not None:
        apart &= {*prices.lines, *prices.unpriced}
        inside = {number: line for number, line in lines.items() if number not in apart}
        together = [_whole([p for n, p in found.items() if n not in apart], inside, prices)]
    for number in sorted(apart):
        part = found[number]
        part.billed = lines[number].charge
        part.price = prices.lines.get(number)
        part.recoded = _recoded(lines[number], part.decisions)
    return [*together, *(found[number] for number in found if number in apart)]


def is_cut(adjustment: Adjustment, treatment: Treatment, decision: Decision, terms: Terms) -> bool:
    """Whether a payer brings the charge to its price by this."""
    if adjustment.carc not in CUTS or adjustment.group == "PR":
        return False
    if treatment is Treatment.CONTRACTUAL:
        return True
    said = policy_of(adjustment, terms, decision.answer.paid_on)
    return treatment is Treatment.OPEN and said is None


def _whole(parts: Sequence[_Part], lines: Mapping[int, ClaimLine], prices: Prices) -> _Part:
    """All of a claim, at its case rate, or at what its lines come to where each has a price or was denied."""
    kept = [p for p in parts if prices.case is not None or not (p.line and p.denied and not p.cuts)]
    one = _Part(
        charge=sum(p.charge for p in kept),
        cuts=[at for p in kept for at in p.cuts],
        decisions=[d for p in kept for d in p.decisions],
        denied=sum(p.denied for p in kept),
        bundled=prices.case is None and any(p.bundled for p in kept),
    )
    gone = {p.line for p in parts} - {p.line for p in kept}
    of = [n for n in lines if n not in gone]
    one.billed = sum(lines[n].charge for n in of)
    if prices.case is not None:
        alone = [prices.lines[n] for n in of if n in prices.lines]
        if not any(n in prices.unpriced for n in of):
            words = "; ".join((prices.case.words, *(p.words for p in alone)))
            one.price = Price(prices.case.cents + sum(p.cents for p in alone), words)
    elif of and all(n in prices.lines for n in of):
        words = "; ".join(f"line {n}: {prices.lines[n].words}" for n in of)
        one.price = Price(sum(prices.lines[n].cents for n in of), words)
    return one


def _excesses(parts: Sequence[_Part], made: Sequence[Treated]) -> list[int | None]:
    """What each part was cut beyond its price, below 0 where it was cut less. Procedures that are ranked
    among each other make up for each other: a payer may rank them in another order."""
    found = [_excess(part, made) for part in parts]
    groups = [part.price.group if part.price is not None else 0 for part in parts]
    if not any(groups):
        return found
    less: Counter[int] = Counter()
    for group, excess in zip(groups, found, strict=True):
        less[group] += max(-(excess or 0), 0) if group else 0
    for at, (group, excess) in enumerate(zip(groups, found, strict=True)):
        back = min(max(excess or 0, 0), less[group])
        less[group] -= back
        found[at] = excess - back if excess is not None else None
    for at, (group, excess) in enumerate(zip(groups, found, strict=True)):
        if group and excess is not None and excess < 0:  # what is left after it made up for the others
            found[at] = -min(-excess, less[group])
            less[group] += found[at] or 0
    return found


def _excess(part: _Part, made: Sequence[Treated]) -> int | None:
    """What a part was cut beyond its price; None where that is not known, or it is a denial."""
    if part.bundled or part.charge != part.billed or part.charge <= 0:
        return None
    cut = sum(made[i][1][j][0].cents for i, j in part.cuts)
    unearned = any(made[i][1][j][1] is Treatment.OPEN for i, j in part.cuts)
    if part.price is None:
        return cut if part.recoded and not part.denied and not unearned else None
    excess = cut - (part.charge - part.price.cents)
    denies = excess > TOLERANCE and unearned and part.line and _denies(part, made)
    return None if denies else excess


def _short(part: _Part, made: Sequence[Treated], lines: Mapping[int, ClaimLine], excess: int) -> Short | None:
    """Takes what is short out of the cuts of a part, and writes off the rest of them."""
    words = UNKNOWN_PRICE
    if part.price is not None:
        allowed = part.charge - sum(made[i][1][j][0].cents for i, j in part.cuts)
        words = f"Expected {dollars(part.price.cents)} ({part.price.words}), allowed {dollars(allowed)}"
    leading = max(part.cuts, key=lambda at: (made[at[0]][1][at[1]][0].cents, at))
    decision, (adjustment, _) = made[leading[0]][0], made[leading[0]][1][leading[1]]
    _divide(part, made, excess)
    if not excess:
        return None
    procedure = lines[part.line].procedure if part.line else ""
    return Short(decision, part.line, procedure, excess, adjustment.carc, part.recoded, words)


def _above(part: _Part, made: Sequence[Treated], lines: Mapping[int, ClaimLine], cents: int) -> Above | None:
    """What a part was allowed above its price; None where a part of it is denied, or another service was
    decided on, whose price that is not."""
    if part.price is None or part.denied or part.recoded or not part.decisions:
        return None
    if any(made[i][1][j][1] is Treatment.OPEN for i, j in part.cuts):
        return None
    allowed = part.charge - sum(made[i][1][j][0].cents for i, j in part.cuts)
    said = f"Allowed {dollars(allowed)}, expected {dollars(part.price.cents)} ({part.price.words})"
    procedure = lines[part.line].procedure if part.line else ""
    return Above(part.decisions[0], part.line, procedure, cents, said)


def _denies(part: _Part, made: Sequence[Treated]) -> bool:
    """Whether a line was cut to nothing under CARC 45 alone."""
    of = [made[i][1][j] for i, j in part.cuts]
    return all(d.paid == 0 for d in part.decisions) and any(
        a.carc == CONTRACT_RATE and t is Treatment.OPEN for a, t in of
    )


def _divide(part: _Part, made: Sequence[Treated], excess: int) -> None:
    """The cuts of a part without the excess are the contract's; the largest ones give first."""
    left = excess
    for i, j in sorted(part.cuts, key=lambda at: (-made[at[0]][1][at[1]][0].cents, at)):
        adjustment = made[i][1][j][0]
        taken = min(left, max(adjustment.cents, 0))
        left -= taken
        made[i][1][j] = (replace(adjustment, cents=adjustment.cents - taken), Treatment.CONTRACTUAL)
    if left:  # the contract allows more than the charge
        i, j = part.cuts[0]
        adjustment = made[i][1][j][0]
        made[i][1][j] = (replace(adjustment, cents=adjustment.cents - left), Treatment.CONTRACTUAL)


def _any_recoded(lines: Mapping[int, ClaimLine], treated: Sequence[Treated]) -> bool:
    """Whether the payer decided on another service than the billed one, of any line."""
    for decision, _ in treated:
        line = lines.get(decision.line)
        if line is not None and _recoded(line, (decision,)):
            return True
    return False


def _recoded(line: ClaimLine, decisions: Sequence[Decision]) -> str:
    """What the payer decided on that was not billed, in words; "" nothing."""
    for decision in decisions:
        if decision.said is None or not line.procedure:
            continue
        if not decision.said.adjudicated and decision.procedure == line.procedure:
            continue  # as most are: no words have to be made
        billed = " ".join((line.procedure, *line.modifiers))
        if decision.said.adjudicated == billed:
            continue
        code, *modifiers = decision.said.adjudicated.split() or [decision.procedure, *line.modifiers]
        another = len(code) == PROCEDURE and code != line.procedure
        if another or CHANGE_PRICES & (set(modifiers) ^ set(line.modifiers)):
            decided = " ".join((code, *modifiers)) if decision.said.adjudicated else code
            return f"{billed} was decided as {decided}"
    return _fewer(line, decisions)


PROCEDURE: Final = 5
"""Letters of a procedure code: a payer may name the revenue code of an institutional line instead."""


def _fewer(line: ClaimLine, decisions: Sequence[Decision]) -> str:
    """Units that were paid of more that were billed; "" none, or it cannot be known: one unit is also what is
    read where a payer gives none, and anesthesia is billed by the minute and paid by quarters of an hour."""
    if "00100" <= line.procedure <= "01999" or _as_billed(line, decisions):
        return ""
    paid = Decimal()
    submitted = Decimal()
    known = False
    for decision in decisions:
        units = _number(decision.said.units) if decision.said is not None else None
        if decision.said is None or units is None:
            return ""
        of = _number(decision.said.submitted_units)
        known |= of is not None or units > 1
        paid += units
        submitted += of if of is not None else units
    billed = max(submitted, _number(line.units) or Decimal())
    if not known or not 0 < paid < billed:
        return ""
    what = line.procedure or line.revenue_code
    return f"{paid.normalize():f} of {billed.normalize():f} units of {what} were decided on"


def _as_billed(line: ClaimLine, decisions: Sequence[Decision]) -> bool:
    """Whether one decision has the units as they were billed, as most have: no number has to be made."""
    if len(decisions) != 1 or (said := decisions[0].said) is None or not line.units:
        return False
    return said.units == line.units and said.submitted_units in ("", line.units)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None
