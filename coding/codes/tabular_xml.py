"""Reads CDC's ICD-10-CM tabular XML: titles, notes and the tree, each as a `Node`.

Layout: `ICD10CM.tabular` holds `chapter`s, these `section`s, these `diag`s within `diag`s. Notes are
`includes`, `inclusionTerm`, `excludes1`, `excludes2`, `codeFirst`, `useAdditionalCode`, `codeAlso`,
`notes`; 7th characters are `sevenChrDef/extension`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as Xml

_NOTES = {
    "includes": "includes",
    "inclusionTerm": "inclusion",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
    "notes": "notes",
}


class TabularError(Exception):
    """The file is not CDC's XML, of the tabular or its index, or is damaged. Download it again."""

    code = "CODES-TABULAR"

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line


@dataclass(slots=True)
class Node:
    """A chapter (key `ch01`), a section (`sA00-A09`) or a code (`A000`, no dot), with its notes."""

    key: str
    title: str
    parent: str
    notes: dict[str, list[str]] = field(default_factory=dict)
    seventh: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"title": self.title, "parent": self.parent}
        facts.update({name: notes for name, notes in self.notes.items() if notes})
        if self.seventh:
            facts["seventh"] = self.seventh
        return facts


# A code of three to seven characters without its dot, a section by its range, a chapter by its number.
_KEY = re.compile(r"[A-Z][0-9A-Z]{2,6}|s[A-Z][0-9A-Z]{2}(-[A-Z][0-9A-Z]{2})?|ch\d\d")


def is_key(key: str) -> bool:
    """Whether a key names a code, a section or a chapter."""
    return _KEY.fullmatch(key) is not None


def read(data: bytes) -> tuple[str, list[Node]]:
    """The version (its year) and every node, parents before children.

    Raises:
        TabularError: no tabular, not well-formed, or with a DOCTYPE (which CDC's file never has).
    """
    root = root_of(data, "ICD10CM.tabular", "tabular")
    nodes = [node for chapter in root.iter("chapter") for node in _chapter(chapter)]
    if not nodes:
        raise TabularError("the file has no chapter")
    return (root.findtext("version") or "").strip(), nodes


def root_of(data: bytes, tag: str, name: str) -> Xml.Element:
    """The root of one of CDC's files, which is called `name`.

    Raises:
        TabularError: another root than `tag`, not well-formed, or with a DOCTYPE.
    """
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise TabularError(f"the file declares a DOCTYPE; CDC's {name} has none: refuse it")
    try:
        root = Xml.fromstring(data)
    except Xml.ParseError as error:
        raise TabularError("not well-formed XML; download the file again", error.position[0]) from error
    except (LookupError, ValueError) as error:
        raise TabularError("it declares an encoding that can't be read; download the file again") from error
    if root.tag != tag:
        raise TabularError(f"not CDC's {name} ({tag})")
    return root


def _chapter(element: Xml.Element) -> Iterator[Node]:
    number = (element.findtext("name") or "").strip()
    key = f"ch{number:0>2}"
    node = _node(element, key, "")
    node.title = re.sub(r"\s*\([^()]*\)$", "", node.title)
    yield node
    for section in element.findall("section"):
        yield from _section(section, key)
    for diagnosis in element.findall("diag"):
        yield from _diagnosis(diagnosis, key, {})


def _section(element: Xml.Element, parent: str) -> Iterator[Node]:
    key = "s" + element.get("id", "")
    node = _node(element, key, parent)
    node.title = re.sub(r"\s*\([^()]*\)$", "", node.title)
    yield node
    for section in element.findall("section"):
        yield from _section(section, key)
    for diagnosis in element.findall("diag"):
        yield from _diagnosis(diagnosis, key, {})


def _diagnosis(element: Xml.Element, parent: str, seventh: dict[str, str]) -> Iterator[Node]:
    key = (element.findtext("name") or "").replace(".", "").strip()
    node = _node(element, key, parent)
    if not node.seventh:
        node.seventh = seventh  # said once at the top, meant for every code below
    yield node
    for child in element.findall("diag"):
        yield from _diagnosis(child, key, node.seventh)


def _node(element: Xml.Element, key: str, parent: str) -> Node:
    if not is_key(key):
        raise TabularError("a chapter, section or code that is named like none; download the file again")
    node = Node(key, _text(element.find("desc")), parent)
    for child in element:
        name = _NOTES.get(child.tag)
        if name is not None:
            node.notes.setdefault(name, []).extend(_text(note) for note in child.findall("note"))
        elif child.tag == "sevenChrDef":
            node.seventh = {e.get("char", ""): _text(e) for e in child.findall("extension")}
    return node


def _text(element: Xml.Element | None) -> str:
    return "" if element is None else re.sub(r"\s+", " ", "".join(element.itertext())).strip()
