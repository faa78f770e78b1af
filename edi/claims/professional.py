"""837P: claims to loops and loops to claims. It alone knows both the records and the 837P's loops."""

from edi.claims import professional_facts as rare
from edi.claims.reading import (
    ClaimReader,
    adjudications_of,
    attachments_of,
    cents_of,
    conditions_of,
    contract_of,
    party_of,
    read_drug,
    reference,
    value_of,
)
from edi.claims.writing import ClaimWriter
from edi.declare.types import number as count_of
from edi.guides.professional_claim import Claim as ClaimLoop
from edi.guides.professional_line import ServiceLine as LineLoop
from edi.records.claim import Accident, Claim, ServiceLine
from edi.segments.claim import FacilityLocation, HealthCareCode, Pointers, Procedure, RelatedCauses
from edi.segments.times import DTP


class ProfessionalWriter(ClaimWriter):
    """Writes 837P claims."""

    version = "005010X222A1"
    kind = "P"

    def claim(self, claim: Claim) -> None:
        """2300 with its 2310, 2320 and 2400 loops."""
        lines, add = self.lines, self.add
        accident, facts = claim.accident, claim.professional  # the facts are rare: most claims have none
        add(
            lines.clm(
                patient_control_number=claim.patient_control_number,
                charge=claim.charge,
                location=FacilityLocation.of([claim.place_of_service, "B", claim.frequency]),
                signature_on_file=claim.signature_on_file,
                assignment=claim.assignment,
                benefits_assigned=claim.benefits_assigned,
                release=claim.release_of_information,
                causes=causes_of(accident),
                special_program=claim.special_program,
                delay_reason=claim.delay_reason,
            )
        )
        self.dated("431", claim.onset)
        self.dated("454", claim.initial_treatment)
        self.dated("304", claim.last_seen)
        if facts is not None:
            self.dated("453", facts.acute_manifestation)
        if accident is not None:
            self.dated("439", accident.day)
        self.dated("484", claim.last_menstrual_period)
        if facts is not None:
            self.dated("455", facts.last_x_ray)
            self.dated("471", facts.prescription)
            rare.write_disability(self, facts)
            self.dated("297", facts.last_worked)
            self.dated("296", facts.return_to_work)
        self.dated("435", claim.admission)
        self.dated("096", claim.discharge)
        if facts is not None:
            self.dated("090", facts.care_assumed)
            self.dated("091", facts.care_relinquished)
            self.dated("444", facts.first_contact)
        self.attachments(claim)
        if claim.contract is not None:
            self.contract(claim.contract)
        if claim.patient_paid is not None:
            add(lines.amt(qualifier="F5", amount=claim.patient_paid))
        self.reference("9F", claim.referral_number)
        self.reference("G1", claim.prior_authorization)
        self.reference("F8", claim.payer_claim_control_number)
        self.reference("X4", claim.clia)
        self.reference("D9", claim.clearinghouse_trace)
        self.reference("EA", claim.medical_record_number)
        for qualifier, value in claim.other_references:
            self.reference(qualifier, value)
        if claim.file_information:
            self.file_information(claim)
        if claim.note:
            add(lines.nte(code=claim.note_code, note=claim.note))
        if facts is not None:
            rare.write_certificates(self, facts)
        if claim.epsdt_referrals:
            self.epsdt_referrals(claim)
        if claim.diagnoses:
            first, *rest = claim.diagnoses
            other = "ABF" if claim.diagnosis_version == "ABK" else "BF"
            add(
                lines.hi(
                    first=HealthCareCode.of([claim.diagnosis_version, first]),
                    others=[HealthCareCode.of([other, code]) for code in rest],
                )
            )
        if facts is not None:
            rare.write_codes(self, facts)
        if claim.referring is not None:
            self.provider("DN", claim.referring)
        if facts is not None:
            self.provider("P3", facts.primary_care)
        self.provider("82", claim.rendering, specialty="PE")
        if claim.service_facility is not None:
            self.provider("77", claim.service_facility, located=True)
        if claim.supervising is not None:
            self.provider("DQ", claim.supervising)
        if facts is not None:
            rare.write_addresses(self, facts.ambulance)
        for payer in claim.other_payers:
            self.other_payer(payer)
        for line in claim.lines:
            self._line(line)

    def _line(self, line: ServiceLine) -> None:
        lines, add = self.lines, self.add
        facts = line.professional
        add(lines.lx(number=str(line.number)))
        code = [line.procedure_qualifier, line.procedure, *line.modifiers]
        if line.description:
            code = [*[*code, "", "", "", ""][:6], line.description]
        pointers = [str(p) for p in line.pointers]
        add(
            lines.sv1(
                procedure=Procedure.of(code),
                charge=line.charge,
                unit=line.unit_code,
                units=line.units,
                place_of_service=line.place_of_service,
                pointers=Pointers.of(pointers),
                emergency="Y" if line.emergency else "",
                epsdt="Y" if line.epsdt else "",
                family_planning="Y" if line.family_planning else "",
                copay_exempt="0" if facts is not None and facts.copay_exempt else "",
            )
        )
        if facts is not None:
            rare.write_equipment(self, line, facts)
        self.dated("472", line.service_from, line.service_to)
        if facts is not None:
            rare.write_line_facts(self, facts)
        if line.contract is not None:
            self.contract(line.contract)
        if line.prior_authorization:
            self.reference("G1", line.prior_authorization)
        if line.control_number:
            self.reference("6R", line.control_number)
        if facts is not None:
            self.reference("EW", facts.mammography)
        if line.clia:
            self.reference("X4", line.clia)
        if facts is not None:
            self.reference("F4", facts.referring_clia)
            self.reference("BT", facts.immunization_batch)
        if line.referral_number:
            self.reference("9F", line.referral_number)
        if facts is not None:
            rare.write_line_amounts(self, facts)
        if line.note:
            add(lines.nte(code="ADD", note=line.note))
        if facts is not None:
            rare.write_purchase(self, facts)
        if line.ndc:
            self.drug(line)
        if line.rendering is not None:
            self.provider("82", line.rendering, specialty="PE")
        if facts is not None:
            rare.write_seller(self, facts)
        if line.service_facility is not None:
            self.provider("77", line.service_facility, located=True)
        if line.supervising is not None:
            self.provider("DQ", line.supervising)
        if line.ordering is not None:
            self.provider("DK", line.ordering, located=True)
        if line.referring is not None:
            self.provider("DN", line.referring)
        if facts is not None:
            rare.write_addresses(self, facts.ambulance)
        for decided in line.adjudications:
            self.adjudication(decided, line.procedure_qualifier)
        if facts is not None:
            rare.write_forms(self, facts)


