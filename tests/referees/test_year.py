"""A small year, every night proven, each of its months closed and recomputed from the raw files."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.referees import recompute_months
from tests.referees.year.__main__ import judged
from tests.referees.year.comparing import differences, recomputed
from tests.referees.year.playing import Playing


@pytest.fixture(scope="module")
def played(make_home):
    home = make_home("year")
    return home, Playing(home, 160, seed=5, days=14, bounded=True).play()


def test_the_months_are_recomputed_with_the_standard_library_alone():
    tree = ast.parse(Path(recompute_months.__file__).read_text("utf-8"))
    named = {name.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
    named |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert named <= {"calendar", "collections", "csv", "decimal", "json", "pathlib", "recompute", "sys"}


def test_a_year_is_equal_to_the_cent_and_nobody_is_asked_wrongly(played):
    told, found = judged(*played)
    assert told == []
    assert found["months closed"] == 12
    assert found["proofs"] == 27
    for name in ("statements", "patient payments", "late entries", "holds", "items in transit, listed"):
        assert found[name] > 0, name


def alone(folder):
    """The largest file with payments that no other file repeats."""
    traces = {file: set(re.findall(r"TRN\*1\*(\w+)", file.read_text())) for file in folder.glob("*.835")}
    times = Counter(trace for some in traces.values() for trace in some)
    once = [file for file, some in traces.items() if all(times[trace] == 1 for trace in some)]
    return max(once, key=lambda file: (file.stat().st_size, file.name))


def test_what_a_year_lost_is_seen_in_its_months(played):
    _, done = played
    remittance = alone(done.raw / "received")
    line = max((done.raw / "bank").glob("*.txt"), key=lambda file: (file.stat().st_size, file.name))
    for file, words in (
        (remittance, ("received", "closing", "remitted")),
        (line, ("bank", "transit")),
    ):
        kept = file.read_bytes()
        file.unlink()
        try:
            told = differences(done.months, recomputed(done.raw))
        finally:
            file.write_bytes(kept)
        for word in words:
            assert any(f" {word}: " in one for one in told), (file.name, word)
