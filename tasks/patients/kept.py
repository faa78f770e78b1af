"""What the ledger keeps of statements, as the rules need it, and the copies of them for people."""

from collections import defaultdict
from collections.abc import Set
from pathlib import Path

from ledger.patients import collections, holds, plans, statements
from ledger.patients.collections import Collection
from ledger.patients.holds import Hold
from ledger.patients.statements import Batch, Made
from ledger.storage import documents
from tasks.estimates import billed
from tasks.home.home import Home, copy_at, keep_copy
from tasks.patients.due import Known, Rules


def rules(home: Home) -> Rules:
    """The home's rules of statements."""
    of = home.settings
    return Rules(of.statement_cycle_days, of.statement_minimum_cents, frozenset(home.partners.practices))


def known(home: Home, claims: Set[int] | None = None) -> Known:
    """What is kept that decides about statements, of all claims or of these."""
    with home.ledger.read() as connection:
        every = plans.all_of(connection, claims)
        left = plans.left(connection, None if claims is None else [plan.id for plan in every])
        planned = frozenset(claim_id for plan in every if left.get(plan.id) for claim_id, _ in plan.claims)
        held, asked = holds.all_of(connection, claims), statements.asked(connection, claims)
    of: dict[int, list[Hold]] = defaultdict(list)
    for hold in held:
        for claim_id in hold.claims if hold.whole else (hold.claim_id,):
            of[claim_id].append(hold)
    return Known(of, asked, planned, billed.waiting(home))


def page_file(home: Home, one: Made) -> Path:
    """Where the copy of a statement lies."""
    return home.statements / f"{one.business_on}-statement{one.id}_{one.sha256[:16]}.pdf"


def batch_file(home: Home, one: Batch) -> Path:
    """Where the copy of a mailing house's file lies."""
    return home.statements / f"{one.business_on}-batch{one.id}_{one.sha256[:16]}.csv"


def collection_file(home: Home, one: Collection) -> Path:
    """Where the copy of a collection agency's file lies."""
    return home.statements / f"{one.business_on}-collection{one.id}_{one.sha256[:16]}.csv"


def keep_copies(home: Home) -> int:
    """Writes the copies that are missing: a process died before it did, or the ledger was restored. How
    many."""
    with home.ledger.read() as connection:
        pages = [(page_file(home, one), one.sha256) for one in statements.all_of(connection)]
        files = [(batch_file(home, one), one.sha256) for one in statements.batches(connection)]
        given = [(collection_file(home, one), one.sha256) for one in collections.all_of(connection)]
    missing = [(path, sha) for path, sha in (*pages, *files, *given) if copy_at(path) is None]
    purged = documents.purged(home.ledger) if missing else frozenset()
    kept = [(path, sha) for path, sha in missing if sha not in purged]
    for path, sha in kept:
        keep_copy(home, path, documents.read(home.ledger, sha))
    return len(kept)
