"""Coding validation: dated code sets and the edits, pure.

    codes = coding.codes.load()                       # ICD-10-CM and a home's own code sets
    context = coding.Context(codes=codes, as_of=business_date, payer=rules, ...)
    findings = coding.run(claim, context)             # all edits on one edi.records.Claim
    held = any(f.holds for f in findings)
    coding.EDITS[findings[0].edit_id].fix             # the remedy shown in the work queue

Each edit is one file in `coding/edits`, found by listing the folder. Nothing here uses a clock, a
database or the network.
"""

from coding import codes
from coding.context import (
    Authorization,
    Benefit,
    Context,
    CoverageFacts,
    CoveragePolicy,
    DeniedLine,
    Documentation,
    Enrolled,
    Enrolments,
    PayerRules,
    Period,
    PracticeFacts,
    PriorBill,
    PriorClaim,
    PriorLine,
    ProviderFacts,
    Switch,
    TelehealthRule,
)
from coding.finding import Finding, Override, Severity
from coding.registry import EDITS
from coding.repair import Repair, repair
from coding.run import run

__all__ = [
    "EDITS",
    "Authorization",
    "Benefit",
    "Context",
    "CoverageFacts",
    "CoveragePolicy",
    "DeniedLine",
    "Documentation",
    "Enrolled",
    "Enrolments",
    "Finding",
    "Override",
    "PayerRules",
    "Period",
    "PracticeFacts",
    "PriorBill",
    "PriorClaim",
    "PriorLine",
    "ProviderFacts",
    "Repair",
    "Severity",
    "Switch",
    "TelehealthRule",
    "codes",
    "repair",
    "run",
]
