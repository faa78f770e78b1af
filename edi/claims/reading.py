"""837 loops to records: what the three guides share.

A claim's parties stand in the loops above it, read once and shared by the claims below. What is
missing or unreadable is "", None or 0; `edi.check` says so.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from typing import Any, Generic, TypeVar

from edi.declare.nodes import Loop
from edi.declare.types import DATES
from edi.records.claim import Attachment, Claim, Contract, LineAdjudication, OtherPayer, ServiceLine
from edi.records.party import Address, Adjustment, Party, Person
from edi.records.professional import Conditions
from edi.segments.claim import CRC, PWK
from edi.segments.money import AMT, CAS, CN1
from edi.segments.party import DMG, N3, N4, NM1, PER, PRV, REF

L = TypeVar("L", bound=Loop)
Levels = tuple[Any, Any, Any]  # the billing provider's, the subscriber's and the patient's loop


def levels_of(claim: Loop) -> Levels:
    """The levels above a claim's loop; None for each that it does not have."""
    above = claim.parent
    patient = above if above is not None and above.ID == "2000C" else None
    subscriber = patient.parent if patient is not None else above
    return subscriber.parent if subscriber is not None else None, subscriber, patient


def value_of(ref: REF | None) -> str:
    """A reference's value, "" for none."""
    return "" if ref is None else ref.value


def cents_of(amt: AMT | None) -> int | None:
    """An amount's cents, None for none."""
    return None if amt is None else amt.amount


def contract_of(cn1: CN1 | None) -> Contract | None:
    """A contract, None for none."""
    if cn1 is None:
        return None
    return Contract(
        type=cn1.type,
        amount=cn1.amount,
        percentage=cn1.percentage,
        code=cn1.code,
        discount=cn1.discount,
        version=cn1.version,
    )


def conditions_of(crc: CRC) -> Conditions:
    """A CRC segment."""
    return Conditions(
        category=crc.category,
        codes=tuple(code for code in (crc.condition, *crc.others) if code),
        applies=crc.applies == "Y",
    )


def reference(ref: REF) -> tuple[str, str]:
    """A reference's qualifier and value."""
    return ref.qualifier, ref.value


def address_of(street: N3 | None, city: N4 | None) -> Address | None:
    """An address of N3 and N4, None where both are missing."""
    if not street and not city:
        return None
    return Address(
        line1=street.line1 if street else "",
        line2=street.line2 if street else "",
        city=city.city if city else "",
        state=city.state if city else "",
        zip=city.zip if city else "",
        country=city.country if city else "",
    )


def party_of(
    name: NM1,
    street: N3 | None = None,
    city: N4 | None = None,
    *,
    prv: PRV | None = None,
    contact: PER | None = None,
    secondary: Iterable[REF] = (),
) -> Party:
    """A party of its NM1 and what belongs to it."""
    qualifier, identifier = name.id_qualifier, name.id
    return Party(
        last=name.last,
        first=name.first,
        middle=name.middle,
        suffix=name.suffix,
        person=name.kind == "1",
        npi=identifier if qualifier == "XX" else "",
        id="" if qualifier == "XX" else identifier,
        id_qualifier="" if qualifier == "XX" else qualifier,
        taxonomy=prv.taxonomy if prv is not None else "",
        address=address_of(street, city),
        contact_name=contact.name if contact is not None else "",
        contact_phone=contact.number if contact is not None and contact.qualifier == "TE" else "",
        secondary_ids=tuple(reference(r) for r in secondary),
    )


def person_of(
    name: NM1,
    street: N3 | None = None,
    city: N4 | None = None,
    dmg: DMG | None = None,
    death: date | None = None,
) -> Person:
    """A subscriber or patient."""
    return Person(
        last=name.last,
        first=name.first,
        middle=name.middle,
        suffix=name.suffix,
        birth_date=DATES[dmg.birth_date] if dmg else None,
        sex=dmg.sex if dmg else "",
        member_id=name.id,
        address=address_of(street, city),
        death_date=death,
        organisation=name.kind == "2",
    )


def adjustments_of(segments: Iterable[CAS]) -> tuple[Adjustment, ...]:
    """The reasons of CAS segments, in wire order."""
    return tuple(
        [
            Adjustment(group=cas.group, reason=reason, amount=amount, quantity=quantity)
            for cas in segments
            for reason, amount, quantity in cas.triples()
        ]
    )


def attachments_of(segments: Iterable[PWK]) -> tuple[Attachment, ...]:
    """The attachments that PWK segments announce."""
    return tuple(
        Attachment(report_type=p.report_type, transmission=p.transmission, control_number=p.control_number)
        for p in segments
    )


def adjudications_of(loops: Iterable[Any]) -> tuple[LineAdjudication, ...]:
    """What other payers decided of a line: its 2430 loops."""
    return tuple(
        LineAdjudication(
            payer_id=a.decision.payer_id,
            paid=a.decision.paid,
            procedure=a.decision.procedure.code if a.decision.procedure else "",
            modifiers=tuple(m for m in a.decision.procedure.modifiers if m) if a.decision.procedure else (),
            units=a.decision.units,
            bundled_into=a.decision.bundled_line,
            adjustments=adjustments_of(a.adjustments),
            adjudicated=a.adjudicated.start,
            remaining_patient_liability=cents_of(a.patient_liability),
            loops=a,
        )
        for a in loops
    )


