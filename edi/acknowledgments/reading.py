"""TA1, 999 and 277CA: acknowledgments from their loops."""

from collections.abc import Iterable, Iterator

from edi.claims.reading import cents_of, party_of, person_of, value_of
from edi.declare.nodes import Loop
from edi.declare.types import isa_date, number
from edi.guides import claim_acknowledgment as ca
from edi.guides import implementation as ia
from edi.read.interchanges import Source
from edi.read.transaction_sets import Walk
from edi.records.acknowledgment import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    ProviderStatus,
    SegmentFault,
    Status,
    TransactionAcknowledgment,
)
from edi.segments.answers import CTX, STC
from edi.segments.control import TA1
from edi.segments.money import QTY

TRIGGER = "SITUATIONAL TRIGGER"  # CTX01 beside what made a missing segment required
Acknowledgment = InterchangeAcknowledgment | ImplementationAcknowledgment | ClaimAcknowledgment


def read_acknowledgments(source: Source) -> Iterator[Acknowledgment]:
    """Every TA1, 999 and 277CA of a file, in file order; other transaction sets are passed over.

    Content never raises; raises `SourceError`, `OSError`.
    """
    walk = Walk(source)
    for item in walk:
        if isinstance(item, TA1):
            header = walk.interchanges[-1].header
            yield InterchangeAcknowledgment(
                control_number=item.control_number,
                created=isa_date(item.date),
                status=item.status,
                note=item.note,
                time=item.time,
                sender_id=header.sender_id.strip() if header is not None else "",
                interchange_control_number=header.control_number if header is not None else "",
            )
        elif item.guide.kind in ("999", "277CA"):
            root: Loop | None = None
            for _, root in item.reader.run():  # noqa: B007
                pass
            record: ImplementationAcknowledgment | ClaimAcknowledgment
            if isinstance(root, ia.ImplementationAcknowledgment):
                record = _implementation(root)
            elif isinstance(root, ca.ClaimAcknowledgment):
                record = _claims(root)
            else:
                continue
            record.sender_id = item.interchange.sender_id.strip()
            record.interchange_control_number = item.interchange.control_number
            record.transaction_control_number = item.report.control_number
            yield record


def _implementation(root: ia.ImplementationAcknowledgment) -> ImplementationAcknowledgment:
    ak1, ak9 = root.group, root.status
    return ImplementationAcknowledgment(
        functional_code=ak1.functional_code,
        group_control_number=ak1.control_number,
        version=ak1.version,
        status=ak9.status,
        included=max(0, number(ak9.included)),
        received=max(0, number(ak9.received)),
        accepted=max(0, number(ak9.accepted)),
        codes=tuple(c for c in ak9.codes if c),
        transactions=tuple(
            TransactionAcknowledgment(
                transaction_set=t.transaction.transaction_set,
                control_number=t.transaction.control_number,
                status=t.status.status,
                codes=tuple(c for c in t.status.codes if c),
                faults=tuple(_fault(n) for n in t.notes),
            )
            for t in root.transactions
        ),
    )


def _fault(loop: ia.SegmentNote) -> SegmentFault:
    note = loop.note
    elements = []
    for e in loop.elements:
        at = e.note.at
        where = f"{at.element}-{at.component}" if at.component else at.element
        elements.append((where, e.note.code, e.note.value))
    return SegmentFault(
        segment=note.segment,
        position=max(0, number(note.at)),
        loop=note.loop,
        code=note.code,
        elements=tuple(elements),
        cause=next((_cause(c) for c in loop.contexts if c.first and c.first[0].name == TRIGGER), None),
    )


def _cause(context: CTX) -> tuple[str, int, str, str]:
    at = context.at
    element = (f"{at.element}-{at.component}" if at.component else at.element) if at is not None else ""
    return context.segment, max(0, number(context.segment_position)), context.loop, element


def _claims(root: ca.ClaimAcknowledgment) -> ClaimAcknowledgment:
    source = root.source
    receiver = source.receiver
    batch = receiver.status
    return ClaimAcknowledgment(
        source=party_of(source.name.name),
        receiver=party_of(receiver.name.name),
        batch_reference=batch.trace.number,
        source_trace=source.receipt.trace.number,
        received=source.receipt.received.start,
        processed=source.receipt.processed.start,
        statuses=statuses_of(batch.statuses),
        accepted_count=_count(batch.accepted),
        rejected_count=_count(batch.rejected),
        accepted_amount=cents_of(batch.accepted_amount),
        rejected_amount=cents_of(batch.rejected_amount),
        providers=tuple(_provider(p) for p in receiver.providers),
    )


def _provider(loop: ca.Provider) -> ProviderStatus:
    status = loop.status
    return ProviderStatus(
        provider=party_of(loop.name.name),
        trace=status.trace.number if status is not None else "",
        statuses=statuses_of(status.statuses) if status is not None else (),
        accepted_count=_count(status.accepted) if status is not None else None,
        rejected_count=_count(status.rejected) if status is not None else None,
        accepted_amount=cents_of(status.accepted_amount) if status is not None else None,
        rejected_amount=cents_of(status.rejected_amount) if status is not None else None,
        claims=tuple(_claim(claim, patient) for patient in loop.patients for claim in patient.claims),
    )


def _claim(loop: ca.ClaimStatus, patient: ca.Patient) -> ClaimStatus:
    dated = loop.service_date
    return ClaimStatus(
        patient_control_number=loop.trace.number,
        statuses=statuses_of(loop.statuses),
        payer_claim_control_number=value_of(loop.payer_number),
        clearinghouse_trace=value_of(loop.clearinghouse_trace),
        institutional_bill_type=value_of(loop.bill_type),
        service_from=dated.start if dated is not None else None,
        service_to=dated.end if dated is not None else None,
        patient=person_of(patient.name.name) if patient.name.name else None,
        lines=tuple((value_of(line.control_number), statuses_of(line.statuses)) for line in loop.lines),
        line_services=tuple((line.service.procedure.code, line.service.charge) for line in loop.lines),
    )


def statuses_of(segments: Iterable[STC]) -> tuple[Status, ...]:
    """The status composites of STC segments, in wire order."""
    found = []
    for stc in segments:
        for composite in (stc.status, stc.status2, stc.status3):
            if composite is not None and composite:
                found.append(
                    Status(
                        category=composite.category,
                        code=composite.code,
                        entity=composite.entity,
                        action=stc.action,
                        effective=stc.date,
                        amount=stc.charge,
                        text=stc.message,
                        code_list=composite.code_list,
                    )
                )
    return tuple(found)


def _count(qty: QTY | None) -> int | None:
    if qty is None:
        return None
    counted = number(qty.quantity)
    return counted if counted >= 0 else None
