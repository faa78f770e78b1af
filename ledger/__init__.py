"""The ledger: the only SQL, and the only truth.

| file | what it does |
|---|---|
| `schema` | every table and unique key |
| `database` | opens SQLite or PostgreSQL; `Ledger.read()`, `Ledger.write()` under a fencing token |
| `lease` | one run at a time |
| `inbox`, `encounters`, `claims` | files to encounters, findings, claims and submissions |
| `overrides` | a person's word against a finding, for the audit trail |
| `batches` | the protocol: number and bytes in one transaction, states by compare-and-set |
| `responses` | partners' files, stored once |
| `acknowledge` | TA1, 999 and 277CA move batches and claims |
| `matching`, `remittances` | 835s: matched, posted double entry, or queued whole |
| `history` | a patient's earlier claims, for the edits |
| `alerts` | what a person is told |
| `queries` | frozen rows for every view and report |

A night is an ISO day in text, money is integer cents, and nothing here reads the clock.
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
