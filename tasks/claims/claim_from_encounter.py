"""An encounter, its practice and its payer become one claim: pure, no database, no clock.

What a person documented is never changed in meaning. Form is repaired (case, spaces, the dot of a
diagnosis code, the hyphen of a ZIP), each repair is listed with its place and never with its value,
and a charge that the document leaves out comes from the practice's fee schedule. Whatever is still
missing stays empty: the coding edits name it, so that a person sees it.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from coding.edits.clia01_laboratory import is_test
from coding.repair import Repair, repair
from config.partners import Payer, PostalAddress, Practice
from edi.records import Accident, Address, Attachment, Claim, Party, Person, ServiceLine
from intake import encounter as documented

SELF = "18"
_ORDERS = "PST"
# Letters that Unicode does not take apart into a plain one and an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l"}
    | {"Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "ı": "i", "’": "'", "‘": "'"}
    | {"–": "-", "—": "-", "\u2010": "-", "\u2011": "-"}
)


@dataclass(frozen=True, slots=True)
class Built:
    """A claim made from an encounter, with the repairs of form that were needed."""

    claim: Claim
    repairs: tuple[Repair, ...]


def plain(text: str) -> str:
    """Capitals, runs of blanks as one, accents left out: a name or an address as it is written.

    X12's character set has no accents: JOSÉ goes out as JOSE, as payers have it on file.
    """
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(text.split()).upper()


class _Form:
    """Brings values into X12's form and remembers where that changed something."""

    def __init__(self) -> None:
        self.repairs: list[Repair] = []

    def text(self, value: str) -> str:
        """Names and addresses in X12's form: too ordinary to be listed."""
        return plain(value)

    def code(self, value: str, place: str, *, drop: str = "") -> str:
        """An identifier in capitals, without blanks and the characters of `drop`."""
        if not value:
            return ""
        clean = "".join(value.split()).upper()
        for character in drop:
            clean = clean.replace(character, "")
        if clean != value:
            self.repairs.append(Repair(None, place, "identifier in capitals without blanks and hyphens"))
        return clean

    def address(self, value: documented.Address | None, place: str) -> Address | None:
        if value is None or not any((value.line1, value.city, value.state, value.zip)):
            return None
        return Address(
            line1=self.text(value.line1),
            line2=self.text(value.line2),
            city=self.text(value.city),
            state=self.text(value.state),
            zip=self.code(value.zip, f"{place}.zip", drop="-"),
            country="" if self.text(value.country) in ("US", "USA") else self.text(value.country),
        )

    def person(self, value: documented.Person, place: str, *, member_id: str = "") -> Person:
        return Person(
            last=self.text(value.last),
            first=self.text(value.first),
            middle=self.text(value.middle),
            suffix=self.text(value.suffix),
            birth_date=value.birth_date,
            sex=value.sex,
            member_id=member_id,
            address=self.address(value.address, f"{place}.address"),
            death_date=value.death_date,
        )

    def provider(
        self, value: documented.Provider | None, practice: Practice, place: str, *, facility: bool = False
    ) -> Party | None:
        """A provider with what the practice's roster knows of its NPI, where the document is silent."""
        if value is None or not (value.npi or value.last):
            return None
        npi = self.code(value.npi, f"{place}.npi")
        known = practice.provider(npi)
        return Party(
            last=self.text(value.last) or (plain(known.last) if known else ""),
            first="" if facility else self.text(value.first) or (plain(known.first) if known else ""),
            person=not facility,
            npi=npi,
            taxonomy=self.code(value.taxonomy, f"{place}.taxonomy") or (known.taxonomy if known else ""),
            address=self.address(value.address, f"{place}.address") if facility else None,
        )


def primary_coverage(encounter: documented.Encounter) -> documented.Coverage | None:
    """The coverage that is billed first; the others wait for what it decides."""
    return min(encounter.coverages, key=lambda c: _ORDERS.index(c.order), default=None)


