"""Claims as the ledger has them, as claims that the twin learns from."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from coding.denied_lines import category
from edi import records
from ledger.queries.payer_answers import AnsweredLine
from tasks.twin.answered import PAID, Claim, Line, Service

NOT_COVERED = "GY"
"""The modifier of a service that no payer covers by law."""


def claims_of(lines: Iterable[AnsweredLine], as_of: date) -> list[Claim]:
    """The claims of lines that stand by submission; what was not sent yet is sent on `as_of`."""
    return [_claim(list(of), as_of) for _, of in groupby(lines, key=lambda line: line.submission_id)]


def _claim(lines: Sequence[AnsweredLine], as_of: date) -> Claim:
    first = lines[0]
    sent_on = date.fromisoformat(first.sent_on) if first.sent_on else as_of
    days = (date.fromisoformat(first.answered_on) - sent_on).days if first.answered_on else None
    whole = sum(line.charge_cents for line in lines)
    return Claim(
        sent_on=sent_on,
        lines=tuple(_line(line, whole, days is not None) for line in lines),
        rejected=first.rejected,
        days=max(days, 0) if days is not None else None,
        number=first.claim,
    )


def _line(line: AnsweredLine, whole: int, answered: bool) -> Line:
    """A line with its outcome. What is paid, or left to the patient, of a whole claim is shared out by the
    charges."""
    part = line.charge_cents / whole if whole else 0.0
    paid = line.paid_cents
    if line.claim_paid_cents is not None and whole:
        paid = round(line.claim_paid_cents * part)
    patients = line.patient_cents + round(line.claim_patient_cents * part)
    outcome = ""
    if answered and not line.rejected:
        outcome = line.denied if line.denied and paid <= 0 else PAID
    if outcome != PAID:
        return Line(service(line), line.charge_cents, outcome)
    return Line(service(line), line.charge_cents, outcome, max(paid, 0), max(patients, 0))


def service(line: AnsweredLine) -> Service:
    """What may decide on a line."""
    first = category(line.diagnoses.partition(" ")[0])
    return Service(line.procedure, line.modifiers, line.place_of_service, first)


def claim_of(claim: records.Claim, number: str, as_of: date) -> Claim:
    """A claim that was not built yet. What is the patient's at once is left out, as in the ledger."""
    return Claim(
        sent_on=as_of,
        lines=tuple(
            Line(
                Service(
                    line.procedure or line.revenue_code,
                    " ".join(line.modifiers),
                    line.place_of_service or claim.place_of_service,
                    category(claim.diagnoses[0] if claim.diagnoses else ""),
                ),
                line.charge,
            )
            for line in claim.lines
            if NOT_COVERED not in line.modifiers
        ),
        number=number,
    )
