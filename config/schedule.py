"""When a schedule is due: five cron fields, read in a time zone.

Minutes and hours that the clocks skip in spring ask for nothing, and an hour that comes twice in
autumn asks once: whoever schedules at such a time may move it, but not double it.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

EXAMPLE = "0 20 * * 1-5"
_ANCHOR = datetime(2000, 1, 1)


def checked(cron: str) -> str:
    """The same fields, one space between them.

    Raises:
        ValueError: they can't be, never come, or mean different days to different schedulers.
    """
    fields = cron.split()
    if len(fields) != 5 or any(sign in cron for sign in "?@#"):
        raise ValueError(f"write five cron fields, like {EXAMPLE}")
    plain = " ".join(fields)
    try:
        next(CronSim(plain, _ANCHOR))
    except (CronSimError, StopIteration) as error:
        what = str(error).lower() or "never comes"
        raise ValueError(f"{what} in {plain!r}; write five cron fields, like {EXAMPLE}") from None
    day, weekday = fields[2], fields[4]
    if any(f.upper().startswith("L") or f.upper().endswith("L") for f in (day, weekday)):
        raise ValueError(f"L is not read alike everywhere; write five plain cron fields, like {EXAMPLE}")
    if "*" not in (day, weekday) and (day.startswith("*") or weekday.startswith("*")):
        raise ValueError("give the days of the month or the weekdays, and * for the other")
    return plain


def known_zone(name: str) -> str:
    """The name of a time zone.

    Raises:
        ValueError: no zone has it.
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("no such time zone; write one like America/New_York") from None
    return name


def next_due(cron: str, zone: str, after: datetime) -> datetime:
    """The first time strictly after `after` (an aware time) at which `cron` is due in `zone`."""
    here = ZoneInfo(zone)
    for wall in CronSim(cron, after.astimezone(here).replace(tzinfo=None)):
        due = wall.replace(tzinfo=here)
        exists = due.astimezone(UTC).astimezone(here).replace(tzinfo=None) == wall
        if exists and due.astimezone(UTC) > after.astimezone(UTC):
            return due
    raise ValueError(f"{cron!r} never comes")
