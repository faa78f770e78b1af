"""How many lines an audit needs, and which: by its frame and seed alone."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.coding_audits import frame
from tasks.coding_audits.frame import (
    CLAIMS,
    CODE,
    PAYER,
    PROVIDER,
    RANDOM,
    STRATA,
    WEIGHTED,
    Line,
    stratified,
)
from tasks.coding_audits.sample import Wanted, draw
from tasks.coding_audits.size import effect_of_weights, lines_for, shared


def line(claim, number=1, **changes):
    made = Line(
        claim=claim, version_id=int(claim), number=number, provider="1999001013", payer="harbor",
        procedure="99213", modifiers="", units="1", charge_cents=135_00, service_on="2026-11-02",
    )  # fmt: skip
    return replace(made, **changes)


LINES = [
    line(
        str(claim), number, charge_cents=1000 * claim, procedure=f"9921{claim % 4 + 2}", denied=claim % 7 == 0
    )
    for claim in range(1, 101)
    for number in range(1, claim % 3 + 2)
]


def test_the_size_is_cochrans_with_the_finite_population_correction():
    assert lines_for(10**9, 0.1, 0.95, 0.5) == 385
    assert lines_for(1000, 0.1, 0.95, 0.5) == 278
    assert lines_for(100, 0.1, 0.95, 0.5) == 80
    assert lines_for(10**9, 0.1, 0.95, 0.1) == 139
    assert lines_for(10**9, 0.1, 0.95, 0.1, effect=2.0) == 277
    assert (lines_for(0, 0.1, 0.95, 0.1), lines_for(1, 0.1, 0.95, 0.1)) == (0, 1)


def test_weights_of_at_most_three_to_one_never_cost_more_than_a_third():
    worst = max(
        effect_of_weights({1.0: n, 2.0: m, 3.0: 100 - n - m}) for n in range(101) for m in range(101 - n)
    )
    assert worst == pytest.approx(4 / 3)


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"), st.tuples(st.integers(1, 60), st.integers(1, 3)), min_size=1, max_size=8
    ),
    st.integers(0, 300),
)
def test_strata_give_as_many_as_are_wanted_two_at_least_and_never_more_than_they_have(of, size):
    units = {name: there for name, (there, _) in of.items()}
    given_ = shared(size, units, {name: float(weight) for name, (_, weight) in of.items()})
    least = {name: min(2, there) for name, there in units.items()}
    assert sum(given_.values()) == min(max(size, sum(least.values())), sum(units.values()))
    assert all(least[name] <= given_[name] <= units[name] for name in units)


def test_a_line_of_a_high_charge_or_an_often_denied_code_has_more_weight_and_says_why():
    found = stratified(LINES, WEIGHTED, "")
    high = [one.charge_cents for one in found if "high charge" in one.risks]
    assert 0 < len(high) <= len(LINES) / frame.HIGHEST
    assert min(high) > max(one.charge_cents for one in found if "high charge" not in one.risks)
    lines = [line(str(n), procedure="99213", denied=n == 1) for n in range(1, 21)]
    lines += [line(str(n), procedure="J1100", denied=n < 23) for n in range(21, 26)]
    assert {(one.procedure, one.weight, one.risks) for one in stratified(lines, WEIGHTED, "")} == {
        ("99213", 1, ""),
        ("J1100", 2, "code often denied"),
    }, "none is high where all are the same"


@pytest.mark.parametrize(
    ("method", "by"),
    [(RANDOM, ""), (WEIGHTED, ""), (STRATA, PROVIDER), (STRATA, PAYER), (STRATA, CODE), (CLAIMS, "")],
)
def test_the_same_frame_and_seed_give_the_same_sample_in_whatever_order_it_is_read(method, by):
    lines = stratified(LINES, method, by)
    one = draw(lines, method, 7, Wanted(lines=30))
    mixed = random.Random(1).sample(lines, len(lines))
    assert draw(mixed, method, 7, Wanted(lines=30)) == one
    assert draw(frame.read(frame.written(mixed, {})), method, 7, Wanted(lines=30)) == one
    assert draw(lines, method, 8, Wanted(lines=30)) != one
    assert len({drawn.place for drawn in one.lines}) == len(one.lines)
    assert sum(part.units for part in one.parts) == (100 if method == CLAIMS else len(LINES))


def test_whole_claims_are_drawn_with_all_their_lines():
    one = draw(LINES, CLAIMS, 7, Wanted(lines=30))
    assert sum(part.drawn for part in one.parts) == len({drawn.claim for drawn in one.lines}) == 15
    assert all(other in one.lines for drawn in one.lines for other in LINES if other.claim == drawn.claim)
    assert one.effect > 1


def test_every_line_has_its_chance():
    lines = [line(str(n)) for n in range(1, 21)]
    counts = dict.fromkeys((one.place for one in lines), 0)
    for seed in range(400):
        for one in draw(lines, RANDOM, seed, Wanted(lines=5)).lines:
            counts[one.place] += 1
    assert all(60 <= count <= 145 for count in counts.values()), "a hundred each, give or take"


def test_an_empty_frame_gives_nothing_and_a_small_one_all_of_it():
    assert draw([], RANDOM, 1, Wanted()).lines == ()
    assert len(draw(LINES[:3], RANDOM, 1, Wanted(lines=100)).lines) == 3


def test_a_kept_frame_is_the_same_bytes_for_the_same_lines():
    lines = stratified(LINES, WEIGHTED, "")
    data = frame.written(lines, {"seed": 7})
    assert frame.written(list(reversed(lines)), {"seed": 7}) == data
    assert sorted(frame.read(data), key=lambda one: one.place) == sorted(lines, key=lambda one: one.place)
