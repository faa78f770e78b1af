"""What is too little to ask for is written off by rule; what is too much is used for what else is owed.

A deductible, a copayment or coinsurance is never written off by this rule: to waive them as a routine is an
inducement (42 USC 1320a-7a) and makes the charge untrue. Such a rest is left to a person, who says why
(`claims write-off`). A credit is the guarantor's money and never written off: it is used or refunded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from config.dollars import dollars
from ledger.adjudication.facts import ClaimFacts
from ledger.books import acts, claim_acts, claim_books
from ledger.books.acts import Done, Signature
from ledger.queries.patient_claims import PatientClaim
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, perform
from tasks.patients import accounts
from tasks.patients.accounts import Account
from tasks.patients.due import Known, held, of_claim
from tasks.patients.kept import known

SHARES: Final = frozenset(("1", "2", "3", "66", "122", "142", "241", "247", "248", "275"))
"""CARCs of the patient's share: deductibles, coinsurance, copayments."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of the rule: the accounts whose rest was written off, and those left to a person, with the
    reason; cents."""

    done: Done
    written: tuple[tuple[int, int], ...]
    left: tuple[tuple[int, int, str], ...]


def write_off(home: Home, as_of: date, by: By, *, dry_run: bool) -> Written:
    """Writes off what the home's rule lets.

    Raises StepError SML-01, the home has none; SecondNeeded, the whole is above what one person may decide.
    """
    limit = home.settings.small_balance_cents
    if not limit:
        raise StepError("SML-01", "no small balance is written off by rule: set small_balance_cents")
    recorded = known(home)
    with home.ledger.read() as connection:
        every = accounts.balances(connection)
        few = accounts.load(connection, [one for one in every if 0 < one.owed <= limit])
        facts = claim_books.facts(connection, [one.id for a in few for one in _owing(a)]) if few else {}
    why = {a.number: _why_not(home, a, recorded, facts, as_of) for a in few}
    chosen = [a for a in few if not why[a.number]]

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        acts.within_limit(signature, sum(a.owed for a in chosen))
        for one in (one for a in chosen for one in _owing(a)):
            claim_acts.write_off(connection, business_on, signature, one.id, claim_acts.PATIENT, one.owed)
        return f"{dollars(sum(a.owed for a in chosen))} of {len(chosen)} accounts written off by rule"

    return Written(
        perform(home, as_of, by, act, dry_run=dry_run),
        tuple((a.number, a.owed) for a in chosen),
        tuple((a.number, a.owed, why[a.number]) for a in few if why[a.number]),
    )


def _owing(account: Account) -> list[PatientClaim]:
    return [one for one in account.claims if one.owed > 0]


def _why_not(home: Home, account: Account, recorded: Known, facts: dict[int, ClaimFacts], on: date) -> str:
    if held(account, recorded, on) is not None:
        return "a hold stands"
    wanted = home.settings.small_balance_statements
    for one in _owing(account):
        if of_claim(one, recorded, on)[0]:
            return "a claim of it may not be asked for"
        if len(recorded.asked.get(one.id, ())) < wanted:
            return f"a claim of it was on fewer than {wanted} statements"
        if _is_share(facts[one.id]):
            return "a deductible, copayment or coinsurance: a person decides"
    return ""


def _is_share(facts: ClaimFacts) -> bool:
    """Whether any answer to a claim leaves a share of the patient by its plan's terms."""
    every = (a for answer in facts.answers for a in answer.every_adjustment)
    return any(a.group == "PR" and a.carc in SHARES and a.cents > 0 for a in every)


@dataclass(frozen=True, slots=True)
class Used:
    """What came of the rule: by account the cents of its credit that were used, and the accounts whose credit
    stays the guarantor's as it is, with the reason."""

    done: Done
    used: tuple[tuple[int, int], ...]
    left: tuple[tuple[int, int, str], ...]


def use_small_credits(home: Home, as_of: date, by: By, *, dry_run: bool) -> Used:
    """Small credits pay what else their accounts owe, the oldest service first. What stays is the
    guarantor's: refunded when asked for, and unclaimed property in the end.

    Raises StepError SML-02, the home has no such rule; SecondNeeded, the whole is above what one person may
    decide.
    """
    limit = home.settings.small_credit_cents
    if not limit:
        raise StepError("SML-02", "no small credit is used by rule: set small_credit_cents")
    recorded = known(home)
    with home.ledger.read() as connection:
        every = accounts.balances(connection)
        few = accounts.load(connection, [one for one in every if 0 < one.credit <= limit])
    moves: dict[int, list[tuple[PatientClaim, PatientClaim, int]]] = {}
    left = []
    for account in few:
        asked = [one for one in _owing(account) if not of_claim(one, recorded, as_of)[0]]
        if held(account, recorded, as_of) is not None:
            left.append((account.number, account.credit, "a hold stands"))
        elif found := _moves([one for one in account.claims if one.credit > 0], asked):
            moves[account.number] = found
        else:
            left.append((account.number, account.credit, "nothing else may be asked for"))
    used = tuple((number, sum(cents for *_, cents in of)) for number, of in moves.items())

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        acts.within_limit(signature, sum(cents for _, cents in used))
        for of in moves.values():
            _move(connection, business_on, signature, of)
        total = dollars(sum(cents for _, cents in used))
        return f"{total} of small credits of {len(used)} accounts used by rule"

    return Used(perform(home, as_of, by, act, dry_run=dry_run), used, tuple(left))


def _move(
    connection: Connection,
    business_on: str,
    signature: Signature,
    moves: Sequence[tuple[PatientClaim, PatientClaim, int]],
) -> None:
    """Refunds on one claim what it pays on another."""
    for source, target, cents in moves:
        claim_acts.refund(connection, business_on, signature, source.id, claim_acts.PATIENT, cents)
        reference = f"{claim_acts.OF_CREDIT} {source.number}"
        claim_acts.pay(connection, business_on, signature, target.id, cents, reference)


def use_credit(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Done:
    """A guarantor's credit pays what else the account owes, the oldest service first: refunded on one claim
    and paid on the other in one act.

    Raises StepError PAT-05, there is no credit, or nothing is owed.
    """
    account = accounts.of_number(home, number)
    moves = _moves([one for one in account.claims if one.credit > 0], _owing(account))
    if not moves:
        raise StepError("PAT-05", f"account {account.number} has no credit that something is owed beside")

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        acts.within_limit(signature, sum(cents for _, _, cents in moves))
        _move(connection, business_on, signature, moves)
        parts = (f"{dollars(c)} of claim {a.number} pay claim {b.number}" for a, b, c in moves)
        return "; ".join(parts)

    return perform(home, as_of, by, act, dry_run=dry_run)


def _moves(
    credits_: Sequence[PatientClaim], owing: Sequence[PatientClaim]
) -> list[tuple[PatientClaim, PatientClaim, int]]:
    found = []
    left = {one.id: one.owed for one in owing}
    for source in credits_:
        rest = source.credit
        for target in owing:
            cents = min(rest, left[target.id])
            if cents and target.id != source.id:
                found.append((source, target, cents))
                left[target.id] -= cents
                rest -= cents
    return found
