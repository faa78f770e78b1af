"""837I: claims to loops and loops to claims. It alone knows both the records and the 837I's loops."""

from collections.abc import Iterable, Sequence
from datetime import date

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
from edi.declare.types import CENTS, CENTS_TEXTS, DATES
from edi.declare.types import number as count_of
from edi.errors import UnwritableError
from edi.guides.institutional_claim import Claim as ClaimLoop
from edi.guides.institutional_line import ServiceLine as LineLoop
from edi.records.claim import (
    Accident,
    Claim,
    DatedCode,
    Institutional,
    ServiceLine,
)
from edi.records.party import Party
from edi.segments.claim import HI, FacilityLocation, HealthCareCode, Procedure
from edi.write.interchange import day

# Code lists of HI by what they hold: ICD-10 first, ICD-9 second.
ICD10 = {"principal": "ABK", "admitting": "ABJ", "reason": "APR", "cause": "ABN", "other": "ABF",
         "procedure": "BBR", "procedures": "BBQ"}  # fmt: skip
ICD9 = {"principal": "BK", "admitting": "BJ", "reason": "PR", "cause": "BN", "other": "BF",
        "procedure": "BR", "procedures": "BQ"}  # fmt: skip


class InstitutionalWriter(ClaimWriter):
    """Writes 837I claims."""

    version = "005010X223A2"
    kind = "I"

    def claim(self, claim: Claim) -> None:
        """2300 with its 2310, 2320 and 2400 loops. Raises `UnwritableError` without institutional facts."""
        facts = claim.institutional
        if facts is None:
            raise UnwritableError("an institutional claim needs its institutional facts; add them", "CLM")
        lines, add = self.lines, self.add
        add(
            lines.clm(
                patient_control_number=claim.patient_control_number,
                charge=claim.charge,
                location=FacilityLocation.of([facts.type_of_bill, "A", claim.frequency]),
                assignment=claim.assignment,
                benefits_assigned=claim.benefits_assigned,
                release=claim.release_of_information,
                delay_reason=claim.delay_reason,
            )
        )
        self._dates(facts)
        add(
            lines.cl1(
                admission_type=facts.admission_type,
                admission_source=facts.admission_source,
                patient_status=facts.patient_status,
            )
        )
        self.attachments(claim)
        self.contract(claim.contract)
        if facts.estimated_amount_due is not None:
            add(lines.amt(qualifier="F3", amount=facts.estimated_amount_due))
        self.reference("9F", claim.referral_number)
        self.reference("G1", claim.prior_authorization)
        self.reference("F8", claim.payer_claim_control_number)
        self.reference("D9", claim.clearinghouse_trace)
        if claim.accident is not None:
            self.reference("LU", claim.accident.state)
        self.reference("EA", claim.medical_record_number)
        for qualifier, value in claim.other_references:
            self.reference(qualifier, value)
        self.file_information(claim)
        if claim.note:
            add(lines.nte(code=claim.note_code, note=claim.note))
        self.epsdt_referrals(claim)
        self._codes(claim, facts)
        self.provider("71", facts.attending, specialty="AT")
        self.provider("72", facts.operating)
        self.provider("ZZ", facts.other_operating)
        self.provider("82", claim.rendering)
        self.provider("77", claim.service_facility, located=True)
        self.provider("DN", claim.referring)
        for payer in claim.other_payers:
            self.other_payer(payer)
        for line in claim.lines:
            self._line(line)

    def _dates(self, facts: Institutional) -> None:
        dtp = self.lines.dtp
        if facts.discharge_hour:
            self.add(dtp(qualifier="096", format="TM", value=facts.discharge_hour))
        if facts.statement_from is not None:
            until = facts.statement_to or facts.statement_from
            period = f"{day(facts.statement_from)}-{day(until)}"
            self.add(dtp(qualifier="434", format="RD8", value=period))
        if facts.admission is not None:
            hour = facts.admission_hour
            self.add(dtp(qualifier="435", format="DT" if hour else "D8", value=day(facts.admission) + hour))

    def _codes(self, claim: Claim, facts: Institutional) -> None:
        """Every HI, in the guide's order."""
        names = ICD9 if claim.diagnosis_version == "BK" else ICD10
        present = [*facts.present_on_admission, *[""] * len(claim.diagnoses)]
        diagnoses = [[code, *[""] * 6, poa] for code, poa in zip(claim.diagnoses, present, strict=False)]
        self._listed(names["principal"], diagnoses[:1])
        self._listed(names["admitting"], [[facts.admitting_diagnosis]] if facts.admitting_diagnosis else [])
        self._listed(names["reason"], [[code] for code in facts.reason_diagnoses], 3)
        causes = [*facts.external_causes_present, *[""] * len(facts.external_causes)]
        self._listed(
            names["cause"],
            [[code, *[""] * 6, poa] for code, poa in zip(facts.external_causes, causes, strict=False)],
        )
        self._listed("DR", [[facts.drg]] if facts.drg else [])
        self._listed(names["other"], diagnoses[1:])
        principal = facts.principal_procedure
        self._listed(names["procedure"], [_dated(principal)] if principal is not None else [])
        self._listed(names["procedures"], [_dated(p) for p in facts.other_procedures])
        self._listed("BI", [_dated(s, span=True) for s in facts.occurrence_spans])
        self._listed("BH", [_dated(o) for o in facts.occurrences])
        self._listed("BE", [[v.code, "", "", CENTS_TEXTS[v.amount or 0]] for v in facts.values])
        self._listed("BG", [[code] for code in facts.conditions])
        self._listed("TC", [[code] for code in facts.treatments])

    def _listed(self, qualifier: str, codes: list[list[str]], size: int = 12) -> None:
        """HI segments of one code list, twelve codes in each."""
        for at in range(0, len(codes), size):
            made = [_composite([qualifier, *code]) for code in codes[at : at + size]]
            self.add(self.lines.hi(first=made[0], others=made[1:]))

    def _line(self, line: ServiceLine) -> None:
        lines, add = self.lines, self.add
        add(lines.lx(number=str(line.number)))
        code = [line.procedure_qualifier, line.procedure, *line.modifiers]
        if line.description:
            code = [*[*code, "", "", "", ""][:6], line.description]
        add(
            lines.sv2(
                revenue_code=line.revenue_code,
                procedure=Procedure.of(code) if line.procedure else None,
                charge=line.charge,
                unit=line.unit_code,
                units=line.units,
                non_covered=line.non_covered,
            )
        )
        self.dated("472", line.service_from, line.service_to)
        self.reference("6R", line.control_number)
        if line.note:
            add(lines.nte(code="TPO", note=line.note))
        self.drug(line)
        self.provider("72", line.operating)
        self.provider("ZZ", line.other_operating)
        self.provider("82", line.rendering)
        self.provider("DN", line.referring)
        for decided in line.adjudications:
            self.adjudication(decided, line.procedure_qualifier, line.revenue_code)


