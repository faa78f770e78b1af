"""What goes out is never refused for its syntax: by the mock's 999, by our own check, by pyx12.

Asserted over the demo's evenings, a generated night, and encounters with odd contents that the border
accepts: each of those is held with a finding, or goes out and is taken.
"""

import copy
import random
from collections import Counter
from datetime import date

import pytest

import edi
from bench.lifelike import partners
from bench.lifelike.encounters import FIRST_DAY
from bench.lifelike.inbox import write_night
from ledger.queries.claims import holds
from mock_clearinghouse.program import Clearinghouse
from mock_clearinghouse.scenario import DEFAULT, load
from tasks import nightly_run
from tests.edi.referees import pyx12_notes

SEED = 20261128
ENCOUNTERS = 600
DAY = date(2026, 11, 16)
DENTAL = b"005010X224A2"
TEXTS = (
    "", " ", "   ", "'", "O'Brien", "Ng", "X", "Von Der Lange-Name Sr.", "José Ñandú", "Łódź", "Straße",
    "王小明", "Ωμέγα", "a~b", "a*b", "a:b", "a^b", "a|b", "~", "*:^", "lower case", "A" * 35, "A" * 36,
    "A" * 60, "A" * 61, "A" * 80, "A" * 81, "12345", "0", "-", ".", "#12", 'He said "hi"', "a\\b", "a/b",
    "a&b", "tab\there", "line\nbreak", "\u00a0", "\u200b", "\u2019", "e\u0301", "\ufeffBOM", "{}", "[x]",
    "<b>", "=1+1", "a  b", "NULL", "None", "N/A", "@", "_", "`", "\u0000", "\u007f", "\u0085",
)  # fmt: skip
CODES = (
    "", " ", "99213", "99213 ", "j02.9", "J029", "0", "A", "AA", "XX", "25", "59", "1", "11", "IL", "il",
    "ZZ", "ON", "CA", "US", "DE", "12345", "123456789", "1234-5678", "00000", "\u0661\u0662", "11:B", "F",
    "18", "G8",
)  # fmt: skip
NUMBERS = (
    "0", "1", "-1", "1.5", "0.001", "0.0001", "1.10", "999999", "1000000", "12345678901234", "1e3", "00.5",
)  # fmt: skip
CHARGES = ("0", "0.01", "135", "-5.00", "9999999.99", "99999999.99", "100000000.00", "135.0")
DAYS = (
    "", "2026-11-02", "2026-11-16", "2026-11-17", "2027-01-01", "1899-12-31", "1900-01-01", "2000-02-29",
    "2026-06-30",
)  # fmt: skip
BASE = {
    "patient": {
        "last": "Zephyrine",
        "first": "Quill",
        "middle": "A",
        "suffix": "JR",
        "birth_date": "1980-02-03",
        "sex": "F",
        "medical_record_number": "M1",
        "address": {
            "line1": "7 Orchard Way",
            "line2": "APT 2",
            "city": "Springfield",
            "state": "IL",
            "zip": "627040007",
            "country": "",
        },
    },
    "coverages": [
        {
            "order": "P",
            "payer": "harbor",
            "member_id": "W17770001",
            "group_number": "G1",
            "group_name": "ACME",
        }
    ],
    "rendering": {"npi": "1999001013", "last": "Okafor", "first": "Ruth", "taxonomy": "207Q00000X"},
    "referring": {"npi": "1999001021", "last": "Morrow", "first": "Ada"},
    "supervising": {"npi": "1999001021", "last": "Morrow", "first": "Ada"},
    "service_facility": {
        "npi": "1999000023",
        "last": "Summit Hall",
        "address": {"line1": "1 Hill Rd", "city": "Springfield", "state": "IL", "zip": "627040001"},
    },
    "diagnoses": ["J02.9", "I10"],
    "place_of_service": "11",
    "lines": [
        {
            "procedure": "99213",
            "charge": "135.00",
            "pointers": [1],
            "units": "1",
            "modifiers": ["25"],
            "description": "",
            "note": "",
            "place_of_service": "",
            "rendering": {"npi": "1999001021", "last": "Morrow", "first": "Ada"},
            "ndc": "",
            "ndc_quantity": "",
            "ndc_unit": "",
            "service_to": "",
        },
        {"procedure": "93000", "charge": "65.00", "pointers": [1, 2], "units": "1"},
    ],
    "prior_authorization": "",
    "referral_number": "",
    "clia": "",
    "note": "",
    "onset": "",
    "admission": "",
    "discharge": "",
    "patient_paid": "",
    "accident": {"causes": [], "state": "", "day": ""},
    "attachments": [],
}
DEPENDENT = {
    "relationship": "19",
    "subscriber": {
        "last": "Zephyrine",
        "first": "Old",
        "birth_date": "1950-01-01",
        "sex": "M",
        "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
    },
}
CODED = {
    "state",
    "zip",
    "country",
    "npi",
    "taxonomy",
    "sex",
    "order",
    "payer",
    "procedure",
    "ndc_unit",
    "place_of_service",
}
DATED = {"birth_date", "onset", "admission", "discharge", "service_to", "day"}


