"""ICD-10-CM by date of service: valid, not billable (a heading), invalid or unchecked.

The shipped table is derived from CMS's releases of October 2015 to April 2026 and the order file
of FY2027; later order files, once loaded, extend it. Flags are those of the Medicare Code Editor
(manifestation, external cause as first diagnosis, sex until 2024-09-30, age group).
"""

import struct
from collections.abc import Iterable
from datetime import date, timedelta

from coding.codes.table import OPEN, Header, Table, day_number, number_day
from coding.codes.validity import Validity

FIELDS = "<HHB"
_NONE: frozenset[str] = frozenset()
OF_AGE_OR_SEX = frozenset({"newborn", "pediatric", "adult", "maternity", "female", "male"})
NEVER_FIRST = frozenset({"ecodepdx", "manifestation", "unacceptable"})
SIDE_OPEN = "unspecified"
_DAY = timedelta(days=1)

Span = tuple[date, date, frozenset[str]]


class Diagnosis:
    """One code as typed (no dot): the spans in which it may be billed, with its flags in each."""

    __slots__ = ("_set", "code", "marks", "spans")

    def __init__(self, code: str, spans: tuple[Span, ...], diagnoses: "Diagnoses") -> None:
        self.code = code
        self.spans = spans
        #: the flags of all spans: most codes have none, and edits about flags stop here
        self.marks = _NONE.union(*(flags for _, _, flags in spans))
        self._set = diagnoses

    def valid_on(self, day: date) -> Validity:
        for start, end, _ in self.spans:
            if start <= day <= end:
                return Validity.VALID
        if not self._set.covers(day):
            return Validity.UNCHECKED
        return Validity.NOT_BILLABLE if self._set.has_children(self.code, day) else Validity.INVALID

    def flags_on(self, day: date) -> frozenset[str]:
        for start, end, flags in self.spans:
            if start <= day <= end:
                return flags
        return _NONE

    @property
    def first_day(self) -> date | None:
        return self.spans[0][0] if self.spans else None

    @property
    def last_day(self) -> date | None:
        """The last day of its last span; for a code in force, the last day that is loaded."""
        return self.spans[-1][1] if self.spans else None


class Diagnoses:
    """The ICD-10-CM tables that are loaded, later releases before earlier ones where both answer."""

    def __init__(self, tables: Iterable[Table] = ()) -> None:
        self.tables = tuple(tables)
        self._pieces = _pieces(self.tables)
        self._flags = [
            [frozenset(f.split("|")) if f else _NONE for f in (t.header.extra or {}).get("flags", [""])]
            for _, _, t in self._pieces
        ]
        self._known: dict[str, Diagnosis] = {}

    @property
    def loaded(self) -> bool:
        return bool(self._pieces)

    @property
    def releases(self) -> tuple[Header, ...]:
        return tuple(t.header for t in self.tables)

    def covers(self, day: date) -> bool:
        return any(start <= day <= end for start, end, _ in self._pieces)

    def get(self, code: str) -> Diagnosis:
        """What is known of a code, known or not; the answer is in `valid_on`."""
        found = self._known.get(code)
        if found is None:
            if len(self._known) > 100_000:
                self._known.clear()
            found = self._known[code] = Diagnosis(code, self._spans(code), self)
        return found

    def _spans(self, code: str) -> tuple[Span, ...]:
        spans = []
        for (first, last, table), names in zip(self._pieces, self._flags, strict=True):
            for start, end, flags in table.rows(code):
                begins = max(number_day(start) or first, first)
                ends = min(number_day(end) or last, last)
                if begins <= ends:
                    spans.append((begins, ends, names[flags]))
        return tuple(sorted(spans, key=lambda s: s[0]))

    def has_children(self, code: str, day: date) -> bool:
        """Whether a longer code that begins with this one may be billed on the day."""
        if len(code) < 3:
            return False
        number = day_number(day)
        for first, last, table in self._pieces:
            if first <= day <= last:
                return any(
                    start <= number <= end and key != code
                    for key, (start, end, _) in table.starting_with(code)
                )
        return False

    def children(self, code: str, day: date) -> tuple[str, ...]:
        """The billable codes under a heading on a day: what to choose from."""
        number = day_number(day)
        for first, last, table in self._pieces:
            if first <= day <= last:
                return tuple(
                    key
                    for key, (start, end, _) in table.starting_with(code)
                    if start <= number <= end and key != code
                )
        return ()


def _begins_and_loaded(table: Table) -> tuple[date, int]:
    """The later beginning comes first; of one release corrected and loaded again, the last one loaded."""
    return table.header.covers_from or date.min, int((table.header.extra or {}).get("sequence", 0))


def _pieces(tables: tuple[Table, ...]) -> list[tuple[date, date, Table]]:
    """Disjoint stretches of days with the table that answers for each: the newest that covers it."""
    pieces: list[tuple[date, date, Table]] = []
    for table in sorted(tables, key=_begins_and_loaded, reverse=True):
        start = table.header.covers_from or date.min
        end = table.header.covers_to or date.max
        if pieces and end >= pieces[-1][0]:
            end = pieces[-1][0] - _DAY
        if start <= end:
            pieces.append((start, end, table))
    return sorted(pieces, key=lambda p: p[0])


def make_table(
    rows: Iterable[tuple[str, date, date | None, str]],
    *,
    release: str,
    source: str,
    covers_from: date,
    covers_to: date,
    licence: str = "public domain",
) -> Table:
    """A table of (code, first day, last day, flags joined by "|")."""
    flags: dict[str, int] = {"": 0}
    layout = struct.Struct(FIELDS)
    records = [
        code.encode().ljust(7)
        + layout.pack(
            day_number(start), OPEN if end is None else day_number(end), flags.setdefault(f, len(flags))
        )
        for code, start, end, f in rows
    ]
    header = Header(
        set="icd10cm",
        release=release,
        source=source,
        licence=licence,
        key=7,
        fields=FIELDS,
        covers_from=covers_from,
        covers_to=covers_to,
        extra={"flags": list(flags)},
    )
    return Table.of(header, records)
