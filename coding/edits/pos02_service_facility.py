"""Where the service was not in the practice's own rooms, the payer wants to know whose rooms they were."""

from collections.abc import Iterator
from datetime import date

from coding.codes.places import ELSEWHERE, PLACES
from coding.context import Context
from coding.edit import CLEAN, Source, edit
from coding.example import BILLING
from coding.finding import Found, Severity
from edi.records import Claim, Party


@edit(
    id="POS-02",
    title="Service facility missing",
    severity=Severity.HOLD,
    source=Source("X12 005010X222A1", "2310C, required where the place differs from the billing address"),
    since=date(2012, 1, 1),
    prevents=("16", "MA114", "N294"),
    fix="Name the facility with its address (and NPI) in the encounter.",
    passes=CLEAN.but(
        place_of_service="22",
        service_facility=Party(last="Example Hospital", npi="1245319599", address=BILLING.address),
    ),
    fails=CLEAN.but(place_of_service="22"),
    kinds="P",
)
def service_facility(claim: Claim, context: Context) -> Iterator[Found]:
    facility = claim.service_facility
    if facility is None:
        for line in claim.lines:
            place = line.place_of_service or claim.place_of_service
            if place in ELSEWHERE and line.service_facility is None:
                yield (
                    line.number,
                    "2310C",
                    f"place {place} is {PLACES[place].name}, no service facility is named",
                )
                return
    elif not facility.last or facility.address is None or not facility.address.line1:
        yield None, "2310C", "the service facility lacks its name or address"
