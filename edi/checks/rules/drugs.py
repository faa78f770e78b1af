"""Drugs: an NDC has eleven digits without hyphens, five for the maker, four, and two (2410 LIN03)."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.declare.code_sets import alone
from edi.findings import Answer, kind

NDC: Final = kind(
    "COD-06",
    "No such drug code",
    5,
    "Give the NDC as eleven digits, 5-4-2, without hyphens.",
    Answer("277CA", category="A7", status="218"),
)


@rule(NDC, "837P 837I", loop="2410")
def drug_code_is_formed(drug: Any, run: Run) -> Iterator[Fault]:
    """LIN03 where LIN02 is N4."""
    e = drug.item.elements
    if len(e) > 3 and e[2] == "N4" and e[3] and alone("ndc", e[3]) is False:
        yield Fault(drug.item, "3", "it has not eleven digits", value=e[3])
