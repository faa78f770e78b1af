"""Removes what is older than its time and finished; totals, states, numbers and the audit trail stay.

| removed | of what |
|---|---|
| the encounter as documented, the findings of edits | finished claims (below); replaced versions |
| member id, whose it is, digests of the name and the guarantor, diagnoses | the same claims |
| the digest that recognises a patient | those of whom no claim and no estimate is left |
| member id | authorizations that are over |
| member id, medical record number | visits that are documented, dismissed or were not kept |
| bytes of files taken in, sent, received | files all of whose claims are purged; answers; quarantined files |
| bytes of statements, and of files of them | those all of whose claims are purged |
| whom a person named as a child's guarantor | that of which all the child's claims are purged |
| the diagnoses and reasons of reviews in coding audits | those of lines of the same claims |
| numbers and bytes of good-faith estimates | those that are over, of persons without a claim that stays |
| names of files taken in, what was wrong with them | the same files |

A claim is finished when nothing is under way or denied and neither a payer nor the patient owes for it:
whom to ask stands in the encounter alone. A quarantined file goes by its age alone: after years nobody
will correct it. What stays: numbers (so that nothing is ever billed or posted twice), dates, codes and
charges of lines, submissions, batches, postings, hashes. This is not a de-identified data set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, or_, select, update

from ledger.encounters import judged
from ledger.encounters.visits import OPEN as WAITING
from ledger.schema import (
    batch,
    claim,
    claim_payment,
    claim_version,
    coding_audit_line,
    coding_review,
    collection,
    collection_claim,
    coverage,
    document,
    encounter,
    estimate,
    finding,
    guarantor,
    guarantor_digest,
    guarantor_mark,
    inbox_file,
    inquiry,
    letter,
    patient,
    posting,
    prior_authorization,
    problem,
    remittance,
    response,
    statement,
    statement_batch,
    statement_claim,
    submission,
    visit,
    work_item,
)
from ledger.sending.batches import UNSENT
from ledger.storage.archive import PURGED
from ledger.storage.database import Ledger
from ledger.trail import audit

OPENING = "opening"
FINISHED = ("paid", "part_paid", "denied", "predetermined", "replaced", "voided", "closed", "rejected")


@dataclass(frozen=True, slots=True)
class Purge:
    """What was removed, or would be. `open_claims` are past their time but not finished: they stay."""

    claims: int
    encounters: int
    findings: int
    documents: int
    bytes: int
    open_claims: int


_IS_PURGED: Final = claim.c.patient_id.is_(None)


class _Undo(Exception):
    def __init__(self, found: Purge) -> None:
        self.found = found


def purge(ledger: Ledger, business_on: str, before: str, *, really: bool, said: str = "") -> Purge:
    """Removes what is from nights before `before` (ISO) in one transaction; without `really` it only
    counts: everything is done and taken back. `said`: who and why, for the audit trail."""
    try:
        with ledger.write() as connection:
            found = _purge(connection, before)
            if not really:
                raise _Undo(found)
            what = f"{found.claims} claims, {found.documents} documents, {found.encounters} encounters"
            detail = f"{what}, {said}" if said else what
            audit.note(connection, business_on, "purged", f"nights before {before}", detail)
    except _Undo as undone:
        return undone.found
    return found


def purged_documents(ledger: Ledger) -> list[tuple[str, str]]:
    """Hash and kind of every document of which only the hash is left."""
    query = select(document.c.sha256, document.c.kind).where(document.c.key_id == PURGED)
    with ledger.read() as connection:
        return [(row.sha256, row.kind) for row in connection.execute(query)]


def _purge(connection: Connection, before: str) -> Purge:
    over = and_(claim.c.business_on < before, ~_IS_PURGED)
    finished = and_(over, _finished())
    past = int(connection.execute(select(func.count()).select_from(claim).where(over)).scalar_one())
    of_claims = (
        select(claim_version.c.encounter_id)
        .join(claim, claim.c.id == claim_version.c.claim_id)
        .where(finished)
    )
    gone = and_(
        encounter.c.payload != "",
        or_(
            encounter.c.id.in_(of_claims),
            and_(encounter.c.state == "replaced", encounter.c.business_on < before),
        ),
    )
    findings = connection.execute(
        delete(finding).where(finding.c.encounter_id.in_(select(encounter.c.id).where(gone)))
    ).rowcount
    encounters = connection.execute(update(encounter).where(gone).values(payload="", patient="")).rowcount
    judged.all_again(connection)
    unread = select(encounter.c.id).where(encounter.c.payload == "")
    forgotten = guarantor_digest.c.encounter_id.in_(unread)
    theirs = select(guarantor_digest.c.claim_id).where(forgotten)
    connection.execute(delete(guarantor_mark).where(guarantor_mark.c.claim_id.in_(theirs)))
    connection.execute(delete(guarantor_digest).where(forgotten))
    gone_claims = select(claim.c.id).where(finished)
    connection.execute(
        update(claim_payment)
        .where(claim_payment.c.claim_id.in_(gone_claims))
        .values(member_id="", patient_name="")
    )
    connection.execute(
        update(claim_version)
        .where(claim_version.c.claim_id.in_(gone_claims))
        .values(member_id="", patient_name="", diagnoses="")
    )
    versions = select(claim_version.c.id).where(claim_version.c.claim_id.in_(gone_claims))
    connection.execute(update(coverage).where(coverage.c.version_id.in_(versions)).values(member_id=""))
    _reviews(connection, versions)
    connection.execute(
        update(prior_authorization)
        .where(func.coalesce(prior_authorization.c.to_on, prior_authorization.c.business_on) < before)
        .values(member_id="")
    )
    connection.execute(
        update(visit)
        .where(visit.c.business_on < before, visit.c.state != WAITING)
        .values(member_id="", medical_record_number="")
    )
    claims = connection.execute(update(claim).where(finished).values(patient_id=None)).rowcount
    _estimates(connection, before)
    _patients(connection, before)
    documents, size = _documents(connection, before)
    return Purge(claims, encounters, findings, documents, size, past - claims)


def _reviews(connection: Connection, versions: Select[tuple[int]]) -> None:
    """Takes what reviewers wrote of lines of these versions; which elements were wrong stays."""
    r, n = coding_review.c, coding_audit_line.c
    of_line = n.audit_id == r.audit_id, n.place == r.place
    gone = exists().where(*of_line, n.version_id.in_(versions))
    connection.execute(update(coding_review).where(gone).values(diagnoses="", reason=""))


def _estimates(connection: Connection, before: str) -> None:
    """Takes the person from estimates that are over; one with a claim that stays keeps its estimates."""
    e = estimate.c
    last = func.coalesce(e.until_on, e.service_on, e.business_on)
    stays = exists().where(claim.c.patient_id == e.patient_id, claim.c.business_on < before)
    over = e.business_on < before, last < before, e.patient_id.is_not(None), ~stays
    none = {"patient_id": None, "member_id": "", "medical_record_number": ""}
    connection.execute(update(estimate).where(*over).values(none))


def _patients(connection: Connection, before: str) -> None:
    """Takes what recognises patients of whom neither a claim nor an estimate is left."""
    p = patient.c
    claims = exists().where(claim.c.patient_id == p.id)
    estimates = exists().where(estimate.c.patient_id == p.id)
    over = p.business_on < before, p.digest.is_not(None), ~claims, ~estimates
    connection.execute(update(patient).where(*over).values(digest=None))


def _finished() -> ColumnElement[bool]:
    """No submission under way, no denial open, and neither a payer nor the patient owes anything."""
    # what was taken over from an older system counts as sent, whether or not an answer is to come
    under_way = exists().where(
        submission.c.claim_id == claim.c.id, submission.c.state.not_in(FINISHED), claim.c.source != OPENING
    )
    # a refused submission is finished where another came after it
    last = (
        select(submission.c.state)
        .where(submission.c.claim_id == claim.c.id)
        .order_by(submission.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    denied = exists().where(work_item.c.claim_id == claim.c.id, work_item.c.state == "open")
    owed = (
        select(func.coalesce(func.sum(posting.c.cents), 0))
        .where(posting.c.claim_id == claim.c.id, posting.c.account == "receivable_payer")
        .scalar_subquery()
    )
    # who is asked for the patient's part is named by the encounter alone
    asked = (
        select(func.coalesce(func.sum(posting.c.cents), 0))
        .where(posting.c.claim_id == claim.c.id, posting.c.account == "receivable_patient")
        .scalar_subquery()
    )
    # a claim that goes to no payer has no submission
    return and_(~under_way, ~denied, func.coalesce(last, "") != "rejected", owed == 0, asked == 0)


def _still_asked() -> ColumnElement[bool]:
    """Whether an inquiry of a batch is about what is not purged yet."""
    of_batch = inquiry.c.batch_id == batch.c.id
    of_claim = submission.c.id == inquiry.c.submission_id, submission.c.claim_id == claim.c.id
    return or_(
        exists().where(of_batch, *of_claim, ~_IS_PURGED),
        exists().where(of_batch, encounter.c.id == inquiry.c.encounter_id, encounter.c.payload != ""),
    )


def _words_of_claims() -> Select[tuple[str]]:
    """The documents that say who answers for a child of whom a claim is left."""
    g = guarantor.c
    return select(g.sha256).join(claim, claim.c.patient_id == g.patient_id).where(g.sha256.is_not(None))


def _only_of_purged(sha256: ColumnElement[str]) -> Select[tuple[str]]:
    """The documents of estimates of which none has its person any more."""
    return select(sha256).group_by(sha256).having(func.max(estimate.c.patient_id).is_(None))


def _documents(connection: Connection, before: str) -> tuple[int, int]:
    """Empties the bytes of what nothing open needs any more; how many, and how large they were."""
    still_documented = exists().where(encounter.c.inbox_file_id == inbox_file.c.id, encounter.c.payload != "")
    files = [inbox_file.c.business_on < before, ~still_documented]
    still_open = exists().where(
        submission.c.batch_id == batch.c.id, submission.c.claim_id == claim.c.id, ~_IS_PURGED
    )
    sent = [batch.c.business_on < before, batch.c.state.not_in(UNSENT), ~still_open, ~_still_asked()]
    not_posted = exists().where(remittance.c.response_id == response.c.id, remittance.c.state != "posted")
    answers = [
        response.c.business_on < before,
        response.c.state.in_(("taken", "archived", "quarantined")),
        ~not_posted,
    ]
    letters = [letter.c.business_on < before, letter.c.sha256 != "", _IS_PURGED]
    asked = statement_claim.join(claim, claim.c.id == statement_claim.c.claim_id)
    still_asked = exists().select_from(asked).where(~_IS_PURGED)
    of_statement = statement_claim.c.statement_id == statement.c.id
    of_batch = statement_claim.c.statement_id.in_(
        select(statement.c.id).where(statement.c.batch_id == statement_batch.c.id)
    )
    of_purged = select(claim.c.id).where(_IS_PURGED)
    connection.execute(
        update(letter)
        .where(letter.c.business_on < before, letter.c.claim_id.in_(of_purged))
        .values(enclosures="")
    )
    named = select(inbox_file.c.id).where(*files)
    taken = select(response.c.id).where(*answers)
    connection.execute(
        update(problem)
        .where(or_(problem.c.inbox_file_id.in_(named), problem.c.response_id.in_(taken)))
        .values(name=PURGED, place="", message="")
    )
    hashes: Sequence[Any] = (
        select(inbox_file.c.sha256).where(*files),
        select(batch.c.sha256).where(*sent),
        select(response.c.sha256).where(*answers),
        select(letter.c.sha256).join(claim, claim.c.id == letter.c.claim_id).where(*letters),
        select(statement.c.sha256).where(statement.c.business_on < before, ~still_asked.where(of_statement)),
        select(guarantor.c.sha256).where(
            guarantor.c.sha256.is_not(None), guarantor.c.sha256.not_in(_words_of_claims())
        ),
        select(collection.c.sha256).where(
            collection.c.business_on < before,
            ~exists()
            .select_from(collection_claim.join(claim, claim.c.id == collection_claim.c.claim_id))
            .where(collection_claim.c.collection_id == collection.c.id, ~_IS_PURGED),
        ),
        select(statement_batch.c.sha256).where(
            statement_batch.c.business_on < before, ~still_asked.where(of_batch)
        ),
        *(_only_of_purged(estimate.c[name]) for name in ("sha256", "said_sha256")),
    )
    over = and_(
        document.c.key_id != PURGED,
        or_(*(document.c.sha256.in_(one) for one in hashes)),
        # the same bytes may have come in two ways: all of them must be over
        ~exists().where(inbox_file.c.sha256 == document.c.sha256, inbox_file.c.business_on >= before),
        ~exists().where(response.c.sha256 == document.c.sha256, response.c.business_on >= before),
    )
    count, size = connection.execute(
        select(func.count(), func.coalesce(func.sum(document.c.size), 0)).where(over)
    ).one()
    connection.execute(update(document).where(over).values(bytes=b"", key_id=PURGED))
    connection.execute(update(inbox_file).where(*files).values(name=PURGED))
    return int(count), int(size)
