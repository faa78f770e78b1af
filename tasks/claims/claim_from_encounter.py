"""An encounter, its practice and its payers become one claim: pure, no database, no clock.

What a person documented is never changed in meaning. Form is repaired (case, spaces, the dot of a
diagnosis code, the hyphen of a ZIP), each repair is listed with its place and never with its value,
and a charge that the document leaves out comes from the practice's fee schedule. Whatever is still
missing stays empty: the coding edits name it, so that a person sees it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from coding.bill_types import RATES
from coding.laboratory import is_test
from coding.repair import Repair, repair
from config.partners import Payer, PostalAddress, Practice
from edi.records import Accident, Address, Attachment, Claim, OtherPayer, Party, Person, ServiceLine
from intake.encounter import Encounter, Line
from intake.parties import Coverage
from tasks.claims import dental, institutional, professional, restricted
from tasks.claims.form import Form, fee, number, plain
from tasks.claims.said_once import is_same, say_once

SELF = "18"
KINDS = {"professional": "P", "institutional": "I", "dental": "D"}
PayerOf = Callable[[str], Payer | None]
_ORDERS = "PST"


@dataclass(frozen=True, slots=True)
class Built:
    """A claim made from an encounter, with the repairs of form that were needed."""

    claim: Claim
    repairs: tuple[Repair, ...]


def primary_coverage(encounter: Encounter) -> Coverage | None:
    """The coverage that is billed first; the others wait for what it decides."""
    if len(encounter.coverages) == 1:
        return encounter.coverages[0]
    return min(encounter.coverages, key=lambda c: _ORDERS.index(c.order), default=None)


def coverage_of(encounter: Encounter, order: str) -> Coverage | None:
    """The coverage of this order; the first one where none is asked for, or none has it."""
    of_order = (c for c in encounter.coverages if c.order == order) if order else iter(())
    return next(of_order, None) or primary_coverage(encounter)


class Parties:
    """Partners in X12's form, made once: thousands of claims of a run share them and change none."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int], tuple[object, Party | None]] = {}

    def once(self, what: str, partner: Any, make: Callable[[Any], Party | None]) -> Party | None:
        """`make(partner)`, kept with the partner's object, so that no other object gets its id."""
        kept = self._made.get((what, id(partner)))
        if kept is None or kept[0] is not partner:
            kept = self._made[what, id(partner)] = (partner, make(partner))
        return kept[1]


def claim_from_encounter(
    encounter: Encounter,
    practice: Practice,
    payer: Payer | None,
    patient_control_number: str,
    parties: Parties | None = None,
    payer_of: PayerOf = lambda named: None,
    order: str = "",
) -> Built:
    """The claim of `encounter` to `payer` (None: not known), under `patient_control_number` (CLM01), for
    the coverage of this order ("": the first).

    Amounts are cents. Lines without a charge take the practice's fee times units; where there is
    none either, the charge stays 0 and an edit holds the claim. A document without any place of
    service takes the practice's. `parties` are shared with other claims, `payer_of` finds the payers
    of the other coverages. What is restricted stays out of it (`tasks.claims.restricted`).
    """
    encounter = restricted.billed(encounter, practice)
    parties = parties or Parties()
    form = Form(practice)
    coverage = coverage_of(encounter, order)
    subscriber, patient, relationship = _people(form, encounter, coverage)
    rendering = form.provider(encounter.rendering, "rendering")
    if rendering is not None and rendering.npi == practice.npi:
        rendering = None  # 2310B is sent only where it differs from the billing provider
    every = range(1, len(encounter.lines) + 1)
    kind = KINDS[encounter.kind]
    bill = institutional.facts(form, encounter) if kind == "I" else None
    if bill is not None and is_same(rendering, bill.attending):
        rendering = None  # 2310D, the 2310B of the 837I, is sent only where it differs from 2310A
    usual = rendering if rendering is not None or bill is None else bill.attending
    lines = tuple([_line(form, n, encounter, practice, usual) for n in every])
    claim = Claim(
        kind=kind,
        patient_control_number=patient_control_number,
        charge=sum([line.charge for line in lines]),
        billing=parties.once("billing", practice, billing_provider) or Party(),
        pay_to=parties.once("pay to", practice, _pay_to),
        payer=_payer(form, coverage, payer, parties),
        subscriber=subscriber,
        patient=patient,
        relationship=relationship,
        payer_order=coverage.order if coverage else "P",
        group_number=form.text(coverage.group_number) if coverage else "",
        group_name=form.text(coverage.group_name) if coverage else "",
        filing_code=payer.filing_code if payer is not None else "",
        insurance_type=form.text(coverage.insurance_type) if coverage else "",
        place_of_service="" if kind == "I" else _place(encounter, practice, lines),
        frequency=institutional.frequency(encounter) if kind == "I" else "1",
        diagnoses=encounter.diagnoses,
        lines=lines,
        benefits_assigned=(coverage.benefits_assigned if coverage else "") or "Y",
        rendering=rendering,
        institutional=bill,
    )
    if encounter.model_fields_set <= ORDINARY:
        claim.clia = _clia(practice, payer, lines)
        claim.medical_record_number = _medical_record_number(form, encounter)
    else:
        _fill(form, claim, encounter, practice, payer)
    say_once(claim)
    if len(encounter.coverages) > 1:
        claim.other_payers = other_payers(form, encounter, coverage, payer_of, parties)
    if kind == "D":
        claim.dental = dental.facts(form, encounter)
    if encounter.professional is not None:
        professional.fill(form, claim, encounter.professional)
    claim, repairs = repair(claim)
    # a patient who is insured twice is written twice, and repaired once
    return Built(claim, tuple(dict.fromkeys((*form.repairs, *repairs))))


