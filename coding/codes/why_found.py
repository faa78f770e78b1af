"""Why a search found a code: the phrases of the tabular, or of a loaded index, that say what was asked.

    why = WhyFound(codes)
    why.of("S62109A", encoder.asked("broken wrist"))   # its title says "fracture" and "wrist"

Nothing is searched again: the words of a question are looked for where the encoder looks for them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from coding.codes.store import Codes
from coding.codes.tokens import term

Asked = Mapping[str, frozenset[str]]
Kind = Literal["title", "includes", "above", "index"]
_MOST = 3
_UNSAID = ("unspecified", "nos")  # what an encoder adds where no more is said
_PARTS = re.compile(r"[A-Za-z0-9']+|[^A-Za-z0-9']+")


@dataclass(frozen=True, slots=True)
class Reason:
    """A phrase that says what was asked: what kind of phrase, the code or heading that it is of, and its
    parts, each with whether it was asked for."""

    kind: Kind
    place: str
    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(part for part, _ in self.parts)


class WhyFound:
    """Answers for the code sets of a home."""

    def __init__(self, codes: Codes) -> None:
        self._tabular = codes.tabular
        self._index: dict[str, list[str]] = {}
        for code, phrase in codes.index_phrases():
            self._index.setdefault(code, []).append(phrase)

    def of(self, code: str, asked: Asked) -> tuple[Reason, ...]:
        """The phrases that together say most of what was asked: the title first where it says anything, then
        what adds the most. () where no phrase does (a number, weeks of pregnancy, a body mass)."""
        asked = {t: others for t, others in asked.items() if t not in _UNSAID}
        left = dict(asked)
        found: list[Reason] = []
        pool = list(self._phrases(code))
        while left and pool and len(found) < _MOST:
            best = max(pool, key=lambda p: (len(_said(p[2], left)), p[0] == "title"))
            told = _said(best[2], left)
            if not told:
                break
            found.append(Reason(best[0], best[1], _marked(best[2], asked)))
            left = {t: others for t, others in left.items() if t not in told}
            pool.remove(best)
        return tuple(sorted(found, key=lambda r: r.kind != "title"))

    def paths(self, code: str) -> list[str]:
        """What the loaded Alphabetic Index says of a code, as paths of terms; [] where none is loaded."""
        return self._index.get(code, [])

    def _phrases(self, code: str) -> Iterator[tuple[Kind, str, str]]:
        entry = self._tabular.get(code) if self._tabular is not None else None
        if entry is None or self._tabular is None:
            return
        yield "title", code, entry.title
        for phrase in (*entry.inclusion, *entry.includes):
            yield "includes", code, phrase
        for phrase in self._index.get(code, ()):
            yield "index", code, phrase
        for place in reversed(self._tabular.ancestors(code)):
            if place.code.startswith("ch"):
                continue  # a chapter's title says too much
            yield "above", place.code, place.title
            for phrase in (*place.inclusion, *place.includes):
                yield "includes", place.code, phrase
            for phrase in self._index.get(place.code, ()):
                yield "index", place.code, phrase


def _terms(text: str) -> frozenset[str]:
    return frozenset(term(part.lower()) for part in _PARTS.findall(text))


def _said(text: str, asked: Asked) -> frozenset[str]:
    """The terms asked for that a phrase says, itself or by another word for it."""
    there = _terms(text)
    return frozenset(t for t, others in asked.items() if not others.isdisjoint(there))


def _marked(text: str, asked: Asked) -> tuple[tuple[str, bool], ...]:
    wanted = frozenset().union(*asked.values()) if asked else frozenset()
    return tuple((part, term(part.lower()) in wanted) for part in _PARTS.findall(text))
