"""What encounters are judged by beside their documents and the ledger's rows of their patients."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import coding
import config
import intake
from ledger.agreed.enrolments import Enrolment
from tasks import claims

_PROGRAM: tuple[ModuleType, ...] = (coding, config, intake, claims)


def judged_as(codes: Path, partners_mark: int, enrolments: Sequence[Enrolment]) -> str:
    """A short text that is another one where the program, the shipped code sets, those of a home (the folder
    `codes`), the partners' files or the enrolments are."""
    told = "\n".join((_program(), *_files([codes]), str(partners_mark), *map(repr, enrolments)))
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:16]


@cache
def _program() -> str:
    """The program that this process runs."""
    return "\n".join(_files(Path(folder) for module in _PROGRAM for folder in module.__path__))


def _files(folders: Iterable[Path]) -> list[str]:
    found = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                now = file.stat()
                found.append(f"{file.relative_to(folder)} {now.st_size} {now.st_mtime_ns}")
    return found
