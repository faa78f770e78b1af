"""What decides beside the ledger: the program, the code sets and the partners' files, each as one short text.

What was worked out under the same text need not be worked out again.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import coding
import config
import intake
import ledger
import tasks
from config import adjustment_codes
from ledger import adjudication
from ledger.agreed.enrolments import Enrolment
from ledger.books import settled_anew
from ledger.books.settled_anew import Changed
from ledger.storage.database import Ledger

_PROGRAM: tuple[ModuleType, ...] = (coding, config, intake, ledger, tasks)


def files(partners_mark: int) -> int:
    """A number that is another one where the program or the partners' files are."""
    return int(_short([program(), str(partners_mark)]), 16) >> 1


def judged_as(
    codes: Path,
    partners_mark: int,
    enrolments: Sequence[Enrolment],
    authorized: Collection[tuple[str, str]],
) -> str:
    """By what encounters are judged beside their documents and the ledger's rows of their patients: the
    program, the code sets of a home (the folder `codes`), the partners' files, the enrolments, and of which
    payers authorizations and referrals are kept."""
    told = [program(), *_listed([codes]), str(partners_mark), *map(repr, (*enrolments, *sorted(authorized)))]
    return _short(told)


@cache
def program() -> str:
    """The program that this process runs, with the code sets that it brings."""
    return _short(_listed(Path(folder) for module in _PROGRAM for folder in module.__path__))


@cache
def rules() -> int:
    """A number that is another one where the program settles claims otherwise. By content: the same program
    installed again settles alike."""
    folders = [Path(adjudication.__path__[0]), adjustment_codes.FILE.parent]
    sources = sorted(
        file for folder in folders for file in folder.rglob("*") if file.suffix in (".py", ".tsv")
    )
    told = [f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in sources]
    return int(_short(told), 16) >> 1


def unsettled(ledger: Ledger) -> Changed:
    """What changed in the payers' files or the program since the ledger's books were last settled by them."""
    with ledger.read() as connection:
        return settled_anew.changed(connection, ledger.terms, rules())


def _short(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _listed(folders: Iterable[Path]) -> list[str]:
    found = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix != ".pyc" and file.is_file():
                now = file.stat()
                found.append(f"{file.relative_to(folder)} {now.st_size} {now.st_mtime_ns}")
    return found