def _composite(parts: list[str]) -> HealthCareCode:
    while parts and not parts[-1]:
        parts.pop()
    return HealthCareCode.of(parts)


def _dated(code: DatedCode, *, span: bool = False) -> list[str]:
    """Code, format and date of a code that happened on a day or over a span."""
    if code.on is None:
        return [code.code]
    if span:
        return [code.code, "RD8", f"{day(code.on)}-{day(code.to or code.on)}"]
    return [code.code, "D8", day(code.on)]


def _all(segments: Iterable[HI | None]) -> list[list[str]]:
    """The codes of HI segments as lists: list, code, format, date, amount, ..., each of nine texts."""
    return [
        [*code._c, *[""] * 9][:9]
        for hi in segments
        if hi
        for code in hi.codes()
        if len(code._c) > 1 and code._c[1]
    ]


def _codes(segments: Sequence[HI | None]) -> tuple[str, ...]:
    return tuple(code[1] for code in _all(segments))


def _dated_codes(segments: Sequence[HI | None]) -> tuple[DatedCode, ...]:
    found = []
    for code in _all(segments):
        start, _, end = code[3].partition("-")
        found.append(DatedCode(code=code[1], on=_day(start), to=_day(end), amount=CENTS[code[4]]))
    return tuple(found)


def _day(text: str) -> date | None:
    return DATES[text[:8]] if text else None


