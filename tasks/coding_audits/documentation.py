"""What stands beside the codes of a line on a review sheet: what the encounter says of it, but no name."""

from dataclasses import dataclass

from coding.visit_support import DecisionMaking, support
from intake.encounter import Encounter, Line


@dataclass(frozen=True, slots=True)
class Beside:
    """The diagnoses that a line points at, without dots, and what was documented, a fact a line."""

    diagnoses: tuple[str, ...]
    words: tuple[str, ...]


def beside(payload: str, line: int) -> Beside | None:
    """What an encounter (JSON) says of a line, from 1; None: it was purged, or has no such line."""
    if not payload:
        return None
    encounter = Encounter.model_validate_json(payload)
    if not 1 <= line <= len(encounter.lines):
        return None
    of = encounter.lines[line - 1]
    every = [code.replace(".", "").upper() for code in encounter.diagnoses]
    pointed = [every[p - 1] for p in of.pointers if 1 <= p <= len(every)] or every
    said = (
        ("Service", of.description),
        ("Total time", _minutes(encounter.documentation.minutes)),
        ("Decision making", encounter.documentation.decision_making),
        ("Supports", _supports(encounter, of)),
        ("Note signed", {True: "yes", False: "no", None: ""}[encounter.documentation.signed]),
        ("Note", encounter.note),
        ("Note of the line", of.note),
        *((one.role.capitalize(), _concept(one.text, one.system, one.code)) for one in encounter.concepts),
        ("All diagnoses", " ".join(every) if len(every) > len(pointed) else ""),
        ("Beside it", _others(encounter, line)),
    )
    return Beside(tuple(dict.fromkeys(pointed)), tuple(f"{label}: {text}" for label, text in said if text))


def _supports(encounter: Encounter, of: Line) -> str:
    """The level that the documentation supports, with each point of it; "" where nothing says."""
    day, said = of.service_from or encounter.service_date, encounter.documentation
    making = DecisionMaking(said.problems, said.data, said.risk)
    found = (
        support(of.procedure, day, said.minutes, said.decision_making, making) if day is not None else None
    )
    if found is None:
        return ""
    return "; ".join((found.procedure or "no level", *found.points))


def _minutes(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes} minutes on the day"


def _concept(text: str, system: str, code: str) -> str:
    return f"{text} ({system} {code})" if text else f"{system} {code}"


def _others(encounter: Encounter, line: int) -> str:
    """The other services of the encounter: bundling and modifiers are judged by them."""
    return ", ".join(
        "-".join((one.procedure, *one.modifiers))
        for number, one in enumerate(encounter.lines, 1)
        if number != line and one.procedure
    )
