"""Deposits and remittances are paired where only one pair fits; no cent is guessed or used twice."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.payments.deposit_matching import Money, pairings

DAY = date(2026, 11, 17)


def money(number, cents, trace="", *, payer="harbor", on=DAY, practice="lakeside", originator=""):
    return Money(
        id=number, practice=practice, payer=payer, cents=cents, trace=trace, originator=originator, on=on
    )


def paired(deposits, remittances):
    return sorted((p.deposit, p.remittance, p.cents, p.by) for p in pairings(deposits, remittances))


def test_one_deposit_pays_the_remittance_of_its_trace_whatever_zeros_lead_it():
    assert paired([money(1, 500, "00T1")], [money(9, 500, "T1"), money(8, 500, "T2")]) == [
        (1, 9, 500, "trace")
    ]


def test_a_trace_whose_amount_differs_is_never_paired():
    assert paired([money(1, 500, "T1")], [money(9, 499, "T1"), money(8, 500, "T2")]) == []


def test_several_deposits_of_one_trace_pay_one_remittance_and_the_other_way_round():
    assert paired([money(1, 300, "T1"), money(2, 200, "T1")], [money(9, 500, "T1")]) == [
        (1, 9, 300, "trace"),
        (2, 9, 200, "trace"),
    ]
    assert paired([money(1, 500, "T1")], [money(8, 300, "T1"), money(9, 200, "T1")]) == [
        (1, 8, 300, "trace"),
        (1, 9, 200, "trace"),
    ]


def test_two_payers_of_one_trace_are_distinguished_by_their_originator_or_not_at_all():
    theirs = [
        money(8, 500, "T1", originator="1111111111"),
        money(9, 700, "T1", payer="beacon", originator="2222222222"),
    ]
    ours = [money(1, 700, "T1", payer="", originator="2222222222")]
    assert paired(ours, theirs) == [(1, 9, 700, "trace")]
    assert paired([money(1, 1200, "T1", payer="")], theirs) == []


def test_without_a_trace_an_amount_that_fits_once_both_ways_is_paired():
    assert paired([money(1, 500)], [money(9, 500, "T1"), money(8, 400, "T2")]) == [(1, 9, 500, "amount")]
    assert paired([money(1, 500)], [money(9, 500, "T1"), money(8, 500, "T2")]) == []
    assert paired([money(1, 500), money(2, 500)], [money(9, 500, "T1")]) == []


def test_another_payer_practice_or_season_does_not_fit_by_amount():
    assert paired([money(1, 500)], [money(9, 500, "T1", payer="beacon")]) == []
    assert paired([money(1, 500)], [money(9, 500, "T1", practice="bayview")]) == []
    assert paired([money(1, 500)], [money(9, 500, "T1", on=DAY - timedelta(days=8))]) == []
    assert paired([money(1, 500, payer="")], [money(9, 500, "T1", payer="beacon")]) == [(1, 9, 500, "amount")]


def test_a_deposit_of_a_payers_whole_day_pays_all_of_it():
    of_day = [money(8, 300, "C1"), money(9, 250, "C2"), money(7, 100, "C3", on=DAY + timedelta(days=1))]
    assert paired([money(1, 550)], of_day) == [(1, 8, 300, "day"), (1, 9, 250, "day")]
    assert paired([money(1, 400)], of_day) == [], "a part of a day is a guess"


def test_a_deposit_that_names_a_trace_which_is_here_is_not_paired_by_its_amount():
    assert paired([money(1, 500, "T1")], [money(8, 400, "T1"), money(9, 500, "T2")]) == []


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_puzzles_close_by_their_traces_and_no_cent_is_used_twice(seed, count):
    """Remittances whose deposits are split, pooled, in another order, some late or without a trace."""
    draw = Random(seed)
    remittances, deposits, truth = [], [], Counter()
    for n in range(count):
        cents = draw.randint(1, 10) * 100
        remittances.append(money(n, cents, f"T{n}", on=DAY + timedelta(days=draw.randint(0, 3))))
        parts = [cents] if cents == 100 or draw.random() < 0.7 else [100, cents - 100]
        if draw.random() < 0.15:
            continue  # not in the bank yet
        trace = "" if draw.random() < 0.2 else f"T{n}"
        for part in parts:
            deposits.append(money(len(deposits), part, trace, on=DAY))
            if trace:
                truth[n] += part
    draw.shuffle(deposits)
    made = pairings(deposits, remittances)
    of_deposits, of_remittances = Counter(), Counter()
    for one in made:
        assert one.cents > 0
        of_deposits[one.deposit] += one.cents
        of_remittances[one.remittance] += one.cents
    assert all(of_deposits[d.id] in (0, d.cents) for d in deposits), "a deposit is explained whole or not"
    assert all(of_remittances[r.id] in (0, r.cents) for r in remittances)
    assert all(of_remittances[n] == cents for n, cents in truth.items()), "what has its trace is found"


@given(st.integers(0, 2**32))
def test_the_order_of_either_side_changes_nothing(seed):
    draw = Random(seed)
    remittances = [money(n, draw.choice((100, 200, 300)), draw.choice(("", f"T{n}"))) for n in range(8)]
    deposits = [money(n, draw.choice((100, 200, 300, 500)), draw.choice(("", f"T{n}"))) for n in range(8)]
    once = paired(deposits, remittances)
    draw.shuffle(deposits)
    draw.shuffle(remittances)
    again = paired(deposits, remittances)
    assert {(d, r) for d, r, *_ in once} == {(d, r) for d, r, *_ in again}
