"""Cron fields that can't be are refused; when a schedule is due agrees with Prefect's own scheduler."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config import settings
from config.errors import ConfigurationError
from config.schedule import checked, next_due

NEW_YORK = ZoneInfo("America/New_York")
SPRING, AUTUMN = datetime(2027, 3, 14, tzinfo=NEW_YORK), datetime(2027, 11, 7, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    "cron",
    [
        "61 * * * *", "* 24 * * *", "0 20 0 * *", "0 20 * 13 *", "0 20 * * 8", "*/0 * * * *", "5-1 * * * *",
        "0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6 *", "0 20 * *", "0 20 * * 1-5 2027", "@daily", "",
        "every day", "0 20 * * mon#2", "0 20 L * *", "0 20 */2 * 1", "0 20 ? * 1", "0 20 1 * */2",
        "٣ * * * *",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["nightly_cron", "pick_up_cron"])
def test_a_cron_that_can_not_be_is_a_settings_error_with_file_and_key(tmp_path, cron, key):
    if key == "pick_up_cron" and not cron:
        return  # empty switches that run off
    file = tmp_path / "cleanclaim.toml"
    file.write_text(f'{key} = "{cron}"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        settings.load(tmp_path)
    assert str(file) in str(caught.value)
    assert key in str(caught.value)


@pytest.mark.parametrize("cron", ["0 20 * * 1-5", "*/15 8-18 * * mon-fri", "0 0 29 2 *", "30 2 1,15 * *"])
def test_a_cron_that_can_be_is_taken_with_single_spaces(cron):
    assert checked(f"  {cron.replace(' ', '  ')} ") == cron


def test_the_time_is_the_zones_on_the_days_of_the_clock_change():
    for day in (SPRING, AUTUMN):
        before = day - timedelta(hours=20)
        first = next_due("0 20 * * *", "America/New_York", before)
        second = next_due("0 20 * * *", "America/New_York", first)
        assert [first.hour, second.hour] == [20, 20]
        assert second.date() - first.date() == timedelta(days=1)


def test_an_hour_that_is_skipped_asks_for_nothing_and_one_that_comes_twice_asks_once():
    skipped = next_due("30 2 * * *", "America/New_York", SPRING)
    assert skipped == datetime(2027, 3, 15, 2, 30, tzinfo=NEW_YORK)
    first = next_due("30 1 * * *", "America/New_York", AUTUMN)
    assert first.astimezone(UTC) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert next_due("30 1 * * *", "America/New_York", first) == datetime(2027, 11, 8, 1, 30, tzinfo=NEW_YORK)


@pytest.mark.slow
def test_what_is_due_is_what_prefect_schedules_whatever_the_fields():
    from prefect.server.schemas.schedules import CronSchedule

    drawn = random.Random(8)
    for _ in range(300):
        cron = " ".join(
            (
                drawn.choice(("0", "*/15", "5,35", "10-12", "59")),
                drawn.choice(("20", "*", "6-9", "*/5", "0,23")),
                drawn.choice(("*", "*", "1,15", "28-31")),
                drawn.choice(("*", "*", "1-3", "jul", "*/5")),
                drawn.choice(("*", "1-5", "0", "7", "sun,wed")),
            )
        )
        zone = drawn.choice(("America/New_York", "America/Phoenix", "UTC", "Asia/Kolkata"))
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=drawn.randrange(3 * 365 * 86_400))
        due, ours = start, []
        for _ in range(3):
            due = next_due(cron, zone, due)
            ours.append(due.astimezone(UTC))
        if any((d + timedelta(hours=h)).astimezone(ZoneInfo(zone)).utcoffset() != due.utcoffset()
               for d in ours for h in (-4, 4)):  # fmt: skip
            continue  # around a change of the clocks: its own tests
        theirs = asyncio.run(
            CronSchedule(cron=cron, timezone=zone).get_dates(n=3, start=start + timedelta(seconds=1))
        )
        assert ours == [t.astimezone(UTC) for t in theirs], (cron, zone, start)


@pytest.mark.parametrize("zone", ["Nowhere/Atlantis", "EST5EDT6", "../etc", ""])
def test_a_zone_that_is_not_known_is_a_settings_error(tmp_path, zone):
    (tmp_path / "cleanclaim.toml").write_text(f'time_zone = "{zone}"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="time_zone"):
        settings.load(tmp_path)
