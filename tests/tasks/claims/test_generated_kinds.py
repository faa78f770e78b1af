"""Five hundred generated encounters of each kind: clean ones pass, and one fault in each is held where it is.

An encounter goes through what a run does with it: it is read, made a claim, judged by the edits, written
and checked. Institutional files are also given to two programs that are not ours.
"""

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest

import edi
from coding.registry import EDITS
from tasks.batches import check
from tests import seeds
from tests.conftest import CLEAN
from tests.edi.referees import pyx12_accepts
from tests.edi.samples import ENVELOPE
from tests.edi.x12sdk_reading import differences
from tests.tasks.claims.holding import holds

MANY = 500
FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gwen", "Hal", "Ida", "Jon")
LAST = ("Aldern", "Brook", "Cedarholm", "Dale", "Ember", "Fenwick", "Grove", "Heath")
STAY = {
    "kind": "institutional",
    "rendering": None,
    "place_of_service": "",
    "service_date": None,
    "diagnoses": ["M17.11"],
    "institutional": {
        "type_of_bill": "111",
        "admission_type": "3",
        "admission_source": "1",
        "patient_status": "01",
        "admission_hour": "0830",
        "discharge_hour": "1100",
        "admitting_diagnosis": "M17.11",
        "present_on_admission": ["Y"],
        "attending": {"npi": "1999001013"},
        "occurrences": [{"code": "11", "day": "2026-09-20"}],
        "principal_procedure": {"code": "0SRC0J9"},
    },
}
CROWN = {
    "kind": "dental",
    "diagnoses": [],
    "lines": [
        {"procedure": "D2740", "dental": {"teeth": [{"number": "30"}], "prosthesis": "I"}},
        {"procedure": "D2392", "dental": {"teeth": [{"number": "3", "surfaces": "MO"}]}},
    ],
}


def generated(kind, dice):
    """A clean encounter of a kind, one of many."""
    base = {"professional": {}, "institutional": STAY, "dental": CROWN}[kind]
    made = copy.deepcopy({**CLEAN, **base})
    made["patient"] |= {"first": dice.choice(FIRST), "last": dice.choice(LAST)}
    made["patient"]["birth_date"] = str(date(1950, 1, 1) + timedelta(days=dice.randrange(15_000)))
    made["coverages"][0]["member_id"] = f"W{dice.randrange(10**8):08d}"
    day = date(2026, 10, 1) + timedelta(days=dice.randrange(35))
    if kind == "institutional":
        nights = dice.randint(1, 5)
        facts = made["institutional"]
        made["admission"] = facts["statement_from"] = facts["principal_procedure"]["day"] = str(day)
        facts["statement_to"] = str(day + timedelta(days=nights))
        facts["values"] = [{"code": "80", "amount": f"{nights}.00"}]
        made["lines"] = [
            {"revenue_code": "0120", "units": nights, "unit_code": "DA", "charge": f"{nights * 900}.00"},
            {"revenue_code": "0250", "charge": f"{dice.randint(10, 2000)}.{dice.randrange(100):02d}"},
        ]
    else:
        made["service_date"] = str(day)
        for line in made["lines"]:
            line["charge"] = f"{dice.randint(60, 900)}.{dice.randrange(100):02d}"
    if kind == "dental":
        made["lines"][0]["dental"]["teeth"][0]["number"] = str(dice.choice((2, 3, 14, 19, 30, 31)))
    return made


