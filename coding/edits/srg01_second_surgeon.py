"""The fee schedule says for each operation whether an assistant, a second surgeon or a team is paid."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from coding.codes.procedures import SurgeryMarks
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import HOLD, UNCHECKED, WARN, Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim


class _Second(NamedTuple):
    """Who takes part, and the values of its indicator: never paid, paid on documentation."""

    words: str
    indicator: Callable[[SurgeryMarks], str]
    never: str
    asks: str


_ASSISTANT = _Second("an assistant", lambda marks: marks.assistant, never="1", asks="0")
#: By modifier, whom the fee schedule decides on.
_DECIDES = {
    **dict.fromkeys(("80", "81", "82", "AS"), _ASSISTANT),
    "62": _Second("a second surgeon", lambda marks: marks.co_surgeon, never="0", asks="1"),
    "66": _Second("a team", lambda marks: marks.team, never="0", asks="1"),
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
    second = _DECIDES[modifier]
    mark, words = second.indicator(marks), second.words
    if mark == second.never:
        return f"{modifier}: {words} is never paid for {procedure}", True
    if mark == "9":
        return f"{modifier}: {procedure} is nothing that {words} takes part in", True
    if mark == second.asks:
        return (
            f"{modifier}: {words} is paid for {procedure} on documentation, none goes with the claim",
            False,
        )
    return None
