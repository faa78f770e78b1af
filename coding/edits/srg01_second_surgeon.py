"""The fee schedule says for each operation whether an assistant, a second surgeon or a team is paid."""

from collections.abc import Iterator
from datetime import date

from coding.codes.procedures import SurgeryMarks
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import HOLD, UNCHECKED, WARN, Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim

#: Modifier, and the indicator of the fee schedule that decides on it.
_DECIDES = {
    "80": ("assistant", "an assistant"),
    "81": ("assistant", "an assistant"),
    "82": ("assistant", "an assistant"),
    "AS": ("assistant", "an assistant"),
    "62": ("co_surgeon", "a second surgeon"),
    "66": ("team", "a team"),
}
_FEES = {"pprrvu": [("27447", "090", "1222"), ("20610", "000", "1100")]}


@edit(
    id="SRG-01",
    title="Assistant, second surgeon or team that the fee schedule does not pay",
    severity=Severity.WARN,
    source=Source(
        "CMS, Medicare Physician Fee Schedule relative value file",
        "indicators of assistant at surgery, co-surgeons and team; Claims Processing Manual ch. 12, 40.8",
    ),
    since=date(2012, 1, 1),
    prevents=("54", "4", "N519", "B15"),
    fix="Take the modifier off or do not bill it; where the indicator asks for it, send the operative note.",
    passes=CLEAN.but(lines=(Line(procedure="27447", modifiers=("80",), charge=400_00),), codes=_FEES),
    fails=CLEAN.but(lines=(Line(procedure="20610", modifiers=("80",), charge=40_00),), codes=_FEES),
    kinds="P",
    each_payer=True,
    carries=frozenset(_DECIDES),
)
def second_surgeon(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        if line.service_from is None:
            continue
        modifier = next((m for m in line.modifiers if m in _DECIDES), None)
        if modifier is None:
            continue
        marks = context.codes.surgery_marks(line.procedure, line.service_from)
        if marks is None:
            said = "the fee schedule with the surgery indicators is not loaded for the day"
            yield line.number, "SV101-3", said, UNCHECKED
            continue
        found = _refused(modifier, marks, line.procedure)
        if found is not None:
            said, certain = found
            documented = bool(claim.attachments or line.note or claim.note)
            if certain or not documented:
                holds = certain and to_medicare(claim, context)
                yield line.number, "SV101-3", said, HOLD if holds else WARN


def _refused(modifier: str, marks: SurgeryMarks, procedure: str) -> tuple[str, bool] | None:
    """Why the modifier is not paid, and whether nothing can change it; None where it is."""
    name, words = _DECIDES[modifier]
    mark = getattr(marks, name)
    never = {"assistant": "1", "co_surgeon": "0", "team": "0"}[name]
    asks = {"assistant": "0", "co_surgeon": "1", "team": "1"}[name]
    if mark == never:
        return f"{modifier}: {words} is never paid for {procedure}", True
    if mark == "9":
        return f"{modifier}: {procedure} is nothing that {words} takes part in", True
    if mark == asks:
        return (
            f"{modifier}: {words} is paid for {procedure} on documentation, none goes with the claim",
            False,
        )
    return None
