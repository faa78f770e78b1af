"""The morning's first page: did last night go well, what failed or is late and what to do, what runs next."""

from dataclasses import dataclass
from datetime import date, datetime

from config.counted import counted
from config.dollars import dollars
from config.schedule import next_due
from ledger.errors import LedgerInDoubt
from ledger.queries import batches
from ledger.queries.night import NightRow, nights
from ledger.queries.tonight import Tonight, tonight
from ledger.runs import schedules
from ledger.sending.batches import BatchRow, to_send
from tasks.batches import sending_hours
from tasks.batches.mail import MAIL
from tasks.batches.sending_hours import Waits
from tasks.batches.story import expected
from tasks.home.home import Home
from tasks.runs import schedule
from tasks.runs.days import looked_at

STALE = 4
"""Days after which the last run was not last night's, whatever the weekend."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What failed or is late, what it means, and what to do. `batch`: the one that a person looks at; 0 none.
    `partner`: the one that sending stopped to, "" none. `goes_on`: the batch may be sent at once."""

    code: str
    what: str
    remedy: str
    batch: int = 0
    partner: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A run that is due next."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Morning:
    """`verdict` is a sentence without its end; `did` says it in numbers, over all practices, "" where there
    are none. `well`: nothing failed and nothing is late. `running`: a run is at work at this moment.

    `came` is what last night did; None before the first one. `kept`: runs start by themselves. `waits`: what
    is ready for partners that take no files at this time.
    """

    night: NightRow | None
    verdict: str
    did: str
    well: bool
    running: bool
    came: Tonight | None
    attention: tuple[Attention, ...]
    next: tuple[Due, ...]
    kept: bool
    waits: tuple[Waits, ...] = ()


def morning(home: Home, now: datetime) -> Morning:
    """How things stand at this time (aware)."""
    last = next(iter(nights(home.ledger, 1)), None)
    came = tonight(home.ledger, last.business_on) if last is not None else None
    found = tuple(_needing(home, now, last))
    running = last is not None and last.outcome == ""
    ended = last is not None and last.outcome in ("done", "holds")
    today = home.settings.day_at(now)
    days = (today - date.fromisoformat(last.business_on)).days if last is not None else 0
    return Morning(
        night=last,
        verdict=_verdict(last, len(found), days),
        did=_did(came) if came is not None and ended and days < STALE else "",
        well=not found and last is not None and days < STALE,
        running=running,
        came=came,
        attention=found,
        next=_next(home, now),
        kept=schedule.kept(home),
        waits=tuple(sending_hours.waiting(home, now)),
    )


def _verdict(last: NightRow | None, attention: int, days: int) -> str:
    if last is None:
        return "No run yet: drop encounters into the inbox, then start a run"
    if last.outcome == "":
        return "A run is at work, or one was broken off: its numbers are those of this moment"
    if last.outcome == "failed":
        why = last.note or "see its log"
        return f"Last night failed: {why}. Nothing is lost; the next run goes on from there"
    if days >= STALE:
        return f"No run since {last.business_on}, {days} days ago"
    if attention:
        needs = "needs" if attention == 1 else "need"
        return f"Last night is done, and {counted(attention, 'thing')} {needs} an operator"
    return "Last night went well"


def _did(came: Tonight) -> str:
    return (
        f"{counted(came.claims, 'claim')} went out, {dollars(came.posted_cents)} were posted, "
        f"{counted(came.denials, 'denial')} came"
    )


def _needing(home: Home, now: datetime, last: NightRow | None) -> list[Attention]:
    day = looked_at(home, home.settings.day_at(now))
    found = []
    if home.doubt:
        remedy = "restore a backup, or decide with `cleanclaim ledger accept --why ...`"
        found.append(Attention(LedgerInDoubt.code, f"the ledger is in doubt: {home.doubt}", remedy))
    if last is not None and last.outcome == "failed":
        found.append(
            Attention("NGT-FAILED", last.note or "the run failed", "correct the cause, then start a run")
        )
    for missed in schedule.missed(home, now):
        found.append(Attention(schedule.NOT_STARTED, missed.says, missed.remedy))
    for partner, why in sorted(batches.stopped(home.ledger).items()):
        remedy = "put the partner's file right, then release it"
        found.append(Attention("ACK-STOP", f"nothing goes to {partner}: {why}", remedy, partner=partner))
    for held in batches.held(home.ledger):
        what = f"batch {held.id} to {held.clearinghouse} is held: {held.hold}"
        found.append(Attention("BATCH-HELD", what, "look at what is known of it, then decide", batch=held.id))
    for row in _left_over(home, now, last):
        what = f"batch {row.id} to {row.clearinghouse} is not out yet: {counted(row.claims, 'claim')}"
        remedy = "go on with it, or leave it to the next run"
        found.append(Attention("BATCH-UNSENT", what, remedy, batch=row.id, goes_on=True))
    for late in batches.overdue(home.ledger, day, expected(home)):
        what = (
            f"the {late.kind} of batch {late.batch_id} ({late.clearinghouse}, interchange {late.isa13:09d}) "
            f"is late since {late.due}: {counted(late.claims, 'claim')}"
        )
        found.append(Attention("ACK-OVERDUE", what, "ask the partner for it", batch=late.batch_id))
    return found


def _left_over(home: Home, now: datetime, last: NightRow | None) -> list[BatchRow]:
    """Batches that the last run was to send and did not, of partners that take files at this time."""
    if last is None or last.outcome != "failed":
        return []
    shut = sending_hours.closed(home, now)
    return [row for row in to_send(home.ledger) if row.clearinghouse not in {MAIL, *shut}]


def _next(home: Home, now: datetime) -> tuple[Due, ...]:
    """The next time of each schedule that is kept; of a home that nothing starts, those of its settings."""
    kept = [(row.name, row.cron, row.time_zone) for row in schedules.kept(home.ledger)]
    planned = [(one.name, one.cron, one.zone) for one in schedule.planned(home.settings, home.partners)]
    found = [Due(name, next_due(cron, zone, now)) for name, cron, zone in kept or planned]
    return tuple(sorted(found, key=lambda due: due.at))
