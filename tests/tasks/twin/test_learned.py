"""What the parts of the twin make of a few answers whose rates can be told by hand."""

from datetime import date, timedelta

import pytest

from tasks.twin.answered import PAID, Claim, Line, Service
from tasks.twin.foretold import DOLLARS, day_noise, foretell
from tasks.twin.held_back import held_back
from tasks.twin.payer_model import DENIAL, as_known, learn
from tasks.twin.pooled_rates import OTHER, pooled
from tasks.twin.pooled_shares import pooled_shares

VISIT, KNEE = Service("99213", "", "11", "M54"), Service("20610", "", "11", "M54")
START, TODAY = date(2026, 1, 5), date(2026, 7, 1)


def claim(day, service=VISIT, outcome=PAID, days=10, charge=10_000, share=0.6):
    paid = round(charge * share) if outcome == PAID else 0
    return Claim(sent_on=day, lines=(Line(service, charge, outcome, paid),), days=days, number=f"N{day:%m%d}")


def answers(rate=5, days=120):
    """Two claims a day; every `rate`-th knee is denied."""
    found = []
    for n in range(days):
        day = START + timedelta(days=n)
        found += [claim(day), claim(day, KNEE, PAID if n % rate else "CO-50")]
    return found


def test_rates_lie_between_those_seen_and_those_of_all_and_come_to_one():
    seen = [(VISIT, PAID, 1.0)] * 80 + [(KNEE, PAID, 1.0)] * 30 + [(KNEE, "CO-50", 1.0)] * 10
    rates = pooled(seen)
    assert 10 / 120 < rates.of(KNEE)["CO-50"] < 10 / 40
    assert 0 < rates.of(VISIT)["CO-50"] < 10 / 120
    assert sum(rates.of(KNEE).values()) == pytest.approx(1)
    assert [level.feature for level in rates.levels] == ["procedure"]  # the others tell nothing
    assert rates.of(Service("00000"))["CO-50"] == pytest.approx(10 / 120, abs=0.01)


def test_of_no_answers_every_outcome_is_left_open():
    rates = pooled([])
    assert set(rates.of(VISIT)) == {PAID, OTHER}
    assert not learn([], TODAY).enough
    assert held_back([], START, TODAY) is None


def test_a_fixed_share_is_known_to_the_cent_and_a_code_never_seen_is_not():
    shares = pooled_shares([(VISIT, 0.6, 1.0)] * 40 + [(KNEE, 0.8, 1.0)] * 40)
    assert shares.of(VISIT) == pytest.approx(0.6, abs=0.001)
    assert shares.of(KNEE) == pytest.approx(0.8, abs=0.001)
    assert shares.variance({Service("00000"): 1.0}) > 10 * shares.variance({VISIT: 1.0})


def test_what_was_answered_later_is_not_known_yet():
    early, late = claim(START, days=3), claim(START, days=30)
    [one, other] = as_known([early, late, claim(TODAY)], START + timedelta(days=10))
    assert one == early
    assert not other.answered
    assert other.paid_cents == 0
    assert other.lines[0].outcome == ""


def test_days_that_are_half_answered_are_not_learned_from():
    quick = [claim(TODAY - timedelta(days=5), KNEE, "CO-50", days=2) for _ in range(40)]
    slow = [claim(TODAY - timedelta(days=5), KNEE, days=20) for _ in range(40)]
    model = learn([*answers(), *quick, *slow], TODAY)
    assert model.left_out == 80
    assert model.denials.of(KNEE)["CO-50"] < 0.25
    assert (model.delay(0.4), model.delay(0.5)) == (2, 10)


def test_a_fee_that_is_cut_is_said_with_its_month_and_only_what_came_since_counts():
    cut = date(2026, 3, 1)
    known = [claim(day := START + timedelta(days=n), share=0.6 if day >= cut else 0.7) for n in range(120)]
    known += [claim(START + timedelta(days=n), KNEE, share=0.5 + n % 5 / 20) for n in range(120)]
    model = learn(known, TODAY)
    [change] = model.changes
    assert (change.where[0], change.month) == (("procedure", "99213"), "2026-03")
    assert (change.before, change.after) == (pytest.approx(0.7), pytest.approx(0.6))
    assert model.shares.of(VISIT) == pytest.approx(0.6, abs=0.002)


def test_claims_are_foretold_one_by_one_and_as_a_whole():
    known = answers()
    model = learn(known, TODAY)
    tonight = [claim(TODAY, KNEE), claim(TODAY, VISIT, charge=5_000)]
    found = foretell(model, day_noise(model, known), tonight)
    knee, visit = found.of_claims
    assert knee.reason == "CO-50"
    assert knee.lost_cents > visit.lost_cents
    assert knee.expected_cents == pytest.approx(6_000 * 0.8, abs=300)
    assert found.paid_cents.mean == pytest.approx(knee.expected_cents + visit.expected_cents, abs=2)
    assert found.paid_cents.low < found.paid_cents.mean < found.paid_cents.high
    assert found.by_reason[DENIAL, "CO-50"].mean == pytest.approx(0.2, abs=0.05)
    assert found.charge_cents == 15_000
    assert found.lines == 2


def test_a_held_back_month_is_compared_with_what_the_payer_did():
    known = answers()
    found = held_back(known, date(2026, 4, 1), date(2026, 5, 1))
    assert found is not None
    assert found.seen[DOLLARS] == sum(
        one.paid_cents for one in known if date(2026, 4, 1) <= one.sent_on < date(2026, 5, 1)
    )
    assert found.reasons_hold == (1, 1)
    assert found.score > found.plain_score
