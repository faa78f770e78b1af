"""Accounts: the claims that one guarantor answers for in one practice. Derived, never kept: the balances of
all of them come out of the database in sums, and the documents are read of those that are asked for.

Guarantors are one person where their documents agree in two of name, birth date and record number, so that
neither a new name nor a new number makes a second account. Two practices are two creditors: two accounts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from ledger.queries import claim_story, patient_balances, patient_claims
from ledger.queries.patient_balances import PatientBalance
from ledger.queries.patient_claims import PatientClaim
from ledger.storage.database import bounded
from ledger.storage.documents import load_kept
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


@dataclass(frozen=True, slots=True)
class Balance:
    """An account as its balances say, nothing of whose documents is read; cents. `claims` are ids; `owes`:
    something is owed of one of them. `first_open`: the first of which anything is open, 0 none."""

    number: int
    practice: str
    claims: tuple[int, ...]
    owed: int
    credit: int
    prepaid: int
    given_up: int
    owes: bool
    first_open: int


def balances(connection: Connection) -> list[Balance]:
    """Every account, by its number."""
    rows = patient_balances.every(connection)
    of = {one.claim_id: one for one in rows}
    return [_balance([of[i] for i in group]) for group in together(_marks(connection, rows))]


def page(
    connection: Connection, *, after: int = 0, limit: int, practices: Collection[str] | None = None
) -> list[Balance]:
    """The next accounts of which something is open, in the order of their first open claims (`first_open`),
    behind the one with the first open claim `after`. Nothing is read of others."""
    found: list[Balance] = []
    while len(found) < limit:
        claims = patient_balances.open_after(connection, after, limit, practices)
        firsts = set(claims)  # an account comes once, at its first open claim
        theirs = [one for one in of_claims(connection, claims) if one.first_open in firsts]
        found += sorted(theirs, key=lambda one: one.first_open)
        if len(claims) < limit:
            break
        after = claims[-1]
    return found[:limit]


def load(connection: Connection, chosen: Iterable[Balance]) -> list[Account]:
    """These accounts, with all that speaks for or against asking."""
    wanted = list(chosen)
    claims = {one.id: one for one in patient_claims.load(connection, {i for b in wanted for i in b.claims})}
    return [account_of([claims[number] for number in one.claims]) for one in wanted]


def keep_digests(home: Home) -> int:
    """Keeps what recognises the guarantors of claims that are new, or are read otherwise now. How many."""
    with home.ledger.read() as connection:
        newest = patient_balances.newest_rows(connection)
        recent = patient_balances.maybe_not_kept(connection)
        if recent is None:
            rows = patient_balances.every(connection)
        else:
            rows = patient_balances.of_claims(connection, recent)
        new = [one for one in rows if one.marks is None]
        read_ = _digests(connection, new)
    for piece in bounded(new):
        with home.ledger.write() as connection:
            patient_balances.keep(connection, {one: sorted(read_[one.claim_id]) for one in piece})
    with home.ledger.write() as connection:
        patient_balances.note_kept(connection, newest)
    return len(new)


def of_number(home: Home, number: str) -> Account:
    """The account that a claim belongs to; `number` is its list's id, or any number of one of its claims.

    Raises StepError CLM-01, no such claim; CLM-03, several; PAT-01, nothing of it is a patient's.
    """
    return of_numbers(home, [number])[0]


def of_numbers(home: Home, numbers: Sequence[str]) -> list[Account]:
    """The accounts that claims belong to, each once. Raises StepError as `of_number`."""
    with home.ledger.read() as connection:
        found = dict.fromkeys(_of_number(home, connection, number) for number in numbers)
        return load(connection, found)


def of_claims(connection: Connection, claim_ids: Collection[int]) -> list[Balance]:
    """The accounts that one of these claims belongs to, by their numbers; none where nothing is or was a
    patient's."""
    wanted = set(claim_ids)
    recent = patient_balances.maybe_not_kept(connection)
    if recent is None:
        return [one for one in balances(connection) if not wanted.isdisjoint(one.claims)]
    rows: dict[int, PatientBalance] = {}
    marks: dict[int, Iterable[str]] = {}
    looked_for: set[str] = set()
    groups: list[list[int]] = []
    new = wanted | recent if wanted else set()
    while new:
        found = patient_balances.of_claims(connection, new)
        rows |= {one.claim_id: one for one in found}
        marks |= _marks(connection, found)
        groups = [
            group
            for group in together({number: marks[number] for number in sorted(marks)})
            if not wanted.isdisjoint(group)
        ]
        theirs = {mark for group in groups for number in group for mark in marks[number]}
        new = patient_balances.sharing(connection, theirs - looked_for) - rows.keys()
        looked_for |= theirs
    return [_balance([rows[number] for number in group]) for group in groups]


