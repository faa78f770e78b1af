"""The claim's charge is the sum of its lines; a payer's translator rejects any other sum."""

from collections.abc import Iterator
from datetime import date

from coding.bill_types import RATES
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim, ServiceLine

MOST = 99_999_999_99  # cents: ten digits are an amount's most (HIPAA guides, appendix B)


@edit(
    id="BAL-01",
    title="Charges missing or out of balance",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1 and X223A2", "CLM02 against SV102, SV203 (SNIP type 3)"),
    since=date(2012, 1, 1),
    prevents=("16",),
    fix="Give every line its charge, from the fee schedule or the documenting system.",
    passes=CLEAN.but(lines=(Line(charge=125_00), Line(charge=30_00, procedure="93000"))),
    fails=CLEAN.but(lines=(Line(charge=125_00),), charge=120_00),
    each_payer=True,
)
def charges_balance(claim: Claim, context: Context) -> Iterator[Found]:
    total = 0
    most = MOST if context.payer is None else context.payer.largest_charge or MOST
    for line in claim.lines:
        charge = line.charge
        total += charge
        if charge > most:
            yield line.number, "SV102", f"the charge is more than {_dollars(most)}, which {_who(most)}"
        elif charge <= 0:
            if charge < 0:
                yield line.number, "SV102", "the charge is negative"
            elif not _zero_is_meant(line, context):
                yield line.number, "SV102", "the line has no charge"
    if claim.charge > most:
        yield None, "CLM02", f"the claim charges more than {_dollars(most)}, which {_who(most)}: split it"
    if total != claim.charge:
        yield (
            None,
            "CLM02",
            f"the claim charges {_dollars(claim.charge)}, its lines sum to {_dollars(total)}",
        )


def _who(most: int) -> str:
    return "X12 can't carry" if most == MOST else "the payer does not take"


def _zero_is_meant(line: ServiceLine, context: Context) -> bool:
    """Performance measures (CPT category II: four digits and F), a visit that belongs to a surgery's
    after-care (99024) and the rate codes of institutional claims are reported at no charge."""
    procedure = line.procedure
    return (
        (context.payer is not None and context.payer.zero_charge_allowed)
        or procedure == "99024"
        or line.revenue_code in RATES
        or (len(procedure) == 5 and procedure[4] == "F" and procedure[:4].isdigit())
    )


def _dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100}.{abs(cents) % 100:02d}"
