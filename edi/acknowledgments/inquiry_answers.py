"""271 and 277: what payers answer to inquiries, from their loops."""

from collections.abc import Iterable, Iterator
from typing import Any

from edi.acknowledgments.reading import statuses_of
from edi.claims.reading import party_of, person_of, reference, value_of
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.eligibility import (
    AnswerDate,
    Benefit,
    ClaimStatusAnswer,
    Eligibility,
    LineStatus,
    Refusal,
)
from edi.records.party import Party, Person
from edi.segments.eligibility import AAA
from edi.segments.times import DTP


def read_eligibility(source: Source) -> Iterator[Eligibility]:
    """The answers of every 271 of a file, one for each person; other transaction sets are passed over.

    A subscriber without benefits or refusals whose dependents are answered gives no answer of its own.
    An inquiry that the payer or a level above refused gives one answer without benefits. Content never
    raises; raises `SourceError`, `OSError`.
    """
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind != "271":
            continue
        answered = False  # whether a person came since the source began
        for event, loop in item.reader.run():
            found: list[Eligibility] = []
            if event == "open":
                answered = False
            elif loop.ID == "2000C":
                answered = True
                found = list(_people(loop))
            elif loop.ID in ("2000A", "2000B") and not answered:
                refused = _refused(loop)
                if refused is not None:
                    answered = True
                    found = [refused]
            for one in found:
                one.sender_id = item.interchange.sender_id.strip()
                one.interchange_control_number = item.interchange.control_number
                one.transaction_control_number = item.report.control_number
            yield from found


def _people(loop: Any) -> Iterator[Eligibility]:
    """The subscriber and the dependents of a 2000C."""
    name = loop.name
    if name.benefits or name.refusals or not loop.dependents:
        yield _answer(loop, loop, None)
    for dependent in loop.dependents:
        yield _answer(dependent, loop, dependent)


def _refused(loop: Any) -> Eligibility | None:
    """What a source or receiver without any subscriber says: why it was refused."""
    receiver = loop if loop.ID == "2000B" else None
    payer = loop if receiver is None else loop.parent
    refusals = (*_refusals(payer), *(_refusals(receiver) if receiver is not None else ()))
    if not refusals:
        return None
    return Eligibility(
        payer=party_of(payer.name.name),
        provider=party_of(receiver.name.name) if receiver is not None else Party(),
        subscriber=Person(),
        refusals=refusals,
        refused_at=refusals[-1].loop,
        reference=_reference(payer),
        loops=loop,
    )


def _reference(source: Any) -> str:
    """BHT03 of the transaction set that a source stands in."""
    root = source.parent if source is not None else None
    return root.beginning.reference if root is not None else ""


def _answer(loop: Any, subscriber: Any, dependent: Any) -> Eligibility:
    receiver = subscriber.parent
    payer = receiver.parent if receiver is not None else None
    name = loop.name
    above = (*_refusals(payer), *_refusals(receiver)) if payer is not None else ()
    return Eligibility(
        payer=party_of(payer.name.name) if payer is not None else Party(),
        provider=party_of(receiver.name.name) if receiver is not None else Party(),
        subscriber=_person(subscriber.name),
        patient=_person(dependent.name) if dependent is not None else None,
        traces=tuple(trn.number for trn in loop.traces),
        references=tuple(reference(ref) for ref in name.ids),
        dates=_dates(name.dates),
        benefits=tuple(_benefit(b) for b in name.benefits),
        refusals=(*above, *_listed(name.ID, name.refusals)),
        loops=loop,
    )


def _person(name: Any) -> Any:
    return person_of(name.name, name.street, name.city, name.demographics)


def _refusals(level: Any) -> tuple[Refusal, ...]:
    """Those of a level (2000A has its own) and of its name loop."""
    own = _listed(level.ID, getattr(level, "refusals", ()))
    return (*own, *_listed(level.name.ID, level.name.refusals))


def _listed(loop: str, segments: Iterable[AAA]) -> tuple[Refusal, ...]:
    return tuple(Refusal(loop=loop, reason=aaa.reason, follow_up=aaa.follow_up) for aaa in segments)


def _dates(segments: Iterable[DTP]) -> tuple[AnswerDate, ...]:
    return tuple((dtp.qualifier, dtp.start, dtp.end) for dtp in segments)


