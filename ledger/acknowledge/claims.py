"""277CA: each claim is accepted for adjudication or rejected before it.

U at 2200B rejects the whole file, at 2200C every claim of that billing provider. Of a batch that was
sent again, a claim rejected as a duplicate is no rejection: the first one's answer is awaited, as
with TA1 025.

A claim that a partner's list counted as out after a restore is in no batch that an answer could name: it is
found by its patient control number.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, update

from config.problem import Problem
from edi.records import ClaimAcknowledgment, Status
from ledger.acknowledge.work import Work, copies, find, later, move, reject, report_duplicate
from ledger.runs import alerts
from ledger.schema import batch, claim, claim_version, document, submission
from ledger.sending import submissions
from ledger.storage.database import Row, bounded, put_texts
from ledger.storage.documents import PARTNER_LIST

DUPLICATE = "54"  # claim status code (X12 code source 508): the claim was processed before


def _codes(statuses: Iterable[Status]) -> str:
    return " ".join(f"{s.category}:{s.code}" + (f":{s.entity}" if s.entity else "") for s in statuses)


def take_claims(work: Work, ack: ClaimAcknowledgment) -> None:
    found = find(work, ack.batch_reference)
    ours = _of_batch(work, found)
    listed = _counted_by_list(work, ack)
    by_list = {number for rows in listed.values() for number in rows}
    if found is not None and (ours or not listed):
        _take(work, _only(ack, lambda number: number not in by_list), found, ours)
    elif not listed or _numbers(ack) - by_list:
        work.unknown("277CA", ack.batch_reference)
    for batch_id, rows in listed.items():
        _take(work, _only(ack, rows.__contains__), {"id": batch_id, "state": "accepted"}, rows)


def _numbers(ack: ClaimAcknowledgment) -> set[str]:
    return {c.patient_control_number for p in ack.providers for c in p.claims}


def _only(ack: ClaimAcknowledgment, wanted: Callable[[str], bool]) -> ClaimAcknowledgment:
    """The same without the claims whose number is not wanted."""
    providers = [
        replace(p, claims=tuple(c for c in p.claims if wanted(c.patient_control_number)))
        for p in ack.providers
    ]
    return replace(ack, providers=tuple(providers))


_CLAIMS = (
    select(
        claim.c.patient_control_number,
        claim_version.c.billing_npi,
        submission.c.id,
        submission.c.state,
        submission.c.batch_id,
        submission.c.payer,
        claim.c.practice,
    )
    .join(claim, claim.c.id == submission.c.claim_id)
    .join(claim_version, claim_version.c.id == submission.c.version_id)
)


def _of_batch(work: Work, found: Row | None) -> dict[str, Any]:
    """Its claims by their patient control numbers."""
    if found is None:
        return {}
    rows = work.connection.execute(_CLAIMS.where(submission.c.batch_id == found["id"]))
    return {row.patient_control_number: row for row in rows}


def _counted_by_list(work: Work, ack: ClaimAcknowledgment) -> dict[int, dict[str, Any]]:
    """The claims that it names and that a partner's list counted as out, by their batch, which has no
    number that an answer could name."""
    found: dict[int, dict[str, Any]] = {}
    for piece in bounded(sorted(_numbers(ack))):
        query = (
            _CLAIMS.join(batch, batch.c.id == submission.c.batch_id)
            .join(document, document.c.sha256 == batch.c.sha256)
            .where(
                claim.c.patient_control_number.in_(piece),
                batch.c.clearinghouse == work.clearinghouse,
                document.c.kind == PARTNER_LIST,
            )
        )
        for row in work.connection.execute(query):
            found.setdefault(row.batch_id, {})[row.patient_control_number] = row
    return found


def _take(work: Work, ack: ClaimAcknowledgment, found: Row, ours: Mapping[str, Any]) -> None:
    """What it says of the claims `ours` of one batch."""
    work.note("277CA", "U" if _refuses(ack.statuses) else "WQ", _codes(ack.statuses), found["id"])
    rejected: dict[int, str] = {}
    accepted: dict[int, str] = {}
    again = copies(work, found["id"]) > 1
    for provider in ack.providers:
        for status in provider.claims:
            row = ours.get(status.patient_control_number)
            if row is None:
                work.troubles.append(
                    Problem(
                        code="ACK-CLAIM",
                        place=f"277CA for batch {found['id']}",
                        message="it names a claim that this batch does not hold",
                        remedy="ask the partner whose claim it is",
                    )
                )
                work.taken.unknown += 1
                continue
            said = [*status.statuses, *(s for _, line in status.lines for s in line)]
            if _refuses(said, again):
                rejected[row.id] = _codes(said)
            elif status.rejected:
                report_duplicate(work, found)
            else:
                accepted[row.id] = status.payer_claim_control_number
            work.note("277CA", "U" if status.rejected else "WQ", _codes(said), found["id"], row.id, "2200D")
            if any(s.rejects and s.action == "WQ" for s in said):
                alerts.add(
                    work.connection,
                    f"conflict:{row.id}:{work.response_id}",
                    work.business_on,
                    "ACK-CONFLICT",
                    f"submission {row.id}: its category rejects, its action accepts; taken as rejected",
                    "ask the partner which holds",
                    practice=row.practice,
                    payer=row.payer,
                )
        if _refuses(provider.statuses, again):
            for row in ours.values():
                if row.billing_npi == provider.provider.npi and row.id not in rejected:
                    rejected[row.id] = _codes(provider.statuses)
                    accepted.pop(row.id, None)
                    work.note("277CA", "U", _codes(provider.statuses), found["id"], row.id, "2200C")
    if _refuses(ack.statuses, again):
        for row in ours.values():
            if row.id not in rejected:
                rejected[row.id] = _codes(ack.statuses)
                accepted.pop(row.id, None)
                work.note("277CA", "U", _codes(ack.statuses), found["id"], row.id, "2200B")
    _settle(work, found, {r.id: r.state for r in ours.values()}, rejected, accepted)


def _refuses(statuses: Iterable[Status], again: bool = False) -> bool:
    """Whether it rejects; `again`: a copy of the batch went out before, so a duplicate is none."""
    return any(s.rejects and not (again and s.code == DUPLICATE) for s in statuses)


def _settle(
    work: Work, found: Row, states: dict[int, str], rejected: dict[int, str], accepted: dict[int, str]
) -> None:
    gone = [i for i in rejected if states[i] in ("batched", "sent", "accepted", "pended")]
    kept = [i for i in accepted if states[i] in ("batched", "sent", "accepted")]
    reject(work, gone)
    if kept:
        for piece in bounded(kept):
            taken = submission.c.id.in_(piece), submission.c.state.in_(("batched", "sent", "accepted"))
            work.connection.execute(update(submission).where(*taken).values(acknowledged_on=work.business_on))
            reason = f"response {work.response_id}"
            submissions.move(work.connection, work.business_on, "accepted", reason, *taken)
        with_number = [(i, accepted[i]) for i in kept if accepted[i]]
        put_texts(work.connection, submission, ["payer_claim_control_number"], with_number)
    work.taken.accepted += len(kept)
    left: dict[str, int] = dict(
        work.connection.execute(
            select(submission.c.state, func.count())
            .where(submission.c.batch_id == found["id"])
            .group_by(submission.c.state)
        )
        .tuples()
        .all()
    )
    refused = left.get("rejected", 0) + left.get("replaced", 0)
    open_ = left.get("sent", 0) + left.get("batched", 0)
    if open_:
        becomes = later(found["state"], "acknowledged")
    elif refused and refused == sum(left.values()):
        becomes = "rejected"
    else:
        becomes = "part_accepted" if refused else "accepted"
    move(work, found, becomes, "277CA", f"{len(kept)} accepted, {len(gone)} rejected, {open_} not named")
