"""Lines of a kind that a payer denies, as its file describes them, and whether a line is of that kind.

The same question is asked of a claim that is about to go and of past lines, so that what a rule would have
held is known before it holds anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from coding.context import DeniedLine
from edi.records import Claim, ServiceLine

FACTS: Final = (
    "practice", "provider", "procedure", "modifiers", "place", "diagnosis", "units", "authorized",
)  # fmt: skip
"""What a kind of line is told by: the practice's key, the rendering provider's NPI, the procedure, its
modifiers in order with a blank between, the place of service, the first diagnosis's category, the units, and
whether an authorization is named (yes, no)."""
CATEGORY: Final = 3
"""Letters of a diagnosis that are its category."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line in the words of `FACTS`, and its day of service."""

    facts: Mapping[str, str]
    on: date | None


def facts_of(claim: Claim, line: ServiceLine, practice: str) -> LineFacts:
    """A line of a claim that is about to go."""
    provider = line.rendering or claim.rendering
    said = (
        practice,
        provider.npi if provider is not None else "",
        line.procedure,
        modifiers_of(line.modifiers),
        line.place_of_service or claim.place_of_service,
        category(claim.diagnoses[0] if claim.diagnoses else ""),
        units(line.units),
        yes_or_no(bool(line.prior_authorization or claim.prior_authorization)),
    )
    return LineFacts(dict(zip(FACTS, said, strict=True)), line.service_from)


def fits(rule: DeniedLine, line: LineFacts) -> bool:
    """Whether a line is of the kind that a rule describes. One without a day of service is of none."""
    if line.on is None or not rule.holds_on(line.on):
        return False
    return all(line.facts[name] == value for name, value in rule.facts)


def in_words(facts: Iterable[tuple[str, str]]) -> str:
    """Facts as people read them: procedure 93000, modifiers none."""
    return ", ".join(f"{name} {value or 'none'}" for name, value in facts)


def message(rule: DeniedLine) -> str:
    """What a finding says of a line that a rule holds."""
    return f"{_under(rule.code)}rule {rule.name}): {in_words(rule.facts)}"


def names(found: str, code: str) -> bool:
    """Whether such a message is of a rule for what is denied under this code."""
    return _under(code) in found


def _under(code: str) -> str:
    return f"denied under {code} ("


def modifiers_of(modifiers: Iterable[str]) -> str:
    """Modifiers as one text, whatever their order."""
    return " ".join(sorted(modifiers))


def category(diagnosis: str) -> str:
    return diagnosis[:CATEGORY]


def yes_or_no(there: bool) -> str:
    return "yes" if there else "no"


def units(text: str) -> str:
    """Units as a number is written: 1, 2.5."""
    try:
        number = Decimal(text or "1")
    except InvalidOperation:
        return text
    return f"{number.normalize():f}" if number.is_finite() else text