def read_drug(line: ServiceLine, drug: Any) -> None:
    """A 2410 loop into its line."""
    line.ndc = drug.item.code if drug.item.qualifier == "N4" else ""
    line.ndc_quantity = drug.quantity.quantity
    line.ndc_unit = drug.quantity.unit.unit
    line.prescription_number = value_of(drug.prescription)


def _with_pat(person: Person, pat: Any) -> Person:
    """With what PAT says beside the relationship."""
    if pat:
        person.death_date = DATES[pat.death_date]
        person.weight, person.pregnant = pat.weight, pat.pregnant == "Y"
    return person


def _property_contact(name: Any) -> dict[str, str]:
    """PER of the property and casualty contact, which only the 837P has."""
    contact = getattr(name, "contact", None)
    if contact is None:
        return {}
    return {"property_contact_name": contact.name, "property_contact_phone": contact.number}


class ClaimReader(ABC, Generic[L]):
    """Reads claim loops of one guide; `fill` adds what only its guide has."""

    kind: str

    def __init__(self) -> None:
        self._above: Levels = (None, None, None)
        self._parties: dict[str, Any] = {}

    @abstractmethod
    def fill(self, claim: Claim, loop: L) -> None:
        """What is in the claim loop itself."""

    def read(self, loop: L) -> Claim:
        """One claim of its loop and those above it."""
        node: Any = loop
        clm = node.claim
        above = levels_of(loop)
        if above[0] is not self._above[0] or above[1] is not self._above[1] or above[2] is not self._above[2]:
            self._parties = self._read_above(*above)
            self._above = above
        claim = Claim(
            patient_control_number=clm.patient_control_number,
            charge=clm.charge,
            kind=self.kind,
            signature_on_file=clm.signature_on_file,
            assignment=clm.assignment,
            benefits_assigned=clm.benefits_assigned,
            release_of_information=clm.release,
            delay_reason=clm.delay_reason,
            special_program=clm.special_program,
            loops=loop,
            **self._parties,
        )
        if node.other_payers:
            claim.other_payers = tuple([self._other_payer(o) for o in node.other_payers])
        self.fill(claim, loop)
        return claim

    def _read_above(self, billing: Any, subscriber: Any, patient: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"billing": Party(), "payer": Party(), "subscriber": Person()}
        if billing is not None:
            found["billing"] = self._billing(billing, subscriber)
            if billing.pay_to is not None:
                pay_to = billing.pay_to
                found["pay_to"] = Party(
                    person=pay_to.name.kind == "1", address=address_of(pay_to.street, pay_to.city)
                )
        if subscriber is not None:
            sbr, name, payer = subscriber.coverage, subscriber.name, subscriber.payer
            pat = getattr(subscriber, "patient", None)
            found |= {
                "subscriber": _with_pat(person_of(name.name, name.street, name.city, name.demographics), pat),
                "payer": party_of(payer.name, payer.street, payer.city, secondary=payer.secondary),
                "payer_order": sbr.order,
                "relationship": sbr.relationship or "18",
                "group_number": sbr.group_number,
                "group_name": sbr.group_name,
                "filing_code": sbr.filing_code,
                "insurance_type": sbr.insurance_type,
                "property_claim_number": value_of(name.property_claim),
                **_property_contact(name),
            }
        if patient is not None:
            name, pat = patient.name, patient.patient
            found["patient"] = _with_pat(person_of(name.name, name.street, name.city, name.demographics), pat)
            found["relationship"] = pat.relationship
            found["property_claim_number"] = value_of(name.property_claim)
            if name.property_patient is not None and name.property_patient.qualifier == "1W":
                found["property_patient_id"] = name.property_patient.value
            found |= _property_contact(name)
        return found

    def _billing(self, billing: Any, subscriber: Any) -> Party:
        name = billing.name
        contacts = name.contacts
        payer = subscriber.payer if subscriber is not None else None
        one = getattr(payer, "billing_id", None)  # the 837I takes one of them
        ids = [one] if one is not None else payer.billing_ids if payer is not None else ()
        party = party_of(
            name.name,
            name.street,
            name.city,
            prv=billing.specialty,
            contact=contacts[0] if contacts else None,
            secondary=[*name.licenses, *ids],
        )
        party.tax_id = name.tax_id.value
        party.tax_id_type = name.tax_id.qualifier or "EI"
        return party

    def _other_payer(self, loop: Any) -> OtherPayer:
        sbr, member, payer = loop.coverage, loop.subscriber, loop.payer
        stay, visit = getattr(loop, "inpatient", None), loop.adjudication  # only the 837I has MIA
        remarks = (*(stay.remarks if stay is not None else ()), *(visit.remarks if visit is not None else ()))
        return OtherPayer(
            order=sbr.order,
            payer=party_of(payer.name, payer.street, payer.city, secondary=payer.secondary),
            subscriber=person_of(member.name, member.street, member.city),
            relationship=sbr.relationship,
            group_number=sbr.group_number,
            group_name=sbr.group_name,
            filing_code=sbr.filing_code,
            insurance_type=sbr.insurance_type,
            paid=cents_of(loop.paid),
            non_covered=cents_of(loop.non_covered),
            remaining_patient_liability=cents_of(loop.patient_liability),
            adjustments=adjustments_of(loop.adjustments),
            adjudicated=payer.adjudicated.start if payer.adjudicated is not None else None,
            payer_claim_control_number=value_of(payer.control_number),
            benefits_assigned=loop.terms.benefits_assigned,
            release_of_information=loop.terms.release,
            remarks=tuple(filter(None, remarks)),
            inpatient=stay.figures if stay is not None else (),
            outpatient=visit.figures if visit is not None else (),
            loops=loop,
        )
