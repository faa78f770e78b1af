"""A service on one side of the body needs a diagnosis of that side; the opposite one says that one of the
two was mistyped, and nobody at the payer guesses which."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import WARN, Found, Severity
from coding.modifier_sides import SIDE_OF
from coding.pointed import pointed
from edi.records import Claim, ServiceLine

#: Diagnoses whose side is not that of the part treated: the brain and the side that it moves, the heart's
#: chambers and branches, the abdomen's quadrants.
_OTHER_SIDES = ("G81", "G82", "G83", "I2", "I4", "I5", "I6", "Q2", "R10", "R19")
_WORDS = {"R": "right", "L": "left", "B": "both sides"}


@edit(
    id="LAT-01",
    title="Side of the service against the side of its diagnoses",
    severity=Severity.HOLD,
    source=Source(
        "ICD-10-CM Official Guidelines FY2026; HCPCS modifiers",
        "I.B.13 laterality; LT, RT, E1-E4, FA-F9, TA-T9",
    ),
    since=date(2015, 10, 1),
    prevents=("4", "11", "16", "N519"),
    fix="Compare the note: correct modifier or diagnosis, or point the line at the diagnosis it is for.",
    passes=CLEAN.but(diagnoses=("M1711",), lines=(Line(procedure="20610", modifiers=("RT",)),)),
    fails=CLEAN.but(diagnoses=("M1711",), lines=(Line(procedure="20610", modifiers=("LT",)),)),
    kinds="P",
    carries=frozenset(SIDE_OF),
)
def side(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        on = {SIDE_OF[modifier] for modifier in line.modifiers if modifier in SIDE_OF}
        if len(on) != 1:
            continue  # none, or LT beside RT: MOD-01 says so
        (wanted,) = on
        named = _sides(claim, line, context)
        if not named or "B" in named.values() or wanted in named.values():
            continue
        if wanted == "B":
            if len(set(named.values())) == 1:
                position, other = next(iter(named.items()))
                said = f"modifier 50 is for both sides, diagnosis {position} names the {_WORDS[other]} alone"
                yield line.number, "SV101-3", said, WARN
            continue
        position, other = next(iter(named.items()))
        said = f"the line is for the {_WORDS[wanted]} side, diagnosis {position} names the {_WORDS[other]}"
        yield line.number, "SV101-3", said


def _sides(claim: Claim, line: ServiceLine, context: Context) -> dict[int, str]:
    """The sides that the line's diagnoses name, by their position."""
    found = {}
    for position, code in pointed(claim, line).items():
        if code and not code.startswith(_OTHER_SIDES):
            named = context.codes.side(code)
            if named:
                found[position] = named
    return found
