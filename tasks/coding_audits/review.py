"""What a reviewer says of a line: it agrees, or what it should be and why. Checked before it is kept."""

import re
from dataclasses import dataclass
from typing import Final

from coding.visit_families import step

AGREE, DISAGREE = "agree", "disagree"
VERDICTS: Final = (AGREE, DISAGREE)
NONE: Final = "NONE"
"""What should not be there at all: no code (the line is not to be billed), no modifier."""
CODE, LEVEL, MODIFIERS, DIAGNOSES = "code", "level", "modifiers", "diagnoses"
ELEMENTS: Final = (CODE, LEVEL, MODIFIERS, DIAGNOSES)
"""What of a line may be wrong. A visit of another level of the same family is wrong in its level."""
_PROCEDURE: Final = re.compile(r"[0-9A-Z]{5}")
_MODIFIER: Final = re.compile(r"[0-9A-Z]{2}")
_DIAGNOSIS: Final = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")
MOST_MODIFIERS, MOST_DIAGNOSES, LONGEST = 4, 12, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of a line; of what is "" nothing was."""

    verdict: str
    procedure: str = ""
    modifiers: str = ""
    diagnoses: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What it is said of. `diagnoses` are those that the line points at, in order and without dots."""

    procedure: str
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The same in the form in which it is kept: `elements` are those that are wrong, in their order."""

    elements: str = ""
    procedure: str = ""
    modifiers: str = ""
    diagnoses: str = ""
    reason: str = ""


def checked(said: Said, billed: Billed) -> Checked:
    """What was said, checked. Raises ValueError with what is wrong."""
    verdict = said.verdict.strip().casefold()
    reason = " ".join(said.reason.split())
    procedure = said.procedure.strip().upper()
    modifiers = _codes(said.modifiers)
    diagnoses = tuple(code.replace(".", "") for code in _codes(said.diagnoses))
    if verdict not in VERDICTS:
        raise ValueError(f"the verdict is {' or '.join(VERDICTS)}")
    if len(reason) > LONGEST:
        raise ValueError(f"the reason has {LONGEST} letters at most")
    if verdict == AGREE:
        if procedure or modifiers or diagnoses:
            raise ValueError("it agrees, and says what it should be: one of them is wrong")
        return Checked(reason=reason)
    wrong = [
        *_code(procedure, billed),
        *_modifiers(modifiers, procedure, billed),
        *_diagnoses(diagnoses, procedure, billed),
    ]
    if not wrong:
        raise ValueError("it disagrees, and does not say what the code, modifiers or diagnoses should be")
    if len(reason) < 5:
        raise ValueError("it disagrees without a reason (five letters or more)")
    return Checked(
        elements=" ".join(wrong),
        procedure=procedure,
        modifiers=" ".join(modifiers),
        diagnoses=" ".join(diagnoses),
        reason=reason,
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s,;]+", text.strip().upper())) if text.strip() else ()


def _code(right: str, billed: Billed) -> list[str]:
    if not right:
        return []
    if right == billed.procedure:
        raise ValueError(f"the right code {right} is the one that was billed; leave it empty")
    if right != NONE and not _PROCEDURE.fullmatch(right):
        raise ValueError(f"the right code has five letters or digits, or is {NONE}")
    return [CODE if step(billed.procedure, right) is None else LEVEL]


def _modifiers(right: tuple[str, ...], procedure: str, billed: Billed) -> list[str]:
    if not right:
        return []
    if procedure == NONE:
        raise ValueError("a line that is not to be billed has no modifiers; leave them empty")
    wanted = () if right == (NONE,) else right
    if wanted == billed.modifiers:
        raise ValueError("the right modifiers are those that were billed; leave them empty")
    if len(right) > MOST_MODIFIERS or not all(_MODIFIER.fullmatch(one) for one in wanted):
        raise ValueError(f"modifiers have two letters or digits, {MOST_MODIFIERS} at most, or are {NONE}")
    if len(set(wanted)) < len(wanted):
        raise ValueError("a modifier is named twice")
    return [MODIFIERS]


def _diagnoses(right: tuple[str, ...], procedure: str, billed: Billed) -> list[str]:
    if not right:
        return []
    if procedure == NONE:
        raise ValueError("a line that is not to be billed has no diagnoses; leave them empty")
    if right == billed.diagnoses:
        raise ValueError("the right diagnoses are those that the line points at; leave them empty")
    if len(right) > MOST_DIAGNOSES or not all(_DIAGNOSIS.fullmatch(code) for code in right):
        raise ValueError(f"diagnoses are ICD-10-CM codes with a blank between, {MOST_DIAGNOSES} at most")
    if len(set(right)) < len(right):
        raise ValueError("a diagnosis is named twice")
    return [DIAGNOSES]
