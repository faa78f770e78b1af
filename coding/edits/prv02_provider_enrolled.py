"""A payer pays only providers it has enrolled, under the tax id it knows them by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, ProviderFacts
from coding.days import first_day
from coding.edit import CLEAN, Source, edit
from coding.example import PRACTICE
from coding.finding import Found, Severity
from edi.records import Claim


@edit(
    id="PRV-02",
    title="Provider not enrolled with the payer, or not the practice's",
    severity=Severity.WARN,
    source=Source("Payer enrolment", "the practice's file: providers, enrolled"),
    since=date(2012, 1, 1),
    prevents=("B7", "185", "170", "N570"),
    fix="Finish the enrolment, or correct the practice's file if it is done.",
    passes=CLEAN.but(context={"practice": replace(PRACTICE, providers=(ProviderFacts(npi="1679576722"),))}),
    fails=CLEAN.but(
        context={
            "practice": replace(
                PRACTICE,
                providers=(ProviderFacts(npi="1679576722", enrolled=frozenset({"another_payer"})),),
            )
        }
    ),
    each_payer=True,
)
def provider_enrolled(claim: Claim, context: Context) -> Iterator[Found]:
    practice = context.practice
    if practice.npi and claim.billing.npi and claim.billing.npi != practice.npi:
        yield None, "2010AA NM109", "the billing NPI is not the practice's"
    elif practice.tax_id and claim.billing.tax_id and claim.billing.tax_id != practice.tax_id:
        yield None, "2010AA REF02", "the tax id is not the practice's"
    if not practice.providers:
        return
    rendering = claim.rendering
    if rendering is not None and rendering.npi:
        yield from _enrolled(rendering.npi, None, first_day(claim), context)
    for line in claim.lines:
        if line.rendering is not None and line.rendering.npi:
            yield from _enrolled(line.rendering.npi, line.number, line.service_from, context)


def _enrolled(npi: str, line: int | None, day: date | None, context: Context) -> Iterator[Found]:
    place = "2310B NM109" if line is None else "2420A NM109"
    known = next((p for p in context.practice.providers if p.npi == npi), None)
    if known is None:
        yield line, place, "the rendering provider is not on the practice's roster"
    elif known.enrolled and context.payer is not None and context.payer.key not in known.enrolled:
        yield line, place, "the rendering provider is not enrolled with this payer"
    elif day is not None and (
        (known.enrolled_from is not None and day < known.enrolled_from)
        or (known.enrolled_to is not None and day > known.enrolled_to)
    ):
        yield line, place, f"the rendering provider is not enrolled on {day}"
