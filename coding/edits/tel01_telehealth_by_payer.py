"""How telehealth is billed is each payer's own, and changes with the date: the place, and the modifier beside
it. Medicare's ways are written here, another payer's in its file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.carried import families
from coding.codes.modifiers import TELEHEALTH as SAID
from coding.codes.places import TELEHEALTH as PLACES
from coding.context import Context, TelehealthRule
from coding.edit import CLEAN, Line, Source, edit
from coding.example import PAYER
from coding.finding import Found, Severity
from coding.medicare import to_medicare
from edi.records import Claim, ServiceLine

_REMOTE_VISITS_SINCE = date(2025, 1, 1)
_MEDICARES = families("98") | {"GT"}
_GT_ENDED = date(2018, 1, 1)  # but for a critical access hospital's professionals, on its own claims
_RULE = TelehealthRule(places=frozenset({"02", "10"}), modifiers=frozenset({"95", "93"}))
_OWN = {"payer": replace(PAYER, telehealth=(_RULE,))}


@edit(
    id="TEL-01",
    title="Telehealth in another way than the payer takes on the day",
    severity=Severity.HOLD,
    source=Source(
        "CMS, Physician Fee Schedule final rules CY2018 and CY2025; the payer's file: telehealth",
        "GT ended 2018-01-01; 98000 to 98015 are not paid since 2025-01-01",
    ),
    since=date(2017, 1, 1),
    prevents=("4", "5", "58", "M77", "96"),
    fix="Give the place and modifier that the payer takes on the day; with Medicare the office visit's code.",
    passes=CLEAN.but(place_of_service="10", lines=(Line(modifiers=("95",)),), context=_OWN),
    fails=CLEAN.but(place_of_service="10", lines=(Line(modifiers=("GT",)),), context=_OWN),
    kinds="P",
    each_payer=True,
    carries=lambda payer: None if payer.telehealth else _MEDICARES,
)
def telehealth_by_payer(claim: Claim, context: Context) -> Iterator[Found]:
    rules = context.payer.telehealth if context.payer is not None else ()
    medicare = to_medicare(claim, context)
    if not rules and not medicare:
        return
    for line in claim.lines:
        day = line.service_from
        if day is None:
            continue
        rule = next((rule for rule in rules if rule.holds_on(day)), None)
        if rule is not None:
            yield from _by_rule(line, line.place_of_service or claim.place_of_service, rule)
        elif medicare:
            yield from _medicares(line, day)


def _by_rule(line: ServiceLine, place: str, rule: TelehealthRule) -> Iterator[Found]:
    said = [modifier for modifier in line.modifiers if modifier in SAID]
    if place not in PLACES and not said:
        return
    if place not in rule.places:
        yield (
            line.number,
            "SV105",
            f"this payer takes telehealth at {' '.join(sorted(rule.places))}, not at {place}",
        )
    elif rule.modifiers and rule.modifiers.isdisjoint(said):
        wanted = " or ".join(sorted(rule.modifiers))
        yield (
            line.number,
            "SV101-3",
            f"this payer wants {wanted} on telehealth, the line has {said[0] if said else 'neither'}",
        )
    elif not rule.modifiers and said:
        yield line.number, "SV101-3", f"this payer wants no modifier on telehealth, the line has {said[0]}"


def _medicares(line: ServiceLine, day: date) -> Iterator[Found]:
    if "98000" <= line.procedure <= "98015" and day >= _REMOTE_VISITS_SINCE:
        yield (
            line.number,
            "SV101-2",
            f"Medicare does not pay {line.procedure}: it takes the office visit's code",
        )
    if "GT" in line.modifiers and day >= _GT_ENDED:
        yield line.number, "SV101-3", "Medicare takes GT no more on professional claims"