# Where the fault is made, what stands there then, and which finding holds it at which place.
FAULTS = {
    "institutional": (
        (("institutional", "type_of_bill"), "", "TOB-01", "CLM05-1"),
        (("institutional", "type_of_bill"), "1", "TOB-01", "CLM05-1"),
        (("institutional", "type_of_bill"), "991", "TOB-01", "CLM05-1"),
        (("institutional", "type_of_bill"), "112", "PST-01", "CL103"),
        (("institutional", "patient_status"), "", "PST-01", "CL103"),
        (("institutional", "patient_status"), "99", "PST-01", "CL103"),
        (("institutional", "statement_from"), None, "TOB-01", "DTP 434"),
        (("institutional", "statement_to"), "2026-09-30", "TOB-01", "DTP 434"),
        (("admission",), None, "ADM-01", "DTP 435"),
        (("institutional", "admission_type"), "", "ADM-01", "CL101"),
        (("institutional", "attending"), None, "ADM-01", "2310A"),
        (("institutional", "discharge_hour"), "2560", "ADM-01", "DTP 096"),
        (("institutional", "attending", "npi"), "1999001014", "NPI-01", "2310A NM109"),
        (("institutional", "present_on_admission"), [], "POA-01", "HI 1-9"),
        (("institutional", "present_on_admission"), ["X"], "POA-01", "HI 1-9"),
        (("institutional", "occurrences", 0, "day"), None, "OCC-01", "HI BH"),
        (("institutional", "occurrences", 0, "code"), "ZZZ", "OCC-01", "HI BH"),
        (("institutional", "values", 0, "code"), "QQQ", "VAL-01", "HI BE"),
        (("institutional", "principal_procedure", "day"), None, "ADM-01", "HI BBR"),
        (("institutional", "principal_procedure", "day"), "2026-12-24", "ADM-01", "HI BBR"),
        (("lines", 1, "revenue_code"), "", "REQ-01", "SV201"),
        (("lines", 1, "revenue_code"), "12", "REV-01", "SV201"),
        (("diagnoses",), [], "DX-01", "HI"),
        (("coverages", 0, "member_id"), "", "ELIG-02", "2010BA NM109"),
        (("patient", "birth_date"), None, "REQ-01", "2010BA DMG02"),
    ),
    "dental": (
        (("lines", 0, "dental", "teeth", 0, "number"), "33", "TTH-01", "TOO02"),
        (("lines", 0, "dental", "teeth", 0, "number"), "AB", "TTH-01", "TOO02"),
        (("lines", 0, "dental", "teeth"), [], "TTH-02", "TOO02"),
        (("lines", 0, "dental", "prosthesis"), "", "PRS-01", "SV305"),
        (("lines", 0, "dental", "prosthesis"), "R", "PRS-01", "DTP 441"),
        (("lines", 1, "dental", "teeth", 0, "surfaces"), "Z", "SRF-01", "TOO03"),
        (("lines", 1, "dental", "teeth", 0, "surfaces"), "", "SRF-01", "TOO03"),
        (("lines", 0, "dental", "oral_cavity"), ["50"], "QUA-01", "SV304"),
        (("dental",), {"missing_teeth": ["99"]}, "TTH-01", "DN201"),
        (("service_date",), None, "DT-01", "DTP 472"),
        (("service_date",), "2026-12-01", "DT-01", "DTP 472"),
        (("lines", 0, "procedure"), "", "REQ-01", "SV101-2"),
        (("lines", 0, "procedure"), "99213", "X12-COD-22", "2400 SV301-2"),
        (("lines", 0, "charge"), "0.00", "BAL-01", "SV102"),
        (("place_of_service",), "97", "X12-COD-05", "2300 CLM05-1"),
        (("rendering", "npi"), "1999001014", "NPI-01", "2310B NM109"),
        (("diagnoses",), ["K02"], "DX-01", "HI 1"),
        (("coverages", 0, "member_id"), "", "ELIG-02", "2010BA NM109"),
        (("patient", "sex"), "", "REQ-01", "2010BA DMG03"),
        (("special_program",), "99", "X12-ELM-07", "2300 CLM12"),
    ),
    "professional": (
        (("diagnoses",), [], "DX-01", "HI"),
        (("lines", 0, "pointers"), [3], "PTR-01", "SV107"),
        (("coverages", 0, "member_id"), "", "ELIG-02", "2010BA NM109"),
        (("coverages", 0, "payer"), "nobody", "ELIG-02", "2010BB NM109"),
        (("place_of_service",), "98", "POS-01", "CLM05-1"),
        (("rendering", "npi"), "1999001014", "NPI-01", "2310B NM109"),
        (("service_date",), "2026-12-01", "DT-01", "DTP 472"),
        (("patient", "birth_date"), None, "REQ-01", "2010BA DMG02"),
        (("patient", "address"), None, "REQ-01", "2010BA N3"),
        (("lines", 0, "procedure"), "", "REQ-01", "SV101-2"),
        (("lines", 0, "units"), 0, "UNT-01", "SV104"),
        (("lines", 0, "modifiers"), ["26", "TC"], "MOD-01", "SV101-3"),
        (("professional",), {"ambulance": {"reason": "Z", "miles": 1}}, "X12-ELM-07", "2300 CR104"),
        (("professional",), {"ambulance": {"reason": "A"}}, "X12-ELM-01", "2300 CR106"),
        (("professional",), {"spinal_manipulation": {"condition": "Q"}}, "X12-ELM-07", "2300 CR208"),
        (("delay_reason",), "99", "X12-ELM-07", "2300 CLM20"),
        (("special_program",), "99", "X12-ELM-07", "2300 CLM12"),
        (("epsdt_referrals",), ["XX"], "X12-ELM-07", "2300 CRC03"),
        (("contract",), {"type": "77"}, "X12-ELM-07", "2300 CN101"),
        (("lines", 0, "clia"), "123", "X12-COD-14", "2400 REF02"),
        (("lines", 0, "professional"), {"equipment": {"days": 1}}, "X12-ELM-01", "2400 SV506"),
        (("lines", 0, "professional"), {"forms": [{"number": "1"}]}, "X12-SEG-03", "2440 FRM"),
        (("coverages", 1), {"order": "S", "payer": "nobody", "member_id": "X1"}, "X12-ELM-01", "2330B NM109"),
        (("coverages", 1), {"order": "S", "payer": "beacon"}, "X12-ELM-01", "2330A NM109"),
    ),
}


