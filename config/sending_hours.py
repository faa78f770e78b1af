"""When a clearinghouse takes files: hours in its own zone, and days on which it takes none.

Hours are those of a clock on the wall. Where the clocks skip them they begin, or end, as the clocks jump;
where an hour comes twice the first one counts.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from config.business_days import is_holiday
from config.practice import PartnerModel
from config.schedule import known_zone

Clock = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
LOOKED_AT = 400
"""Days in which hours must open again: more than there can be in `closed_on` in a row."""


class SendingHours(PartnerModel):
    """When a clearinghouse takes files; without this table always. What is ready after its cut-off waits for
    the next opening, at which it is sent by a run of its own under `cleanclaim serve`."""

    opens: Clock = Field("", description="from when on, as 02:00; empty: from midnight")
    closes: Clock = Field(
        "", description="the cut-off, as 17:00: a run before it sends. Before `opens`: of the day after"
    )
    time_zone: str = Field("", description="zone of these hours; empty: the home's")
    weekends: bool = Field(True, description="whether it takes files on Saturdays and Sundays")
    holidays: bool = Field(True, description="whether it takes files on federal holidays")
    closed_on: tuple[date, ...] = Field(
        (), max_length=366, description="further days on which it takes none, as [2026-12-24]"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value) if value else ""

    @model_validator(mode="after")
    def _open_at_all(self) -> Self:
        if self.opens and self.opens == self.closes:
            raise ValueError("opens and closes are the same; leave both out where files are taken all day")
        return self

    @property
    def always(self) -> bool:
        """Whether files are taken at any time."""
        return not (self.opens or self.closes or self.closed_on) and self.weekends and self.holidays

    def cron(self) -> str:
        """When it opens, on days that may be days of it."""
        at = _clock(self.opens)
        return f"{at.minute} {at.hour} * * {'*' if self.weekends else '1-5'}"

    def is_open(self, zone: str, now: datetime) -> bool:
        """Whether it takes files at this time (aware); `zone` is the home's."""
        return any(start <= now < end for start, end in self._around(zone, now, back=2, ahead=1))

    def opening(self, zone: str, now: datetime) -> datetime:
        """The first time at or after `now` at which it takes files, in its zone."""
        here = ZoneInfo(self.time_zone or zone)
        for start, end in self._around(zone, now, back=2, ahead=LOOKED_AT):
            if end > now:
                return max(start, now).astimezone(here)
        raise ValueError("these hours never come")

    def closing(self, zone: str, now: datetime) -> datetime:
        """The end of the hours that are open at `now`, or else of the next ones, in its zone."""
        here = ZoneInfo(self.time_zone or zone)
        for _, end in self._around(zone, now, back=2, ahead=LOOKED_AT):
            if end > now:
                return end.astimezone(here)
        raise ValueError("these hours never come")

    def _around(
        self, zone: str, now: datetime, *, back: int, ahead: int
    ) -> Iterator[tuple[datetime, datetime]]:
        """The times, in UTC, in which it takes files on the days around this time, in their order."""
        here = ZoneInfo(self.time_zone or zone)
        today = now.astimezone(here).date()
        opens, closes = _clock(self.opens), _clock(self.closes)
        for off in range(-back, ahead):
            day = today + timedelta(days=off)
            if self._takes(day):
                last = day if closes > opens else day + timedelta(days=1)
                start, end = _instant(day, opens, here), _instant(last, closes, here)
                if start < end:
                    yield start, end

    def _takes(self, day: date) -> bool:
        closed = day in self.closed_on or (not self.holidays and is_holiday(day))
        return not closed and (self.weekends or day.weekday() < 5)


def _clock(text: str) -> time:
    return time.fromisoformat(text) if text else time()


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant of a day at which its clocks show this time or a later one."""
    wall = datetime.combine(day, at)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    while first > second:  # skipped: the clocks jump between the two, on a whole minute
        middle = second + timedelta(minutes=(first - second) // timedelta(minutes=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            first = middle
        elif middle == second:
            break
        else:
            second = middle
    return first
