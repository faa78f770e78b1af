"""Whether a claim goes to Medicare: by its payer's file, or by the filing code that it names."""

from coding.code_list import code_list
from coding.context import Context
from edi.records import Claim

#: SBR09 of Medicare part A and part B.
FILING_CODES = frozenset({"MA", "MB"})
#: Why another payer comes before Medicare: SBR05, and the value code of an institutional claim.
SECONDARY_TYPES = code_list("12 13 14 15 16 41 42 43 47")


def to_medicare(claim: Claim, context: Context) -> bool:
    """Whether Medicare's rules judge the claim."""
    payer = context.payer
    return (payer is not None and payer.medicare) or claim.filing_code in FILING_CODES
