"""271: what a payer says of the coverage that it was asked about. It moves no claim; edits judge by it."""

from config.problem import Problem
from edi.records import Eligibility
from ledger.acknowledge.inquiries import answered, find, refused
from ledger.acknowledge.work import Work
from ledger.adjudication.coverage_answer import said
from ledger.agreed import beneficiaries, coverages
from ledger.books import charges
from ledger.sending.inquiries import Inquiry

KIND = "270"


def take_coverage(work: Work, record: Eligibility) -> None:
    """Keeps what is said of one person's coverage, and that the inquiry is answered. The same again changes
    nothing. Where nobody is named the payer refuses all of a file."""
    if record.refused_at and not record.traces:
        codes = " ".join(f"AAA:{one.reason}:{one.follow_up}" for one in record.refusals)
        if not refused(work, KIND, record.reference, "271", codes):
            _unknown(work)
        return
    asked = next(
        (one for trace in record.traces if (one := find(work.connection, work.clearinghouse, KIND, trace))),
        None,
    )
    if asked is None:
        _unknown(work)
        return
    if coverages.keep(work.connection, work.business_on, work.response_id, asked, said(record)):
        answered(work.connection, work.business_on, asked)
        work.taken.coverages += 1
        _settle_patients(work, asked)


def _settle_patients(work: Work, asked: Inquiry) -> None:
    """What earlier answers left to the patient is no longer asked of a beneficiary."""
    concerned = beneficiaries.claims_of(work.connection, asked.encounter_id or 0)
    if concerned and beneficiaries.ever(work.connection, concerned):
        cause = f"coverage:{work.response_id}:{asked.id}"
        charges.bring_up_to_date(work.connection, work.business_on, concerned, cause)


def _unknown(work: Work) -> None:
    work.taken.unknown += 1
    work.troubles.append(
        Problem(
            code="ACK-ASKED",
            place="2000C TRN02",
            message="it answers no inquiry about coverage that went to this partner; nothing was taken",
            remedy="ask the partner which inquiry it answers, or settle it",
        )
    )
