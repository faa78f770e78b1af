"""The patient's other claims that an edit compares with: live, not this claim, each once."""

from collections.abc import Iterator

from coding.context import Context, PriorClaim, PriorLine
from edi.records import Claim, Party, ServiceLine


def other_claims(claim: Claim, context: Context, *, of_payer: bool = False) -> Iterator[PriorClaim]:
    """The live claims of the history that are not this one.

    A claim sent to two payers is in the history once for each of them, but is yielded once here.
    `of_payer` keeps only claims that this claim's payer has received.
    """
    seen: set[str] = set()
    for prior in context.history:
        if prior.same_claim or not prior.live:
            continue
        if of_payer and prior.payer_id and prior.payer_id != claim.payer.id:
            continue
        number = prior.patient_control_number
        if number and number in seen:
            continue
        seen.add(number)
        yield prior


def lines_of_its_days(claim: Claim, context: Context) -> list[tuple[PriorClaim, PriorLine]]:
    """Lines of other live claims that this claim's payer has received, of a day that this claim has."""
    if not context.history:
        return []
    days = {line.service_from for line in claim.lines}
    return [
        (prior, line)
        for prior in other_claims(claim, context, of_payer=True)
        for line in prior.lines
        if line.service_from in days
    ]


def rendering_of(claim: Claim, line: ServiceLine) -> Party:
    """Who gave the service: the line's own provider, the claim's, or the one that bills."""
    return line.rendering or claim.rendering or claim.billing


def rendering_npi_before(prior: PriorClaim, line: PriorLine) -> str:
    """The NPI of who gave an earlier service."""
    return line.rendering_npi or prior.rendering_npi or prior.billing_npi
