"""What claims that hang on an earlier answer bring, of payers whose way of deciding is not known."""

from datetime import date, timedelta
from random import Random

import pytest

from tasks.twin.share_of_owed import LEAST_ANSWERS, Owed, expected_of, learn_share

START, HELD_FROM = date(2025, 1, 6), date(2025, 11, 3)
SEEDS = 40


def supplemental(draw):
    """Most claims get the same share of what is owed, the others nothing."""
    often, share = draw.uniform(0.6, 0.95), draw.uniform(0.5, 1)
    return lambda owed, day: round(owed * share) if draw.random() < often else 0


def non_duplicating(draw):
    """Many get nothing, since the payer before paid as much as this one would have."""
    return lambda owed, day: 0 if draw.random() < 0.6 else round(owed * draw.uniform(0.2, 0.9))


def moody(draw):
    """The claims of a day are decided alike."""
    of_day = {}
    return lambda owed, day: owed if draw.random() < of_day.setdefault(day, draw.betavariate(4, 2)) else 0


def taking_back(draw):
    """Some replacements lose what the original had brought."""

    def brought(owed, day):
        chance = draw.random()
        if chance < 0.1:
            return -round(owed * draw.uniform(0.1, 1.5))
        return round(owed * 0.8) if chance < 0.7 else 0

    return brought


def by_size(draw):
    """Small amounts are paid, of large ones a half."""

    def brought(owed, day):
        if owed < 60_00:
            return owed
        return round(owed * 0.5) if draw.random() < 0.8 else 0

    return brought


PAYERS = (supplemental, non_duplicating, moody, taking_back, by_size)


def claims_of(payer, seed):
    """Some eleven months of claims on working days, six a day at most."""
    draw = Random(f"{payer.__name__} {seed}")
    decide = payer(draw)
    days = [START + timedelta(days=n) for n in range(330)]
    return [
        Owed(day, owed, decide(owed, day))
        for day in days
        if day.weekday() < 5
        for owed in (round(draw.lognormvariate(8.3, 0.8)) for _ in range(draw.randint(0, 6)))
    ]


def test_an_interval_of_80_percent_holds_the_month_that_follows_about_so_often():
    held = 0
    for payer in PAYERS:
        for seed in range(SEEDS):
            claims = claims_of(payer, seed)
            learned = learn_share([one for one in claims if one.sent_on < HELD_FROM], HELD_FROM)
            month = [one for one in claims if one.sent_on >= HELD_FROM]
            held += expected_of(learned, month).holds(sum(one.brought_cents for one in month))
    assert 0.72 <= held / (SEEDS * len(PAYERS)) <= 0.88


def test_a_payer_that_always_pays_all_of_it_is_expected_to_and_leaves_nothing_open():
    claims = [Owed(START + timedelta(days=n), 1_000 + n, 1_000 + n) for n in range(LEAST_ANSWERS)]
    learned = learn_share(claims, HELD_FROM)
    assert learned.enough
    found = expected_of(learned, [Owed(HELD_FROM, 5_000), Owed(HELD_FROM, 2_500)])
    assert (found.mean, found.low, found.high) == (7_500, 7_500, 7_500)
    assert not learn_share(claims[1:], HELD_FROM).enough


def test_a_day_of_which_much_is_not_answered_yet_is_not_learned_from():
    """The quick answers of yesterday are denials: they would halve what is expected."""
    old = [Owed(START + timedelta(days=n % 20), 1_000, 800) for n in range(40)]
    yesterday = START + timedelta(days=39)
    young = [Owed(yesterday, 1_000, 0)] * 40 + [Owed(yesterday, 1_000)] * 10
    learned = learn_share(old + young, yesterday + timedelta(days=1))
    assert (learned.claims, learned.share) == (40, pytest.approx(0.8))


def test_claims_of_which_nothing_is_owed_bring_nothing_and_teach_nothing():
    learned = learn_share([Owed(START, 0, 0), Owed(START, -500, 0)], HELD_FROM)
    assert (learned.claims, learned.share, learned.enough) == (0, 0.0, False)
    assert expected_of(learned, [Owed(HELD_FROM, 0)]).mean == 0
