"""What a monitor is told: gauges with a name, what they say, and their values. Labels are codes, states and
partners' keys; none is a patient's, a claim's or a practice's."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from ledger.queries import claims, metrics, work
from ledger.queries.night import NightRow, nights
from ledger.queries.notices import waiting as notices_waiting
from ledger.runs import schedules
from tasks.home.home import Home
from tasks.runs import schedule, step_times

OUTCOMES = {"": "running", "done": "done", "holds": "holds", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Gauge:
    """`label` is the name of the label of `values`, "" where there is one value, under ""."""

    name: str
    says: str
    label: str
    values: dict[str, float]


def gauges(home: Home, now: datetime, severity_of: "dict[str, str]", other: str) -> Iterator[Gauge]:
    """Every gauge as it stands. `severity_of` is each alert's by its code; `other` that of an unknown one."""
    today = home.settings.day_at(now)
    found = metrics.measured(home.ledger, sorted(home.partners.clearinghouses))
    yield from _of_nights(home, now, today)
    yield Gauge(
        "claims", "Claims by the state of their newest submission", "state", _n(claims.by_state(home.ledger))
    )
    yield Gauge(
        "work_waiting", "Pieces of work that wait, by queue", "kind", _n(asdict(work.waiting(home.ledger)))
    )
    alerts: Counter[str] = Counter(dict.fromkeys(severity_of.values(), 0))
    for code, count in found.alerts.items():
        alerts[severity_of.get(code, other)] += count
    yield Gauge("alerts_open", "Open alerts by severity", "severity", _n(alerts))
    yield Gauge("notices_waiting", "Notices that were not sent yet", "", {"": notices_waiting(home.ledger)})
    days = {name: (today - date.fromisoformat(day)).days for name, day in found.answered_on.items()}
    yield Gauge("days_since_answer", "Days since a partner's last file", "clearinghouse", _n(days))
    yield Gauge(
        "ledger_in_doubt", "1: nothing is sent until a person decides", "", {"": float(bool(home.doubt))}
    )
    steps = {name: time.seconds for name, time in step_times.kept(home.path).items()}
    yield Gauge("step_seconds", "Seconds that each step took when it was last run", "step", steps)


def _of_nights(home: Home, now: datetime, today: date) -> Iterator[Gauge]:
    last: NightRow | None = next(iter(nights(home.ledger, 1)), None)
    outcome = OUTCOMES[last.outcome] if last is not None else ""
    states = {name: float(name == outcome) for name in OUTCOMES.values()}
    yield Gauge("night_outcome", "1 at how the last night ended; running: not yet", "outcome", states)
    if last is not None:
        age = (today - date.fromisoformat(last.business_on)).days
        yield Gauge("night_age_days", "Days since the last night's business date", "", {"": age})
    kept = schedules.kept(home.ledger)
    seen = {row.name: float(row.seen_at) for row in kept if row.seen_at}
    yield Gauge("schedule_last_run_timestamp_seconds", "When a run was last at work", "schedule", seen)
    missed = {one.name for one in schedule.missed(home, now)}
    late = {row.name: float(row.name in missed) for row in kept}
    yield Gauge("schedule_missed", "1: a run that was due did not start", "schedule", late)


def _n(counts: "dict[str, int] | Counter[str]") -> dict[str, float]:
    return {name: float(count) for name, count in counts.items()}
