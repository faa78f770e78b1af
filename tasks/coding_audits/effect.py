"""What a line that was coded wrong comes to in cents: the price of the right codes against the billed ones.

Both codes are priced by the payer's contract; where it does not price both, by the practice's fee schedule;
the billed charge stands for a billed code that the fee schedule lacks. A line is priced alone: what multiple
procedures of a day take off is left out. What a diagnosis changes is not in a price.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from config.practice import Practice
from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.contract_prices import Billed, Rates, price
from tasks.claims import form
from tasks.coding_audits.frame import Line
from tasks.coding_audits.review import NONE

CONTRACT, FEES, CHARGE = "contract", "fee schedule", "charge"
UNPRICED: Final = "not priced"


@dataclass(frozen=True, slots=True)
class Effect:
    """Cents that the right codes are above (below: negative) the billed ones: above, too little was billed.
    None: a price is not known. `basis` is what both were priced by."""

    cents: int | None
    basis: str


def effect(
    line: Line, procedure: str, modifiers: str, practice: Practice | None, rates: Rates | None
) -> Effect:
    """What a line should be: `procedure` and `modifiers` as a review keeps them, "" as billed."""
    if not procedure and not modifiers:
        return Effect(0, "")
    right = replace(
        line,
        procedure=procedure or line.procedure,
        modifiers={"": line.modifiers, NONE: ""}.get(modifiers, modifiers),
    )
    for basis, priced in ((CONTRACT, _contract), (FEES, _fees), (CHARGE, _charge)):
        before = priced(line, line, practice, rates)
        after = 0 if procedure == NONE else priced(right, line, practice, rates)
        if before is not None and after is not None:
            return Effect(after - before, basis)
    return Effect(None, UNPRICED)


def _contract(line: Line, billed: Line, practice: Practice | None, rates: Rates | None) -> int | None:
    if rates is None or not line.payer:
        return None
    day = date.fromisoformat(line.service_on)
    one = ClaimLine(
        number=1,
        procedure=line.procedure,
        charge=_at_least(line, billed, practice),
        modifiers=tuple(line.modifiers.split()),
        units=line.units,
        place=line.place_of_service,
        service_from=day,
        unit_code=line.unit_code,
    )
    of = Billed(payer=line.payer, practice=practice.key if practice else "", plan=line.plan, day=day)
    found = price(rates, of, [one]).lines.get(1)
    return found.cents if found is not None else None


def _at_least(line: Line, billed: Line, practice: Practice | None) -> int:
    """The charge that a contract may cap the price by: what was billed, or of another code its fee."""
    if line is billed:
        return billed.charge_cents
    fee = _fees(line, billed, practice, None)
    return fee if fee is not None else 10**12  # not known: nothing is capped


def _fees(line: Line, billed: Line, practice: Practice | None, rates: Rates | None) -> int | None:
    if practice is None:
        return None
    try:
        return form.fee(practice, line.procedure, tuple(line.modifiers.split()), Decimal(line.units or "1"))
    except InvalidOperation:
        return None


def _charge(line: Line, billed: Line, practice: Practice | None, rates: Rates | None) -> int | None:
    return billed.charge_cents if line is billed else _fees(line, billed, practice, rates)
