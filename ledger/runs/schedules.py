"""When runs are due and when one was last at work: from this, and nothing else, follows what is missing."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.schema import schedule
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One schedule that is kept. Times are seconds since the epoch; 0: never yet."""

    name: str
    cron: str
    time_zone: str
    due_from_at: int
    began_at: int
    seen_at: int


def keep(ledger: Ledger, name: str, cron: str, time_zone: str, now: int) -> None:
    """From `now` on runs of `name` are due by this cron; where it is kept so already, since then."""
    with ledger.write() as connection:
        same = connection.execute(select(schedule).where(schedule.c.name == name)).one_or_none()
        if same is None:
            connection.execute(
                schedule.insert().values(name=name, cron=cron, time_zone=time_zone, due_from_at=now)
            )
        elif (same.cron, same.time_zone) != (cron, time_zone):
            connection.execute(
                schedule.update()
                .where(schedule.c.name == name)
                .values(cron=cron, time_zone=time_zone, due_from_at=now)
            )


def drop_but(ledger: Ledger, names: Collection[str]) -> None:
    """Schedules that are no longer kept are due no more."""
    with ledger.write() as connection:
        connection.execute(schedule.delete().where(schedule.c.name.not_in(names)))


def due_from(ledger: Ledger, name: str, now: int) -> None:
    """What was due before `now` is not asked for any more."""
    with ledger.write() as connection:
        connection.execute(
            schedule.update()
            .where(schedule.c.name == name, schedule.c.due_from_at < now)
            .values(due_from_at=now)
        )


def began(ledger: Ledger, name: str, when: int) -> None:
    """A run of `name` begins at `when`. Nothing where the schedule is not kept."""
    with ledger.write() as connection:
        connection.execute(
            schedule.update()
            .where(schedule.c.name == name, schedule.c.began_at < when)
            .values(began_at=when, seen_at=when)
        )


def at_work(ledger: Ledger, name: str, when: int) -> None:
    """A run of `name` is at work at `when`. Nothing where the schedule is not kept."""
    with ledger.write() as connection:
        connection.execute(
            schedule.update().where(schedule.c.name == name, schedule.c.seen_at < when).values(seen_at=when)
        )


def last_began(ledger: Ledger, name: str) -> int:
    """When a run of `name` last began; 0: never, or it is not kept."""
    with ledger.read() as connection:
        found = connection.execute(select(func.max(schedule.c.began_at)).where(schedule.c.name == name))
        return int(found.scalar() or 0)


def kept(ledger: Ledger) -> list[ScheduleRow]:
    """Every schedule that is kept; none where nobody served this ledger yet."""
    with ledger.read() as connection:
        return [ScheduleRow(*row) for row in connection.execute(select(schedule).order_by(schedule.c.name))]
