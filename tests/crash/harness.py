"""Nights that are killed, run again, and then looked at from outside.

What was lost, sent twice or sent in part is counted from the partner's journal, the bytes that it
received and the inbox; the ledger's own word is asked only whether its books close. Processes are
forked from one that has everything imported, which has no thread and no open database.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import edi
from config.connection import write_connection
from config.settings import load
from ledger import Ledger
from ledger.queries import claims as claim_views
from ledger.queries import money
from mock_clearinghouse import keys
from mock_clearinghouse.program import Clearinghouse
from mock_clearinghouse.scenario import parse
from tasks import night
from tests.crash.points import Points

CHECKOUT = Path(__file__).resolve().parents[2]
NIGHTS = (date(2026, 11, 16), date(2026, 11, 17))
SCENARIO = (CHECKOUT / "mock_clearinghouse" / "scenarios" / "demo.toml").read_text("utf-8")
BUSY = 75  # exit code of a run that found another one at work
CLEAN = 8


@dataclass
class Tally:
    """What the kills came to."""

    points: int = 0
    recoveries: int = 0
    lost: int = 0
    twice: int = 0
    partial: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"kill points {self.points}, recoveries {self.recoveries}, "
            f"lost {self.lost}, twice {self.twice}, partial {self.partial}"
        )

    @property
    def clean(self) -> bool:
        return not (self.lost or self.twice or self.partial or self.faults)


def make_home(path: Path) -> Path:
    """A demo home whose inbox holds clean encounters, a held one, a duplicate and a broken file."""
    path.mkdir(parents=True)
    (path / "cleanclaim.toml").write_text("demo = true\nchunk_size = 3\n", encoding="utf-8")
    shutil.copytree(CHECKOUT / "config" / "demo", path / "partners")
    inbox = path / "inbox" / "lakeside"
    inbox.mkdir(parents=True)
    documented = [_encounter(n) for n in range(1, CLEAN + 1)]
    (inbox / "a.json").write_text(json.dumps(documented[: CLEAN // 2]), encoding="utf-8")
    (inbox / "b.json").write_text(json.dumps(documented[CLEAN // 2 :]), encoding="utf-8")
    (inbox / "b-again.json").write_text(json.dumps(documented[CLEAN // 2 :]), encoding="utf-8")
    (inbox / "held.json").write_text(json.dumps(_encounter(99) | {"diagnoses": ["X99"]}), encoding="utf-8")
    (inbox / "cut.json").write_text('{"source": "ehr", "id": ', encoding="utf-8")
    return path


def _encounter(number: int) -> dict[str, object]:
    # every story that ends in money or a denial: paid, deductible, coinsurance, denied, partial
    story = ("W1", "W2", "W3", "W41", "W43", "W63", "W71", "W1")[number % 8]
    return {
        "source": "crash",
        "id": f"K-{number}",
        "practice": "lakeside",
        "service_date": "2026-11-02",
        "place_of_service": "11",
        "patient": {
            "last": f"Crash{chr(64 + number % 26)}",
            "first": "Test",
            "birth_date": f"1980-02-{number % 27 + 1:02d}",
            "sex": "F",
            "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
        },
        "coverages": [
            {
                "payer": ("harbor", "evergreen")[number % 2],
                "member_id": story + f"{number:0{9 - len(story)}d}",
            }
        ],
        "rendering": {"npi": "1999001013"},
        "diagnoses": ["J02.9"],
        "lines": [
            {"procedure": "99213", "charge": "135.00", "pointers": [1]},
            {"procedure": "87880", "charge": "30.00", "pointers": [1]},
        ][: 1 + (story == "W43")],
    }


def expected(home: Path) -> set[str]:
    """The member ids that must reach the partner, from the inbox alone."""
    found: set[str] = set()
    for file in (home / "inbox").rglob("*.json"):
        with suppress(ValueError):
            read = json.loads(file.read_text("utf-8"))
            for one in read if isinstance(read, list) else [read]:
                if one["diagnoses"] == ["J02.9"]:
                    found.add(one["coverages"][0]["member_id"])
    return found


class Partner:
    """The mock clearinghouse in a process of its own, for one night."""

    def __init__(self, home: Path, day: date) -> None:
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _silent()
            mock = Clearinghouse(home / "clearinghouse", day, parse(SCENARIO))
            mock.start()
            os.write(writing, json.dumps([mock.port, keys.public_line(mock.host_key)]).encode() + b"\n")
            signal.signal(signal.SIGTERM, lambda *_: (mock.stop(), os._exit(0)))
            while True:
                signal.pause()
        os.close(writing)
        with os.fdopen(reading) as told:
            port, host_key = json.loads(told.readline() or "[0, null]")
        for file in (home / "partners" / "clearinghouses").glob("*.toml"):
            write_connection(
                file,
                host="127.0.0.1",
                port=port,
                host_key=host_key,
                key_file=Path("clearinghouse/client_key"),
            )

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)


def start_run(home: Path, day: date, kill_at: int = 0) -> int:
    """A night in a process of its own, without Prefect; gives its number. It writes its points down."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        _silent()
        points = Points(home, kill_at)
        points.install()
        code = _run(home, day)
        (home.parent / f"{home.name}.points").write_text(str(points.count))
    finally:
        os._exit(code)


