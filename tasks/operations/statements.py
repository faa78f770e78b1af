"""Statements: what would be asked, made once a cycle, void, the mailing house's file, and what holds them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from ledger.books.acts import named
from ledger.patients import holds, statements
from ledger.patients.holds import KINDS, Hold
from ledger.patients.statements import FILE, PAGE, Batch, Made
from ledger.storage import documents
from ledger.storage.documents import Document
from tasks.errors import StepError
from tasks.home.home import Home, keep_copy
from tasks.letters import statement as letter
from tasks.operations.money_acts import By, signed
from tasks.patients import accounts, mailing
from tasks.patients.accounts import Account
from tasks.patients.due import Due, Known, LeftOut, due
from tasks.patients.kept import batch_file, keep_copies, known, page_file, rules
from tasks.patients.mailing import Whole

AHEAD = timedelta(days=366)
"""A hold or its end from a later day is a slip: until then the account would be asked."""


@dataclass(frozen=True, slots=True)
class Run:
    """Statements that were made, or in a dry run would be; `batch` 0 none. `file`: where the mailing house's
    file lies. Cents."""

    dry_run: bool
    batch: int
    statements: int
    cents: int
    due: tuple[Due, ...]
    left_out: tuple[LeftOut, ...]
    file: Path | None

    @property
    def by_reason(self) -> dict[str, tuple[int, int]]:
        """By reason, how many claims are left out and their cents."""
        count: Counter[str] = Counter()
        cents: Counter[str] = Counter()
        for one in self.left_out:
            count[one.reason] += 1
            cents[one.reason] += one.cents
        return {reason: (count[reason], cents[reason]) for reason in sorted(count)}


def preview(home: Home, as_of: date, practice: str = "", facts: Known | None = None) -> list[Due]:
    """What every account that owes would be asked for, and what is left out of it and why. `facts`: what is
    kept of statements, where it was read already."""
    facts, by = facts or known(home), rules(home)
    with home.ledger.read() as connection:
        owing = (one for one in accounts.balances(connection) if one.owes)
        found = accounts.load(connection, [one for one in owing if practice in ("", one.practice)])
    return [due(account, facts, by, as_of) for account in found]


def make(home: Home, as_of: date, by: By, *, practice: str = "", dry_run: bool) -> Run:
    """Makes the statements that are due, of one practice or of all, with the file for a mailing house. Made
    again within a cycle it makes none.

    Raises StepError STM-01, no such practice; LedgerInDoubt, who was asked already may not be known here.
    """
    who, why = named(signed(home, by, preview=dry_run))
    if practice and practice not in home.partners.practices:
        raise StepError("STM-01", f"no practice has the key {practice}; see partners/practices")
    if not dry_run:
        home.refuse_in_doubt()
        keep_copies(home)
    facts = known(home)
    found = preview(home, as_of, practice, facts)
    asked = [one for one in found if one.claims]
    left = tuple(out for one in found for out in one.left_out)
    cents = sum(one.cents for one in asked)
    if dry_run or not asked:
        return Run(dry_run, 0, len(asked), cents, tuple(asked), left, None)
    with home.ledger.read() as connection:
        batch_id, first = statements.next_numbers(connection)
    pages = [_page(home, as_of, one, facts, n) for n, one in enumerate(asked, first)]
    kept = [_kept(one, page, n) for n, (one, page) in enumerate(zip(asked, pages, strict=True), first)]
    file = Document(FILE, mailing.written(batch_id, pages))
    with home.ledger.write() as connection:
        statements.keep(connection, as_of.isoformat(), batch_id, file, kept, who, why)
    for row in kept:
        made = Made(row.number, batch_id, row.account, row.practice, row.cents, row.due_on, row.page.sha256,
                    as_of.isoformat(), False)  # fmt: skip
        keep_copy(home, page_file(home, made), row.page.data)
    batch = Batch(batch_id, len(kept), cents, file.sha256, as_of.isoformat(), 0)
    keep_copy(home, batch_file(home, batch), file.data)
    return Run(False, batch_id, len(kept), cents, tuple(asked), left, batch_file(home, batch))


def _page(home: Home, on: date, one: Due, facts: Known, number: int) -> letter.Statement:
    account = one.account
    guarantor = account.guarantor
    assert guarantor is not None, "nothing is due of such an account"
    assert guarantor.address is not None, "nor of such a one"
    rows = [
        letter.Row(
            c.service_from_on, account.patients[c.id], c.number, c.charge, c.insurance_paid,
            c.charge - c.insurance_paid - c.patient_paid - c.owed, c.patient_paid, c.owed,
        )
        for c in one.claims
    ]  # fmt: skip
    return letter.Statement(
        number=str(number),
        account=str(account.number),
        practice=home.partners.practices[account.practice],
        guarantor=guarantor.name,
        address=guarantor.address,
        on=on,
        due_on=on + timedelta(days=home.settings.statement_due_days),
        rows=rows,
        ages=_ages(one, facts, on),
    )


def _ages(one: Due, facts: Known, on: date) -> tuple[int, int, int, int]:
    """What is owed by the days since each claim's first statement."""
    found = [0, 0, 0, 0]
    for c in one.claims:
        first = next((day for _, day, _ in facts.asked.get(c.id, ())), "")
        age = (on - date.fromisoformat(first)).days if first else 0
        found[0 if age <= 30 else 1 if age <= 60 else 2 if age <= 90 else 3] += c.owed
    return found[0], found[1], found[2], found[3]


def _kept(one: Due, page: letter.Statement, number: int) -> statements.Statement:
    return statements.Statement(
        number=number,
        account=one.account.number,
        practice=one.account.practice,
        due_on=page.due_on.isoformat(),
        claims=[(c.id, c.owed) for c in one.claims],
        page=Document(PAGE, letter.printed(page)),
    )


