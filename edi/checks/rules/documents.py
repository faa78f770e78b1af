"""275: a document in BDS is whole and can be opened."""

from collections.abc import Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

DAMAGED: Final = kind(
    "SIT-44",
    "Document that is cut off or damaged",
    4,
    "Give BDS02 the number of characters in BDS03, and in BDS03 the document's whole base64.",
    Answer("999", element="7"),
)


@rule(DAMAGED, "275", loop="2110B")
def document_is_whole(object_: Any, run: Run) -> Iterator[Fault]:
    """BDS02 is the length of BDS03, and BDS03 is base64. One fault a document."""
    document = object_.document
    if not document or document.decoded is not None:
        return
    length = document.length != str(len(document.data))
    yield Fault(document, "2" if length else "3", "the data has another length" if length else "no base64")
