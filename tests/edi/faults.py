"""Single faults to put into the clean files (`clean/*.edi`), from `faults.tsv`: one fault a line.

`old` is replaced by `new` once. SE01 is counted again afterwards, so that a segment more or less is
no second fault, unless it is the count that is wrong. The rest of the line says what must be found,
and where: an element is "2" or "5-3", empty for the whole segment.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
KINDS = {"professional": "837P", "institutional": "837I", "remittance": "835"}


@dataclass(frozen=True, slots=True)
class Fault:
    """`old` to `new` in a clean file gives one finding, `code` at loop, segment and element."""

    name: str
    file: str
    snip: int
    code: str
    severity: str
    loop: str
    segment: str
    element: str
    old: str
    new: str

    @property
    def kind(self) -> str:
        return KINDS[self.file]

    @property
    def place(self) -> str:
        """As the table shows it: 2300 CLM05-3."""
        first, dash, rest = self.element.partition("-")
        return f"{self.loop} {self.segment}{first.zfill(2) if first else ''}{dash}{rest}".strip()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def load() -> tuple[Fault, ...]:
    """Every fault of the table."""
    with (HERE / "faults.tsv").open(encoding="ascii", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        # A row of CSV is text; only `snip` is a number.
        return tuple(Fault(**{**row, "snip": int(row["snip"])}) for row in rows)  # type: ignore[arg-type]


def clean(file: str) -> str:
    """A clean file without its line breaks."""
    return (HERE / "clean" / f"{file}.edi").read_text(encoding="ascii").replace("\n", "")


def damaged(fault: Fault) -> bytes:
    """The clean file with the fault in it. Raises `ValueError` where there is nothing to replace."""
    text = clean(fault.file)
    if fault.old not in text:
        raise ValueError(f"{fault}: the clean file has no {fault.old}")
    text = text.replace(fault.old, fault.new, 1)
    return (text if fault.old.startswith("SE*") else counted(text)).encode("latin-1")


def counted(text: str) -> str:
    """The same with SE01 counted again."""
    segments = text.split("~")
    start = next(n for n, s in enumerate(segments) if s.startswith("ST*"))
    stop = next(n for n, s in enumerate(segments) if s.startswith("SE*"))
    segments[stop] = f"SE*{stop - start + 1}*{segments[stop].split('*')[2]}"
    return "~".join(segments)
