"""What a contract allows for the lines of a claim, from the rows of its fee schedule. Pure.

A row holds for what it names; what it leaves open is any. Of the rows that hold for a line the most specific
one prices it: by diagnosis related group, then procedure before a range before none, then the number of
modifiers, then practice, plan, place and revenue code. Of rows with one modifier each, that of the line's
first modifier counts.

| rule | what it allows |
|---|---|
| `fee` | so much a unit |
| `percent_of_charge` | a part of the charge |
| `percent_of_medicare` | a part of what the Medicare fee schedule allows for the line |
| `modifier_percent` | a part of what the line would be without this modifier |
| `anesthesia` | so much a unit, of base and time (`anesthesia`) |
| `base_units` | no price: the units of a procedure, or what a modifier adds to them |
| `case_rate` | so much for the whole claim, whichever of its lines it holds for |
| `per_diem` | so much a day for the whole claim, by the days of the lines that it holds for |

A row that is `carve_out` prices its line apart from a case rate or a per diem, which is for the others.

A modifier that changes prices and has no row leaves its line without a price: better none than a wrong one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from ledger.adjudication import anesthesia, stop_loss
from ledger.adjudication.claim_line import ClaimLine

FEE, OF_CHARGE, OF_MEDICARE = "fee", "percent_of_charge", "percent_of_medicare"
MODIFIER, CASE, PER_DIEM = "modifier_percent", "case_rate", "per_diem"
ANESTHESIA, BASE = "anesthesia", "base_units"
OF_LINES: Final = (FEE, OF_CHARGE, OF_MEDICARE, ANESTHESIA)
"""The rules that price a line."""
OF_CLAIMS: Final = (CASE, PER_DIEM)
"""Those that price a whole claim."""
RULES: Final = (*OF_LINES, MODIFIER, BASE, *OF_CLAIMS)
MEDICARE: Final = ""
"""Stands for the payer in the rows of the Medicare fee schedule."""
CHANGE_PRICES: Final = frozenset(
    (
        *("22", "26", "50", "52", "53", "54", "55", "56", "62", "66", "73", "74", "78", "80", "81", "82"),
        *("AA", "AD", "AS", "NU", "QK", "QX", "QY", "QZ", "RR", "TC", "UE"),
    )
)
"""Modifiers under which a service costs something else."""
_SUPERVISED: Final = (anesthesia.SUPERVISED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A row of a contract. What is "" or () is any; `rate` in dollars, percent or units; `time` as in
    `anesthesia`; days are ISO text."""

    contract: int = 0
    line: int = 0
    payer: str = ""
    practice: str = ""
    rule: str
    procedure: str = ""
    procedure_to: str = ""
    modifiers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    plan: str = ""
    revenue_code: str = ""
    drg: str = ""
    rate: Decimal
    multiple: tuple[Decimal, ...] = ()
    lesser_of: bool = True
    time: str = ""
    carve_out: bool = False
    stop_loss: str = ""
    from_on: str = ""
    to_on: str = ""

    @property
    def named(self) -> str:
        """Where it stands."""
        whose = "Medicare fee schedule, contract" if self.payer == MEDICARE else "contract"
        return f"{whose} {self.contract} line {self.line}"


@dataclass(frozen=True, slots=True)
class Price:
    """What is allowed, in cents, and in words by which row. Lines with the same `group` are ranked among each
    other; 0: none."""

    cents: int
    words: str
    group: int = 0


@dataclass(slots=True)
class Prices:
    """Of a claim: by line, or `case` for all of it but the lines that are priced apart. `unpriced` says of a
    line why it has no price, 0 of all that would be the case."""

    case: Price | None = None
    lines: dict[int, Price] = field(default_factory=dict)
    unpriced: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What of a claim decides about prices, beside its lines. `day` stands for a line that has none."""

    payer: str
    practice: str = ""
    plan: str = ""
    drg: str = ""
    day: date | None = None


class Rates:
    """The rows of contracts, found by payer and procedure."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self._by_code: dict[tuple[str, str], list[Rate]] = defaultdict(list)
        self._payers: set[str] = set()
        for rate in rates:
            self._payers.add(rate.payer)
            self._by_code[rate.payer, "" if rate.procedure_to else rate.procedure].append(rate)

    def known(self, payer: str) -> bool:
        """Whether there is any row of a payer."""
        return payer != MEDICARE and payer in self._payers

    def of(self, payer: str, line: ClaimLine, billed: Billed) -> list[Rate]:
        """The rows of a payer that hold for a line, the most specific first."""
        codes = {line.procedure, ""}
        found = [r for code in codes for r in self._by_code.get((payer, code), ()) if _holds(r, line, billed)]
        found.sort(key=lambda rate: _specific(rate, line), reverse=True)
        return found


