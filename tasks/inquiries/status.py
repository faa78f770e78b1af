"""The 276: a claim's status, asked of the payer that has it, as the claim was sent to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import edi
from edi.records import Claim, Envelope, StatusInquiry
from ledger.errors import DocumentPurged, KeyMissing
from ledger.sending import claims_at_payers
from ledger.sending.claims_at_payers import Out
from ledger.sending.inquiries import Inquiry
from ledger.storage import documents
from tasks.home.home import Home
from tasks.inquiries.writing import Made


class StatusWriter:
    """Claim status inquiries, 005010X212."""

    def make(self, home: Home, as_of: date, asked: Sequence[Inquiry]) -> Made:
        """What these ask: each claim as the file says it that it went in. One whose payer answered meanwhile
        is asked no more."""
        ids = [one.submission_id for one in asked if one.submission_id is not None]
        with home.ledger.read() as connection:
            out = claims_at_payers.of_submissions(connection, ids)
        wanted: dict[str, set[str]] = {}
        for one in out.values():
            wanted.setdefault(one.sha256, set()).add(one.patient_control_number)
        sent = {
            (sha256, claim.patient_control_number): claim
            for sha256, numbers in wanted.items()
            for claim in _claims(home, sha256)
            if claim.patient_control_number in numbers
        }
        made = Made()
        for question in asked:
            at = out.get(question.submission_id or 0)
            claim = sent.get((at.sha256, at.patient_control_number)) if at is not None else None
            if at is None:
                made.dropped[question.id] = "the payer answered, or the claim was sent in another way"
            elif claim is None:
                made.dropped[question.id] = "the file that the claim went in can't be read any more"
            else:
                made.records[question.id] = inquiry_of(claim, at)
        return made

    def write(self, asked: Sequence[tuple[str, StatusInquiry]], head: Envelope) -> bytes:
        """One interchange."""
        return edi.write_status_inquiries([replace(record, trace=trace) for trace, record in asked], head)


def _claims(home: Home, sha256: str) -> list[Claim]:
    try:
        return list(edi.read_claims(documents.read(home.ledger, sha256)))
    except (DocumentPurged, KeyMissing):
        return []


def inquiry_of(claim: Claim, at: Out) -> StatusInquiry:
    """What is asked of a claim as it was sent; `trace` comes with its file."""
    first, last = _service(claim)
    return StatusInquiry(
        trace="",
        payer=claim.payer,
        provider=claim.billing,
        subscriber=claim.subscriber,
        patient=claim.patient,
        payer_claim_control_number=at.payer_claim_control_number,
        type_of_bill=f"{claim.institutional.type_of_bill}{claim.frequency}" if claim.institutional else "",
        patient_control_number=claim.patient_control_number,
        charge=claim.charge,
        service_from=first,
        service_to=last,
    )


def _service(claim: Claim) -> tuple[date | None, date | None]:
    """The first and last day of a claim's services, or of its statement."""
    stay = claim.institutional
    if stay is not None and stay.statement_from is not None:
        return stay.statement_from, stay.statement_to or stay.statement_from
    days = [day for line in claim.lines for day in (line.service_from, line.service_to) if day is not None]
    return (min(days), max(days)) if days else (None, None)