def places(value, path=()):
    """The paths of all plain values of an encounter."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list) and value:
        for n, inner in enumerate(value):
            yield from places(inner, (*path, n))
    else:
        yield path


def odd(draw, n):
    """An encounter with one to three odd values in it."""
    made = copy.deepcopy(BASE)
    made["patient"]["first"] = "Quill " + "".join(chr(65 + int(digit)) for digit in str(n))
    made["coverages"][0]["member_id"] = f"W{n:08d}"
    for name in ("referring", "supervising", "service_facility"):
        if draw.random() < 0.6:
            del made[name]
    if draw.random() < 0.3:
        made["coverages"][0] |= copy.deepcopy(DEPENDENT)
    if draw.random() < 0.1:
        made["accident"] = {"causes": [draw.choice(("AA", "EM", "OA"))], "state": "IL", "day": "2026-11-01"}
    if draw.random() < 0.1:
        made["attachments"] = [
            {"report_type": draw.choice(("OZ", "B4", "QQ")), "control_number": draw.choice(TEXTS)}
        ]
    for _ in range(draw.choice((1, 1, 2, 3))):
        path = draw.choice(list(places(made)))
        into = made
        for key in path[:-1]:
            into = into[key]
        name = path[-1] if isinstance(path[-1], str) else path[-2]
        if name in ("patient_paid", "charge"):
            value = draw.choice(CHARGES)
        elif name in ("units", "ndc_quantity"):
            value = draw.choice(NUMBERS)
        elif name in DATED:
            value = draw.choice(DAYS)
        elif name == "pointers":
            value = draw.choice((0, 1, 2, 3, 13))
        elif name in CODED or name in ("diagnoses", "modifiers"):
            value = draw.choice(CODES + TEXTS[:24])
        elif name in ("causes", "attachments"):
            continue
        else:
            value = draw.choice(TEXTS)
        into[path[-1]] = value
    day = date.fromordinal(DAY.toordinal() - 2 - n % 30)
    return {"source": "odd", "id": f"O-{n}", "practice": "lakeside", "service_date": day.isoformat(), **made}


def taken(tmp_path, files):
    """Gives files to the mock clearinghouse without a network, and its 999s."""
    clearinghouse = Clearinghouse(tmp_path / "house", DAY, load(DEFAULT))
    clearinghouse.start()
    try:
        for n, data in enumerate(files):
            path = clearinghouse.folders.inbound / f"{n}.837"
            path.write_bytes(data)
            clearinghouse.folders.received(path, clearinghouse.faults)
        answers = sorted((tmp_path / "house" / "sftp" / "outbound").iterdir())
        return [a for f in answers if "999" in f.name for a in edi.read_acknowledgments(f)]
    finally:
        clearinghouse.stop()


def sent_of(site):
    return [file.read_bytes() for file in sorted((site / "inbound").iterdir())]


def assert_nothing_is_refused(tmp_path, files):
    for data in files:
        assert [f for f in edi.check(data) if f.severity == "error"] == []
        if DENTAL not in data:  # pyx12 has no guide for it
            assert pyx12_notes(data) == (True, set())
    answers = taken(tmp_path, files)
    assert len(answers) == len(files) > 0
    for answer in answers:
        assert answer.status == "A"
        assert [t.status for t in answer.transactions] == ["A"] * answer.received


def test_odd_contents_are_held_with_a_finding_or_taken(home, tmp_path):
    site = home.use_folder()
    draw = random.Random(SEED)
    for n in range(ENCOUNTERS):
        home.drop(f"lakeside/{n:04d}.json", odd(draw, n))
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
        held = {h.external_id: h for h in holds(opened.ledger)}
    files = sent_of(site)
    assert_nothing_is_refused(tmp_path, files)
    went = sum(1 for data in files for _ in edi.read_claims(data))
    print(f"seed {SEED}: {went} went, {len(held)} held", Counter(h.edit_id for h in held.values()))
    assert went > ENCOUNTERS // 10
    assert len(held) > ENCOUNTERS // 10
    for hold in held.values():
        assert hold.place or hold.edit_id == "LEN-01"
        assert hold.detail


def test_a_generated_night_is_taken(home, tmp_path):
    site = home.use_folder()
    partners.write(home.path / "partners")
    with home.opened() as opened:
        write_night(opened.settings.inbox, 200)
        nightly_run.walk(opened, FIRST_DAY)
    assert_nothing_is_refused(tmp_path, sent_of(site))


@pytest.mark.parametrize("evening", ["monday", "tuesday", "wednesday"])
def test_the_demos_evenings_are_taken(home, tmp_path, evening):
    site = home.use_folder()
    home.samples(evening)
    with home.opened() as opened:
        nightly_run.walk(opened, DAY)
    assert_nothing_is_refused(tmp_path, sent_of(site))
