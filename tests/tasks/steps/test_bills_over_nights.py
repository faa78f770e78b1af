"""Bills that come after answers: to third payers, replaced, taken back; what a remittance says as a whole,
and lines that a payer put together or took apart.

`bills_over_nights.json` has each claim's payers in their order and its steps: what a payer answered (an 835
from CLP03 on), a corrected encounter that a person lets go, a claim that a person takes back. What goes out
(`sends`: order and frequency), the texts of the last of it (`says`, `not_says`), and the state in which a
payer `stays` were written from the guides' rules before anything was run. All go through the same nights, two
for each step: one takes it in, the next sends what follows.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import edi
from edi.records import Claim
from ledger.errors import LedgerError
from ledger.queries import standing
from ledger.queries.claim_story import show
from ledger.queries.claims import holds
from ledger.queries.money import money
from ledger.queries.proof import of_all
from tasks import nightly_run
from tasks.operations import claim_money, correct_claim
from tasks.operations.money_acts import By
from tests.edi.referees import pyx12_accepts
from tests.edi.samples import ENVELOPE
from tests.edi.x12sdk_reading import differences
from tests.tasks.payment_scenarios import FIRST
from tests.tasks.steps.test_second_bills import PATIENT, PRACTICES


@dataclass(frozen=True, slots=True)
class Bill:
    """A claim, what happened to it, and what went out."""

    name: str
    kind: str
    payers: list[str]
    lines: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    sends: list[str]
    more: dict[str, Any] = field(default_factory=dict)
    coverages: dict[str, dict[str, Any]] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    not_says: tuple[str, ...] = ()
    stays: dict[str, str] = field(default_factory=dict)


BILLS = [
    Bill(**one) for one in json.loads(Path(__file__).with_name("bills_over_nights.json").read_text("utf-8"))
]
ANN = By("ann", "the coder corrected it")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PAYERS = {
    "harbor": ("HARBOR HEALTH PLAN", "HRB01"),
    "beacon": ("BEACON SUPPLEMENTAL", "BCN05"),
    "evergreen": ("EVERGREEN COMMUNITY CARE", "EVG03"),
    "senior": ("SENIOR ADVANTAGE TRUST", "SNR04"),
}
ORDERS = {"1": "P", "2": "S", "3": "T", "20": "S"}  # by CLP02


def refused_by(accepts: Callable[[bytes], bool], claims: dict[str, Claim]) -> set[str]:
    """The names of those that a program refuses. All in one file first: it loads its tables for each."""
    if not claims or accepts(edi.write_claims(list(claims.values()), ENVELOPE)):
        return set()
    return {name for name, claim in claims.items() if not accepts(edi.write_claims([claim], ENVELOPE))}


def member(order: str, n: int) -> str:
    return f"W{'PST'.index(order) + 1}000{n:04d}"


def first_name(n: int) -> str:
    return f"Q{LETTERS[n // 26]}{LETTERS[n % 26] * 2}"


def encounter(n: int, bill: Bill, *changes: dict[str, Any]) -> dict[str, Any]:
    practice, _, rendering, diagnosis = PRACTICES[bill.kind]
    coverages = {
        order: {
            "order": order,
            "payer": payer,
            "member_id": member(order, n),
            **bill.coverages.get(order, {}),
        }
        for order, payer in zip("PST", bill.payers, strict=False)
    }
    for change in changes:
        for order, of in change.get("coverages", {}).items():
            coverages[order] |= of
    said = {
        "source": "bills-over-nights",
        "id": f"E-{n}",
        "version": len(changes) + 1,
        "kind": bill.kind,
        "practice": practice,
        "service_date": "2026-11-02",
        "place_of_service": "" if bill.kind == "institutional" else "11",
        "patient": {"last": "Birch", "first": first_name(n), **PATIENT},
        "diagnoses": [diagnosis] if diagnosis else [],
        "rendering": rendering,
        "lines": bill.lines,
        **bill.more,
    }
    for change in changes:
        said |= change
    said["coverages"] = list(coverages.values())
    return {name: value for name, value in said.items() if value is not None}


def remittances(step: int, day: date, numbers: dict[int, str]) -> str:
    """One 835 with what every payer answered in a step, a transaction set for each payer and practice."""
    groups = defaultdict(list)
    for n, bill in enumerate(BILLS):
        if step < len(bill.steps) and "answer" in bill.steps[step]:
            groups[bill.steps[step]["answer"], bill.kind].append(n)
    sets = [
        transaction_set(f"{step}{number:03d}", step, day, payer, kind, of, numbers)
        for number, ((payer, kind), of) in enumerate(groups.items(), 1)
    ]
    segments = [
        f"ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     *{day:%y%m%d}*0400*^*00501*"
        f"{step + 1:09d}*0*T*:",
        f"GS*HP*NORTHGATE*CLEANCLAIM*{day:%Y%m%d}*0400*{step + 1}*X*005010X221A1",
        *(segment for one in sets for segment in one),
        f"GE*{len(sets)}*{step + 1}",
        f"IEA*1*{step + 1:09d}",
    ]
    return "~\n".join(segments) + "~\n"


def transaction_set(
    control: str, step: int, day: date, payer: str, kind: str, of: list[int], numbers: dict[int, str]
) -> list[str]:
    name, key = PAYERS[payer]
    claims = {n: [text.format(n=n) for text in BILLS[n].steps[step]["claim"]] for n in of}
    body = [
        f"ST*835*{control}",
        f"BPR*I*{sum(float(c[0].split('*')[1]) for c in claims.values()):g}*C*CHK************{day:%Y%m%d}",
        f"TRN*1*T{control}*1999999999", f"DTM*405*{day:%Y%m%d}", f"N1*PR*{name}*XV*{key}", "N3*PO BOX 1",
        "N4*HARTFORD*CT*061030001", "PER*BL*PROVIDER LINE*TE*2175550199",
        f"N1*PE*PRACTICE*XX*{PRACTICES[kind][1]}", "LX*1",
    ]  # fmt: skip
    for n, (claim, *rest) in claims.items():
        line = next((at for at, one in enumerate(rest) if one.startswith("SVC")), len(rest))
        own = sorted(rest[:line], key=lambda one: ("CAS", "MIA", "MOA", "QTY").index(one[:3]))
        cut = sum(one.startswith("CAS") for one in own)
        status = BILLS[n].steps[step]["status"]
        patient = f"NM1*QC*1*BIRCH*{first_name(n).upper()}****MI*{member(ORDERS[status], n)}"
        body += [f"CLP*{numbers[n]}*{status}*{claim}", *own[:cut], patient, *own[cut:], *rest[line:]]
    return [*body, f"SE*{len(body) + 1}*{control}"]


def corrections(n: int, until: int) -> list[dict[str, Any]]:
    """What the encounter's newer versions changed, up to a step."""
    return [step["correct"] for step in BILLS[n].steps[: until + 1] if "correct" in step]


