"""Damages files at random and gives them to every reader, for a bounded time.

    python -m tests.fuzz [--seconds 60] [--seed 1] [--reader NAME] [--atheris]

A crash, an input that takes longer than LONGEST, or memory beyond MEMORY ends it with the input kept
beside. The process limits itself, so a reader that grows without bound is stopped by the kernel.
With --atheris (where it is installed) one reader is driven by coverage instead of by chance.
"""

import argparse
import importlib
import json
import random
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

try:
    # Outside the lock, for who wants to fuzz with coverage.
    import atheris  # type: ignore[import-not-found]
except ImportError:
    atheris = None
if atheris is not None and "--atheris" in sys.argv:
    with atheris.instrument_imports(include=["edi", "intake", "config", "coding"]):  # as they are imported
        importlib.import_module("tests.fuzz.readers")

from tests.fuzz.documents import damaged, leaks
from tests.fuzz.readers import READERS

LONGEST = 10  # seconds of this process that an input may take, whatever else the machine does
MEMORY = 3 * 2**30  # bytes of address space
ROUND = 20  # inputs of a reader in a row


class TookTooLong(Exception):
    pass


def _alarm(number: int, frame: FrameType | None) -> None:
    raise TookTooLong


def one(name: str, data: bytes) -> str:
    """Reads one input; "" or what is wrong with how it was read."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        said = READERS[name][1](data)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    found = leaks(said)
    return f"a message quotes a patient: {found}" if found else ""


def by_chance(names: list[str], seconds: float, seed: int) -> int:
    draw = random.Random(seed)
    others = tuple(data for data, _ in READERS.values())
    counts = dict.fromkeys(names, 0)
    slowest = 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in names:
            for _ in range(ROUND):
                data = damaged(READERS[name][0], draw, others)
                started = time.monotonic()
                wrong = one(name, data)
                slowest = max(slowest, time.monotonic() - started)
                counts[name] += 1
                if wrong:
                    kept = Path(tempfile.gettempdir(), f"fuzz-{name.replace('/', '-')}")
                    kept.write_bytes(data)
                    print(f"{name}: {wrong}\nthe input is {kept}")
                    return 1
            if time.monotonic() >= end:
                break
    peak = _peak_mb()
    figures = {"inputs": sum(counts.values()), "slowest_ms": round(slowest * 1000), "peak_mb": peak}
    print(json.dumps({**figures, "by_reader": counts}))
    return 0


def _peak_mb() -> int:
    """The most memory this process held. Linux keeps it apart from its parent's, unlike getrusage."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def by_coverage(name: str, seconds: float) -> int:
    if atheris is None:
        print("atheris is not installed; without --atheris inputs are drawn by chance")
        return 0

    def test(data: bytes) -> None:
        wrong = one(name, data)
        if wrong:
            raise RuntimeError(wrong)

    with tempfile.TemporaryDirectory() as corpus:
        Path(corpus, "good").write_bytes(READERS[name][0])
        atheris.Setup([sys.argv[0], corpus, f"-max_total_time={seconds:.0f}", "-rss_limit_mb=3000"], test)
        atheris.Fuzz()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=sorted(READERS))
    parser.add_argument("--atheris", action="store_true")
    asked = parser.parse_args()
    signal.signal(signal.SIGPROF, _alarm)
    if asked.atheris:
        return by_coverage(asked.reader or "claims.837", asked.seconds)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return by_chance([asked.reader] if asked.reader else list(READERS), asked.seconds, asked.seed)


if __name__ == "__main__":
    sys.exit(main())
