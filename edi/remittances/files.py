"""835: remittances read as they stream, header first, then their claims."""

from collections.abc import Iterator
from itertools import chain

from edi.checks.rules import bind
from edi.checks.rules.remittance_balance import CLAIM as CLAIM_BALANCE
from edi.checks.rules.remittance_balance import LINE as LINE_BALANCE
from edi.findings import Finding
from edi.guides.remittance import RemittanceAdvice
from edi.read.fast_path import Gate
from edi.read.interchanges import Segments, Source
from edi.read.state import Report
from edi.read.transaction_sets import Transaction, Walk
from edi.records.remittance import ClaimPayment, Remittance
from edi.remittances.fast_path import take
from edi.remittances.patterns import CLAIM, LINE, patterns_for
from edi.remittances.reading import claim_of, header_of, provider_adjustments_of


def read_remittances(source: Source) -> Iterator[Remittance]:
    """The 835 transactions of a file; each is given as soon as its header is read.

    `claims` is a one-pass iterator of `ClaimPayment` (cents, dates); members that are rarely asked
    for are decoded when they are, `loops` (the 2100 loop) among them. When it ends,
    `provider_adjustments` and `findings` are complete: everything that `check` says of envelopes,
    structure and elements (SNIP 1-2), and the balances of line, claim and payment. Its rules beyond
    those (code sets, identifiers) are left to `check`. Asking for the next remittance reads the rest
    of this one. Content never raises; raises `SourceError`, `OSError`.
    """
    for item in Walk(source, checking=True, prepare=_prepare):
        if not isinstance(item, Transaction) or item.guide.kind != "835":
            continue
        remittance = _Reading(item).remittance
        yield remittance
        for _ in remittance.claims:
            pass


def _prepare(transaction: Transaction) -> None:
    bind(transaction.guide)


def _fast_path_report(report: Report) -> Report:
    """Reports findings in claims as far as the fast path looks: structure and balances."""
    loops = {CLAIM.id, LINE.id}
    balances = {CLAIM_BALANCE.code, LINE_BALANCE.code}

    def add(finding: Finding) -> None:
        if finding.snip < 3 or finding.code in balances or finding.loop not in loops:
            report(finding)

    return add


class _Reading:
    """One transaction being read: the header first, then the claims as they are asked for."""

    def __init__(self, item: Transaction) -> None:
        self._item = item
        reader = item.reader
        self._segments = reader.rest if isinstance(reader.rest, Segments) else None
        if self._segments is not None:
            reader.rest = Gate(self._segments, reader.d, CLAIM.steps[0].new.ID)
        if reader.report is not None:
            reader.report = _fast_path_report(reader.report)
        self._events = reader.run()
        # the header is over where the first LX opens, or at the end
        self._first = next(self._events, None)
        root: RemittanceAdvice = reader.root
        self.remittance = _header(root, item)
        self.remittance.claims = self._claims()

    def _claims(self) -> Iterator[ClaimPayment]:
        reader, segments = self._item.reader, self._segments
        first = () if self._first is None else (self._first,)
        for event, what in chain(first, self._events):
            if event == "stretch":
                patterns = patterns_for(reader.d)
                if patterns is not None and segments is not None:
                    yield from take(what, segments.wire, patterns, reader)
            elif event == "close" and CLAIM.id == what.ID:
                yield claim_of(what)
        root: RemittanceAdvice = self._item.reader.root
        self.remittance.provider_adjustments.extend(provider_adjustments_of(root))


def _header(root: RemittanceAdvice, item: Transaction) -> Remittance:
    remittance = header_of(root)
    remittance.sender_id = item.interchange.sender_id.strip()
    remittance.interchange_control_number = item.interchange.control_number
    remittance.findings = item.report.findings
    return remittance
