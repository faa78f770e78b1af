"""What can be wrong with the envelopes, and how each fault is answered (TA1, AK905, IK502)."""

import re
from typing import Any, Final

from edi.declare.delimiters import Delimiters
from edi.declare.grammar import Member
from edi.declare.segment_pattern import Pattern
from edi.declare.types import Type
from edi.findings import Answer, Finding, Kind, kind
from edi.read.segment_faults import explain
from edi.segments.control import GE, GS, IEA, ISA, TA1


def _interchange(code: str, title: str, note: str, fix: str) -> Kind:
    return kind(code, title, 1, fix, Answer("TA1", note=note))


def _group(code: str, title: str, ak905: str, fix: str) -> Kind:
    return kind(code, title, 1, fix, Answer("999", group=ak905))


def _transaction(code: str, title: str, ik502: str, fix: str) -> Kind:
    return kind(code, title, 1, fix, Answer("999", transaction=ik502))


NOT_X12: Final = _interchange(
    "ENV-01", "No readable interchange", "022", "Send a file that begins with an ISA."
)
INTERCHANGE_NUMBER: Final = _interchange("ENV-02", "IEA02 is not ISA13", "001", "Give both the same number.")
INTERCHANGE_COUNT: Final = _interchange(
    "ENV-03", "IEA01 is not the number of groups", "021", "Count the groups again."
)
INTERCHANGE_TRAILER: Final = _interchange(
    "ENV-04", "Interchange without its trailer", "023", "End it with an IEA."
)
OUTSIDE: Final = _interchange("ENV-05", "Segment outside any transaction set", "022", "Remove it.")
NO_GROUP: Final = _interchange(
    "ENV-06", "Transaction set outside any group", "024", "Put it into a GS and GE."
)
UNENDED: Final = _interchange(
    "ENV-07",
    "Segment of an envelope without its terminator",
    "022",
    "End it with the file's terminator.",
)
ISA_FIELD: Final[dict[int, Kind]] = {
    at: _interchange(f"ENV-{code}", f"ISA{at:02d}: {title}", note, fix)
    for at, code, title, note, fix in (
        (1, "11", "authorization qualifier", "010", "Use 00."),
        (2, "12", "authorization", "011", "Give ten characters."),
        (3, "13", "security qualifier", "012", "Use 00."),
        (4, "14", "security", "013", "Give ten characters."),
        (5, "15", "sender qualifier", "005", "Use the qualifier that the partner names."),
        (6, "16", "sender", "006", "Give fifteen characters, padded with blanks."),
        (7, "17", "receiver qualifier", "007", "Use the qualifier that the partner names."),
        (8, "18", "receiver", "008", "Give fifteen characters, padded with blanks."),
        (9, "19", "date", "014", "Give YYMMDD."),
        (10, "20", "time", "015", "Give HHMM."),
        (11, "21", "repetition separator", "026", "Give one character that is no letter or digit."),
        (12, "22", "interchange version", "003", "Use 00501, or 00602 for a 275."),
        (13, "23", "control number", "018", "Give nine digits."),
        (14, "24", "acknowledgment requested", "019", "Use 0 or 1."),
        (15, "25", "usage", "020", "Use P or T."),
        (16, "26", "component separator", "027", "Give one character that no other delimiter uses."),
    )
}
TA1_FIELD: Final = _interchange("ENV-31", "TA1 with a wrong element", "022", "Correct the element.")
IEA_FIELD: Final = _interchange("ENV-32", "IEA with a wrong element", "021", "Correct the element.")
GROUP_NUMBER: Final = _group("ENV-41", "GE02 is not GS06", "4", "Give both the same number.")
GROUP_COUNT: Final = _group(
    "ENV-42", "GE01 is not the number of transaction sets", "5", "Count the transaction sets again."
)
GROUP_TRAILER: Final = _group("ENV-43", "Group without its trailer", "3", "End it with a GE.")
DUPLICATE_GROUP: Final = _group(
    "ENV-44", "GS06 used twice in an interchange", "19", "Number each group anew."
)
GROUP_VERSION: Final = _group(
    "ENV-45", "Unknown version in GS08", "2", "Use a version of the guides that are known."
)
EMPTY_GROUP: Final = _group("ENV-46", "Group without a transaction set", "5", "Remove the group.")
GS_FIELD: Final = _group("ENV-47", "GS with a wrong element", "6", "Correct the element.")
GE_FIELD: Final = _group("ENV-48", "GE with a wrong element", "6", "Correct the element.")
GROUP_CODES: Final = next(e.codes for e in GS.ELEMENTS if e.name == "code")
GROUP_KIND: Final = _group(
    "ENV-49", "GS01 is not that of the transaction set", "1", "Give the functional identifier of its guide."
)
TRANSACTION_NUMBER: Final = _transaction("ENV-51", "SE02 is not ST02", "3", "Give both the same number.")
TRANSACTION_COUNT: Final = _transaction(
    "ENV-52", "SE01 is not the number of segments", "4", "Count the segments again."
)
TRANSACTION_TRAILER: Final = _transaction(
    "ENV-53", "Transaction set without its trailer", "2", "End it with an SE."
)
TRANSACTION_HEADER: Final = _group(
    "ENV-56", "Transaction set without its header", "5", "Begin it with an ST."
)
DUPLICATE_TRANSACTION: Final = _transaction(
    "ENV-54", "ST02 used twice in a group", "23", "Number each transaction set anew."
)
TRANSACTION_VERSION: Final = _transaction(
    "ENV-55", "Transaction set of an unknown guide", "1", "Name a known version in GS08 and ST03."
)

