"""A payer pays only providers that it has credentialed, under the tax id it knows them by."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context, Enrolled, Enrolments
from coding.days import first_day
from coding.edit import CLEAN, Source, edit
from coding.example import BILLING, RENDERING
from coding.finding import Found, Severity
from edi.records import Claim

_APPROVED = Enrolled(words="approved from 2026-01-01 on", start=date(2026, 1, 1))


@edit(
    id="PRV-02",
    title="Provider not credentialed with the payer, or not the practice's",
    severity=Severity.WARN,
    source=Source("Payer's credentialing", "cleanclaim enrolments list --kind credential"),
    since=date(2012, 1, 1),
    prevents=("B7", "185", "170", "N570"),
    fix="Finish the credentialing, then say so: cleanclaim enrolments set; or correct the practice's file.",
    passes=CLEAN.but(context={"enrolments": Enrolments(providers={RENDERING.npi: (_APPROVED,)})}),
    fails=CLEAN.but(context={"enrolments": Enrolments(providers={BILLING.npi: (_APPROVED,)})}),
    each_payer=True,
)
def provider_enrolled(claim: Claim, context: Context) -> Iterator[Found]:
    practice = context.practice
    if practice.npi and claim.billing.npi and claim.billing.npi != practice.npi:
        yield None, "2010AA NM109", "the billing NPI is not the practice's"
    elif practice.tax_id and claim.billing.tax_id and claim.billing.tax_id != practice.tax_id:
        yield None, "2010AA REF02", "the tax id is not the practice's"
    rendering = claim.rendering
    if rendering is not None and rendering.npi:
        said = _fault(rendering.npi, first_day(claim), context)
        if said:
            yield None, "2310B NM109", said
    for line in claim.lines:
        if line.rendering is not None and line.rendering.npi:
            said = _fault(line.rendering.npi, line.service_from, context)
            if said:
                yield line.number, "2420A NM109", said


def _fault(npi: str, day: date | None, context: Context) -> str:
    """Why the payer would not pay this provider on a day, "" nothing is against it."""
    roster = context.practice.providers
    if roster and npi not in [provider.npi for provider in roster]:
        return "the rendering provider is not on the practice's roster"
    credentials = context.enrolments.providers
    if credentials is None or day is None:
        return ""
    own = credentials.get(npi, ())
    if not own:
        return "the rendering provider is not credentialed with this payer"
    if not any(one.covers(day) for one in own):
        return f"not credentialed with this payer on {day}: {own[-1].words}"
    return ""
