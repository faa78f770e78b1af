"""CMS lists pairs of services of which the second is part of the first; billed together the second is
denied, unless an indicator of 1 and a modifier say it stood apart."""

from collections.abc import Iterator
from datetime import date

from coding.codes.modifiers import NCCI_ASSOCIATED
from coding.context import Context, PriorLine
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from coding.other_claims import lines_of_its_days, rendering_npi_before, rendering_of
from coding.tables_for import table_name
from edi.records import Claim, ServiceLine

_PAIR = {"ncci_practitioner": [("29881", "29877", 0), ("11042", "97597", 1)]}
_SURGERY = Line(procedure="11042", charge=200_00)


@edit(
    id="NCCI-01",
    title="Two services of the day that may not be billed together",
    severity=Severity.HOLD,
    source=Source("CMS, National Correct Coding Initiative", "procedure-to-procedure edits"),
    since=date(2012, 1, 1),
    prevents=("97", "236", "B15", "M80"),
    fix="Drop the second service, or add the modifier (59, XE, XP, XS, XU, side) where the note supports it.",
    passes=CLEAN.but(lines=(_SURGERY, Line(procedure="97597", modifiers=("59",))), codes=_PAIR),
    fails=CLEAN.but(lines=(_SURGERY, Line(procedure="97597")), codes=_PAIR),
    kinds="PI",
    each_payer=True,
)
def pairs(claim: Claim, context: Context) -> Iterator[Found]:
    lines = claim.lines
    others = [(rendering_npi_before(prior, line), line) for prior, line in lines_of_its_days(claim, context)]
    name = table_name("ncci", claim, context)
    if not others:
        days = {line.service_from for line in lines}
        if len(days) == len(lines):
            return  # each on a day of its own
        if len(days) == 1 and not context.codes.any_pair(
            name, tuple([line.procedure for line in lines]), *days
        ):
            return
    unchecked = False
    of = [(line.service_from, rendering_of(claim, line).npi) for line in lines]
    for n, line in enumerate(lines, start=1):
        day, provider = same = of[n - 1]
        if day is None or not line.procedure:
            continue
        rest: list[ServiceLine | PriorLine] = [
            other for other, its in zip(lines[n:], of[n:], strict=True) if its == same
        ]
        if others:
            rest += [before for npi, before in others if before.service_from == day and npi == provider]
        if not rest:
            continue
        if context.codes.table(name, day) is None:
            unchecked = True
            continue
        reported: set[str] = set()  # the same service of two earlier claims breaks the rule once
        for other in rest:
            if isinstance(other, ServiceLine) or other.procedure not in reported:
                found = _broken(name, line, other, day, context)
                if found is not None:
                    reported.add(other.procedure)
                    yield found
    if unchecked:
        yield None, "SV101-2", "the NCCI pairs are not loaded for the day", UNCHECKED


def _broken(
    name: str, line: ServiceLine, other: ServiceLine | PriorLine, day: date, context: Context
) -> Found | None:
    """What is wrong with two services of a provider's day; None where they may stand together."""
    if other.procedure == line.procedure:
        return None
    for first, second in ((line, other), (other, line)):
        indicator = context.codes.pair(name, first.procedure, second.procedure, day)
        if indicator not in (0, 1):
            continue
        marked = not (
            NCCI_ASSOCIATED.isdisjoint(first.modifiers) and NCCI_ASSOCIATED.isdisjoint(second.modifiers)
        )
        if indicator == 0 or not marked:
            where = second if isinstance(second, ServiceLine) else line
            never = "no modifier allows it" if indicator == 0 else "a modifier may, where documented"
            said = f"{second.procedure} is part of {first.procedure} on {day}; {never}"
            return where.number, "SV101-2", said
    return None
