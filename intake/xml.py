"""XML from outside, parsed so that it can neither reach out nor blow up.

No DOCTYPE at all (so no entities), no network, no DTD, lxml's limits on depth and text kept. What
is checked is what is parsed: the decoded text, written again as UTF-8 from its root element on.
"""

import re
from collections.abc import Iterator

from lxml import etree

from config.problem import Problem

Element = etree._Element
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SDTC = "urn:hl7-org:sdtc"
# Prefixes that published fragments use without declaring them.
_KNOWN_PREFIXES = {"xsi": "http://www.w3.org/2001/XMLSchema-instance", "sdtc": _SDTC}
# What may stand before the root or a DOCTYPE: the declaration, other instructions, comments.
_PROLOG = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_ROOT = re.compile(r"<[A-Za-z_][\w.:-]*")
# An embedded scan or PDF: longer than the parser takes as one text, and nothing that is read here.
_EMBEDDED = re.compile(r">[A-Za-z0-9+/=\s]{1000000,}<")


def parse(text: str) -> Element | Problem:
    """The root with plain local names: `sdtc:birthTime` is `sdtc.birthTime`, other prefixes go.

    Comments and processing instructions are left out.
    """
    text = text.removeprefix("\ufeff")
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    # Anywhere else it is no DOCTYPE but text, as in a page of HTML inside a CDATA section.
    if text[start : start + 9].upper() == "<!DOCTYPE":
        return Problem(
            "INT-06", "", "has a DOCTYPE, which can hide other files", "export it without a DOCTYPE"
        )
    text = _lines(text[:start]) + _EMBEDDED.sub(lambda found: f">{_lines(found[0])}<", text[start:])
    missing = [
        f' xmlns:{prefix}="{uri}"'
        for prefix, uri in _KNOWN_PREFIXES.items()
        if f"{prefix}:" in text and f"xmlns:{prefix}" not in text
    ]
    if missing and (root := _ROOT.search(text)):
        text = text[: root.end()] + "".join(missing) + text[root.end() :]
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        data = text.encode("utf-8")
        found = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        if "depth" in (error.msg or "").lower():
            return Problem("INT-07", f"line {line}", "nested too deeply", "send a C-CDA document")
        column = error.position[1]
        written = data.rstrip().split(b"\n")
        at_end = (line, column) >= (len(written), len(written[-1]) - 1)
        what = "the XML is cut off or damaged at its end" if at_end else "not well-formed XML"
        return Problem("INT-05", f"line {line}, column {column}", what, "export the file again, whole")
    except (UnicodeEncodeError, ValueError):
        return Problem("INT-04", "", "holds characters that XML does not allow", "export the file again")
    plain: dict[str, str] = {}
    for element in found.iter():
        tag = str(element.tag)
        if tag not in plain:
            name = etree.QName(element)
            plain[tag] = f"sdtc.{name.localname}" if name.namespace == _SDTC else name.localname
        if plain[tag] != tag:
            element.tag = plain[tag]
    return found


def _lines(text: str) -> str:
    """Only the line ends, so that the places of what follows stay right."""
    return "\n" * text.count("\n")


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of names, or None anywhere on the way."""
    for name in path:
        if element is None:
            return None
        element = next(element.iterchildren(name), None)
    return element


def children(element: Element | None, name: str) -> Iterator[Element]:
    return iter(()) if element is None else element.iterchildren(name)


def text_of(element: Element | None) -> str:
    """All text inside, runs of blanks as one."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def attribute(element: Element | None, name: str) -> str:
    return "" if element is None else (element.get(name) or "").strip()
