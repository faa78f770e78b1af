"""What the mock itself looks at in a file before it reads claims: the envelope and its numbers."""

from dataclasses import dataclass, field

import edi


@dataclass(slots=True, kw_only=True)
class Transaction:
    """One ST to SE: its numbers, BHT03, who submitted it, and a whole interchange of it alone."""

    kind: str  # ST01
    control_number: str  # ST02
    version: str
    reference: str = ""  # BHT03
    submitter_name: str = ""
    submitter_id: str = ""
    alone: bytes = b""  # ISA GS ST ... SE GE IEA, to read its claims apart from the others'


@dataclass(slots=True, kw_only=True)
class Interchange:
    """One ISA to IEA. `note` is the TA105 code of what is wrong with it, "" where it is whole."""

    sender_id: str = ""
    sender_qualifier: str = "ZZ"
    receiver_id: str = ""
    receiver_qualifier: str = "ZZ"
    control_number: str = ""  # ISA13 as sent
    usage: str = ""
    note: str = ""
    transactions: list[Transaction] = field(default_factory=list)
    raw: bytes = b""


def faulty_claims(transaction: Transaction) -> dict[int, str]:
    """The claims, by place from 0, that `edi.check` says a 277CA rejects, and the status to say so.

    A fault above a claim (its subscriber, its payer) is the fault of the claim that follows.
    """
    text = transaction.alone.decode("latin-1")
    element, terminator = text[3], text[105]
    names = [segment.strip().partition(element)[0] for segment in text.split(terminator)]
    claims_at = [at - 1 for at, name in enumerate(names) if name == "CLM"]  # ST, the third, counts as 1
    found: dict[int, str] = {}
    for finding in edi.check(transaction.alone):
        answer = finding.answer
        if finding.severity != "error" or answer is None or answer.report != "277CA" or not finding.position:
            continue
        before = sum(1 for at in claims_at if at <= finding.position)
        place = before if finding.loop.startswith(("2000", "2010")) else before - 1
        status = ":".join(part for part in (answer.category, answer.status, answer.entity) if part)
        found.setdefault(min(max(place, 0), len(claims_at) - 1), status)
    return found


def split(data: bytes) -> list[Interchange]:
    """The interchanges of a file, in order; none where it is not X12."""
    found = []
    at = data.find(b"ISA")
    while at >= 0:
        following = data.find(b"ISA" + data[at + 3 : at + 4], at + 106)
        while following >= 0 and not _begins_segment(data, at, following):
            following = data.find(b"ISA" + data[at + 3 : at + 4], following + 3)
        piece = data[at : following if following >= 0 else len(data)]
        found.append(_one(piece))
        at = following
    return found


def _begins_segment(data: bytes, start: int, at: int) -> bool:
    """Whether what is at `at` follows a segment terminator of the interchange at `start`."""
    before = data[start:at].rstrip(b"\r\n")
    return before.endswith(data[start + 105 : start + 106].strip() or b"\n") or data[at - 1 : at] == b"\n"


def _one(raw: bytes) -> Interchange:
    if len(raw) < 106:
        return Interchange(note="023", raw=raw)
    text = raw.decode("latin-1")
    element, terminator = text[3], text[105]
    isa = text[:105].split(element)
    if len(isa) != 17 or isa[0] != "ISA":
        return Interchange(note="022", raw=raw)
    segments = [segment for part in text.split(terminator) if (segment := part.strip("\r\n"))]
    interchange = Interchange(
        sender_qualifier=isa[5],
        sender_id=isa[6].strip(),
        receiver_qualifier=isa[7],
        receiver_id=isa[8].strip(),
        control_number=isa[13],
        usage=isa[15],
        raw=raw,
    )
    interchange.note = _walk(interchange, segments, element, terminator)
    return interchange


def _walk(interchange: Interchange, segments: list[str], element: str, terminator: str) -> str:
    """Find the transactions; the TA105 code of what is wrong with the envelope."""
    groups = 0
    group: list[str] = []
    inside: list[str] = []
    for segment in segments[1:]:
        parts = segment.split(element)
        name = parts[0]
        if name == "GS":
            groups, group = groups + 1, parts
        elif name == "ST":
            inside = [segment]
        elif name == "SE" and inside and group:
            inside.append(segment)
            interchange.transactions.append(_transaction(segments[0], group, inside, element, terminator))
            inside = []
        elif inside:
            inside.append(segment)
        elif name == "IEA":
            if len(parts) < 3 or parts[2] != interchange.control_number:
                return "001"
            if parts[1].lstrip("0") != str(groups):
                return "021"
            break
    else:
        return "023"  # the end of the file came before IEA
    if not interchange.control_number.isdigit() or len(interchange.control_number) != 9:
        return "018"
    return "" if groups else "024"


def _transaction(isa: str, group: list[str], inside: list[str], element: str, terminator: str) -> Transaction:
    st = inside[0].split(element)
    made = Transaction(
        kind=st[1] if len(st) > 1 else "",
        control_number=st[2] if len(st) > 2 else "",
        version=st[3] if len(st) > 3 else (group[8] if len(group) > 8 else ""),
    )
    for segment in inside[1:12]:
        parts = segment.split(element)
        if parts[0] == "BHT" and len(parts) > 3:
            made.reference = parts[3]
        if parts[0] == "NM1" and parts[1:2] == ["41"] and len(parts) > 3:
            made.submitter_name = parts[3]
            made.submitter_id = parts[9] if len(parts) > 9 else ""
    number = group[6] if len(group) > 6 else "1"
    control = isa.split(element)[13]
    whole = [
        isa,
        element.join(group),
        *inside,
        f"GE{element}1{element}{number}",
        f"IEA{element}1{element}{control}",
    ]
    made.alone = (terminator.join(whole) + terminator).encode("latin-1")
    return made
