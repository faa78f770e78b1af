"""One CPT or HCPCS code as the loaded sets know it."""

from dataclasses import dataclass
from datetime import date

from coding.codes.store import Codes, procedure_set


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """`title` is "" and a fact None where its set is not loaded for the day."""

    code: str
    set: str
    day: date
    title: str
    validity: str
    units: int | None
    units_indicator: int | None
    units_loaded: bool
    global_days: str | None
    parents: tuple[str, ...] | None


def facts_of(codes: Codes, code: str, day: date) -> Procedure:
    """What the sets of `codes` say of a procedure on a day."""
    limit = codes.unlikely("mue_practitioner", code, day)
    parents = codes.parents(code, day)
    return Procedure(
        code=code,
        set=procedure_set(code) or "",
        day=day,
        title=codes.procedure_title(code, day),
        validity=str(codes.procedure(code, day)),
        units=limit[0] if limit is not None else None,
        units_indicator=limit[1] if limit is not None else None,
        units_loaded=codes.table("mue_practitioner", day) is not None,
        global_days=codes.global_days(code, day),
        parents=None if parents is None else tuple(sorted(parents)),
    )
