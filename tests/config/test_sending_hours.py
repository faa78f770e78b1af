"""When a clearinghouse takes files: in its own zone, over changes of the clocks, holidays and listed days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config.sending_hours import SendingHours

CHANGES = {
    "America/New_York": (date(2027, 3, 14), date(2027, 11, 7)),
    "Europe/London": (date(2027, 3, 28), date(2027, 10, 31)),
    "Australia/Lord_Howe": (date(2027, 4, 4), date(2027, 10, 3)),  # half an hour
    "America/Santiago": (date(2027, 4, 4), date(2027, 9, 5)),  # at midnight
    "Pacific/Apia": (date(2011, 12, 30),),  # a day that never was
    "America/Phoenix": (date(2027, 3, 14),),  # no change
}
MINUTE = timedelta(minutes=1)


@st.composite
def around_a_change(draw):
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.combine(draw(st.sampled_from(CHANGES[zone])), datetime.min.time(), ZoneInfo(zone))
    return zone, change.astimezone(UTC) + draw(st.integers(-3 * 1440, 2 * 1440)) * MINUTE


clock = st.sampled_from(("", "00:00", "00:30", "01:15", "01:45", "02:00", "02:30", "03:00", "17:00", "23:30"))
hours = st.builds(
    lambda opens, closes, weekends, holidays, closed_on: SendingHours(
        opens=opens, closes="" if closes == opens else closes, weekends=weekends, holidays=holidays,
        closed_on=closed_on,
    ),
    clock, clock, st.booleans(), st.booleans(),
    st.sampled_from(((), (date(2027, 3, 14),), (date(2027, 3, 15), date(2027, 11, 8)))),
)  # fmt: skip


@pytest.mark.slow
@given(hours, around_a_change())
@example(
    SendingHours(opens="02:30", closes="03:00"), ("America/New_York", datetime(2027, 3, 13, 8, tzinfo=UTC))
)
@example(SendingHours(closes="00:00"), ("America/Phoenix", datetime(2027, 3, 14, 7, tzinfo=UTC)))
@example(SendingHours(opens="17:00", closes="00:00"), ("Europe/London", datetime(2027, 3, 28, tzinfo=UTC)))
@settings(max_examples=120)
def test_it_opens_at_the_first_time_at_which_files_are_taken_and_not_before(taken, when):
    zone, now = when
    wall = taken.opening(zone, now).replace(tzinfo=None)
    opening = taken.opening(zone, now).astimezone(UTC)  # sums are of instants, not of clocks
    assert opening >= now
    assert taken.is_open(zone, opening)
    assert taken.is_open(zone, now) == (opening == now)
    if opening > now:
        assert not taken.is_open(zone, opening - MINUTE)
        for step in range(1, 40):  # nothing was open in between
            assert not taken.is_open(zone, now + (opening - now) * step / 40)
        assert f"{wall:%H:%M}" >= (taken.opens or "00:00"), "no earlier on the wall than it says"
    closes = "24:00" if taken.closes in ("", "00:00") else taken.closes
    if closes > taken.opens:  # within a day of the calendar
        assert taken.weekends or wall.weekday() < 5
        assert wall.date() not in taken.closed_on
        assert (taken.opens or "00:00") <= f"{wall:%H:%M}" < closes


def test_a_cut_off_is_the_zones_on_the_days_of_the_clock_change():
    taken = SendingHours(opens="02:00", closes="17:00", time_zone="America/Chicago", weekends=False)
    for day, hour in ((date(2027, 3, 12), 23), (date(2027, 3, 15), 22), (date(2027, 11, 8), 23)):
        cut_off = datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC)
        assert taken.is_open("America/New_York", cut_off - MINUTE), day
        assert not taken.is_open("America/New_York", cut_off), day
    friday = datetime(2027, 3, 12, 23, tzinfo=UTC)
    opening = taken.opening("America/New_York", friday)
    assert f"{opening:%a %d %b %H:%M %Z}" == "Mon 15 Mar 02:00 CDT"


def test_holidays_weekends_and_listed_days_are_left_out_and_hours_over_midnight_belong_to_the_day_they_open():
    taken = SendingHours(
        opens="20:00", closes="04:00", weekends=False, holidays=False, closed_on=(date(2026, 11, 27),)
    )
    zone = "America/New_York"
    here = ZoneInfo(zone)
    wednesday = datetime(2026, 11, 25, 21, tzinfo=here)
    assert taken.is_open(zone, wednesday)
    assert taken.is_open(zone, datetime(2026, 11, 26, 3, 59, tzinfo=here)), "Wednesday's, into Thanksgiving"
    assert not taken.is_open(zone, datetime(2026, 11, 26, 21, tzinfo=here))
    opening = taken.opening(zone, datetime(2026, 11, 26, 4, tzinfo=here))
    assert opening == datetime(2026, 11, 30, 20, tzinfo=here), "Thanksgiving, a listed day, a weekend"
    assert taken.cron() == "0 20 * * 1-5"


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": "2:00"}, {"opens": "24:00"}, {"closes": "17:60"}, {"opens": "08:00", "closes": "08:00"},
        {"time_zone": "Nowhere/Atlantis"}, {"closed_on": ("tomorrow",)}, {"cut_off": "17:00"},
    ],
)  # fmt: skip
def test_hours_that_can_not_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        SendingHours(**wrong)


def test_without_hours_files_are_taken_always():
    assert SendingHours().always
    assert SendingHours().is_open("America/New_York", datetime(2027, 3, 14, 7, 30, tzinfo=UTC))
    assert not SendingHours(holidays=False).always
