"""The billing address is where the provider works: a street with nine digits of ZIP. A P.O. box goes
to the pay-to address."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Source, edit
from coding.example import BILLING
from coding.finding import Found, Severity
from edi.records import Address, Claim

_BOX = re.compile(r"\b(P\.?\s*O\.?\s*BOX|POST\s+OFFICE\s+BOX|LOCK\s*BOX|BOX\s+\d)", re.IGNORECASE)

_PO_BOX = Address(line1="P.O. Box 12", city="Springfield", state="IL", zip="627010001")


@edit(
    id="PRV-01",
    title="Billing address is no street, or its ZIP has not nine digits",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1 and X223A2", "2010AA N301, N403"),
    since=date(2012, 1, 1),
    prevents=("16", "N258"),
    fix="Write the street and ZIP+4 in the practice's file; a P.O. box belongs in pay_to.",
    passes=CLEAN,
    fails=CLEAN.but(billing=replace(BILLING, address=_PO_BOX)),
)
def billing_address(claim: Claim, context: Context) -> Iterator[Found]:
    address = claim.billing.address
    if address is None or not address.line1:
        yield None, "2010AA N301", "the billing provider has no address"
        return
    if "BOX" in address.line1.upper() and _BOX.search(address.line1):
        yield None, "2010AA N301", "the billing address is a P.O. box"
    if not address.country and (len(address.zip) != 9 or not address.zip.isdigit()):
        yield None, "2010AA N403", "the billing address needs nine digits of ZIP"
