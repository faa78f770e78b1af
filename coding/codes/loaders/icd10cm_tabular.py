"""`icd10c-tabular-*.xml`: CDC's tabular list, with titles, tree, notes and 7th characters."""

from pathlib import Path
from typing import TYPE_CHECKING

from coding.codes import tabular_xml
from coding.codes.encoder_tables import encoder_tables, titles_in
from coding.codes.loaders.lines import RefusedFileError
from coding.codes.table import Table

if TYPE_CHECKING:
    from coding.codes.store import Codes

LAYOUT = "ICD-10-CM tabular"


def recognises(name: str, head: bytes) -> bool:
    return b"<ICD10CM.tabular" in head[:4096]


def load(path: Path, codes: "Codes") -> list[Table]:
    """Tabular, Excludes1 and search index. Titles with a 7th character stay those that are loaded.

    Raises:
        RefusedFileError: not well-formed, or no tabular.
    """
    try:
        version, nodes = tabular_xml.read(path.read_bytes())
    except tabular_xml.TabularError as error:
        raise RefusedFileError(path.name, error.line, error.reason) from error
    named = titles_in(codes.tabular) if codes.tabular is not None else {}
    for node in nodes:
        if node.key[0].isupper():
            named[node.key] = (named.get(node.key, (False, ""))[0], node.title)
    release = f"FY{version}" if version.isdigit() else path.stem
    made = encoder_tables(
        named, nodes, release=release, source=f"CDC, {path.name}", indexed=codes.index_phrases()
    )
    return list(made.values())
