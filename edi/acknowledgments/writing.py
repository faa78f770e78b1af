"""Writes acknowledgments: TA1, 999 and 277CA from records. `replies.py` makes them from a check."""

from collections.abc import Iterable, Sequence
from datetime import date

from edi.acknowledgments.reading import TRIGGER, Acknowledgment
from edi.declare.compile import Values
from edi.errors import CharacterError, UnwritableError
from edi.records.acknowledgment import (
    ClaimAcknowledgment,
    ClaimStatus,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    ProviderStatus,
    Status,
)
from edi.records.claim import Envelope
from edi.records.party import Party
from edi.segments.answers import ContextIdentification, Position, StatusCode
from edi.segments.claim import Procedure
from edi.write.interchange import Output, day, delimiters
from edi.write.segments import Lines, lines_for

IMPLEMENTATION = "005010X231A1"
CLAIMS = "005010X214"


def write_interchange_acknowledgment(ack: InterchangeAcknowledgment, envelope: Envelope) -> bytes:
    """An interchange with one TA1 in it and no group. Raises as `write_claims` does."""
    return write_acknowledgments([ack], envelope)


def write_acknowledgments(acks: Iterable[Acknowledgment], envelope: Envelope) -> bytes:
    """One interchange: TA1 segments first, then a group of 999s, then a group of 277CAs.

    Totals of a 277CA that are None are counted from its claims. Raises as `write_claims` does, and
    `UnwritableError` for a 277CA line without its service.
    """
    listed = list(acks)
    d = delimiters(envelope)
    lines = lines_for(d)
    out = Output(envelope, lines.values, d)
    for ack in listed:
        if isinstance(ack, InterchangeAcknowledgment):
            created = day(ack.created)[2:] if ack.created else "000000"
            out.add(
                lines.ta1(
                    control_number=ack.control_number, date=created, time=ack.time, status=ack.status,
                    note=ack.note,
                )
            )  # fmt: skip
    syntax = [a for a in listed if isinstance(a, ImplementationAcknowledgment)]
    if syntax:
        out.begin_group("FA", IMPLEMENTATION)
        for one in syntax:
            out.begin_set("999", IMPLEMENTATION)
            _write_implementation(out, lines, one)
            out.end_set()
        out.end_group()
    claims = [a for a in listed if isinstance(a, ClaimAcknowledgment)]
    if claims:
        out.begin_group("HN", CLAIMS)
        for n, answer in enumerate(claims, 1):
            control = out.begin_set("277", CLAIMS)
            _ClaimWriter(out, lines, envelope, answer).write(
                f"{envelope.control_number}-{control}" if n > 1 else ""
            )
            out.end_set()
        out.end_group()
    return out.finish()


def _write_implementation(out: Output, lines: Lines, ack: ImplementationAcknowledgment) -> None:
    add = out.add
    add(
        lines.ak1(
            functional_code=ack.functional_code, control_number=ack.group_control_number, version=ack.version
        )
    )
    for t in ack.transactions:
        add(
            lines.ak2(transaction_set=t.transaction_set, control_number=t.control_number, version=ack.version)
        )
        for fault in t.faults:
            add(lines.ik3(segment=fault.segment, at=str(fault.position), loop=fault.loop, code=fault.code))
            if fault.cause is not None:
                segment, position, loop, element = fault.cause
                add(
                    lines.ctx(
                        first=[ContextIdentification.of([TRIGGER])], segment=segment,
                        segment_position=str(position), loop=loop[:4], at=Position.of(element.split("-")),
                    )
                )  # fmt: skip
            for where, code, value in fault.elements:
                add(lines.ik4(at=Position.of(where.split("-")), code=code, value=_copy(value, lines.values)))
        add(lines.ik5(status=t.status, codes=list(t.codes[:5])))
    add(
        lines.ak9(
            status=ack.status,
            included=str(ack.included),
            received=str(ack.received),
            accepted=str(ack.accepted),
            codes=list(ack.codes[:5]),
        )
    )


def _copy(value: str, values: Values) -> str:
    """IK404: the bad value, where it can be written at all."""
    try:
        return values[value[:99]]
    except CharacterError:
        return ""


