"""What each page of the console and each list of the command costs in a home with history.

The home is played by the steps of its nights (`bench.lifelike.history`): 20,000 claims by default. Each page
is asked for several times by a manager who is signed in, and by nothing else at that time.

    python -m bench.console 200000 --times 20 --postgresql
    python -m bench.console 3600000         a year: 100,000 are played, and their rows copied
    python -m bench.console --home DIR      a home that is there
"""

import argparse
import html
import logging
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bench.lifelike import history
from bench.lifelike.copied import enlarge
from bench.lifelike.encounters import FIRST_DAY
from bench.lifelike.inbox import write_night
from bench.night import CHECKOUT, make_home
from config.settings import Settings, load
from ledger.people import users as kept_users
from ledger.queries.deposits import OPEN
from ledger.queries.listing import Page as Part
from ledger.queries.work_queue import Asked, items
from ledger.schema import (
    alert,
    audit,
    batch,
    claim,
    claim_payment,
    deposit,
    encounter,
    night,
    posting,
    remittance,
)
from ledger.storage.database import Ledger
from tasks.home.home import open_home
from tasks.operations import users
from tasks.operations.kept_rehearsal import keep
from tasks.operations.money_acts import By
from tasks.operations.rehearse_night import rehearse
from tests import databases
from web.app import make_app

CLAIMS = 20_000
TIMES = 20
MANY = 200_000
GOAL_MS, GOAL_OF_MORE_MS = 200, 400  # at the 95th percentile, with so many claims, and with more
PLAYED = 100_000  # encounters at most: a home with more has their rows several times
WHO, PASSWORD = "bench", "correct horse battery"
CLEANCLAIM = "from console.command import main; main()"
COMMANDS = (
    ("--version",),
    ("status",),
    ("work", "list"),
    ("work", "next"),
    ("claims", "list"),
    ("patients", "list"),
    ("statements", "list"),
)


@dataclass
class Cost:
    """Of one page: milliseconds of the wall and of the processor for each time, of the processor the first
    time, and its statements then."""

    first: float = 0.0
    wall: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    statements: int = 0


class Office:
    """A console without a server, with a manager who is signed in."""

    def __init__(self, settings: Settings, day: date) -> None:
        with open_home(settings) as home:
            if kept_users.find(home.ledger, WHO) is None:
                users.add(home, day, By(WHO, "measures"), WHO, ["manager"], ["*"], PASSWORD, dry_run=False)
        now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
        self.app = make_app(settings, lambda: now)
        self.figures = self.app.state.figures
        self.client = TestClient(self.app, base_url="http://127.0.0.1:4280")
        self.client.headers["accept"] = "text/html"
        self.post("/sign-in", self._key("/sign-in"), name=WHO, password=PASSWORD)
        self._form_key = self._key("/")

    def get(self, address: str) -> str:
        """A page. Raises where it is not there."""
        answer = self.client.get(address)
        answer.raise_for_status()
        return str(answer.text)

    def post(self, address: str, form_key: str = "", **fields: str) -> str:
        """A form that was sent, and the page that it leads to."""
        answer = self.client.post(address, data={"form_key": form_key or self._form_key, **fields})
        answer.raise_for_status()
        return str(answer.text)

    def _key(self, address: str) -> str:
        found = re.search(r'name="form_key" value="([0-9a-f]{64})"', self.get(address))
        assert found is not None, address
        return found[1]

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements that the console sends to its database inside."""
        sent: list[str] = []

        def note(*given: Any) -> None:
            sent.append(given[2])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", note)


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its address. `form`: what is sent to it; None: it is looked at. `link`: what the address of a
    link of that page begins with; the first such link leads to the page that is meant."""

    address: str
    form: Mapping[str, str] | None = None
    link: str = ""

    def ask(self, office: Office) -> str:
        return office.get(self.address) if self.form is None else office.post(self.address, **self.form)

    def found(self, office: Office) -> "Page | None":
        """The page itself, behind its link; None where nothing is linked so."""
        if not self.link:
            return self
        self.ask(office)
        office.figures.wait()  # of a large ledger a process works them out; the page says so meanwhile
        linked = re.search(f'href="({re.escape(self.link)}[^"]+)"', self.ask(office))
        return Page(html.unescape(linked[1])) if linked is not None else None


