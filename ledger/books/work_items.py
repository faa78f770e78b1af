"""Work items as the ledger keeps them: one for each cause, opened and closed as the cause comes and goes."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select, update

from config.dollars import dollars
from ledger.adjudication.work import OVERDUE_PAYER, PATIENT_CREDIT, PAYER_CREDIT, SECONDARY_FIRST, Work
from ledger.books import letters
from ledger.schema import work_event, work_item
from ledger.storage.database import Ledger, Row, insert_many, new_ids, put_texts
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
from ledger.trail import audit

OPEN, RESOLVED, SETTLED = "open", "resolved", "settled"

WAITS = "waits"
"""The outcome of an overdue answer that is waited for again: the payer says that it has the claim."""

OTHERS = (
    *("hold", "rejection", "late_encounter", "unanswered"),
    *("suspense", "remittance", "quarantined", "attachment"),
    *("enrolment", "inquiry_refused", "deposit", "undeposited"),
    *("unbilled_visit", "plan_missed", "information_request"),
    *("estimate_due", "estimate_to_give", "estimate_exceeded"),
)
"""The kinds of work that no claim's answers explain: each is derived from the rows of its own queue."""


BETWEEN_PRACTICES = "between_practices"
"""The kind of work of what one practice received for a claim of another: it ends when it is handed over."""

CREDITS = (PAYER_CREDIT, PATIENT_CREDIT, SECONDARY_FIRST)
"""The kinds of work that are credits: money that belongs to a payer or a guarantor."""

DUTIES = (*CREDITS, "estimate_due", "estimate_to_give")
"""The kinds of work that are owed to others by a day, and stay so after it."""


def key_of(claim_id: int, work: Work) -> str:
    """What names a cause: the same one is the same work, however often it is derived."""
    return f"claim {claim_id}|{work.payer}|{work.kind}|{work.line}|{work.carc}"


def sync(
    connection: Connection,
    business_on: str,
    derived: Mapping[int, Sequence[Work]],
    practices: Mapping[int, str],
    submissions: Mapping[tuple[int, str], int],
    paid: Mapping[int, int],
    waiting: Collection[tuple[int, str]] = (),
) -> Counter[int]:
    """Makes the open work of these claims what was derived for them. How many items were opened, by claim.

    `submissions` names a claim's submission to a payer, `paid` is what payers paid on each claim, and
    for the claims and payers in `waiting` an overdue answer is waited for again. An item
    that a person settled is opened again only where its cause came to another amount. What was paid counts
    for one item of its claim alone: for one that is over, or for one whose amount became less by it.
    """
    rows = connection.execute(*_derived(list(derived))).all()
    known: dict[str, Row] = {r.key: dict(r._mapping) for r in rows}
    new: list[Row] = []
    events: list[Row] = []
    kept: list[Row] = []
    took: Counter[int] = Counter()
    counted: Counter[int] = Counter()
    for claim_id, works in derived.items():
        for work in works:
            row = _row(claim_id, work, practices, submissions, business_on)
            row |= {"opened_cents": work.cents, "paid_cents": paid[claim_id]}
            before = known.pop(row["key"], None)
            if before is None:
                new.append(row)
            elif before["state"] == OPEN or before["cents"] != row["cents"] or before["state"] == RESOLVED:
                _renew(connection, business_on, before, row, events)
                if before["state"] == OPEN:
                    kept.append(before)
                    took[before["id"]] = _came_for(before, row["cents"], paid[claim_id])
                    counted[claim_id] += took[before["id"]]
    for gone in known.values():
        if gone["state"] == SETTLED:
            _cause_gone(connection, gone["id"])
        elif gone["state"] == OPEN:
            came = max(paid[gone["claim_id"]] - gone["paid_cents"] - counted[gone["claim_id"]], 0)
            recovered = min(came, gone["opened_cents"])
            counted[gone["claim_id"]] += recovered
            outcome = outcome_of(recovered, gone["opened_cents"])
            again = (gone["claim_id"], gone["payer"]) in waiting
            if gone["kind"] == OVERDUE_PAYER and again and not recovered:
                outcome = WAITS
            _resolve(connection, business_on, gone["id"], recovered, outcome)
            events.append(
                _event(gone["id"], business_on, "resolved", f"{dollars(recovered)} were paid since")
            )
    for one in kept:
        of_others = counted[one["claim_id"]] - took[one["id"]]
        until = min(one["paid_cents"] + of_others, paid[one["claim_id"]])
        if until > one["paid_cents"]:
            changed = update(work_item).where(work_item.c.id == one["id"])
            connection.execute(changed.values(paid_cents=until))
    for number, row in zip(new_ids(connection, work_item, len(new)), new, strict=True):
        row["id"] = number
        events.append(_event(number, business_on, "opened", dollars(row["cents"])))
    insert_many(connection, work_item, new)
    insert_many(connection, work_event, events)
    return Counter(row["claim_id"] for row in new)


