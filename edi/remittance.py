"""835: remittances to loops and loops to remittances."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from edi.claim_reading import address_of, adjustments_of, party_of, person_of
from edi.claim_writing import add_adjustments
from edi.guides.remittance import ClaimPayment as ClaimLoop
from edi.guides.remittance import RemittanceAdvice
from edi.guides.remittance import ServicePayment as LineLoop
from edi.lines import Lines, lines_for
from edi.nodes import Loop
from edi.output import Output, delimiters
from edi.records.claim import Envelope
from edi.records.party import Party, Person
from edi.records.remittance import ClaimPayment, ProviderAdjustment, Remittance, ServicePayment
from edi.rules import bind
from edi.segments.claim import Procedure
from edi.segments.payment import AdjustmentIdentifier
from edi.walk import Transaction, Walk
from edi.wire import Source

VERSION = "005010X221A1"
_NO_DATE = date.min


def read_remittances(source: Source) -> Iterator[Remittance]:
    """The 835 transactions of a file; each is given as soon as its header is read.

    `claims` is a one-pass iterator of `ClaimPayment` (cents, dates); when it ends,
    `provider_adjustments` and `findings` (all of `check`, the balance at line, claim and transaction
    level among them) are complete. Asking for the next remittance reads the rest of this one.
    Content never raises; raises `SourceError`, `OSError`.
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


class _Reading:
    """One transaction being read: the header first, then the claims as they are asked for."""

    def __init__(self, item: Transaction) -> None:
        self._item = item
        self._events = item.reader.run()
        first: tuple[str, Loop] | None = None
        for event, loop in self._events:
            first = (event, loop)
            break  # the header is over where the first LX opens, or at the end
        root: RemittanceAdvice = item.reader.root
        self._first = first
        self.remittance = _header(root, item)
        self.remittance.claims = self._claims()

    def _claims(self) -> Iterator[ClaimPayment]:
        if self._first is not None and self._first[0] == "close" and self._first[1].ID == "2100":
            yield claim_of(self._first[1])  # type: ignore[arg-type]
        for event, loop in self._events:
            if event == "close" and loop.ID == "2100":
                yield claim_of(loop)  # type: ignore[arg-type]
        root: RemittanceAdvice = self._item.reader.root
        self.remittance.provider_adjustments.extend(
            ProviderAdjustment(
                provider_id=plb.provider,
                fiscal_period_end=plb.fiscal_period or _NO_DATE,
                reason=reason,
                amount=amount,
                reference=reference,
            )
            for plb in root.provider_adjustments
            for reason, reference, amount in plb.pairs()
        )


def _header(root: RemittanceAdvice, item: Transaction) -> Remittance:
    bpr, payer, payee = root.payment, root.payer, root.payee
    isa = item.interchange
    production = root.production_date
    return Remittance(
        trace=root.trace.number,
        payment=bpr.payment,
        method=bpr.method,
        paid_on=bpr.date or _NO_DATE,
        payer=_n1_party(payer),
        payee=_n1_party(payee),
        originator=root.trace.originator,
        handling=bpr.handling,
        credit=bpr.credit,
        production_date=production.date if production is not None else None,
        receiver_id=root.receiver.value if root.receiver is not None else "",
        sender_id=isa.sender_id.strip(),
        interchange_control_number=isa.control_number,
        transaction_control_number=root.header.control_number,
        findings=item.report.findings,
        loops=root,
    )


def _n1_party(loop: Any) -> Party:
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
    remarks = [
        *(loop.inpatient.remarks if loop.inpatient is not None else ()),
        *([r for r in loop.outpatient.remarks if r] if loop.outpatient is not None else ()),
    ]
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
        patient=person_of(loop.patient) if loop.patient else None,
        subscriber=person_of(loop.insured) if loop.insured is not None else None,
        corrected=person_of(loop.corrected) if loop.corrected is not None else None,
        rendering=party_of(loop.rendering) if loop.rendering is not None else None,
        crossover=party_of(loop.crossover) if loop.crossover is not None else None,
        adjustments=adjustments_of(loop.adjustments),
        remarks=tuple(remarks),
        references=tuple([(r.qualifier, r.value) for r in (*loop.ids, *loop.rendering_ids)]),
        received=loop.received.date if loop.received is not None else None,
        statement_from=statement.get("232"),
        statement_to=statement.get("233"),
        coverage_expired=loop.coverage_expired.date if loop.coverage_expired is not None else None,
        amounts=tuple([(a.qualifier, a.amount) for a in loop.amounts]),
        lines=tuple([_line(line) for line in loop.lines]),
        loops=loop,
    )


