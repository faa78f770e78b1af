"""Modifiers say how a service differed; an unknown or contradictory one stops the line."""

from collections.abc import Iterator
from datetime import date

from coding.carried import MODIFIED
from coding.codes.modifiers import CONFLICTS, IN_CONFLICT, VISIT_ONLY
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from edi.records import Claim


@edit(
    id="MOD-01",
    title="Modifier unknown, repeated, contradictory or not allowed",
    severity=Severity.HOLD,
    source=Source("CPT appendix A and HCPCS modifiers", "SV101-3 to SV101-6, at most four"),
    since=date(2012, 1, 1),
    prevents=("4", "182", "N519"),
    fix="Keep the one modifier that the documentation supports.",
    passes=CLEAN.but(
        lines=(Line(modifiers=("25",)), Line(procedure="93000", modifiers=("59",), charge=30_00))
    ),
    fails=CLEAN.but(lines=(Line(procedure="73610", modifiers=("26", "TC")),)),
    carries=MODIFIED,
)
def modifiers(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        given = line.modifiers
        if not given:
            continue
        if len(given) > 4:
            yield line.number, "SV101-3", f"{len(given)} modifiers, a line takes four"
        for place, modifier in enumerate(given, start=3):
            if len(modifier) != 2 or not (
                (modifier.isascii() and modifier.isalnum() and modifier.isupper()) or modifier.isdigit()
            ):
                yield line.number, f"SV101-{place}", f"{modifier!r} is no modifier: two capitals or digits"
            else:
                known = context.codes.knows_modifier(modifier, line.service_from)
                if known is None:
                    yield line.number, f"SV101-{place}", f"modifier {modifier} is in no loaded set", UNCHECKED
                elif not known:
                    yield line.number, f"SV101-{place}", f"modifier {modifier} is not valid on the day"
            if modifier in VISIT_ONLY and not _visit(line.procedure):
                yield (
                    line.number,
                    f"SV101-{place}",
                    f"modifier {modifier} belongs on a visit, not on {line.procedure}",
                )
        if len(given) > 1:
            if len(set(given)) < len(given):
                yield line.number, "SV101-3", "a modifier is given twice"
            if not IN_CONFLICT.isdisjoint(given):
                pair = next((p for p in CONFLICTS if p.issubset(given)), None)
                if pair is not None:
                    said = f"modifiers {' and '.join(sorted(pair))} contradict each other"
                    yield line.number, "SV101-3", said


def _visit(procedure: str) -> bool:
    """Evaluation and management, ophthalmological and behavioral visits, and HCPCS visit codes."""
    return not procedure[:1].isdigit() or procedure[:2] in ("90", "92", "96", "97", "98", "99")