def _of_number(home: Home, connection: Connection, number: str) -> Balance:
    ids = set(claim_story.find(home.ledger, number))
    if not ids:
        raise StepError("CLM-01", f"no claim has the number {number}; see `cleanclaim patients list`")
    found = of_claims(connection, ids)
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


def _marks(connection: Connection, rows: Sequence[PatientBalance]) -> dict[int, Iterable[str]]:
    """By claim the digests that recognise its guarantor: those that are kept, and of the others read now."""
    new = _digests(connection, [one for one in rows if one.marks is None])
    return {one.claim_id: new[one.claim_id] if one.marks is None else one.marks for one in rows}


def _digests(connection: Connection, rows: Sequence[PatientBalance]) -> dict[int, Iterable[str]]:
    """By claim the digests of its documents, which are read a piece at a time."""
    found: dict[int, Iterable[str]] = {}
    words = load_kept(connection, {one.word for one in rows} - {""})
    for piece in bounded(rows):
        documents = patient_balances.documents_of(connection, [one.encounter_id or 0 for one in piece])
        for one in piece:
            word = words[one.word].decode("utf-8") if one.word else ""
            read_ = _read(documents[one.encounter_id or 0], one.practice, one.service_from_on, word)
            found[one.claim_id] = read_.digests
    return found


def together(marks: Mapping[int, Iterable[str]]) -> list[list[int]]:
    """Claims whose guarantors have a mark in common, in whatever number of steps: ids, by their first one.
    `marks` are those of each claim, by ids that rise."""
    of_mark: dict[str, int] = {}
    leader: dict[int, int] = {}

    def led_by(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for claim_id, its in marks.items():
        leader[claim_id] = claim_id
        for mark in its:
            first = led_by(of_mark.setdefault(mark, claim_id))
            mine = led_by(claim_id)
            leader[max(first, mine)] = min(first, mine)
    found: dict[int, list[int]] = {}
    for claim_id in marks:
        found.setdefault(led_by(claim_id), []).append(claim_id)
    return list(found.values())


def _balance(group: Sequence[PatientBalance]) -> Balance:
    return Balance(
        number=group[0].claim_id,
        practice=group[0].practice,
        claims=tuple(one.claim_id for one in group),
        owed=sum(one.owed for one in group),
        credit=sum(one.credit for one in group),
        prepaid=sum(one.prepaid for one in group),
        given_up=sum(one.given_up for one in group),
        owes=any(one.owed > 0 for one in group),
        first_open=next((one.claim_id for one in group if _is_open(one)), 0),
    )


def _is_open(one: PatientBalance) -> bool:
    return bool(one.owed or one.credit or one.prepaid or one.given_up)


def account_of(claims: Iterable[PatientClaim]) -> Account:
    """Claims as the one account that they are."""
    group = sorted(claims, key=lambda one: one.id)
    read_ = {
        one.id: _read(one.documents[0], one.practice, one.service_from_on, one.named)
        if one.documents
        else Read("", None)
        for one in group
    }
    newest = read_[max(group, key=lambda one: (one.service_from_on, one.id)).id].guarantor
    if newest is not None:
        own = any(g is not None and g.is_dead for g in (of.guarantor for of in read_.values()))
        newest = replace(newest, is_dead=own)
    return Account(
        number=group[0].id,
        practice=group[0].practice,
        guarantor=newest,
        claims=sorted(group, key=lambda one: (one.service_from_on, one.id)),
        patients={one.id: read_[one.id].patient for one in group},
    )


def _read(document: str, practice: str, service_from_on: str, word: str) -> Read:
    on = date.fromisoformat(service_from_on) if service_from_on else None
    return read(document, practice, on, word)
