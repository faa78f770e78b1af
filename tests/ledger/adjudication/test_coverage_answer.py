"""What a 271 says of coverage: active or not, since when, until when, and what it limits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.records import Eligibility, Party, Person
from edi.records.eligibility import Benefit, Refusal
from ledger.adjudication.coverage_answer import STATES, digest, said

JAN, DEC = date(2026, 1, 1), date(2026, 12, 31)


def answer(*benefits, dates=(), reasons=(), member="W1"):
    return said(
        Eligibility(
            payer=Party(),
            provider=Party(),
            subscriber=Person(member_id=member),
            benefits=benefits,
            dates=dates,
            refusals=tuple(Refusal(loop="2100C", reason=reason, follow_up="C") for reason in reasons),
        )
    )


def plan(information="1", types=("30",), **more):
    return Benefit(information=information, service_types=types, **more)


@pytest.mark.parametrize(
    ("benefits", "reasons", "state"),
    [
        ((plan(),), (), "active"),
        ((plan("4"),), (), "active"),
        ((plan("6"),), (), "inactive"),
        ((plan("6"), plan("1", ("35",))), (), "inactive"),  # dental alone is active
        ((plan("1"), plan("6", ("35",))), (), "active"),
        ((plan("1", ("98",)),), (), "active"),  # nothing is said of the plan as a whole
        ((), ("75",), "not_found"),
        ((), ("72", "73"), "not_found"),
        ((), ("42",), "unavailable"),
        ((), ("80",), "unavailable"),
        ((), ("43",), "unsaid"),  # of the provider
        ((), (), "unsaid"),
        ((plan("C"),), (), "unsaid"),
    ],
)
def test_how_it_stands(benefits, reasons, state):
    found = answer(*benefits, reasons=reasons)
    assert (found.state, found.reasons) == (state, " ".join(reasons))


@pytest.mark.parametrize(
    ("dates", "first", "last"),
    [
        ((("346", JAN, None), ("347", DEC, None)), "2026-01-01", "2026-12-31"),
        ((("291", JAN, DEC),), "2026-01-01", "2026-12-31"),
        ((("291", JAN, None),), "", ""),  # the day that was asked about
        ((("356", JAN, None), ("346", date(2026, 3, 1), None)), "2026-03-01", ""),
        ((("347", DEC, None), ("357", date(2026, 6, 30), None)), "", "2026-06-30"),
        ((("472", JAN, DEC), ("346", None, None)), "", ""),
    ],
)
def test_the_days_of_the_coverage_are_the_narrowest_that_it_says(dates, first, last):
    found = answer(plan(), dates=dates)
    assert (found.active_from, found.active_to) == (first, last)
    found = answer(plan(dates=dates))
    assert (found.active_from, found.active_to) == (first, last)


def test_days_of_what_is_not_active_are_no_days_of_what_is():
    ended = plan("6", ("30",), dates=(("347", JAN, None),))
    assert answer(plan(), ended).active_to == ""


def test_the_network_is_said_where_all_that_is_active_says_the_same():
    assert answer(plan(in_network="N")).in_network == "N"
    assert answer(plan(in_network="Y")).in_network == "Y"
    assert answer(plan(in_network="Y"), plan(in_network="N")).in_network == ""
    assert answer(plan(in_network="W")).in_network == ""


def test_a_limit_of_a_procedure_is_what_is_allowed_and_what_is_used_of_it():
    def limit(period, quantity, procedure="97110"):
        return Benefit(information="F", procedure=procedure, period=period, quantity=quantity)

    assert answer(limit("23", "20"), limit("29", "4")).limits == (("97110", 20, 16),)
    assert answer(limit("29", "4")).limits == (("97110", 4, 0),)
    assert answer(limit("23", "20")).limits == (("97110", 20, 0),)
    assert answer(limit("23", "20", "")).limits == ()  # whose it is is not known
    assert answer(limit("23", "x"), limit("27", "3", "97112")).limits == ()


def test_a_stay_or_election_has_its_days():
    span = (("292", JAN, DEC),)
    found = answer(
        plan(),
        Benefit(information="X", service_types=("45",), dates=span),
        Benefit(information="X", service_types=("AG",), dates=(("292", JAN, None),)),
        Benefit(information="R", insurance_type="HN", dates=(("290", JAN, None),)),
        Benefit(information="R", insurance_type="C1", dates=span),
        Benefit(information="X", service_types=("45",)),  # without days nothing can be judged
    )
    assert found.periods == (
        ("hospice", "2026-01-01", "2026-12-31"),
        ("snf", "2026-01-01", ""),
        ("managed", "2026-01-01", ""),
    )


def test_a_member_id_is_compared_without_being_kept():
    assert digest("w1 777") == digest("W1777") != digest("W1778")
    assert digest("") == ""
    assert "W1777" not in answer(plan(), member="W1777").member


odd = st.builds(
    Benefit,
    information=st.text(max_size=2),
    service_types=st.lists(st.sampled_from(["30", "45", "", "x"]), max_size=2).map(tuple),
    insurance_type=st.text(max_size=2),
    period=st.sampled_from(["", "23", "29", "x"]),
    quantity=st.text(max_size=5) | st.sampled_from(["NaN", "-1", "1e9", "Infinity", "4.5"]),
    procedure=st.text(max_size=3),
    in_network=st.text(max_size=1),
    dates=st.lists(st.tuples(st.text(max_size=3), st.none() | st.dates(), st.none() | st.dates())).map(tuple),
)


@pytest.mark.slow
@given(st.lists(odd, max_size=5), st.lists(st.text(max_size=2), max_size=3))
def test_no_content_makes_it_raise(benefits, reasons):
    assert answer(*benefits, reasons=reasons).state in STATES
