"""835 loops to records: the payment, its parties, claim payments and their lines."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from edi.claims.reading import address_of, adjustments_of, party_of, person_of
from edi.guides.remittance import ClaimPayment as ClaimLoop
from edi.guides.remittance import RemittanceAdvice
from edi.guides.remittance import ServicePayment as LineLoop
from edi.records.party import Party
from edi.records.remittance import ClaimPayment, ProviderAdjustment, Remittance, ServicePayment

_NO_DATE = date.min


def header_of(root: RemittanceAdvice) -> Remittance:
    """A remittance without its claims, of the header of its transaction set."""
    bpr = root.payment
    production = root.production_date
    return Remittance(
        trace=root.trace.number,
        payment=bpr.payment,
        method=bpr.method,
        paid_on=bpr.date or _NO_DATE,
        payer=n1_party(root.payer),
        payee=n1_party(root.payee),
        originator=root.trace.originator,
        handling=bpr.handling,
        credit=bpr.credit,
        production_date=production.date if production is not None else None,
        receiver_id=root.receiver.value if root.receiver is not None else "",
        transaction_control_number=root.header.control_number,
        loops=root,
    )


def provider_adjustments_of(root: RemittanceAdvice) -> Iterator[ProviderAdjustment]:
    """The reasons of PLB segments, in wire order."""
    for plb in root.provider_adjustments:
        for reason, reference, amount in plb.pairs():
            yield ProviderAdjustment(
                provider_id=plb.provider,
                fiscal_period_end=plb.fiscal_period or _NO_DATE,
                reason=reason,
                amount=amount,
                reference=reference,
            )


def n1_party(loop: Any) -> Party:
    """Payer or payee: N1 with its address, references and first contact."""
    n1 = loop.name
    qualifier, identifier = n1.id_qualifier, n1.id
    references = tuple((r.qualifier, r.value) for r in loop.ids)
    tax = next((value for code, value in references if code == "TJ"), "")
    contacts = getattr(loop, "technical_contacts", ())
    contact = contacts[0] if contacts else None
    return Party(
        last=n1.name,
        npi=identifier if qualifier == "XX" else "",
        id="" if qualifier in ("XX", "FI") else identifier,
        id_qualifier="" if qualifier in ("XX", "FI") else qualifier,
        tax_id=identifier if qualifier == "FI" else tax,
        address=address_of(loop.street, loop.city),
        contact_name=contact.name if contact is not None else "",
        contact_phone=contact.number if contact is not None and contact.qualifier == "TE" else "",
        secondary_ids=references,
    )


def claim_of(loop: ClaimLoop) -> ClaimPayment:
    """One claim payment of its 2100 loop."""
    clp = loop.claim
    stay, visit = loop.inpatient, loop.outpatient
    remarks = (*(stay.remarks if stay is not None else ()), *(visit.remarks if visit is not None else ()))
    statement = {d.qualifier: d.date for d in loop.statement_dates}
    return ClaimPayment(
        patient_control_number=clp.patient_control_number,
        status=clp.status,
        charge=clp.charge,
        paid=clp.paid,
        patient_owes=clp.patient_owes,
        filing_code=clp.filing_code,
        payer_claim_control_number=clp.payer_claim_control_number,
        facility_code=clp.facility_code,
        frequency=clp.frequency,
        drg=clp.drg,
        patient=person_of(loop.patient) if loop.patient else None,
        subscriber=person_of(loop.insured) if loop.insured is not None else None,
        corrected=person_of(loop.corrected) if loop.corrected is not None else None,
        rendering=party_of(loop.rendering) if loop.rendering is not None else None,
        crossover=party_of(loop.crossover) if loop.crossover is not None else None,
        corrected_payer=party_of(loop.corrected_payer) if loop.corrected_payer is not None else None,
        adjustments=adjustments_of(loop.adjustments),
        remarks=tuple(filter(None, remarks)),
        inpatient=stay.figures if stay is not None else (),
        outpatient=visit.figures if visit is not None else (),
        references=tuple([(r.qualifier, r.value) for r in (*loop.ids, *loop.rendering_ids)]),
        received=loop.received.date if loop.received is not None else None,
        statement_from=statement.get("232"),
        statement_to=statement.get("233"),
        coverage_expired=loop.coverage_expired.date if loop.coverage_expired is not None else None,
        amounts=tuple([(a.qualifier, a.amount) for a in loop.amounts]),
        quantities=tuple([(q.qualifier, q.quantity) for q in loop.quantities]),
        lines=tuple([line_of(line) for line in loop.lines]),
        loops=loop,
    )


def line_of(loop: LineLoop) -> ServicePayment:
    """One line of its 2110 loop."""
    svc = loop.service
    procedure, submitted = svc.procedure, svc.submitted
    dates = {d.qualifier: d.date for d in loop.dates}
    return ServicePayment(
        procedure=procedure.code,
        procedure_qualifier=procedure.qualifier,
        modifiers=tuple([m for m in procedure.modifiers if m]),
        charge=svc.charge,
        paid=svc.paid,
        revenue_code=svc.revenue_code,
        units=svc.units or "1",
        submitted_procedure=submitted.code if submitted is not None else "",
        submitted_modifiers=tuple([m for m in submitted.modifiers if m]) if submitted is not None else (),
        submitted_units=svc.submitted_units,
        service_from=dates.get("472") or dates.get("150"),
        service_to=dates.get("151"),
        control_number=loop.control_number.value if loop.control_number is not None else "",
        allowed=next((a.amount for a in loop.amounts if a.qualifier == "B6"), None),
        adjustments=adjustments_of(loop.adjustments),
        remarks=tuple([r.code for r in loop.remarks if r.qualifier == "HE"]),
        loops=loop,
    )
