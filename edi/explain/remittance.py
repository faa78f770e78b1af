"""Explains an 835: payer, payee, amount and method, the decision on each claim, and the balance.

There are three kinds of explanation: "remittance" for the header, "claim payment" for each claim, and
"remittance closes" for the balance at the end. So a long remittance is explained while it streams.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from edi.explain.claim import by_group
from edi.explain.explanation import Explanation, days, joined, money, named, provider, sentence, units
from edi.explain.mask import Mask
from edi.explain.words.claims import FILING_CODES
from edi.explain.words.payments import AMOUNTS, CLAIM_STATUS, METHODS, provider_reason
from edi.records.remittance import ClaimPayment, ProviderAdjustment, Remittance, ServicePayment

Reasons = Callable[[str, str], str]
COLUMNS = ("line", "date", "procedure", "units", "charged", "allowed", "paid", "adjusted", "remarks")


def no_words(kind: str, code: str) -> str:
    """Returns no words for CARC and RARC codes, so only the codes are shown."""
    return ""


@dataclass(slots=True)
class _Sums:
    claims: int = 0
    charged: int = 0
    paid: int = 0
    owed: int = 0
    reversals: int = 0
    off: int = 0  # claims that do not balance


def explain_remittance(
    remittance: Remittance,
    mask: Mask = Mask(),  # noqa: B008 - frozen
    reasons: Reasons = no_words,
) -> Iterator[Explanation]:
    """Explain one remittance. This reads its `claims` to the end."""
    yield _header(remittance)
    sums = _Sums()
    for claim in remittance.claims:
        explanation = explain_payment(claim, mask, reasons)
        sums.claims += 1
        sums.charged += claim.charge
        sums.paid += claim.paid
        sums.owed += claim.patient_owes or 0
        sums.reversals += claim.status == "22"
        sums.off += explanation.bad
        yield explanation
    yield _end(remittance, sums, mask)


def _header(r: Remittance) -> Explanation:
    way = (
        f"by check {r.trace}" if r.method == "CHK" else f"{METHODS.get(r.method, r.method)}, trace {r.trace}"
    )
    title = (
        f"Remittance: {named(r.payer)} pays {named(r.payee)} {money(r.payment)} "
        f"{way}, on {days(_paid_on(r)) or 'an unknown day'}"
    )
    if r.credit == "D":
        title = title.replace(" pays ", " takes from ", 1)
    contact = joined(r.payer.contact_name, r.payer.contact_phone, by=" ")
    return Explanation(
        kind="remittance",
        title=title,
        sentences=tuple(
            sentence(s)
            for s in (
                f"paid to {provider(r.payee)}" + (f", tax id {r.payee.tax_id}" if r.payee.tax_id else ""),
                f"remittance of {days(r.production_date)}" if r.production_date else "",
                f"questions to {contact}" if contact else "",
            )
            if s
        ),
    )


def _paid_on(r: Remittance) -> date | None:
    """BPR16, where it could be read."""
    return None if r.paid_on == date.min else r.paid_on


def explain_payment(claim: ClaimPayment, mask: Mask = Mask(), reasons: Reasons = no_words) -> Explanation:  # noqa: B008
    """Explain the payment of one claim; its lines are the rows."""
    every = [*claim.adjustments, *(a for line in claim.lines for a in line.adjustments)]
    difference = claim.charge - sum(a.amount for a in every) - claim.paid
    lines = [f"line {n}" for n, line in enumerate(claim.lines, 1) if _line_off(line)]
    patient = mask.name(claim.patient) if claim.patient is not None else ""
    status = CLAIM_STATUS.get(claim.status, f"status {claim.status}")
    facts = (
        f"the payer's claim {mask.number(claim.payer_claim_control_number)}"
        if claim.payer_claim_control_number
        else "",
        FILING_CODES.get(claim.filing_code, ""),
        f"services of {days(claim.statement_from, claim.statement_to)}" if claim.statement_from else "",
        f"received {claim.received}" if claim.received else "",
        f"rendered by {provider(claim.rendering)}" if claim.rendering else "",
        f"coverage ended {claim.coverage_expired}" if claim.coverage_expired else "",
    )
    sentences = [
        joined(*facts),
        f"adjusted: {by_group(every)}" if every else "",
        *(
            f"on the whole claim: {a.group} {a.reason} {money(a.amount)}{_because(reasons, 'CARC', a.reason)}"
            for a in claim.adjustments
        ),
        f"the patient owes {money(claim.patient_owes)}" if claim.patient_owes else "",
        joined(*(f"{AMOUNTS.get(code, f'amount {code}')} {money(cents)}" for code, cents in claim.amounts)),
        *(f"remark {code}{_because(reasons, 'RARC', code)}" for code in claim.remarks),
        f"forwarded to {named(claim.crossover)}" if claim.crossover else "",
        f"the payer knows the patient as {mask.person(claim.corrected)}" if claim.corrected else "",
        f"{named(claim.corrected_payer)} is to pay before this payer" if claim.corrected_payer else "",
        f"it does not balance: charge minus adjustments differs from the payment by {money(difference)}"
        if difference
        else "",
        f"lines that do not balance: {joined(*lines)}" if lines else "",
    ]
    return Explanation(
        kind="claim payment",
        title=(
            f"Claim {mask.number(claim.patient_control_number)}{f' of {patient}' if patient else ''}: "
            f"charged {money(claim.charge)}, paid {money(claim.paid)} ({status})"
        ),
        sentences=tuple(sentence(s) for s in sentences if s),
        columns=COLUMNS,
        rows=tuple(_row(n, line, reasons) for n, line in enumerate(claim.lines, 1)),
        right=("line", "units", "charged", "allowed", "paid"),
        bad=bool(difference or lines),
    )


def _line_off(line: ServicePayment) -> int:
    return line.charge - sum(a.amount for a in line.adjustments) - line.paid


def _because(reasons: Reasons, kind: str, code: str) -> str:
    words = reasons(kind, code)
    if words[1:2].islower():  # not an abbreviation
        words = words[0].lower() + words[1:]
    return f" ({words})" if words else ""


def _row(number: int, line: ServicePayment, reasons: Reasons) -> tuple[str, ...]:
    code = joined(line.procedure or line.revenue_code, *line.modifiers, by=" ")
    if line.submitted_procedure and line.submitted_procedure != line.procedure:
        code += f" (billed as {joined(line.submitted_procedure, *line.submitted_modifiers, by=' ')})"
    return (
        str(number),
        days(line.service_from, line.service_to),
        code,
        units(line.units),
        money(line.charge),
        money(line.allowed),
        money(line.paid),
        joined(
            *(
                f"{a.group} {a.reason} {money(a.amount)}{_because(reasons, 'CARC', a.reason)}"
                for a in line.adjustments
            ),
            by="; ",
        ),
        joined(*(f"{code}{_because(reasons, 'RARC', code)}" for code in line.remarks), by="; "),
    )


def _end(r: Remittance, sums: _Sums, mask: Mask) -> Explanation:
    settled = sum(a.amount for a in r.provider_adjustments)
    difference = sums.paid - settled - r.payment
    faults = [f for f in r.findings if f.severity == "error"]
    sentences = [
        f"{sums.claims} claim{'' if sums.claims == 1 else 's'}, charged {money(sums.charged)}, paid "
        f"{money(sums.paid)}, patients owe {money(sums.owed)}",
        f"{sums.reversals} of them reverse{'s' if sums.reversals == 1 else ''} an earlier payment"
        if sums.reversals
        else "",
        *_provider(r.provider_adjustments, mask),
        f"the claims' {money(sums.paid)} less {money(settled)} settled with the provider is "
        f"{money(sums.paid - settled)}; {money(r.payment)} was paid",
        f"{sums.off} claim{'' if sums.off == 1 else 's'} did not balance" if sums.off else "",
        f"{len(faults)} fault{'' if len(faults) == 1 else 's'} in its form; check it before posting"
        if faults and not (difference or sums.off)
        else "",
    ]
    balanced = not difference and not sums.off
    verdict = (
        "it balances"
        if balanced
        else "it does NOT balance" + (f", the whole by {money(difference)}" if difference else "")
    )
    return Explanation(
        kind="remittance closes",
        title=f"Remittance {r.trace} closes: {verdict}",
        sentences=tuple(sentence(s) for s in sentences if s),
        bad=not balanced,
    )


def _provider(adjustments: Sequence[ProviderAdjustment], mask: Mask) -> Iterator[str]:
    for one in adjustments:
        way = "taken from" if one.amount >= 0 else "added to"
        reference = f", reference {mask.number(one.reference)}" if one.reference else ""
        yield (
            f"{money(abs(one.amount))} {way} the payment of {one.provider_id}: "
            f"{provider_reason(one.reason, one.amount)} ({one.reason}){reference}"
        )
