"""The proof of timely filing, for a payer that says a claim came too late: what was sent and answered."""

from dataclasses import dataclass
from datetime import date

import edi
from config.payer import Payer
from edi.read.tidying import tidied
from edi.records import Claim, ClaimAcknowledgment
from ledger.queries import claim_story, filing
from ledger.queries.filing import Answered, Filed
from ledger.storage import documents
from ledger.trail import audit
from tasks.batches.mail import MAIL
from tasks.batches.sent_claim import sent_claim
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.letters.filing import Evidence, proof
from tasks.operations.money_acts import claim_of

WORDS = {
    ("TA1", False): "Interchange answered by the receiver (TA1)",
    ("999", False): "File checked by the receiver (999)",
    ("277CA", False): "File answered (277CA)",
    ("277CA", True): "Claim answered (277CA)",
}
TAKEN = {
    "A": "accepted",
    "E": "accepted with errors",
    "WQ": "accepted",
    "R": "rejected",
    "U": "rejected",
    "P": "accepted in part",
}


@dataclass(frozen=True, slots=True)
class Proven:
    """How often a claim was filed, first on which day, and the proof as PDF. `in_time` is None where the
    payer's limit is not known; `number` is the payer's claim number."""

    claim: str
    payer: str
    filings: int
    first_on: str
    limit_on: str
    in_time: bool | None
    number: str
    pdf: bytes


def prove(home: Home, as_of: date, number: str, payer: str = "") -> Proven:
    """The proof for the first payer, or the one of a key; that it was made is on the audit trail.

    Raises StepError CLM-01 where there is no such claim, CLM-09 where it never went to that payer from here.
    """
    claim_id = claim_of(home, number)
    story = claim_story.show(home.ledger, claim_id)
    sent, answers = filing.filings(home.ledger, claim_id)
    wanted = payer or (sent[0].payer if sent else "")
    filed = [one for one in sent if one.payer == wanted]
    if not filed:
        whom = f" to {payer}" if payer else ""
        raise StepError("CLM-09", f"claim {number} never went out{whom} from here; nothing proves its filing")
    of = home.partners.payers.get(wanted)
    claim = sent_claim(home, filed[0].sha256, story.patient_control_number)
    limit = _file_by(of, claim)
    number_given = _number_given(home, story.patient_control_number, answers, filed)
    evidence = [one for each in filed for one in _evidence(each, answers)]
    data = proof(
        claim,
        home.partners.practices[story.practice],
        evidence,
        payer=of.name if of is not None else claim.payer.last,
        address=of.address if of is not None else None,
        number=number_given,
        limit_on=limit.isoformat() if limit else "",
        on=as_of,
    )
    audit.record(home.ledger, as_of.isoformat(), "proof of filing", f"claim {story.patient_control_number}")
    return Proven(
        claim=story.patient_control_number,
        payer=wanted,
        filings=len(filed),
        first_on=filed[0].sent_on,
        limit_on=limit.isoformat() if limit else "",
        in_time=None if limit is None else filed[0].sent_on <= limit.isoformat(),
        number=number_given,
        pdf=data,
    )


def _file_by(payer: Payer | None, claim: Claim) -> date | None:
    """The payer's last day for a first claim; None where it is not known."""
    days = [day for line in claim.lines for day in (line.service_from, line.service_to) if day is not None]
    return payer.file_by(min(days), max(days)) if payer is not None and days else None


def _evidence(filed: Filed, answers: list[Answered]) -> list[Evidence]:
    """The sending, and every answer to the file or to this claim in it."""
    again = "" if filed.number == 1 else f", submission {filed.number}, frequency {filed.frequency}"
    sent = f"Claim file sent to {filed.clearinghouse}, control number {filed.isa13:09d}{again}"
    if filed.clearinghouse == MAIL:
        sent = f"Claim mailed on paper{again}"
    found = [Evidence(on=filed.sent_on, what=sent, file=filed.file, sha256=filed.sha256)]
    for one in answers:
        if one.submission_id != filed.submission_id:
            continue
        what = f"{WORDS.get((one.kind, one.of_claim), one.kind)}: {TAKEN.get(one.status, one.status)}"
        if one.codes and one.of_claim:
            what += f" {one.codes}"
        found.append(Evidence(on=one.on, what=what, file=one.file, sha256=one.sha256))
    return found


def _number_given(home: Home, ours: str, answers: list[Answered], filed: list[Filed]) -> str:
    """The claim number that the newest acceptance gave it (277CA REF 1K), "" none."""
    ids = {one.submission_id for one in filed}
    for one in reversed(answers):
        if one.kind != "277CA" or not one.of_claim or one.submission_id not in ids:
            continue
        for answer in edi.read_acknowledgments(tidied(documents.read(home.ledger, one.sha256))):
            if not isinstance(answer, ClaimAcknowledgment):
                continue
            for status in (claim for provider in answer.providers for claim in provider.claims):
                if status.patient_control_number == ours and status.payer_claim_control_number:
                    return status.payer_claim_control_number
    return ""
