"""Bills to second payers, from the encounter over the first payer's 835 to the text.

`second_bills.json` has what each first payer answered (an 835 from CLP03 on), and the texts of the bill to
the second one, written from the guides' rules for 2320, 2330B and 2430 before anything was run: `says`,
`not_says`, or the state in which the second payer `stays` without a bill. All go through the same nights.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import edi
from ledger.queries import standing
from ledger.queries.claim_story import show
from tasks import nightly_run
from tests.edi.referees import pyx12_accepts
from tests.edi.samples import ENVELOPE
from tests.edi.x12sdk_reading import differences
from tests.tasks.payment_scenarios import FIRST, play


@dataclass(frozen=True)
class Bill:
    """A claim with two payers, and what becomes of the second one."""

    name: str
    kind: str
    status: str
    answer: list[str]
    lines: list[dict[str, Any]]
    second: dict[str, Any]
    first: str = "harbor"
    more: dict[str, Any] = field(default_factory=dict)
    stays: str = ""
    says: tuple[str, ...] = ()
    not_says: tuple[str, ...] = ()


BILLS = [Bill(**one) for one in json.loads(Path(__file__).with_name("second_bills.json").read_text("utf-8"))]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # of the patients' first names, one for each bill
PATIENT = {
    "birth_date": "1950-02-03",
    "sex": "F",
    "address": {"line1": "7 Orchard Way", "city": "Springfield", "state": "IL", "zip": "627040007"},
}
PAYERS = {"harbor": ("HARBOR HEALTH PLAN", "HRB01"), "senior": ("SENIOR ADVANTAGE TRUST", "SNR04")}
PRACTICES = {
    "professional": ("lakeside", "1999000015", {"npi": "1999001013"}, "J02.9"),
    "institutional": ("ridgeline", "1999000031", None, "R55"),
    "dental": ("elmgrove", "1999000049", {"npi": "1999071016"}, ""),
}


def first_name(number):
    return f"Q{LETTERS[number] * 3}"


def encounter(number, bill):
    practice, _, rendering, diagnosis = PRACTICES[bill.kind]
    said = {
        "source": "second-bills",
        "id": f"E-{number}",
        "kind": bill.kind,
        "practice": practice,
        "service_date": "2026-11-02",
        "place_of_service": "" if bill.kind == "institutional" else "11",
        "patient": {"last": "Birch", "first": first_name(number), **PATIENT},
        "coverages": [
            {"order": "P", "payer": bill.first, "member_id": f"W1000{number:04d}"},
            {"order": "S", "member_id": f"W2000{number:04d}", **bill.second},
        ],
        "diagnoses": [diagnosis] if diagnosis else [],
        "rendering": rendering,
        "lines": bill.lines,
        **bill.more,
    }
    return {name: value for name, value in said.items() if value is not None}


def transaction_set(number, payer, kind, bills):
    """The 835 of one payer to one practice; each claim's segments in the order of loop 2100."""
    name, key = PAYERS[payer]
    npi = PRACTICES[kind][1]
    interest = sum(3.5 for _, bill in bills if "AMT*I*3.5" in bill.answer)
    paid = sum(float(bill.answer[0].split("*")[1]) for _, bill in bills) + interest
    body = [
        f"ST*835*{number:04d}", f"BPR*I*{paid:g}*C*CHK************20261117", f"TRN*1*T{number}*1999999999",
        "DTM*405*20261117", f"N1*PR*{name}*XV*{key}", "N3*PO BOX 1", "N4*HARTFORD*CT*061030001",
        "PER*BL*PROVIDER LINE*TE*2175550199", f"N1*PE*PRACTICE*XX*{npi}", "LX*1",
    ]  # fmt: skip
    for n, bill in bills:
        claim, *rest = [segment.format(n=n) for segment in bill.answer]
        line = next((at for at, one in enumerate(rest) if one.startswith("SVC")), len(rest))
        own = sorted(rest[:line], key=lambda one: ("CAS", "MIA", "MOA", "AMT").index(one[:3]))
        split = sum(one.startswith("CAS") for one in own)
        patient = f"NM1*QC*1*BIRCH*{first_name(n).upper()}****MI*W1000{n:04d}"
        body += [f"CLP*{{E-{n}}}*{bill.status}*{claim}", *own[:split], patient, *own[split:], *rest[line:]]
    if interest:
        body.append(f"PLB*{npi}*20261231*L6:E*-{interest:g}")
    return [*body, f"SE*{len(body) + 1}*{number:04d}"]


def remittances():
    groups = {}
    for n, bill in enumerate(BILLS):
        groups.setdefault((bill.first, bill.kind), []).append((n, bill))
    sets = [transaction_set(n, *key, bills) for n, (key, bills) in enumerate(groups.items(), 1)]
    segments = [
        "ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     *261117*0400*^*00501*"
        "000000001*0*T*:",
        "GS*HP*NORTHGATE*CLEANCLAIM*20261117*0400*1*X*005010X221A1",
        *(segment for one in sets for segment in one),
        f"GE*{len(sets)}*1",
        "IEA*1*000000001",
    ]
    return "~\n".join(segments) + "~\n"


def test_second_payers_are_billed_as_the_guide_has_it_or_not_at_all(home, tmp_path):
    for kind, (practice, *_) in PRACTICES.items():
        day = [encounter(n, bill) for n, bill in enumerate(BILLS) if bill.kind == kind]
        (tmp_path / f"{practice}_day.json").write_text(json.dumps(day), encoding="utf-8")
    (tmp_path / "night2.835").write_text(remittances(), encoding="utf-8")
    with play(home, tmp_path).opened() as opened:
        nightly_run.walk(opened, FIRST + timedelta(days=2))
        claims = standing.claims(opened.ledger)
        stories = {one.external_id: show(opened.ledger, one.claim_id) for one in claims}
    sent = {
        claim.patient_control_number: claim
        for file in (home.path / "site" / "inbound").iterdir()
        for claim in edi.read_claims(file.read_bytes())
        if claim.payer_order == "S"
    }
    wrong = {}
    for n, bill in enumerate(BILLS):
        story = stories[f"E-{n}"]
        claim = sent.get(story.patient_control_number)
        if claim is None or bill.stays:
            if (story.payers[1].state, claim) != (bill.stays, None):
                wrong[bill.name] = story.payers[1].state
            continue
        data = edi.write_claims([claim], ENVELOPE)
        text = data.decode().replace("~\n", "~")
        facts = {
            "n": n, "first": first_name(n).upper(), "member": f"W1000{n:04d}", "other": f"W2000{n:04d}",
            "number": story.patient_control_number,
        }  # fmt: skip
        lacks = [part for part in bill.says if part.format(**facts) not in text]
        lacks += [f"no {part}" for part in bill.not_says if part in text]
        if bill.kind != "dental" and not pyx12_accepts(data):
            lacks.append("pyx12 refuses it")
        if bill.kind != "dental":
            lacks += differences(data)
        if lacks:
            wrong[bill.name] = lacks
    assert wrong == {}
