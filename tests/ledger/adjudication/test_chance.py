"""What work is likely to recover: the estimate at first, then more and more this ledger's own outcomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.work_chances import ages, estimate, load
from ledger.adjudication.chance import ALIKE, Chances, Outcome, urgency
from ledger.adjudication.work import DENIAL, KINDS
from ledger.books.work_items import OTHERS

shares = st.integers(0, 100_00)
outcomes = st.builds(
    Outcome,
    payer=st.sampled_from(("harbor", "senior")),
    reason=st.sampled_from(("16 claim_data", "197 authorization")),
    days=st.integers(0, 200),
    cents=st.just(100_00),
    recovered=shares,
)


def of(known, payer="harbor", reason="16 claim_data", days=10, practice="lakeside", cents=100_00):
    asked = {"payer": payer, "practice": practice, "reason": reason, "cents": cents, "days": days}
    return Chances(known).of(kind=DENIAL, way="REPLACE_7", **asked)


def test_without_outcomes_it_is_the_estimate_and_says_so():
    assert of([]).share == estimate(DENIAL, "REPLACE_7")
    assert of([]).basis == "starting estimate 65%; no work with this reason has ended here yet"


def test_many_outcomes_take_the_place_of_the_estimate():
    lost = [Outcome("harbor", "16 claim_data", 5, 100_00, 0)] * 200
    assert of(lost).share < 0.01
    assert of(lost).basis == (
        "starting estimate 65%; 0% of 200 with reason 16 claim_data; 0% of 200 of them at harbor; "
        "1.00 times that by 200 at harbor open 0 to 29 days; 1.00 times that by 200 at harbor below $250.00"
    )


def test_outcomes_of_another_reason_say_nothing():
    lost = [Outcome("harbor", "197 authorization", 5, 100_00, 0)] * 200
    assert of(lost).share == estimate(DENIAL, "REPLACE_7")


@pytest.mark.parametrize(("days", "kept"), [(29, 1.0), *((days, kept) for days, kept in ages().items())])
def test_a_denial_that_is_old_is_thought_to_keep_less_until_its_payer_shows_how_much(days, kept):
    assert of([], days=days).share == pytest.approx(estimate(DENIAL, "REPLACE_7") * kept)
    assert ("starting estimate of what is open" in of([], days=days).basis) is (kept < 1)
    known = [Outcome("harbor", "16 claim_data", age, 100_00, 100_00) for age in ages()] * 100
    assert of(known, days=days).share > 0.97
    assert "starting estimate of what is open" not in of(known, days=days).basis


def test_ages_begin_with_the_first_day_and_an_older_denial_keeps_no_more():
    assert next(iter(ages())) == 0
    assert list(ages()) == sorted(ages())
    assert list(ages().values()) == sorted(ages().values(), reverse=True)
    assert 0 < min(ages().values()) <= max(ages().values()) == 1


def test_other_work_than_a_denial_keeps_its_chance_however_old_it_is():
    asked = {"kind": "underpaid", "way": "", "payer": "harbor", "practice": "", "reason": "underpaid"}
    assert set(Chances([]).shares(**asked, is_large=False)) == {estimate("underpaid", "")}


def test_another_payer_counts_less_than_the_payer_itself():
    won = [Outcome("harbor", "16 claim_data", 5, 100_00, 100_00)] * 20
    lost = [Outcome("senior", "16 claim_data", 5, 100_00, 0)] * 20
    assert of(won + lost, "harbor").share > 0.7 > 0.4 > of(won + lost, "senior").share


def test_what_was_open_for_long_and_lost_lowers_the_chance_of_what_is_open_for_long():
    fresh = [Outcome("harbor", "16 claim_data", 5, 100_00, 100_00)] * 30
    old = [Outcome("harbor", "16 claim_data", 95, 100_00, 0)] * 30
    assert of(fresh + old, days=100).share < of(fresh + old, days=10).share / 2


@given(st.lists(outcomes, max_size=60), st.integers(0, 400))
def test_a_share_lies_between_nothing_and_all(known, days):
    assert 0 <= of(known, days=days).share <= 1


@given(st.lists(outcomes, max_size=40))
def test_the_order_of_outcomes_changes_nothing(known):
    assert abs(of(known).share - of(known[::-1]).share) < 1e-9


@given(st.lists(outcomes, max_size=40))
def test_what_was_learned_is_the_same_read_again(known):
    learned = Chances(known)
    assert Chances.learned(learned.groups).groups == learned.groups


@given(st.lists(outcomes, max_size=60), st.lists(outcomes, max_size=5))
def test_what_a_few_outcomes_hardly_change_stays_and_is_near(known, more):
    asked = {"kind": DENIAL, "way": "REPLACE_7", "payer": "harbor", "practice": "", "reason": "16 claim_data"}
    before, exact = Chances(known), Chances([*more, *known])
    kept = exact.unless_like(before.groups)
    assert kept.groups.keys() == exact.groups.keys()
    assert kept.unless_like(before.groups).groups == kept.groups
    for near, right in zip(
        kept.shares(**asked, is_large=False), exact.shares(**asked, is_large=False), strict=True
    ):
        assert near == pytest.approx(right, rel=(1 + ALIKE) ** 5 - 1)


def test_one_outcome_more_of_many_leaves_what_was_learned():
    known = [Outcome("harbor", "16 claim_data", 5, 100_00, cents) for cents in (0, 100_00)] * 100
    one_more = Chances([*known, Outcome("harbor", "16 claim_data", 5, 100_00, 0)])
    assert one_more.unless_like(Chances(known).groups).groups == Chances(known).groups
    assert one_more.unless_like({}).groups == one_more.groups


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"practice": "summit"}, "of practice summit"),
        ({"cents": 300_00}, "of $250.00 or more"),
        ({"days": 40}, "open 30 to 59 days"),
    ],
)
def test_what_a_payer_minds_beside_the_reason_counts_for_its_other_reasons_too(part, said):
    """Of two reasons alike half is recovered, but nothing of a part of them; a third reason is like them."""
    usual = {"payer": "harbor", "days": 5, "cents": 100_00, "recovered": 100_00, "practice": "lakeside"}
    known = []
    for reason in ("16 claim_data", "197 authorization"):
        known += [Outcome(**usual, reason=reason)] * 15
        known += [Outcome(**{**usual, **part, "recovered": 0}, reason=reason)] * 15
    minded = of(known, reason="97 bundling", **part)
    assert minded.share < 0.6 * of(known, reason="97 bundling").share
    assert f"times that by 30 at harbor {said}" in minded.basis
    elsewhere = {"payer": "senior", "reason": "97 bundling", **part}
    assert of(known, **elsewhere).share == of([], **elsewhere).share


def test_less_time_is_more_urgent_until_it_is_over():
    factors = [urgency(days) for days in (0, 5, 10, 20, 100)]
    assert factors == sorted(factors, reverse=True)
    assert urgency(-1) < urgency(None) == 1


def test_what_is_owed_to_others_stays_urgent_after_its_last_day():
    assert urgency(-1, is_duty=True) == urgency(0, is_duty=True) > urgency(20, is_duty=True) > 1


def test_every_kind_of_work_has_an_estimate_of_its_own_or_the_common_one():
    named = {kind for kind, _ in load()}
    assert named - {"*"} <= {DENIAL, *KINDS, *OTHERS, "overdue_payer"}
    assert set(OTHERS) <= named
    assert all(0 < share < 1 for share in load().values())
