"""A provider is known to the payer by its NPI; one wrong digit and the claim is rejected at the door."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Source, edit
from coding.example import RENDERING
from coding.finding import Found, Severity
from edi.declare.code_sets import valid_npi
from edi.records import Claim, Party


@edit(
    id="NPI-01",
    title="Provider identifier missing or wrong",
    severity=Severity.HOLD,
    source=Source("CMS, National Provider Identifier standard", "check digit, Luhn over 80840 + NPI"),
    since=date(2007, 5, 23),
    prevents=("206", "207", "208", "16"),
    fix="Correct the provider's NPI in the practice's file or in the documenting system.",
    passes=CLEAN,
    fails=CLEAN.but(rendering=replace(RENDERING, npi="1679576721")),
)
def provider_identifier(claim: Claim, context: Context) -> Iterator[Found]:
    billing = claim.billing.npi
    if not billing:
        yield None, "2010AA NM109", "the billing provider has no NPI"
    elif not valid_npi(billing):
        yield None, "2010AA NM109", _wrong("billing provider")
    if claim.rendering is not None and not valid_npi(claim.rendering.npi):
        yield from _party(None, "2310B NM109", "rendering provider", claim.rendering, True)
    if _nobody_rendered(claim, context):
        yield None, "2310B NM109", "the rendering provider is missing; the practice's file names several"
    if claim.referring is not None and not valid_npi(claim.referring.npi):
        yield from _party(None, "2310A NM109", "referring provider", claim.referring, False)
    if claim.supervising is not None and not valid_npi(claim.supervising.npi):
        yield from _party(None, "2310D NM109", "supervising provider", claim.supervising, False)
    if claim.service_facility is not None and not valid_npi(claim.service_facility.npi):
        yield from _party(None, "2310C NM109", "service facility", claim.service_facility, False)
    if claim.institutional is not None and claim.institutional.attending is not None:
        yield from _party(None, "2310A NM109", "attending provider", claim.institutional.attending, True)
    for line in claim.lines:
        if line.rendering is not None and not valid_npi(line.rendering.npi):
            yield from _party(line.number, "2420A NM109", "rendering provider", line.rendering, True)
        if line.ordering is not None and not valid_npi(line.ordering.npi):
            yield from _party(line.number, "2420E NM109", "ordering provider", line.ordering, False)
        if line.referring is not None and not valid_npi(line.referring.npi):
            yield from _party(line.number, "2420F NM109", "referring provider", line.referring, False)
        if line.supervising is not None and not valid_npi(line.supervising.npi):
            yield from _party(line.number, "2420D NM109", "supervising provider", line.supervising, False)


def _nobody_rendered(claim: Claim, context: Context) -> bool:
    """Whether no one is said to have done it where the practice is not one person.

    Laboratory tests (CPT 8xxxx) are nobody's; a practice without a roster may be its only provider.
    """
    if claim.rendering is not None or claim.institutional is not None or not context.practice.providers:
        return False
    if any(provider.npi == claim.billing.npi for provider in context.practice.providers):
        return False
    return any(line.rendering is None and not line.procedure.startswith("8") for line in claim.lines)


def _party(line: int | None, place: str, who: str, party: Party, needed: bool) -> Iterator[Found]:
    if not party.npi:
        if needed:
            yield line, place, f"the {who} has no NPI"
    elif not valid_npi(party.npi):
        yield line, place, _wrong(who)


def _wrong(who: str) -> str:
    return f"the {who}'s NPI is not ten digits with a right check digit"
