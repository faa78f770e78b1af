"""`icd10cm_index_YYYY.xml`: CDC's Alphabetic Index, of diseases and injuries or of external causes.

`ICD10CM.index` holds `letter`s, these `mainTerm`s, these `term`s within `term`s. Each has a `title` (with its
nonessential modifiers in `nemod`), and a `code`, a `see` or a `seeAlso`. What a term leads to is kept as a
phrase, the words on the way to it, which search then knows; `see` takes the code of the term it names. The
tables of drugs and of neoplasms have another layout (`indexHeading`) and are not taken.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from coding.codes import tabular_xml
from coding.codes.encoder_tables import titled_tables, titles_in
from coding.codes.loaders.lines import RefusedFileError
from coding.codes.procedures import header, titled
from coding.codes.table import Table
from coding.codes.tabular import Tabular

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "ICD-10-CM Alphabetic Index"
_CODE = re.compile(r"([A-Z]\d[0-9A-Z])(?:\.([0-9A-Z]{0,4}))?-?")
_MOST_SEEN = 5  # sees that lead to sees
_Path = tuple[str, ...]


def recognises(name: str, head: bytes) -> bool:
    return b"<ICD10CM.index" in head[:4096] and b"<indexHeading" not in head


def load(path: Path, codes: "Codes") -> list[Table]:
    """The index's phrases with their codes, and search with them.

    Raises:
        RefusedFileError: not well-formed, no version, a code of no shape, or an index of other codes than
            the tabular that is loaded.
    """
    data = path.read_bytes()
    try:
        root = tabular_xml.root_of(data, "ICD10CM.index", "Alphabetic Index")
    except tabular_xml.TabularError as error:
        raise RefusedFileError(path.name, error.line, error.reason) from error
    version = (root.findtext("version") or "").strip()
    if not re.fullmatch(r"20\d\d", version):
        raise RefusedFileError(path.name, 1, "no version with its year; download the file again")
    if codes.tabular is None:
        raise RefusedFileError(path.name, 1, "no tabular is loaded; load icd10c-tabular-YYYY.xml first")
    found = _leading(root, path.name, data)
    known = [(code, said) for code, said in found if codes.tabular.has(code)]
    if 2 * len(known) < len(found) or not known:
        raise RefusedFileError(path.name, 1, "most of its codes are not in the tabular that is loaded")
    causes = "external" in (root.findtext("title") or "").lower()
    name, kind = ("icd10cm_eindex", "external causes") if causes else ("icd10cm_index", "index")
    head = header(
        name,
        release=f"FY{version}",
        source=f"CDC, {path.name}",
        licence="public domain",
        covers_from=None,
        covers_to=None,
    )
    records, text = titled(((code, None, None, said) for code, said in known), head.key)
    release = f"{codes.tabular.table.header.release}, {kind} {version}"
    return [Table.of(head, records, text), _search(codes, codes.tabular, name, known, release)]


def _search(codes: "Codes", tabular: Tabular, name: str, known: list[tuple[str, str]], release: str) -> Table:
    """Search over the titles and notes that are loaded, this index, and the other one where it is loaded."""
    made = titled_tables(
        tabular,
        titles_in(tabular),
        release=release,
        source="CDC, tabular and index",
        indexed=codes.index_phrases(but=name) + known,
    )
    return made["icd10cm_search"]


def _leading(root: Xml.Element, name: str, data: bytes) -> list[tuple[str, str]]:
    """(code, phrase) of every term that leads to a code, by its own or by a see."""
    own: dict[_Path, str] = {}
    sees: dict[_Path, _Path] = {}
    said: dict[_Path, str] = {}
    for path, words, element in _terms(root):
        said.setdefault(path, words)
        code = (element.findtext("code") or "").strip()
        if code:
            shape = _CODE.fullmatch(code)
            if shape is None:
                raise RefusedFileError(name, _line(data, code), f"{code[:12]!r} is no ICD-10-CM code")
            own.setdefault(path, shape[1] + (shape[2] or ""))
        see = element.findtext("see") or element.findtext("seeAlso") or ""
        if see.strip():
            sees.setdefault(path, _named(see))
    if not own:
        raise RefusedFileError(name, 1, "no term of the file leads to a code")
    found = []
    for path, words in said.items():
        at: _Path | None = path
        for _ in range(_MOST_SEEN):
            if at is None or at in own:
                break
            at = sees.get(at)
        if at is not None and at in own:
            found.append((own[at], words))
    return found


def _terms(root: Xml.Element) -> Iterator[tuple[_Path, str, Xml.Element]]:
    """Every term: its path of plain titles, the words on the way to it, its element."""
    waiting = [((), "", main) for letter in root.iter("letter") for main in letter.findall("mainTerm")]
    todo: list[tuple[_Path, str, Xml.Element]] = list(reversed(waiting))
    while todo:
        above, before, element = todo.pop()
        title = element.find("title")
        words = re.sub(r"\s+", " ", "".join(title.itertext())).strip() if title is not None else ""
        plain = ((title.text or "") if title is not None else "").strip().lower()
        path, said = (*above, plain), f"{before} {words}".strip()
        yield path, said, element
        todo += [(path, said, term) for term in reversed(element.findall("term"))]


def _named(see: str) -> _Path:
    """The path that a see names: `Fracture, traumatic, wrist`."""
    plain = re.sub(r"\([^()]*\)", "", see).lower()
    return tuple(part.strip() for part in plain.split(",") if part.strip())


def _line(data: bytes, code: str) -> int:
    at = data.find(f"<code>{code}".encode())
    return data.count(b"\n", 0, max(at, 0)) + 1
