"""Explains an 837 claim: provider, payer, patient, dates, diagnoses, lines and other payers."""

from collections.abc import Iterator

from edi.explain.explanation import (
    Explanation,
    days,
    dotted,
    dotted_procedure,
    joined,
    money,
    named,
    provider,
    sentence,
    units,
)
from edi.explain.mask import Mask
from edi.explain.words.claims import (
    CAUSES,
    FILING_CODES,
    FREQUENCIES,
    KINDS,
    ORDERS,
    PLACES,
    RELATIONSHIPS,
    UNITS,
)
from edi.explain.words.payments import GROUPS
from edi.records.claim import Claim, Institutional, LineAdjudication, OtherPayer, ServiceLine
from edi.records.party import Adjustment

COLUMNS = ("line", "date", "procedure", "modifiers", "units", "charge", "for diagnoses", "more")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def explain_claim(claim: Claim, mask: Mask = Mask()) -> Explanation:  # noqa: B008 - frozen
    """Explain one claim; its lines are the rows."""
    patient = mask.name(claim.patient or claim.subscriber) or "a patient without a name"
    return Explanation(
        kind="claim",
        title=(
            f"Claim {mask.number(claim.patient_control_number)}: {named(claim.billing)} bills "
            f"{named(claim.payer)} {money(claim.charge)} for {patient}"
        ),
        sentences=tuple(sentence(s) for s in _sentences(claim, mask) if s),
        columns=COLUMNS,
        rows=tuple(_row(line, claim, mask) for line in claim.lines),
        right=("line", "units", "charge"),
    )


def _sentences(claim: Claim, mask: Mask) -> Iterator[str]:
    yield _what(claim, mask)
    yield _who(claim, mask)
    yield _where(claim)
    if claim.institutional is not None:
        yield from _institutional(claim.institutional, claim)
    yield _diagnoses(claim)
    yield _references(claim, mask)
    if claim.accident is not None:
        a = claim.accident
        causes = joined(*(CAUSES.get(c, f"cause {c}") for c in a.causes), by=" and ")
        yield joined(
            causes or "accident", a.state and f"in {a.state}", f"on {a.day}" if a.day else "", by=" "
        )
    dated = (
        ("illness or injury began", claim.onset),
        ("treatment began", claim.initial_treatment),
        ("last seen", claim.last_seen),
        ("last menstrual period", claim.last_menstrual_period),
        ("admitted", claim.admission),
        ("discharged", claim.discharge),
    )
    yield joined(*(f"{words} {day}" for words, day in dated if day is not None))
    if claim.dental is not None:
        d = claim.dental
        if d.predetermines:
            yield "asks what would be paid: nothing was done yet (predetermination)"
        if d.orthodontic:
            months = joined(
                d.months and f"{d.months} months", d.remaining_months and f"{d.remaining_months} left"
            )
            yield f"orthodontic treatment{f' of {months}' if months else ''}"
        if d.teeth:
            yield "teeth: " + joined(*(f"{t.number} {t.status}".strip() for t in d.teeth))
    if claim.attachments:
        yield "attached: " + joined(
            *(
                f"{a.report_type} by {a.transmission}"
                + (f" number {mask.number(a.control_number)}" if a.control_number else "")
                for a in claim.attachments
            )
        )
    if claim.note:
        yield f"note: {mask.text(claim.note)}"
    if claim.patient_paid is not None:
        yield f"the patient paid {money(claim.patient_paid)}"
    for other in claim.other_payers:
        yield _other(other, claim, mask)


def _what(claim: Claim, mask: Mask) -> str:
    order = ORDERS.get(claim.payer_order, claim.payer_order)
    payer = f"{named(claim.payer)}" + (f" ({claim.payer.id})" if claim.payer.id else "")
    return joined(
        f"{KINDS.get(claim.kind, claim.kind)} claim, {_frequency(claim, mask)}",
        f"to {payer} as {order} payer",
        FILING_CODES.get(claim.filing_code, claim.filing_code and f"plan {claim.filing_code}"),
        claim.group_number and f"group {mask.number(claim.group_number)}",
    )


def _frequency(claim: Claim, mask: Mask) -> str:
    words = FREQUENCIES.get(claim.frequency, f"frequency {claim.frequency}")
    if not claim.payer_claim_control_number:
        return words
    return f"{words} of the payer's claim {mask.number(claim.payer_claim_control_number)}"


