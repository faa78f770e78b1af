"""Reads the envelopes of a source, checks them, and yields the transaction sets inside.

Reading, checking and acknowledging all use this: `for item in Walk(source): ...` yields a
`Transaction` for each ST, whose reader the caller runs, and each TA1 segment. When checking, the
findings are collected in a report for each interchange, group and transaction set.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
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
    UNENDED,
    envelope_finding,
    header_faults,
    segment_faults,
)
from edi.read.interchanges import Interchange, Source, Unended, Wire
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
    """`checking` turns findings on; `keep` keeps streamed loops in their trees; `prepare` is called with
    each transaction before it is read."""

    def __init__(
        self,
        source: Source,
        *,
        checking: bool = False,
        keep: bool = False,
        prepare: Callable[[Transaction], None] | None = None,
    ) -> None:
        self._source = source
        self.checking = checking
        self.keep = keep
        self.prepare = prepare
        self.interchanges: list[InterchangeReport] = []
        self.memory: dict[str, Any] = {}  # what rules remember over the whole file

    def __iter__(self) -> Iterator[Transaction | TA1]:
        for interchange in Wire(self._source):
            report = InterchangeReport(None)
            if self.checking:
                self.interchanges.append(report)
            else:
                self.interchanges = [report]
            if interchange.broken:
                if interchange.isa == "":
                    _Level(report.findings, self.checking).add(NOT_X12, "", "ISA", interchange.broken)
                continue
            yield from _InterchangeReader(self, interchange, report).run()

    def findings(self) -> Iterator[Finding]:
        """All findings so far, in file order."""
        for report in self.interchanges:
            yield from report.all()


@dataclass(frozen=True, slots=True)
class _Level:
    """Adds findings to the report of an interchange, a group or a transaction set, with its numbers."""

    findings: list[Finding]
    checking: bool
    numbers: dict[str, str] = field(default_factory=dict)

    def add(self, what: Kind, element: str, segment: str, message: str, position: int = 0) -> None:
        if self.checking:
            self.findings.append(
                envelope_finding(what, element, segment, message, position=position, **self.numbers)
            )


class _InterchangeReader:
    """Reads the groups and transaction sets of one interchange."""

    def __init__(self, walk: Walk, interchange: Interchange, report: InterchangeReport) -> None:
        self._walk = walk
        self._checking = walk.checking
        self._report = report
        self._d = interchange.d
        self._segments = iter(interchange)
        self._isa = ISA.of(interchange.isa, interchange.d)
        self._number = self._isa.control_number
        self._level = _Level(report.findings, self._checking, {"interchange": self._number})
        self._group: GroupReport | None = None
        self._group_numbers: set[str] = set()
        self._headless = False  # whether a group without its GS is open
        self._stray: Finding | None = None  # one finding for each run of segments outside transaction sets
        self._ended = False
        report.header, report.d = self._isa, interchange.d

    def run(self) -> Iterator[Transaction | TA1]:
        d = self._d
        if self._checking:
            self._report.findings += header_faults(self._isa)
        pending: str | None = None
        while (text := pending if pending is not None else next(self._segments, None)) is not None:
            pending = None
            e = text.split(d.element)
            name = e[0]
            if name in ENVELOPE:
                self._stray = None
                if type(text) is Unended and name != "ST":
                    message = "a line break ends it, and the terminator is missing"
                    self._level.add(UNENDED, "", name, message)
            if name == "GS":
                self._begin_group(text)
            elif name == "ST":
                pending = yield from self._transaction(text, e)
            elif name == "GE":
                self._group_trailer(text)
            elif name == "TA1":
                if self._checking:
                    self._report.findings += segment_faults("TA1", text, d)
                yield TA1.of(text, d)
            elif name == "IEA":
                self._interchange_trailer(text)
            else:
                self._outside(name)
        self._end_group(None)
        if not self._ended:
            self._level.add(INTERCHANGE_TRAILER, "", "IEA", "the interchange ends without its trailer")

    def _group_level(self, group: GroupReport) -> _Level:
        numbers = {"interchange": self._number, "group": group.header.control_number}
        return _Level(group.findings, self._checking, numbers)

    def _begin_group(self, text: str) -> None:
        self._end_group(None)
        header = GS.of(text, self._d)
        self._group = group = GroupReport(header)
        self._report.groups.append(group)
        if not self._checking:
            return
        gs06 = header.control_number
        level = self._group_level(group)
        group.findings += segment_faults("GS", text, self._d, group=gs06)
        if gs06 in self._group_numbers:
            level.add(DUPLICATE_GROUP, "6", "GS", "the group number was used before")
        if header.version not in guides.VERSIONS:
            level.add(GROUP_VERSION, "8", "GS", "no guide of this version is known")
        self._group_numbers.add(gs06)

    def _group_trailer(self, text: str) -> None:
        if self._group is not None:
            self._end_group(GE.of(text, self._d))
            return
        if not self._headless:
            self._level.add(OUTSIDE, "", "GE", "no group is open")
        self._headless = False

    def _outside(self, name: str) -> None:
        """A segment outside any transaction set. An SE among them ends a set that lacks its ST."""
        if not self._checking:
            return
        if self._stray is None:
            shown = name if name.isalnum() and len(name) <= 3 else ""
            self._level.add(OUTSIDE, "", shown, "a segment outside any transaction set")
            self._stray = self._report.findings[-1]
        elif name == "SE" and self._group is not None:
            self._report.findings.remove(self._stray)
            self._group.bare += 1
            self._group_level(self._group).add(TRANSACTION_HEADER, "", "ST", "segments and an SE without it")
            self._stray = None

    def _transaction(self, text: str, e: list[str]) -> Generator[Transaction, None, str | None]:
        """Yield one transaction set. Returns the segment after it that was read already, if any."""
        group = self._group
        if group is None and not self._headless:
            self._headless = True
            self._report.bare += 1
            self._level.add(NO_GROUP, "", "GS", "a transaction set outside any group")
        header = group.header if group is not None else None
        gs06, gs08 = (header.control_number, header.version) if header is not None else ("", "")
        st01, st02, st03 = [*e, "", "", ""][1:4]
        named, grouped = guides.find(st03, st01), guides.find(gs08, st01)
        guide = named or grouped
        report = TransactionReport(st01, st02, st03 or gs08, guide)
        numbers = {"interchange": self._number, "group": gs06, "transaction": st02}
        level = _Level(report.findings, self._checking, numbers)
        if group is not None and self._checking:
            self._add_to_group(group, report, level)
        differ = named is not None and grouped is not None and named is not grouped
        if guide is None or (differ and self._checking):
            self._without_guide(level, st03, gs08, differ=differ)
            left, count, trailer = _skip(self._segments, self._d)
            self._end_transaction(report, level, count, trailer)
            return left
        if st03 and gs08 in guides.VERSIONS and st03 != gs08:
            level.add(TRANSACTION_VERSION, "3", "ST", "ST03 and GS08 name different versions", 1)
        if group is not None:
            self._check_group_kind(group, st01, guide)

        def add(finding: Finding) -> None:
            finding.interchange, finding.group = self._number, gs06
            report.findings.append(finding)

        walk = self._walk
        reader = TransactionReader(
            guide,
            self._d,
            text,
            self._segments,
            add if self._checking else None,
            walk.keep,
            walk.memory,
            header,
        )
        transaction = Transaction(reader, self._isa, header, report)
        if walk.prepare is not None:
            walk.prepare(transaction)
        yield transaction
        for _ in reader.run():  # whatever the caller left
            pass
        trailer = reader.trailer if reader.finished else None
        self._end_transaction(report, level, reader.count, trailer, reader.empty)
        return reader.left

    def _add_to_group(self, group: GroupReport, report: TransactionReport, level: _Level) -> None:
        st02 = level.numbers["transaction"]
        seen = self._walk.memory.setdefault(f"st {id(group)}", set())
        if st02 in seen:
            level.add(DUPLICATE_TRANSACTION, "2", "ST", "the number was used before in this group", 1)
        seen.add(st02)
        group.transactions.append(report)

    def _without_guide(self, level: _Level, st03: str, gs08: str, *, differ: bool) -> None:
        """Report a transaction set that no guide reads: unknown, or ST03 and GS08 disagree."""
        known = (st03 or gs08) in guides.VERSIONS  # then ST01 is wrong, not the version
        level.add(
            TRANSACTION_VERSION,
            "3" if differ or (st03 and not known) else "1",
            "ST",
            "ST03 and GS08 name different guides"
            if differ
            else "no guide of this version is known for this transaction set",
            1,
        )

    def _check_group_kind(self, group: GroupReport, st01: str, guide: Guide) -> None:
        code = group.header.code
        if code in GROUP_CODES and code != guide.group and not group.misnamed:
            group.misnamed = True
            message = f"a {st01} belongs in a group of {guide.group}"
            self._group_level(group).add(GROUP_KIND, "1", "GS", message)

    def _end_transaction(
        self, report: TransactionReport, level: _Level, count: int, trailer: list[str] | None, empty: int = 0
    ) -> None:
        """`count` segments, `empty` ones among them, which SE01 may count or not: each is reported."""
        if not self._checking:
            return
        if trailer is None:
            message = "the transaction set ends without its trailer"
            level.add(TRANSACTION_TRAILER, "", "SE", message, count)
            return
        # negative if it is not a number, which the guide's own check reports
        stated = number(trailer[1] if len(trailer) > 1 else "")
        if stated not in (count, count - empty) and (stated >= 0 or report.guide is None):
            level.add(TRANSACTION_COUNT, "1", "SE", f"there are {count} segments", count)
        st02 = level.numbers["transaction"]
        se02 = trailer[2] if len(trailer) > 2 else ""
        if se02 != st02 and ((_of_length(se02) and _of_length(st02)) or report.guide is None):
            level.add(TRANSACTION_NUMBER, "2", "SE", "it is not the number of its header", count)

    def _end_group(self, trailer: GE | None) -> None:
        """End the open group, if there is one."""
        group, self._group = self._group, None
        if group is None or not self._checking:
            return
        gs06 = group.header.control_number
        level = self._group_level(group)
        self._walk.memory.pop(f"st {id(group)}", None)
        if trailer is None:
            level.add(GROUP_TRAILER, "", "GE", "the group ends without its trailer")
            return
        group.findings += segment_faults("GE", trailer.raw or "", trailer.d or Delimiters(), group=gs06)
        group.included = number(trailer.transactions)
        if group.included >= 0 and group.included != len(group.transactions) + group.bare:
            level.add(GROUP_COUNT, "1", "GE", f"there are {len(group.transactions)} transaction sets")
        ge02 = trailer.control_number
        if ge02 != gs06 and number(ge02) >= 0 and number(gs06) >= 0:
            level.add(GROUP_NUMBER, "2", "GE", "it is not the number of its header")
        if not group.transactions and not group.bare:
            level.add(EMPTY_GROUP, "", "GS", "there is no transaction set in it")

    def _interchange_trailer(self, text: str) -> None:
        self._end_group(None)
        self._ended = True
        if not self._checking:
            return
        trailer, report = IEA.of(text, self._d), self._report
        report.findings += segment_faults("IEA", trailer.raw or "", trailer.d or Delimiters())
        stated = number(trailer.groups)  # negative if it is not a number, which is reported by itself
        if stated >= 0 and stated != len(report.groups) + report.bare:
            self._level.add(INTERCHANGE_COUNT, "1", "IEA", f"there are {len(report.groups)} groups")
        iea02 = trailer.control_number
        if iea02 != self._number and all(len(n) == 9 and number(n) >= 0 for n in (iea02, self._number)):
            self._level.add(INTERCHANGE_NUMBER, "2", "IEA", "it is not the number of its header")


def _of_length(control_number: str) -> bool:
    """Whether ST02 or SE02 has an allowed length. Another length is reported by itself."""
    return 4 <= len(control_number) <= 9


def _skip(segments: Iterator[str], d: Delimiters) -> tuple[str | None, int, list[str] | None]:
    """Skip a transaction set that no guide reads. Returns the next segment, the count and the trailer."""
    count = 1
    for text in segments:
        name = text[: text.find(d.element)] if d.element in text else text
        if name in ("GS", "GE", "ST", "IEA", "TA1"):
            return text, count, None
        count += 1
        if name == "SE":
            return None, count, text.split(d.element)
    return None, count, None
