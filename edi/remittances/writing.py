"""Remittances to 835 segments.

A remittance that was read is written into the loops that it was read from, with what its records have
no field for (`edi.write.merging`).
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, BinaryIO

from edi import guides
from edi.guides.remittance import REMITTANCE, RemittanceAdvice
from edi.records.claim import Envelope
from edi.records.party import Party, Person
from edi.records.remittance import ClaimPayment, ProviderAdjustment, Remittance, ServicePayment
from edi.remittances.reading import claim_of, header_of, provider_adjustments_of
from edi.segments.claim import Procedure
from edi.segments.payment import AdjustmentIdentifier
from edi.write.interchange import Output, delimiters
from edi.write.merging import parts_of
from edi.write.records import RecordWriter
from edi.write.segments import lines_for

PLACES = {place.id: place for place in REMITTANCE.places()}


def write_remittances(
    remittances: Iterable[Remittance], envelope: Envelope, to: BinaryIO | None = None
) -> bytes:
    """One interchange of 835 transactions, one for each remittance.

    What was read is written with everything that it was read with, as `write_claims` does: what a record
    has no field for (TS3, RDM, PER ...) stands in its `loops`; what was changed in a record is
    changed there, and only that. Remittances of another group (GS) begin another group.

    Raises `CharacterError` and `UnwritableError`, and writes `to` a stream, as `write_claims` does.
    """
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d, to)
    writer = _Writer(out, lines)
    group: Any = None
    started = False
    for remittance in remittances:
        read_in = remittance.loops._group if remittance.loops is not None else None
        if not started or read_in is not group:
            if started:
                out.end_group()
            out.begin_group("HP", _version(read_in), read_in)
            group, started = read_in, True
        out.begin_set("835", remittance.loops.header.version if remittance.loops is not None else "")
        writer.remittance(remittance)
        out.end_set()
    if not started:
        out.begin_group("HP", REMITTANCE.version)
    out.end_group()
    return out.finish()


def _version(group: Any) -> str:
    """GS08: that of the group that was read, if it is of this guide."""
    version = str(group.version) if group is not None else ""
    return version.strip().upper() if guides.find(version, "835") is REMITTANCE else REMITTANCE.version


class _Writer(RecordWriter):
    """Writes 835 transactions into an output."""

    def remittance(self, r: Remittance) -> None:
        """What is between ST and SE."""
        self._part_of_set(r, self._header, behind=False)
        level: Any = None
        headers = 0
        for claim in r.claims:
            loop = claim.loops
            above = loop.parent if loop is not None else None
            if not headers or above is not level:
                headers += 1
                level = above
                if level is None:
                    self.add(self.lines.lx(number=str(headers)))
                else:
                    self.out.segments += self.merger.loop(PLACES["2000"], [], [], level)
            if loop is None:
                self._claim(claim)
            else:
                self.merged(PLACES["2100"], claim, loop, claim_of, self._claim)
            self.out.pass_on()
        self._part_of_set(r, self._provider_adjustments, behind=True)

    # -- what was read

    def _part_of_set(self, r: Remittance, write: Callable[[Remittance], None], *, behind: bool) -> None:
        """What stands before the claims or behind them: as it was read, but for what was changed since."""
        root: RemittanceAdvice | None = r.loops
        if root is None:
            write(r)
            return
        before = header_of(root)
        before.provider_adjustments.extend(provider_adjustments_of(root))
        place = PLACES["ST"]
        parts = parts_of(place, root)
        at = next((n for n, (_, part) in enumerate(parts) if part.ID in ("PLB", "SE")), len(parts))
        base, mine = self.captured(lambda: write(before)), self.captured(lambda: write(r))
        self.in_set(place, base, mine, parts[at:] if behind else parts[:at])

    # -- what records say

    def _header(self, r: Remittance) -> None:
        """BPR to the payee."""
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
                drg=c.drg,
            )
        )
        self.adjustments(c.adjustments)
        self._person("QC", c.patient or Person(), "MI")
        if c.subscriber is not None:
            self._person("IL", c.subscriber, "MI")
        if c.corrected is not None:
            self._person("74", c.corrected, "C")
        if c.rendering is not None:
            self._party("82", c.rendering, "XX")
        if c.crossover is not None:
            self._party("TT", c.crossover, "PI")
        if c.corrected_payer is not None:
            self._party("PR", c.corrected_payer, "PI")
        self._of_whole(c)
        for qualifier, value in c.references:
            add(lines.ref(qualifier=qualifier, value=value))
        self._date("232", c.statement_from)
        self._date("233", c.statement_to)
        self._date("036", c.coverage_expired)
        self._date("050", c.received)
        for qualifier, amount in c.amounts:
            add(lines.amt(qualifier=qualifier, amount=amount))
        for qualifier, quantity in c.quantities:
            add(lines.qty(qualifier=qualifier, quantity=quantity))
        for line in c.lines:
            self._line(line)

    def _of_whole(self, c: ClaimPayment) -> None:
        """MIA and MOA. A stay whose MIA was read without its first element keeps it."""
        read = c.loops.inpatient if c.loops is not None else None
        inpatient = c.inpatient or (("0",) if read is not None else ())
        self.adjudication_of_whole(inpatient, c.outpatient, c.remarks)

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
                submitted_units=s.submitted_units,
            )
        )
        if s.service_from is not None:
            period = s.service_to is not None and s.service_to != s.service_from
            self._date("150" if period else "472", s.service_from)
            self._date("151", s.service_to if period else None)
        self.adjustments(s.adjustments)
        if s.control_number:
            add(lines.ref(qualifier="6R", value=s.control_number))
        if s.allowed is not None:
            add(lines.amt(qualifier="B6", amount=s.allowed))
        for remark in s.remarks:
            add(lines.lq(qualifier="HE", code=remark))

    def _provider_adjustments(self, r: Remittance) -> None:
        """PLB: neighbours of one provider and fiscal period together, six at most in each."""
        adjustments = r.provider_adjustments
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
