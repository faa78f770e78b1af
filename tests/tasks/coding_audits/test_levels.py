"""Levels of visits against peers and a benchmark, and what a wrong line comes to."""

from decimal import Decimal

import pytest

from config.practice import Practice
from ledger.adjudication.contract_prices import Rate, Rates
from tasks.coding_audits.effect import Effect, effect
from tasks.coding_audits.levels import levels, read_benchmark
from tasks.errors import StepError
from tasks.reports.proportion import differ
from tests.tasks.coding_audits.test_sample import line

SHARES = b"procedure,share\n99211,5\n99212,10%\n99213,45\n99214,36\n99215,4\n"


def visits(provider, **counts):
    return [
        line(str(n), provider=provider, procedure=code[1:])
        for code, count in counts.items()
        for n in range(count)
    ]


def test_a_provider_is_compared_with_peers_of_the_same_taxonomy_and_with_the_benchmark():
    lines = [
        *visits("A", c99213=10, c99214=40),
        *visits("B", c99213=80, c99214=20),
        *visits("C", c99215=9),
        *visits("C", c20610=5),
    ]
    found = {
        (one.provider, one.procedure): one
        for one in levels(lines, {"A": "X", "B": "X", "C": "Y"}, read_benchmark(SHARES))
    }
    high = found["A", "99214"]
    assert (high.visits, high.share, high.peers, high.benchmark) == (40, 800, 200, 360)
    assert high.beside == "peers, benchmark"
    assert found["B", "99211"].beside == "benchmark"
    assert found["C", "99215"].peers is None
    assert ("C", "20610") not in found
    assert not any(one.family == "office, new" for one in found.values())
    alone = levels(visits("A", c99213=1), {}, {})
    assert [(one.peers, one.benchmark, one.beside) for one in alone] == [(None, None, "")] * 5


def test_a_benchmark_of_a_taxonomy_goes_before_one_of_all():
    own = b"taxonomy,procedure,share\n" + b"".join(
        f"{taxonomy},9921{n},{share}\n".encode()
        for taxonomy, shares in (("", (0, 0, 100, 0, 0)), ("207Q00000X", (0, 0, 0, 100, 0)))
        for n, share in enumerate(shares, 1)
    )
    found = levels(visits("A", c99213=3), {"A": "207Q00000X"}, read_benchmark(own))
    assert {one.procedure: one.benchmark for one in found}["99214"] == 1000


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (SHARES[:-1], "may be cut"),
        (b"code,share\n", "no column procedure"),
        (SHARES + b"20610,5\n", "line 7: the procedure is no visit"),
        (SHARES + b"99215,4\n", "line 7: 99215 stands there twice"),
        (SHARES.replace(b"99215,4", b"99215,-4"), "line 6: the share is a percentage"),
        (SHARES.replace(b"99215,4", b"99215,NaN"), "line 6: the share is a percentage"),
        (SHARES.replace(b"99215,4\n", b""), "come to 96 %"),
    ],
)
def test_a_benchmark_that_is_not_whole_is_refused_by_its_line(data, wrong):
    with pytest.raises(StepError, match=wrong):
        read_benchmark(data)


def test_two_shares_differ_where_chance_does_not_explain_it():
    assert differ((40, 50), (20, 100))
    assert not differ((1, 12), (0, 13))
    assert not differ((5, 10), (5, 10))


PRACTICE = Practice.model_construct(
    key="lakeside",
    providers=(),
    fee_schedule={"99212": 85_00, "99213": 135_00, "99213-25": 140_00, "99214": 195_00},
)
RATES = Rates(
    Rate(payer="harbor", rule="fee", procedure=code, rate=Decimal(dollars), from_on="2026-01-01")
    for code, dollars in (("99213", "92.50"), ("99214", "131.25"))
)


@pytest.mark.parametrize(
    ("billed", "right", "rates", "found"),
    [
        ({}, ("99214", ""), RATES, Effect(38_75, "contract")),
        ({"procedure": "99214", "charge_cents": 195_00}, ("99213", ""), RATES, Effect(-38_75, "contract")),
        ({}, ("99212", ""), RATES, Effect(-50_00, "fee schedule")),
        ({}, ("99214", ""), None, Effect(60_00, "fee schedule")),
        ({"units": "2", "charge_cents": 270_00}, ("99214", ""), None, Effect(120_00, "fee schedule")),
        ({"procedure": "20610", "charge_cents": 99_00}, ("99212", ""), None, Effect(-14_00, "charge")),
        ({}, ("NONE", ""), RATES, Effect(-92_50, "contract")),
        ({"procedure": "20610", "charge_cents": 99_00}, ("NONE", ""), None, Effect(-99_00, "charge")),
        ({}, ("", "25"), None, Effect(5_00, "fee schedule")),
        ({"modifiers": "25"}, ("", "NONE"), None, Effect(-5_00, "fee schedule")),
        ({}, ("20610", ""), None, Effect(None, "not priced")),
        ({}, ("", ""), RATES, Effect(0, "")),
    ],
)
def test_a_wrong_line_comes_to_the_price_of_the_right_codes_less_that_of_the_billed_ones(
    billed, right, rates, found
):
    assert effect(line("1", **billed), *right, PRACTICE, rates) == found
