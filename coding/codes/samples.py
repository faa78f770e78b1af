"""Small code sets written out in examples and tests: `CLEAN.but(codes={"ncci_practitioner": [...]})`.

Rows: titled sets (code, first, last, title); pairs (column 1, column 2, indicator); mue (code,
units, MAI); aoc (add-on, primary, type); pprrvu (procedure, global days, and where given the indicators of
bilateral, assistant, co-surgeon and team as four characters); coverage_policies (name, procedure, diagnosis,
times, days); clia_waived (test, QW); hcc_v28 (diagnosis, category), hcc_v28_hierarchy (category, one below
it); ra_procedures (code,).
"""

import struct
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from coding.codes.procedures import (
    ADD_ON,
    CATEGORY,
    COVERED,
    FEE,
    LAYOUTS,
    LISTED,
    PAIR,
    TITLED,
    UNITS,
    WAIVED,
    Texts,
    header,
)
from coding.codes.table import OPEN, Header, Table
from coding.codes.title_index import indexed


def sample_tables(sets: Mapping[str, Iterable[tuple[Any, ...]]]) -> list[Table]:
    """The tables of the named small sets; each covers every day unless `(None, from, to)` comes first.

    Raises:
        KeyError: no such set.
    """
    return [_table(name, list(rows)) for name, rows in sets.items()]


def _table(name: str, rows: list[tuple[Any, ...]]) -> Table:
    first: date | None = None
    last: date | None = None
    if rows and rows[0][0] is None:
        _, first, last = rows.pop(0)
    key, fields = LAYOUTS[name]
    head = header(name, release="sample", source="example", licence="none", covers_from=first, covers_to=last)
    if fields == COVERED:
        return _covered(head, rows)
    if fields == TITLED:
        return indexed(head, rows)
    make = {
        PAIR: lambda r: (r[0] + r[1], (0, OPEN, r[2])),
        UNITS: lambda r: (r[0], (r[1], r[2])),
        WAIVED: lambda r: (r[0], (0, OPEN, r[1])),
        CATEGORY: lambda r: (r[0], (r[1],)),
        LISTED: lambda r: (r[0], (True,)),
        ADD_ON: lambda r: (r[0] + r[1], (r[2], 0, OPEN)),
        FEE: lambda r: (r[0], (b"A", r[1].encode(), 100, (r[2] if len(r) > 2 else "    ").encode())),
    }[fields]
    layout = struct.Struct(fields)
    return Table.of(head, [k.encode().ljust(key) + layout.pack(*v) for k, v in map(make, rows)])


def _covered(head: Header, rows: list[tuple[Any, ...]]) -> Table:
    layout = struct.Struct(COVERED)
    names, records = Texts(), []
    for name, procedure, diagnosis, times, days in rows:
        facts = (0, OPEN, diagnosis.encode().ljust(7), times, days, *names.place(name))
        records.append(procedure.encode() + layout.pack(*facts))
    return Table.of(head, records, bytes(names.data))
