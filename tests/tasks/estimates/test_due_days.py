"""The days of 45 CFR 149.610(b)(1)(vi): one or three business days, by how far ahead it is scheduled."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.business_days import business_days_after, business_days_between
from tasks.estimates.due_days import change_due_on, due_on, last_day

MONDAY = date(2026, 11, 2)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("service", "scheduled", "requested", "due"),
    [
        (date(2026, 11, 17), MONDAY, None, date(2026, 11, 5)),  # ten ahead, over Veterans Day
        (date(2026, 11, 16), MONDAY, None, date(2026, 11, 3)),  # nine ahead
        (date(2026, 11, 5), MONDAY, None, date(2026, 11, 3)),  # three ahead
        (date(2026, 11, 4), MONDAY, None, None),  # two ahead: none is needed
        (date(2026, 11, 4), MONDAY, MONDAY, date(2026, 11, 5)),  # but the patient asked for it
        (date(2026, 11, 30), date(2026, 11, 24), None, date(2026, 11, 25)),  # over Thanksgiving: three ahead
        (None, None, date(2026, 11, 24), date(2026, 11, 30)),
        (date(2026, 11, 17), MONDAY, date(2026, 10, 30), date(2026, 11, 4)),  # the earlier of the two
        (None, MONDAY, None, None),
        (None, None, None, None),
    ],
)
def test_the_last_day_follows_from_when_it_was_scheduled_or_asked_for(service, scheduled, requested, due):
    assert due_on(service, scheduled, requested) == due


@settings(max_examples=40)
@given(scheduled=DAYS, ahead=st.integers(0, 40))
def test_it_is_always_due_before_the_service_and_never_where_there_is_no_time(scheduled, ahead):
    service = scheduled + timedelta(days=ahead)
    due = due_on(service, scheduled, None)
    between = business_days_between(scheduled, service)
    assert (due is None) == (between < 3)
    if due is not None:
        assert scheduled < due < service
        assert due == business_days_after(scheduled, 3 if between >= 10 else 1)


def test_a_change_is_due_a_business_day_before_and_services_recur_for_twelve_months():
    assert change_due_on(date(2026, 11, 30)) == date(2026, 11, 27)
    assert last_day(date(2026, 11, 30)) == date(2027, 11, 30)
    assert last_day(date(2028, 2, 29)) == date(2029, 2, 28)
