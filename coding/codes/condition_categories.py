"""The condition categories of CMS-HCC by model: which diagnosis is in which, what they are called, and which
one stands above which.

Of a model, V28 for one, there are three sets: `hcc_v28` (diagnoses, by the year of service), `hcc_v28_labels`
and `hcc_v28_hierarchy`. The categories that count and the year are those of the user's own CMS files. No
coefficient is read: what a category pays is no reason to code it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from coding.codes.procedures import title_of
from coding.codes.store import Codes

MODELS: Final = ("V28", "V24", "V22")
"""Those of Medicare Advantage that are known, the newest first."""
ELIGIBLE: Final = "ra_procedures"
"""The set of procedures that count as face to face."""


def mapping_set(model: str) -> str:
    """The set of a model's diagnoses."""
    return f"hcc_{model.lower()}"


def label_set(model: str) -> str:
    """The set of the names of a model's categories."""
    return f"hcc_{model.lower()}_labels"


def hierarchy_set(model: str) -> str:
    """The set of a model's hierarchies."""
    return f"hcc_{model.lower()}_hierarchy"


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a model for services of a year. `above` has by category those that it outranks;
    `labelled` and `ranked` say whether names and hierarchies are loaded."""

    model: str
    year: int
    release: str
    of: Mapping[str, tuple[int, ...]]
    labels: Mapping[int, str]
    above: Mapping[int, frozenset[int]]
    labelled: bool
    ranked: bool

    def label(self, category: int) -> str:
        """What a category is called; "" where the names are not loaded."""
        return self.labels.get(category, "")

    def outranked(self, there: Iterable[int]) -> dict[int, int]:
        """Of these categories those that another one of them stands above, with the highest such."""
        kept = sorted(set(there))
        found: dict[int, int] = {}
        for low in kept:
            higher = [high for high in kept if low in self.above.get(high, frozenset())]
            if higher:
                found[low] = min(higher, key=lambda one: (-len(self.above[one]), one))
        return found


def categories(codes: Codes, model: str, year: int) -> Categories | None:
    """The categories of a model for services of a year; None: no mapping is loaded for it."""
    table = codes.table(mapping_set(model), date(year, 12, 31))
    if table is None:
        return None
    names = codes.table(label_set(model), date(year, 12, 31))
    ranks = codes.table(hierarchy_set(model), date(year, 12, 31))
    above: dict[int, set[int]] = {}
    for key, (lower,) in ranks.all() if ranks is not None else ():
        above.setdefault(int(key), set()).add(lower)
    return Categories(
        model=model,
        year=year,
        release=table.header.release,
        of={code: tuple(sorted({row[0] for row in rows})) for code, rows in table.groups()},
        labels={} if names is None else {int(key): title_of(names, row) for key, row in names.all()},
        above={high: frozenset(lower) for high, lower in above.items()},
        labelled=names is not None,
        ranked=ranks is not None,
    )


def model_for(codes: Codes, year: int) -> str:
    """The newest model of which a mapping is loaded for services of a year; the newest where none is."""
    day = date(year, 12, 31)
    return next((one for one in MODELS if codes.table(mapping_set(one), day) is not None), MODELS[0])


def counts_face_to_face(codes: Codes, procedure: str, day: date) -> bool | None:
    """Whether a procedure is on CMS's list of the services that count; None: it is not loaded for the day."""
    table = codes.table(ELIGIBLE, day)
    return None if table is None else bool(table.rows(procedure))
