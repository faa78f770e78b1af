"""A replacement or void names the claim it is about by the payer's own number (2300 REF F8)."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

NUMBER_MISSING: Final = kind(
    "SIT-02",
    "Replacement or void without the payer's claim number",
    4,
    "Add REF F8 with the payer claim control number of the claim that it replaces or voids.",
    Answer("999", segment="I6"),
)
NUMBER_NOT_USED: Final = kind(
    "SIT-03",
    "Original claim with a payer's claim number",
    4,
    "Remove REF F8, or give the frequency code of a replacement (7) or void (8).",
    Answer("999", segment="I9"),
    "warning",
)


@rule(NUMBER_MISSING, "837P 837I 837D", loop="2300", when=lambda e: len(e) > 5 and e[5][-1:] in ("7", "8"))
def replacement_names_its_claim(claim: Any, run: Run) -> Iterator[Fault]:
    """CLM05-3 against REF F8."""
    clm = claim.claim
    if not claim.control_number and clm.elements[5].count(clm.d.component) == 2:
        message = "frequency 7 and 8 need a REF with qualifier F8"
        yield Fault("REF", "", message, cause=(clm, "5-3", "2300"), position=clm.position)


@rule(NUMBER_NOT_USED, "837P 837I 837D", loop="2300", needs="control_number")
def original_names_no_claim(claim: Any, run: Run) -> Iterator[Fault]:
    """REF F8 against CLM05-3."""
    e = claim.claim.elements
    if len(e) > 5 and e[5][-1:] == "1":
        yield Fault(claim.control_number, "", "the claim's frequency is 1")
