"""Which of CMS's tables judges a claim: by its kind, or as the payer's file says."""

from coding.context import Context
from edi.records import Claim


def table_name(family: str, claim: Claim, context: Context) -> str:
    """`family` ncci or mue: practitioner for 837P, hospital for 837I, medicaid for pairs of Medicaid."""
    payer = context.payer
    if payer is not None:
        if payer.ncci_table:
            return f"{family}_{payer.ncci_table}"
        if payer.medicaid and family == "ncci":
            return "ncci_medicaid"
    return f"{family}_hospital" if claim.kind == "I" else f"{family}_practitioner"
