"""`read_envelopes`: senders, receivers and numbers of a file, without reading its transaction sets."""

from edi.declare.types import isa_date, number
from edi.read.interchanges import BLANKS, Interchange, Source, Unended, Wire
from edi.records.envelope import InterchangeHeader, TransactionHeader
from edi.segments.control import ISA

_MARKS = "\xef\xbb\xbf"  # of the encoding, before the first ISA
_WATCHED = ("ST", "SE", "GS", "GE", "IEA", "TA1", "BHT")


def read_envelopes(source: Source) -> list[InterchangeHeader]:
    """The interchanges of a file with their transaction sets, so that a file can be routed.

    What is no X12 gives an empty list. Content never raises; raises `SourceError`, `OSError`.
    """
    found: list[InterchangeHeader] = []
    stray = False
    for interchange in Wire(source):
        stray = stray or bool(interchange.before.strip(BLANKS + _MARKS))
        if interchange.broken:
            stray = stray or any(text.strip(BLANKS + _MARKS) for text in interchange)
        else:
            found.append(_read(interchange))
    for header in found:
        header.stray = stray
    return found


def _read(interchange: Interchange) -> InterchangeHeader:
    separator = interchange.d.element
    watched = tuple(name + separator for name in _WATCHED)
    isa = ISA.of(interchange.isa, interchange.d)
    found: list[TransactionHeader] = []
    acknowledged: list[str] = []
    groups = 0
    complete = True
    group: list[str] = []
    in_group = 0
    current: TransactionHeader | None = None
    count = empty = 0  # segments of a transaction set, and those without anything in them
    ended = False
    outside = 0  # segments of a group that are in no transaction set
    for text in interchange:
        count += 1
        empty += not text
        complete = complete and type(text) is not Unended
        if not text.startswith(watched):
            outside += current is None and bool(group) and bool(text.strip())
            continue
        e = text.split(separator)
        e += [""] * (9 - len(e))
        name = e[0]
        if name == "ST":
            complete = complete and current is None
            current = TransactionHeader(
                transaction_set=e[1],
                control_number=e[2],
                version=e[3] or (group[8] if group else ""),
                group_control_number=group[6] if group else "",
                functional_code=group[1] if group else "",
            )
            found.append(current)
            in_group += 1
            count, empty = 1, 0
        elif name == "BHT" and current is not None:
            current.reference = e[3]
        elif name == "SE":
            if current is None:
                outside += 1
                continue
            current.segments = count
            current.agrees = number(e[1]) in (count, count - empty) and e[2] == current.control_number
            complete = complete and current.agrees
            current = None
        elif name == "GS":
            complete = complete and not group
            group, in_group = e, 0
            groups += 1
        elif name == "GE":
            complete = complete and bool(group) and number(e[1]) == in_group and e[2] == group[6]
            group = []
        elif name == "TA1":
            acknowledged.append(e[1])
        elif name == "IEA":
            ended = number(e[1]) == groups and e[2] == isa.control_number
    return InterchangeHeader(
        sender_qualifier=isa.sender_qualifier,
        sender_id=isa.sender_id.strip(),
        receiver_qualifier=isa.receiver_qualifier,
        receiver_id=isa.receiver_id.strip(),
        control_number=isa.control_number,
        usage=isa.usage,
        created=isa_date(isa.date),
        time=isa.time,
        transactions=tuple(found),
        acknowledged=tuple(acknowledged),
        groups=groups,
        complete=complete and ended and not group and current is None and not outside,
    )