def broken(made, path, value):
    """The encounter with one fault."""
    inner = made
    *above, last = path
    for step in above:
        inner = inner[step]
    if isinstance(inner, list) and last == len(inner):
        inner.append(value)
    else:
        inner[last] = value
    return made


@pytest.mark.slow
@pytest.mark.parametrize("kind", FAULTS)
def test_clean_encounters_of_every_kind_pass(kind):
    dice = seeds.chance("generated", kind)
    assert [found for _ in range(MANY) if (found := holds(generated(kind, dice))[0])] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", FAULTS)
def test_one_fault_in_each_is_held_by_its_edit_at_its_place_with_a_remedy(kind):
    dice = seeds.chance("generated", kind)
    missed = []
    for number in range(MANY):
        path, value, edit, place = FAULTS[kind][number % len(FAULTS[kind])]
        found, _ = holds(broken(generated(kind, dice), path, value))
        if (edit, place) not in found:
            missed.append((path, value, edit, place, sorted(found)))
    assert missed == []
    for _, _, edit, _ in FAULTS[kind]:
        assert EDITS[edit].fix if edit in EDITS else check.words(edit)


@pytest.mark.slow
def test_institutional_files_are_accepted_by_two_programs_that_are_not_ours():
    dice = seeds.chance("institutional files")
    claims = [
        claim for _ in range(40) for claim in edi.read_claims(holds(generated("institutional", dice))[1])
    ]
    assert len(claims) == 40
    data = edi.write_claims(claims, ENVELOPE)  # in one file: their programs load their tables for each
    assert pyx12_accepts(data)
    assert differences(data) == []


@pytest.mark.slow
@pytest.mark.parametrize("frequency", ["7", "8"])
@pytest.mark.parametrize("kind", ["professional", "institutional"])
def test_replacements_and_voids_are_accepted_by_two_programs_that_are_not_ours(kind, frequency):
    dice = seeds.chance("replacements", kind, frequency)
    claims = []
    for number in range(20):
        _, data = holds(generated(kind, dice))
        (first,) = edi.read_claims(data)
        claims.append(replace(first, frequency=frequency, payer_claim_control_number=f"PAYER{number}"))
    data = edi.write_claims(claims, ENVELOPE)
    assert [f"REF*F8*PAYER{number}~".encode() in data for number in range(20)] == [True] * 20
    assert pyx12_accepts(data)
    assert differences(data) == []
