"""A remittance that is in conflict with a posted one is released after all, whole or in parts, or refused."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import NoResultFound

from ledger.books.acts import Done
from ledger.payments import remittances
from ledger.payments.matching import match
from ledger.payments.remittance_facts import RemittanceFacts
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform
from tasks.payments.stored import facts_in


@dataclass(frozen=True, slots=True)
class Part:
    """What can be released by itself: a claim payment, or the provider-level adjustments (`status` PLB).

    `claim` is the patient control number as it came, `matches` the claim here that it would go to.
    """

    part: int
    claim: str
    status: str
    charge: int
    paid: int
    matches: str
    released: bool


def release(home: Home, as_of: date, by: By, number: int, part: int = 0, *, dry_run: bool) -> Done:
    """Posts it after all; `part` 0 the whole."""
    facts = read_again(home, number)
    return perform(
        home, as_of, by, lambda c, n, s: remittances.release(c, n, s, number, facts, part), dry_run=dry_run
    )


def refuse(home: Home, as_of: date, by: By, number: int, *, dry_run: bool) -> Done:
    """It is not to be posted; it leaves quarantine."""
    return perform(home, as_of, by, lambda c, n, s: remittances.refuse(c, n, s, number), dry_run=dry_run)


def read_again(home: Home, number: int) -> RemittanceFacts:
    """What a remittance says, from its stored bytes. Raises StepError RMT-01: there is none, RMT-02: the
    file does not hold it as it was read then."""
    try:
        kept = remittances.get(home.ledger, number)
    except NoResultFound:
        raise StepError(
            "RMT-01", f"there is no remittance {number}; see `cleanclaim remittances list`"
        ) from None
    for facts in facts_in(home, kept.response_id):
        if kept.is_of(facts):
            return facts
    raise StepError("RMT-02", "the file does not hold this remittance any more as it was read; report it")


def parts_of(home: Home, number: int, facts: RemittanceFacts) -> list[Part]:
    """The parts of a remittance, as they would be matched now."""
    with home.ledger.read() as connection:
        found = match(connection, facts)
        released = remittances.released_parts(connection, number, facts.content)
    made = [
        Part(
            p.position,
            p.patient_control_number,
            p.status,
            p.charge,
            p.paid,
            next(
                (
                    c.patient_control_number
                    for c in f.candidates
                    if f.match and c.claim_id == f.match.claim_id
                ),
                "",
            ),
            0 in released or p.position in released,
        )
        for p, f in zip(facts.payments, found, strict=True)
    ]
    if facts.provider_adjustments:
        last = len(made) + 1
        paid = -sum(a.cents for a in facts.provider_adjustments)
        made.append(Part(last, "", "PLB", 0, paid, "", 0 in released or last in released))
    return made
