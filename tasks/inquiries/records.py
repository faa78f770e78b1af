"""The 275: records of a claim, sent to the payer that has it, in a file of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import edi
from edi.records import AttachedDocument, Claim, Envelope, PatientInformation
from ledger.errors import DocumentDamaged, DocumentPurged, KeyMissing
from ledger.queries import filing, information_requests
from ledger.queries.attachments import ON_REQUEST
from ledger.sending import packets
from ledger.sending.inquiries import Inquiry
from ledger.sending.packets import Whose
from ledger.storage import documents
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inquiries.asking import clearinghouse_for
from tasks.inquiries.writing import Made

MEGABYTE = 1024 * 1024
NOT_THERE = "the records, or the file that the claim went in, can't be read any more"


class RecordsWriter:
    """Additional information to support a claim, 006020X314."""

    def make(self, home: Home, as_of: date, asked: Sequence[Inquiry]) -> Made:
        """What goes: each packet as a person saw it, with its claim as it was sent."""
        with home.ledger.read() as connection:
            known = packets.whose(connection, [one.submission_id or 0 for one in asked])
        made = Made()
        for one in asked:
            whose = known.get(one.submission_id or 0)
            record = _record(home, one, whose) if whose is not None else None
            if record is None:
                made.dropped[one.id] = NOT_THERE
            else:
                made.records[one.id] = record
        return made

    def write(self, asked: Sequence[tuple[str, PatientInformation]], head: Envelope) -> bytes:
        """One interchange."""
        return edi.write_patient_information(
            [replace(record, reference=trace) for trace, record in asked], head
        )


def _record(home: Home, one: Inquiry, whose: Whose) -> PatientInformation | None:
    filed, _ = filing.filings(home.ledger, whose.claim_id)
    file = next((each.sha256 for each in reversed(filed) if each.payer == one.payer), "")
    try:
        data = documents.read(home.ledger, packets.sha256_of(one))
        claims = edi.read_claims(documents.read(home.ledger, file)) if file else iter(())
        claim = next((c for c in claims if c.patient_control_number == whose.patient_control_number), None)
    except (DocumentPurged, DocumentDamaged, KeyMissing):
        return None
    if claim is None:
        return None
    asked = information_requests.request(home.ledger, packets.request_of(one))
    return information(claim, data, whose.payer_claim_control_number, asked.control_number if asked else "")


def control_numbers(claim: Claim) -> tuple[str, ...]:
    """The attachment control numbers (PWK06) of what a claim announced to send."""
    return tuple(
        one.control_number
        for one in claim.attachments
        if one.control_number and one.transmission != ON_REQUEST
    )


def information(claim: Claim, data: bytes, payer_number: str, request: str = "") -> PatientInformation | None:
    """What is sent of a claim; `reference` comes with its file. `request`: what the payer's request for it
    names itself by, which its answer gives back. None: the payer would not know what it belongs to."""
    announced = () if request else control_numbers(claim)
    traces = announced or tuple(number for number in (request or payer_number,) if number)
    if not traces:
        return None
    days = [day for line in claim.lines for day in (line.service_from, line.service_to) if day is not None]
    return PatientInformation(
        reference="",
        asked=not announced,
        payer=claim.payer,
        provider=claim.billing,
        patient=replace(claim.patient or claim.subscriber, member_id=claim.subscriber.member_id),
        documents=tuple(AttachedDocument(trace=trace, data=data) for trace in traces),
        payer_claim_control_number=payer_number,
        patient_control_number=claim.patient_control_number,
        service_from=min(days, default=None),
        service_to=max(days, default=None),
    )


@dataclass(frozen=True, slots=True)
class Way:
    """How a packet goes: to which clearinghouse, for which submission."""

    clearinghouse: str
    submission_id: int


def way(home: Home, payer: str, submission_id: int, claim: Claim, data: bytes, request: str = "") -> Way:
    """How a packet goes to a payer as 275; `request` as of `information`.

    Raises StepError WRK-04, the payer takes none, it has nothing to know the packet by, or the one before is
    on its way; REC-02, it is larger than the payer takes.
    """
    known = home.partners.payers.get(payer)
    clearinghouse = clearinghouse_for(home, payer, packets.KIND)
    if known is None or clearinghouse is None:
        raise StepError(
            "WRK-04",
            f"{payer} takes no 275: send them another way; where it takes them, say so in "
            f"partners/payers/{payer}.toml (records_275_mb = 10)",
        )
    with home.ledger.read() as connection:
        before = packets.newest(connection, submission_id)
        whose = packets.whose(connection, [submission_id])[submission_id]
    if before is not None and before.is_open:
        raise StepError(
            "WRK-04", f"records of {before.business_on} are on their way ({before.state}); wait for the 999"
        )
    made = information(claim, data, whose.payer_claim_control_number, request)
    if made is None:
        raise StepError(
            "WRK-04",
            "the claim announced no attachment and the payer's claim number is not known: nothing would say "
            "what the records belong to; send them another way",
        )
    if len(data) * len(made.documents) > known.records_275_mb * MEGABYTE:
        raise StepError(
            "REC-02",
            f"the packet is larger than the {known.records_275_mb} MB that {payer} takes as 275; send it "
            "another way, or its documents in smaller scans",
        )
    return Way(clearinghouse.key, submission_id)
