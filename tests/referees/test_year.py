"""A small year, every night proven, each of its months closed and recomputed from the raw files."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from tasks.measures import measured
from tests.referees import raw_files
from tests.referees.quarter import comparing
from tests.referees.quarter.parties import IDS, PRACTICES
from tests.referees.year.__main__ import judged
from tests.referees.year.comparing import differences, recomputed
from tests.referees.year.playing import Playing

PERIODS = ("20260101-20270115", "20260310-20260720")


@pytest.fixture(scope="module")
def played(make_home):
    home = make_home("year")
    return home, Playing(home, 100, seed=5, days=14, bounded=True).play()


def test_a_year_is_equal_to_the_cent_and_nobody_is_asked_wrongly(played):
    told, found = judged(*played)
    assert told == []
    assert found["months closed"] == 12
    assert found["proofs"] == 27
    for name in (
        *("statements", "patient payments", "late entries", "holds", "items in transit, listed"),
        *("payment plans", "refunds to patients", "claims refused by a 277CA", "claims refused by a 999"),
    ):
        assert found[name] > 0, name


def test_each_measure_is_its_claims_and_both_are_what_the_raw_files_say(played):
    home, done = played
    theirs = comparing.recomputed(done.raw, "recompute_measures.py", *PERIODS)
    last = date.fromisoformat(json.loads((done.raw / "given.json").read_text())["as_of"])
    told = []
    with home.opened() as opened:
        for period in PERIODS:
            since, until = map(date.fromisoformat, period.split("-"))
            of = measured.scope(last, since, until)
            for one in measured.measures(opened, of):
                rows = counted_by(opened, one.formula.name, of)
                if rows != theirs[period][one.formula.name]:
                    told.append((period, one.formula.name, rows, theirs[period][one.formula.name]))
                sums = [sum(row[n] for row in rows.values()) for n in (0, 1)]
                assert sums == [one.numerator, one.denominator], one.formula.name
                assert len(rows) == one.claims
    assert told == []
    whole = theirs[PERIODS[0]]
    assert [name for name, rows in whole.items() if not rows] == []
    assert any(part != whole_of for part, whole_of in whole["clean-claims"].values())


def counted_by(home, name, of):
    """By number what the pages of a measure's claims count."""
    rows, after = {}, 0
    while after is not None:
        page = measured.listed(home, name, of, after=after, limit=40).page
        rows |= {one.patient_control_number: [one.numerator, one.denominator] for one in page.claims}
        after = page.next
    return rows


def test_practices_and_payers_divide_what_a_measure_counts(played):
    home, _ = played
    with home.opened() as opened:
        whole = measured.scope(date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31))
        for name in ("clean-claims", "initial-denials", "over-90-days", "touches", "deadlines-missed"):
            one = measured.measure(opened, name, whole)
            of_practices = [
                measured.measure(opened, name, replace(whole, practices=[practice])) for practice in PRACTICES
            ]
            of_payers = [measured.measure(opened, name, replace(whole, payer=payer)) for payer in ("", *IDS)]
            for some in (of_practices, of_payers):
                assert sum(part.numerator for part in some) == one.numerator, name
                assert sum(part.denominator for part in some) == one.denominator or name == "touches", name


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


def test_a_statement_that_asks_for_what_is_held_restricted_or_planned_is_seen(played):
    _, done = played
    file = done.raw / "given.json"
    kept = file.read_text()
    asked = next(line.split(",") for line in statement_lines(done.raw) if line.startswith("D,"))
    given = json.loads(kept)
    given["holds"].append({"number": asked[4], "from": "20260101"})
    given["plans"].append({"claims": [asked[4]], "cents": 1_000_00, "from": "20260101"})
    sent = next(one for one in claims_of(done.raw) if one.number == asked[4])
    given["visits"][f"{sent.members['P']} {sent.day}"] = {"restricted": 1, "paid": 0}
    file.write_text(json.dumps(given))
    try:
        told = differences(done.months, recomputed(done.raw))
    finally:
        file.write_text(kept)
    assert {"held", "restricted", "under a plan"} <= {one.rpartition(": ")[2] for one in told}


def statement_lines(raw):
    return [
        line for file in sorted((raw / "statements").glob("*.csv")) for line in file.read_text().splitlines()
    ]


def claims_of(raw):
    return [
        one
        for file in sorted((raw / "sent").glob("*.837"))
        for one in raw_files.claims_sent(file.read_text())
    ]