def pages(ledger: Ledger, day: date) -> dict[str, Page]:
    """Every page by what it is, of the rows that cost most. One of a row that is nowhere is left out."""
    of = _Rows(ledger, day)
    every = {
        "last night": "/",
        "an older night": f"/?night={of.first_night}",
        "progress": "/progress",
        "a night's list": f"/night/{of.night}/picked_up",
        "a night's list, accepted": f"/night/{of.first_night}/accepted",
        "work": "/work",
        "work, holds": "/work?kind=hold",
        "work, further on": of.work and f"/work?after={of.work}",
        "work, of a payer": "/work?payer=keystone",
        "work, of a practice": "/work?practice=practice00",
        "work, of a cause": "/work?cause=197",
        "work, from an amount": "/work?least=400",
        "work, by a day": f"/work?due_by={day}",
        "work, of a person": f"/work?assignee={WHO}",
        "work, that sleeps": "/work?snoozed=1",
        "a piece of work": of.denial and f"/work/{of.denial}",
        "a hold": of.hold and f"/work/{of.hold}",
        "claims": "/claims",
        "claims, denied": "/claims?state=denied",
        "claims, paid": "/claims?state=paid",
        "claims, held": "/claims?state=held",
        "claims, of a practice": "/claims?practice=practice00",
        "claims, of a payer": "/claims?payer=jasper",
        "claims, of all three": "/claims?practice=practice00&payer=jasper&state=denied",
        "claims, further on": f"/claims?after={of.account}",
        "a claim": f"/claims/{of.claim}",
        "money": "/money",
        "measures": "/measures",
        "a measure": "/measures/first-pass?part=numerator",
        "causes": "/causes",
        "causes, by provider": "/causes?by=provider",
        "a month": f"/money/months/{day:%Y-%m}",
        "a day of the desk": "/money/days/practice00",
        "aging": "/money/aging",
        "aging, by practice": "/money/aging?by=practice",
        "claims that are owed": "/money/aging/claims",
        "claims owed, of one figure": "/money/aging/claims?practice=practice00&age=0-30",
        "claims owed, of a payer": "/money/aging/claims?payer=jasper",
        "claims owed, further on": f"/money/aging/claims?after={of.account}",
        "remittances": "/money/remittances",
        "remittances, of a payer": "/money/remittances?payer=jasper",
        "remittances that wait": "/money/remittances?state=waiting",
        "a remittance": f"/money/remittances/{of.remittance}",
        "suspense": "/money/suspense",
        "suspense, of a payer": "/money/suspense?payer=jasper",
        "a payment in suspense": of.suspended and f"/money/suspense/{of.suspended}",
        "deposits": "/money/deposits",
        "deposits, all": "/money/deposits?show=all",
        "a deposit": of.deposit and f"/money/deposits/{of.deposit}",
        "not in the bank": "/money/undeposited",
        "patients": "/patients",
        "patients, of a practice": "/patients?practice=practice00",
        "patients, further on": f"/patients?after={of.claim}",
        "an account": of.account and f"/patients/{of.account}",
        "batches": "/batches",
        "a batch": f"/batches/{of.batch}",
        "partners": "/partners",
        "a partner": "/partners/northgate",
        "alerts": "/alerts",
        "alerts, all": "/alerts?state=all",
        "an alert": of.alert and f"/alerts/{of.alert}",
        "audit": "/audit",
        "audit, of a person": f"/audit?actor={WHO}",
        "audit, of an act": "/audit?act=looked+at",
        "audit, of nobody": "/audit?actor=nobody",
        "audit, of a claim": f"/audit?subject=claim+{of.claim}",
        "audit, further on": f"/audit?before={of.trail}",
        "settings": "/settings",
        "second factor": "/second-factor",
        "codes": "/codes",
        "a code": "/codes/E11.9",
        "twin": "/twin",
    }
    found = {name: Page(address) for name, address in every.items() if address}
    found["a cause"] = Page("/causes", link="/causes/")
    found["codes, searched"] = Page("/codes", {"words": "chest pain when breathing in"})
    found["codes, asked step by step"] = Page("/codes", {"words": "diabetes", "guide": "1"})
    found["search by a number"] = Page("/search", {"term": of.number})
    found["search by a trace"] = Page("/search", {"term": of.trace})
    found["search for a patient"] = Page("/patients/search", {"term": of.number})
    return found