class InstitutionalReader(ClaimReader[ClaimLoop]):
    """Reads 837I claim loops into claims."""

    kind = "I"

    def fill(self, claim: Claim, loop: ClaimLoop) -> None:
        """What only the 837I says, into a claim that has its parties already."""
        claim.frequency = loop.claim.location.frequency
        claim.signature_on_file = "Y"  # the guide does not use CLM06
        claim.institutional = self._facts(loop)
        claim.attachments = attachments_of(loop.attachments)
        claim.referral_number = value_of(loop.referral)
        claim.prior_authorization = value_of(loop.prior_authorization)
        claim.payer_claim_control_number = value_of(loop.control_number)
        claim.clearinghouse_trace = value_of(loop.clearinghouse_trace)
        claim.medical_record_number = value_of(loop.medical_record)
        if loop.accident_state is not None:
            claim.accident = Accident(state=loop.accident_state.value)
        claim.other_references = tuple(
            reference(ref)
            for ref in (
                loop.authorization_exception, loop.repriced, loop.adjusted_repriced, *loop.device_exemptions,
                loop.demonstration, loop.review_approval,
            )
            if ref is not None
        )  # fmt: skip
        note = loop.billing_note or (loop.notes[0] if loop.notes else None)
        if note is not None:
            claim.note_code, claim.note = note.code, note.note
        claim.contract = contract_of(loop.contract)
        claim.file_information = tuple(k3.information for k3 in loop.file_information)
        if loop.epsdt_referral is not None:
            claim.epsdt_referrals = conditions_of(loop.epsdt_referral).codes
        claim.diagnoses = _codes([loop.principal_diagnosis, *loop.other_diagnoses])
        pairs = loop.principal_diagnosis.pairs()
        if pairs:
            claim.diagnosis_version = pairs[0][0]
        if loop.rendering is not None:
            claim.rendering = party_of(loop.rendering.name, secondary=loop.rendering.secondary)
        if loop.facility is not None:
            f = loop.facility
            claim.service_facility = party_of(f.name, f.street, f.city, secondary=f.secondary)
        if loop.referring is not None:
            claim.referring = party_of(loop.referring.name, secondary=loop.referring.secondary)
        claim.lines = tuple([self._line(line) for line in loop.lines])

    def _facts(self, loop: ClaimLoop) -> Institutional:
        stay, dates, admission = loop.stay, loop.statement_dates, loop.admission
        procedures = _dated_codes([loop.principal_procedure])
        present = [code[8] for code in _all([loop.principal_diagnosis, *loop.other_diagnoses])]
        causes = [code[8] for code in _all([loop.external_causes])]
        attending: Party | None = None
        if loop.attending is not None:
            attending = party_of(
                loop.attending.name, prv=loop.attending.specialty, secondary=loop.attending.secondary
            )
        return Institutional(
            type_of_bill=loop.claim.location.facility,
            admission_type=stay.admission_type,
            admission_source=stay.admission_source,
            patient_status=stay.patient_status,
            statement_from=dates.start,
            statement_to=dates.end,
            admission=admission.start if admission is not None else None,
            admission_hour=admission.value[8:] if admission is not None else "",
            discharge_hour=loop.discharge_hour.value if loop.discharge_hour is not None else "",
            admitting_diagnosis=next(iter(_codes([loop.admitting_diagnosis])), ""),
            reason_diagnoses=_codes([loop.reason_diagnoses]),
            external_causes=_codes([loop.external_causes]),
            external_causes_present=tuple(causes) if any(causes) else (),
            present_on_admission=tuple(present) if any(present) else (),
            drg=next(iter(_codes([loop.drg])), ""),
            principal_procedure=procedures[0] if procedures else None,
            other_procedures=_dated_codes(loop.other_procedures),
            occurrences=_dated_codes(loop.occurrences),
            occurrence_spans=_dated_codes(loop.occurrence_spans),
            values=_dated_codes(loop.values),
            conditions=_codes(loop.conditions),
            treatments=_codes(loop.treatments),
            estimated_amount_due=cents_of(loop.estimated_amount_due),
            attending=attending,
            operating=(
                party_of(loop.operating.name, secondary=loop.operating.secondary) if loop.operating else None
            ),
            other_operating=(
                party_of(loop.other_operating.name, secondary=loop.other_operating.secondary)
                if loop.other_operating
                else None
            ),
        )

    def _line(self, loop: LineLoop) -> ServiceLine:
        sv2 = loop.service
        procedure = sv2.procedure
        number = loop.number.number
        dated = loop.service_date
        line = ServiceLine(
            number=max(count_of(number), 0),
            revenue_code=sv2.revenue_code,
            charge=sv2.charge,
            unit_code=sv2.unit,
            units=sv2.units,
            non_covered=sv2.non_covered,
            control_number=value_of(loop.control_number),
            note=loop.third_party_note.note if loop.third_party_note is not None else "",
            service_from=dated.start if dated is not None else None,
            service_to=dated.end if dated is not None else None,
            loops=loop,
        )
        if procedure is not None:
            line.procedure = procedure.code
            line.procedure_qualifier = procedure.qualifier
            line.modifiers = tuple(m for m in procedure.modifiers if m)
            line.description = procedure.description
        if loop.drug is not None:
            read_drug(line, loop.drug)
        if loop.operating is not None:
            line.operating = party_of(loop.operating.name, secondary=loop.operating.secondary)
        if loop.other_operating is not None:
            line.other_operating = party_of(
                loop.other_operating.name, secondary=loop.other_operating.secondary
            )
        if loop.rendering is not None:
            line.rendering = party_of(loop.rendering.name, secondary=loop.rendering.secondary)
        if loop.referring is not None:
            line.referring = party_of(loop.referring.name, secondary=loop.referring.secondary)
        line.adjudications = adjudications_of(loop.adjudications)
        return line