def void(
    home: Home, as_of: date, by: By, numbers: Sequence[int], *, batch: int = 0, dry_run: bool
) -> list[Made]:
    """Statements do not count: they were not mailed, or are wrong. The next ones are due as if there had
    been none. `batch`: all that still count of one.

    Raises StepError STM-02, no such statement or batch, or one that does not count already.
    """
    who, why = named(signed(home, by, preview=dry_run))
    with home.ledger.read() as connection:
        if batch:
            found = statements.all_of(connection, batch_id=batch, void=False)
            if not found:
                raise StepError("STM-02", f"no statement of batch {batch} counts; see `statements list`")
        else:
            found = [_counting(statements.one_of_number(connection, n), n) for n in dict.fromkeys(numbers)]
    if not dry_run:
        with home.ledger.write() as connection:
            statements.void(connection, as_of.isoformat(), [one.id for one in found], who, why)
    return found


def _counting(found: Made | None, number: int) -> Made:
    if found is None or found.void:
        what = "there is no statement" if found is None else "it does not count already: statement"
        raise StepError("STM-02", f"{what} {number}; see `cleanclaim statements list`")
    return found


def file_of(home: Home, batch: int) -> bytes:
    """The mailing house's file of a batch.

    Raises StepError STM-02, no such batch, or a statement of it is void: the file would mail it;
    DocumentPurged.
    """
    home.refuse_in_doubt()
    with home.ledger.read() as connection:
        found = next((one for one in statements.batches(connection) if one.id == batch), None)
    if found is None:
        raise StepError("STM-02", f"there is no batch {batch}; see `cleanclaim statements list`")
    if found.void:
        raise StepError(
            "STM-02",
            f"{found.void} of the {found.statements} statements of batch {batch} are void: its file would "
            "mail them; void the rest (--batch) and make them again",
        )
    return documents.read(home.ledger, found.sha256)


def page_of(home: Home, number: int) -> bytes:
    """A statement as PDF, void or not. Raises StepError STM-02, there is none; DocumentPurged."""
    with home.ledger.read() as connection:
        found = statements.one_of_number(connection, number)
    if found is None:
        raise StepError("STM-02", f"there is no statement {number}; see `cleanclaim statements list`")
    return documents.read(home.ledger, found.sha256)


def check(home: Home, file: Path) -> Whole:
    """Proves that a file is a batch of this home, whole and as it was made.

    Raises StepError STM-03 with the line that is not right; STM-02, no batch of this home.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise StepError("STM-03", f"{file}: {error.strerror}") from None
    found = mailing.read(data)
    if data != file_of(home, found.batch):
        raise StepError("STM-03", f"line 1: the file is whole, but not that of batch {found.batch} here")
    return found


def hold(
    home: Home,
    as_of: date,
    by: By,
    number: str,
    kind: str,
    *,
    from_on: date | None = None,
    claim_alone: bool = False,
    dry_run: bool,
) -> tuple[Account, Hold]:
    """No statement goes to an account, or asks for one claim of it, from a day on.

    Raises StepError STM-04, no such kind, a day that is a slip, or it is held so already; as
    `accounts.of_number`.
    """
    who, why = named(signed(home, by, preview=dry_run))
    if kind not in KINDS:
        raise StepError("STM-04", f"{kind} is no reason; one of {', '.join(KINDS)}")
    account = accounts.of_number(home, number)
    claim_id = accounts.claim_in(home, account, number).id if claim_alone else account.number
    if from_on is not None and from_on > as_of + AHEAD:
        raise StepError("STM-04", f"{from_on} is more than a year ahead; correct the day")
    day = (from_on or as_of).isoformat()
    for one in holds_of(home, account):
        same = one.whole != claim_alone and (one.whole or one.claim_id == claim_id)
        if same and one.kind == kind and (not one.until_on or one.until_on > day):
            raise StepError("STM-04", f"it is held so from {one.from_on} already (hold {one.id})")
    claims = frozenset[int]() if claim_alone else frozenset(account.ids)
    made = Hold(0, claim_id, claims, not claim_alone, kind, day, "", who, why)
    if not dry_run:
        with home.ledger.write() as connection:
            kept = holds.place(
                connection, as_of.isoformat(), claim_id, kind, claims=claims, from_on=day, actor=who,
                why=why,
            )  # fmt: skip
        made = replace(made, id=kept)
    return account, made


def release(
    home: Home, as_of: date, by: By, number: int, *, from_on: date | None = None, dry_run: bool
) -> Hold:
    """Ends a hold, by its number, from a day on.

    Raises StepError STM-05, no such hold, it is ended, or the day is before its first one or a slip.
    """
    who, why = named(signed(home, by, preview=dry_run))
    with home.ledger.read() as connection:
        found = next((one for one in holds.all_of(connection) if one.id == number), None)
    if found is None:
        raise StepError("STM-05", f"there is no hold {number}; see `cleanclaim patients show`")
    if found.until_on:
        raise StepError("STM-05", f"hold {number} is ended from {found.until_on} on already")
    day = (from_on or as_of).isoformat()
    if from_on is not None and from_on > as_of + AHEAD:
        raise StepError("STM-05", f"{from_on} is more than a year ahead; correct the day")
    if day < found.from_on:
        raise StepError("STM-05", f"hold {number} begins on {found.from_on}; it can't end before")
    if not dry_run:
        with home.ledger.write() as connection:
            holds.end(connection, as_of.isoformat(), found, from_on=day, actor=who, why=why)
    return found


def holds_of(home: Home, account: Account) -> list[Hold]:
    """Every hold of an account or of a claim of it, oldest first."""
    with home.ledger.read() as connection:
        return holds.all_of(connection, account.ids)