def _holds(rate: Rate, line: ClaimLine, billed: Billed) -> bool:
    day = line.service_from or billed.day
    on = day.isoformat() if day is not None else ""
    return (
        bool(on)
        and rate.from_on <= on
        and (not rate.to_on or on <= rate.to_on)
        and rate.practice in ("", billed.practice)
        and rate.plan in ("", billed.plan)
        and rate.drg in ("", billed.drg)
        and rate.revenue_code in ("", line.revenue_code)
        and (not rate.places or line.place in rate.places)
        and (not rate.procedure_to or rate.procedure <= line.procedure <= rate.procedure_to)
        and set(rate.modifiers) <= set(line.modifiers)
    )


def _specific(rate: Rate, line: ClaimLine) -> tuple[object, ...]:
    first = min((line.modifiers.index(m) for m in rate.modifiers), default=0)
    return (
        bool(rate.drg),
        bool(rate.procedure) + bool(rate.procedure and not rate.procedure_to),
        len(rate.modifiers),
        -first,
        bool(rate.practice),
        bool(rate.plan),
        bool(rate.places),
        bool(rate.revenue_code),
    )


@dataclass(slots=True)
class _Fee:
    """What one unit of a line comes to in dollars, before ranks and the charge are looked at."""

    of_unit: Decimal
    units: Decimal
    words: str
    rate: Rate
    multiple: tuple[Decimal, ...]
    anesthesia: bool = False


def price(rates: Rates, billed: Billed, lines: Sequence[ClaimLine], left_out: Collection[int] = ()) -> Prices:
    """What a contract allows for the lines of a claim. Those `left_out`, since the payer denied them, take no
    rank among multiple procedures."""
    made = Prices()
    apart = {n.number for n in lines if any(r.carve_out for r in rates.of(billed.payer, n, billed))}
    case = _case(rates, billed, [line for line in lines if line.number not in apart])
    if isinstance(case, str):
        made.unpriced = {0: case, **{line.number: case for line in lines}}
        return made
    if case is not None:
        made.case = case
        lines = [line for line in lines if line.number in apart]
    fees: dict[int, _Fee] = {}
    for line in lines:
        found = _fee(rates, billed, line, apart=case is not None)
        if isinstance(found, str):
            made.unpriced[line.number] = found
        else:
            fees[line.number] = found
    ranked = _ranked(fees, lines, billed, left_out)
    for line in lines:
        if (fee := fees.get(line.number)) is not None:
            amount, words, group = ranked.get(line.number, (fee.of_unit * fee.units, "", 0))
            alone = _price(fee.rate, _cents(amount), line.charge, fee.words + words)
            made.lines[line.number] = replace(alone, group=group)
    return made


def _case(rates: Rates, billed: Billed, lines: Sequence[ClaimLine]) -> Price | str | None:
    """What all of these lines come to together; None: each has its own price. Or why it can't be said."""
    found = [(r, _specific(r, line), line) for line in lines for r in rates.of(billed.payer, line, billed)]
    cases = [one for one in found if one[0].rule in OF_CLAIMS]
    if not cases:
        return None
    rate = max(cases, key=lambda one: (one[1], one[0].rate, -one[0].line))[0]
    charge = sum(line.charge for line in lines)
    if rate.rule == PER_DIEM:
        return _days(rate, [one for one in cases if one[0].rule == PER_DIEM], charge)
    return _stopped(rate, _cents(rate.rate), charge, f"case rate {_dollars(rate.rate)}")


def _stopped(rate: Rate, cents: int, charge: int, words: str) -> Price:
    """What a claim comes to as a whole, with its row's stop-loss."""
    rule = stop_loss.read(rate.stop_loss)
    if rule is not None and charge > rule.above:
        of = "the charge" if rule.whole else "what is charged above it"
        words = f"stop-loss above {_dollars(Decimal(rule.above) / 100)}: {_percent(rule.percent)} of {of}" + (
            "" if rule.whole else f" and {words}"
        )
        cents = rule.of(cents, charge)
    return _price(rate, cents, charge, f"{words}, {rate.named}")


