"""What every acknowledgment has in common: the batch that it names, and how batch and claims move."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, update

from config.problem import Problem
from ledger.border import number_fault, shown
from ledger.runs import alerts
from ledger.schema import answer, batch, batch_event, inquiry, submission
from ledger.sending import batches, inquiries, submissions
from ledger.storage.database import Row, bounded

AT_PARTNER = ("committing", "sent", "acknowledged", "accepted", "part_accepted", "rejected")


@dataclass(slots=True)
class Taken:
    """What a file of acknowledgments did; `statuses` are answers about single claims that were new."""

    batches: int = 0
    accepted: int = 0
    rejected: int = 0
    again: int = 0
    unknown: int = 0
    statuses: int = 0
    coverages: int = 0


@dataclass(slots=True)
class Work:
    connection: Connection
    response_id: int
    clearinghouse: str
    business_on: str
    taken: Taken = field(default_factory=Taken)
    answers: list[Row] = field(default_factory=list)
    troubles: list[Problem] = field(default_factory=list)
    claims: set[int] = field(default_factory=set)
    """Of which a payer said something that their books depend on."""

    def note(
        self,
        kind: str,
        status: str,
        codes: str,
        batch_id: int | None,
        submission_id: int | None = None,
        place: str = "",
    ) -> None:
        self.answers.append(
            {
                "response_id": self.response_id,
                "batch_id": batch_id,
                "submission_id": submission_id,
                "kind": kind,
                "status": status,
                "codes": codes,
                "place": place,
                "business_on": self.business_on,
            }
        )

    def unknown(self, kind: str, number: str) -> None:
        self.taken.unknown += 1
        self.troubles.append(
            Problem(
                code="ACK-UNKNOWN",
                place=f"{kind} for control number {shown(number)}",
                message="this ledger sent no file of that number",
                remedy="ask the partner whose file it is; was it out before a restore, ask what became of "
                "its claims; nothing was changed",
            )
        )


def find(work: Work, number: str) -> Row | None:
    """The batch of an interchange number (ISA13, GS06 and BHT03 are the same with us).

    An answer proves that the file arrived: one whose rename was left in doubt is `sent` by it, and
    a resend that is not out yet is dropped.
    """
    if number_fault(number):
        return None
    row = work.connection.execute(
        select(batch.c.id, batch.c.state, batch.c.isa13, batch.c.payer).where(
            batch.c.clearinghouse == work.clearinghouse,
            batch.c.isa13 == int(number),
            batch.c.state.in_(AT_PARTNER) | (batch.c.sent_on.is_not(None)),
        )
    ).one_or_none()
    if row is None:
        return None
    found: Row = dict(row._mapping)
    if batches.arrived(work.connection, row.id, row.state, work.business_on):
        found["state"] = "sent"
    return found


def move(work: Work, found: Row, becomes: str, event: str, detail: str) -> None:
    """Moves the batch and keeps what moved it."""
    if becomes != found["state"]:
        work.connection.execute(
            update(batch)
            .where(batch.c.id == found["id"], batch.c.state == found["state"])
            .values(state=becomes)
        )
        found["state"] = becomes
    if becomes == "rejected":
        work.claims |= inquiries.claims_of(work.connection, inquiry.c.batch_id == found["id"])
    if becomes in ("accepted", "part_accepted", "rejected"):
        for cause in ("duplicate", "copy"):
            alerts.settle_all(work.connection, f"{cause}:{found['id']}:")
    batches.add_event(work.connection, found["id"], work.business_on, event, detail)
    work.taken.batches += 1


def copies(work: Work, batch_id: int) -> int:
    """How often the batch went out: once, and once for each resend that was not dropped."""
    query = select(func.count()).where(batch_event.c.batch_id == batch_id, batch_event.c.event == "sent")
    return int(work.connection.execute(query).scalar_one())


def refusals(work: Work, batch_id: int, but: str) -> int:
    """How many TA1 refused a copy of it, this file's among them; those with the note `but` left out."""
    known = work.connection.execute(
        select(func.count()).where(
            answer.c.batch_id == batch_id,
            answer.c.kind == "TA1",
            answer.c.status == "R",
            answer.c.codes != but,
        )
    ).scalar_one()
    mine = [a for a in work.answers if (a["batch_id"], a["kind"], a["status"]) == (batch_id, "TA1", "R")]
    return int(known) + sum(1 for a in mine if a["codes"] != but)


def report_duplicate(work: Work, found: Row) -> None:
    """The partner says that it has this file, or claims of it, already."""
    alerts.add(
        work.connection,
        f"duplicate:{found['id']}:{work.response_id}",
        work.business_on,
        "ACK-025",
        f"batch {found['id']}: the partner says it holds interchange {found['isa13']} already",
        "nothing is reopened; wait for the 999 or 277CA of the first one, or ask the partner",
        payer=found["payer"],
    )


def later(state: str, wanted: str) -> str:
    """States only go forward: a late TA1 does not take an accepted batch back."""
    order = ("sent", "acknowledged")
    if state not in order:
        return state
    return wanted if order.index(wanted) > order.index(state) else state


def live(work: Work, batch_id: int) -> list[int]:
    """Its claims of which the partner has said nothing yet."""
    query = select(submission.c.id).where(
        submission.c.batch_id == batch_id, submission.c.state.in_(("batched", "sent"))
    )
    return list(work.connection.execute(query).scalars())


def decided(work: Work, batch_id: int) -> bool:
    """Whether the partner took one of its claims: accepted, paid, denied ..."""
    query = select(submission.c.id).where(
        submission.c.batch_id == batch_id, submission.c.state.not_in(("batched", "sent", "rejected"))
    )
    return work.connection.execute(query.limit(1)).first() is not None


def contradicts(work: Work, found: Row, kind: str, what: str) -> None:
    alerts.add(
        work.connection,
        f"contradicts:{found['id']}:{kind}",
        work.business_on,
        "ACK-CONTRADICTS",
        f"batch {found['id']}: the partner's {kind} {what}",
        "ask the partner what it holds; no claim was reopened",
        payer=found["payer"],
    )


def reject(work: Work, ids: Sequence[int]) -> None:
    for piece in bounded(list(ids)):
        submissions.move(
            work.connection,
            work.business_on,
            "rejected",
            f"response {work.response_id}",
            submission.c.id.in_(piece),
            acknowledged_on=work.business_on,
        )
    work.taken.rejected += len(ids)
