"""What was read of remittances and is not posted yet, beside the memory.

A remittance is posted whole or not at all, so all of it is read and judged before the first row of it is
written; one of 600,000 claims would take gigabytes meanwhile. So would a file of many remittances that waits
for its turn. What was read lies in a file without a name: nobody else can open it, and it is gone with its
process, however that ends.
"""

import pickle
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Generic, TypeVar

from ledger.payments.remittance_facts import PIECE

T = TypeVar("T")


class Spool(Generic[T]):
    """Pieces of `size` payments, put one behind the other and read in that order as often as is wanted.

    Raises OSError where the disk of `folder` has no room.
    """

    def __init__(self, folder: Path, size: int = PIECE) -> None:
        self.size = size
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._count = 0

    @property
    def used(self) -> bool:
        """Whether there is any piece."""
        return self._file is not None

    def put(self, piece: Sequence[T]) -> None:
        if self._file is None:
            self._file = _without_a_name(self._folder)
        pickle.dump(piece, self._file, pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def pieces(self) -> Iterator[Sequence[T]]:
        if self._file is None:
            return
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)


def _without_a_name(folder: Path) -> IO[bytes]:
    return tempfile.TemporaryFile(dir=folder)
