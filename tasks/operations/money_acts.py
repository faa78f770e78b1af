"""How every act about money is done: signed, in one transaction, or previewed and taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ledger.books import acts
from ledger.books.acts import Done, Signature
from ledger.queries import claim_story
from tasks.errors import StepError
from tasks.home.home import Home


@dataclass(frozen=True, slots=True)
class By:
    """Who acts and why; `second` signs too, "" nobody. `typed_by`: whoever typed the name without a proof of
    being that person, "" it was proven."""

    who: str
    why: str
    second: str = ""
    typed_by: str = ""


Act = Callable[[Connection, str, Signature], str]
"""Does it inside a transaction for a business date, signed; says in words what was done."""


def perform(home: Home, as_of: date, by: By, act: Act, *, dry_run: bool) -> Done:
    """Does an act, or previews it with the postings that it would make.

    Raises:
        LedgerError: LED-14, the books do not allow it; LED-15, a second signature is needed.
    """
    signature = signed(home, by, preview=dry_run)
    business_on = as_of.isoformat()
    return acts.perform(
        home.ledger, lambda connection: act(connection, business_on, signature), dry_run=dry_run
    )


def signed(home: Home, by: By, *, preview: bool) -> Signature:
    """The signature of who acts, with the limits of this home's settings."""
    return Signature(
        who=by.who,
        why=by.why,
        second=by.second,
        typed_by=by.typed_by,
        limits=home.settings.authority,
        preview=preview,
    )


def claim_of(home: Home, number: str) -> int:
    """The claim that a number names. Raises StepError CLM-01 for none, CLM-03 for several."""
    ids = claim_story.find(home.ledger, number)
    if not ids:
        raise StepError("CLM-01", f"no claim has the number {number}; see `cleanclaim claims list`")
    if len(ids) > 1:
        raise StepError(
            "CLM-03",
            f"{len(ids)} claims are of encounters with the number {number}; "
            f"give an id: {', '.join(map(str, ids))}",
        )
    return ids[0]
