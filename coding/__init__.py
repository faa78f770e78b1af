"""Coding validation: dated code sets and the edits, pure.

    codes = coding.codes.load()                       # ICD-10-CM and the sets of a home, under 0.3 s
    world = coding.World(codes=codes, as_of=night, payer=rules, ...)
    findings = coding.run(claim, world)               # edits on one edi.records.Claim
    held = any(f.holds for f in findings)
    coding.EDITS[findings[0].edit_id].fix             # words for the work queue

An edit is one file in `coding/edits`, found by listing the folder. No clock, database, network.
"""

from coding import codes
from coding.finding import Finding, Override, Severity
from coding.registry import EDITS
from coding.repair import Repair, repair
from coding.run import run
from coding.world import (
    Authorization,
    Benefit,
    CoverageFacts,
    CoveragePolicy,
    Documentation,
    PayerRules,
    Period,
    PracticeFacts,
    PriorClaim,
    PriorLine,
    ProviderFacts,
    Switch,
    World,
)

__all__ = [
    "EDITS",
    "Authorization",
    "Benefit",
    "CoverageFacts",
    "CoveragePolicy",
    "Documentation",
    "Finding",
    "Override",
    "PayerRules",
    "Period",
    "PracticeFacts",
    "PriorClaim",
    "PriorLine",
    "ProviderFacts",
    "Repair",
    "Severity",
    "Switch",
    "World",
    "codes",
    "repair",
    "run",
]
