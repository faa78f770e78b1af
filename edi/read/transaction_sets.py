"""Walks a source's envelopes and hands on its transaction sets, checking the envelopes on the way.

Reading, checking and acknowledging all go through here: `for item in Walk(source): ...` gives a
`Transaction` for each ST, whose reader the caller runs, and a TA1 segment where one stands. With a
`Report` the findings of each level are collected where they belong: interchange, group, transaction.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from edi import guides
from edi.declare.delimiters import Delimiters
from edi.declare.guide import Guide
from edi.declare.types import number
from edi.findings import Finding, Kind
from edi.read.envelope_faults import (
    DUPLICATE_GROUP,
    DUPLICATE_TRANSACTION,
    EMPTY_GROUP,
    GROUP_CODES,
    GROUP_COUNT,
    GROUP_KIND,
    GROUP_NUMBER,
    GROUP_TRAILER,
    GROUP_VERSION,
    INTERCHANGE_COUNT,
    INTERCHANGE_NUMBER,
    INTERCHANGE_TRAILER,
    NO_GROUP,
    NOT_X12,
    OUTSIDE,
    TRANSACTION_COUNT,
    TRANSACTION_HEADER,
    TRANSACTION_NUMBER,
    TRANSACTION_TRAILER,
    TRANSACTION_VERSION,
    envelope_finding,
    header_faults,
    segment_faults,
)
from edi.read.interchanges import Interchange, Source, Wire
from edi.read.loops import TransactionReader
from edi.read.report import GroupReport, InterchangeReport, TransactionReport
from edi.read.state import ENVELOPE
from edi.segments.control import GE, GS, IEA, ISA, TA1


@dataclass(slots=True)
class Transaction:
    """A transaction set to be read: its reader, and the envelopes that it is in."""

    reader: TransactionReader
    interchange: ISA
    group: GS | None
    report: TransactionReport

    @property
    def guide(self) -> Guide:
        return self.reader.guide


class Walk:
    """`checking` turns findings on; `keep` keeps streamed loops in their trees; `prepare` sees each
    transaction before it is read."""

    def __init__(
        self,
        source: Source,
        *,
        checking: bool = False,
        keep: bool = False,
        prepare: Callable[[Transaction], None] | None = None,
    ) -> None:
        self._source = source
        self._checking = checking
        self._keep = keep
        self._prepare = prepare
        self.interchanges: list[InterchangeReport] = []
        self.memory: dict[str, Any] = {}  # what rules remember over the whole file

    def __iter__(self) -> Iterator[Transaction | TA1]:
        for interchange in Wire(self._source):
            report = InterchangeReport(None)
            if self._checking:
                self.interchanges.append(report)
            else:
                self.interchanges = [report]
            if interchange.broken:
                if interchange.isa == "" and self._checking:
                    self._add(report.findings, NOT_X12, "", "ISA", interchange.broken)
                continue
            yield from self._interchange(interchange, report)

    def findings(self) -> Iterator[Finding]:
        """All findings so far, in file order."""
        for report in self.interchanges:
            yield from report.all()

    def _add(
        self, to: list[Finding], what: Kind, element: str, segment: str, message: str, **more: Any
    ) -> None:
        if self._checking:
            to.append(envelope_finding(what, element, segment, message, **more))

    def _interchange(
        self, interchange: Interchange, report: InterchangeReport
    ) -> Iterator[Transaction | TA1]:
        d = interchange.d
        isa = ISA.of(interchange.isa, d)
        report.header, report.d = isa, d
        number13 = isa.control_number
        if self._checking:
            report.findings += header_faults(isa)
        segments = iter(interchange)
        group: GroupReport | None = None
        groups: set[str] = set()
        pending: str | None = None
        ended = False
        bare = False  # whether a group without its GS is open
        stray: Finding | None = None  # told of segments outside any transaction set, once for all in a row
        while True:
            text = pending if pending is not None else next(segments, None)
            pending = None
            if text is None:
                break
            e = text.split(d.element)
            name = e[0]
            if name in ENVELOPE:
                stray = None
            if name == "GS":
                if group is not None:
                    self._end_group(group, None, number13)
                header = GS.of(text, d)
                group = GroupReport(header)
                report.groups.append(group)
                if self._checking:
                    group.findings += segment_faults("GS", text, d, group=header.control_number)
                    if header.control_number in groups:
                        self._add(
                            group.findings, DUPLICATE_GROUP, "6", "GS", "the group number was used before",
                            interchange=number13, group=header.control_number,
                        )  # fmt: skip
                    if header.version not in guides.VERSIONS:
                        self._add(
                            group.findings, GROUP_VERSION, "8", "GS", "no guide of this version is known",
                            interchange=number13, group=header.control_number,
                        )  # fmt: skip
                    groups.add(header.control_number)
            elif name == "ST":
                if group is None and not bare:
                    bare = True
                    report.bare += 1
                    message = "a transaction set outside any group"
                    self._add(report.findings, NO_GROUP, "", "GS", message, interchange=number13)
                pending = yield from self._transaction(text, e, segments, d, isa, group, number13)
            elif name == "GE":
                if group is None:
                    if not bare:
                        self._add(
                            report.findings, OUTSIDE, "", "GE", "no group is open", interchange=number13
                        )
                    bare = False
                else:
                    self._end_group(group, GE.of(text, d), number13)
                    group = None
            elif name == "TA1":
                if self._checking:
                    report.findings += segment_faults("TA1", text, d)
                yield TA1.of(text, d)
            elif name == "IEA":
                if group is not None:
                    self._end_group(group, None, number13)
                    group = None
                ended = True
                if self._checking:
                    self._end_interchange(IEA.of(text, d), report, number13)
            elif self._checking and stray is None:
                shown = name if name.isalnum() and len(name) <= 3 else ""
                message = "a segment outside any transaction set"
                self._add(report.findings, OUTSIDE, "", shown, message, interchange=number13)
                stray = report.findings[-1]
            elif stray is not None and name == "SE" and group is not None:  # they are a set without its ST
                report.findings.remove(stray)
                group.bare += 1
                self._add(
                    group.findings, TRANSACTION_HEADER, "", "ST", "segments and an SE without it",
                    interchange=number13, group=group.header.control_number,
                )  # fmt: skip
                stray = None
        if group is not None:
            self._end_group(group, None, number13)
        if not ended:
            self._add(
                report.findings,
                INTERCHANGE_TRAILER,
                "",
                "IEA",
                "the interchange ends without its trailer",
                interchange=number13,
            )

    def _transaction(
        self,
        text: str,
        e: list[str],
        segments: Iterator[str],
        d: Delimiters,
        isa: ISA,
        group: GroupReport | None,
        number13: str,
    ) -> Generator[Transaction, None, str | None]:
        """Hand on one transaction set; gives the segment that it did not take."""
        gs08 = group.header.version if group is not None else ""
        gs06 = group.header.control_number if group is not None else ""
        st01, st02, st03 = [*e, "", "", ""][1:4]
        named, grouped = guides.find(st03, st01), guides.find(gs08, st01)
        guide = named or grouped
        report = TransactionReport(st01, st02, st03 or gs08, guide)
        where = {"interchange": number13, "group": gs06, "transaction": st02}
        if group is not None and self._checking:
            seen = self.memory.setdefault(f"st {id(group)}", set())
            if st02 in seen:
                self._add(
                    report.findings,
                    DUPLICATE_TRANSACTION,
                    "2",
                    "ST",
                    "the number was used before in this group",
                    position=1,
                    **where,
                )
            seen.add(st02)
            group.transactions.append(report)
        differ = named is not None and grouped is not None and named is not grouped
        if guide is None or (differ and self._checking):
            known = (st03 or gs08) in guides.VERSIONS  # then it is the transaction set that is wrong
            message = "no guide of this version is known for this transaction set"
            self._add(
                report.findings,
                TRANSACTION_VERSION,
                "3" if differ or (st03 and not known) else "1",
                "ST",
                "ST03 and GS08 name different guides" if differ else message,
                position=1,
                **where,
            )
            left, count, trailer = _skip(segments, d)
            self._end_transaction(report, count, trailer, st02, where)
            return left

        if self._checking and st03 and gs08 in guides.VERSIONS and st03 != gs08:
            self._add(
                report.findings,
                TRANSACTION_VERSION,
                "3",
                "ST",
                "ST03 and GS08 name different versions",
                position=1,
                **where,
            )

        code = group.header.code if group is not None else ""
        if group is not None and code in GROUP_CODES and code != guide.group and not group.misnamed:
            group.misnamed = True
            message = f"a {st01} travels in a group of {guide.group}"
            self._add(group.findings, GROUP_KIND, "1", "GS", message, interchange=number13, group=gs06)

        def add(finding: Finding) -> None:
            finding.interchange, finding.group = number13, gs06
            report.findings.append(finding)

        reader = TransactionReader(
            guide, d, text, segments, add if self._checking else None, self._keep, self.memory
        )
        transaction = Transaction(reader, isa, group.header if group is not None else None, report)
        if self._prepare is not None:
            self._prepare(transaction)
        yield transaction
        for _ in reader.run():  # whatever the caller left
            pass
        self._end_transaction(report, reader.count, reader.trailer if reader.finished else None, st02, where)
        return reader.left

    def _end_transaction(
        self,
        report: TransactionReport,
        count: int,
        trailer: list[str] | None,
        st02: str,
        where: dict[str, str],
    ) -> None:
        if not self._checking:
            return
        if trailer is None:
            self._add(
                report.findings,
                TRANSACTION_TRAILER,
                "",
                "SE",
                "the transaction set ends without its trailer",
                position=count,
                **where,
            )
            return
        said = number(trailer[1] if len(trailer) > 1 else "")
        if said != count and (said >= 0 or report.guide is None):  # else it is told as no number
            self._add(
                report.findings,
                TRANSACTION_COUNT,
                "1",
                "SE",
                f"there are {count} segments",
                position=count,
                **where,
            )
        mine = trailer[2] if len(trailer) > 2 else ""
        if mine != st02 and ((_of_length(mine) and _of_length(st02)) or report.guide is None):
            self._add(
                report.findings,
                TRANSACTION_NUMBER,
                "2",
                "SE",
                "it is not the number of its header",
                position=count,
                **where,
            )

    def _end_group(self, group: GroupReport, trailer: GE | None, number13: str) -> None:
        if not self._checking:
            return
        gs06 = group.header.control_number
        where = {"interchange": number13, "group": gs06}
        self.memory.pop(f"st {id(group)}", None)
        if trailer is None:
            self._add(group.findings, GROUP_TRAILER, "", "GE", "the group ends without its trailer", **where)
            return
        group.findings += segment_faults("GE", trailer.raw or "", trailer.d or Delimiters(), group=gs06)
        group.included = number(trailer.transactions)
        if group.included >= 0 and group.included != len(group.transactions) + group.bare:
            self._add(
                group.findings,
                GROUP_COUNT,
                "1",
                "GE",
                f"there are {len(group.transactions)} transaction sets",
                **where,
            )
        mine = trailer.control_number
        if mine != gs06 and number(mine) >= 0 and number(gs06) >= 0:  # else one is told as no number
            self._add(group.findings, GROUP_NUMBER, "2", "GE", "it is not the number of its header", **where)
        if not group.transactions and not group.bare:
            self._add(group.findings, EMPTY_GROUP, "", "GS", "there is no transaction set in it", **where)

    def _end_interchange(self, trailer: IEA, report: InterchangeReport, number13: str) -> None:
        report.findings += segment_faults("IEA", trailer.raw or "", trailer.d or Delimiters())
        said = number(trailer.groups)
        if said >= 0 and said != len(report.groups) + report.bare:  # else it is told as no number
            self._add(
                report.findings,
                INTERCHANGE_COUNT,
                "1",
                "IEA",
                f"there are {len(report.groups)} groups",
                interchange=number13,
            )
        mine = trailer.control_number
        if mine != number13 and all(len(n) == 9 and number(n) >= 0 for n in (mine, number13)):
            self._add(
                report.findings,
                INTERCHANGE_NUMBER,
                "2",
                "IEA",
                "it is not the number of its header",
                interchange=number13,
            )


def _of_length(control_number: str) -> bool:
    """Whether ST02 or SE02 has the length that it must have; else that is told."""
    return 4 <= len(control_number) <= 9


def _skip(segments: Iterator[str], d: Delimiters) -> tuple[str | None, int, list[str] | None]:
    """Pass over a transaction set that no guide reads: what is left, its count, its trailer."""
    count = 1
    for text in segments:
        name = text[: text.find(d.element)] if d.element in text else text
        if name in ("GS", "GE", "ST", "IEA", "TA1"):
            return text, count, None
        count += 1
        if name == "SE":
            return None, count, text.split(d.element)
    return None, count, None