def _days(
    rate: Rate, found: Sequence[tuple[Rate, tuple[object, ...], ClaimLine]], charge: int
) -> Price | str:
    """The days of each line at the most specific of its rows."""
    of: dict[int, tuple[Rate, ClaimLine]] = {}
    for row, _, line in found:  # the most specific row of a line comes first
        of.setdefault(line.number, (row, line))
    amount, words = Decimal(), []
    for row, line in of.values():
        days = _units(line.units)
        if days is None:
            return f"the days of {line.revenue_code} ({line.units or 'none'}) can't be priced"
        amount += row.rate * days
        words.append(f"{days.normalize():f} x {_dollars(row.rate)} for {line.revenue_code} (line {row.line})")
    return _stopped(rate, _cents(amount), charge, f"per diem {' + '.join(words)}")


def _price(rate: Rate, cents: int, charge: int, words: str) -> Price:
    if rate.lesser_of and cents > charge:
        return Price(charge, f"{words}; the charge is less")
    return Price(cents, words)


def _fee(rates: Rates, billed: Billed, line: ClaimLine, *, apart: bool = False) -> _Fee | str:
    """What the contract says of a line alone, or why it says nothing. `apart`: from a case rate."""
    found = rates.of(billed.payer, line, billed)
    rate = next((r for r in found if r.rule in OF_LINES and (r.carve_out or not apart)), None)
    if rate is None:
        return "no row of a contract holds for it"
    if rate.rule == OF_CHARGE:
        part = Decimal(line.charge) / 100 * rate.rate / 100
        return _Fee(
            part, Decimal(1), f"{_percent(rate.rate)} of the charge, {rate.named}", rate, rate.multiple
        )
    units = _units(line.units)
    if units is None:
        return f"its units ({line.units or 'none'}) can't be priced"
    if rate.rule == OF_MEDICARE:
        of = _of_medicare(rates, billed, line, rate, units)
        if isinstance(of, str):
            return of
        fee, left = of
    else:
        own = _own(rates, billed, found, line, rate, units)
        if isinstance(own, str):
            return own
        fee = replace(own, words=f"fee {own.words}") if rate.rule == FEE else own
        left = [m for m in line.modifiers if m not in rate.modifiers]
    why = _modify(fee, [r for r in found if r.rule == MODIFIER], left)
    fee.words += f" x {fee.units.normalize():f}" if fee.units != 1 else ""
    fee.words += f", {rate.named}"
    return why or fee


def _own(
    rates: Rates, billed: Billed, found: Sequence[Rate], line: ClaimLine, rate: Rate, units: Decimal
) -> _Fee | str:
    """What a row of fees or anesthesia comes to, before modifiers. `found` are the rows that it is among."""
    if rate.rule == FEE:
        return _Fee(rate.rate, units, f"{_dollars(rate.rate)} for {_code(line)}", rate, rate.multiple)
    if line.unit_code != anesthesia.MINUTES:
        return "its units are no minutes (MJ), and anesthesia is priced by time"
    bases = [r for r in found if r.rule == BASE]
    if all(r.modifiers for r in bases):
        bases += [r for r in rates.of(MEDICARE, line, billed) if r.rule == BASE and not r.modifiers]
    base = next((r.rate for r in bases if not r.modifiers), None)
    if base is None:
        return "no row says its base units"
    if anesthesia.SUPERVISED in line.modifiers and not any(
        r.rule == MODIFIER and anesthesia.SUPERVISED in r.modifiers for r in found
    ):
        return _supervised(bases, line, rate)
    more = {r.modifiers: r.rate for r in reversed(bases) if r.modifiers != _SUPERVISED and r.modifiers}
    base += sum(more.values(), Decimal())
    time = anesthesia.time_units(units, rate.time)
    words = f"{base.normalize():f} base and {time.normalize():f} time units at {_dollars(rate.rate)}"
    return _Fee(rate.rate * (base + time), Decimal(1), f"{words} for {_code(line)}", rate, (), True)


def _supervised(bases: Sequence[Rate], line: ClaimLine, rate: Rate) -> _Fee:
    """What is paid to who directs more than four at once."""
    units = next((r.rate for r in bases if r.modifiers == _SUPERVISED), anesthesia.SUPERVISED_UNITS)
    words = f"{units.normalize():f} units at {_dollars(rate.rate)} for modifier {anesthesia.SUPERVISED}"
    return _Fee(rate.rate * units, Decimal(1), f"{words} for {_code(line)}", rate, (), True)


