"""What a partner's file holds by its envelopes, and what of it is left once the readers are through.

An interchange is taken whole or not at all; the other interchanges of its file go on. A file is taken
only when every transaction set that its envelopes list was handed on by a reader: what is left is
quarantined by name and version. GS08 or ST03 names the guide; where both are known, ST03 counts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import edi
from config.partners import Clearinghouse
from config.problem import Problem
from edi import guides
from edi.records import (
    ClaimAcknowledgment,
    ClaimStatusAnswer,
    Eligibility,
    ImplementationAcknowledgment,
    InformationRequest,
    InterchangeAcknowledgment,
    Remittance,
)
from edi.records.envelope import InterchangeHeader
from ledger.border import number_fault, of_content, shown
from tasks.errors import as_step_error

ACKNOWLEDGMENTS = frozenset({"TA1", "999", "277", "271"})
REMITTANCE = "835"
TAKEN = ACKNOWLEDGMENTS | {REMITTANCE}
NAMED = 20  # transaction sets that one line of the queue names

AGAIN = "ask the partner to provide it again; nothing of it was taken"

Record = (
    InterchangeAcknowledgment
    | ImplementationAcknowledgment
    | ClaimAcknowledgment
    | ClaimStatusAnswer
    | InformationRequest
    | Eligibility
    | Remittance
)
R = TypeVar("R", bound=Record)
Key = tuple[str, str, str]
"""A transaction set in a file: ISA13, ST01 and ST02; of a TA1 the number that it acknowledges."""

_SET = re.compile(r"[0-9A-Z]{3}")
_SEGMENT = re.compile(rb"(?:^|[^A-Za-z0-9])(?:(?:ISA|GS|ST|TA1)[*|^!:\x1d]|isa[*|^!\x1d])")
# Encrypted, spelled as text; or X12 in base64, which an ISA begins.
_ARMORED = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:-----BEGIN [A-Z0-9 ]+-----|SVNBK[A-Za-z0-9+/]{60})")
_NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


@dataclass(slots=True)
class Contents:
    """The envelopes of a file. `troubles` say why a part of it, or all, is not taken."""

    headers: list[InterchangeHeader] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # ISA13
    troubles: list[Problem] = field(default_factory=list)

    @property
    def good(self) -> list[InterchangeHeader]:
        """The interchanges that are taken."""
        return [h for h in self.headers if h.control_number not in self.refused]

    @property
    def kinds(self) -> frozenset[str]:
        """What the interchanges that are taken hold, by ST01; "?" is no transaction set's number."""
        return frozenset(k if _SET.fullmatch(k) else "?" for header in self.good for k in header.kinds)

    def each(self, records: Iterable[R], troubles: list[Problem]) -> Iterator[R]:
        """The records of the interchanges that are taken. A reader that breaks off is a trouble."""
        found = iter(records)
        while True:
            try:
                record = next(found, None)
            except Exception as error:
                if not of_content(error):
                    raise
                troubles.append(failed("the file", error))
                return
            if record is None:
                return
            if record.interchange_control_number not in self.refused:
                yield record

    def left(self, handed: Counter[Key]) -> list[Problem]:
        """A trouble for each kind and version of which the readers handed on less than is there."""
        listed: dict[Key, str] = {}
        counted: Counter[Key] = Counter()
        for header in self.good:
            for number in header.acknowledged:
                counted[header.control_number, "TA1", number] += 1
            for one in header.transactions:
                key = (header.control_number, one.transaction_set, one.control_number)
                counted[key] += 1
                listed[key] = one.version
        groups: dict[tuple[str, str], list[Key]] = {}
        for key in counted - handed:
            groups.setdefault((key[1], listed.get(key, "")), []).append(key)
        return [_left(kind, version, keys) for (kind, version), keys in groups.items()]


def key_of(record: Record) -> Key:
    """Which transaction set of its file a record was."""
    number = record.interchange_control_number
    if isinstance(record, InterchangeAcknowledgment):
        return number, "TA1", record.control_number
    if isinstance(record, ImplementationAcknowledgment):
        return number, "999", record.transaction_control_number
    if isinstance(record, ClaimAcknowledgment | ClaimStatusAnswer | InformationRequest):
        return number, "277", record.transaction_control_number
    if isinstance(record, Eligibility):
        return number, "271", record.transaction_control_number
    return number, REMITTANCE, record.transaction_control_number


def look(clearinghouse: Clearinghouse | None, data: bytes) -> Contents:
    """The envelopes of a file, and what of it is refused; None: no settings are asked."""
    headers = edi.read_envelopes(data)
    contents = Contents(headers)
    found = [_refusal(clearinghouse, header) for header in headers]
    contents.refused = {h.control_number for h, trouble in zip(headers, found, strict=True) if trouble}
    for header, trouble in zip(headers, found, strict=True):
        if trouble is not None:
            contents.troubles.append(trouble)
        elif header.control_number in contents.refused:
            contents.troubles.append(_damaged(header, "another interchange of its number is refused"))
    if any(header.stray for header in headers):
        contents.troubles.append(
            Problem(
                code="RSP-DAMAGED",
                place="file",
                message="beside its interchanges stands text that is in none of them",
                remedy="ask the partner whether an interchange is missing; the others are taken",
            )
        )
    return contents


