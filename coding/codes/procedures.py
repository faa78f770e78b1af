"""The sets about procedures: which exist when (HCPCS, CPT), and what CMS's edits say of them.

Each is a `Table` that a loader makes from the official file. The layouts are declared here once;
`coding.codes.loaders` writes them, `Codes` reads them.

* hcpcs, cpt, hcpcs_modifier, taxonomy: first day, last day, place and length of the title in the text.
* ncci_practitioner, ncci_hospital, ncci_medicaid: key column 1 + column 2; first, last day, indicator.
* mue_practitioner, mue_hospital, mue_dme: units, adjudication indicator (MAI).
* aoc: key add-on + primary; type 1 2 3, first, last day.
* pprrvu: key procedure + modifier; status, global days, total RVU in hundredths, the four surgery
  indicators (files loaded before these were kept lack the last).
* coverage_policies: first, last day, diagnosis or its beginning, times, days, place and length of the name.
* clia_waived: first, last day, whether QW goes with it.
* icd10cm_index, icd10cm_eindex (external causes): place and length of the words that lead to the code.
* hcc_v22, hcc_v24, hcc_v28: the condition category of a diagnosis; with _labels their names, with _hierarchy
  the categories that one stands above.
* ra_procedures: the codes that count for risk adjustment.
* icd10pcs: as hcpcs. msdrg: as hcpcs.
* carc, rarc: first, last day, place and length of the official text.
"""

import struct
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from coding.codes.table import Header, Table, day_number

TITLED = "<HHIH"
PAIR = "<HHB"
UNITS = "<IB"
ADD_ON = "<BHH"
FEE = "<1s3sI4s"
COVERED = "<HH7sHHIH"
WAIVED = "<HH?"
CATEGORY = "<H"
LISTED = "<?"
_LONGEST = 0xFFFF  # bytes of a text, which TITLED and COVERED count in an H


class SurgeryMarks(NamedTuple):
    """The fee schedule's indicators of a procedure, "" where it has none: both sides (0 1 2 3 9), assistant
    (0 1 2 9), two surgeons (0 1 2 9), a team (0 1 2 9)."""

    bilateral: str = ""
    assistant: str = ""
    co_surgeon: str = ""
    team: str = ""


#: set -> (width of a key, struct format)
LAYOUTS: dict[str, tuple[int, str]] = {
    "hcpcs": (5, TITLED),
    "cpt": (5, TITLED),
    "hcpcs_modifier": (2, TITLED),
    "taxonomy": (10, TITLED),
    "carc": (6, TITLED),
    "rarc": (6, TITLED),
    "ncci_practitioner": (10, PAIR),
    "ncci_hospital": (10, PAIR),
    "ncci_medicaid": (10, PAIR),
    "mue_practitioner": (5, UNITS),
    "mue_hospital": (5, UNITS),
    "mue_dme": (5, UNITS),
    "aoc": (10, ADD_ON),
    "icd10cm_tabular": (8, "<B"),
    "icd10cm_excludes1": (3, "<7s7s7s7s"),
    "icd10cm_search": (1, "<B"),
    "icd10cm_index": (7, TITLED),
    "icd10cm_eindex": (7, TITLED),
    "pprrvu": (7, FEE),
    "coverage_policies": (5, COVERED),
    "clia_waived": (5, WAIVED),
    "hcc_v22": (7, CATEGORY),
    "hcc_v24": (7, CATEGORY),
    "hcc_v28": (7, CATEGORY),
    "hcc_v22_labels": (3, TITLED),
    "hcc_v24_labels": (3, TITLED),
    "hcc_v28_labels": (3, TITLED),
    "hcc_v22_hierarchy": (3, CATEGORY),
    "hcc_v24_hierarchy": (3, CATEGORY),
    "hcc_v28_hierarchy": (3, CATEGORY),
    "ra_procedures": (5, LISTED),
    "icd10pcs": (7, TITLED),
    "msdrg": (3, TITLED),
}
#: the primary "code" of an add-on whose parents each contractor defines
CONTRACTOR_DEFINED = "CCCCC"


def header(
    name: str,
    *,
    release: str,
    source: str,
    licence: str,
    covers_from: date | None,
    covers_to: date | None,
    extra: dict[str, Any] | None = None,
) -> Header:
    """The header of a table of one of the layouts above."""
    key, fields = LAYOUTS[name]
    return Header(
        set=name,
        release=release,
        source=source,
        licence=licence,
        key=key,
        fields=fields,
        covers_from=covers_from,
        covers_to=covers_to,
        extra=extra,
    )


def titled(rows: Iterable[tuple[str, date | None, date | None, str]], key: int) -> tuple[list[bytes], bytes]:
    """Records and text of (code, first day, last day, title)."""
    layout = struct.Struct(TITLED)
    texts = Texts()
    records = [
        code.encode().ljust(key) + layout.pack(day_number(start, 0), day_number(end), *texts.place(title))
        for code, start, end, title in rows
    ]
    return records, bytes(texts.data)


class Texts:
    """The texts that a table's rows name, each stored once."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._places: dict[bytes, int] = {}

    def place(self, text: str) -> tuple[int, int]:
        """Where a text begins, and its length in bytes; it is stored if it is new."""
        words = text.encode()
        if len(words) > _LONGEST:  # cut between two characters
            words = words[:_LONGEST].decode(errors="ignore").encode()
        if words not in self._places:
            self._places[words] = len(self.data)
            self.data += words
        return self._places[words], len(words)


def title_of(table: Table, row: tuple[Any, ...]) -> str:
    """The title of a row of a titled table."""
    place, length = row[2], row[3]
    return table.text_at(place, length).decode()