class ProfessionalReader(ClaimReader[ClaimLoop]):
    """Reads 837P claim loops into claims."""

    kind = "P"

    def fill(self, claim: Claim, loop: ClaimLoop) -> None:
        """What only the 837P says, into a claim that has its parties already."""
        clm = loop.claim
        location = clm.location
        claim.place_of_service = location.facility
        claim.frequency = location.frequency
        claim.accident = accident_of(clm.causes, loop.accident)
        for name in (
            "onset",
            "initial_treatment",
            "last_seen",
            "last_menstrual_period",
            "admission",
            "discharge",
        ):
            dated = getattr(loop, name)
            if dated is not None:
                setattr(claim, name, dated.start)
        claim.attachments = attachments_of(loop.attachments)
        claim.patient_paid = cents_of(loop.patient_paid)
        claim.referral_number = value_of(loop.referral)
        claim.prior_authorization = value_of(loop.prior_authorization)
        claim.payer_claim_control_number = value_of(loop.control_number)
        claim.clia = value_of(loop.clia)
        claim.clearinghouse_trace = value_of(loop.clearinghouse_trace)
        claim.medical_record_number = value_of(loop.medical_record)
        claim.other_references = tuple(
            reference(ref)
            for ref in (
                loop.authorization_exception, loop.crossover, loop.mammography, loop.repriced,
                loop.adjusted_repriced, loop.device_exemption, loop.demonstration, loop.care_plan,
            )
            if ref is not None
        )  # fmt: skip
        if loop.note is not None:
            claim.note_code, claim.note = loop.note.code, loop.note.note
        pairs = loop.diagnoses.pairs()
        claim.diagnoses = tuple(code for _, code in pairs if code)
        if pairs:
            claim.diagnosis_version = pairs[0][0]
        claim.contract = contract_of(loop.contract)
        claim.file_information = tuple(k3.information for k3 in loop.file_information)
        if loop.epsdt_referral is not None:
            claim.epsdt_referrals = conditions_of(loop.epsdt_referral).codes
        claim.professional = rare.of_claim(loop)
        referring = [r for r in loop.referring if r.name.entity == "DN"]
        claim.referring = party_of(referring[0].name, secondary=referring[0].secondary) if referring else None
        if loop.rendering is not None:
            r = loop.rendering
            claim.rendering = party_of(r.name, prv=r.specialty, secondary=r.secondary)
        if loop.facility is not None:
            f = loop.facility
            claim.service_facility = party_of(f.name, f.street, f.city, secondary=f.secondary)
        if loop.supervising is not None:
            claim.supervising = party_of(loop.supervising.name, secondary=loop.supervising.secondary)
        claim.lines = tuple([self._line(line) for line in loop.lines])

    def _line(self, loop: LineLoop) -> ServiceLine:
        sv1 = loop.service
        procedure = sv1.procedure
        number = loop.number.number
        dated = loop.service_date
        line = ServiceLine(
            number=max(count_of(number), 0),
            procedure=procedure.code,
            procedure_qualifier=procedure.qualifier,
            modifiers=tuple(m for m in procedure.modifiers if m),
            description=procedure.description,
            charge=sv1.charge,
            unit_code=sv1.unit,
            units=sv1.units,
            place_of_service=sv1.place_of_service,
            pointers=tuple(int(p) for p in sv1.pointers.all() if p.isascii() and p.isdigit() and len(p) < 4),
            emergency=sv1.emergency == "Y",
            epsdt=sv1.epsdt == "Y",
            family_planning=sv1.family_planning == "Y",
            service_from=dated.start,
            service_to=dated.end,
            loops=loop,
        )
        if len(loop._wire) > 3:
            self._rest(line, loop)
        return line

    def _rest(self, line: ServiceLine, loop: LineLoop) -> None:
        """What most lines do not have."""
        line.control_number = value_of(loop.control_number)
        line.professional = rare.of_line(loop)
        line.contract = contract_of(loop.contract)
        if loop.referrals:
            line.referral_number = loop.referrals[0].value
        line.clia = value_of(loop.clia)
        line.note = loop.note.note if loop.note is not None else ""
        if loop.prior_authorizations:
            line.prior_authorization = loop.prior_authorizations[0].value
        if loop.drug is not None:
            read_drug(line, loop.drug)
        if loop.rendering is not None:
            line.rendering = party_of(
                loop.rendering.name, prv=loop.rendering.specialty, secondary=loop.rendering.secondary
            )
        if loop.facility is not None:
            f = loop.facility
            line.service_facility = party_of(f.name, f.street, f.city, secondary=f.secondary)
        if loop.supervising is not None:
            line.supervising = party_of(loop.supervising.name, secondary=loop.supervising.secondary)
        if loop.ordering is not None:
            o = loop.ordering
            line.ordering = party_of(o.name, o.street, o.city, secondary=o.secondary)
        if loop.referring:
            line.referring = party_of(loop.referring[0].name, secondary=loop.referring[0].secondary)
        line.adjudications = adjudications_of(loop.adjudications)


def causes_of(accident: Accident | None) -> RelatedCauses | None:
    """CLM11 of an accident."""
    if accident is None or not accident.causes:
        return None
    listed = [*accident.causes[:2], "", ""][:2]
    return RelatedCauses.of(trimmed([*listed, "", accident.state, accident.country]))


def accident_of(causes: RelatedCauses | None, dated: DTP | None) -> Accident | None:
    """The accident of CLM11 and DTP 439."""
    if causes is None and dated is None:
        return None
    listed = tuple(c for c in (causes.cause, causes.cause2, causes.cause3) if c) if causes else ()
    return Accident(
        causes=listed,
        state=causes.state if causes else "",
        country=causes.country if causes else "",
        day=dated.start if dated else None,
    )


def trimmed(parts: list[str]) -> list[str]:
    """Without what trails empty."""
    while parts and not parts[-1]:
        parts.pop()
    return parts
