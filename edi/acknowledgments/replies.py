"""Answers a file: TA1 and 999 made from its check, as its receiver would send them."""

import re
from collections.abc import Iterable
from datetime import date

from edi.acknowledgments.reading import Acknowledgment
from edi.acknowledgments.writing import write_acknowledgments
from edi.checks.files import run
from edi.declare.types import TIME, isa_date, number
from edi.errors import UnwritableError
from edi.findings import Finding
from edi.read.interchanges import Source
from edi.read.report import GroupReport, InterchangeReport, TransactionReport
from edi.records.acknowledgment import (
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    SegmentFault,
    TransactionAcknowledgment,
)
from edi.records.claim import Envelope
from edi.records.party import Party
from edi.segments.answers import FUNCTIONAL_CODES, TRANSACTION_SETS
from edi.segments.control import ISA


def acknowledge(source: Source, envelope: Envelope | None = None, *, copies: bool = True) -> bytes:
    """TA1 and 999 for a file, made from its check: the answer that its receiver would send.

    A rejected interchange gets its TA1 and no 999. Without an envelope the answer goes back to the
    file's sender under its own ISA13, dated as the file is. Without `copies` IK404 is left out: it
    repeats the bad value, which may be a patient's. Raises `SourceError`, `OSError`, and
    `UnwritableError` for a source in which no interchange can be read.
    """
    return write_acknowledgments(*replies(source, envelope, copies=copies))


def replies(
    source: Source, envelope: Envelope | None = None, *, copies: bool = True
) -> tuple[list[Acknowledgment], Envelope]:
    """The same as records, with the envelope they go back in. Raises as `acknowledge` does."""
    walk = run(source)
    acks: list[Acknowledgment] = []
    known = any(report.header is not None for report in walk.interchanges)
    for report in walk.interchanges:
        note = _note(report)
        header = report.header
        if header is None and known:
            continue  # what stands beside the interchanges has no number to be answered under
        answered = envelope or _answer(walk.interchanges)
        acks.append(
            InterchangeAcknowledgment(
                control_number=_numeric(header.control_number, 9) if header is not None else "000000000",
                created=(isa_date(header.date) if header is not None else None) or answered.created,
                time=header.time if header is not None and _TIME.fullmatch(header.time) else "0000",
                status="R" if note != "000" else "A",
                note=note,
            )
        )
        if note == "000":
            acks.extend(_group(group, copies) for group in report.groups)
    return acks, envelope or _answer(walk.interchanges)


def _answer(reports: list[InterchangeReport]) -> Envelope:
    """The way back: receiver to sender."""
    isa = next((r.header for r in reports if r.header is not None), None)
    if isa is None:
        raise UnwritableError("the file names no sender; give an envelope", "ISA")
    control = number(isa.control_number)
    return Envelope(
        sender_id=_plain(isa.receiver_id)[:15] or "UNKNOWN",
        receiver_id=_plain(isa.sender_id)[:15] or "UNKNOWN",
        sender_qualifier=_one_of(isa.receiver_qualifier, _QUALIFIERS, "ZZ"),
        receiver_qualifier=_one_of(isa.sender_qualifier, _QUALIFIERS, "ZZ"),
        control_number=control if 0 < control <= 999_999_999 else 1,
        created=isa_date(isa.date) or date(2000, 1, 1),
        usage=_one_of(isa.usage, ("P", "T"), "T"),
        submitter=Party(),
        receiver=Party(),
        ack_requested="0",
    )


_REFUSED = re.compile(r"[^ -~]|[*:^~]")
_TIME = re.compile(TIME)
_SEGMENT = re.compile("[A-Z][A-Z0-9]{1,2}")
_QUALIFIERS = next(e.codes for e in ISA.ELEMENTS if e.name == "sender_qualifier")


def _one_of(code: str, codes: tuple[str, ...], otherwise: str) -> str:
    """A code of the file where it is one, so that the answer to a damaged file is none itself."""
    return code if code in codes else otherwise


def _numeric(text: str, least: int) -> str:
    """A number as it stands, else its digits: nine at most and as many as it must have."""
    return "".join(c for c in text if c.isascii() and c.isdigit())[:9].zfill(least)


def _plain(text: str) -> str:
    """What a damaged file says of itself, as far as it can be written."""
    return _REFUSED.sub("", text).strip()


def _note(report: InterchangeReport) -> str:
    """TA105 of the first fault that a TA1 answers; 000 for none."""
    for finding in report.findings:
        if finding.severity == "error" and finding.answer is not None and finding.answer.report == "TA1":
            return finding.answer.note
    return "000"


def _group(report: GroupReport, copies: bool) -> ImplementationAcknowledgment:
    transactions = tuple(_transaction(t, copies) for t in report.transactions)
    accepted = sum(t.status == "A" for t in transactions)
    codes = _codes(f.answer.group for f in report.findings if f.answer is not None)
    status = "A"
    if codes or (transactions and not accepted):
        status = "R"
    elif accepted < len(transactions):
        status = "P"
    header = report.header
    return ImplementationAcknowledgment(
        functional_code=_one_of(header.code, tuple(FUNCTIONAL_CODES.split()), _functional_code(report)),
        group_control_number=_numeric(header.control_number, 1),
        version=_plain(header.version),
        status=status,
        included=report.included
        if report.included is not None and 0 <= report.included <= 999_999
        else len(transactions),
        received=len(transactions),
        accepted=0 if codes else accepted,
        codes=codes,
        transactions=transactions,
    )


def _functional_code(report: GroupReport) -> str:
    """GS01 as the guide of its transaction sets has it."""
    guide = next((t.guide for t in report.transactions if t.guide is not None), None)
    return "HC" if guide is None else guide.group


def _codes(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in found if code))[:5]


def _transaction(report: TransactionReport, copies: bool) -> TransactionAcknowledgment:
    """IK3 and IK4 for the faults of syntax and of the guide; other faults belong in a 277CA."""
    mine = [
        f
        for f in report.findings
        if f.severity == "error" and f.answer is not None and f.answer.report == "999"
    ]
    faults: dict[tuple[str, int, str, str], list[Finding]] = {}
    for f in mine:
        if f.answer is not None and f.answer.segment:
            faults.setdefault((f.segment, f.position, f.loop, f.answer.segment), []).append(f)
    codes = list(_codes(f.answer.transaction for f in mine if f.answer is not None))
    if faults:  # I5 where they break the guide alone
        codes.append("5" if any(_of_standard(f) for found in faults.values() for f in found) else "I5")
    return TransactionAcknowledgment(
        transaction_set=_one_of(
            report.transaction_set,
            tuple(TRANSACTION_SETS.split()),
            report.guide.set_id if report.guide is not None else "837",
        ),
        control_number=_plain(report.control_number)[:9].zfill(4),
        status="R" if mine else "A",
        codes=tuple(codes[:5]),
        faults=tuple(
            SegmentFault(
                segment=segment.upper() if _SEGMENT.fullmatch(segment.upper()) else "ZZ",
                position=position,
                loop=loop[:4],
                code=code,
                elements=tuple(
                    (f.element, f.answer.element, f.value if copies else "")
                    for f in found
                    if f.element and f.answer is not None and f.answer.element
                ),
                cause=next((f.cause for f in found if f.cause is not None), None),
            )
            for (segment, position, loop, code), found in sorted(faults.items(), key=lambda f: f[0][1])
        ),
    )


def _of_standard(finding: Finding) -> bool:
    """Whether a fault breaks X12 itself, not its guide alone: the codes of the latter begin with I."""
    answer = finding.answer
    return answer is not None and not (answer.element or answer.segment).startswith("I")