def decide(opened: Any, day: date, n: int, step: dict[str, Any]) -> None:
    """What a person does between the two nights of a step."""
    if "correct" in step:
        correct_claim.correct(opened, day, ANN, f"E-{n}", condition=step.get("condition", ""), dry_run=False)
    elif "write_off" in step:
        claim_money.write_off(opened, day, ANN, f"E-{n}", step["write_off"], step["cents"], dry_run=False)
    elif "refused" in step:
        with pytest.raises(LedgerError, match=step["refused"]):
            correct_claim.void(opened, day, ANN, f"E-{n}", **step["void"], dry_run=False)
    elif "void" in step:
        correct_claim.void(opened, day, ANN, f"E-{n}", **step["void"], dry_run=False)


def drop(home: Any, name: str, found: dict[int, dict[str, Any]]) -> None:
    for kind, (practice, *_) in PRACTICES.items():
        if day := [one for n, one in found.items() if BILLS[n].kind == kind]:
            home.drop(f"{practice}/{name}.json", json.dumps(day))


@pytest.fixture
def played(home):
    """The home after the nights of every step."""
    site = home.use_folder()
    drop(home, "day", {n: encounter(n, bill) for n, bill in enumerate(BILLS)})
    with home.opened() as opened:
        nightly_run.walk(opened, FIRST)
        numbers = {
            int(one.external_id.removeprefix("E-")): one.patient_control_number
            for one in standing.claims(opened.ledger)
        }
        assert [(h.external_id, h.edit_id, h.place, h.detail) for h in holds(opened.ledger)] == []
        for step in range(max(len(bill.steps) for bill in BILLS)):
            day = FIRST + timedelta(days=2 * step + 1)
            done = {n: b.steps[step] for n, b in enumerate(BILLS) if step < len(b.steps)}
            newer = {
                n: encounter(n, BILLS[n], *corrections(n, step))
                for n, one in done.items()
                if "correct" in one
            }
            drop(home, f"step{step}", newer)
            (site / "outbound" / f"step{step}.835").write_text(remittances(step, day, numbers), "utf-8")
            nightly_run.walk(opened, day)
            for n, one in done.items():
                decide(opened, day + timedelta(days=1), n, one)
            nightly_run.walk(opened, day + timedelta(days=1))
        assert money(opened.ledger).closes
        assert of_all(opened.ledger).holds
        yield opened, site


def test_bills_over_nights_are_what_the_guide_has_or_do_not_go(played):
    opened, site = played
    files = sorted((site / "inbound").iterdir(), key=lambda file: file.name)
    sent = defaultdict(list)
    for file in files:
        for claim in edi.read_claims(file.read_bytes()):
            sent[claim.patient_control_number].append(claim)
    stories = {one.external_id: show(opened.ledger, one.claim_id) for one in standing.claims(opened.ledger)}
    wrong, last = {}, {}
    for n, bill in enumerate(BILLS):
        story = stories[f"E-{n}"]
        claims = sent[story.patient_control_number]
        went = [f"{claim.payer_order}{claim.frequency}" for claim in claims]
        states = {one.order: one.state for one in story.payers if one.order in bill.stays}
        lacks = []
        if (went, states) != (bill.sends, bill.stays):
            lacks.append(f"sent {went}, {states}, held {[(h.edit_id, h.place) for h in story.holds]}")
        last[bill.name] = claims[-1]
        text = edi.write_claims(claims[-1:], ENVELOPE).decode().replace("~\n", "~")
        facts = {
            "n": n, "first": first_name(n).upper(), "number": story.patient_control_number,
            **{order: member(order, n) for order in "PST"},
        }  # fmt: skip
        lacks += [part for part in bill.says if part.format(**facts) not in text]
        lacks += [f"no {part}" for part in bill.not_says if part.format(**facts) in text]
        if lacks:
            wrong[bill.name] = [*lacks, text]
    assert wrong == {}
    for kind in "PI":
        judged = {name: replace(claim, loops=None) for name, claim in last.items() if claim.kind == kind}
        assert refused_by(pyx12_accepts, judged) == set()
        assert differences(edi.write_claims(list(judged.values()), ENVELOPE)) == []
