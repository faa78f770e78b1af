"""`icd10pcs_tables_YYYY.xml`: the tables of ICD-10-PCS, whose rows multiply into its codes.

`ICD10PCS.tabular` holds `pcsTable`s: three `axis` (section, body system, operation) with one `label` each,
then `pcsRow`s of four `axis` (4 to 7), each with the labels that may be combined. `values` says how many
labels an axis has, `codes` how many codes a row makes: both are held against what is there. The titles are
made of the labels.
"""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from coding.codes import tabular_xml
from coding.codes.inpatient import has_pcs_shape
from coding.codes.loaders.fiscal_year import period
from coding.codes.loaders.icd10pcs_order import pcs_table
from coding.codes.loaders.lines import RefusedFileError
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "ICD-10-PCS tables"
_AXES = 7
_MOST = 500_000  # codes: the code set has a sixth of it
_SAYS_NOTHING = ("No Device", "No Qualifier")
_Label = tuple[str, str]


def recognises(name: str, head: bytes) -> bool:
    return b"<ICD10PCS.tabular" in head[:4096]


def load(path: Path, codes: "Codes") -> list[Table]:
    """The codes that the tables make, with titles of their labels.

    Raises:
        RefusedFileError: not well-formed, no year, an axis that is missing or has not as many labels as it
            says, a label that is none, or a code that comes twice.
    """
    data = path.read_bytes()
    try:
        root = tabular_xml.root_of(data, "ICD10PCS.tabular", "tables of ICD-10-PCS")
    except tabular_xml.TabularError as error:
        raise RefusedFileError(path.name, error.line, error.reason) from error
    version = (root.findtext("version") or "").strip()
    if not re.fullmatch(r"20\d\d", version):
        raise RefusedFileError(path.name, 1, "no version with its year; download the file again")
    lines = [data.count(b"\n", 0, found.start()) + 1 for found in re.finditer(rb"<pcsTable\b", data)]
    rows: dict[str, str] = {}
    for table, line in itertools.zip_longest(root.iter("pcsTable"), lines, fillvalue=None):
        if table is None:
            break  # one more is named in a comment
        for code, title in _codes(table, path.name, line or 1):
            if code in rows:
                raise RefusedFileError(path.name, line or 1, f"{code} comes twice")
            rows[code] = title
            if len(rows) > _MOST:
                raise RefusedFileError(path.name, line or 1, "makes more codes than any release has")
    if not rows:
        raise RefusedFileError(path.name, 1, "no table of the file makes a code")
    april = " April" if re.search(r"apr", path.name, re.IGNORECASE) else ""
    release, start, end = period(f"{version}{april}")
    return [pcs_table(list(rows.items()), release, start, end, path.name)]


def _codes(table: Xml.Element, name: str, line: int) -> Iterator[tuple[str, str]]:
    head = _axes(table, range(1, 4), name, line)
    if any(len(labels) != 1 for labels in head):
        raise RefusedFileError(name, line, "a table of more than one section, body system or operation")
    section, system, operation = (labels[0] for labels in head)
    begins = "".join(code for code, _ in (section, system, operation))
    for row in table.findall("pcsRow"):
        axes = _axes(row, range(4, _AXES + 1), name, line)
        made = 1
        for labels in axes:
            made *= len(labels)
        said = row.get("codes", str(made))
        if said != str(made):
            raise RefusedFileError(name, line, f"a row of table {begins} says {said} codes and makes {made}")
        for chosen in itertools.product(*axes):
            code = begins + "".join(label for label, _ in chosen)
            if not has_pcs_shape(code):
                raise RefusedFileError(name, line, f"{code[:9]!r} is no code")
            parts = [words for _, words in chosen if words not in _SAYS_NOTHING]
            yield code, f"{operation[1]} of {', '.join(parts)} ({system[1]}, {section[1]})"


def _axes(of: Xml.Element, wanted: range, name: str, line: int) -> list[list[_Label]]:
    """The labels of each axis that is wanted, in its order."""
    found = []
    axes = of.findall("axis")
    if [axis.get("pos") for axis in axes] != [str(n) for n in wanted]:
        raise RefusedFileError(name, line, f"not the axes {wanted[0]} to {wanted[-1]} in their order")
    for axis in axes:
        labels = [
            (label.get("code", ""), " ".join((label.text or "").split())) for label in axis.findall("label")
        ]
        place = f"axis {axis.get('pos')}"
        if axis.get("values", str(len(labels))) != str(len(labels)) or not labels:
            raise RefusedFileError(name, line, f"{place} says {axis.get('values')} values, has {len(labels)}")
        if not all(len(code) == 1 and words for code, words in labels):
            raise RefusedFileError(name, line, f"{place} has a label without a code or words")
        found.append(labels)
    return found
