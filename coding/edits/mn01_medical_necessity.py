"""A coverage policy names the diagnoses that support a service; without one of them it is not covered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, CoveragePolicy
from coding.coverage import policed, policies_for
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER
from coding.finding import Found, Severity
from coding.pointed import pointed
from edi.records import Claim

_POLICY = CoveragePolicy(
    name="Example policy 1", procedures=frozenset({"93000"}), diagnoses=("I", "R00", "R07")
)
_WITH = replace(PAYER, policies=(_POLICY,))


@edit(
    id="MN-01",
    title="No diagnosis of the line supports the service",
    severity=Severity.WARN,
    source=Source(
        "CMS LCD and NCD, or the payer's policy", "the payer's file: policies; loaded coverage policies"
    ),
    since=date(2012, 1, 1),
    prevents=("50", "11", "167"),
    fix="Point the line at the diagnosis that was its reason, or get an advance notice (GA) signed.",
    passes=CLEAN.but(diagnoses=("R079",), lines=(Line(procedure="93000"),), context={"payer": _WITH}),
    fails=CLEAN.but(lines=(Line(procedure="93000"),), context={"payer": _WITH}),
    each_payer=True,
    carries=policed,
)
def medical_necessity(claim: Claim, context: Context) -> Iterator[Found]:
    for line, policy in policies_for(claim, context):
        if not policy.diagnoses:
            continue  # it limits how often, whatever the reason: MN-03 counts
        codes = pointed(claim, line).values() or claim.diagnoses
        if not any(code.startswith(policy.diagnoses) for code in codes):
            yield line.number, "SV107", f"{policy.name}: no diagnosis of the line supports {line.procedure}"