@stated
def _derived(claim_ids: Any) -> Select[tuple[Any, ...]]:
    """All work of these claims that their answers explain."""
    w = work_item.c
    return select(work_item).where(one_of(w.claim_id, claim_ids), w.key.like("claim %"))


_SAID = ("category", "owner", "action", "fix_path", "correctable", "appealable", "due_on")
"""What the work of a claim says beside what it is about and its amount."""


def say(connection: Connection, derived: Mapping[int, Sequence[Work]]) -> int:
    """Makes open work of these claims say what was derived for it, but for the days and next actions that
    `set_clocks` keeps. How many pieces say something else now."""
    w = work_item.c
    query = select(w.id, w.key, w.kind, *(w[name] for name in _SAID))
    rows = connection.execute(query.where(one_of(w.claim_id, derived), w.state == OPEN)).all()
    known = {row.key: row._mapping for row in rows}
    count = 0
    for claim_id, works in derived.items():
        for work in works:
            before = known.get(key_of(claim_id, work))
            if before is None:
                continue
            row = _row(claim_id, work, {claim_id: ""}, {}, "")
            kept = ("due_on", "action") if work.kind in CREDITS else ()
            changed = {name: row[name] for name in _SAID if name not in kept and row[name] != before[name]}
            if changed:
                connection.execute(update(work_item).where(w.id == before["id"]).values(changed))
                count += 1
    return count


def _came_for(before: Row, cents: int, paid: int) -> int:
    """How much of a smaller amount is explained by what came since the item had its former one."""
    was: int = before["cents"]
    had = max(before["opened_cents"] - was, 0)
    came: int = paid - before["paid_cents"] - had
    return min(max(was - cents, 0), max(came, 0))


def _cause_gone(connection: Connection, item: int) -> None:
    """What a person settled is over for good: it can't be opened again, but for its cause coming again."""
    connection.execute(update(work_item).where(work_item.c.id == item).values(state=RESOLVED))


def outcome_of(recovered: int, opened: int) -> str:
    """What became of the amount of a piece of work that is over."""
    if recovered <= 0:
        return "not_recovered"
    return "recovered" if recovered >= opened else "part_recovered"


def _resolve(connection: Connection, business_on: str, item: int, recovered: int, outcome: str) -> None:
    values = {"state": RESOLVED, "outcome": outcome, "recovered_cents": recovered, "resolved_on": business_on}
    connection.execute(update(work_item).where(work_item.c.id == item).values(values))


STILL_OPEN: Row = {
    "state": OPEN,
    "outcome": "",
    "recovered_cents": 0,
    "resolved_on": "",
    "snoozed_until_on": "",
}
"""What an item is again that is opened again."""


def keep_others(
    connection: Connection,
    business_on: str,
    derived: Sequence[Row],
    kinds: Collection[str] = OTHERS,
    keys: Collection[str] = (),
) -> int:
    """Makes the open work of these kinds, of those of `OTHERS`, and what these keys name what was derived for
    them. How many were opened.

    A row has a key of its own, kind, practice, payer, cents, owner, action and what else it is about.
    """
    of_kinds = select(work_item).where(work_item.c.kind.in_(sorted(kinds)), work_item.c.state == OPEN)
    known: dict[str, Row] = {r.key: dict(r._mapping) for r in connection.execute(of_kinds).all()}
    # by their keys alone: with the state beside them all open work would be read
    named = {*keys, *(row["key"] for row in derived if row["key"] not in known)}
    over: dict[str, Row] = {
        r.key: dict(r._mapping) for r in connection.execute(*_of_keys(sorted(named))).all()
    }
    known |= {key: over.pop(key) for key in keys if key in over and over[key]["state"] == OPEN}
    events: list[Row] = []
    new: list[Row] = []
    for row in derived:
        before = known.pop(row["key"], None) or over.get(row["key"])
        full = {**EMPTY, **row, "opened_cents": row["cents"], "state": OPEN, "business_on": business_on}
        if before is None:
            new.append(full)
        else:
            _renew(connection, business_on, before, full, events)
    for gone in known.values():
        _resolve(connection, business_on, gone["id"], 0, "cause_gone")
        events.append(_event(gone["id"], business_on, "resolved", "its cause is gone"))
    for number, row in zip(new_ids(connection, work_item, len(new)), new, strict=True):
        row["id"] = number
        events.append(_event(number, business_on, "opened", dollars(row["cents"])))
    insert_many(connection, work_item, new)
    insert_many(connection, work_event, events)
    return len(new)