class _ClaimWriter:
    """Writes one 277CA transaction."""

    def __init__(self, out: Output, lines: Lines, envelope: Envelope, ack: ClaimAcknowledgment) -> None:
        self.add = out.add
        self.lines = lines
        self.envelope = envelope
        self.ack = ack
        self.day = ack.processed or envelope.created
        self._level = 0

    def write(self, reference: str) -> None:
        """From BHT to the last claim."""
        ack, lines, add, v = self.ack, self.lines, self.add, self.envelope
        own = reference or v.batch_reference or str(v.control_number)
        add(
            lines.bht(
                structure="0085",
                purpose="08",
                reference=own,
                date=v.created,
                time=v.time or "0000",
                type="TH",
            )
        )
        top = self._next(0, "20", "1")
        entity = "AY" if ack.source.id_qualifier == "46" else "PR"
        self._name(entity, ack.source, ack.source.id_qualifier or "PI", person=False)
        add(lines.trn(type="1", number=ack.source_trace or own))
        add(lines.dtp(qualifier="050", format="D8", value=day(ack.received or self.day)))
        add(lines.dtp(qualifier="009", format="D8", value=day(self.day)))
        receiver = self._next(top, "21", "1" if ack.providers else "0")
        self._name("41", ack.receiver, "46")
        add(lines.trn(type="2", number=ack.batch_reference))
        claims = [c for p in ack.providers for c in p.claims]
        accepted, rejected = _split(claims)
        total = _sum(accepted) + _sum(rejected)
        self._statuses(ack.statuses or (Status(category="A1", code="19", entity="PR"),), total)
        self._totals(ack, accepted, rejected, "90", "AA")
        for provider in ack.providers:
            self._provider(provider, receiver)

    def _next(self, parent: int, code: str, child: str) -> int:
        self._level += 1
        self.add(self.lines.hl(id=str(self._level), parent=str(parent or ""), level=code, child=child))
        return self._level

    def _name(self, entity: str, party: Party, qualifier: str, *, person: bool | None = None) -> None:
        human = party.person if person is None else person
        identifier = party.npi or party.id or party.tax_id
        if qualifier == "":
            qualifier = "XX" if party.npi else "FI"
        self.add(
            self.lines.nm1(
                entity=entity, kind="1" if human else "2", last=party.last,
                first=party.first if human else "", middle=party.middle if human else "",
                id_qualifier=qualifier if identifier else "",
                id=(party.id or identifier) if qualifier not in ("XX",) else identifier,
            )
        )  # fmt: skip

    def _statuses(
        self, statuses: Sequence[Status], amount: int, *, line: bool = False, dated: bool = True
    ) -> None:
        for s in statuses:
            parts = [s.category, s.code] + ([s.entity] if s.entity else [])
            self.add(
                self.lines.stc(
                    status=StatusCode.of(parts),
                    date=(s.effective or self.day) if dated else None,
                    action="U" if line else s.action,
                    charge=None if line else (s.amount if s.amount is not None else amount),
                    message="" if line else s.text,
                )
            )

    def _totals(
        self,
        level: ClaimAcknowledgment | ProviderStatus,
        accepted: list[ClaimStatus],
        rejected: list[ClaimStatus],
        good: str,
        bad: str,
    ) -> None:
        """QTY and AMT of what was accepted and rejected: as given, else counted."""
        lines, add = self.lines, self.add
        yes = level.accepted_count if level.accepted_count is not None else len(accepted)
        no = level.rejected_count if level.rejected_count is not None else len(rejected)
        if yes:
            add(lines.qty(qualifier=good, quantity=str(yes)))
        if no:
            add(lines.qty(qualifier=bad, quantity=str(no)))
        if yes:
            amount = level.accepted_amount if level.accepted_amount is not None else _sum(accepted)
            add(lines.amt(qualifier="YU", amount=amount))
        if no:
            amount = level.rejected_amount if level.rejected_amount is not None else _sum(rejected)
            add(lines.amt(qualifier="YY", amount=amount))

    def _provider(self, provider: ProviderStatus, parent: int) -> None:
        lines, add = self.lines, self.add
        level = self._next(parent, "19", "1" if provider.claims else "0")
        self._name("85", provider.provider, "")
        accepted, rejected = _split(provider.claims)
        add(lines.trn(type="1", number=provider.trace or "0"))
        if provider.statuses:
            self._statuses(provider.statuses, _sum(accepted) + _sum(rejected), dated=False)
        elif provider.claims:
            summary = Status(category="A1", code="19", entity="PR", action="WQ")
            self._statuses((summary,), _sum(accepted) + _sum(rejected), dated=False)
        self._totals(provider, accepted, rejected, "QA", "QC")
        for claim in provider.claims:
            self._claim(claim, level)

    def _claim(self, claim: ClaimStatus, parent: int) -> None:
        lines, add = self.lines, self.add
        self._next(parent, "PT", "")
        patient = claim.patient
        add(
            lines.nm1(
                entity="QC", kind="1", last=patient.last if patient else "",
                first=patient.first if patient else "", middle=patient.middle if patient else "",
                id_qualifier="MI", id=patient.member_id if patient else "",
            )
        )  # fmt: skip
        add(lines.trn(type="2", number=claim.patient_control_number))
        self._statuses(claim.statuses, 0)
        for qualifier, value in (
            ("1K", claim.payer_claim_control_number),
            ("D9", claim.clearinghouse_trace),
            ("BLT", claim.institutional_bill_type),
        ):
            if value:
                add(lines.ref(qualifier=qualifier, value=value))
        self._dates(claim.service_from, claim.service_to)
        if claim.lines and len(claim.line_services) != len(claim.lines):
            raise UnwritableError("a line's status needs the line's procedure and charge", "2220D SVC")
        for (control, statuses), (code, charge) in zip(claim.lines, claim.line_services, strict=True):
            # The class is that of the 835, which needs SVC03; a 277CA does not use it.
            add(lines.svc(procedure=Procedure.of(["HC", code]), charge=charge, paid=None))  # type: ignore[arg-type]
            self._statuses(statuses, 0, line=True)
            if control:
                add(lines.ref(qualifier="FJ", value=control))

    def _dates(self, start: date | None, end: date | None) -> None:
        if start is None:
            return
        if end is not None and end != start:
            self.add(self.lines.dtp(qualifier="472", format="RD8", value=f"{day(start)}-{day(end)}"))
        else:
            self.add(self.lines.dtp(qualifier="472", format="D8", value=day(start)))


def _split(claims: Iterable[ClaimStatus]) -> tuple[list[ClaimStatus], list[ClaimStatus]]:
    accepted: list[ClaimStatus] = []
    rejected: list[ClaimStatus] = []
    for claim in claims:
        (rejected if claim.rejected else accepted).append(claim)
    return accepted, rejected


def _sum(claims: Iterable[ClaimStatus]) -> int:
    return sum(next((s.amount for s in c.statuses if s.amount is not None), 0) for c in claims)