class _Rows:
    """Rows that cost most, by their ids; 0 where there is none."""

    def __init__(self, ledger: Ledger, day: date) -> None:
        self._ledger = ledger
        p = posting.c
        most = select(p.claim_id).where(p.claim_id.is_not(None)).group_by(p.claim_id)
        self.claim: int = self._one(most.order_by(func.count().desc(), p.claim_id).limit(1))
        owes = select(p.claim_id).where(p.account == "receivable_patient").group_by(p.claim_id)
        self.account: int = self._one(owes.having(func.sum(p.cents) > 0).order_by(p.claim_id).limit(1))
        self.number: str = self._one(select(claim.c.patient_control_number).where(claim.c.id == self.account))
        busiest = select(remittance.c.id).order_by(remittance.c.claims.desc(), remittance.c.id).limit(1)
        self.remittance: int = self._one(busiest)
        self.trace: str = self._one(select(remittance.c.trace).where(remittance.c.id == self.remittance))
        self.suspended: int = self._one(
            select(func.min(claim_payment.c.id)).where(claim_payment.c.claim_id.is_(None))
        )
        self.batch: int = self._one(select(func.max(batch.c.id)))
        self.night: str = self._one(select(func.max(claim.c.business_on)))
        self.first_night: str = self._one(select(func.min(claim.c.business_on)))
        opened = OPEN.read(ledger, Part(limit=1))
        self.deposit: int = opened[0].id if opened else self._one(select(func.max(deposit.c.id)))
        self.alert: int = self._one(select(func.max(alert.c.id)))
        self.trail: int = self._one(select(func.max(audit.c.id))) // 2
        of = {kind: items(ledger, day, Asked(kinds=[kind]), limit=40) for kind in ("denial", "hold")}
        self.denial, self.hold = (of[kind][0].id if of[kind] else 0 for kind in ("denial", "hold"))
        self.work = of["denial"][-1].id if of["denial"] else 0

    def _one(self, query: Any) -> Any:
        with self._ledger.read() as connection:
            return connection.execute(query).scalar() or 0


def measure(settings: Settings, day: date, times: int, wanted: str = "") -> dict[str, Cost]:
    """Asks for each page so many times, after one that is counted apart: the first of a console, which has
    figures of the whole ledger to count."""
    costs: dict[str, Cost] = {}
    office = Office(settings, day)
    with open_home(settings) as home:
        asked = pages(home.ledger, day)
        clock = Processor(home.ledger)
    for name, page in asked.items():
        if wanted and wanted not in name:
            continue
        found = page.found(office)
        if found is None:
            continue
        costs[name] = cost = Cost()
        before = clock.ms()
        with office.counted() as sent:
            found.ask(office)
        cost.first, cost.statements = clock.ms() - before, len(sent)
        office.figures.wait()  # they are worked out beside the page, which was answered meanwhile
        for _ in range(times):
            wall, before = time.perf_counter(), clock.ms()
            found.ask(office)
            cost.wall.append(1000 * (time.perf_counter() - wall))
            cost.busy.append(clock.ms() - before)
    return costs


