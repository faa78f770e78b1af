"""The recomputation from the raw files beside the ledger, to the cent and in open work."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from ledger.books.work_items import OTHERS
from ledger.schema import (
    claim,
    claim_payment,
    claim_version,
    claim_waiting,
    posting,
    remittance,
    work_item,
)
from tasks.home.home import Home
from tests.referees.quarter.parties import IDS, PRACTICE_BY_NPI

REFEREES = Path(__file__).resolve().parents[1]


def recomputed(raw: Path, referee: str = "recompute.py", *asked: str) -> dict[str, Any]:
    """What a referee says, from a process of its own that sees nothing of this project."""
    program = [sys.executable, "-I", str(REFEREES / referee), str(raw), *asked]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=raw)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


CODES = {
    "takeback": "REV",
    "reversal_alone": "REV alone",
    "verify_forwarding": "verify",
    "missing_remittance": "18 missing",
    "overdue_payer": "WAIT",
    "secondary_first": "secondary first",
    "earlier_answer_changed": "earlier answer changed",
    "denied_after_payment": "denied after payment",
}


def of_the_ledger(home: Home) -> dict[str, Any]:
    """The same facts, from the ledger's tables."""
    with home.ledger.read() as connection:
        numbers = dict(connection.execute(select(claim.c.id, claim.c.patient_control_number)).tuples().all())
        found: dict[str, Any] = {
            number: {"payers": {}, "patient": 0, "credit": 0, "credits": {}, "work": [], "waiting": {}}
            for number in numbers.values()
        }
        p = posting.c
        sums = select(p.claim_id, p.account, p.payer, func.sum(p.cents)).where(p.claim_id.is_not(None))
        for claim_id, account, payer, cents in connection.execute(
            sums.group_by(p.claim_id, p.account, p.payer)
        ):
            of = found[numbers[claim_id]]
            if account == "receivable_payer" and cents:
                of["payers"][IDS.get(payer, payer)] = int(cents)
            elif account == "receivable_patient":
                of["patient"] += int(cents)
            elif account in ("prepayment", "credit"):
                of["credit"] -= int(cents)
                whose = IDS.get(payer, payer)
                of["credits"][whose] = of["credits"].get(whose, 0) - int(cents)
        w = work_item.c
        chains = []
        query = select(w.claim_id, w.kind, w.payer, w.group, w.carc, w.cents, w.practice).where(
            w.state == "open", w.kind.not_in(OTHERS)
        )
        for claim_id, kind, payer, group, carc, cents, practice in connection.execute(query):
            if kind == "provider_level":
                chains.append([IDS.get(payer, payer), practice, int(cents)])
                continue
            code = CODES.get(kind, f"{group} {carc}" if kind == "denial" else kind)
            found[numbers[claim_id]]["work"].append([IDS.get(payer, payer), code, int(cents)])
        waiting = select(claim_waiting.c.claim_id, claim_waiting.c.payer, claim_waiting.c.cents)
        for claim_id, payer, cents in connection.execute(waiting):
            if cents:
                found[numbers[claim_id]]["waiting"][IDS.get(payer, payer)] = int(cents)
        for one in found.values():
            one["work"].sort()
            one["credits"] = {p: c for p, c in one["credits"].items() if c}
        member = dict(
            connection.execute(
                select(claim.c.patient_control_number, claim_version.c.member_id).join(
                    claim_version, claim_version.c.id == claim.c.version_id
                )
            )
            .tuples()
            .all()
        )
        c = claim_payment.c
        suspense = [
            [IDS[payer], number, int(paid)]
            for payer, number, paid in connection.execute(
                select(remittance.c.payer, c.payer_claim_control_number, c.paid_cents)
                .join(remittance, remittance.c.id == c.remittance_id)
                .where(c.claim_id.is_(None), remittance.c.state == "posted")
            )
        ]
    payers: Counter[str] = Counter()
    patients: Counter[str] = Counter()
    for number, one in found.items():
        payers.update(one["payers"])
        patients[member[number]] += one["patient"]
    return {
        "claims": found,
        "payers": {k: v for k, v in sorted(payers.items()) if v},
        "patients": {k: v for k, v in sorted(patients.items()) if v},
        "suspense": sorted(suspense),
        "chains": sorted(chains),
    }


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """What the ledger and the referee do not agree on, in words; [] is equal to the cent."""
    told = []
    for number in sorted(ours["claims"].keys() | theirs["claims"].keys()):
        a, b = ours["claims"].get(number), dict(theirs["claims"].get(number, {}))
        b.pop("adjusted", None)  # the months compare it
        if a != b:
            told.append(f"{number}: ledger {a}, recomputed {b}")
    for what in ("payers", "patients", "suspense"):
        if ours[what] != theirs[what]:
            told.append(f"{what}: ledger {ours[what]}, recomputed {theirs[what]}")
    chains = sorted([payer, PRACTICE_BY_NPI[npi], abs(cents)] for payer, npi, _, cents in theirs["chains"])
    if ours["chains"] != chains:
        told.append(f"chains: ledger {ours['chains']}, recomputed {chains}")
    return told
