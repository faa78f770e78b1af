"""What an acknowledgment may bring into the ledger: the form of its numbers and codes."""

from collections.abc import Iterable, Iterator

from edi.records import (
    ClaimAcknowledgment,
    ClaimStatusAnswer,
    Eligibility,
    ImplementationAcknowledgment,
    InformationRequest,
    InterchangeAcknowledgment,
    Status,
)
from ledger.border import amount_fault, number_fault, text_fault

CODE = 10  # characters; no code of a TA1, 999 or 277CA has more than five


def fault(
    record: InterchangeAcknowledgment
    | ImplementationAcknowledgment
    | ClaimAcknowledgment
    | ClaimStatusAnswer
    | InformationRequest
    | Eligibility,
) -> str:
    """The first thing in it that is not taken, with its place; "" nothing. It is not quoted."""
    if isinstance(record, InterchangeAcknowledgment):
        if found := number_fault(record.control_number):
            return f"TA101: {found}"
        texts = _codes("TA1", (record.status, record.note))
    elif isinstance(record, ImplementationAcknowledgment):
        if found := number_fault(record.group_control_number):
            return f"AK102: {found}"
        texts = _implementation(record)
    elif isinstance(record, ClaimStatusAnswer):
        if found := amount_fault(record.paid or 0):
            return f"2200D STC05: {found}"
        texts = _status(record)
    elif isinstance(record, InformationRequest):
        texts = _request(record)
    elif isinstance(record, Eligibility):
        texts = _eligibility(record)
    else:
        texts = _claims(record)
    for place, text, longest in texts:
        if found := text_fault(text, longest):
            return f"{place}: {found}"
    return ""


_Texts = Iterator[tuple[str, str, int]]


def _codes(place: str, codes: Iterable[str]) -> _Texts:
    return ((place, code, CODE) for code in codes)


def _implementation(record: ImplementationAcknowledgment) -> _Texts:
    yield from _codes("AK9", (record.status,))
    for one in record.transactions:
        yield from _codes("IK5", (one.status,))
        for found in one.faults:
            yield from _codes("IK3", (found.segment, found.code))
            yield from _codes("IK4", (code for _, code, _ in found.elements))


def _eligibility(record: Eligibility) -> _Texts:
    yield from (("2000C TRN02", trace, 80) for trace in record.traces)
    yield from _codes("AAA", (refusal.reason for refusal in record.refusals))
    for benefit in record.benefits:
        yield from _codes("EB", (benefit.information, benefit.in_network, benefit.period))
        yield "EB13", benefit.procedure, 48


def _claims(record: ClaimAcknowledgment) -> _Texts:
    yield "2200B TRN02", record.batch_reference, 80
    yield from _statuses("2200B STC", record.statuses)
    for provider in record.providers:
        yield from _statuses("2200C STC", provider.statuses)
        for claim in provider.claims:
            yield "2200D TRN02", claim.patient_control_number, 80
            yield "2200D REF 1K", claim.payer_claim_control_number, 80
            yield from _statuses("2200D STC", claim.statuses)
            for _, statuses in claim.lines:
                yield from _statuses("2220D STC", statuses)


def _status(record: ClaimStatusAnswer) -> _Texts:
    yield "2200D TRN02", record.trace, 80
    yield "2200D REF 1K", record.payer_claim_control_number, 80
    yield "2200D REF EJ", record.patient_control_number, 80
    yield "2200D STC09", record.check_number, 80
    yield from _statuses("2200D STC", record.statuses)


def _request(record: InformationRequest) -> _Texts:
    yield "2200D TRN02", record.trace, 80
    yield "2200D REF 1K", record.payer_claim_control_number, 80
    yield "2200D REF EJ", record.patient_control_number, 80
    yield from _statuses("2200D STC", record.statuses)
    for line in record.lines:
        yield "2220D REF FJ", line.control_number, 80
        yield "2220D SVC01", line.procedure, 48
        yield from _statuses("2220D STC", line.statuses)


def _statuses(place: str, statuses: Iterable[Status]) -> _Texts:
    for s in statuses:
        yield from _codes(place, (s.category, s.code, s.entity))
