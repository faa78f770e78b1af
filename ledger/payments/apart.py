"""Which remittances can be posted together, as if one came after another.

Each statement of a posting costs as much for one claim as for a thousand, and most remittances pay a few
claims. Together are those that have nothing to do with one another: another payment number, other claims, no
number of a claim that an earlier one of them may change.
"""

from collections.abc import Iterable, Iterator

from ledger.adjudication.facts import NO_NUMBERS, REVERSAL
from ledger.payments.remittance_facts import PIECE, RemittanceFacts

Name = tuple[str, ...]


def apart(several: Iterable[RemittanceFacts]) -> Iterator[list[RemittanceFacts]]:
    """Remittances in their order, in groups of at most a piece of payments; one that has to do with an
    earlier one of its group begins another."""
    group: list[RemittanceFacts] = []
    names: set[Name] = set()
    claims = 0
    for facts in several:
        its, alone = _names(facts), _alone(facts)
        if group and (alone or claims + facts.claims > PIECE or not names.isdisjoint(its)):
            yield group
            group, names, claims = [], set(), 0
        group.append(facts)
        names |= its
        claims += facts.claims
        if alone or facts.provider_adjustments:  # the chains of these are brought up to date after all claims
            yield group
            group, names, claims = [], set(), 0
    if group:
        yield group


def _alone(facts: RemittanceFacts) -> bool:
    """Whether it is more than a piece, looks for its claims before all else, or takes payments back, by which
    an older number of a claim may stand again."""
    if facts.again is not None or not facts.practice:
        return True
    return any(p.status == REVERSAL or p.charge < 0 or p.paid < 0 for p in facts.payments)


def _names(facts: RemittanceFacts) -> set[Name]:
    """By what another remittance can be about the same payment or claim."""
    found: set[Name] = {("payment", facts.payer, facts.trace)}
    for p in facts.payments:
        number = p.patient_control_number.strip().upper()
        if number not in NO_NUMBERS:
            found.add(("ours", number))
        if p.payer_claim_control_number.upper() not in NO_NUMBERS:
            found.add(("theirs", facts.payer, p.payer_claim_control_number))
    return found
