"""Every reader of bytes from outside, as a function that reads all of it.

A reader may refuse with a problem, a finding or its own coded error; anything else is a fault of ours.
What it says is given back, so that it can be searched for a patient's data.
"""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import edi
import intake
from coding.codes import library
from coding.codes.loaders import RefusedFileError
from config import partners
from config.errors import ConfigurationError
from config.settings import load
from intake.manifest import Manifest
from tests.coding.codes.test_loaders import FILES as OFFICIAL
from tests.coding.codes.test_loaders import SMALL, packed
from tests.conftest import CHECKOUT
from tests.fuzz.documents import ENCOUNTERS, X12

DEMO = CHECKOUT / "config" / "demo"
PARTNERS = {
    f"{folder}/{file.name}": file.read_bytes()
    for folder in ("practices", "payers", "clearinghouses")
    for file in sorted((DEMO / folder).glob("*.toml"))
}


def encounters(name: str) -> Callable[[bytes], str]:
    """A file of the inbox; its problems' words."""

    def read(data: bytes) -> str:
        found = intake.read(name, data)
        return "\n".join(f"{p.code} {p.place} {p.message} {p.remedy}" for p in found.problems)

    return read


def manifest(data: bytes) -> str:
    found = intake.read_manifest("manifest.json", data)
    return "" if isinstance(found, Manifest) else f"{found.code} {found.place} {found.message} {found.remedy}"


def x12(data: bytes) -> str:
    """All readers of X12, the check and the reply; the findings' words without the segment they quote."""
    list(edi.read_claims(data))
    list(edi.read_acknowledgments(data))
    for remittance in edi.read_remittances(data):
        list(remittance.claims)
    said = [f"{f.code} {f.message} {f.fix}" for f in edi.check(data)]
    if edi.read_envelopes(data):
        try:
            edi.acknowledge(data)
        except edi.UnwritableError as error:  # an envelope that no reply can be addressed to
            said.append(str(error))
    return "\n".join(said)


def partner(name: str) -> Callable[[bytes], str]:
    """A partner's TOML among the demo's others."""

    def read(data: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            for other, content in PARTNERS.items():
                file = Path(folder, "partners", other)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data if other == name else content)
            with suppress(ConfigurationError):  # its words quote the operator's own text
                partners.load(Path(folder, "partners"))
        return ""

    return read


def settings_file(data: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "cleanclaim.toml").write_bytes(data)
        with suppress(ConfigurationError):
            load(Path(folder))
    return ""


def code_file(name: str) -> Callable[[bytes], str]:
    """An official code set, as `cleanclaim codes load` reads it against what is loaded."""

    def read(data: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, name)
            file.write_bytes(data)
            with suppress(RefusedFileError):  # its words quote a public file, not a patient's
                library.prepare([file], SMALL)
        return ""

    return read


def sheet(data: bytes) -> str:
    """The XML of a sheet inside a workbook that is whole."""
    with tempfile.TemporaryDirectory() as folder, suppress(RefusedFileError):
        library.prepare([packed(Path(folder, "HCPC2027_OCT_ANWEB.xlsx"), data, SHEET_WORDS)], SMALL)
    return ""


SHEET_WORDS = ["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "ADD DT", "TERM DT", "A0021", "00100", "3"]
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    + "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{chr(65 + n)}{row}" t="s"><v>{word}</v></c>' for n, word in enumerate(words))
        + "</row>"
        for row, words in enumerate(([0, 1, 2, 3, 4, 5], [6, 7, 8, 0, 7]), 1)
    )
    + "</sheetData></worksheet>"
).encode()
CODE_FILES = {name: text.encode("latin-1") for name, text in OFFICIAL.values()}
SETTINGS = b'demo = true\nchunk_size = 100\ntime_zone = "UTC"\nnightly_cron = "0 20 * * 1-5"\n'
MANIFEST = b'{"practice": "lakeside", "date": "2026-11-16", "files": 3, "encounters": 4}'

READERS: dict[str, tuple[bytes, Callable[[bytes], str]]] = {
    **{name: (data, encounters(name)) for name, data in ENCOUNTERS.items()},
    "manifest.json": (MANIFEST, manifest),
    **{name: (data, x12) for name, data in X12.items()},
    **{
        name: (PARTNERS[name], partner(name))
        for name in (next(n for n in PARTNERS if n.startswith(kind)) for kind in ("pr", "pa", "cl"))
    },
    "cleanclaim.toml": (SETTINGS, settings_file),
    "codes/sheet.xml": (SHEET, sheet),
    **{f"codes/{name}": (data, code_file(name)) for name, data in CODE_FILES.items()},
}
"""By a file's name: a good one, and who reads it."""
