"""What a claim comes to under the contract of its first payer, beside what that payer allowed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.adjudication import price_check
from ledger.adjudication.claim_line import ClaimLine
from ledger.adjudication.contract_prices import Prices
from ledger.adjudication.facts import NOTHING_AGREED, Terms
from ledger.adjudication.payers import in_order
from ledger.adjudication.price_check import Treated
from ledger.adjudication.standing import decided
from ledger.adjudication.treatments import treat
from ledger.adjudication.work import PRICES
from ledger.agreed import contracts
from ledger.books import claim_books
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line, or all of a claim (0). Cents; None: not known. `words` is the row that prices it, or why none
    does."""

    line: int
    procedure: str
    units: str
    charge: int
    expected: int | None
    allowed: int | None
    words: str


@dataclass(frozen=True, slots=True)
class PricedClaim:
    """A claim's lines with their prices, and the work that its prices are."""

    claim: str
    payer: str
    lines: tuple[PricedLine, ...]
    work: tuple[str, ...]


def price_claim(ledger: Ledger, claim_id: int) -> PricedClaim:
    """Prices a claim, answered or not. Raises KeyError: there is no such claim."""
    with ledger.read() as connection:
        books = claim_books.settled(connection, [claim_id])[claim_id]
        rates = contracts.rates_for(connection, {claim_id: books.claim})
    facts = replace(books.facts, rates=rates)
    first = in_order(facts)[0]
    lines = [line for line in facts.lines if not line.patients]
    terms = facts.terms.get(first.payer, NOTHING_AGREED)
    made = treat(decided(facts, first.standing.answers).decisions, terms)
    allowed = _allowed(made, terms)
    prices = price_check.prices_of(facts, first.payer, first.coverage.plan, made)
    if rates is None or not rates.known(first.payer):
        prices.unpriced = {line.number: "there is no contract with the payer" for line in lines}
    work = tuple(item.action for item in books.settlement.work if item.kind in PRICES)
    return PricedClaim(books.claim.number, first.payer, tuple(_lines(lines, prices, allowed)), work)


def _allowed(made: Sequence[Treated], terms: Terms) -> dict[int, int]:
    """What the payer allowed by line, 0 the claim: the charge without its cuts."""
    found: dict[int, int] = {}
    for decision, of in made:
        cut = sum(a.cents for a, t in of if price_check.is_cut(a, t, decision, terms))
        found[decision.line] = found.get(decision.line, 0) + decision.charge - cut
    return found


def _lines(lines: list[ClaimLine], prices: Prices, allowed: dict[int, int]) -> list[PricedLine]:
    made = []
    for line in lines:
        price = prices.lines.get(line.number)
        words = prices.unpriced.get(line.number, "the price of all of it covers it" if prices.case else "")
        code = " ".join((line.procedure or line.revenue_code, *line.modifiers))
        expected = price.cents if price else None
        made.append(
            PricedLine(
                line.number,
                code,
                line.units,
                line.charge,
                expected,
                allowed.get(line.number),
                price.words if price else words,
            )
        )
    if prices.case is not None:
        apart = {*prices.lines, *prices.unpriced}
        charge = sum(line.charge for line in lines if line.number not in apart)
        whole = sum(cents for n, cents in allowed.items() if n not in apart) if allowed else None
        made.append(PricedLine(0, "", "", charge, prices.case.cents, whole, prices.case.words))
    return made
