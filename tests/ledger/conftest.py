"""A ledger on a real database, and the short way to a claim that is out."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pytest

from ledger import Ledger
from ledger.encounters import encounters, inbox
from ledger.encounters.encounters import Validated
from ledger.encounters.taken import TakenEncounter, TakenFile
from ledger.migrations import upgrade
from ledger.sending import batches, claims
from ledger.sending.claims import ClaimCoverage, ClaimLine, NewClaim

NIGHT = "2026-11-16"
NPI = "1234567893"


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    opened = Ledger(ledger_url)
    upgrade(opened)
    yield opened
    opened.close()


def file_of(name: str, *encounters_: TakenEncounter, content: bytes = b"", troubles=()) -> TakenFile:
    data = content or name.encode()
    return TakenFile(
        name=name,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        encounters=encounters_,
        troubles=troubles,
    )


def encounter(number: str, version: int = 1, payload: str = "{}") -> TakenEncounter:
    return TakenEncounter(
        source="ehr", external_id=number, version=version, practice="lakeside", payload=payload
    )


@dataclass
class Office:
    """Walks claims through the ledger's own steps."""

    ledger: Ledger

    def take(self, *numbers: str, version: int = 1) -> None:
        inbox.take(
            self.ledger,
            NIGHT,
            [file_of(f"{n}-{version}", encounter(n, version, f'{{"v": {version}}}')) for n in numbers],
        )

    def build(
        self,
        charge: int = 100_00,
        payer: str = "harbor",
        lines: int = 1,
        *,
        patients: int = 0,
        prepaid: int = 0,
        patient: str = "digest",
        later: Sequence[ClaimCoverage] = (),
    ) -> claims.Built:
        """Claims of the encounters that wait: so many lines, and one of the patient's where `patients`."""
        rows = encounters.load(self.ledger, 1, 10**9, ("picked_up", "held"))
        encounters.record(
            self.ledger, NIGHT, [Validated(encounter_id=r.id, held=False, findings=()) for r in rows]
        )
        clean = encounters.load(self.ledger, 1, 10**9, ("clean",))
        numbers = claims.numbers(self.ledger, [r.id for r in clean])
        return claims.build(
            self.ledger,
            NIGHT,
            [
                NewClaim(
                    encounter_id=r.id,
                    patient_control_number=numbers.get(r.id, f"C{r.id:04d}"),
                    payer=payer,
                    payer_order="P",
                    patient=patient,
                    member_id=f"W{r.id}",
                    billing_npi=NPI,
                    rendering_npi="",
                    specialty="",
                    diagnoses="J020",
                    service_from="2026-11-02",
                    service_to="",
                    charge=charge + patients,
                    lines=tuple(
                        ClaimLine(
                            number=n,
                            procedure="99213",
                            modifiers="25",
                            units="1",
                            charge=charge // lines if n <= lines else patients,
                            service_from="2026-11-02",
                            control_number=f"L{r.id}" if n == 1 else f"L{r.id}-{n}",
                            patients=n > lines,
                        )
                        for n in range(1, lines + 1 + bool(patients))
                    ),
                    coverages=(ClaimCoverage("P", payer, f"W{r.id}"), *later),
                    prepaid_cents=prepaid,
                )
                for r in clean
            ],
        )

    def batch(self, isa13: int | None = None, payers: Collection[str] = ()) -> int:
        """A batch of all that is ready, or of what is ready of these payers."""
        number = isa13 or batches.next_control_number(self.ledger, "ZZNORTHGATE")
        return batches.store(
            self.ledger,
            NIGHT,
            batches.NewBatch(
                clearinghouse="northgate",
                receiver="ZZNORTHGATE",
                payer="",
                isa13=number,
                name=f"T{number:09d}.837",
                data=f"ISA {number}".encode(),
                submissions=[
                    i for i, payer, _ in batches.ready(self.ledger) if not payers or payer in payers
                ],
            ),
        )

    def send(self, batch_id: int) -> None:
        for was, becomes in (("built", "uploaded"), ("uploaded", "committing"), ("committing", "sent")):
            batches.move(self.ledger, batch_id, was, becomes, NIGHT)

    def sent(self, *numbers: str, charge: int = 100_00) -> int:
        """Claims of these encounters, out in one batch; its id."""
        self.take(*numbers)
        self.build(charge)
        batch_id = self.batch()
        self.send(batch_id)
        return batch_id


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return Office(ledger)
