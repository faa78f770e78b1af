"""Everything about one ICD-10-CM code on a day: title, place in the tree, notes, and what to take instead."""

from dataclasses import dataclass
from datetime import date, timedelta

from coding.codes.icd10cm import Diagnoses
from coding.codes.tabular import Tabular
from coding.codes.validity import Validity

_DAY = timedelta(days=1)
_NOTES = ("includes", "inclusion", "excludes1", "excludes2", "code_first", "use_additional", "code_also")
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything about one code on a day. `notes` are (kind, where it stands, text), from the top down;
    `choose` are billable codes below a heading, or what the 7th character may be.

    `ended` is the last day of a code that is billed no more, `instead` what came the day after in its
    place; `begins` the first day of one that is not yet billed. A code that ended and stands in the
    loaded tabular no more has no title.
    """

    code: str
    title: str
    validity: Validity
    path: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str, str], ...]
    choose: tuple[tuple[str, str], ...]
    seventh: tuple[tuple[str, str], ...]
    spans: tuple[tuple[date, date], ...]
    ended: date | None = None
    begins: date | None = None
    instead: tuple[tuple[str, str], ...] = ()

    @property
    def dotted(self) -> str:
        return dotted(self.code)


def dotted(code: str) -> str:
    """E1122 as E11.22."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and code[0].isupper() else code


def undotted(text: str) -> str:
    """A code as the sets have it, however it is typed: " e11.22" as E1122."""
    return text.strip().upper().replace(".", "")


def place_name(place: str) -> str:
    """A place in the tree as a coder writes it: a chapter, a section, a code."""
    if place.startswith("ch"):
        return f"chapter {place[2:].lstrip('0')}"
    return place[1:] if place.startswith("s") else dotted(place)


def show(tabular: Tabular, diagnoses: Diagnoses, code: str, day: date) -> Shown | None:
    """Everything about a code on a day; None where no release ever had it."""
    code = undotted(code)
    entry = tabular.get(code)
    diagnosis = diagnoses.get(code)
    if entry is None and not diagnosis.spans:
        return None

    def titled(codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        found = ((c, tabular.get(c)) for c in codes[:_MOST])
        return tuple((c, e.title if e is not None else "") for c, e in found)

    notes = []
    for kind in _NOTES if entry is not None else ():
        found = tabular.notes_for(code, kind)
        notes += [(kind, place, note) for place, note in found if kind != "inclusion" or place == code]
    validity = diagnosis.valid_on(day)
    ended = begins = None
    if validity is not Validity.VALID:
        ended = max((end for _, end, _ in diagnosis.spans if end < day), default=None)
        begins = min((start for start, _, _ in diagnosis.spans if start > day), default=None)
    if ended is not None and not diagnoses.covers(ended + _DAY):
        ended = None  # nothing is loaded beyond: it did not end, the releases did
    parent = entry.parent if entry is not None else tabular.nearest(code)
    return Shown(
        code=code,
        title=entry.title if entry is not None else "",
        validity=validity,
        path=tuple((a.code, a.title) for a in tabular.from_top(parent)),
        notes=tuple(notes),
        choose=() if entry is None or entry.billable else titled(diagnoses.children(code, day)),
        seventh=tuple((entry.seventh or {}).items()) if entry is not None else (),
        spans=tuple((start, end) for start, end, _ in diagnosis.spans),
        ended=ended,
        begins=begins,
        instead=titled(came_after(diagnoses, code, ended)) if ended is not None else (),
    )


def came_after(diagnoses: Diagnoses, code: str, ended: date) -> tuple[str, ...]:
    """The codes that began the day after one ended, those that share most of its beginning."""
    first = ended + _DAY
    for length in range(len(code), 2, -1):
        new = tuple(
            c for c in diagnoses.children(code[:length], first) if diagnoses.get(c).first_day == first
        )
        if new:
            # of an injury those of the same encounter: A came after A
            return tuple(c for c in new if len(code) == len(c) == 7 and c[6] == code[6]) or new
    return ()
