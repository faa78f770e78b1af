"""Whether a claim goes to Medicare: by its payer's file, or by the filing code that it names."""

from coding.context import Context
from edi.records import Claim

#: SBR09 of Medicare part A and part B.
FILING_CODES = frozenset({"MA", "MB"})


def to_medicare(claim: Claim, context: Context) -> bool:
    """Whether Medicare's rules judge the claim."""
    payer = context.payer
    return (payer is not None and payer.medicare) or claim.filing_code in FILING_CODES