ORDINARY = frozenset(
    {
        "source",
        "id",
        "version",
        "kind",
        "practice",
        "patient",
        "coverages",
        "service_date",
        "place_of_service",
        "diagnoses",
        "lines",
        "rendering",
        "dental",
        "professional",
        "documentation",
        "concepts",
        "doubts",
        "guarantor",
        "restricted",
    }
)
"""What most encounters say at the most, and what no claim says. What else one says is filled in after it
(`_fill`)."""

ORDINARY_LINE = frozenset(
    {
        "procedure",
        "charge",
        "modifiers",
        "pointers",
        "units",
        "unit_code",
        "service_from",
        "service_to",
        "place_of_service",
        "revenue_code",
        "rendering",
        "description",
        "restricted",
    }
)
"""The same of a line (`_fill_line`)."""


def _medical_record_number(form: Form, encounter: Encounter) -> str:
    return form.code(encounter.patient.medical_record_number, "medical_record_number")


def _fill(form: Form, claim: Claim, encounter: Encounter, practice: Practice, payer: Payer | None) -> None:
    """What few encounters say, into their claim."""
    claim.assignment = encounter.assignment.upper() or "A"
    claim.release_of_information = encounter.release_of_information.upper() or "Y"
    claim.delay_reason = encounter.delay_reason
    claim.special_program = encounter.special_program
    claim.patient_paid = encounter.patient_paid or None
    claim.accident = _accident(encounter)
    claim.onset = encounter.onset
    if claim.kind != "I":
        claim.admission, claim.discharge = encounter.admission, encounter.discharge
    claim.referring = form.provider(encounter.referring, "referring")
    claim.supervising = form.provider(encounter.supervising, "supervising")
    claim.service_facility = form.provider(encounter.service_facility, "service_facility", facility=True)
    claim.prior_authorization = form.code(encounter.prior_authorization, "prior_authorization")
    claim.referral_number = form.code(encounter.referral_number, "referral_number")
    claim.clia = form.code(encounter.clia, "clia", drop="-") or _clia(practice, payer, claim.lines)
    claim.medical_record_number = _medical_record_number(form, encounter)
    casualty = encounter.property_casualty
    if casualty is not None:
        claim.property_claim_number = form.code(casualty.claim_number, "property_casualty")
        claim.property_patient_id = form.code(casualty.patient_id, "property_casualty")
        claim.property_contact_name = form.text(casualty.contact_name)
        claim.property_contact_phone = form.code(casualty.contact_phone, "property_casualty", drop="-")
    claim.contract = professional.contract(encounter.contract)
    claim.file_information = tuple(map(form.text, encounter.file_information))
    claim.epsdt_referrals = tuple(code.upper() for code in encounter.epsdt_referrals)
    claim.other_references = _references(form, encounter)
    claim.note_code = encounter.note_code.upper() or "ADD"
    claim.note = form.text(encounter.note)
    claim.attachments = tuple(
        Attachment(report_type=a.report_type, transmission=a.transmission, control_number=a.control_number)
        for a in encounter.attachments
    )


