"""The encoder that all visits share: the code sets of the home, opened anew when a file of them changed, and
what was searched, which stands in no address.

Somebody may type a sentence of a patient's chart into the search. It is kept here, in memory, for the session
that asked; the address holds a number.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from coding.codes.guide import Guide
from coding.codes.store import SUFFIX, Codes, load
from coding.codes.why_found import WhyFound
from web.errors import Refused

KEPT = 2000
"""Searches that are kept, of all sessions."""


class Sets:
    """The code sets as they are opened, with what is made of them."""

    def __init__(self, codes: Codes) -> None:
        if codes.encoder is None or codes.tabular is None:
            raise Refused(
                409, "WEB-08", "no tabular is loaded: cleanclaim codes load icd10c-tabular-YYYY.xml"
            )
        self.codes, self.encoder, self.tabular = codes, codes.encoder, codes.tabular
        self.why = WhyFound(codes)
        self.guide = lru_cache(maxsize=8)(self._guide)

    def _guide(self, day: date) -> Guide:
        return Guide(self.tabular, self.codes.diagnoses, day)


@dataclass
class Shelf:
    """The code sets of a folder."""

    folder: Path
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _opened: tuple[object, Sets] | None = None

    def sets(self) -> Sets:
        """The sets as they lie there now. Raises Refused WEB-08 where there is no tabular."""
        with self._guard:
            there = self._there()
            if self._opened is None or self._opened[0] != there:
                self._opened = (there, Sets(load(self.folder)))
            return self._opened[1]

    def _there(self) -> object:
        if not self.folder.is_dir():
            return ()
        found = ((path, path.stat()) for path in sorted(self.folder.rglob(f"*{SUFFIX}")))
        return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


class Searches:
    """What was searched, by session and number; the oldest are forgotten."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._words: OrderedDict[tuple[bytes, int], str] = OrderedDict()
        self._last = 0

    def keep(self, token: str, words: str) -> int:
        """The number under which the session of a token finds its words again."""
        with self._guard:
            self._last += 1
            self._words[_of(token), self._last] = words
            while len(self._words) > KEPT:
                self._words.popitem(last=False)
            return self._last

    def words(self, token: str, number: int) -> str:
        """What was searched; "" where it is forgotten, or another session's."""
        return self._words.get((_of(token), number), "")


def _of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
