"""Minutes (SV103 MJ) count anesthesia alone: CPT 00100 to 01999 and a few of its add-on services."""

from collections.abc import Iterable
from typing import Any, Final

from edi.checks.rules import Fault, Look, Run, every_segment
from edi.declare.guide import Place, Step
from edi.findings import Answer, kind
from edi.segments.claim import SV1

MINUTES: Final = kind(
    "SIT-17",
    "Minutes for what is no anesthesia",
    4,
    "Give units (UN), or the anesthesia procedure.",
    Answer("277CA", category="A7", status="476"),
    "warning",
)


@every_segment(MINUTES, "837P")
def minutes_are_for_anesthesia(place: Place, step: Step) -> Look | None:
    """SV103 against SV101-2; times of critical care and the like are billed in units."""
    return _minutes if step.new is SV1 else None


def _minutes(service: Any, run: Run) -> Iterable[Fault]:
    e = service._e
    if len(e) < 4 or e[3] != "MJ":
        return ()
    parts = e[1].split(service.d.component)
    code = parts[1] if len(parts) > 1 else ""
    if len(code) != 5 or "00100" <= code <= "01999":
        return ()
    return [Fault(service, "3", "the procedure is not counted in minutes")]
