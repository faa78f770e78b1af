"""What a collection agency is given, by a person's authority, with the file that says it; what is taken back.

Only what was asked for often enough, and what no payer may pay, no hold keeps back and no plan pays."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from config.dollars import dollars
from ledger.books import acts, claim_acts
from ledger.books.acts import Done, Signature, named
from ledger.patients import collections
from ledger.patients.collections import FILE, Collection
from ledger.queries.patient_claims import PatientClaim
from ledger.storage import documents
from ledger.storage.documents import Document
from tasks.errors import StepError
from tasks.home.home import Home, keep_copy
from tasks.operations.money_acts import By, perform
from tasks.patients import accounts, mailing
from tasks.patients.accounts import Account
from tasks.patients.due import REASONS, Known, of_account, of_claim
from tasks.patients.kept import collection_file, keep_copies, known

COLUMNS: Final = (
    *("record", "account", "practice", "name", "birth_date", "line1", "line2", "city", "state", "zip"),
    *("claim", "service_date", "patient", "charge_cents", "paid_cents", "owed_cents", "first_asked"),
    *("last_asked", "statements"),
)
"""Of the file. Its last line: `T`, the hand-over's number, rows, cents, the SHA-256 of the lines before."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given, or in a dry run would be. `file` lies in the home."""

    done: Done
    number: int
    claims: int
    cents: int
    file: Path | None


def give(home: Home, as_of: date, by: By, numbers: Sequence[str], *, dry_run: bool) -> Given:
    """Gives accounts to a collection agency: what they owe becomes bad debt. All of them, or none.

    Raises StepError COL-01, one of them may not be given, and why; COL-02, they are of several practices;
    LedgerInDoubt; SecondNeeded, the whole is above what one person may decide.
    """
    if not dry_run:
        home.refuse_in_doubt()
        keep_copies(home)
    found = accounts.of_numbers(home, numbers)
    facts = known(home, {one for account in found for one in account.ids})
    chosen = [(account, _claims(home, account, facts, as_of)) for account in found]
    if len({account.practice for account in found}) != 1:
        raise StepError("COL-02", "give the accounts of one practice at a time: each has its own file")
    claims = [(c.id, c.owed) for _, some in chosen for c in some]
    cents = sum(part for _, part in claims)
    with home.ledger.read() as connection:
        number = collections.next_number(connection)
    practice = chosen[0][0].practice
    file = Document(FILE, _file(number, chosen, facts))

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        who, why = named(signature)
        acts.within_limit(signature, cents)
        for claim_id, part in claims:
            claim_acts.give_up(connection, business_on, signature, claim_id, part, f"collection {number}")
        collections.keep(connection, business_on, number, practice, claims, file, who, why)
        return f"{dollars(cents)} of {len(claims)} claims given to collections, hand-over {number}"

    done = perform(home, as_of, by, act, dry_run=dry_run)
    path = None
    if not dry_run:
        made = Collection(number, practice, len(claims), cents, file.sha256, as_of.isoformat())
        path = collection_file(home, made)
        keep_copy(home, path, file.data)
    return Given(done, number, len(claims), cents, path)


def _claims(home: Home, account: Account, facts: Known, on: date) -> list[PatientClaim]:
    """The claims of an account that may be given. Raises StepError COL-01 where none may, with the reason."""
    whole = of_account(account, facts, on, by_mail=False)
    owing = [one for one in account.claims if one.owed > 0] if whole is None else []
    reasons = {one.id: _not_yet(home, one, facts, on) for one in owing}
    given = [one for one in owing if not reasons[one.id]]
    if given:
        return given
    why = next((reason for reason in reasons.values() if reason), "nothing is owed")
    if whole is not None:
        why = REASONS[whole[0]]
    raise StepError("COL-01", f"account {account.number} can't be given to collections: {why}")


def _not_yet(home: Home, one: PatientClaim, facts: Known, on: date) -> str:
    """Why a claim may not be given; "" it may."""
    reason, _ = of_claim(one, facts, on)
    if reason:
        return REASONS[reason]
    asked = facts.asked.get(one.id, ())
    wanted = home.settings.collections_statements
    if len(asked) < wanted:
        return f"it was on {len(asked)} of {wanted} statements"
    since = date.fromisoformat(asked[-1][1]) + timedelta(days=home.settings.statement_due_days)
    return f"its last statement may be paid until {since}" if on <= since else ""


def _file(number: int, chosen: Sequence[tuple[Account, Sequence[PatientClaim]]], facts: Known) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for account, claims in chosen:
        rows.writerows(_row(account, one, facts) for one in claims)
    body = out.getvalue().encode("utf-8")
    every = [one for _, claims in chosen for one in claims]
    end = ("T", number, len(every), sum(one.owed for one in every), hashlib.sha256(body).hexdigest())
    return body + ",".join(map(str, end)).encode() + b"\r\n"


def _row(account: Account, one: PatientClaim, facts: Known) -> list[object]:
    of = account.guarantor
    at = of.address if of is not None else None
    where = (at.line1, at.line2, at.city, at.state, at.zip) if at is not None else ("",) * 5
    asked = facts.asked.get(one.id, ())
    cells = (
        *("C", account.number, account.practice, account.name, of.birth_date if of is not None else ""),
        *(*where, one.number, one.service_from_on, account.patients[one.id], one.charge),
        *(one.insurance_paid + one.patient_paid, one.owed, asked[0][1], asked[-1][1], len(asked)),
    )
    return [mailing.plain(c) for c in cells]


def recall(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Done:
    """What collections still have of an account is the guarantor's again. Raises StepError COL-03."""
    account = accounts.of_number(home, number)
    given = [one for one in account.claims if one.given_up > 0]
    if not given:
        raise StepError("COL-03", f"nothing of account {account.number} is in collections")

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        acts.within_limit(signature, sum(one.given_up for one in given))
        for one in given:
            claim_acts.recall(connection, business_on, signature, one.id)
        return f"{dollars(account.given_up)} of account {account.number} taken back from collections"

    return perform(home, as_of, by, act, dry_run=dry_run)


def file_of(home: Home, number: int) -> bytes:
    """A hand-over's file. Raises StepError COL-03, there is none; DocumentPurged."""
    home.refuse_in_doubt()
    with home.ledger.read() as connection:
        found = next((one for one in collections.all_of(connection) if one.id == number), None)
    if found is None:
        raise StepError("COL-03", f"there is no hand-over {number}; see the audit trail")
    return documents.read(home.ledger, found.sha256)
