"""What an 837P says of few claims and lines, from and to its segments: transport, equipment, forms, dates.

`of_claim` and `of_line` read; the functions that begin with `write_` write in the guide's order.
"""

from typing import Any, Final

from edi.claims.reading import address_of, cents_of, conditions_of, party_of, value_of
from edi.claims.writing import ClaimWriter
from edi.declare.types import DATES
from edi.guides.professional_claim import Claim as ClaimLoop
from edi.guides.professional_line import ServiceLine as LineLoop
from edi.records.claim import ServiceLine
from edi.records.party import Address
from edi.records.professional import (
    Ambulance,
    Equipment,
    Form,
    FormAnswer,
    Measurement,
    Professional,
    ProfessionalLine,
    SpinalManipulation,
)
from edi.segments.claim import HealthCareCode, Procedure
from edi.write.interchange import day

NOTHING: Final = Professional()
NO_LINE: Final = ProfessionalLine()
# Dates of a line: field of the record, the guide's name of its DTP, its qualifier, in the guide's order.
_DATES_BEFORE_TESTS: Final = (
    ("prescribed", "prescription", "471"),
    ("certification_revised", "recertification", "607"),
    ("therapy_start", "therapy_start", "463"),
    ("last_certified", "last_certification", "461"),
    ("last_seen", "last_seen", "304"),
)
_DATES_AFTER_TESTS: Final = (
    ("shipped", "shipped", "011"),
    ("last_x_ray", "last_x_ray", "455"),
    ("initial_treatment", "initial_treatment", "454"),
)
_CLAIM_DATES: Final = (
    "acute_manifestation",
    "last_x_ray",
    "prescription",
    "last_worked",
    "return_to_work",
    "first_contact",
)
# What most claims and lines have: `professional.py` reads it. A loop with none of the others is not looked
# at further; a member that is missing here costs time, and nothing of a file.
_USUAL_OF_CLAIM: Final = """
    claim onset initial_treatment last_seen accident last_menstrual_period admission discharge attachments
    contract patient_paid authorization_exception crossover mammography referral prior_authorization
    control_number clia repriced adjusted_repriced device_exemption clearinghouse_trace medical_record
    demonstration care_plan file_information note epsdt_referral diagnoses rendering facility supervising
    other_payers lines
"""
_USUAL_OF_LINE: Final = """
    number service service_date contract prior_authorizations control_number clia referrals note drug
    rendering facility supervising ordering referring adjudications
"""
_OF_CLAIM: Final = {m.name for m in ClaimLoop.MEMBERS}.difference(_USUAL_OF_CLAIM.split())
_OF_LINE: Final = {m.name for m in LineLoop.MEMBERS}.difference(_USUAL_OF_LINE.split())


# -- reading


def of_claim(loop: Any) -> Professional | None:
    """The facts of a 2300 loop; None where it has none."""
    if _OF_CLAIM.isdisjoint(loop.__dict__):
        return None
    facts = Professional()
    for field in _CLAIM_DATES:
        _dated(facts, field, getattr(loop, field))
    if (disability := loop.disability) is not None:
        if disability.qualifier != "361":
            facts.disability_from = disability.start
        facts.disability_to = disability.start if disability.qualifier == "361" else disability.end
    for dtp in loop.care_dates:
        _dated(facts, "care_assumed" if dtp.qualifier == "090" else "care_relinquished", dtp)
    facts.ambulance = _ambulance(loop)
    if (cr2 := loop.spinal_manipulation) is not None:
        facts.spinal_manipulation = SpinalManipulation(
            condition=cr2.condition, description=cr2.description, description2=cr2.description2
        )
    several = [*loop.ambulance_conditions, *loop.vision_conditions, loop.homebound]
    facts.conditions = tuple(conditions_of(crc) for crc in several if crc is not None)
    if loop.anesthesia is not None:
        facts.anesthesia_procedures = tuple(code for _, code in loop.anesthesia.pairs() if code)
    facts.condition_codes = tuple(code for hi in loop.conditions for _, code in hi.pairs() if code)
    primary = next((r for r in loop.referring if r.name.entity == "P3"), None)
    if primary is not None:
        facts.primary_care = party_of(primary.name, secondary=primary.secondary)
    return facts if facts != NOTHING else None