def _benefit(loop: Any) -> Benefit:
    eb = loop.benefit
    return Benefit(
        information=eb.information,
        coverage_level=eb.coverage_level,
        service_types=tuple(eb.service_types),
        insurance_type=eb.insurance_type,
        plan=eb.plan,
        period=eb.period,
        amount=eb.amount,
        percent=eb.percent,
        quantity_qualifier=eb.quantity_qualifier,
        quantity=eb.quantity,
        authorization=eb.authorization,
        in_network=eb.in_network,
        procedure=eb.procedure.code if eb.procedure is not None else "",
        references=tuple(reference(ref) for ref in loop.references),
        dates=_dates(loop.dates),
        messages=tuple(msg.message for msg in loop.messages),
        parties=tuple((p.name.entity, party_of(p.name, p.street, p.city)) for p in loop.parties),
    )


def read_claim_statuses(source: Source) -> Iterator[ClaimStatusAnswer]:
    """The claims of every 277 (not 277CA) of a file that answers a 276, in file order.

    A level above the claims that is refused, and under which no claim is answered, gives one answer without a
    trace. Content never raises; raises `SourceError`, `OSError`.
    """
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind != "277":
            continue
        answered: Any = None  # the level above the last answer
        for event, loop in item.reader.run():
            node: Any = loop
            found: list[ClaimStatusAnswer] = []
            if event == "close" and node.ID == "2000D":
                found = list(_claims(node))
            elif event == "close" and node.ID in ("2000B", "2000C") and node is not answered:
                found = list(_level_refused(node))
            if found or node is answered:
                answered = node.parent
            for one in found:
                one.sender_id = item.interchange.sender_id.strip()
                one.interchange_control_number = item.interchange.control_number
                one.transaction_control_number = item.report.control_number
            yield from found


def _claims(node: Any) -> Iterator[ClaimStatusAnswer]:
    """The claims of a 2000D: the subscriber's, then those of dependents."""
    yield from (_status(claim, node, node) for claim in node.claims)
    for dependent in node.dependents:
        yield from (_status(claim, node, dependent) for claim in dependent.claims)


def _level_refused(loop: Any) -> Iterator[ClaimStatusAnswer]:
    """What a receiver or a provider without any claim is told; nothing where it is told nothing."""
    if loop.status is None:
        return
    provider = loop if loop.ID == "2000C" else None
    receiver = loop if provider is None else loop.parent
    payer = receiver.parent if receiver is not None else None
    yield ClaimStatusAnswer(
        trace="",
        payer=party_of(payer.name.name) if payer is not None else Party(),
        provider=party_of(provider.names[0].name) if provider is not None and provider.names else Party(),
        patient=Person(),
        statuses=statuses_of(loop.status.statuses),
        refused_at=loop.status.ID,
        reference=_reference(payer),
        loops=loop,
    )


def _status(loop: Any, subscriber: Any, person: Any) -> ClaimStatusAnswer:
    provider = subscriber.parent
    payer = provider.parent.parent if provider is not None and provider.parent is not None else None
    stc = loop.statuses[0] if loop.statuses else None
    dated = loop.service_date
    return ClaimStatusAnswer(
        trace=loop.trace.number,
        payer=party_of(payer.name.name) if payer is not None else Party(),
        provider=party_of(provider.names[0].name) if provider is not None and provider.names else Party(),
        patient=person_of(person.name.name),
        statuses=statuses_of(loop.statuses),
        patient_control_number=value_of(loop.patient_number),
        payer_claim_control_number=value_of(loop.payer_number),
        clearinghouse_trace=value_of(loop.clearinghouse_trace),
        type_of_bill=value_of(loop.bill_type),
        charge=stc.charge if stc is not None else None,
        paid=stc.paid if stc is not None else None,
        paid_on=stc.paid_on if stc is not None else None,
        check_number=stc.check_number if stc is not None else "",
        service_from=dated.start if dated is not None else None,
        service_to=dated.end if dated is not None else None,
        lines=tuple(_line(line) for line in loop.lines),
        loops=loop,
    )


def _line(loop: Any) -> LineStatus:
    svc = loop.service
    return LineStatus(
        procedure=svc.procedure.code,
        charge=svc.charge,
        paid=svc.paid,
        control_number=value_of(loop.control_number),
        statuses=statuses_of(loop.statuses),
        service_from=loop.service_date.start,
        service_to=loop.service_date.end,
    )