def _place(encounter: Encounter, practice: Practice, lines: tuple[ServiceLine, ...]) -> str:
    """The claim's place of service; lines that have the same lose theirs."""
    place = encounter.place_of_service.strip()
    if not place:
        places = {line.place_of_service for line in lines}
        place = places.pop() if len(places) == 1 else ""
        if places <= {""}:  # the document gives none anywhere
            place = place or practice.place_of_service
    for line in lines:
        if line.place_of_service == place:
            line.place_of_service = ""  # as the claim's
    return place


def _references(form: Form, encounter: Encounter) -> tuple[tuple[str, str], ...]:
    """REF segments that a claim has under no name of its own."""
    found = [("4N", encounter.authorization_exception), ("P4", encounter.demonstration)]
    found += [("LX", number) for number in encounter.device_exemptions]
    if encounter.institutional is not None:
        found.append(("G4", encounter.institutional.review_approval))
    return tuple((qualifier, form.code(value, f"REF {qualifier}")) for qualifier, value in found if value)


def billing_provider(practice: Practice) -> Party:
    """2010AA: the practice that bills."""
    return Party(
        last=plain(practice.name),
        npi=practice.npi,
        tax_id=practice.tax_id,
        tax_id_type=practice.tax_id_type,
        taxonomy=practice.taxonomy,
        address=_address(practice.address),
        contact_name=plain(practice.contact_name),
        contact_phone=practice.contact_phone,
    )


def payer_party(payer: Payer) -> Party:
    """2010BB: who is asked to pay."""
    return Party(
        last=plain(payer.name),
        id=payer.payer_id,
        id_qualifier=payer.payer_id_qualifier,
        address=_address(payer.address),
    )


def other_payers(
    form: Form, encounter: Encounter, billed: Coverage | None, payer_of: PayerOf, parties: Parties
) -> tuple[OtherPayer, ...]:
    """The coverages that are not billed now: 2320, 2330A and 2330B, without a decision of theirs."""
    made = []
    for coverage in encounter.coverages:
        if coverage is billed:
            continue
        payer = payer_of(coverage.payer)
        subscriber, _, relationship = _people(form, encounter, coverage)
        made.append(
            OtherPayer(
                order=coverage.order,
                payer=_payer(form, coverage, payer, parties),
                subscriber=subscriber,
                relationship=relationship,
                group_number=form.text(coverage.group_number),
                group_name=form.text(coverage.group_name),
                filing_code=payer.filing_code if payer is not None else "",
                insurance_type=form.text(coverage.insurance_type),
                benefits_assigned=coverage.benefits_assigned or "Y",
                release_of_information=encounter.release_of_information.upper() or "Y",
            )
        )
    return tuple(made)


def _payer(form: Form, coverage: Coverage | None, payer: Payer | None, parties: Parties) -> Party:
    """The payer as configured; one that is not known has only the name the document gives it."""
    if payer is not None:
        return parties.once("payer", payer, payer_party) or Party()
    return Party(last=form.text(coverage.payer_name or coverage.payer)) if coverage else Party()


def _people(form: Form, encounter: Encounter, coverage: Coverage | None) -> tuple[Person, Person | None, str]:
    """Subscriber, patient (None where the patient is the subscriber) and their relationship."""
    member_id = form.code(coverage.member_id, "coverages.member_id", drop="-") if coverage else ""
    relationship = (coverage.relationship.strip() if coverage else "") or SELF
    if relationship == SELF or coverage is None:
        return form.person(encounter.patient, "patient", member_id=member_id), None, SELF
    patient = form.person(encounter.patient, "patient")
    if coverage.subscriber is None:
        return Person(member_id=member_id), patient, relationship
    return form.person(coverage.subscriber, "subscriber", member_id=member_id), patient, relationship


