"""A partner that is a folder, and the remittances that it answers with."""

from dataclasses import replace
from datetime import date
from typing import Any

import edi
from edi.records import (
    Adjustment,
    ClaimPayment,
    Envelope,
    Party,
    Person,
    Remittance,
    ServicePayment,
)
from ledger.queries import standing
from ledger.queries.money import money, remittances
from ledger.queries.proof import of_all as proof
from tasks import nightly_run

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
LAKESIDE = Party(last="LAKESIDE FAMILY MEDICINE", npi="1999000015", tax_id="001230101")
HARBOR = Party(
    last="HARBOR HEALTH PLAN", id="HRB01", contact_name="PROVIDER LINE", contact_phone="2175550199"
)


def envelope(number: int, **changes: Any) -> Envelope:
    """The envelope of an answer of the partner, by its control number."""
    facts: dict[str, Any] = {
        "sender_id": "NORTHGATE",
        "receiver_id": "CLEANCLAIM",
        "control_number": number,
        "created": TUESDAY,
        "usage": "T",
        "submitter": Party(),
        "receiver": Party(),
    }
    return Envelope(**(facts | changes))


class Partner:
    """A partner that is a folder: puts answers where the product collects them."""

    def __init__(self, home) -> None:
        self.home = home
        self.site = home.use_folder()
        self.number = 100

    def envelope(self, **changes: Any) -> Envelope:
        self.number += 1
        return envelope(self.number, **changes)

    def put(self, name: str, data: bytes) -> None:
        (self.site / "outbound" / name).write_bytes(data)

    def pay(self, name: str, *remitted: Remittance, **changes) -> bytes:
        data = edi.write_remittances(remitted, self.envelope(**changes))
        self.put(name, data)
        return data

    def collect(self, day=TUESDAY):
        with self.home.opened() as opened:
            return nightly_run.walk(opened, day)


def paid(number: str, charge=13500, cents=10000, reason="45", **changes) -> ClaimPayment:
    line = ServicePayment(
        procedure="99213",
        charge=charge,
        paid=cents,
        control_number="1",
        service_from=date(2026, 11, 2),
        adjustments=(Adjustment(group="CO", reason=reason, amount=charge - cents),),
    )
    made = ClaimPayment(
        patient_control_number=number,
        status="1",
        charge=charge,
        paid=cents,
        patient_owes=0,
        payer_claim_control_number="ICN1",
        filing_code="CI",
        patient=Person(last="ZEPHYRINE", first="QUILL", member_id="W17770001"),
        lines=(line,),
    )
    return replace(made, **changes)


def remitted(*claims: ClaimPayment, trace="T1", payee=LAKESIDE, off=0, plb=()) -> Remittance:
    return Remittance(
        trace=trace,
        payment=sum(c.paid for c in claims) - sum(a.amount for a in plb) + off,
        method="ACH",
        paid_on=TUESDAY,
        payer=HARBOR,
        payee=payee,
        originator="1990000101",
        production_date=TUESDAY,
        claims=list(claims),
        provider_adjustments=list(plb),
    )


def books(home):
    with home.opened() as opened:
        found = money(opened.ledger)
        assert found.closes
        assert proof(opened.ledger).holds
        return found, remittances(opened.ledger), [c.state for c in standing.claims(opened.ledger)]
