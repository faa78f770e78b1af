"""277 as a payer's request for additional information: what it asks for, from its loops."""

from collections.abc import Iterator
from typing import Any

from edi.acknowledgments.reading import statuses_of
from edi.claims.reading import party_of, person_of, value_of
from edi.guides.information_request import INFORMATION_REQUEST
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.information_request import AskedLine, InformationRequest
from edi.records.party import Party


def read_information_requests(source: Source) -> Iterator[InformationRequest]:
    """The claims of every 277 of a file by which a payer asks for more (005010X213, 006020X313), in file
    order; other transaction sets are passed over. Content never raises; raises `SourceError`, `OSError`.
    """
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind != INFORMATION_REQUEST.kind:
            continue
        for event, loop in item.reader.run():
            node: Any = loop
            if event != "close" or node.ID != "2000D":
                continue
            for asked in node.requests:
                one = _request(asked, node)
                one.sender_id = item.interchange.sender_id.strip()
                one.interchange_control_number = item.interchange.control_number
                one.transaction_control_number = item.report.control_number
                yield one


def _request(loop: Any, patient: Any) -> InformationRequest:
    provider = patient.parent
    payer = provider.parent.parent if provider is not None and provider.parent is not None else None
    root = payer.parent if payer is not None else None
    statuses = statuses_of(loop.statuses)
    lines = tuple(_line(line) for line in loop.lines)
    days = [day.start for day in (loop.due, *(line.due for line in loop.lines)) if day is not None]
    on = [one.effective for line in lines for one in line.statuses] + [one.effective for one in statuses]
    dated = loop.service_date
    return InformationRequest(
        trace=loop.trace.number,
        payer=party_of(payer.name.name) if payer is not None else Party(),
        provider=party_of(provider.names[0].name) if provider is not None and provider.names else Party(),
        patient=person_of(patient.name.name),
        statuses=statuses,
        lines=lines,
        patient_control_number=value_of(loop.patient_number),
        payer_claim_control_number=value_of(loop.payer_number),
        clearinghouse_trace=value_of(loop.clearinghouse_trace),
        type_of_bill=value_of(loop.bill_type),
        asked_on=max((day for day in on if day is not None), default=None)
        or (root.beginning.date if root is not None else None),
        due=min((day for day in days if day is not None), default=None),
        service_from=dated.start if dated is not None else None,
        service_to=dated.end if dated is not None else None,
        loops=loop,
    )


def _line(loop: Any) -> AskedLine:
    dated = loop.service_date
    return AskedLine(
        procedure=loop.service.procedure.code,
        statuses=statuses_of(loop.statuses),
        control_number=value_of(loop.control_number),
        service_from=dated.start if dated is not None else None,
        due=loop.due.start if loop.due is not None else None,
    )
