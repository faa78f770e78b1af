"""What is charged is posted with the batch that it travels in: once a claim, however often it goes."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from ledger import written
from ledger.database import Row, bounded, insert_many
from ledger.schema import claim, entry, posting, submission


def total(connection: Connection, submissions: Sequence[int]) -> int:
    """What these submissions charge, in cents."""
    total = 0
    for piece in bounded(list(submissions)):
        query = select(claim.c.charge).join(submission, submission.c.claim_id == claim.c.id)
        total += sum(connection.execute(query.where(submission.c.id.in_(piece))).scalars())
    return total


def post(connection: Connection, night: str, batch_id: int) -> None:
    """What is charged, once a claim; a corrected charge posts the difference."""
    rows = connection.execute(
        select(claim.c.id, claim.c.charge, claim.c.practice, submission.c.payer)
        .join(submission, submission.c.claim_id == claim.c.id)
        .where(submission.c.batch_id == batch_id)
    ).all()
    posted: dict[int, int] = {}
    for piece in bounded([r.id for r in rows]):
        query = select(posting.c.claim_id, posting.c.cents).where(
            posting.c.claim_id.in_(piece), posting.c.account == "revenue"
        )
        for charged in connection.execute(query):
            posted[charged.claim_id] = posted.get(charged.claim_id, 0) - charged.cents
    due = [(r, r.charge - posted.get(r.id, 0)) for r in rows if r.charge != posted.get(r.id, 0)]
    insert_many(
        connection,
        entry,
        [{"kind": "charge", "key": f"charge:{r.id}:{batch_id}", "night": night} for r, _ in due],
    )
    entries: dict[str, int] = {}
    for piece in bounded([f"charge:{r.id}:{batch_id}" for r, _ in due]):
        entries.update(
            connection.execute(select(entry.c.key, entry.c.id).where(entry.c.key.in_(piece))).tuples().all()
        )
    postings: list[Row] = []
    for r, cents in due:
        common = {
            "entry_id": entries[f"charge:{r.id}:{batch_id}"],
            "claim_id": r.id,
            "payer": r.payer,
            "practice": r.practice,
        }
        postings.append({**common, "account": "receivable_payer", "cents": cents})
        postings.append({**common, "account": "revenue", "cents": -cents})
    insert_many(connection, posting, postings)
    written.note(
        connection,
        entry,
        [{"id": i, "kind": "charge", "key": key, "night": night} for key, i in entries.items()],
    )
    written.note(connection, posting, postings)
