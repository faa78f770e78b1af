"""A letter of appeal: the claim's facts, why the decision should change, and what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config import appeal_words
from config.dollars import dollars
from config.practice import PostalAddress, Practice
from edi.records import Claim, ServiceLine
from tasks.letters.letter import Letter
from tasks.letters.sheet import printed
from tasks.letters.words import day, days_of, head, lines_of, name_of, phone, provider_of, span


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """What is appealed, of one line or of all (0). `reason`: group, CARC and remarks; `meaning` in words.

    `taken_back`: it was paid, and the payer reversed it. `price`: what was expected and allowed, of a line
    that was paid too little; "" it was denied.
    """

    line: int
    reason: str
    meaning: str
    category: str
    cents: int
    decided_on: str
    payer_claim_control_number: str
    taken_back: bool = False
    price: str = ""


def letter(
    claim: Claim,
    practice: Practice,
    denied: Denied,
    *,
    level: str,
    earlier: Sequence[str],
    argument: str,
    enclosures: Sequence[str],
    payer: str,
    address: PostalAddress | None,
    on: date,
) -> bytes:
    """The letter as PDF. `earlier`: the levels that were lost before; `argument`: a person's own words."""
    patient = claim.patient or claim.subscriber
    lines = [one for one in claim.lines if denied.line in (0, one.number)]
    days = days_of(claim, lines)
    whole = "this claim" if denied.line == 0 else f"line {denied.line} of this claim"
    decided = day(denied.decided_on) or "the remittance"
    opening = f"We appeal your decision of {decided} on {whole}. {_decision(denied)}"
    before = f"This appeal follows: {', '.join(earlier)}." if earlier else ""
    body = appeal_words.of(denied.category)
    closing = (
        f"If you need anything else to decide, please call {practice.contact_name} at "
        f"{phone(practice.contact_phone)}. Please send your written decision to the address above."
    )
    return printed(
        Letter(
            sender=head(practice),
            addressee=[payer, "Attention: Appeals", *(lines_of(address) if address else ())],
            on=on,
            subject=f"{level}: claim {denied.payer_claim_control_number or claim.patient_control_number}",
            about=[
                ("Patient", name_of(patient)),
                ("Birth date", f"{patient.birth_date:%m/%d/%Y}" if patient.birth_date else ""),
                ("Member id", claim.subscriber.member_id),
                ("Your claim number", denied.payer_claim_control_number),
                ("Our account", claim.patient_control_number),
                ("Date of service", _joined(span(days), _type_of_bill(claim))),
                ("Provider", provider_of(claim)),
                ("Diagnoses", ", ".join(_dotted(code) for code in claim.diagnoses)),
                ("Amount in dispute", _joined(dollars(denied.cents), _paid_before(claim))),
            ],
            paragraphs=[p for p in (opening, before, *body[:-1], argument.strip(), body[-1], closing) if p],
            columns=("Line", "Date", "Service", "Units", "Charge"),
            rows=[_row(one) for one in lines],
            enclosures=["A copy of your remittance for this claim", *enclosures],
            signed_by=[practice.contact_name, practice.name],
            reference=f"{practice.name}, account {claim.patient_control_number}",
        )
    )  # fmt: skip


def _decision(denied: Denied) -> str:
    amount = dollars(denied.cents)
    if denied.taken_back:
        return f"You reversed your payment, and {amount} is left unpaid."
    if denied.price:
        return f"{denied.price}. Your decision leaves {amount} unpaid."
    if not denied.reason:
        return f"It leaves {amount} unpaid and gives no reason."
    said = f" ({_inside(denied.meaning)})" if denied.meaning else ""
    return f"You denied {amount} under {denied.reason}{said}."


def _inside(sentence: str) -> str:
    """A sentence as it stands within another one; a name or an acronym at its start stays as it is."""
    first = sentence.partition(" ")[0]
    return sentence if not first[1:].islower() and len(first) > 1 else sentence[:1].lower() + sentence[1:]


def _row(line: ServiceLine) -> tuple[str, ...]:
    day = f"{line.service_from:%m/%d/%Y}" if line.service_from else ""
    service = " ".join(part for part in (line.revenue_code, line.procedure, *line.modifiers) if part)
    if line.tooth:
        service = f"{service}, tooth {line.tooth}{''.join(line.surfaces)}"
    return str(line.number), day, service, line.units, dollars(line.charge)


def _type_of_bill(claim: Claim) -> str:
    """Of an institutional claim, as its form has it: 0131."""
    of = claim.institutional
    return f"type of bill 0{of.type_of_bill}{claim.frequency}" if of is not None and of.type_of_bill else ""


def _paid_before(claim: Claim) -> str:
    """What the payers before this one paid."""
    before = [one for one in claim.other_payers if one.order < claim.payer_order and one.paid is not None]
    said = ", ".join(f"{one.payer.last.title()} paid {dollars(one.paid or 0)}" for one in before)
    return f"{said} before you" if said else ""


def _joined(*facts: str) -> str:
    return "; ".join(fact for fact in facts if fact)


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