class Parties:
    """Partners in X12's form, made once: thousands of claims of a run share them and change none."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int], tuple[object, Party | None]] = {}

    def once(self, what: str, partner: Any, make: Callable[[Any], Party | None]) -> Party | None:
        """`make(partner)`, kept with the partner's object so that its id cannot be another's."""
        kept = self._made.get((what, id(partner)))
        if kept is None or kept[0] is not partner:
            kept = self._made[what, id(partner)] = (partner, make(partner))
        return kept[1]


def claim_from_encounter(
    encounter: documented.Encounter,
    practice: Practice,
    payer: Payer | None,
    patient_control_number: str,
    parties: Parties | None = None,
) -> Built:
    """The claim of `encounter` to `payer` (None: not known), under `patient_control_number` (CLM01).

    Amounts are cents. Lines without a charge take the practice's fee times units; where there is
    none either, the charge stays 0 and an edit holds the claim. A document without any place of
    service takes the practice's. `parties` are shared with other claims.
    """
    parties = parties or Parties()
    form = _Form()
    coverage = primary_coverage(encounter)
    subscriber, patient, relationship = _people(form, encounter, coverage)
    rendering = form.provider(encounter.rendering, practice, "rendering")
    if rendering is not None and rendering.npi == practice.npi:
        rendering = None  # 2310B is sent only where it differs from the billing provider
    lines = tuple(_line(form, n, encounter, practice, rendering) for n in range(1, len(encounter.lines) + 1))
    place = encounter.place_of_service.strip()
    if not place:
        places = {line.place_of_service for line in lines}
        place = places.pop() if len(places) == 1 else ""
        if places <= {""}:  # the document gives none anywhere
            place = place or practice.place_of_service
    for line in lines:
        if line.place_of_service == place:
            line.place_of_service = ""  # as the claim's

    claim = Claim(
        patient_control_number=patient_control_number,
        charge=sum(line.charge for line in lines),
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
        place_of_service=place,
        diagnoses=encounter.diagnoses,
        lines=lines,
        patient_paid=encounter.patient_paid or None,
        accident=_accident(encounter),
        onset=encounter.onset,
        admission=encounter.admission,
        discharge=encounter.discharge,
        referring=form.provider(encounter.referring, practice, "referring"),
        rendering=rendering,
        supervising=form.provider(encounter.supervising, practice, "supervising"),
        service_facility=form.provider(
            encounter.service_facility, practice, "service_facility", facility=True
        ),
        prior_authorization=form.code(encounter.prior_authorization, "prior_authorization"),
        referral_number=form.code(encounter.referral_number, "referral_number"),
        clia=form.code(encounter.clia, "clia", drop="-") or _clia(practice, payer, lines),
        medical_record_number=form.code(encounter.patient.medical_record_number, "medical_record_number"),
        note=form.text(encounter.note),
        attachments=tuple(
            Attachment(
                report_type=a.report_type, transmission=a.transmission, control_number=a.control_number
            )
            for a in encounter.attachments
        ),
    )
    claim, repairs = repair(claim)
    return Built(claim, (*form.repairs, *repairs))


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


def _payer(form: _Form, coverage: documented.Coverage | None, payer: Payer | None, parties: Parties) -> Party:
    """The payer as configured; one that is not known has only the name the document gives it."""
    if payer is not None:
        return parties.once("payer", payer, payer_party) or Party()
    return Party(last=form.text(coverage.payer_name or coverage.payer)) if coverage else Party()


def _people(
    form: _Form, encounter: documented.Encounter, coverage: documented.Coverage | None
) -> tuple[Person, Person | None, str]:
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
    form: _Form,
    number: int,
    encounter: documented.Encounter,
    practice: Practice,
    rendering: Party | None,
) -> ServiceLine:
    written = encounter.lines[number - 1]
    place = f"lines[{number}]"
    first, last = _days(written.service_from, written.service_to, encounter.service_date)
    own = form.provider(written.rendering, practice, f"{place}.rendering")
    if own is not None and own.npi in {practice.npi, rendering.npi if rendering else ""}:
        own = None  # 2420A only where it differs from the claim's
    charge = written.charge
    if charge is None:
        charge = fee(practice, written.procedure, written.modifiers, written.units)
    return ServiceLine(
        number=number,
        procedure=written.procedure,
        charge=charge or 0,
        service_from=first,
        service_to=last,
        units=_number(written.units),
        unit_code=written.unit_code,
        modifiers=written.modifiers,
        pointers=written.pointers,
        place_of_service=written.place_of_service.strip(),
        description=form.text(written.description),
        control_number=str(number),
        revenue_code=written.revenue_code.strip(),
        ndc=written.ndc,
        ndc_quantity=written.ndc_quantity.strip(),
        ndc_unit=form.code(written.ndc_unit, f"{place}.ndc_unit"),
        rendering=own,
        ordering=form.provider(written.ordering, practice, f"{place}.ordering"),
        note=form.text(written.note),
    )


def fee(practice: Practice, procedure: str, modifiers: tuple[str, ...], units: Decimal) -> int | None:
    """The practice's charge in cents for `units` of a procedure; None where its schedule has none."""
    each = practice.charge_for(procedure.strip().upper(), tuple(m.strip().upper() for m in modifiers))
    return None if each is None else int((each * units).to_integral_value())


def _clia(practice: Practice, payer: Payer | None, lines: tuple[ServiceLine, ...]) -> str:
    """REF X4 of the practice's own laboratory, where one of the lines is a test that needs it."""
    wanted = payer.clia_tests if payer is not None else ()
    codes = (line.procedure.strip().upper() for line in lines)
    return practice.clia if any(is_test(code) or code in wanted for code in codes) else ""


def _days(first: date | None, last: date | None, default: date | None) -> tuple[date | None, date | None]:
    first = first or default
    return first, (last if last != first else None)


def _number(units: Decimal) -> str:
    """As on the wire: no exponent, no trailing zeros."""
    text = f"{units:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _accident(encounter: documented.Encounter) -> Accident | None:
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
