"""Two files, segment by segment, in order: what one has and the other has not.

What a writer must give anew is passed over: control numbers (BHT03 among them), the counts of trailers,
and the envelope's dates and times. All else is compared as it is spelled, by a splitter of its own.
`edi diff` is no help here: it overlooks order on purpose.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

import edi
from edi.claims.reading import party_of
from edi.read import tree
from edi.records import Envelope, Party

# Elements that are given anew, by segment.
ANEW = {
    "ISA": (9, 10, 13),
    "IEA": (1, 2),
    "GS": (4, 5, 6),
    "GE": (1, 2),
    "ST": (2,),
    "SE": (1, 2),
    "BHT": (3, 4, 5),
}


def segments(data: bytes) -> list[list[str]]:
    """The segments of a file, each as the elements that count."""
    return [
        [element for n, element in enumerate(elements) if n not in ANEW.get(elements[0], ())]
        for one in interchanges(data)
        for elements in _split(one.decode("latin-1"))
    ]


def interchanges(data: bytes) -> Iterator[bytes]:
    """A file's interchanges, each a file of its own."""
    at = data.find(b"ISA")
    while at >= 0:
        end = data[at + 105 : at + 106]
        trailer = data.find(b"IEA" + data[at + 3 : at + 4], at)
        stop = data.find(end, trailer) + 1 if trailer >= 0 else len(data)
        yield data[at:stop]
        at = data.find(b"ISA", stop)


def _split(text: str) -> Iterator[list[str]]:
    """The segments of one interchange as their elements, by the delimiters at fixed places of its ISA."""
    element, end = text[3], text[105]
    # a line break before a segment id ends a segment whose terminator is lost, as it does for the reader
    lost = re.compile(
        rf"[\r\n]+(?=[A-Z][A-Z0-9]{{1,2}}{re.escape(element)})" if text[106:107] in "\r\n" else r"\b\B"
    )
    for piece in text.split(end):
        for part in lost.split(piece.lstrip("\r\n \t\v\f")):
            if part:  # what stands between two segments is no part of either
                yield part.split(element)


def without_numbers(found: list[list[str]]) -> list[list[str]]:
    """The same without the numbers of levels, for files in which they are wrong or change."""
    return [[s[0], *s[3:]] if s[0] == "HL" else s for s in found]


def differences(one: bytes, other: bytes) -> list[str]:
    """Each place where the two have another segment; none where they have the same in the same order."""
    return unlike(segments(one), segments(other))


def unlike(one: list[list[str]], other: list[list[str]]) -> list[str]:
    """The same of segments."""
    return [f"segment {n}: {a} {b}" for n, (a, b) in enumerate(zip_longest(one, other), 1) if a != b]


def envelope_of(data: bytes) -> Envelope:
    """The envelope of a file's first interchange, with other numbers and of another day."""
    start, group, *_ = tree.read(data)
    isa, d = start.isa, start.d
    root = next((c.loops.parent for c in edi.read_claims(data)), None)
    while root is not None and root.parent is not None:
        root = root.parent
    contacts = root.submitter.contacts if root is not None else ()
    return Envelope(
        sender_id=isa.sender_id.strip(),
        receiver_id=isa.receiver_id.strip(),
        sender_qualifier=isa.sender_qualifier.strip(),
        receiver_qualifier=isa.receiver_qualifier.strip(),
        authorization_qualifier=isa.authorization_qualifier,
        authorization=isa.authorization,
        security_qualifier=isa.security_qualifier,
        security=isa.security,
        control_number=77,
        created=date(2031, 2, 3),
        time="0405",
        usage=isa.usage,
        ack_requested=isa.acknowledgment_requested,
        submitter=party_of(root.submitter.name, contact=next(iter(contacts), None)) if root else Party(),
        receiver=party_of(root.receiver.name) if root else Party(),
        application_sender=group.sender,
        application_receiver=group.receiver,
        element=d.element,
        component=d.component,
        repetition=d.repetition,
        segment=d.terminator,
        newline=d.newline,
    )


def again(data: bytes) -> bytes:
    """What the writers make of what the readers read: 837 or 835, one interchange."""
    kinds = edi.read_envelopes(data)[0].kinds
    write, read = (
        (edi.write_claims, edi.read_claims)
        if kinds == {"837"}
        else (edi.write_remittances, edi.read_remittances)
    )
    return write(read(data), envelope_of(data))
