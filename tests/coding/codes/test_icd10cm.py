"""ICD-10-CM by date of service, against the table it was made from."""

import gzip
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

import coding
from coding.codes import Validity
from coding.codes.icd10cm import make_table
from coding.codes.store import Codes
from tests.seeds import chance

CODES = coding.codes.load()
ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "../shared/data/icd10cm/icd10cm_validity_2015-10_to_2027-03.tsv.gz"
FIRST, LAST = date(2015, 10, 1), date(2027, 3, 31)


@pytest.mark.parametrize(
    ("code", "day", "answer"),
    [
        ("E1122", date(2026, 11, 9), Validity.VALID),
        ("E112", date(2026, 11, 9), Validity.NOT_BILLABLE),
        ("E11", date(2015, 10, 1), Validity.NOT_BILLABLE),
        ("A047", date(2017, 9, 30), Validity.VALID),
        ("A047", date(2017, 10, 1), Validity.NOT_BILLABLE),
        ("A0471", date(2017, 9, 30), Validity.INVALID),
        ("U071", date(2020, 3, 31), Validity.INVALID),
        ("U071", date(2020, 4, 1), Validity.VALID),
        ("S93401", date(2026, 11, 9), Validity.NOT_BILLABLE),
        ("S93401A", date(2026, 11, 9), Validity.VALID),
        ("ZZZ99", date(2026, 11, 9), Validity.INVALID),
        ("E11.22", date(2026, 11, 9), Validity.INVALID),
        ("", date(2026, 11, 9), Validity.INVALID),
        ("E1122", FIRST - timedelta(days=1), Validity.UNCHECKED),
        ("E1122", LAST + timedelta(days=1), Validity.UNCHECKED),
    ],
)
def test_a_code_answers_for_its_day(code: str, day: date, answer: Validity) -> None:
    assert CODES.diagnosis(code).valid_on(day) is answer


@pytest.mark.skipif(not SOURCE.exists(), reason="the source table lies beside the checkout, not in it")
def test_ten_thousand_random_codes_and_days_agree_with_the_source() -> None:
    spans: dict[str, list[tuple[str, str]]] = {}
    with gzip.open(SOURCE, "rt") as lines:
        next(lines)
        for line in lines:
            code, start, end, _ = line.rstrip("\n").split("\t")
            spans.setdefault(code, []).append((start, end))
    dice = chance("codes and days")
    known = sorted(spans)
    days = (LAST - FIRST).days
    for _ in range(10_000):
        code = dice.choice(known)
        if dice.random() < 0.3:
            code = code[:-1] if dice.random() < 0.5 else code + dice.choice("0189AX")
        day = FIRST + timedelta(days=dice.randint(0, days))
        stamp = day.strftime("%Y%m%d")
        valid = any(start <= stamp <= end for start, end in spans.get(code, ()))
        assert (CODES.diagnosis(code).valid_on(day) is Validity.VALID) == valid, (code, day)


def test_flags_are_those_of_the_day() -> None:
    prostatitis = CODES.diagnosis("N410")
    assert "male" in prostatitis.flags_on(date(2024, 9, 30))
    assert "male" not in prostatitis.flags_on(date(2024, 10, 1))


def test_a_later_release_answers_for_its_own_days_only() -> None:
    shipped = CODES.diagnoses.tables
    later = make_table(
        [("E1122", date(2027, 10, 1), None, ""), ("E1199", date(2027, 10, 1), None, "")],
        release="FY2028",
        source="a test",
        covers_from=date(2027, 10, 1),
        covers_to=date(2028, 9, 30),
    )
    codes = Codes([*shipped, later])
    assert codes.diagnosis("E1199").valid_on(date(2027, 10, 1)) is Validity.VALID
    assert codes.diagnosis("E1199").valid_on(date(2026, 11, 9)) is Validity.INVALID
    assert codes.diagnosis("J020").valid_on(date(2027, 10, 1)) is Validity.INVALID
    assert codes.diagnosis("J020").valid_on(date(2026, 11, 9)) is Validity.VALID
    assert codes.diagnosis("E1122").valid_on(date(2027, 6, 1)) is Validity.UNCHECKED


PROBE = """
from datetime import date
from coding.codes import load
codes = load()
codes.diagnosis("E1122").valid_on(date(2026, 11, 9))
codes.encoder.show("E1122", date(2026, 11, 9))
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(peak / 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak memory from Linux's /proc")
def test_the_store_opens_in_under_100_megabytes() -> None:
    said = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(said.stdout) < 100
