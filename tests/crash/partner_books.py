"""What the partner has, read from its journal, the bytes that it received and its own books.

Nothing here asks the ledger. The partner's program is stopped, or between two files.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import edi
from edi.records import Claim, ClaimPayment, Remittance


@dataclass
class Payment:
    """What an 835 pays, its claims, and the names of the files that bring it."""

    cents: int
    claims: list[ClaimPayment]
    files: set[str] = field(default_factory=set)


@dataclass
class Books:
    """Counts by member id, which in these homes names one claim. Amounts in cents."""

    interchanges: Counter[str] = field(default_factory=Counter)  # ISA13 of each file that came
    hashes: set[str] = field(default_factory=set)
    partial: int = 0
    arrived: Counter[str] = field(default_factory=Counter)
    adjudicating: Counter[str] = field(default_factory=Counter)  # taken into adjudication: nothing refused it
    charges: dict[str, int] = field(default_factory=dict)  # as each claim came last
    payments: dict[tuple[str, str], Payment] = field(default_factory=dict)
    damaged: dict[tuple[str, str], Payment] = field(default_factory=dict)  # those with no undamaged copy

    asked: Counter[str] = field(default_factory=Counter)  # ISA13s of which a person asked for one more copy

    @property
    def again(self) -> list[str]:
        """Interchanges that came again though nobody asked, and claims that the partner took in again."""
        came = {isa13: n - self.asked[isa13] for isa13, n in self.interchanges.items()}
        return sorted(what for what, n in [*came.items(), *self.adjudicating.items()] for _ in range(n - 1))

    @property
    def twice(self) -> int:
        return len(self.again)

    @property
    def paid(self) -> int:
        return sum(payment.cents for payment in self.payments.values())

    @property
    def reversed(self) -> int:
        """What the 835s take back, in cents."""
        return sum(-c.paid for payment in self.payments.values() for c in payment.claims if c.charge < 0)

    def reversed_unknown(self, quarantined: Iterable[Payment] = ()) -> int:
        """What the 835s take back of payments that no 835 brought, in cents; without those that are
        quarantined."""
        left_out = list(quarantined)
        paid: Counter[tuple[str, int, int]] = Counter()
        for payment in self.payments.values():
            if payment not in left_out:
                paid.update((c.patient_control_number, c.charge, c.paid) for c in payment.claims)
        alone = {key: n - paid[(key[0], -key[1], -key[2])] for key, n in paid.items() if key[1] < 0}
        return sum(-key[2] * n for key, n in alone.items() if n > 0)


def read(partner: Path, asked: Counter[str] | None = None) -> Books:
    """The books of the mock in this folder. `asked`: how often a person asked for one more copy."""
    found = Books(asked=asked or Counter())
    claims: list[list[Claim]] = []
    for number, line in enumerate(_journal(partner), 1):
        data = (partner / "received" / f"{number:06d}.edi").read_bytes()
        claims.append([])
        found.interchanges[line["isa13"]] += 1
        found.hashes.add(line["sha256"])
        headers = edi.read_envelopes(data)
        whole = bool(headers) and all(header.complete for header in headers)
        if not whole or len(data) != line["bytes"] or sha256(data) != line["sha256"]:
            found.partial += 1
            continue
        claims[-1] = list(edi.read_claims(data))
        found.arrived.update(claim.subscriber.member_id for claim in claims[-1])
        found.charges |= {claim.subscriber.member_id: claim.charge for claim in claims[-1]}
    for line, place in _taken_in(partner):
        found.adjudicating[claims[line][place].subscriber.member_id] += 1
    found.payments, undamaged = _payments(partner / "sftp" / "outbound")
    found.damaged = {key: payment for key, payment in found.payments.items() if key not in undamaged}
    return found


def sha256(data: bytes) -> str:
    """As the journal writes it."""
    return hashlib.sha256(data).hexdigest()


def _journal(partner: Path) -> list[dict[str, str]]:
    file = partner / "journal.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _taken_in(partner: Path) -> list[tuple[int, int]]:
    """Each claim that it adjudicates: the journal's line, from 0, and its place in that file."""
    with sqlite3.connect(partner / "state.db") as books:
        return books.execute(
            "SELECT file.journal_line, claim.place FROM claim JOIN file ON file.id = claim.file"
        ).fetchall()


def _payments(outbound: Path) -> tuple[dict[tuple[str, str], Payment], set[tuple[str, str]]]:
    """What the 835s pay that are whole and in balance, each payment once however often it came; and
    which of them came without a control character, which damage leaves in the mock's files."""
    payments: dict[tuple[str, str], Payment] = {}
    undamaged = set()
    for file in sorted(outbound.iterdir()):
        headers = edi.read_envelopes(file)
        if not headers or not all(h.complete for h in headers) or "835" not in headers[0].kinds:
            continue
        damaged = b"\0" in file.read_bytes()
        for remittance in edi.read_remittances(file):
            claims = list(remittance.claims)
            balanced = all(c.paid == c.charge - _adjusted(c) for c in claims)
            if balanced and sum(c.paid for c in claims) - _provider_level(remittance) == remittance.payment:
                key = (remittance.payer.id, remittance.trace)
                payments.setdefault(key, Payment(remittance.payment, claims)).files.add(file.name)
                if not damaged:
                    undamaged.add(key)
    return payments, undamaged


def _adjusted(payment: ClaimPayment) -> int:
    return sum(a.amount for part in (payment, *payment.lines) for a in part.adjustments)


def _provider_level(remittance: Remittance) -> int:
    return sum(adjustment.amount for adjustment in remittance.provider_adjustments)
