"""The rarer facts of a professional encounter and of its lines in the words of its claim."""

from edi.records import (
    Ambulance,
    Claim,
    Conditions,
    Contract,
    Equipment,
    Form,
    FormAnswer,
    Measurement,
    Professional,
    ProfessionalLine,
    ServiceLine,
    SpinalManipulation,
)
from intake import encounter as encounters
from intake import professional as documented
from tasks.claims import form as forms
from tasks.claims.form import number

AMBULANCE, HOMEBOUND, HOSPICE, EQUIPMENT = "07", "75", "70", "09"  # CRC01
HOMEBOUND_CODE, HOSPICE_CODE = "IH", "65"


def contract(said: encounters.Contract | None) -> Contract | None:
    """CN1, which every kind of claim may have."""
    if said is None:
        return None
    return Contract(
        type=said.type,
        amount=said.amount,
        percentage=number(said.percentage),
        code=said.code,
        discount=number(said.discount),
        version=said.version,
    )


def fill(form: forms.Form, claim: Claim, said: documented.Professional) -> None:
    """What the document says of the whole encounter, into its claim."""
    claim.initial_treatment, claim.last_seen = said.initial_treatment, said.last_seen
    claim.last_menstrual_period = said.last_menstrual_period
    person = claim.patient or claim.subscriber
    person.weight, person.pregnant = number(said.weight), said.pregnant
    spinal = said.spinal_manipulation
    facts = Professional(
        acute_manifestation=said.acute_manifestation,
        last_x_ray=said.last_x_ray,
        prescription=said.vision_or_hearing_prescription,
        disability_from=said.disability_from,
        disability_to=said.disability_to,
        last_worked=said.last_worked,
        return_to_work=said.return_to_work,
        care_assumed=said.care_assumed,
        care_relinquished=said.care_relinquished,
        first_contact=said.first_contact,
        ambulance=_ambulance(form, said.ambulance),
        spinal_manipulation=SpinalManipulation(
            condition=spinal.condition.upper(),
            description=form.text(spinal.description),
            description2=form.text(spinal.description2),
        )
        if spinal
        else None,
        conditions=(
            *_transport_conditions(said.ambulance),
            *(Conditions(category=v.category, codes=v.conditions, applies=v.applies) for v in said.vision),
            *((Conditions(category=HOMEBOUND, codes=(HOMEBOUND_CODE,)),) if said.homebound else ()),
        ),
        anesthesia_procedures=tuple(code.strip().upper() for code in said.anesthesia_procedures),
        condition_codes=tuple(code.strip().upper() for code in said.conditions),
        primary_care=form.provider(said.primary_care, "professional.primary_care"),
    )
    claim.professional = facts if facts != Professional() else None
    claim.other_references = (
        *claim.other_references,
        *(
            (qualifier, form.code(value, f"REF {qualifier}"))
            for qualifier, value in (("EW", said.mammography), ("1J", said.care_plan))
            if value
        ),
    )


def fill_line(form: forms.Form, line: ServiceLine, said: documented.ProfessionalLine) -> None:
    """What the document says of one line."""
    place = f"lines[{line.number}].professional"
    bought, paper, seller = said.equipment, said.certification, said.purchased_service
    line.professional = ProfessionalLine(
        copay_exempt=said.copay_exempt,
        equipment=Equipment(
            days=number(bought.days),
            rental=bought.rental,
            purchase=bought.purchase,
            rental_period=bought.rental_period,
        )
        if bought
        else None,
        certificate_transmission=paper.transmission if paper else "",
        ambulance=_ambulance(form, said.ambulance),
        certification_type=paper.type if paper else "",
        certification_months=number(paper.months) if paper else "",
        conditions=_line_conditions(said),
        prescribed=said.prescribed,
        certification_revised=paper.revised if paper else None,
        therapy_start=paper.therapy_start if paper else None,
        last_certified=paper.last_certified if paper else None,
        last_seen=said.last_seen,
        hemoglobin_tested=said.hemoglobin_tested,
        creatinine_tested=said.creatinine_tested,
        shipped=said.shipped,
        last_x_ray=said.last_x_ray,
        initial_treatment=said.initial_treatment,
        ambulance_patients=number(said.ambulance.patients) if said.ambulance else "",
        obstetric_units=number(said.obstetric_units),
        results=tuple(
            Measurement(reference=r.reference, measure=r.measure, value=number(r.value)) for r in said.results
        ),
        mammography=form.code(said.mammography, f"{place}.mammography"),
        referring_clia=form.code(said.referring_clia, f"{place}.referring_clia", drop="-"),
        immunization_batch=form.code(said.immunization_batch, f"{place}.immunization_batch"),
        sales_tax=said.sales_tax,
        postage=said.postage,
        purchased_from=form.provider(seller.provider, f"{place}.purchased_service") if seller else None,
        purchased_charge=seller.charge if seller else None,
        forms=tuple(_form(form, one) for one in said.forms),
    )


def _ambulance(form: forms.Form, said: documented.Ambulance | None) -> Ambulance | None:
    if said is None:
        return None
    return Ambulance(
        reason=said.reason.upper(),
        miles=number(said.miles),
        weight=number(said.patient_weight),
        round_trip_purpose=form.text(said.round_trip_purpose),
        stretcher_purpose=form.text(said.stretcher_purpose),
        pick_up=form.address(said.pick_up, "ambulance.pick_up"),
        drop_off=form.address(said.drop_off, "ambulance.drop_off"),
        drop_off_name=form.text(said.drop_off_name),
    )


def _transport_conditions(said: documented.Ambulance | None) -> tuple[Conditions, ...]:
    if said is None:
        return ()
    both = ((said.conditions, True), (said.conditions_not_met, False))
    return tuple(
        Conditions(category=AMBULANCE, codes=codes, applies=applies) for codes, applies in both if codes
    )


def _line_conditions(said: documented.ProfessionalLine) -> tuple[Conditions, ...]:
    found = [*_transport_conditions(said.ambulance)]
    if said.hospice_employee is not None:
        found.append(Conditions(category=HOSPICE, codes=(HOSPICE_CODE,), applies=said.hospice_employee))
    if said.certification is not None and said.certification.conditions:
        paper = said.certification
        found.append(Conditions(category=EQUIPMENT, codes=paper.conditions, applies=paper.applies))
    return tuple(found)


def _form(form: forms.Form, said: documented.Form) -> Form:
    return Form(
        list=said.list,
        number=said.number,
        answers=tuple(
            FormAnswer(
                question=a.question,
                answer=a.answer,
                reply=form.text(a.reply),
                day=a.day,
                percent=number(a.percent),
            )
            for a in said.answers
        ),
    )
