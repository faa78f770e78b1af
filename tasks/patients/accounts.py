"""Accounts: the claims that one guarantor answers for in one practice. Derived anew, never kept.

Guarantors are one person where their documents agree in two of name, birth date and record number, so that
neither a new name nor a new number makes a second account. Two practices are two creditors: two accounts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.queries import claim_story, patient_claims
from ledger.queries.patient_claims import PatientClaim
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.patients.guarantors import Guarantor, Read, read


@dataclass(slots=True)
class Account:
    """`number` is the id of its first claim. `guarantor` is as the newest document says, None where no
    document names one. `patients` are names by claim id. Claims are in the order of their services; cents."""

    number: int
    practice: str
    guarantor: Guarantor | None
    claims: list[PatientClaim] = field(default_factory=list)
    patients: dict[int, str] = field(default_factory=dict)

    @property
    def owed(self) -> int:
        return sum(one.owed for one in self.claims)

    @property
    def credit(self) -> int:
        """What is to be given back, or used for another claim."""
        return sum(one.credit for one in self.claims)

    @property
    def prepaid(self) -> int:
        return sum(one.prepaid for one in self.claims)

    @property
    def given_up(self) -> int:
        """What collections were given."""
        return sum(one.given_up for one in self.claims)

    @property
    def name(self) -> str:
        return self.guarantor.name if self.guarantor is not None else ""

    @property
    def ids(self) -> set[int]:
        return {one.id for one in self.claims}


def all_of(home: Home) -> list[Account]:
    """Every account, by its number."""
    return together(patient_claims.all_of(home.ledger))


def of_number(home: Home, number: str, among: Sequence[Account] | None = None) -> Account:
    """The account that a claim belongs to; `number` is its list's id, or any number of one of its claims.
    `among`: the accounts, where they were read already.

    Raises StepError CLM-01, no such claim; CLM-03, several; PAT-01, nothing of it is a patient's.
    """
    ids = claim_story.find(home.ledger, number)
    if not ids:
        raise StepError("CLM-01", f"no claim has the number {number}; see `cleanclaim patients list`")
    found = [account for account in (all_of(home) if among is None else among) if account.ids & set(ids)]
    if not found:
        raise StepError(
            "PAT-01", f"nothing of claim {number} is or was a patient's; see `cleanclaim patients list`"
        )
    if len(found) > 1:
        raise StepError(
            "CLM-03",
            f"{len(found)} accounts have a claim with the number {number}; "
            f"give an id: {', '.join(str(account.number) for account in found)}",
        )
    return found[0]


def claim_in(home: Home, account: Account, number: str) -> PatientClaim:
    """The claim of an account that a number names. Raises StepError PAT-02, none; CLM-03, several."""
    ids = claim_story.find(home.ledger, number)
    found = [one for one in account.claims if one.id in ids]
    if not found:
        raise StepError("PAT-02", f"claim {number} is not of account {account.number}; see `patients show`")
    if len(found) > 1:
        raise StepError(
            "CLM-03",
            f"{len(found)} claims of account {account.number} have the number {number}; "
            f"give an id: {', '.join(str(one.id) for one in found)}",
        )
    return found[0]


def together(claims: Iterable[PatientClaim]) -> list[Account]:
    """Claims as accounts."""
    ordered = sorted(claims, key=lambda one: one.id)
    by_claim = {one.id: _read_of(one) for one in ordered}
    groups = _groups(ordered, by_claim)
    return sorted((_account(group, by_claim) for group in groups), key=lambda account: account.number)


def _read_of(one: PatientClaim) -> Read:
    on = date.fromisoformat(one.service_from_on) if one.service_from_on else None
    return read(one.documents[0], one.practice, on, one.named) if one.documents else Read("", None)


def _groups(claims: Sequence[PatientClaim], by_claim: dict[int, Read]) -> list[list[PatientClaim]]:
    """Claims whose guarantors have a mark in common, in whatever number of steps."""
    of_mark: dict[str, int] = {}
    leader: dict[int, int] = {}

    def led_by(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for one in claims:
        leader[one.id] = one.id
        guarantor = by_claim[one.id].guarantor
        for mark in sorted(guarantor.marks) if guarantor is not None else ():
            first = led_by(of_mark.setdefault(mark, one.id))
            mine = led_by(one.id)
            leader[max(first, mine)] = min(first, mine)
    found: dict[int, list[PatientClaim]] = {}
    for one in claims:
        found.setdefault(led_by(one.id), []).append(one)
    return list(found.values())


def _account(group: list[PatientClaim], by_claim: dict[int, Read]) -> Account:
    newest = by_claim[max(group, key=lambda one: (one.service_from_on, one.id)).id].guarantor
    if newest is not None:
        own = any(g is not None and g.is_dead for g in (by_claim[one.id].guarantor for one in group))
        newest = replace(newest, is_dead=own)
    return Account(
        number=group[0].id,
        practice=group[0].practice,
        guarantor=newest,
        claims=sorted(group, key=lambda one: (one.service_from_on, one.id)),
        patients={one.id: by_claim[one.id].patient for one in group},
    )
