"""What a coding audit found: error rates with intervals, cents, providers; of a frame and its reviews."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from coding.visit_families import family_of, step
from ledger.encounters.coding_audits import Review
from tasks.coding_audits.effect import Effect
from tasks.coding_audits.frame import Line, Units, units_of
from tasks.coding_audits.levels import Level
from tasks.coding_audits.rate import Amount, Judged, Rate, Stratum, amount, rate
from tasks.coding_audits.review import ELEMENTS, LEVEL

ANY: Final = "any"
"""Stands for a line that is wrong in any of its elements."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A drawn line with its latest review and what that comes to."""

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
    strata of which nothing was reviewed: what is counted back leaves them out. `wrong` are the lines whose
    latest review disagrees."""

    frame_lines: int
    drawn: int
    reviewed: int
    rates: Mapping[str, Rate]
    overpaid: Money
    underpaid: Money
    unpriced: int
    silent: tuple[str, ...]
    wrong: tuple[Reviewed, ...]
    cards: tuple[Card, ...]
    levels: tuple[Level, ...]


def result(
    frame: Sequence[Line],
    method: str,
    drawn: int,
    reviewed: Sequence[Reviewed],
    levels: Sequence[Level],
    confidence: float,
) -> Result:
    """What the reviews come to, counted back to the frame at a confidence between 0 and 1."""
    by_place = {one.line.place: one for one in reviewed}
    every = units_of(frame, method)
    with_levels = units_of([line for line in frame if family_of(line.procedure)], method)
    whole = _strata(every, by_place, _wrong)
    rates = {ANY: rate(whole, confidence)}
    for element in ELEMENTS:
        units = with_levels if element == LEVEL else every
        rates[element] = rate(_strata(units, by_place, partial(_wrong_in, element)), confidence)
    return Result(
        frame_lines=len(frame),
        drawn=drawn,
        reviewed=len(reviewed),
        rates=rates,
        overpaid=Money(_sum(reviewed, _overpaid), amount(_strata(every, by_place, _overpaid), confidence)),
        underpaid=Money(_sum(reviewed, _underpaid), amount(_strata(every, by_place, _underpaid), confidence)),
        unpriced=sum(one.effect.cents is None for one in reviewed),
        silent=tuple(name for name, one in zip(sorted(every), whole, strict=True) if not one.judged),
        wrong=tuple(one for one in reviewed if not one.review.agrees),
        cards=tuple(_cards(frame, method, reviewed, confidence)),
        levels=tuple(levels),
    )


def _strata(
    units: Units, by_place: Mapping[tuple[int, int], Reviewed], total: Callable[[Reviewed], int]
) -> list[Stratum]:
    """The strata of a part of the frame: its units, and what was judged of them comes to."""
    made = []
    for _, of in sorted(units.items()):
        judged = []
        for lines in of.values():
            found = [by_place[line.place] for line in lines if line.place in by_place]
            if found:
                judged.append(Judged(len(found), sum(map(total, found))))
        made.append(Stratum(len(of), tuple(judged), sum(map(len, of.values()))))
    return made


def _wrong(one: Reviewed) -> int:
    return int(not one.review.agrees)


def _wrong_in(element: str, one: Reviewed) -> int:
    return int(element in one.review.elements.split())


def _overpaid(one: Reviewed) -> int:
    return max(-(one.effect.cents or 0), 0)


def _underpaid(one: Reviewed) -> int:
    return max(one.effect.cents or 0, 0)


def _sum(reviewed: Sequence[Reviewed], cents: Callable[[Reviewed], int]) -> int:
    return sum(map(cents, reviewed))


def _cards(
    frame: Sequence[Line], method: str, reviewed: Sequence[Reviewed], confidence: float
) -> Iterator[Card]:
    of: dict[str, list[Line]] = {}
    for line in frame:
        of.setdefault(line.provider, []).append(line)
    for provider, lines in sorted(of.items()):
        own = [one for one in reviewed if one.line.provider == provider]
        steps = [step(one.line.procedure, one.review.procedure) or 0 for one in own]
        by_place = {one.line.place: one for one in own}
        yield Card(
            provider=provider,
            frame_lines=len(lines),
            reviewed=len(own),
            rate=rate(_strata(units_of(lines, method), by_place, _wrong), confidence),
            by_element={e: sum(_wrong_in(e, one) for one in own) for e in ELEMENTS},
            over=sum(one < 0 for one in steps),
            under=sum(one > 0 for one in steps),
            overpaid=_sum(own, _overpaid),
            underpaid=_sum(own, _underpaid),
        )
