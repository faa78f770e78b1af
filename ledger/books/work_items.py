"""Work items as the ledger keeps them: one for each cause, opened and closed as the cause comes and goes."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select, update

from ledger.adjudication.work import Work
from ledger.schema import work_event, work_item
from ledger.storage.database import Ledger, Row, insert_many, new_ids
from ledger.storage.one_of import one_of

OPEN, RESOLVED, SETTLED = "open", "resolved", "settled"


def key_of(claim_id: int, work: Work) -> str:
    """What names a cause: the same one is the same work, however often it is derived."""
    return f"claim {claim_id}|{work.payer}|{work.kind}|{work.line}|{work.carc}"


def sync(
    connection: Connection,
    night: str,
    derived: Mapping[int, Sequence[Work]],
    practices: Mapping[int, str],
    submissions: Mapping[tuple[int, str], int],
) -> int:
    """Makes the open work of these claims what was derived for them. How many items were opened.

    `submissions` names a claim's submission to a payer. An item that a person settled is opened again
    only where its cause came to another amount.
    """
    derived_ones = work_item.c.key.like("claim %")
    query = select(work_item).where(one_of(work_item.c.claim_id, derived), derived_ones)
    known: dict[str, Row] = {r.key: dict(r._mapping) for r in connection.execute(query).all()}
    new: list[Row] = []
    events: list[Row] = []
    for claim_id, works in derived.items():
        for work in works:
            row = _row(claim_id, work, practices, submissions, night)
            before = known.pop(row["key"], None)
            if before is None:
                new.append(row)
            elif before["state"] == OPEN or before["cents"] != row["cents"] or before["state"] == RESOLVED:
                _renew(connection, night, before, row, events)
    for gone in known.values():
        if gone["state"] == OPEN:
            values = {"state": RESOLVED}
            connection.execute(update(work_item).where(work_item.c.id == gone["id"]).values(values))
            events.append(_event(gone["id"], night, "resolved", "an answer came"))
    for number, row in zip(new_ids(connection, work_item, len(new)), new, strict=True):
        row["id"] = number
        events.append(_event(number, night, "opened", f"{row['cents']} cents"))
    insert_many(connection, work_item, new)
    insert_many(connection, work_event, events)
    return len(new)


def reopen_settled(ledger: Ledger, night: str) -> int:
    """Opens again what was settled though a payer still owes its amount. How many items."""
    w = work_item.c
    with ledger.write() as connection:
        query = select(w.id, w.cents).where(w.state == SETTLED, w.owed == 1, w.cents > 0).order_by(w.id)
        found = connection.execute(query).all()
        for row in found:
            connection.execute(update(work_item).where(w.id == row.id).values(state=OPEN))
            why = f"the payer still owes {row.cents} cents: post, appeal, move or write them off"
            note(connection, night, row.id, "reopened", why)
    return len(found)


def _renew(connection: Connection, night: str, before: Row, row: Row, events: list[Row]) -> None:
    changed = {
        name: value
        for name, value in row.items()
        if name not in ("business_on", "state") and before[name] != value
    }
    if before["state"] != OPEN:
        changed["state"] = OPEN
        events.append(_event(before["id"], night, "reopened", f"{row['cents']} cents"))
    elif "cents" in changed:
        events.append(_event(before["id"], night, "amount", f"{before['cents']} to {row['cents']} cents"))
    if changed:
        connection.execute(update(work_item).where(work_item.c.id == before["id"]).values(changed))


def _event(item: int, night: str, event: str, detail: str, actor: str = "") -> Row:
    return {"work_item_id": item, "event": event, "actor": actor, "detail": detail, "business_on": night}


def _row(
    claim_id: int,
    work: Work,
    practices: Mapping[int, str],
    submissions: Mapping[tuple[int, str], int],
    night: str,
) -> Row:
    return {
        "key": key_of(claim_id, work),
        "kind": work.kind,
        "claim_id": claim_id,
        "submission_id": submissions.get((claim_id, work.payer)),
        "claim_payment_id": work.answer,
        "practice": practices[claim_id],
        "payer": work.payer,
        "line": work.line,
        "procedure": work.procedure,
        "group": work.group,
        "carc": work.carc,
        "rarcs": " ".join(work.rarcs),
        "cents": work.cents,
        "owed": int(work.owed),
        "category": work.category,
        "owner": work.owner,
        "action": work.action,
        "fix_path": work.fix_path,
        "correctable": work.correctable,
        "appealable": work.appealable,
        "due_on": work.until.isoformat() if work.until else "",
        "state": OPEN,
        "business_on": night,
    }


def open_item(connection: Connection, night: str, row: Row) -> None:
    """A piece of work that is about no claim's answers, once: of a remittance, or of a practice's books."""
    known = connection.execute(select(work_item.c.id).where(work_item.c.key == row["key"])).scalar()
    if known is not None:
        return
    (number,) = new_ids(connection, work_item, 1)
    insert_many(connection, work_item, [{**EMPTY, **row, "id": number, "business_on": night}])
    insert_many(connection, work_event, [_event(number, night, "opened", f"{row['cents']} cents")])


def follow(connection: Connection, night: str, row: Row, left: int) -> None:
    """Work like that of `open_item` by what is left of its amount: opened, changed, closed at nothing."""
    w = work_item.c
    query = select(w.id, w.cents, w.state, w.claim_id).where(w.key == row["key"])
    known = connection.execute(query).one_or_none()
    if known is None:
        if left:
            open_item(connection, night, {**row, "cents": abs(left)})
        return
    cents, state = abs(left) or known.cents, OPEN if left else RESOLVED
    if (known.cents, known.state, known.claim_id) != (cents, state, row["claim_id"]):
        values = {"cents": cents, "state": state, "claim_id": row["claim_id"], "action": row["action"]}
        connection.execute(update(work_item).where(w.id == known.id).values(values))
        note(connection, night, known.id, "amount" if left else "resolved", f"{abs(left)} cents")


def between_practices(remittance_id: int, claim_id: int, payer: str, received_by: str, practice: str) -> Row:
    """What one practice received for a claim of another one is to be settled between them."""
    return {
        "key": f"due|{remittance_id}|{claim_id}",
        "kind": "between_practices",
        "claim_id": claim_id,
        "practice": practice,
        "payer": payer,
        "category": "BALANCE",
        "action": f"Practice {received_by} received this for practice {practice}: settle it "
        "between them, and give the payer the right payee",
    }


def note(connection: Connection, night: str, item: int, event: str, detail: str, actor: str = "") -> None:
    """A row of a work item's history."""
    insert_many(connection, work_event, [_event(item, night, event, detail, actor)])


EMPTY: Row = {
    "claim_id": None,
    "submission_id": None,
    "claim_payment_id": None,
    "practice": "",
    "payer": "",
    "line": 0,
    "procedure": "",
    "group": "",
    "carc": "",
    "rarcs": "",
    "owed": 0,
    "category": "",
    "owner": "POSTING",
    "action": "",
    "fix_path": "RESEARCH",
    "correctable": "COND",
    "appealable": "COND",
    "due_on": "",
    "state": OPEN,
}
