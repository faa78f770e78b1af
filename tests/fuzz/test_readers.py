"""Whatever lies in a file: no reader crashes, hangs, grows without bound or quotes a patient."""

import json
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import CHECKOUT
from tests.fuzz.documents import CANARIES, ENCOUNTERS, MEMBER, X12, damaged, leaks
from tests.fuzz.readers import READERS
from tests.seeds import seed

OTHERS = tuple(data for data, _ in READERS.values())
SECONDS = 3  # of its own processor time that an input may take: how busy the machine is does not count
TRIES = 3  # a machine that stood still counts as processor time; a slow reader is slow each time
FILES = tuple(n for n in READERS if not n.endswith(".toml") or n.startswith("codes/"))


def read_in_time(read: Callable[[bytes], str | list[str]], data: bytes, seconds: float) -> str | list[str]:
    """What a reader says of it; fails when it takes longer in each of several tries."""
    took = []
    for _ in range(TRIES):
        started = time.thread_time()
        said = read(data)
        took.append(time.thread_time() - started)
        if took[-1] < seconds:
            return said
    raise AssertionError(f"{len(data)} bytes took {took} seconds")


def test_the_files_are_good_and_hold_the_person():
    for name in FILES:
        data, read = READERS[name]
        if name in ENCOUNTERS or name in X12:
            assert leaks(data.decode()) or name == "answer.999", name
        assert leaks(read(data)) == []
    assert MEMBER in CANARIES


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.randoms(use_true_random=False))
def test_a_damaged_file_is_refused_in_time_and_without_a_patients_data(name, draw):
    good, read = READERS[name]
    data = damaged(good, draw, OTHERS)
    assert leaks(read_in_time(read, data, SECONDS)) == []


REPEATED = (
    b"[", b'{"a":', b"<a>", b"~", b"*", b":", b"|", b"\r", b'"', b"9", b",", b"\\", b"&#1;", b"\0",
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_one_thing_repeated_is_refused_in_time(name):
    """Openings without an end, fields without a value, numbers without a last digit."""
    good, read = READERS[name]
    # an empty segment inside a claim costs some 0.1 ms in each of five passes over X12
    size = 4_000 if name in X12 else 300_000
    for piece in REPEATED:
        for head in (b"", good[:200], good[: len(good) // 2]):
            assert leaks(read_in_time(read, head + piece * (size // len(piece)), 2 * SECONDS)) == []


def test_readers_under_a_limit_of_memory_and_time_read_thousands_of_damaged_files():
    """In a process of its own, held to its limits by the kernel; `python -m tests.fuzz` runs it longer."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--seconds", "6", "--seed", str(seed())],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["inputs"] > 200
    assert figures["peak_mb"] < 600
