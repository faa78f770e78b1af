"""What a ledger holds, as one number a table: two ledgers with the same rows have the same numbers.

The clock, drawn keys and the state of a folder are left out; in which order rows were written, or are read,
makes no difference. Rows are read one after another, so that a ledger of any size fits.
"""

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from ledger.schema import metadata
from ledger.storage.database import Ledger

ITS_OWN = frozenset(
    {"audit", "audit_head", "lease", "turn", "identity", "inbox_seen", "remote_look", "queue_change"}
)
"""Tables that differ between ledgers alike: clocks, drawn keys, the times and inodes of a folder."""
CLOCK = frozenset({"recorded_at", "digest", "before", "hash", "holder", "expires_at", "token"})
"""Columns that hold the clock, or what is made of it."""
AT_ONCE = 5_000  # rows


def content(ledger: Ledger) -> dict[str, str]:
    """By table that has rows: how many, and the sum of their SHA-256."""
    found: dict[str, str] = {}
    with ledger.read() as connection:
        for table in metadata.sorted_tables:
            if table.name in ITS_OWN:
                continue
            columns = [column for column in table.columns if column.name not in CLOCK]
            rows = total = 0
            for row in connection.execution_options(yield_per=AT_ONCE).execute(select(*columns)):
                rows += 1
                total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
            if rows:
                found[table.name] = f"{rows} {total % 2**256:x}"
    return found


def differences(contents: Sequence[Mapping[str, str]]) -> list[str]:
    """The tables in which not all of these ledgers are equal."""
    names = sorted(set().union(*contents))
    return [name for name in names if len({one.get(name) for one in contents}) > 1]