def _line(loop: LineLoop) -> ServicePayment:
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
        service_from=dates.get("472") or dates.get("150"),
        service_to=dates.get("151"),
        control_number=loop.control_number.value if loop.control_number is not None else "",
        allowed=next((a.amount for a in loop.amounts if a.qualifier == "B6"), None),
        adjustments=adjustments_of(loop.adjustments),
        remarks=tuple([r.code for r in loop.remarks if r.qualifier == "HE"]),
    )


def write_remittances(remittances: Iterable[Remittance], envelope: Envelope) -> bytes:
    """One interchange of 835 transactions, one for each remittance.

    Raises `CharacterError` and `UnwritableError` as `write_claims` does.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d)
    out.begin_group("HP", VERSION)
    writer = _Writer(out, lines)
    for remittance in remittances:
        out.begin_set("835", "")
        writer.remittance(remittance)
        out.end_set()
    out.end_group()
    return out.finish()


class _Writer:
    """Writes 835 transactions into an output."""

    def __init__(self, out: Output, lines: Lines) -> None:
        self.add = out.add
        self.lines = lines

    def remittance(self, r: Remittance) -> None:
        lines, add = self.lines, self.add
        add(
            lines.bpr(
                handling=r.handling, payment=r.payment, credit=r.credit, method=r.method, date=r.paid_on
            )
        )
        originator = r.originator or (f"1{r.payer.tax_id}" if r.payer.tax_id else "")
        add(lines.trn(type="1", number=r.trace, originator=originator))
        if r.receiver_id:
            add(lines.ref(qualifier="EV", value=r.receiver_id))
        if r.production_date is not None:
            add(lines.dtm(qualifier="405", date=r.production_date))
        self._payer(r.payer)
        self._payee(r.payee)
        started = False
        for claim in r.claims:
            if not started:
                add(lines.lx(number="1"))
                started = True
            self._claim(claim)
        self._provider_adjustments(r.provider_adjustments)

    def _payer(self, party: Party) -> None:
        lines, add = self.lines, self.add
        plan = party.id if party.id_qualifier == "XV" else ""
        add(lines.n1(entity="PR", name=party.last, id_qualifier="XV" if plan else "", id=plan))
        self._address(party)
        known = [q for q, _ in party.secondary_ids]
        if party.id and not plan and "2U" not in known:
            add(lines.ref(qualifier="2U", value=party.id))
        for qualifier, value in party.secondary_ids:
            add(lines.ref(qualifier=qualifier, value=value))
        phone = party.contact_phone
        add(lines.per(function="BL", name=party.contact_name, qualifier="TE" if phone else "", number=phone))

    def _payee(self, party: Party) -> None:
        lines, add = self.lines, self.add
        qualifier = "XX" if party.npi else "FI"
        add(lines.n1(entity="PE", name=party.last, id_qualifier=qualifier, id=party.npi or party.tax_id))
        self._address(party)
        known = [q for q, _ in party.secondary_ids]
        for code, value in party.secondary_ids:
            add(lines.ref(qualifier=code, value=value))
        if party.npi and party.tax_id and "TJ" not in known:
            add(lines.ref(qualifier="TJ", value=party.tax_id))

    def _date(self, qualifier: str, value: date | None) -> None:
        if value is not None:
            self.add(self.lines.dtm(qualifier=qualifier, date=value))

    def _address(self, party: Party) -> None:
        a = party.address
        if a is not None:
            self.add(self.lines.n3(line1=a.line1, line2=a.line2))
            self.add(self.lines.n4(city=a.city, state=a.state, zip=a.zip))

    def _person(self, entity: str, person: Person, qualifier: str) -> None:
        self.add(
            self.lines.nm1(
                entity=entity,
                kind="2" if person.organisation else "1",
                last=person.last,
                first=person.first,
                middle=person.middle,
                suffix=person.suffix,
                id_qualifier=qualifier if person.member_id else "",
                id=person.member_id,
            )
        )

    def _party(self, entity: str, party: Party, qualifier: str) -> None:
        self.add(
            self.lines.nm1(
                entity=entity,
                kind="1" if party.person else "2",
                last=party.last,
                first=party.first,
                middle=party.middle,
                id_qualifier="XX" if party.npi else party.id_qualifier or qualifier,
                id=party.npi or party.id,
            )
        )

    def _claim(self, c: ClaimPayment) -> None:
        lines, add = self.lines, self.add
        add(
            lines.clp(
                patient_control_number=c.patient_control_number,
                status=c.status,
                charge=c.charge,
                paid=c.paid,
                patient_owes=c.patient_owes,
                filing_code=c.filing_code,
                payer_claim_control_number=c.payer_claim_control_number,
                facility_code=c.facility_code,
                frequency=c.frequency,
            )
        )
        add_adjustments(add, lines, c.adjustments)
        self._person("QC", c.patient or Person(), "MI")
        if c.subscriber is not None:
            self._person("IL", c.subscriber, "MI")
        if c.corrected is not None:
            self._person("74", c.corrected, "C")
        if c.rendering is not None:
            self._party("82", c.rendering, "XX")
        if c.crossover is not None:
            self._party("TT", c.crossover, "PI")
        if c.remarks:
            add(lines.moa(remarks=list(c.remarks[:5])))
        for qualifier, value in c.references:
            add(lines.ref(qualifier=qualifier, value=value))
        self._date("232", c.statement_from)
        self._date("233", c.statement_to)
        self._date("036", c.coverage_expired)
        self._date("050", c.received)
        for qualifier, amount in c.amounts:
            add(lines.amt(qualifier=qualifier, amount=amount))
        for line in c.lines:
            self._line(line)

    def _line(self, s: ServicePayment) -> None:
        lines, add = self.lines, self.add
        submitted = None
        if s.submitted_procedure:
            submitted = Procedure.of([s.procedure_qualifier, s.submitted_procedure, *s.submitted_modifiers])
        add(
            lines.svc(
                procedure=Procedure.of([s.procedure_qualifier, s.procedure, *s.modifiers]),
                charge=s.charge,
                paid=s.paid,
                revenue_code=s.revenue_code,
                units=s.units,
                submitted=submitted,
            )
        )
        if s.service_from is not None:
            period = s.service_to is not None and s.service_to != s.service_from
            self._date("150" if period else "472", s.service_from)
            self._date("151", s.service_to if period else None)
        add_adjustments(add, lines, s.adjustments)
        if s.control_number:
            add(lines.ref(qualifier="6R", value=s.control_number))
        if s.allowed is not None:
            add(lines.amt(qualifier="B6", amount=s.allowed))
        for remark in s.remarks:
            add(lines.lq(qualifier="HE", code=remark))

    def _provider_adjustments(self, adjustments: list[ProviderAdjustment]) -> None:
        """PLB: neighbours of one provider and fiscal period together, six at most in each."""
        at = 0
        while at < len(adjustments):
            first = adjustments[at]
            six = [first]
            for more in adjustments[at + 1 : at + 6]:
                if (more.provider_id, more.fiscal_period_end) != (first.provider_id, first.fiscal_period_end):
                    break
                six.append(more)
            at += len(six)
            further: dict[str, Any] = {}
            for n, one in enumerate(six[1:], 2):
                further[f"adjustment{n}"] = _identifier(one)
                further[f"amount{n}"] = one.amount
            self.add(
                self.lines.plb(
                    provider=first.provider_id,
                    fiscal_period=first.fiscal_period_end,
                    adjustment=_identifier(first),
                    amount=first.amount,
                    **further,
                )
            )


def _identifier(one: ProviderAdjustment) -> AdjustmentIdentifier:
    return AdjustmentIdentifier.of([one.reason, one.reference] if one.reference else [one.reason])
