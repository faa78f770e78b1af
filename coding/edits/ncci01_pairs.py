"""CMS lists pairs of services of which the second is part of the first; billed together the second is
denied, unless an indicator of 1 and a modifier say it stood apart."""

from collections.abc import Iterator
from datetime import date

from coding.codes.modifiers import NCCI_ASSOCIATED
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from coding.tables_for import table_name
from coding.world import PriorLine, World
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
)
def pairs(claim: Claim, world: World) -> Iterator[Found]:
    others = _earlier(claim, world) if world.history else []
    if len(claim.lines) < 2 and not others:
        return
    name = table_name("ncci", claim, world)
    codes = world.codes
    unchecked = 0
    lines = claim.lines
    for n, line in enumerate(lines):
        day = line.service_from
        if day is None:
            continue
        rest: list[ServiceLine | PriorLine] = [other for other in lines[n + 1 :] if other.service_from == day]
        rest += [before for before in others if before.service_from == day]
        if not rest:
            continue
        if codes.table(name, day) is None:
            unchecked += 1
            continue
        for other in rest:
            if other.procedure == line.procedure:
                continue
            for first, second in ((line, other), (other, line)):
                indicator = codes.pair(name, first.procedure, second.procedure, day)
                if indicator is None or indicator == 9:
                    continue
                marked = not (
                    NCCI_ASSOCIATED.isdisjoint(first.modifiers)
                    and NCCI_ASSOCIATED.isdisjoint(second.modifiers)
                )
                if indicator == 0 or not marked:
                    where = second if isinstance(second, ServiceLine) else line
                    never = "no modifier allows it" if indicator == 0 else "a modifier may, where documented"
                    yield (
                        where.number,
                        "SV101-2",
                        f"{second.procedure} is part of {first.procedure} on {day}; {never}",
                    )
    if unchecked:
        yield None, "SV101-2", "the NCCI pairs are not loaded for the day", UNCHECKED


def _earlier(claim: Claim, world: World) -> list[PriorLine]:
    """Lines of other live claims by the same provider."""
    provider = (claim.rendering or claim.billing).npi
    return [
        line
        for prior in world.history
        if prior.live and not prior.same_claim
        for line in prior.lines
        if (line.rendering_npi or prior.rendering_npi or prior.billing_npi) == provider
    ]