def of_line(loop: Any) -> ProfessionalLine | None:
    """The facts of a 2400 loop; None where it has none."""
    exempt = loop.service.copay_exempt == "0"
    if not exempt and _OF_LINE.isdisjoint(loop.__dict__):
        return None
    facts = ProfessionalLine(copay_exempt=exempt)
    if (sv5 := loop.equipment) is not None:
        facts.equipment = Equipment(
            days=sv5.length_of_need, rental=sv5.rental, purchase=sv5.purchase, rental_period=sv5.rental_unit
        )
    if loop.necessity_certificate is not None:
        facts.certificate_transmission = loop.necessity_certificate.transmission
    facts.ambulance = _ambulance(loop)
    if (cr3 := loop.equipment_certification) is not None:
        facts.certification_type, facts.certification_months = cr3.type, cr3.duration
    several = [*loop.ambulance_conditions, loop.hospice, loop.equipment_conditions]
    facts.conditions = tuple(conditions_of(crc) for crc in several if crc is not None)
    for field, name, _ in (*_DATES_BEFORE_TESTS, *_DATES_AFTER_TESTS):
        _dated(facts, field, getattr(loop, name))
    for dtp in loop.tests:
        _dated(facts, "hemoglobin_tested" if dtp.qualifier == "738" else "creatinine_tested", dtp)
    if loop.ambulance_patients is not None:
        facts.ambulance_patients = loop.ambulance_patients.quantity
    if loop.anesthesia_units is not None:
        facts.obstetric_units = loop.anesthesia_units.quantity
    facts.results = tuple(
        Measurement(reference=m.reference, measure=m.qualifier, value=m.value) for m in loop.test_results
    )
    facts.mammography = value_of(loop.mammography)
    facts.referring_clia = value_of(loop.referring_clia)
    facts.immunization_batch = value_of(loop.immunization)
    facts.sales_tax, facts.postage = cents_of(loop.sales_tax), cents_of(loop.postage)
    if loop.purchased_provider is not None:
        provider = loop.purchased_provider
        facts.purchased_from = party_of(provider.name, secondary=provider.secondary)
    if loop.purchased_service is not None:
        facts.purchased_charge = loop.purchased_service.charge
    facts.forms = tuple(_form(form) for form in loop.forms)
    return facts if facts != NO_LINE else None


def _dated(facts: Any, field: str, dtp: Any) -> None:
    if dtp is not None:
        setattr(facts, field, dtp.start)


def _ambulance(loop: Any) -> Ambulance | None:
    cr1, pick_up, drop_off = loop.ambulance, loop.pick_up, loop.drop_off
    if cr1 is None and pick_up is None and drop_off is None:
        return None
    found = Ambulance()
    if cr1 is not None:
        found.reason, found.miles, found.weight = cr1.reason, cr1.distance, cr1.weight
        found.round_trip_purpose, found.stretcher_purpose = cr1.round_trip_purpose, cr1.stretcher_purpose
    if pick_up is not None:
        found.pick_up = address_of(pick_up.street, pick_up.city)
    if drop_off is not None:
        found.drop_off, found.drop_off_name = address_of(drop_off.street, drop_off.city), drop_off.name.last
    return found


def _form(loop: Any) -> Form:
    return Form(
        list=loop.form.qualifier,
        number=loop.form.code,
        answers=tuple(
            FormAnswer(
                question=frm.question,
                answer=frm.answer,
                reply=frm.reply,
                day=DATES[frm.date] if frm.date else None,
                percent=frm.percent,
            )
            for frm in loop.answers
        ),
    )


# -- writing


def write_disability(writer: ClaimWriter, facts: Professional) -> None:
    """DTP 314 of both days, 360 of the first, 361 of the last."""
    first, last = facts.disability_from, facts.disability_to
    if first is not None and last is not None:
        writer.add(writer.lines.dtp(qualifier="314", format="RD8", value=f"{day(first)}-{day(last)}"))
    else:
        writer.dated("360", first)
        writer.dated("361", last)


def write_certificates(writer: ClaimWriter, facts: Professional) -> None:
    """CR1, CR2 and CRC of a claim."""
    write_transport(writer, facts.ambulance)
    if (spinal := facts.spinal_manipulation) is not None:
        writer.add(
            writer.lines.cr2(
                condition=spinal.condition,
                description=spinal.description,
                description2=spinal.description2,
            )
        )
    writer.conditions(facts.conditions)


def write_codes(writer: ClaimWriter, facts: Professional) -> None:
    """HI of the anesthesia's procedures and of condition codes."""
    hi = writer.lines.hi
    procedures = facts.anesthesia_procedures
    made = [HealthCareCode.of(["BP" if n == 0 else "BO", code]) for n, code in enumerate(procedures)]
    if made:
        writer.add(hi(first=made[0], others=made[1:]))
    made = [HealthCareCode.of(["BG", code]) for code in facts.condition_codes]
    for at in range(0, len(made), 12):
        writer.add(hi(first=made[at], others=made[at + 1 : at + 12]))