class Processor:
    """The processor's time of this process, and of the PostgreSQL server on this machine that it asks."""

    def __init__(self, ledger: Ledger) -> None:
        self._server = 0
        if ledger.engine.dialect.name == "postgresql":
            with ledger.read() as connection:
                ours = connection.execute(select(func.pg_backend_pid())).scalar_one()
            self._server = int(self._stat(ours)[1])

    def ms(self) -> float:
        return 1000 * time.process_time() + (self._of_server() if self._server else 0.0)

    def _of_server(self) -> float:
        """Of the server's processes that are there to the nanosecond, of those that ended to a hundredth of a
        second, as Linux has it."""
        children = Path(f"/proc/{self._server}/task/{self._server}/children").read_text("ascii").split()
        running = 0
        for child in children:
            with suppress(OSError):  # it ended meanwhile
                running += int(Path(f"/proc/{child}/schedstat").read_text("ascii").split()[0])
        ended = sum(int(ticks) for ticks in self._stat(self._server)[13:15])
        return running / 1e6 + 1000 * ended / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def _stat(process: int) -> list[str]:
        """What is known of a process, from its state on."""
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so many of a hundred are not above."""
    return sorted(values)[max(0, -(-len(values) * int(100 * share) // 100) - 1)]


def shown(title: str, costs: Mapping[str, Cost], goal_ms: int = GOAL_MS) -> Table:
    """A row a page."""
    table = Table(title=title)
    for column in (
        "page",
        "ms, median",
        "95th percentile",
        "of the processor",
        "95th",
        "first",
        "statements",
    ):
        table.add_column(column, justify="left" if column == "page" else "right")
    for name, cost in costs.items():
        figures = [median(cost.wall), percentile(cost.wall, 0.95)]
        figures += [median(cost.busy), percentile(cost.busy, 0.95), cost.first]
        style = "bold" if figures[3] > goal_ms else None
        table.add_row(name, *(f"{one:.0f}" for one in figures), str(cost.statements), style=style)
    return table


def commands(settings: Settings, day: date) -> Table:
    """Each list of the command, in a process of its own; the first row is what a process costs."""
    table = Table(title="commands")
    for column in ("cleanclaim", "seconds", "of the processor"):
        table.add_column(column, justify="left" if column == "cleanclaim" else "right")
    for words in COMMANDS:
        given = [*words] if words[0].startswith("-") else [*words, "--home", str(settings.home)]
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = [sys.executable, "-c", CLEANCLAIM, *given]
        done = subprocess.run(process, check=False, stdout=subprocess.DEVNULL, cwd=CHECKOUT)
        assert done.returncode in (0, 3), words  # 3: work waits
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        table.add_row(" ".join(words), f"{time.perf_counter() - began:.2f}", f"{busy:.2f}")
    return table


def rehearsed(settings: Settings, day: date, claims: int = 1_000) -> None:
    """The inbox has a part of the next night, and its rehearsal is kept for the page Twin."""
    number = (day - FIRST_DAY).days + 2
    with open_home(settings) as home:
        with home.ledger.read() as connection:
            before = connection.execute(select(func.count()).select_from(encounter)).scalar_one()
        write_night(settings.inbox, claims, night=number, before=before)
        keep(home, rehearse(home, day + timedelta(days=1)))


def _last_day(settings: Settings) -> date:
    with open_home(settings) as home, home.ledger.read() as connection:
        return date.fromisoformat(connection.execute(select(func.max(night.c.business_on))).scalar_one())


def _claims(settings: Settings) -> int:
    with open_home(settings) as home, home.ledger.read() as connection:
        return int(connection.execute(select(func.count()).select_from(claim)).scalar_one())


def main() -> None:
    """Makes the home, or takes one that is there, and prints its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", type=int, nargs="?", default=CLAIMS)
    parser.add_argument("--times", type=int, default=TIMES, help="how often each page is asked for")
    parser.add_argument("--played", type=int, default=PLAYED, help="encounters at most that are played")
    parser.add_argument("--a-night", type=int, default=history.A_NIGHT, help="encounters of a night")
    parser.add_argument("--home", type=Path, help="a home that is there")
    parser.add_argument("--page", default="", help="pages whose name has this alone, and no commands")
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own, without fsync")
    given = parser.parse_args()
    logging.getLogger("cleanclaim").setLevel(logging.WARNING)
    with ExitStack() as stack:
        if given.postgresql:
            os.environ["CLEANCLAIM_DATABASE_URL"] = stack.enter_context(databases.running()).new()
        if given.home:
            settings = load(given.home)
            day = _last_day(settings)
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cleanclaim-bench-"))
            settings = make_home(Path(folder) / "home")
            day = history.play(settings, min(given.claims, given.played), given.a_night)
            rehearsed(settings, day)
            if given.claims > given.played:
                day = enlarge(settings, -(-given.claims // given.played))
        console = Console(width=120)
        costs = measure(settings, day, given.times, given.page)
        claims = _claims(settings)
        goal = GOAL_MS if claims <= MANY else GOAL_OF_MORE_MS
        kind = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
        console.print(
            shown(f"{kind}, {claims:,} claims, {given.times} times each; goal {goal} ms", costs, goal)
        )
        if not given.page:
            console.print(commands(settings, day))


if __name__ == "__main__":
    main()
