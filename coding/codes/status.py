"""Which sets are loaded, how old they are, and which release is due."""

from dataclasses import dataclass
from datetime import date, timedelta

from coding.codes.procedures import LAYOUTS
from coding.codes.store import Codes, release_order
from coding.codes.table import Table

_AHEAD = timedelta(days=30)
#: Months on whose first day a new release of a set takes effect.
RELEASES: dict[str, tuple[int, ...]] = {
    "icd10cm": (4, 10),
    "icd10cm_tabular": (4, 10),
    "icd10cm_index": (10,),
    "icd10cm_eindex": (10,),
    "cpt": (1,),
    "hcpcs": (1, 4, 7, 10),
    "hcpcs_modifier": (1, 4, 7, 10),
    "ncci_practitioner": (1, 4, 7, 10),
    "ncci_hospital": (1, 4, 7, 10),
    "ncci_medicaid": (1, 4, 7, 10),
    "mue_practitioner": (1, 4, 7, 10),
    "mue_hospital": (1, 4, 7, 10),
    "mue_dme": (1, 4, 7, 10),
    "aoc": (1,),
    "pprrvu": (1,),
    "taxonomy": (1, 7),
    "hcc_v28": (1,),
    "ra_procedures": (1,),
    "icd10pcs": (4, 10),
    "msdrg": (10,),
}
#: What is missed without a set that no edit needs.
_MISSED = dict.fromkeys(("icd10cm_index", "icd10cm_eindex"), "search goes by titles, notes and our own words")
_MISSED |= dict.fromkeys(
    ("hcc_v28", "hcc_v28_labels", "hcc_v28_hierarchy", "ra_procedures"),
    "`risk-adjustment` says what it misses",
)
_OWN = frozenset({"icd10cm_search", "icd10cm_excludes1"})
#: Models that nobody is paid by any more: named where they are loaded.
_OLDER = frozenset(name for name in LAYOUTS if name.startswith(("hcc_v22", "hcc_v24")))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus:
    """One set on one day. `release` is "" where it is not loaded: its edits report unchecked."""

    set: str
    release: str = ""
    source: str = ""
    rows: int = 0
    covers_from: date | None = None
    covers_to: date | None = None
    earlier: tuple[str, ...] = ()
    warning: str = ""


def status(codes: Codes, as_of: date) -> list[SetStatus]:
    """Every set there can be, loaded or not, with a warning where a release is due or has run out."""
    answer = []
    for name in sorted({"icd10cm", *LAYOUTS} - _OWN):
        tables = [t for t in codes.tables if t.header.set == name]
        if not tables and name in _OLDER:
            continue
        if not tables:
            missed = _MISSED.get(name, "what needs it is unchecked")
            answer.append(SetStatus(set=name, warning=f"not loaded: {missed}"))
            continue
        tables.sort(key=release_order)
        header = tables[-1].header
        answer.append(
            SetStatus(
                set=name,
                release=header.release,
                source=header.source,
                rows=header.rows,
                covers_from=min((t.header.covers_from or date.min for t in tables), default=None),
                covers_to=header.covers_to,
                earlier=tuple(t.header.release for t in tables[:-1]),
                warning=_warning(name, header.covers_to, as_of) or _gap(tables),
            )
        )
    return answer


def _warning(name: str, covers_to: date | None, as_of: date) -> str:
    if covers_to is not None and covers_to < as_of:
        return f"ended on {covers_to}: later services are unchecked; load the release in force"
    due = next_release(name, as_of)
    if due is not None and due - as_of <= _AHEAD and (covers_to is None or covers_to < due):
        return f"a new release takes effect on {due}; load it before then"
    return ""


def _gap(tables: list[Table]) -> str:
    """Days between two releases for which none answers."""
    spans = sorted((t.first, t.last) for t in tables)
    known = spans[0][1]
    for first, last in spans:
        if first.toordinal() > known.toordinal() + 1:
            start, end = known + timedelta(days=1), first - timedelta(days=1)
            return f"nothing is loaded for {start} to {end}: services of these days are unchecked"
        known = max(known, last)
    return ""


def next_release(name: str, as_of: date) -> date | None:
    """The next day after `as_of` on which a set changes; None for sets without a calendar."""
    days = [date(year, month, 1) for year in (as_of.year, as_of.year + 1) for month in RELEASES.get(name, ())]
    return min((d for d in days if d > as_of), default=None)