def what_becomes(contents: Contents, data: bytes) -> tuple[str, list[Problem]]:
    """Whether a file is stored (to be taken, in part where there are troubles), archived, or quarantined
    with all that is wrong."""
    if not contents.headers:
        reason = no_interchange(data)
        return ("archived", []) if reason is None else ("quarantined", [reason])
    if contents.kinds & TAKEN:
        return "stored", contents.troubles
    return "quarantined", [*contents.troubles, *contents.left(Counter())]


def no_interchange(data: bytes) -> Problem | None:
    """Why a file without a readable interchange is quarantined; None: a text for people, archived."""
    if not data.strip(b"\0 \t\r\n\x1a\xef\xbb\xbf"):
        return Problem(code="RSP-EMPTY", place="file", message="there is nothing in it", remedy=AGAIN)
    if _SEGMENT.search(data[:1_000_000]):
        return Problem(code="RSP-DAMAGED", place="ISA", message="its ISA cannot be read", remedy=AGAIN)
    packed = not data.startswith(b"%PDF-") and _NO_TEXT.search(data[:1_000_000])
    if packed or _ARMORED.match(data):
        return Problem(
            code="RSP-FORMAT",
            place="file",
            message="it is neither X12 nor a text: packed, encrypted, or in another encoding",
            remedy="ask the partner for plain X12 files; nothing of it was taken",
        )
    return None


def failed(place: str, error: Exception) -> Problem:
    """What is reported where something of the file's content made a step break."""
    return Problem(
        code="RSP-FAILED",
        place=place,
        message=as_step_error(error, "take in").message,
        remedy="report it with the file's number; once CleanClaim reads it, `cleanclaim quarantine retry`",
    )


def place_of(record: Record) -> str:
    """Where in its file a record stands, in words."""
    number, kind, control = key_of(record)
    what = f"TA1 for {shown(control)}" if kind == "TA1" else f"ST {kind} {shown(control)}"
    return f"interchange {shown(number)}, {what}"


def _refusal(clearinghouse: Clearinghouse | None, header: InterchangeHeader) -> Problem | None:
    if number_fault(header.control_number):
        return _damaged(header, "ISA13 is no number")
    if not header.complete:
        return _damaged(header, "IEA, GE or SE are missing or disagree with their counts")
    if clearinghouse is not None and header.usage != clearinghouse.usage:
        return Problem(
            code="RSP-USAGE",
            place=_interchange(header, "ISA15"),
            message=f"marked {shown(header.usage)}, this partner is set up for {clearinghouse.usage}",
            remedy="ask the partner; nothing of it was taken",
        )
    if clearinghouse is not None and header.receiver_id != clearinghouse.sender_id:
        return Problem(
            code="RSP-RECEIVER",
            place=_interchange(header, "ISA08"),
            message="it is addressed to somebody else",
            remedy="report it to the partner; nothing of it was taken",
        )
    if not header.transactions and not header.acknowledged:
        return Problem(
            code="RSP-EMPTY",
            place=_interchange(header, "ST"),
            message="there is no transaction set in it",
            remedy="ask the partner whether something is missing",
        )
    return None


def _damaged(header: InterchangeHeader, what: str) -> Problem:
    return Problem(code="RSP-DAMAGED", place=_interchange(header, "envelope"), message=what, remedy=AGAIN)


def _interchange(header: InterchangeHeader, element: str) -> str:
    return f"interchange {shown(header.control_number)}, {element}"


def _left(kind: str, version: str, keys: list[Key]) -> Problem:
    numbers = ", ".join(shown(number) for _, _, number in keys[:NAMED])
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    place = f"interchange {shown(keys[0][0])}, ST {shown(kind)} {numbers}{more}"
    what = f"{shown(kind)} of version {shown(version)}"
    known = guides.find(version, kind)
    if kind not in TAKEN:
        return Problem(
            code="RSP-SET",
            place=place,
            message=f"a {what} is not taken in here",
            remedy="read it with `cleanclaim edi explain`; ask the partner not to send it",
        )
    if known is None:
        return Problem(
            code="RSP-VERSION",
            place=place,
            message=f"no guide is known for a {what}; nothing of it was taken",
            remedy="ask the partner for the version that was agreed on; once CleanClaim knows this one, "
            "`cleanclaim quarantine retry`",
        )
    return Problem(code="RSP-UNREAD", place=place, message=f"a {what} could not be read", remedy=AGAIN)