_PATTERNS: Final[dict[str, tuple[Pattern, Kind]]] = {
    name: (Pattern(Member("", cls, (), cls.TITLE, True, 1)), what)
    for name, cls, what in (
        ("GS", GS, GS_FIELD),
        ("GE", GE, GE_FIELD),
        ("IEA", IEA, IEA_FIELD),
        ("TA1", TA1, TA1_FIELD),
    )
}
_ISA: Final = Pattern(Member("", ISA, (), ISA.TITLE, True, 1))


def envelope_finding(
    what: Kind,
    element: str,
    segment: str,
    message: str,
    *,
    interchange: str = "",
    group: str = "",
    transaction: str = "",
    position: int = 0,
    value: str = "",
) -> Finding:
    """A finding of an envelope."""
    return Finding(
        code=what.code,
        severity=what.severity,
        snip=what.snip,
        loop="",
        segment=segment,
        position=position,
        element=element,
        message=f"{what.title}: {message}",
        fix=what.fix,
        answer=what.answer,
        interchange=interchange,
        group=group,
        transaction=transaction,
        value=value,
    )


def header_faults(isa: ISA) -> list[Finding]:
    """What is wrong with an ISA, element by element."""
    e = isa.elements
    number = isa.control_number
    found = []

    def add(at: int, message: str) -> None:
        found.append(
            envelope_finding(ISA_FIELD[at], str(at), "ISA", message, interchange=number, value=e[at])
        )

    for slot in _ISA.slots:
        at = slot.position
        value = e[at]
        t = slot.element.type if slot.element is not None else None
        if at == 16:
            continue
        if at == 11:
            if (
                len(value) != 1
                or (value.isalnum() and value != "U")
                or value in (e[16], isa.d.element if isa.d else "")
            ):
                add(at, "it is no separator")
            elif value == "U":
                add(at, "it is the standards identifier of versions before 00402")
            continue
        if slot.codes:
            if value not in slot.codes:
                add(at, "the code is not one of those allowed")
            continue
        if len(value) != getattr(t, "maximum", 0) and at != 10:
            add(at, f"it has {len(value)} characters, not {getattr(t, 'maximum', 0)}")
        elif at == 10 and len(value) != 4:
            add(at, f"it has {len(value)} characters, not 4")
        elif at in (6, 8) and not value.strip():
            add(at, "it is blank")
        elif at in (9, 10, 13) and not re.fullmatch(t.pattern if isinstance(t, Type) else "", value):
            add(at, "it is not valid")
    return found


def segment_faults(name: str, text: str, d: Delimiters, **where: Any) -> list[Finding]:
    """What is wrong with a GS, GE, IEA or TA1, element by element."""
    pattern, what = _PATTERNS[name]
    swap = d.to_usual()
    usual = text.translate(swap) if swap else text
    if pattern.match(usual):
        return []
    return [
        envelope_finding(what, f.element, name, f.message, value=f.value, **where)
        for f in explain(pattern, usual)
    ]
