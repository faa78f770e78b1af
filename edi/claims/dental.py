"""837D: claims to loops and loops to claims. It alone knows both the records and the 837D's loops."""

from datetime import date

from edi.claims.professional import accident_of, causes_of
from edi.claims.reading import (
    ClaimReader,
    adjudications_of,
    attachments_of,
    cents_of,
    contract_of,
    party_of,
    reference,
    value_of,
)
from edi.claims.writing import ClaimWriter
from edi.declare.types import number as count_of
from edi.guides.dental_claim import Claim as ClaimLoop
from edi.guides.dental_line import ServiceLine as LineLoop
from edi.records.claim import Claim, ServiceLine
from edi.records.dental import Dental, DentalLine, Tooth
from edi.segments.claim import FacilityLocation, HealthCareCode, Pointers, Procedure
from edi.segments.dental import OralCavity, Surfaces
from edi.segments.times import DTP

NOTHING = Dental()


class DentalWriter(ClaimWriter):
    """Writes 837D claims."""

    version = "005010X224A2"
    kind = "D"

    def claim(self, claim: Claim) -> None:
        """2300 with its 2310, 2320 and 2400 loops."""
        lines, add = self.lines, self.add
        facts = claim.dental or NOTHING
        add(
            lines.clm(
                patient_control_number=claim.patient_control_number,
                charge=claim.charge,
                location=FacilityLocation.of([claim.place_of_service, "B", claim.frequency]),
                signature_on_file=claim.signature_on_file,
                assignment=claim.assignment,
                benefits_assigned=claim.benefits_assigned,
                release=claim.release_of_information,
                causes=causes_of(claim.accident),
                special_program=claim.special_program,
                submission_reason="PB" if facts.predetermines else "",
                delay_reason=claim.delay_reason,
            )
        )
        if claim.accident is not None:
            self.dated("439", claim.accident.day)
        self.dated("452", facts.appliance_placed)
        day = _common_day(claim)
        self.dated("472", day)
        self._teeth(facts)
        self.attachments(claim)
        self.contract(claim.contract)
        if claim.patient_paid is not None:
            add(lines.amt(qualifier="F5", amount=claim.patient_paid))
        self.reference("G3", facts.predetermination)
        self.reference("F8", claim.payer_claim_control_number)
        self.reference("9F", claim.referral_number)
        self.reference("G1", claim.prior_authorization)
        self.reference("D9", claim.clearinghouse_trace)
        for qualifier, value in claim.other_references:
            self.reference(qualifier, value)
        self.file_information(claim)
        if claim.note:
            add(lines.nte(code="ADD", note=claim.note))
        if claim.diagnoses:
            first, *rest = claim.diagnoses
            other = {"ABK": "ABF", "BK": "BF"}.get(claim.diagnosis_version, claim.diagnosis_version)
            add(
                lines.hi(
                    first=HealthCareCode.of([claim.diagnosis_version, first]),
                    others=[HealthCareCode.of([other, code]) for code in rest],
                )
            )
        self.provider("DN", claim.referring, specialty="RF")
        self.provider("82", claim.rendering, specialty="PE")
        self.provider("77", claim.service_facility, located=True)
        self.provider("DD", facts.assistant_surgeon, specialty="AS")
        self.provider("DQ", claim.supervising)
        for payer in claim.other_payers:
            self.other_payer(payer)
        for line in claim.lines:
            self._line(line, day)

    def _teeth(self, facts: Dental) -> None:
        """DN1 and DN2."""
        lines = self.lines
        if facts.orthodontic:
            self.add(
                lines.dn1(
                    months=facts.months,
                    remaining_months=facts.remaining_months,
                    description=facts.orthodontic_purpose,
                )
            )
        for tooth in facts.teeth:
            self.add(lines.dn2(tooth=tooth.number, status=tooth.status, qualifier="JP"))

    def _line(self, line: ServiceLine, day: date | None) -> None:
        lines, add = self.lines, self.add
        facts = line.dental or DentalLine()
        add(lines.lx(number=str(line.number)))
        code = [_list(line), line.procedure, *line.modifiers]
        if line.description:
            code = [*[*code, "", "", "", ""][:6], line.description]
        add(
            lines.sv3(
                procedure=Procedure.of(code),
                charge=line.charge,
                place_of_service=line.place_of_service,
                oral_cavity=OralCavity.of(list(line.oral_cavity)) if line.oral_cavity else None,
                prosthesis=facts.prosthesis,
                units=line.units,
                pointers=Pointers.of([str(p) for p in line.pointers]) if line.pointers else None,
            )
        )
        first = [Tooth(number=line.tooth, surfaces=line.surfaces)] if line.tooth else []
        for tooth in (*first, *facts.more_teeth):
            surfaces = Surfaces.of(list(tooth.surfaces)) if tooth.surfaces else None
            add(lines.too(qualifier="JP", tooth=tooth.number, surfaces=surfaces))
        if day is None:
            self.dated("472", line.service_from)
        self.dated("441", facts.prior_placement)
        self.dated("452", facts.appliance_placed)
        self.dated("446", facts.appliance_replaced)
        self.dated("196", facts.treatment_start)
        self.dated("198", facts.treatment_completion)
        self.contract(line.contract)
        self.reference("G3", facts.predetermination)
        self.reference("G1", line.prior_authorization)
        self.reference("6R", line.control_number)
        self.reference("9F", line.referral_number)
        self.provider("82", line.rendering, specialty="PE")
        self.provider("DD", facts.assistant_surgeon, specialty="AS")
        self.provider("DQ", line.supervising)
        self.provider("77", line.service_facility, located=True)
        for decided in line.adjudications:
            self.adjudication(decided, _list(line))


