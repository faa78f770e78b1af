"""Two files, segment by segment, in order: what one has and the other has not.

What a writer must give anew is passed over: control numbers, the counts of trailers, HL numbers, the
sender's authorization and repetition separator in ISA, the envelope's dates and times with the batch
reference, letter case, and how a decimal number is spelled.
`edi diff` is no help here: it overlooks order on purpose.
"""

import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

import edi
from edi.claims.reading import party_of
from edi.read import tree
from edi.read.interchanges import Wire
from edi.records import Envelope, Party

# Elements that are given anew, by segment.
ANEW = {
    "ISA": (1, 2, 3, 4, 9, 10, 11, 13),
    "IEA": (1, 2),
    "GS": (4, 5, 6),
    "GE": (1, 2),
    "ST": (2,),
    "SE": (1, 2),
    "BHT": (3, 4, 5),
    "HL": (1, 2),
}


def segments(data: bytes) -> list[list[str]]:
    """The segments of a file, each as the elements that count."""
    found = []
    for interchange in Wire(io.BytesIO(data)):
        d = interchange.d
        found.append(_counted(interchange.isa.split(d.element), d.component))
        found += [_counted(text.split(d.element), d.component) for text in interchange]
    return found


def _counted(elements: list[str], component: str) -> list[str]:
    name = elements[0].upper()
    kept = [
        ":".join(_number(part.upper()) for part in element.split(component))
        for n, element in enumerate(elements)
        if n not in ANEW.get(name, ())
    ]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _number(text: str) -> str:
    """100 for 100.00 and 0.5 for .5; a whole number stays, leading zeros and all."""
    found = re.fullmatch(r"(-?)(\d*)\.(\d*)", text)
    if found is None:
        return text
    sign, whole, fraction = found.groups()
    fraction = fraction.rstrip("0")
    return sign + (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")


def differences(one: bytes, other: bytes) -> list[str]:
    """Each place where the two have another segment; none where they have the same in the same order."""
    return unlike(segments(one), segments(other))


def unlike(one: list[list[str]], other: list[list[str]]) -> list[str]:
    """The same of segments."""
    return [f"segment {n}: {a} {b}" for n, (a, b) in enumerate(zip_longest(one, other), 1) if a != b]


def interchanges(data: bytes) -> Iterator[bytes]:
    """A file's interchanges, each a file of its own."""
    several: list[list[tree.Part]] = []
    for part in tree.read(data):
        if isinstance(part, tree.Start):
            several.append([])
        several[-1].append(part)
    for parts in several:
        if parts[0].isa is not None:
            parts[0].before = ""
            yield tree.write(parts)


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
