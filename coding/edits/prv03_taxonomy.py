"""The taxonomy says in which specialty the provider acted; some payers price and match by it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from coding.codes.validity import Validity
from coding.context import Context
from coding.days import first_day
from coding.edit import CLEAN, Source, edit
from coding.example import BILLING, PAYER
from coding.finding import UNCHECKED, Found, Severity
from edi.records import Claim

_SHAPE = re.compile(r"[0-9A-Z]{9}X")


@edit(
    id="PRV-03",
    title="Taxonomy missing, misshapen or unknown",
    severity=Severity.WARN,
    source=Source("NUCC provider taxonomy", "2000A PRV03, 2310B PRV03"),
    since=date(2012, 1, 1),
    prevents=("8", "16", "N255"),
    fix="Write the provider's ten-character taxonomy code in the practice's file.",
    passes=CLEAN.but(context={"payer": replace(PAYER, needs_taxonomy=True)}),
    fails=CLEAN.but(billing=replace(BILLING, taxonomy="207Q0X")),
    each_payer=True,
)
def taxonomy(claim: Claim, context: Context) -> Iterator[Found]:
    billing = claim.billing.taxonomy
    if billing:
        found = _fault(billing, "2000A PRV03", "billing", claim, context)
        if found is not None:
            yield found
    elif context.payer is not None and context.payer.needs_taxonomy:
        yield None, "2000A PRV03", "the payer wants the billing provider's taxonomy"
    rendering = claim.rendering
    if rendering is not None and rendering.taxonomy and rendering.taxonomy != billing:
        found = _fault(rendering.taxonomy, "2310B PRV03", "rendering", claim, context)
        if found is not None:
            yield found


def _fault(code: str, place: str, who: str, claim: Claim, context: Context) -> Found | None:
    if not _shaped(code):
        return None, place, f"the {who} provider's taxonomy is not nine letters or digits and X"
    answer = context.codes.taxonomy(code, first_day(claim) or context.today())
    if answer is Validity.INVALID:
        return None, place, f"the {who} provider's taxonomy is not in the NUCC list"
    if answer is Validity.UNCHECKED:
        return None, place, "the taxonomy list is not loaded", UNCHECKED
    return None


@lru_cache(maxsize=4096)
def _shaped(code: str) -> bool:
    return _SHAPE.fullmatch(code) is not None
