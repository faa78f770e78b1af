"""Coverage policies say how often a service is covered; one too early is the patient's or nobody's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, CoveragePolicy, PriorClaim, PriorLine
from coding.coverage import policed, policies_for
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER
from coding.finding import Found, Severity
from coding.other_claims import other_claims
from coding.units import units_of
from edi.records import Claim

_POLICY = CoveragePolicy(
    name="Example policy 2", procedures=frozenset({"93000"}), diagnoses=(), times=1, days=365
)
_BEFORE = PriorClaim(
    patient_control_number="EX0000",
    lines=(PriorLine(procedure="93000", service_from=date(2026, 2, 2)),),
)
_WITH = {"payer": replace(PAYER, policies=(_POLICY,)), "history": (_BEFORE,)}


@edit(
    id="MN-03",
    title="Service again before the policy covers it",
    severity=Severity.WARN,
    source=Source(
        "CMS LCD and NCD, or the payer's policy",
        "the payer's file: policies, times and days; the loaded coverage policies",
    ),
    since=date(2012, 1, 1),
    prevents=("119", "151", "222", "N362"),
    fix="Ask the payer when it is covered again; a notice (GA) where the patient wants it now.",
    passes=CLEAN.but(
        lines=(Line(procedure="93000"),),
        context={
            **_WITH,
            "history": (
                replace(_BEFORE, lines=(replace(_BEFORE.lines[0], service_from=date(2025, 11, 9)),)),
            ),
        },
    ),
    fails=CLEAN.but(lines=(Line(procedure="93000"),), context=_WITH),
    each_payer=True,
    carries=policed,
)
def frequency(claim: Claim, context: Context) -> Iterator[Found]:
    for line, policy in policies_for(claim, context):
        day = line.service_from
        if not policy.times or not policy.days or day is None:
            continue
        done = sum(
            units_of(before.units)
            for prior in other_claims(claim, context)
            for before in prior.lines
            if before.procedure in policy.procedures and 0 <= (day - before.service_from).days < policy.days
        )
        here = sum(
            units_of(other.units)
            for other in claim.lines
            if other.procedure in policy.procedures
            and other.number <= line.number
            and other.service_from is not None
            and 0 <= (day - other.service_from).days < policy.days
        )
        if done + here > policy.times:
            said = f"{policy.name}: {line.procedure} is covered {policy.times} times in {policy.days} days"
            yield line.number, "SV101-2", f"{said}, this makes {int(done + here)}"
