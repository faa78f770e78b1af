"""The ledger: the only SQL, and the only truth.

| room | what it has |
|---|---|
| `schema` | every table and unique key |
| `storage` | SQLite or PostgreSQL: `Ledger.read()`, `Ledger.write()`; the lease; documents |
| `trail` | the chain of who did what |
| `migrations` | the schema's revisions |
| `runs` | nights, schedules, alerts |
| `people` | who signs in to the web console |
| `encounters` | files of the inbox, encounters, corrections, visits |
| `agreed` | contracts, authorizations, coverages, enrolments |
| `sending` | claims, submissions and batches: number and bytes in one transaction |
| `acknowledge` | TA1, 999, 277CA, 271 and 277: what they change |
| `adjudication` | pure: what a payer's answer means, what the contract allows, who owes what |
| `payments` | 835s and deposits: matched, posted, or queued whole |
| `books` | the double entry, a claim's books, work items, months |
| `patients` | guarantors, plans, statements, collections |
| `queries` | frozen rows for every view and report |
| `maintenance` | backup and restore, which ledger it is, what is purged |

A business date is an ISO day in text (`business_on`) and money integer cents. Nothing here reads the clock.
"""

from ledger.errors import DoesNotBalance, FencedOut, LeaseTaken, LedgerBusy, LedgerError, StateConflict
from ledger.storage.database import Ledger

__all__ = [
    "DoesNotBalance",
    "FencedOut",
    "LeaseTaken",
    "Ledger",
    "LedgerBusy",
    "LedgerError",
    "StateConflict",
]