def _who(claim: Claim, mask: Mask) -> str:
    if claim.patient is None:
        return f"the patient is the subscriber: {mask.person(claim.subscriber)}"
    relation = RELATIONSHIPS.get(claim.relationship, "a dependent")
    subscriber = mask.person(claim.subscriber)
    return f"the patient is {mask.person(claim.patient)}; {relation} of the subscriber {subscriber}"


def _where(claim: Claim) -> str:
    lines = [day for line in claim.lines for day in (line.service_from, line.service_to) if day]
    place = claim.place_of_service
    where = f"place of service {place}" + (f" ({PLACES[place]})" if place in PLACES else "") if place else ""
    facility = claim.service_facility
    institutional = claim.institutional
    return joined(
        f"services of {days(min(lines), max(lines))}" if lines else "",
        where,
        f"at {named(facility)}" if facility is not None else "",
        f"billed by {provider(claim.billing)}",
        f"rendered by {provider(claim.rendering)}" if claim.rendering else "",
        f"referred by {provider(claim.referring)}" if claim.referring else "",
        f"supervised by {provider(claim.supervising)}" if claim.supervising else "",
        f"attended by {provider(institutional.attending)}"
        if institutional and institutional.attending
        else "",
        f"operated by {provider(institutional.operating)}"
        if institutional and institutional.operating
        else "",
        f"paid to {named(claim.pay_to)}" if claim.pay_to and claim.pay_to.last else "",
    )


def _institutional(i: Institutional, claim: Claim) -> Iterator[str]:
    icd9 = claim.diagnosis_version == "BK"
    yield joined(
        f"type of bill {i.type_of_bill}{claim.frequency}" if i.type_of_bill else "",
        f"statement of {days(i.statement_from, i.statement_to)}" if i.statement_from else "",
        joined("admitted", str(i.admission or ""), i.admission_hour, by=" ") if i.admission else "",
        f"discharged at {i.discharge_hour}" if i.discharge_hour else "",
        f"admission type {i.admission_type}" if i.admission_type else "",
        f"source {i.admission_source}" if i.admission_source else "",
        f"patient status {i.patient_status}" if i.patient_status else "",
        f"DRG {i.drg}" if i.drg else "",
    )
    yield joined(
        f"admitting diagnosis {dotted(i.admitting_diagnosis, icd9)}" if i.admitting_diagnosis else "",
        f"reasons for the visit {joined(*(dotted(c, icd9) for c in i.reason_diagnoses))}"
        if i.reason_diagnoses
        else "",
        f"external causes {joined(*(dotted(c, icd9) for c in i.external_causes))}"
        if i.external_causes
        else "",
    )
    procedures = [p for p in (i.principal_procedure, *i.other_procedures) if p is not None]
    coded = (
        ("procedures", procedures),
        ("occurrences", i.occurrences),
        ("occurrence spans", i.occurrence_spans),
        ("values", i.values),
    )
    for title, codes in coded:
        if codes:
            shown = dotted_procedure if title == "procedures" else str
            yield f"{title}: " + joined(
                *(joined(shown(c.code), days(c.on, c.to), money(c.amount), by=" ") for c in codes)
            )
    if i.conditions:
        yield f"conditions: {joined(*i.conditions)}"
    if i.estimated_amount_due is not None:
        yield f"the patient is expected to pay {money(i.estimated_amount_due)}"


def _diagnoses(claim: Claim) -> str:
    if not claim.diagnoses:
        return ""
    listed = [
        f"{LETTERS[n] if n < len(LETTERS) else n + 1} {dotted(code, claim.diagnosis_version == 'BK')}"
        for n, code in enumerate(claim.diagnoses)
    ]
    return "diagnoses: " + joined(*listed)


def _references(claim: Claim, mask: Mask) -> str:
    numbers = (
        ("authorization", claim.prior_authorization),
        ("referral", claim.referral_number),
        ("medical record", claim.medical_record_number),
        ("property and casualty claim", claim.property_claim_number),
        ("clearinghouse's trace", claim.clearinghouse_trace),
    )
    return joined(
        *(f"{words} {mask.number(value)}" for words, value in numbers if value),
        f"CLIA {claim.clia}" if claim.clia else "",
        f"delay reason {claim.delay_reason}" if claim.delay_reason else "",
    )