def _line(
    form: Form, number_: int, encounter: Encounter, practice: Practice, rendering: Party | None
) -> ServiceLine:
    written = encounter.lines[number_ - 1]
    first, last = _days(written.service_from, written.service_to, encounter.service_date)
    own = form.provider(written.rendering, f"lines[{number_}].rendering") if written.rendering else None
    if own is not None and own.npi in {practice.npi, rendering.npi if rendering else ""}:
        own = None  # 2420A only where it differs from the claim's
    charge = written.charge
    if charge is None:
        charge = fee(practice, written.procedure, written.modifiers, written.units)
    revenue_code = form.revenue_code(written.revenue_code, number_)
    line = ServiceLine(
        number=number_,
        procedure=written.procedure,
        charge=charge or 0,
        service_from=first,
        service_to=last,
        units=number(written.units),
        unit_code=written.unit_code,
        modifiers=written.modifiers,
        pointers=written.pointers,
        place_of_service=written.place_of_service.strip(),
        description=form.text(written.description),
        control_number=str(number_),
        revenue_code=revenue_code,
        procedure_qualifier="HP" if revenue_code in RATES else "HC",
        rendering=own,
    )
    if not written.model_fields_set <= ORDINARY_LINE:
        _fill_line(form, line, written)
    if encounter.dental is not None and encounter.dental.predetermination:
        line.service_from = line.service_to = None  # nothing was done yet
    return line


def _fill_line(form: Form, line: ServiceLine, written: Line) -> None:
    """What few lines say, into their service line."""
    place = f"lines[{line.number}]"
    line.ndc = written.ndc
    line.ndc_quantity = written.ndc_quantity.strip()
    line.ndc_unit = form.code(written.ndc_unit, f"{place}.ndc_unit")
    line.prescription_number = form.code(written.prescription_number, f"{place}.prescription_number")
    line.ordering = form.provider(written.ordering, f"{place}.ordering", located=True)
    line.referring = form.provider(written.referring, f"{place}.referring")
    line.supervising = form.provider(written.supervising, f"{place}.supervising")
    line.service_facility = form.provider(
        written.service_facility, f"{place}.service_facility", facility=True
    )
    line.prior_authorization = form.code(written.prior_authorization, f"{place}.prior_authorization")
    line.referral_number = form.code(written.referral_number, f"{place}.referral_number")
    line.clia = form.code(written.clia, f"{place}.clia", drop="-")
    line.contract = professional.contract(written.contract)
    line.emergency = written.emergency
    line.epsdt = written.epsdt
    line.family_planning = written.family_planning
    line.non_covered = written.non_covered
    line.operating = form.provider(written.operating, f"{place}.operating")
    line.other_operating = form.provider(written.other_operating, f"{place}.other_operating")
    line.note = form.text(written.note)
    if written.dental is not None or written.assistant_surgeon is not None:
        dental.fill(form, line, written)
    if written.professional is not None:
        professional.fill_line(form, line, written.professional)


def _clia(practice: Practice, payer: Payer | None, lines: tuple[ServiceLine, ...]) -> str:
    """REF X4 of the practice's own laboratory, where one of the lines is a test that needs it."""
    wanted = payer.clia_tests if payer is not None else ()
    codes = (line.procedure.strip().upper() for line in lines)
    return practice.clia if any(is_test(code) or code in wanted for code in codes) else ""


def _days(first: date | None, last: date | None, default: date | None) -> tuple[date | None, date | None]:
    first = first or default
    return first, (last if last != first else None)


def _accident(encounter: Encounter) -> Accident | None:
    if encounter.accident is None or not encounter.accident.causes:
        return None
    found = encounter.accident
    return Accident(causes=found.causes, state=found.state.upper(), day=found.day)


def _address(found: PostalAddress | None) -> Address | None:
    """A partner's address; partners' files are checked when they are loaded."""
    if found is None:
        return None
    return Address(
        line1=plain(found.line1),
        line2=plain(found.line2),
        city=plain(found.city),
        state=found.state,
        zip=found.zip,
    )


def _pay_to(practice: Practice) -> Party | None:
    return None if practice.pay_to is None else Party(address=_address(practice.pay_to))