@stated
def _of_keys(keys: Any) -> Select[tuple[Any, ...]]:
    return select(work_item).where(one_of(work_item.c.key, keys))


def reopen_settled(ledger: Ledger, business_on: str) -> int:
    """Opens again what was settled though a payer still owes its amount. How many items."""
    w = work_item.c
    with ledger.write() as connection:
        query = select(w.id, w.cents).where(w.state == SETTLED, w.owed == 1, w.cents > 0).order_by(w.id)
        found = connection.execute(query).all()
        for row in found:
            connection.execute(update(work_item).where(w.id == row.id).values(STILL_OPEN))
            why = f"the payer still owes {dollars(row.cents)}: post, appeal, move or write them off"
            note(connection, business_on, row.id, "reopened", why)
    return len(found)


def _renew(connection: Connection, business_on: str, before: Row, row: Row, events: list[Row]) -> None:
    first: tuple[str, ...] = () if before["state"] != OPEN else ("opened_cents", "paid_cents")
    if before["state"] == OPEN and row["kind"] in CREDITS:
        first += ("due_on", "action")  # `set_clocks` keeps them
    changed = {
        name: value
        for name, value in row.items()
        if name not in ("business_on", "state", *first) and before[name] != value
    }
    if before["state"] != OPEN:
        changed |= STILL_OPEN
        letters.come_again(connection, business_on, before["id"])
        events.append(_event(before["id"], business_on, "reopened", dollars(row["cents"])))
    elif "cents" in changed:
        events.append(
            _event(
                before["id"], business_on, "amount", f"{dollars(before['cents'])} to {dollars(row['cents'])}"
            )
        )
    if before["snoozed_until_on"] and {"claim_payment_id", "cents"} & changed.keys():
        changed["snoozed_until_on"] = ""  # what it was put off for may be here
        events.append(_event(before["id"], business_on, "woken", "another answer came"))
    if changed:
        connection.execute(update(work_item).where(work_item.c.id == before["id"]).values(changed))


def _event(item: int, business_on: str, event: str, detail: str, actor: str = "") -> Row:
    return {
        "work_item_id": item,
        "event": event,
        "actor": actor,
        "detail": detail,
        "business_on": business_on,
    }


def _row(
    claim_id: int,
    work: Work,
    practices: Mapping[int, str],
    submissions: Mapping[tuple[int, str], int],
    business_on: str,
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
        "business_on": business_on,
    }


def open_item(connection: Connection, business_on: str, row: Row) -> None:
    """A piece of work that is about no claim's answers, once: of a remittance, or of a practice's books."""
    known = connection.execute(select(work_item.c.id).where(work_item.c.key == row["key"])).scalar()
    if known is not None:
        return
    (number,) = new_ids(connection, work_item, 1)
    opened = {"id": number, "opened_cents": row["cents"], "business_on": business_on}
    insert_many(connection, work_item, [{**EMPTY, **row, **opened}])
    insert_many(connection, work_event, [_event(number, business_on, "opened", dollars(row["cents"]))])


def follow(connection: Connection, business_on: str, row: Row, left: int) -> None:
    """Work like that of `open_item` by what is left of its amount: opened, changed, closed at nothing.

    What a person settled stays so while there is as much to do about it as then.
    """
    w = work_item.c
    query = select(w.id, w.cents, w.state, w.claim_id, w.action).where(w.key == row["key"])
    known = connection.execute(query).one_or_none()
    if known is None:
        if left:
            open_item(connection, business_on, {**row, "cents": abs(left)})
        return
    if known.state == SETTLED and not left:
        _cause_gone(connection, known.id)
        return
    cents, state = abs(left) or known.cents, OPEN if left else RESOLVED
    if known.state == SETTLED and (known.cents, known.action) == (cents, row["action"]):
        state = SETTLED
    if (known.cents, known.state, known.claim_id) != (cents, state, row["claim_id"]):
        values = {"cents": cents, "claim_id": row["claim_id"], "action": row["action"]}
        if state != SETTLED:
            values |= (
                STILL_OPEN if left else {"state": state, "outcome": "cause_gone", "resolved_on": business_on}
            )
        connection.execute(update(work_item).where(w.id == known.id).values(values))
        note(connection, business_on, known.id, "amount" if left else "resolved", dollars(left))


