"""The interval of a coding audit holds what was planted, whatever way the sample was drawn."""

import random

import pytest

from tasks.coding_audits.rate import Amount, Judged, Stratum, amount, rate
from tasks.coding_audits.size import shared
from tasks.reports.proportion import interval

SEEDS = 1000
FEWEST, MOST = 930, 985
WIDEST = 1.2


def lines(draw, count, share):
    return [(1, int(draw.random() < share)) for _ in range(count)]


def claims(draw, count, share, alike):
    """Claims of one to four lines, that err together."""
    found = []
    for _ in range(count):
        own = draw.betavariate(share * (1 - alike) / alike, (1 - share) * (1 - alike) / alike)
        size = draw.choice((1, 1, 2, 2, 2, 3, 4))
        found.append((size, sum(draw.random() < own for _ in range(size))))
    return found


def planted(kind):
    """A frame by strata, and the weights of these."""
    draw = random.Random(7)
    if kind == "random":
        return {"": lines(draw, 5000, 0.1)}, {"": 1}
    if kind == "risks that foretell":
        shares = {"1": (3500, 0.06), "2": (1200, 0.12), "3": (300, 0.24)}
    elif kind == "risks that foretell nothing":
        shares = {"1": (3500, 0.1), "2": (1200, 0.1), "3": (300, 0.1)}
    elif kind == "providers":
        shares = {str(n): (80 * n, 0.05 + 0.02 * n) for n in range(1, 9)}
    else:
        return {"": claims(draw, 2500, 0.1, 0.2)}, {"": 1}
    frame = {name: lines(draw, *of) for name, of in shares.items()}
    return frame, {name: 1 if kind == "providers" else int(name) for name in frame}


def drawn(frame, weights, count, draw):
    given = shared(count, {name: len(of) for name, of in frame.items()}, weights)
    return [
        Stratum(len(of), tuple(Judged(*one) for one in draw.sample(of, given[name])))
        for name, of in frame.items()
    ]


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("random", 100),
        ("risks that foretell", 100),
        ("risks that foretell nothing", 100),
        ("providers", 100),
        ("claims", 60),
    ],
)
def test_the_interval_holds_the_planted_rate_and_is_no_wider_than_it_must(kind, count):
    frame, weights = planted(kind)
    every = [one for of in frame.values() for one in of]
    truth = sum(errors for _, errors in every) / sum(size for size, _ in every)
    held, wide, wilsons = 0, 0.0, 0.0
    for seed in range(SEEDS):
        found = rate(drawn(frame, weights, count, random.Random(seed)))
        held += found.low <= truth <= found.high
        wide += found.high - found.low
        low, high = interval(round(found.share * found.lines), found.lines)
        wilsons += high - low
    assert FEWEST <= held <= MOST
    assert wide <= WIDEST * wilsons


def test_lines_of_claims_that_err_together_count_for_less_than_as_many_alone():
    alone = rate([Stratum(1000, tuple(Judged(1, n % 5 == 0) for n in range(100)))])
    together = rate([Stratum(500, tuple(Judged(2, 2 * (n % 5 == 0)) for n in range(50)))])
    assert alone.share == together.share == 0.2
    assert together.effective < 0.6 * alone.effective
    assert together.high - together.low > 1.3 * (alone.high - alone.low)


def test_few_claims_need_more_room_the_surer_it_has_to_be():
    claims = [Stratum(500, tuple(Judged(2, 2 * (n % 5 == 0)) for n in range(20)))]
    assert rate(claims, 0.99).effective < rate(claims, 0.95).effective < rate(claims, 0.90).effective
    lines = [Stratum(500, tuple(Judged(1, n % 5 == 0) for n in range(20)))]
    assert rate(lines, 0.99).effective == rate(lines, 0.90).effective


def test_what_was_drawn_more_often_than_it_is_counts_for_less():
    common = Stratum(900, tuple(Judged(1, int(n < 2)) for n in range(20)))
    risky = Stratum(100, tuple(Judged(1, int(n < 10)) for n in range(20)))
    assert rate([common, risky]).share == pytest.approx(0.9 * 0.1 + 0.1 * 0.5)


def test_a_frame_that_was_judged_whole_leaves_nothing_open():
    whole = rate([Stratum(4, tuple(Judged(1, n) for n in (0, 0, 1, 0)))])
    assert (whole.low, whole.share, whole.high, whole.effective) == (0.25, 0.25, 0.25, None)


def test_no_rate_is_possible_beyond_what_was_judged():
    one = rate([Stratum(37, tuple(Judged(1, int(n < 4)) for n in range(31)), lines=37)])
    assert one.low >= 4 / 37
    assert one.high <= 10 / 37


def test_without_an_error_the_highest_rate_is_that_of_wilson_and_claims_count_as_one_each():
    found = rate([Stratum(100_000, (Judged(1, 0),) * 50)])
    assert (found.low, round(found.high, 3)) == (0.0, round(interval(0, 50)[1], 3))
    assert rate([Stratum(100_000, (Judged(3, 0),) * 50)]).high == found.high
    assert rate([Stratum(100, (Judged(1, 1),) * 50)]).high == 1.0


def test_a_sample_that_nobody_judged_says_nothing():
    assert rate([]) == rate([Stratum(10, ())])
    assert (rate([]).low, rate([]).high) == (0.0, 1.0)
    assert amount([Stratum(10, ())]) == Amount(0, 0, 0)


def test_cents_are_counted_back_and_their_interval_holds_what_was_planted():
    found = amount([Stratum(100, tuple(Judged(1, cents) for cents in (0, 0, 1000, 3000)))])
    assert found.cents == 100_000
    assert 0 <= found.low < found.cents < found.high
    assert found.high - found.cents > found.cents - found.low
    assert amount([Stratum(2, (Judged(1, 5), Judged(1, 7)))]) == Amount(12, 12, 12)
    assert amount([Stratum(2, (Judged(1, 0),))]) == Amount(0, 0, 0)
    draw = random.Random(3)
    frame = [draw.choice((60_00, 60_00, 150_00)) if draw.random() < 0.1 else 0 for _ in range(2000)]
    held = 0
    for seed in range(300):
        judged = tuple(Judged(1, cents) for cents in random.Random(seed).sample(frame, 150))
        one = amount([Stratum(2000, judged)])
        held += one.low <= sum(frame) <= one.high
    assert held >= 0.92 * 300
