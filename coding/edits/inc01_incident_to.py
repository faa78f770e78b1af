"""A service that somebody else did is billed under the one who supervised it (incident-to) in the office
alone, for a problem that has its plan, with direct supervision. Judged is what the note says; nothing is
guessed."""

from collections.abc import Iterator
from datetime import date

from coding.code_list import code_list
from coding.context import Context, Documentation
from coding.edit import CLEAN, Source, edit
from coding.example import MEDICARE
from coding.finding import UNCHECKED, WARN, Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim, ServiceLine

_INSTITUTIONS = code_list("19 21 22 23 31 34 51 52 56 61")
_FIRST_VISITS = code_list(
    "92002 92004 99202 99203 99204 99205 99341 99342 99344 99345 99381 99382 99383 99384 99385 99386 99387"
)
_OTHER = "1999001021"


@edit(
    id="INC-01",
    title="Incident-to where its rules are not met",
    severity=Severity.HOLD,
    source=Source(
        "42 CFR 410.26(b); CMS, Benefit Policy Manual",
        "chapter 15, 60: since 2016-01-01 the one who supervised bills",
    ),
    since=date(2016, 1, 1),
    prevents=("B7", "185", "58", "4"),
    fix="Bill the service under the one who did it, or complete the note with who supervised and what for.",
    passes=CLEAN.but(
        filing_code="MB",
        context={
            "payer": MEDICARE,
            "documentation": Documentation(performed_by=_OTHER, incident_to=True, supervised=True),
        },
    ),
    fails=CLEAN.but(
        filing_code="MB",
        context={
            "payer": MEDICARE,
            "documentation": Documentation(performed_by=_OTHER, incident_to=True, supervised=False),
        },
    ),
    kinds="P",
    each_payer=True,
)
def incident_to(claim: Claim, context: Context) -> Iterator[Found]:
    said = context.documentation
    if (said.incident_to is None and not said.performed_by) or not to_medicare(claim, context):
        return
    if said.incident_to:
        yield from _of_the_note(claim, said)
        for line in claim.lines:
            yield from _of_line(claim, line)
    elif said.performed_by:
        billed = {line.rendering.npi for line in claim.lines if line.rendering is not None}
        billed |= {claim.rendering.npi} if claim.rendering is not None else set()
        if billed and said.performed_by not in billed:
            denies = said.incident_to is False
            detail = "billed under another one than who did it, " + (
                "and the note says that it was not incident-to"
                if denies
                else "and nothing says that it was incident-to"
            )
            yield None, "2310B NM109", detail, Severity.HOLD if denies else WARN


def _of_the_note(claim: Claim, said: Documentation) -> Iterator[Found]:
    """What the note and the claim say of all lines."""
    if said.supervised is False:
        yield None, "2310D NM1", "incident-to without direct supervision"
    elif said.supervised is None:
        yield None, "2310D NM1", "the note does not say who supervised the service", UNCHECKED
    if said.new_problem:
        yield None, "HI", "incident-to for a new problem: the first service is the billing provider's own"
    supervising, rendering = claim.supervising, claim.rendering
    if supervising is not None and rendering is not None and supervising.npi not in ("", rendering.npi):
        yield None, "2310B NM109", "incident-to is billed under the one who supervised it"


def _of_line(claim: Claim, line: ServiceLine) -> Iterator[Found]:
    place = line.place_of_service or claim.place_of_service
    if place in _INSTITUTIONS:
        yield line.number, "SV105", f"incident-to at place {place}: there is none in an institution"
    if line.procedure in _FIRST_VISITS:
        said = f"incident-to on {line.procedure}: a first visit is the billing provider's own"
        yield line.number, "SV101-2", said
