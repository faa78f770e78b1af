"""The morning in a message: how last night went, in counts and dollars, and what waits. Nothing of a patient.

It says what fails and waits by kind, with the words that go out; never a note, or a reason that
a person typed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.counted import counted
from config.dollars import dollars
from config.schedule import next_due
from config.settings import Settings
from ledger.queries import work
from ledger.queries.tonight import Tonight
from tasks.home.home import Home
from tasks.notices.message import SUBJECT, Message, footer
from tasks.notices.words import SEVERITIES, words_of
from tasks.reports.morning import STALE, Morning, morning
from tasks.reports.summary import WORDS

VERDICTS = {
    "": "a run is at work, or was broken off",
    "failed": "last night FAILED; what was done stays done",
    "holds": "last night went well, and work waits for people",
    "done": "last night went well, and nothing waits for a person",
}
HELD = "A batch is held"


def due(settings: Settings, now: datetime) -> date | None:
    """The day whose digest is due: today, once its time has come; None: not yet, or none today."""
    if not settings.digest_cron:
        return None
    here = now.astimezone(ZoneInfo(settings.time_zone))
    begins = here.replace(hour=0, minute=0, second=0, microsecond=0)
    at = next_due(settings.digest_cron, settings.time_zone, begins - timedelta(seconds=1))
    return here.date() if at.date() == here.date() and at <= now else None


def of_morning(home: Home, day: date, now: datetime) -> Message:
    """The digest of a day, as things stand now."""
    found = morning(home, now)
    waits = {name: count for name, count in asdict(work.waiting(home.ledger)).items() if count}
    alerts = Counter(words_of(a.code).severity for a in work.alerts(home.ledger))
    troubles = Counter(t.code for t in found.attention)
    verdict = _verdict(found, day)
    lines = [f"{verdict[:1].upper()}{verdict[1:]}.", *_of_night(found), *_of_troubles(troubles)]
    lines += _listed("Waiting for a person", [f"{WORDS[name]}: {count:,}" for name, count in waits.items()])
    open_ones = [f"{severity}: {alerts[severity]:,}" for severity in SEVERITIES if alerts[severity]]
    lines += _listed("Open alerts", open_ones)
    lines += _listed("Runs next", [f"{one.name}: {one.at:%Y-%m-%d %H:%M %Z}" for one in found.next])
    text = "\n".join([*lines, "", footer(home.settings, "cleanclaim status")])
    data = _data(found, day, verdict, waits, alerts, troubles)
    return Message(f"{SUBJECT} morning of {day}: {verdict}", text, {"digest": data})


def _verdict(found: Morning, day: date) -> str:
    if found.night is None:
        return "no run yet"
    days = (day - date.fromisoformat(found.night.business_on)).days
    if days >= STALE:
        return f"no run for {days} days"
    if found.night.outcome in ("holds", "done") and found.attention:
        return f"last night is done, and {counted(len(found.attention), 'thing')} to look at"
    return VERDICTS[found.night.outcome]


def _of_night(found: Morning) -> Iterator[str]:
    came = found.came
    if came is None:
        return
    yield from _listed(f"The run for business date {came.day}", list(_did(came)))


def _did(came: Tonight) -> Iterator[str]:
    yield f"came in: {counted(came.encounters, 'encounter')}, {came.held:,} held"
    batches = counted(came.batches, "batch", "batches")
    charged = dollars(came.charged_cents)
    yield f"went out: {counted(came.claims, 'claim')} in {batches}, {charged} newly charged"
    yield f"answered: {came.accepted:,} claims accepted, {came.rejected:,} rejected"
    posted = f"{dollars(came.posted_cents)} posted, {came.not_posted:,} not posted"
    suspense = dollars(came.suspense_cents)
    yield f"paid: {counted(came.remittances, 'remittance')}, {posted}, {suspense} to suspense"
    yield f"denied: {counted(came.denials, 'denial')}, {dollars(came.denied_cents)} at stake"


def _of_troubles(troubles: Counter[str]) -> Iterator[str]:
    said = [f"{code}, {count} times: {_what(code)}" for code, count in sorted(troubles.items())]
    yield from _listed("To look at", said)


def _what(code: str) -> str:
    return HELD if code == "BATCH-HELD" else words_of(code).what


def _listed(title: str, lines: list[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def _data(
    found: Morning,
    day: date,
    verdict: str,
    waits: dict[str, int],
    alerts: Counter[Any],
    troubles: Counter[str],
) -> dict[str, Any]:
    return {
        "business_on": day.isoformat(),
        "verdict": verdict,
        "night": asdict(found.came) if found.came is not None else None,
        "outcome": found.night.outcome if found.night is not None else None,
        "waiting": waits,
        "alerts": dict(alerts),
        "to_look_at": dict(troubles),
    }
