"""Who gave the anesthesia, alone or under direction, halves the fee or not: a modifier says it, and must be
one that this provider can use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.anesthesia import ANESTHETISTS, PHYSICIANS, ROLES, TIMED, is_timed
from coding.codes.modifiers import CONFLICTS
from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.example import MEDICARE
from coding.finding import Found, Severity
from coding.medicare import to_medicare
from coding.other_claims import rendering_of
from edi.records import Claim, ServiceLine

_ANESTHETIST, _ASSISTANT = "3675", "367H"  # taxonomy: nurse anesthetist, anesthesiologist assistant
_ROOM = Line(procedure="00810", charge=600_00, units="45", unit_code="MJ")


@edit(
    id="ANE-02",
    title="Anesthesia without who gave it, or with a role of somebody else",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Claims Processing Manual; the payer's file: anesthesia_roles",
        "chapter 12, 50.B to 50.K and 140.4: AA AD GC QK QY of physicians, QX QZ of anesthetists",
    ),
    since=date(2012, 1, 1),
    prevents=("4", "B7", "16", "N519"),
    fix="Give the modifier of the provider's part: AA alone, QK two to four cases directed, QY one, QX, QZ.",
    passes=CLEAN.but(
        filing_code="MB", lines=(replace(_ROOM, modifiers=("QK",)),), context={"payer": MEDICARE}
    ),
    fails=CLEAN.but(filing_code="MB", lines=(_ROOM,), context={"payer": MEDICARE}),
    kinds="P",
    each_payer=True,
    carries=TIMED,
)
def anesthesia_role(claim: Claim, context: Context) -> Iterator[Found]:
    asked = to_medicare(claim, context) or (context.payer is not None and context.payer.anesthesia_roles)
    for line in claim.lines:
        if is_timed(line.procedure):
            said = _fault(line, rendering_of(claim, line).taxonomy, asked)
            if said:
                yield line.number, "SV101-3", said


def _fault(line: ServiceLine, taxonomy: str, asked: bool) -> str:
    """What is wrong with the roles of a line, "" nothing is."""
    roles = [modifier for modifier in line.modifiers if modifier in ROLES]
    if not roles:
        return f"{line.procedure} says not who gave it: AA, AD, QK, QY, QX or QZ" if asked else ""
    if len(set(roles) - {"GC"}) > 1:
        known = any(pair.issubset(roles) for pair in CONFLICTS)  # MOD-01 says so
        return "" if known else f"{' and '.join(sorted(set(roles)))} are parts of two people"
    role = roles[0]
    if taxonomy.startswith(_ASSISTANT) and role != "QX":
        return f"{role} is no part of an anesthesiologist assistant: QX is"
    if taxonomy.startswith(_ANESTHETIST) and role in PHYSICIANS:
        return f"{role} is a physician's part, the provider is a nurse anesthetist"
    if taxonomy.startswith("20") and role in ANESTHETISTS:
        return f"{role} is an anesthetist's part, the provider is a physician"
    return ""