def _run(home: Path, day: date) -> int:
    with night.lease(str(home), "", day) as taken:
        if not taken:
            return BUSY
        failures: list[str] = []
        for step in night.NIGHT:
            for piece in night.pieces(str(home), "", day, step.name):
                try:
                    night.do(str(home), "", day, step.name, piece)
                except Exception as error:
                    failures.append(str(error))
        taken.close(failures)
    return 1 if failures else 0


def wait(pid: int) -> int:
    """The exit code; negative: the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _silent() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for the rest of the process


def look(home: Path, tally: Tally, where: str) -> None:
    """Counts what went wrong, from outside; then asks the books whether they close."""
    partner = home / "clearinghouse"
    journal = [json.loads(line) for line in (partner / "journal.jsonl").read_text().splitlines()]
    received = {
        hashlib.sha256(p.read_bytes()).hexdigest(): p.read_bytes() for p in (partner / "received").iterdir()
    }
    arrived: Counter[str] = Counter()
    for line in journal:
        data = received.get(line["sha256"], b"")
        headers = edi.read_envelopes(data)
        if not headers or not all(h.complete for h in headers) or len(data) != line["bytes"]:
            tally.partial += 1
            continue
        arrived.update(c.subscriber.member_id for c in edi.read_claims(data))
    tally.twice += sum(n - 1 for n in Counter(line["isa13"] for line in journal).values())
    tally.twice += sum(n - 1 for n in arrived.values())
    wanted = expected(home)
    tally.lost += len(wanted - set(arrived))
    paid = 0
    for file in (partner / "sftp" / "outbound").glob("*835*"):
        for remittance in edi.read_remittances(file):
            paid += remittance.payment
            for _ in remittance.claims:
                pass
    ledger = Ledger(load(home).database_url)
    try:
        books, proof = money.money(ledger), money.proof(ledger)
        if not (books.closes and proof.holds):
            tally.faults.append(f"{where}: the books do not close")
        if books.cash != paid:
            tally.faults.append(f"{where}: {books.cash} cents posted, the partner paid {paid}")
        standing = claim_views.by_state(ledger)
        if sum(standing.values()) != len(wanted):
            tally.faults.append(f"{where}: {len(wanted)} encounters, claims in states {standing}")
        if {"ready", "batched"} & standing.keys():
            tally.faults.append(f"{where}: claims were left at home: {standing}")
    finally:
        ledger.close()
    copies = {hashlib.sha256(p.read_bytes()).hexdigest() for p in (home / "edi" / "sent").rglob("*.837")}
    if copies != {line["sha256"] for line in journal}:
        tally.faults.append(f"{where}: the copies of what was sent are not what the partner received")


def one(root: Path, kill_at: int, tally: Tally) -> bool:
    """Both nights with a kill at the Nth side effect. False: there is no Nth."""
    home = make_home(root / f"kill{kill_at}")
    left = kill_at
    fired = False
    for day in NIGHTS:
        partner = Partner(home, day)
        try:
            code = wait(start_run(home, day, 0 if fired else left))
            if code == -signal.SIGKILL:
                fired = True
                tally.points += 1
                _recover(home, day, tally, f"kill {kill_at}")
            elif code:
                tally.faults.append(f"kill {kill_at}: the night of {day} ended with {code}")
            else:
                left -= int((root / f"{home.name}.points").read_text())
        finally:
            partner.stop()
    if fired or kill_at == 0:
        look(home, tally, f"kill {kill_at}")
    shutil.rmtree(home)
    return fired


def _recover(home: Path, day: date, tally: Tally, where: str) -> None:
    for _ in range(3):
        if wait(start_run(home, day)) == 0:
            tally.recoveries += 1
            return
    tally.faults.append(f"{where}: the night of {day} does not end after a kill")


def every(
    root: Path, tally: Tally, points: Sequence[int] | None = None, say: Callable[[str], None] = print
) -> None:
    """N = 1, 2, 3 ... until no Nth is left; or just the given points."""
    if points is not None:
        for n in points:
            one(root, n, tally)
        return
    n = 1
    while one(root, n, tally):
        if n % 20 == 0:
            say(f"{tally}")
        n += 1


def at_random(root: Path, rounds: int, tally: Tally, seed: int = 0) -> None:
    """Kills at random moments, several a night, until a run is let through."""
    draw = random.Random(seed)
    for turn in range(rounds):
        home = make_home(root / f"random{turn}")
        for day in NIGHTS:
            partner = Partner(home, day)
            try:
                for _ in range(draw.randint(1, 4)):
                    pid = start_run(home, day)
                    time.sleep(draw.uniform(0.05, 1.5))
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                    if wait(pid) == -signal.SIGKILL:
                        tally.points += 1
                _recover(home, day, tally, f"random {turn}")
            finally:
                partner.stop()
        look(home, tally, f"random {turn}")
        shutil.rmtree(home)


def two_at_once(root: Path, rounds: int, tally: Tally) -> int:
    """Two runs started together; how often the second left because the first was at work."""
    left = 0
    for turn in range(rounds):
        home = make_home(root / f"two{turn}")
        for day in NIGHTS:
            partner = Partner(home, day)
            try:
                codes = sorted(wait(pid) for pid in [start_run(home, day), start_run(home, day)])
                if codes not in ([0, BUSY], [0, 0]):
                    tally.faults.append(f"two {turn}: they ended with {codes}")
                left += codes == [0, BUSY]
            finally:
                partner.stop()
        look(home, tally, f"two {turn}")
        shutil.rmtree(home)
    return left