def _of_medicare(
    rates: Rates, billed: Billed, line: ClaimLine, rate: Rate, units: Decimal
) -> tuple[_Fee, list[str]] | str:
    """A part of what Medicare's fee schedule says of a line, with the modifiers that this leaves to the
    contract; or why it says nothing."""
    found = rates.of(MEDICARE, line, billed)
    base = next((r for r in found if r.rule in (FEE, ANESTHESIA)), None)
    if base is None:
        return "the Medicare fee schedule has no row for it"
    own = _own(rates, billed, found, line, base, units)
    if isinstance(own, str):
        return own
    fee = replace(own, words=f"Medicare {own.words}")
    left = [m for m in line.modifiers if m not in (*rate.modifiers, *base.modifiers)]
    handled = {m for r in found if r.rule == MODIFIER for m in r.modifiers}
    why = _modify(fee, [r for r in found if r.rule == MODIFIER], [m for m in left if m in handled])
    if why:
        return why
    fee.of_unit = fee.of_unit * rate.rate / 100
    words = f"{_percent(rate.rate)} of {fee.words}"
    multiple = rate.multiple or base.multiple
    made = _Fee(fee.of_unit, fee.units, words, rate, multiple, fee.anesthesia)
    return made, [m for m in left if m not in handled]


def _modify(fee: _Fee, rows: Sequence[Rate], modifiers: Sequence[str]) -> str:
    """Applies the rows of the modifiers that are left; "" or why there is no price."""
    left = set(modifiers)
    for row in rows:
        if set(row.modifiers) <= left:
            fee.of_unit = fee.of_unit * row.rate / 100
            fee.words += f" at {_percent(row.rate)} for modifier {' '.join(row.modifiers)} (line {row.line})"
            left -= set(row.modifiers)
    if fee.anesthesia:
        who, percent = anesthesia.share([m for m in modifiers if m in left])
        left -= {who, anesthesia.SUPERVISED}
        if percent != 100:
            fee.of_unit = fee.of_unit * percent / 100
            fee.words += f" at {_percent(percent)} for modifier {who}"
    unknown = sorted(left & CHANGE_PRICES)
    if unknown:
        return f"modifier {', '.join(unknown)} changes the price, and the contract has no row for it"
    return ""


def _ranked(
    fees: Mapping[int, _Fee], lines: Sequence[ClaimLine], billed: Billed, left_out: Collection[int]
) -> dict[int, tuple[Decimal, str, int]]:
    """The amounts of lines under a multiple procedure rule: of one day and rule, the highest fee comes first.
    Each unit takes a rank."""
    groups: dict[tuple[date | None, tuple[Decimal, ...]], list[ClaimLine]] = defaultdict(list)
    for line in lines:
        fee = fees.get(line.number)
        if fee is not None and fee.multiple and line.number not in left_out:
            groups[line.service_from or billed.day, fee.multiple].append(line)
    found: dict[int, tuple[Decimal, str, int]] = {}
    for group, ((_, steps), of) in enumerate(groups.items(), 1):
        rank = 0
        for line in sorted(of, key=lambda one: (-fees[one.number].of_unit, one.number)):
            fee = fees[line.number]
            whole = fee.units == fee.units.to_integral_value() and fee.units <= 1000
            count = int(fee.units) if whole else 1
            parts = [steps[min(rank + n, len(steps) - 1)] for n in range(count)]
            rank += count
            amount = sum((fee.of_unit * part / 100 for part in parts), Decimal())
            said = ", ".join(f"{part.normalize():f}" for part in dict.fromkeys(parts))
            words = f"; multiple procedures: {said} %" if set(parts) != {Decimal(100)} else ""
            found[line.number] = (amount if whole else amount * fee.units, words, group)
    return found


def _units(text: str) -> Decimal | None:
    try:
        units = Decimal(text or "0")
    except InvalidOperation:
        return None
    return units if units.is_finite() and units > 0 else None


def _cents(dollars: Decimal) -> int:
    return int((dollars * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _code(line: ClaimLine) -> str:
    return " ".join((line.procedure or line.revenue_code, *line.modifiers))


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount == amount.quantize(Decimal("0.01")) else f"{amount.normalize():f}"


def _percent(percent: Decimal) -> str:
    return f"{percent.normalize():f} %"
