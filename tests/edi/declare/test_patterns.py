"""The fast path and the slow path of checking judge alike, for every segment of every guide."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi import guides
from edi.declare.segment_pattern import MANY, Pattern, Slot
from edi.declare.types import PERIODS, Type, from_cents, to_cents
from edi.read.segment_faults import explain
from tests.seeds import chance as dice

PATTERNS = {
    pattern.pattern(): pattern
    for guide in guides.all_guides()
    for place in guide.places()
    for pattern in (step.pattern for step in place.steps)
}
WILD = [
    "", "", "A", "1", "X", "12", "0", "-5", "1.5", "1.", ".5", "-.25", "12345678.99", "123456789",
    "1.234", "20240229", "20230229", "20241301", "20240101-20240201", "2024", "2359", "2460", "A" * 61,
    "A" * 100, "1" * 20, " ", "A ", "é", "A:B", "A:", ":", "A^B", "a b", "\t", "NO", "D8", "RD8",
    "HC:99213", "ABK:J02", "²", "1 2", "0000",
]  # fmt: skip


DATES = {"D8": "20240229", "RD8": "20240101-20240131", "TM": "1200", "DT": "202401011200"}


def row(slots, chance: random.Random) -> list[str]:
    """Values for every position; a period mostly fits the format that stands before it."""
    values: list[str] = []
    for slot in slots:
        values.append(plausible(slot, chance, values))
    return values


def plausible(slot: Slot, chance: random.Random, before: list[str]) -> str:
    """A value that the slot may well take."""
    e = slot.element
    if slot.need == "N" or e is None or (slot.need == "S" and chance.random() < 0.5):
        return ""
    if slot.parts:
        return ":".join(row(slot.parts, chance)).rstrip(":")
    if slot.codes:
        return chance.choice(slot.codes)
    assert isinstance(e.type, Type)
    if e.period:
        named = before[e.period - 1]
        return (
            DATES[named] if named in DATES and chance.random() < 0.9 else chance.choice(list(DATES.values()))
        )
    if e.type.name == "DT":
        return "20240229" if e.type.maximum == 8 else "240229"
    if e.type.name == "TM":
        return "1230"
    return ("1" if e.type.name in ("N0", "R", "N2") else "A") * e.type.minimum


@pytest.mark.parametrize("source", PATTERNS, ids=range(len(PATTERNS)))
def test_a_pattern_takes_exactly_what_has_no_fault(source):
    pattern: Pattern = PATTERNS[source]
    chance = dice(source)
    taken = 0
    for drawn in range(3000):
        if drawn >= 60 and taken:  # of a pattern with many notes few rows hold
            break
        values = row(pattern.slots, chance)
        for _ in range(chance.randrange(3)):
            values[chance.randrange(len(values))] = chance.choice(WILD)
        if chance.random() < 0.8:
            while values and not values[-1]:
                values.pop()
        elif chance.random() < 0.3:
            values.append(chance.choice(WILD))
        text = "*".join([pattern.id, *values])
        fast = pattern.takes(text)
        faults = list(explain(pattern, text))
        assert fast == (not faults), (text, faults)
        assert pattern.takes(text) == fast  # what it remembers too
        assert text not in pattern.taken or fast
        assert len(pattern.taken) <= MANY
        taken += fast
    assert taken  # not everything was refused


@given(st.integers(-99_999_999_99, 99_999_999_99))
def test_an_amount_is_read_back_to_the_cent(cents):
    assert to_cents(from_cents(cents)) == cents


@settings(max_examples=300)
@given(st.text("0123456789.-+eE_ ,", max_size=14))
def test_an_amount_is_read_only_when_it_is_one(text):
    read = to_cents(text)
    if read is not None:
        assert abs(read / 100 - float(text)) < 0.011


@pytest.mark.parametrize("text", ["", "-", ".", "1_0", " 1", "1e3", "+1", "١", "1,0", "NaN"])
def test_what_is_no_amount_is_none(text):
    assert to_cents(text) is None


def test_every_period_format_is_known_to_the_patterns():
    assert set(PERIODS) >= {"D8", "RD8", "DT"}