def _list(line: ServiceLine) -> str:
    """The code list of the line's procedure: the 837D takes no HCPCS."""
    return line.procedure_qualifier if line.procedure_qualifier != "HC" else "AD"


def _common_day(claim: Claim) -> date | None:
    """The day of all lines, which the claim says once; None where they differ."""
    days = {line.service_from for line in claim.lines}
    return days.pop() if len(days) == 1 else None


def _start(dtp: DTP | None) -> date | None:
    return dtp.start if dtp is not None else None


class DentalReader(ClaimReader[ClaimLoop]):
    """Reads 837D claim loops into claims."""

    kind = "D"

    def fill(self, claim: Claim, loop: ClaimLoop) -> None:
        """What only the 837D says, into a claim that has its parties already."""
        clm = loop.claim
        claim.place_of_service = clm.location.facility
        claim.frequency = clm.location.frequency
        claim.accident = accident_of(clm.causes, loop.accident)
        claim.dental = self._facts(loop)
        claim.attachments = attachments_of(loop.attachments)
        claim.patient_paid = cents_of(loop.patient_paid)
        claim.referral_number = value_of(loop.referral)
        claim.prior_authorization = value_of(loop.prior_authorization)
        claim.payer_claim_control_number = value_of(loop.control_number)
        claim.clearinghouse_trace = value_of(loop.clearinghouse_trace)
        claim.other_references = tuple(
            reference(ref)
            for ref in (loop.authorization_exception, loop.repriced, loop.adjusted_repriced)
            if ref is not None
        )
        claim.contract = contract_of(loop.contract)
        claim.file_information = tuple(k3.information for k3 in loop.file_information)
        claim.note = loop.notes[0].note if loop.notes else ""
        pairs = loop.diagnoses.pairs() if loop.diagnoses is not None else []
        claim.diagnoses = tuple(code for _, code in pairs if code)
        if pairs:
            claim.diagnosis_version = pairs[0][0]
        if loop.referring:
            r = loop.referring[0]
            claim.referring = party_of(r.name, prv=r.specialty, secondary=r.secondary)
        if loop.rendering is not None:
            p = loop.rendering
            claim.rendering = party_of(p.name, prv=p.specialty, secondary=p.secondary)
        if loop.facility is not None:
            f = loop.facility
            claim.service_facility = party_of(f.name, f.street, f.city, secondary=f.secondary)
        if loop.supervising is not None:
            claim.supervising = party_of(loop.supervising.name, secondary=loop.supervising.secondary)
        whole = loop.service_date.start if loop.service_date is not None else None
        claim.lines = tuple([self._line(line, whole) for line in loop.lines])

    def _facts(self, loop: ClaimLoop) -> Dental | None:
        dn1, surgeon = loop.orthodontics, loop.assistant_surgeon
        facts = Dental(
            orthodontic=dn1 is not None,
            months=dn1.months if dn1 is not None else "",
            remaining_months=dn1.remaining_months if dn1 is not None else "",
            orthodontic_purpose=dn1.description if dn1 is not None else "",
            appliance_placed=loop.appliance_placement.start if loop.appliance_placement is not None else None,
            teeth=tuple(Tooth(number=dn2.tooth, status=dn2.status) for dn2 in loop.teeth),
            predetermination=value_of(loop.predetermination),
            predetermines=loop.claim.submission_reason == "PB",
            assistant_surgeon=(
                party_of(surgeon.name, prv=surgeon.specialty, secondary=surgeon.secondary)
                if surgeon
                else None
            ),
        )
        return facts if facts != NOTHING else None

    def _line(self, loop: LineLoop, whole: date | None) -> ServiceLine:
        sv3 = loop.service
        number = loop.number.number
        teeth = [
            Tooth(number=too.tooth, surfaces=tuple(too.surfaces.all()) if too.surfaces is not None else ())
            for too in loop.teeth
        ]
        pointers = sv3.pointers.all() if sv3.pointers is not None else []
        line = ServiceLine(
            number=max(count_of(number), 0),
            procedure=sv3.procedure.code,
            procedure_qualifier=sv3.procedure.qualifier,
            modifiers=tuple(m for m in sv3.procedure.modifiers if m),
            description=sv3.procedure.description,
            charge=sv3.charge,
            units=sv3.units or "1",
            place_of_service=sv3.place_of_service,
            pointers=tuple(int(p) for p in pointers if p.isascii() and p.isdigit() and len(p) < 4),
            oral_cavity=tuple(sv3.oral_cavity.all()) if sv3.oral_cavity is not None else (),
            tooth=teeth[0].number if teeth else "",
            surfaces=teeth[0].surfaces if teeth else (),
            service_from=loop.service_date.start if loop.service_date is not None else whole,
            control_number=value_of(loop.control_number),
            prior_authorization=loop.prior_authorizations[0].value if loop.prior_authorizations else "",
            referral_number=loop.referrals[0].value if loop.referrals else "",
            contract=contract_of(loop.contract),
            loops=loop,
        )
        facts = DentalLine(
            more_teeth=tuple(teeth[1:]),
            prosthesis=sv3.prosthesis,
            prior_placement=_start(loop.prior_placement),
            appliance_placed=_start(loop.appliance_placement),
            appliance_replaced=_start(loop.replacement),
            treatment_start=_start(loop.treatment_start),
            treatment_completion=_start(loop.treatment_completion),
            predetermination=loop.predeterminations[0].value if loop.predeterminations else "",
            assistant_surgeon=(
                party_of(surgeon.name, prv=surgeon.specialty, secondary=surgeon.secondary)
                if (surgeon := loop.assistant_surgeon) is not None
                else None
            ),
        )
        line.dental = facts if facts != DentalLine() else None
        if loop.rendering is not None:
            r = loop.rendering
            line.rendering = party_of(r.name, prv=r.specialty, secondary=r.secondary)
        if loop.supervising is not None:
            line.supervising = party_of(loop.supervising.name, secondary=loop.supervising.secondary)
        if loop.facility is not None:
            f = loop.facility
            line.service_facility = party_of(f.name, f.street, f.city, secondary=f.secondary)
        line.adjudications = adjudications_of(loop.adjudications)
        return line