def write_transport(writer: ClaimWriter, found: Ambulance | None) -> None:
    """CR1, where it says more than addresses."""
    if found is not None and (found.reason or found.miles):
        writer.add(
            writer.lines.cr1(
                weight_unit="LB" if found.weight else "",
                weight=found.weight,
                reason=found.reason,
                distance_unit="DH",
                distance=found.miles,
                round_trip_purpose=found.round_trip_purpose,
                stretcher_purpose=found.stretcher_purpose,
            )
        )


def write_addresses(writer: ClaimWriter, found: Ambulance | None) -> None:
    """NM1 PW and NM1 45 with where an ambulance came to and went."""
    if found is None:
        return
    for entity, name, address in (("PW", "", found.pick_up), ("45", found.drop_off_name, found.drop_off)):
        if address is not None:
            _place(writer, entity, name, address)


def _place(writer: ClaimWriter, entity: str, name: str, address: Address) -> None:
    writer.add(writer.lines.nm1(entity=entity, kind="2", last=name))
    writer.address(address)


def write_equipment(writer: ClaimWriter, line: ServiceLine, facts: ProfessionalLine) -> None:
    """SV5, PWK CT, CR1, CR3 and CRC of a line: they stand before its service date."""
    lines, add = writer.lines, writer.add
    if (bought := facts.equipment) is not None:
        add(
            lines.sv5(
                procedure=Procedure.of([line.procedure_qualifier, line.procedure]),
                unit="DA",
                length_of_need=bought.days,
                rental=bought.rental,
                purchase=bought.purchase,
                rental_unit=bought.rental_period,
            )
        )
    if facts.certificate_transmission:
        add(lines.pwk(report_type="CT", transmission=facts.certificate_transmission))
    write_transport(writer, facts.ambulance)
    if facts.certification_type:
        add(lines.cr3(type=facts.certification_type, unit="MO", duration=facts.certification_months))
    writer.conditions(facts.conditions)


def write_line_facts(writer: ClaimWriter, facts: ProfessionalLine) -> None:
    """Dates behind the service date, quantities and test results of a line."""
    lines, add = writer.lines, writer.add
    for field, _, qualifier in _DATES_BEFORE_TESTS:
        writer.dated(qualifier, getattr(facts, field))
    writer.dated("738", facts.hemoglobin_tested)
    writer.dated("739", facts.creatinine_tested)
    for field, _, qualifier in _DATES_AFTER_TESTS:
        writer.dated(qualifier, getattr(facts, field))
    for qualifier, quantity in (("PT", facts.ambulance_patients), ("FL", facts.obstetric_units)):
        if quantity:
            add(lines.qty(qualifier=qualifier, quantity=quantity))
    for result in facts.results:
        add(lines.mea(reference=result.reference, qualifier=result.measure, value=result.value))


def write_line_amounts(writer: ClaimWriter, facts: ProfessionalLine) -> None:
    """AMT T and F4."""
    for qualifier, amount in (("T", facts.sales_tax), ("F4", facts.postage)):
        if amount is not None:
            writer.add(writer.lines.amt(qualifier=qualifier, amount=amount))


def write_purchase(writer: ClaimWriter, facts: ProfessionalLine) -> None:
    """PS1; the provider that it names follows in 2420B."""
    if facts.purchased_charge is not None and (seller := facts.purchased_from) is not None:
        writer.add(writer.lines.ps1(provider=seller.npi or seller.id, charge=facts.purchased_charge))


def write_seller(writer: ClaimWriter, facts: ProfessionalLine) -> None:
    """2420B: known by its NPI alone."""
    if (seller := facts.purchased_from) is not None:
        writer.add(
            writer.lines.nm1(
                entity="QB",
                kind="1" if seller.person else "2",
                last="",
                id_qualifier="XX" if seller.npi else "",
                id=seller.npi,
            )
        )
        for qualifier, value in seller.secondary_ids:
            writer.add(writer.lines.ref(qualifier=qualifier, value=value))


def write_forms(writer: ClaimWriter, facts: ProfessionalLine) -> None:
    """2440."""
    for form in facts.forms:
        writer.add(writer.lines.lq(qualifier=form.list, code=form.number))
        for one in form.answers:
            writer.add(
                writer.lines.frm(
                    question=one.question,
                    answer=one.answer,
                    reply=one.reply,
                    date=day(one.day),
                    percent=one.percent,
                )
            )
