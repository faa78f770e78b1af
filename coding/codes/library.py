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
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coding.codes.loaders import RefusedFileError, load_file, official_files
from coding.codes.procedures import TITLED
from coding.codes.store import SUFFIX, Codes, loaded_as, release_order
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
    loaded_already: bool = False
    examples: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def ends_much(self) -> bool:
        """Whether more ends than a year's changes ever did: a file that lost its tail looks like this."""
        return self.ended > 0 and self.ended > (self.rows + self.ended) // 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Official files read and checked, nothing written yet. `files` are the names of what was read (of
    a .zip its members), `layouts` what each is; `replaces` are parts that were joined."""

    files: tuple[str, ...]
    layouts: tuple[str, ...]
    tables: tuple[Table, ...]
    changes: tuple[Change, ...]
    replaces: tuple[Table, ...] = ()


def prepare(paths: Sequence[Path], codes: Codes) -> Prepared:
    """Reads official files, or the .zip they came in, against what is loaded.

    Raises:
        RefusedFileError: a file is not known or damaged; none of them is taken.
    """
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for n, path in enumerate(paths):
            place = Path(folder) / str(n)
            place.mkdir()
            files += official_files(path, place)
        return _prepared(files, codes)


def _prepared(files: Sequence[Path], codes: Codes) -> Prepared:
    layouts: list[str] = []
    tables: dict[tuple[str, str], Table] = {}
    known_by_then = codes  # a file may build on the one before it: notes on titles, addenda on an order
    for path in files:
        layout, found = load_file(path, known_by_then)
        layouts.append(layout)
        for table in found:
            key = (table.header.set, table.header.release)
            tables[key] = (
                _after(tables[key], table, path) if key in tables else _numbered(table, known_by_then)
            )
        known_by_then = Codes((*codes.tables, *tables.values()))
    new: list[Table] = []
    changes: list[Change] = []
    replaces: list[Table] = []
    for key, table in tables.items():
        before = [t for t in codes.tables if (t.header.set, t.header.release) == key]
        there = max(before, key=loaded_as, default=None)
        known = there is not None and _holds(there, table)
        if there is not None and not known and _parts(there) - _parts(table):
            table = _numbered(_joined(there, table), codes)
            replaces.append(there)
        if not known:
            new.append(table)
        if table.header.set not in _DERIVED:
            changes.append(changes_of(table, codes, loaded_already=known))
    return Prepared(
        files=tuple(path.name for path in files),
        layouts=tuple(layouts),
        tables=tuple(new),
        changes=tuple(changes),
        replaces=tuple(replaces),
    )


def _numbered(table: Table, codes: Codes) -> Table:
    """The table as the next one of its set that is loaded."""
    before = [loaded_as(t) for t in codes.tables if t.header.set == table.header.set]
    return table.with_header(extra={**(table.header.extra or {}), "sequence": max(before, default=0) + 1})


def _after(one: Table, other: Table, path: Path) -> Table:
    """Two tables of one release among the files given: its parts, or the same file twice."""
    if _parts(one) and _parts(other):
        made = _joined(one, other)
        return made.with_header(extra={**(made.header.extra or {}), "sequence": loaded_as(one)})
    if one.content != other.content:
        said = f"{other.header.set} {other.header.release} came with another file already; give one of them"
        raise RefusedFileError(path.name, 1, said)
    return one


def _holds(there: Table, table: Table) -> bool:
    """Whether a loaded release says everything that a file says: the same file, or a part of it."""
    if there.first != table.first or not _parts(table) <= _parts(there):
        return False
    if not _parts(table):
        return there.content == table.content
    rest = there.records()  # both are sorted: one walk
    return all(record in rest for record in table.records())


#: Made beside another set, of no interest of their own in a preview.
_DERIVED = frozenset({"icd10cm_search", "icd10cm_excludes1"})


def _parts(table: Table) -> frozenset[str]:
    return frozenset((table.header.extra or {}).get("parts", ()))


def _joined(one: Table, other: Table) -> Table:
    """Two parts of one release as one table."""
    parts = sorted(_parts(one) | _parts(other))
    records = (record for table in (one, other) for record in table.records())
    return Table.of(one.header, records).with_header(extra={"parts": parts})


def changes_of(table: Table, codes: Codes, *, loaded_already: bool = False) -> Change:
    """The difference of a new release from the one it follows: the release loaded that answers for its
    first day, or the latest that ends before. An older release is not measured against a newer one."""
    header = table.header
    before = [
        t
        for t in codes.tables
        if t.header.set == header.set
        and (release_order(t) <= release_order(table) or t.first < table.first <= t.last)
    ]
    old = max(before, key=release_order, default=None)
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
        loaded_already=loaded_already,
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
    # The day before the new release begins, or the last that the one before it answers for.
    eve = min(start - 1, day_number(table.header.covers_to))
    titles = Tabular(table).titles() if name == "icd10cm_tabular" else {}
    for key, rows in table.groups():
        if name == "icd10cm":
            yield key, None, any(end >= eve for _, end, _ in rows)
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
