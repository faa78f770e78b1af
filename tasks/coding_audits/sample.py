"""The sample of a coding audit is drawn: who draws it again from the same frame and seed gets the same.

The units of a stratum are put in the order of SHA-256 of the seed and their name ("7|CLAIM|2"), and the first
are taken: no generator of any language's is needed to check it.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.coding_audits import size
from tasks.coding_audits.frame import CLAIMS, Line, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How large a sample is to be: `lines` themselves, or as many as an interval of `width` needs at a
    confidence, where so many are expected to be in error (all between 0 and 1)."""

    lines: int | None = None
    width: float = 0.1
    confidence: float = 0.95
    expected: float = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """A stratum: units in the frame and drawn."""

    stratum: str
    units: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn. `effect` is the design effect that the size was counted with."""

    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    effect: float


def draw(frame: Sequence[Line], method: str, seed: int, wanted: Wanted) -> Sample:
    """Draws from a frame that is in strata. Empty where the frame is."""
    units = units_of(frame, method)
    effect = _effect(frame, method)
    lines = wanted.lines
    if lines is None:
        lines = size.lines_for(len(frame), wanted.width, wanted.confidence, wanted.expected, effect)
    there = {stratum: len(of) for stratum, of in units.items()}
    whole = sum(there.values())
    needed = -(-min(lines, len(frame)) * whole // len(frame)) if frame else 0
    weights = {line.stratum: float(line.weight) for line in frame}
    given = size.shared(needed, there, weights)
    drawn: list[Line] = []
    for stratum, of in sorted(units.items()):
        for name in sorted(of, key=lambda one: _place(seed, one))[: given[stratum]]:
            drawn += sorted(of[name], key=lambda line: line.number)
    parts = tuple(Part(stratum, there[stratum], given[stratum]) for stratum in sorted(units))
    return Sample(tuple(drawn), parts, effect)


def _place(seed: int, name: tuple[str, int]) -> str:
    return hashlib.sha256(f"{seed}|{name[0]}|{name[1]}".encode()).hexdigest()


def _effect(frame: Sequence[Line], method: str) -> float:
    if method == CLAIMS:
        return size.effect_of_claims(Counter(Counter(line.claim for line in frame).values()))
    return size.effect_of_weights(Counter(float(line.weight) for line in frame))