def set_clocks(connection: Connection, clocks: Mapping[int, tuple[str, str]]) -> None:
    """The last days of pieces of work, by their id, and what is to be done by then; what is so already is
    left."""
    w = work_item.c
    there = connection.execute(select(w.id, w.due_on, w.action).where(one_of(w.id, clocks)))
    changed = [(item, *clocks[item], "") for item, *before in there if tuple(before) != clocks[item]]
    put_texts(connection, work_item, ["due_on", "action", "ranked_until_on"], changed)


def between_practices(
    remittance_id: int, claim_id: int, payer: str, received_by: str, practice: str, *, taken_back: bool
) -> Row:
    """What one practice received for a claim of another one is to be settled between them; `taken_back`: what
    the payer took from the one is due from the other."""
    received = f"Practice {received_by} received this for practice {practice}: hand it over, "
    took = (
        f"The payer took this from practice {received_by} for a claim of practice {practice}: have that one "
        "hand it over, "
    )
    return {
        "key": key_between_practices(remittance_id, claim_id),
        "kind": BETWEEN_PRACTICES,
        "claim_id": claim_id,
        "practice": practice,
        "payer": payer,
        "category": "BALANCE",
        "action": f"{took if taken_back else received}say so, and give the payer the right payee",
    }


def key_between_practices(remittance_id: int, claim_id: int) -> str:
    """The key of work between practices."""
    return f"due|{remittance_id}|{claim_id}"


def remittance_between(key: str) -> int:
    """The remittance that work between practices is of, by its key."""
    return int(key.split("|")[1])


def note(
    connection: Connection, business_on: str, item: int, event: str, detail: str, actor: str = ""
) -> None:
    """A row of a work item's history."""
    insert_many(connection, work_event, [_event(item, business_on, event, detail, actor)])


def state_of(connection: Connection, key: str) -> str:
    """The state of the work that a key names, "" where there was never any."""
    return connection.execute(select(work_item.c.state).where(work_item.c.key == key)).scalar() or ""


def note_of_key(
    connection: Connection, business_on: str, key: str, event: str, detail: str, actor: str
) -> None:
    """A row of the history of the work that a key names; none where that was never opened."""
    number = connection.execute(select(work_item.c.id).where(work_item.c.key == key)).scalar()
    if number is not None:
        note(connection, business_on, number, event, detail, actor)


def note_acted(
    connection: Connection,
    business_on: str,
    claim_id: int,
    payer: str,
    line: int,
    event: str,
    detail: str,
    actor: str,
) -> None:
    """A row of the history of the open work of a claim with a payer, "" the patient; `line` 0 is any."""
    w = work_item.c
    query = select(w.id).where(w.claim_id == claim_id, w.payer == payer, w.state == OPEN).order_by(w.id)
    if line:
        query = query.where(w.line == line)
    for number in connection.execute(query).scalars().all():
        note(connection, business_on, number, event, detail, actor)


def await_answer(
    connection: Connection,
    business_on: str,
    claim_id: int,
    until: str,
    what: str,
    actor: str = "",
    *,
    payer: str = "",
    ways: Sequence[str] = (),
) -> None:
    """Puts off what a payer decided of a claim, since another answer is waited for: until then, or its own
    last day. `payer` "" and `ways` () are any."""
    w = work_item.c
    query = select(w.id, w.due_on).where(w.claim_id == claim_id, w.state == OPEN, w.owed == 1)
    query = query.where(w.claim_payment_id.is_not(None)).order_by(w.id)
    if payer:
        query = query.where(w.payer == payer)
    if ways:
        query = query.where(w.fix_path.in_(ways))
    for row in connection.execute(query).all():
        day = min(until, row.due_on or until)
        connection.execute(update(work_item).where(w.id == row.id).values(snoozed_until_on=day))
        note(connection, business_on, row.id, "waits", f"{what}; back on {day} without an answer", actor)


def lock(connection: Connection, items: Collection[int]) -> dict[int, str]:
    """The states of pieces of work. Another act on one of them waits until this one is over."""
    w = work_item.c
    query = select(w.id, w.state).where(one_of(w.id, items)).order_by(w.id).with_for_update()
    return {row.id: row.state for row in connection.execute(query)}


def change(
    connection: Connection, business_on: str, item: int, values: Row, event: str, detail: str, actor: str
) -> None:
    """What a person changes of a work item, with its row of the history and of the audit trail."""
    if values:
        connection.execute(update(work_item).where(work_item.c.id == item).values(values))
    note(connection, business_on, item, event, detail, actor)
    audit.note(connection, business_on, event, f"work {item}", f"{actor}: {detail}")


EMPTY: Row = {
    "reference": "",
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
