"""Claims to send, and a clearinghouse that is driven without a network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import edi
from edi.records import (
    Address,
    Claim,
    ClaimAcknowledgment,
    Envelope,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    Party,
    Person,
    Remittance,
    ServiceLine,
)
from mock_clearinghouse.program import Clearinghouse
from mock_clearinghouse.scenario import DEFAULT, Scenario, load, parse

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
PAYERS = {
    "HRB01": "HARBOR HEALTH PLAN",
    "MRD02": "MERIDIAN BLUE",
    "SNR04": "SENIOR ADVANTAGE TRUST",
}
_HERE = Address(line1="410 LAKESHORE DRIVE", city="SPRINGFIELD", state="IL", zip="627040410")
LAKESIDE = Party(last="LAKESIDE FAMILY MEDICINE", npi="1999000015", tax_id="001230101", address=_HERE)
SUMMIT = Party(last="SUMMIT ORTHOPEDICS", npi="1999000023", tax_id="001230202", address=_HERE)


def a_claim(
    number: str = "CC0000000001",
    member: str = "W100000001",
    charges: tuple[int, ...] = (13500, 3800),
    payer: str = "HRB01",
    billing: Party = LAKESIDE,
    **changes: Any,
) -> Claim:
    """A claim that is clean; `charges` in cents, one a line."""
    claim = Claim(
        patient_control_number=number,
        charge=sum(charges),
        billing=billing,
        payer=Party(last=PAYERS[payer], id=payer, id_qualifier="PI"),
        subscriber=Person(
            last="MOORLAND",
            first="TESSA",
            birth_date=date(1980, 5, 4),
            sex="F",
            member_id=member,
            address=_HERE,
        ),
        filing_code="CI",
        place_of_service="11",
        diagnoses=("J020", "R509"),
        rendering=Party(last="OKAFOR", first="RUTH", person=True, npi="1999001013", taxonomy="207Q00000X"),
        lines=tuple(
            ServiceLine(
                number=place,
                procedure=("99213", "87880", "36415", "85025")[(place - 1) % 4],
                modifiers=("25",) if place == 1 else (),
                charge=charge,
                service_from=date(2026, 11, 9),
                pointers=(1,),
                control_number=f"{number}L{place}",
            )
            for place, charge in enumerate(charges, 1)
        ),
    )
    return replace(claim, **changes)


def a_batch(*claims: Claim, isa13: int = 1, usage: str = "T", **changes: Any) -> bytes:
    """An interchange of claims."""
    envelope = Envelope(
        sender_id="CLEANCLAIM",
        receiver_id="NORTHGATE",
        control_number=isa13,
        created=MONDAY,
        usage=usage,
        submitter=Party(
            last="CLEANCLAIM DEMO BILLING",
            id="CCDEMO01",
            id_qualifier="46",
            contact_name="NIGHT DESK",
            contact_phone="2175550100",
        ),
        receiver=Party(last="NORTHGATE CLEARING", id="NORTHGATE", id_qualifier="46"),
    )
    return edi.write_claims(claims, replace(envelope, **changes))


@dataclass
class BusinessDates:
    """A clearinghouse over some business dates. `send` gives it a file, `next` begins the next date."""

    root: Path
    scenario: Scenario
    now: Clearinghouse | None = None

    def next(self, day: date) -> None:
        """Begin the next business date; the one before it ends."""
        if self.now is not None:
            self.now.stop()
        self.now = Clearinghouse(self.root, day, self.scenario)
        self.now.start()

    def send(self, data: bytes, name: str = "") -> None:
        """A file gets its final name."""
        assert self.now is not None
        path = self.now.folders.inbound / (name or f"file{len(self.now.journal) + 1}.837")
        path.write_bytes(data)
        self.now.folders.received(path, self.now.faults)

    def files(self, kind: str = "") -> list[Path]:
        """The answers in outbound, of one kind, in the order in which they came."""
        return sorted(path for path in (self.root / "sftp/outbound").iterdir() if kind in path.name)

    def take(self) -> None:
        """The client takes its answers away."""
        for path in self.files():
            path.unlink()

    def ta1(self) -> list[InterchangeAcknowledgment]:
        return self._read("TA1", InterchangeAcknowledgment)

    def syntax(self) -> list[ImplementationAcknowledgment]:
        return self._read("999", ImplementationAcknowledgment)

    def claims(self) -> list[ClaimAcknowledgment]:
        return self._read("277CA", ClaimAcknowledgment)

    def remittances(self) -> list[Remittance]:
        """All that is in the 835s, with the claims as lists."""
        found = []
        for path in self.files("835"):
            for remittance in edi.read_remittances(path):
                remittance.claims = list(remittance.claims)
                found.append(remittance)
        return found

    def _read(self, kind: str, record: type) -> list:
        return [
            answer
            for path in self.files(kind)
            for answer in edi.read_acknowledgments(path)
            if isinstance(answer, record)
        ]


@pytest.fixture
def clearinghouse(tmp_path: Path) -> Iterator[Callable[..., BusinessDates]]:
    """Makes a clearinghouse, by default with the demo's scenario, and opens Monday."""
    made: list[BusinessDates] = []

    def make(scenario: str | None = None) -> BusinessDates:
        one = BusinessDates(
            tmp_path / f"root{len(made)}", load(DEFAULT) if scenario is None else parse(scenario)
        )
        made.append(one)
        one.next(MONDAY)
        return one

    yield make
    for one in made:
        if one.now is not None:
            one.now.stop()


@pytest.fixture
def claim() -> Callable[..., Claim]:
    return a_claim


@pytest.fixture
def batch() -> Callable[..., bytes]:
    return a_batch
