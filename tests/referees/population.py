"""Claims put straight into a ledger, out in one batch: people, families, practices and payers by choice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ledger import Ledger
from ledger.adjudication.facts import Adjustment
from ledger.encounters import encounters, inbox
from ledger.encounters.encounters import Validated
from ledger.encounters.taken import TakenEncounter, TakenFile
from ledger.migrations import upgrade
from ledger.payments.matching import name_digest
from ledger.payments.remittance_facts import LineFacts, PaymentFacts
from ledger.schema import claim
from ledger.sending import batches, claims
from ledger.sending.claims import ClaimCoverage, ClaimLine, NewClaim

NIGHT = "2026-11-16"


@dataclass(frozen=True)
class Person:
    last: str
    first: str
    member_id: str


@dataclass(frozen=True, kw_only=True)
class Billed:
    """A claim as it was billed. `lines` are (procedure, modifiers, cents); `coverages` payers in order."""

    number: str
    person: Person
    practice: str = "lakeside"
    coverages: Sequence[str] = ("harbor",)
    day: str = "2026-11-02"
    lines: Sequence[tuple[str, str, int]] = (("99213", "25", 100_00),)
    prepaid: int = 0

    @property
    def charge(self) -> int:
        return sum(cents for _, _, cents in self.lines)


def open_ledger(path: Path) -> Ledger:
    ledger = Ledger(f"sqlite:///{path}")
    upgrade(ledger)
    return ledger


def bill(ledger: Ledger, billed: Sequence[Billed]) -> None:
    """The claims, built from encounters of their own and sent to their first payers in one batch."""
    by_number = {one.number: one for one in billed}
    taken = [
        TakenEncounter(
            source="ehr", external_id=one.number, version=1, practice=one.practice, payload=one.number
        )
        for one in billed
    ]
    file = TakenFile(
        name="all", data=b"all", sha256=hashlib.sha256(b"all").hexdigest(), encounters=taken, troubles=()
    )
    inbox.take(ledger, NIGHT, [file])
    rows = encounters.load(ledger, 1, 10**9, ("picked_up",))
    encounters.record(ledger, NIGHT, [Validated(encounter_id=r.id, held=False, findings=()) for r in rows])
    claims.build(ledger, NIGHT, [_claim(r.id, by_number[r.payload]) for r in rows])
    batch = batches.store(
        ledger,
        NIGHT,
        batches.NewBatch(
            clearinghouse="northgate",
            receiver="ZZNORTHGATE",
            payer="",
            isa13=1,
            name="T1.837",
            data=b"ISA",
            submissions=[i for i, *_ in batches.ready(ledger)],
        ),
    )
    for was, becomes in (("built", "uploaded"), ("uploaded", "committing"), ("committing", "sent")):
        batches.move(ledger, batch, was, becomes, NIGHT)


def _claim(encounter_id: int, one: Billed) -> NewClaim:
    return NewClaim(
        encounter_id=encounter_id,
        patient_control_number=one.number,
        payer=one.coverages[0],
        payer_order="P",
        patient=hashlib.sha256(f"{one.practice}{one.person}".encode()).hexdigest(),
        member_id=one.person.member_id,
        patient_name=name_digest(one.person.last, one.person.first),
        billing_npi="1234567893",
        rendering_npi="",
        specialty="",
        diagnoses="J020",
        service_from=one.day,
        service_to="",
        charge=one.charge,
        prepaid_cents=one.prepaid,
        coverages=tuple(
            ClaimCoverage("PST"[n], payer, one.person.member_id) for n, payer in enumerate(one.coverages)
        ),
        lines=tuple(
            ClaimLine(
                number=n,
                procedure=procedure,
                modifiers=modifiers,
                units="1",
                charge=cents,
                service_from=one.day,
                control_number=f"{one.number}L{n}",
            )
            for n, (procedure, modifiers, cents) in enumerate(one.lines, 1)
        ),
    )


def ids(ledger: Ledger) -> dict[int, str]:
    """Our number of each claim."""
    with ledger.read() as connection:
        query = select(claim.c.id, claim.c.patient_control_number)
        return dict(connection.execute(query).tuples().all())


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a payer says of a line: cents paid and its adjustments."""

    number: int
    paid: int
    adjustments: Sequence[tuple[str, str, int]] = field(default=())
    remarks: str = ""


def answered(
    one: Billed,
    lines: Sequence[Line],
    *,
    status: str = "1",
    icn: str = "",
    sign: int = 1,
    control_numbers: bool = True,
    **more: Any,
) -> PaymentFacts:
    """A payer's answer to these lines of a claim; `sign` -1 takes it back."""
    facts = tuple(
        LineFacts(
            control_number=f"{one.number}L{line.number}" if control_numbers else "",
            procedure=one.lines[line.number - 1][0],
            modifiers=one.lines[line.number - 1][1],
            charge=sign * one.lines[line.number - 1][2],
            paid=sign * line.paid,
            adjustments=tuple(Adjustment(g, c, sign * cents) for g, c, cents in line.adjustments if cents),
            remarks=line.remarks,
        )
        for line in lines
    )
    given: dict[str, Any] = {
        "position": 1,
        "patient_control_number": one.number,
        "payer_claim_control_number": icn,
        "status": "22" if sign < 0 else status,
        "charge": sum(line.charge for line in facts),
        "paid": sum(line.paid for line in facts),
        "member_id": one.person.member_id,
        "patient_name": name_digest(one.person.last, one.person.first),
        "service_from": one.day,
        "lines": facts,
    }
    return PaymentFacts(**{**given, **more})
