"""The diagnoses that a service line points at, by their position on the claim; one past the list is none."""

from edi.records import Claim, ServiceLine


def pointed(claim: Claim, line: ServiceLine) -> dict[int, str]:
    """Position and code, in the order of the pointers."""
    listed = claim.diagnoses
    return {p: listed[p - 1] for p in line.pointers if 1 <= p <= len(listed)}
