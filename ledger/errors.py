"""What the ledger raises when its machinery, not a claim's content, is at fault.

    LedgerError              code, message, retryable
    ├── LeaseTaken           LED-01   another run works; leave
    ├── FencedOut            LED-02   a later run took over; nothing was written
    ├── StateConflict        LED-03   a row is not in the state this step starts from
    ├── LedgerBusy           LED-04   the database stayed locked
    ├── DoesNotBalance       LED-05   an entry does not sum to zero; nothing was posted
    ├── LedgerRefused        LED-06   a key or an append-only table does not allow it
    │   └── KeyRefused       LED-06   it is a key of what was to be written
    ├── KeyMissing           LED-07   a document is sealed under a key that is not here
    ├── DocumentPurged       LED-08   its time was over; only its hash is left
    ├── DocumentDamaged      LED-09   stored bytes are not what their hash says
    ├── BackupRefused        LED-10   a backup can't be written or restored as asked
    ├── LedgerFull           LED-11   the database's disk is full; nothing was written
    ├── ValueRefused         LED-12   a value does not fit its column; nothing was written
    ├── LedgerInDoubt        LED-13   it may not be the ledger that went on last; nothing is sent
    ├── ActRefused           LED-14   the books do not allow what a person asked for; nothing was written
    ├── SecondNeeded         LED-15   it is above what one person may decide; another one signs too
    ├── MonthRefused         LED-16   a month is closed already, is not over, or does not close
    ├── OtherVersion         LED-17   another version of the program made it; nothing was written
    └── PackMissing          LED-18   a pack of old documents is not in the archive's folder, or damaged

Messages name ids, states and counts, never what a claim says.
"""


class LedgerError(Exception):
    """The base. `retryable` says whether the same call may succeed later without a person."""

    code = "LED-00"
    retryable = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


class LeaseTaken(LedgerError):
    code = "LED-01"


class FencedOut(LedgerError):
    code = "LED-02"


class StateConflict(LedgerError):
    code = "LED-03"


class LedgerBusy(LedgerError):
    code = "LED-04"
    retryable = True


class DoesNotBalance(LedgerError):
    code = "LED-05"


class LedgerRefused(LedgerError):
    code = "LED-06"


class KeyRefused(LedgerRefused):
    """What was to be written stands there already, or names what is not there."""


class KeyMissing(LedgerError):
    code = "LED-07"


class DocumentPurged(LedgerError):
    code = "LED-08"


class DocumentDamaged(LedgerError):
    code = "LED-09"


class BackupRefused(LedgerError):
    code = "LED-10"


class LedgerFull(LedgerError):
    code = "LED-11"


class ValueRefused(LedgerError):
    """The fault of what was to be written, not of the machinery."""

    code = "LED-12"


class LedgerInDoubt(LedgerError):
    code = "LED-13"


class ActRefused(LedgerError):
    code = "LED-14"


class SecondNeeded(LedgerError):
    code = "LED-15"


class MonthRefused(LedgerError):
    code = "LED-16"


class OtherVersion(LedgerError):
    """A table or column is missing, or the revision is one that this version does not know."""

    code = "LED-17"

    def __init__(self) -> None:
        super().__init__(
            "another version of this program made the ledger: its tables are not those of this one, and "
            "nothing was written; go on with the version that made it, or restore a backup of this version "
            "into a new home"
        )


class PackMissing(LedgerError):
    code = "LED-18"
