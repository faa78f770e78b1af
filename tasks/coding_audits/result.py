"""What a coding audit found: error rates with intervals, cents, providers; of a frame and its reviews."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from coding.visit_families import family_of, step
from ledger.encounters.coding_audits import Review
from tasks.coding_audits.effect import Effect
from tasks.coding_audits.frame import Line, units_of
from tasks.coding_audits.levels import Level
from tasks.coding_audits.rate import Amount, Judged, Rate, Stratum, amount, rate
from tasks.coding_audits.review import ELEMENTS, LEVEL

ANY: Final = "any"
"""Stands for a line that is wrong in any of its elements."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line whose latest review disagrees."""

    place: int
    line: Line
    review: Review
    effect: Effect


@dataclass(frozen=True, slots=True)
class Money:
    """Cents: of the reviewed lines, and counted back to the frame."""

    sample: int
    frame: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A provider's scorecard. `over` and `under` are visits billed above and below their level; cents are of
    the reviewed lines."""

    provider: str
    frame_lines: int
    reviewed: int
    rate: Rate
    by_element: Mapping[str, int]
    over: int
    under: int
    overpaid: int
    underpaid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All of it. `rates` by element, `any` first; of a level among visits with levels. `overpaid` and
    `underpaid` are apart: they never cancel out. `unpriced`: wrong lines without a known price. `silent` are
    strata of which nothing was reviewed: what is counted back leaves them out."""

    frame_lines: int
    drawn: int
    reviewed: int
    rates: Mapping[str, Rate]
    overpaid: Money
    underpaid: Money
    unpriced: int
    silent: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    cards: tuple[Card, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A drawn line with its latest review and what that comes to."""

    place: int
    line: Line
    review: Review
    effect: Effect


def result(
    frame: Sequence[Line],
    method: str,
    drawn: int,
    reviewed: Sequence[Reviewed],
    levels: Sequence[Level],
    confidence: float,
) -> Result:
    """What the reviews come to, counted back to the frame at a confidence between 0 and 1."""
    of = _Of(frame, method, {one.line.place: one for one in reviewed})
    rates = {ANY: rate(of.strata(_any, _wrong), confidence)}
    for element in ELEMENTS:
        kept = _has_level if element == LEVEL else _any
        rates[element] = rate(of.strata(kept, partial(_wrong_in, element)), confidence)
    whole = of.strata(_any, _wrong)
    there = units_of(frame, method)
    return Result(
        frame_lines=len(frame),
        drawn=drawn,
        reviewed=len(reviewed),
        rates=rates,
        overpaid=_money(of, reviewed, _overpaid, confidence),
        underpaid=_money(of, reviewed, _underpaid, confidence),
        unpriced=sum(one.effect.cents is None for one in reviewed),
        silent=tuple(name for name, one in zip(sorted(there), whole, strict=True) if not one.judged),
        wrong=tuple(Wrong(r.place, r.line, r.review, r.effect) for r in reviewed if not r.review.agrees),
        cards=tuple(_cards(of, frame, reviewed, confidence)),
        levels=tuple(levels),
    )


@dataclass(frozen=True, slots=True)
class _Of:
    frame: Sequence[Line]
    method: str
    by_place: Mapping[tuple[int, int], Reviewed]

    def strata(self, kept: Callable[[Line], bool], total: Callable[[Reviewed], int]) -> list[Stratum]:
        """The strata of a part of the frame: its units, and what was judged of them comes to."""
        made = []
        of = units_of([line for line in self.frame if kept(line)], self.method)
        for _, units in sorted(of.items()):
            judged = []
            for lines in units.values():
                found = [self.by_place[line.place] for line in lines if line.place in self.by_place]
                if found:
                    judged.append(Judged(len(found), sum(map(total, found))))
            made.append(Stratum(len(units), tuple(judged)))
        return made


def _any(line: Line) -> bool:
    return True


def _is_of(provider: str, line: Line) -> bool:
    return line.provider == provider


def _has_level(line: Line) -> bool:
    return bool(family_of(line.procedure))


def _wrong(one: Reviewed) -> int:
    return int(not one.review.agrees)


def _wrong_in(element: str, one: Reviewed) -> int:
    return int(element in one.review.elements.split())


def _overpaid(one: Reviewed) -> int:
    return max(-(one.effect.cents or 0), 0)


def _underpaid(one: Reviewed) -> int:
    return max(one.effect.cents or 0, 0)


def _money(
    of: _Of, reviewed: Sequence[Reviewed], cents: Callable[[Reviewed], int], confidence: float
) -> Money:
    return Money(sum(map(cents, reviewed)), amount(of.strata(_any, cents), confidence))


def _cards(of: _Of, frame: Sequence[Line], reviewed: Sequence[Reviewed], confidence: float) -> list[Card]:
    made = []
    for provider in sorted({line.provider for line in frame}):
        own = [one for one in reviewed if one.line.provider == provider]
        steps = [step(one.line.procedure, one.review.procedure) or 0 for one in own]
        made.append(
            Card(
                provider=provider,
                frame_lines=sum(line.provider == provider for line in frame),
                reviewed=len(own),
                rate=rate(of.strata(partial(_is_of, provider), _wrong), confidence),
                by_element={e: sum(e in one.review.elements.split() for one in own) for e in ELEMENTS},
                over=sum(one < 0 for one in steps),
                under=sum(one > 0 for one in steps),
                overpaid=sum(map(_overpaid, own)),
                underpaid=sum(map(_underpaid, own)),
            )
        )
    return made
