"""A home's own code sets: prepare an official file, see what it changes, apply it, see what is loaded.

    prepared = library.prepare([path], codes)         # refuses a damaged file whole
    prepared.changes                                  # added, ended, revised, before anything is written
    library.apply(prepared, home / "codes")           # one new file a set; earlier releases stay

Files are written beside each other under a temporary name and renamed, so a reader never sees half
of one. A release that comes in several files (NCCI) is joined with the parts already there.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coding.codes.loaders import load_file
from coding.codes.procedures import TITLED
from coding.codes.store import SUFFIX, Codes
from coding.codes.table import OPEN, Table, day_number
from coding.codes.tabular import Tabular

_EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new release changes in one set against the release before; examples are codes."""

    set: str
    release: str
    previous: str
    rows: int
    added: int = 0
    ended: int = 0
    revised: int = 0
    examples: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Official files read and checked, nothing written yet. `replaces` are parts that were joined."""

    layouts: tuple[str, ...]
    tables: tuple[Table, ...]
    changes: tuple[Change, ...]
    replaces: tuple[Table, ...] = ()


def prepare(paths: Sequence[Path], codes: Codes) -> Prepared:
    """Reads official files against what is loaded.

    Raises:
        RefusedFileError: a file is not known or damaged; none of them is taken.
    """
    layouts: list[str] = []
    tables: dict[tuple[str, str], Table] = {}
    replaces: list[Table] = []
    for path in paths:
        layout, found = load_file(path, codes)
        layouts.append(layout)
        for table in found:
            key = (table.header.set, table.header.release)
            if key in tables:
                tables[key] = _joined(tables[key], table)
            else:
                tables[key] = table
    for key, table in tables.items():
        for there in codes.tables:
            if (there.header.set, there.header.release) == key and _parts(there) - _parts(table):
                tables[key] = _joined(there, table)
                replaces.append(there)
    made = []
    for table in tables.values():
        sequence = sum(t.header.set == table.header.set for t in codes.tables)
        made.append(table.with_header(extra={**(table.header.extra or {}), "sequence": sequence}))
    changes = tuple(changes_of(table, codes) for table in made if table.header.set not in _DERIVED)
    return Prepared(layouts=tuple(layouts), tables=tuple(made), changes=changes, replaces=tuple(replaces))


#: Made beside another set, of no interest of their own in a preview.
_DERIVED = frozenset({"icd10cm_search", "icd10cm_excludes1"})


def _parts(table: Table) -> frozenset[str]:
    return frozenset((table.header.extra or {}).get("parts", ()))


def _joined(one: Table, other: Table) -> Table:
    """Two parts of one release as one table."""
    parts = sorted(_parts(one) | _parts(other))
    records = (record for table in (one, other) for record in table.records())
    return Table.of(one.header, records).with_header(extra={"parts": parts})


def changes_of(table: Table, codes: Codes) -> Change:
    """The difference of a new release from the newest one of its set that is loaded."""
    header = table.header
    before = [t for t in codes.tables if t.header.set == header.set]
    old = max(before, key=lambda t: (t.last, t.header.release), default=None)
    counts = {"added": 0, "ended": 0, "revised": 0}
    examples: dict[str, list[str]] = {name: [] for name in counts}
    for what, key in _differences(old, table):
        counts[what] += 1
        if len(examples[what]) < _EXAMPLES:
            examples[what].append(key)
    return Change(
        set=header.set,
        release=header.release,
        previous=old.header.release if old is not None else "",
        rows=len(table),
        added=counts["added"],
        ended=counts["ended"],
        revised=counts["revised"],
        examples=tuple((name, tuple(found)) for name, found in examples.items() if found),
    )


def _differences(old: Table | None, new: Table) -> Iterator[tuple[str, str]]:
    """(what, key) in the order of keys, both tables walked once."""
    ours = _groups(new, None)
    theirs = _groups(old, new) if old is not None else iter(())
    a, b = next(ours, None), next(theirs, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a[0] < b[0]):
            assert a is not None
            if a[2]:
                yield "added", a[0]
            a = next(ours, None)
        elif a is None or b[0] < a[0]:
            if b[2]:
                yield "ended", b[0]
            b = next(theirs, None)
        else:
            if b[2] and not a[2]:
                yield "ended", a[0]
            elif a[2] and not b[2]:
                yield "added", a[0]
            elif a[1] != b[1]:
                yield "revised", a[0]
            a, b = next(ours, None), next(theirs, None)


def _groups(table: Table, against: Table | None) -> Iterator[tuple[str, object, bool]]:
    """(key, what is compared, whether it is in force) for each key of a table.

    A dated row is in force while its end is open or not before the new release begins.
    """
    name = table.header.set
    judge = against if against is not None else table
    start = day_number(judge.header.covers_from, 0)
    titles = Tabular(table).titles() if name == "icd10cm_tabular" else {}
    for key, rows in table.groups():
        if name == "icd10cm":
            yield key, None, any(end >= start - 1 for _, end, _ in rows)
        elif name == "icd10cm_tabular":
            yield key, titles.get(key), True
        elif table.header.fields == TITLED:
            said = tuple((s, table.text_at(place, length)) for s, _, place, length in rows)
            yield key, said, any(end == OPEN or end >= start for _, end, _, _ in rows)
        elif name.startswith("ncci"):
            yield key, rows, any(end == OPEN for _, end, _ in rows)
        elif name == "aoc":
            yield key, rows, any(end == OPEN for _, _, end in rows)
        else:
            yield key, rows, True


def apply(prepared: Prepared, directory: Path) -> list[Path]:
    """Writes the prepared tables into a home's directory; the files that are there now, new ones last.

    Nothing is overwritten: each file is named for its set, release and content.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for table in prepared.tables:
        data = bytes(table.data)
        slug = re.sub(r"[^A-Za-z0-9.]+", "-", table.header.release).strip("-")
        name = f"{table.header.set}.{slug}.{hashlib.sha256(data).hexdigest()[:8]}{SUFFIX}"
        temporary = directory / f".{name}.part"
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(directory / name)
        written.append(directory / name)
    for path in _files_of(prepared.replaces, directory):
        if path not in written:
            path.unlink(missing_ok=True)  # its records are all in the joined file
    return written


def _files_of(tables: Iterable[Table], directory: Path) -> Iterator[Path]:
    for table in tables:
        digest = hashlib.sha256(bytes(table.data)).hexdigest()[:8]
        yield from directory.glob(f"{table.header.set}.*.{digest}{SUFFIX}")
