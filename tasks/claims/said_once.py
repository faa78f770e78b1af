"""What a claim says once: a provider or a place is named again only where it is another one.

The guides' situational rules of 2310 and 2420. A service facility is sent where its location is not the
billing provider's, and its NPI only where it is no part of the billing provider (X12 RFI 1210, 1845).
"""

from dataclasses import replace

from coding.codes.places import ELSEWHERE
from edi.records import Address, Claim, Party, ServiceLine


def say_once(claim: Claim) -> None:
    """Leave out of a claim, in place, whom and where it names already."""
    bill = claim.institutional
    attending = bill.attending if bill is not None else None
    if attending is not None and is_same(claim.referring, attending):
        claim.referring = None
    if claim.service_facility is not None:
        claim.service_facility = _elsewhere(claim.service_facility, claim, claim.place_of_service)
    for line in claim.lines:
        if is_same(line.referring, claim.referring or attending):
            line.referring = None
        if is_same(line.supervising, claim.supervising):
            line.supervising = None
        if bill is not None and line.operating is not None and is_same(line.operating, bill.operating):
            line.operating = None
        if line.service_facility is not None:
            _line_facility(claim, line, line.service_facility)


def _line_facility(claim: Claim, line: ServiceLine, named: Party) -> None:
    whole = claim.service_facility
    if whole is None:
        line.service_facility = _elsewhere(named, claim, line.place_of_service or claim.place_of_service)
    elif is_same(named, whole) and _same_place(named.address, whole.address):
        line.service_facility = None


def _elsewhere(facility: Party, claim: Claim, place: str) -> Party | None:
    """The facility as it is sent, or None for the billing provider's own rooms. Where the place of service is
    another's, payers ask for it whatever its address."""
    if facility.npi and facility.npi != claim.billing.npi:
        return facility
    address = facility.address
    own = _same_place(address, claim.billing.address) or (address is None and bool(facility.npi))
    if own and place not in ELSEWHERE:
        return None
    return replace(facility, npi="") if facility.npi else facility


def is_same(one: Party | None, other: Party | None) -> bool:
    """Whether both are one provider: by their NPI, or their names where neither has one."""
    if one is None or other is None:
        return False
    if one.npi or other.npi:
        return one.npi == other.npi
    return (one.last, one.first) == (other.last, other.first)


def _same_place(one: Address | None, other: Address | None) -> bool:
    if one is None or other is None:
        return False
    return (one.line1, one.city, one.state, one.zip[:5]) == (
        other.line1, other.city, other.state, other.zip[:5]
    )  # fmt: skip
