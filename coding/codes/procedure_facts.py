"""One CPT or HCPCS code as the loaded sets know it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from coding.codes.inpatient import DRG, PCS
from coding.codes.procedures import SurgeryMarks
from coding.codes.store import Codes, set_of
from coding.codes.validity import Validity

NOT_LOADED = "not loaded: unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """`title` is "" and a fact None where its set is not loaded for the day. `rvu_hundredths` is the total
    non-facility RVU, `never_with` and `modifier_with` count the codes that NCCI bundles into this one."""

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
    status: str | None
    rvu_hundredths: int | None
    surgery: SurgeryMarks | None
    never_with: int | None
    modifier_with: int | None


def facts_of(codes: Codes, code: str, day: date) -> Procedure:
    """What the sets of `codes` say of a procedure on a day."""
    limit = codes.unlikely("mue_practitioner", code, day)
    parents = codes.parents(code, day)
    fee = codes.fee_status(code, day)
    pairs = codes.pairs_of("ncci_practitioner", code, day)
    return Procedure(
        code=code,
        set=set_of(code) or ("hcpcs_modifier" if len(code) == 2 else ""),
        day=day,
        title=codes.procedure_title(code, day),
        validity=_validity(codes, code, day),
        units=limit[0] if limit is not None else None,
        units_indicator=limit[1] if limit is not None else None,
        units_loaded=codes.table("mue_practitioner", day) is not None,
        global_days=codes.global_days(code, day),
        parents=None if parents is None else tuple(sorted(parents)),
        status=None if fee is None else fee[0],
        rvu_hundredths=None if fee is None else fee[1],
        surgery=codes.surgery_marks(code, day),
        never_with=None if pairs is None else sum(indicator == 0 for indicator in pairs.values()),
        modifier_with=None if pairs is None else sum(indicator == 1 for indicator in pairs.values()),
    )


def _validity(codes: Codes, code: str, day: date) -> str:
    """Whether a procedure, a DRG or a modifier of two characters may be billed on the day."""
    if (name := set_of(code)) in (PCS, DRG):
        return str(codes.inpatient_procedure(code, day) if name == PCS else codes.drg(code, day))
    if len(code) != 2:
        return str(codes.procedure(code, day))
    known = codes.knows_modifier(code, day)
    return str(Validity.UNCHECKED if known is None else Validity.VALID if known else Validity.INVALID)


def said_by_cms(found: Procedure) -> list[tuple[str, str]]:
    """What CMS's files say of a procedure, for a person: each fact, or that its file is not loaded."""
    return [
        ("units a day (MUE)", _said(found.units, found.units_loaded)),
        ("global days", _said(found.global_days, found.global_days is not None)),
        ("add-on to", _said(" ".join(found.parents or ()), found.parents is not None)),
        ("fee schedule status", _said(found.status, found.status is not None)),
        ("total RVU, non-facility", _said(rvu(found), found.rvu_hundredths is not None)),
        ("both sides, assistant, two surgeons, team", _said(_marks(found), found.surgery is not None)),
        ("NCCI pairs", _said(_pairs(found), found.never_with is not None)),
    ]


def rvu(found: Procedure) -> str:
    """The RVU with its two decimals, "" where there is none."""
    hundredths = found.rvu_hundredths
    return f"{hundredths // 100}.{hundredths % 100:02}" if hundredths else ""


def _marks(found: Procedure) -> str:
    return " ".join(mark or "-" for mark in found.surgery or ()) if any(found.surgery or ()) else ""


def _pairs(found: Procedure) -> str:
    counts = ((found.never_with, "never together"), (found.modifier_with, "with a modifier"))
    return ", ".join(f"{n} {how}" for n, how in counts if n)


def _said(value: Any, loaded: bool) -> str:
    return NOT_LOADED if not loaded else str(value) if value not in (None, "") else "nothing"