def _other(other: OtherPayer, claim: Claim, mask: Mask) -> str:
    decided = [d for line in claim.lines for d in line.adjudications if d.payer_id == other.payer.id]
    adjusted = [*other.adjustments, *(a for d in decided for a in d.adjustments)]
    left = other.remaining_patient_liability
    if left is None and any(d.remaining_patient_liability is not None for d in decided):
        left = sum(d.remaining_patient_liability or 0 for d in decided)
    paid = f"paid {money(other.paid)}" if other.paid is not None else "has not said what it pays"
    when = other.adjudicated or next((d.adjudicated for d in decided if d.adjudicated), None)
    return joined(
        f"other payer, {ORDERS.get(other.order, other.order)}: {named(other.payer)} {paid}",
        f"decided {when}" if when else "",
        f"took off {by_group(adjusted)}" if adjusted else "",
        f"left to the patient {money(left)}" if left is not None else "",
        f"not covered {money(other.non_covered)}" if other.non_covered is not None else "",
        f"its claim {mask.number(other.payer_claim_control_number)}"
        if other.payer_claim_control_number
        else "",
        f"insured there: {mask.name(other.subscriber)}" if mask.name(other.subscriber) else "",
    )


def by_group(adjustments: list[Adjustment]) -> str:
    """Adjustments summed by group: "$35.00 contract, the provider's to bear (CO)"."""
    sums: dict[str, int] = {}
    for one in adjustments:
        sums[one.group] = sums.get(one.group, 0) + one.amount
    return joined(
        *(f"{money(cents)} {GROUPS.get(g, 'adjustment')} ({g})" for g, cents in sums.items()), by="; "
    )


def _row(line: ServiceLine, claim: Claim, mask: Mask) -> tuple[str, ...]:
    code = line.procedure or line.revenue_code
    if line.procedure and line.revenue_code:
        code = f"{line.revenue_code} / {line.procedure}"
    unit = UNITS.get(line.unit_code, line.unit_code)
    return (
        str(line.number),
        days(line.service_from, line.service_to),
        code,
        " ".join(line.modifiers),
        joined(units(line.units), unit, by=" "),
        money(line.charge),
        joined(*(_pointed(claim, p) for p in line.pointers)),
        joined(*_more(line, mask), by="; "),
    )


def _pointed(claim: Claim, pointer: int) -> str:
    if not 1 <= pointer <= len(claim.diagnoses):
        return f"{pointer} (not on the claim)"
    letter = LETTERS[pointer - 1] if pointer <= len(LETTERS) else str(pointer)
    return f"{letter} {dotted(claim.diagnoses[pointer - 1], claim.diagnosis_version == 'BK')}"


def _more(line: ServiceLine, mask: Mask) -> Iterator[str]:
    if line.place_of_service:
        yield f"place {line.place_of_service}"
    if line.ndc:
        yield joined(f"drug {line.ndc}", joined(units(line.ndc_quantity), line.ndc_unit, by=" "))
    if line.tooth or line.surfaces or line.oral_cavity:
        yield joined(
            line.tooth and f"tooth {line.tooth}",
            f"surfaces {' '.join(line.surfaces)}" if line.surfaces else "",
            f"area {' '.join(line.oral_cavity)}" if line.oral_cavity else "",
            by=" ",
        )
    for words, party in (
        ("rendered by", line.rendering),
        ("ordered by", line.ordering),
        ("referred by", line.referring),
        ("supervised by", line.supervising),
        ("operated by", line.operating),
    ):
        if party is not None:
            yield f"{words} {named(party)}"
    if line.emergency:
        yield "emergency"
    if line.prior_authorization:
        yield f"authorization {mask.number(line.prior_authorization)}"
    if line.clia:
        yield f"CLIA {line.clia}"
    if line.note:
        yield f"note {mask.text(line.note)}"
    if line.non_covered:
        yield f"not covered {money(line.non_covered)}"
    for decided in line.adjudications:
        yield _decided(decided)


def _decided(decided: LineAdjudication) -> str:
    took = joined(*(f"{a.group} {a.reason} {money(a.amount)}" for a in decided.adjustments))
    return joined(
        f"payer {decided.payer_id} paid {money(decided.paid)}",
        f"with line {decided.bundled_into}" if decided.bundled_into else "",
        f"took off {took}" if took else "",
    )
