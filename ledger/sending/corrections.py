"""Corrections of claims that are out, and claims that are taken back: what a person decided, and what goes.

A corrected encounter that is let go on is validated and built like any other; what it becomes stands in
`correction` until then. The payer's number that a replacement or a void names (REF F8) is the one of the
last answer left standing, so never that of a duplicate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, select, update

from ledger.adjudication.facts import ClaimFacts
from ledger.adjudication.settlement import Side
from ledger.books import claim_books, work_items
from ledger.books.acts import Signature, named
from ledger.encounters.encounters import OPEN, WHOSE
from ledger.encounters.placing import SETTLED_WITHOUT_PAYER
from ledger.errors import ActRefused
from ledger.schema import claim, claim_version, correction, encounter, submission
from ledger.sending import submissions
from ledger.sending.billed import LATER_PAYER, VOID
from ledger.storage.database import Row
from ledger.trail import audit

BY_HAND = ("reopening", "redetermination", "portal")
REPLACEMENT = "7"
UNPROCESSABLE = "MA130"
KIND = "correction"
ACTIONS = {
    "reopening": "Ask the payer for a reopening: a clerical error of a claim that it decided",
    "redetermination": "Ask for a redetermination, with the records, within the appeal limit",
    "portal": "Correct the claim on the payer's portal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correctable:
    """A claim as it may be corrected with one of its payers.

    `state`: rejected, unprocessable, denied, paid; "" where no answer stands. `original` and `corrected` are
    the encounters as JSON, `corrected` "" where none came. `number` is the payer's of its last answer.
    `orders` are those in which the claim went out, `billing_npi` is the billing provider's as it went out.
    """

    claim_id: int
    practice: str
    payer_order: str
    payer: str
    submission_id: int
    state: str
    number: str
    original: str
    corrected_id: int
    corrected: str
    orders: frozenset[str] = frozenset()
    billing_npi: str = ""


def load(connection: Connection, claim_id: int, order: str = "") -> Correctable:
    """How a claim stands with the payer of an order, "" the first. Raises ActRefused where there is none, or
    nothing went to it."""
    books = claim_books.settled(connection, [claim_id])[claim_id]
    sides = books.settlement.sides
    side = next((one for one in sides if order in ("", one.order)), None)
    if side is None:
        raise ActRefused(f"no coverage of this claim is of the order {order}")
    query = (
        select(
            submission.c.id,
            submission.c.payer_order,
            submission.c.payer,
            submission.c.state,
            submission.c.frequency,
            submission.c.replaces,
            claim.c.practice,
            claim_version.c.billing_npi,
            encounter.c.payload,
        )
        .join(claim, claim.c.id == submission.c.claim_id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .join(encounter, encounter.c.id == claim_version.c.encounter_id)
        .where(submission.c.claim_id == claim_id, submission.c.payer_order == side.order)
        .order_by(submission.c.number.desc())
        .limit(1)
    )
    last = connection.execute(query).one_or_none()
    if last is None:
        raise ActRefused(f"nothing of this claim went to {side.payer}; correct it in the older system")
    late = connection.execute(
        select(encounter.c.id, encounter.c.payload)
        .join(claim, and_(*(claim.c[name] == encounter.c[name] for name in WHOSE)))
        .where(claim.c.id == claim_id, encounter.c.state == "late")
        .order_by(encounter.c.version.desc(), encounter.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Correctable(
        claim_id=claim_id,
        practice=last.practice,
        payer_order=last.payer_order,
        payer=last.payer,
        submission_id=last.id,
        state="rejected" if last.state == "rejected" else _became(books.facts, side),
        number=last.replaces if last.state == "rejected" else side.payer_claim_control_number,
        original=last.payload,
        corrected_id=late.id if late is not None else 0,
        corrected=late.payload if late is not None else "",
        orders=frozenset(one.order for one in books.claim.sent),
        billing_npi=last.billing_npi,
    )


def _became(facts: ClaimFacts, side: Side) -> str:
    """What a payer's answers come to, as the ways to correct a claim go by it."""
    answers = [a for a in facts.answers if a.payer == side.payer and not a.reverses]
    if not answers or side.state in ("unanswered", "pended", "missing_remittance"):
        return ""
    remarks = {r for a in answers for r in (*a.remarks, *(r for line in a.lines for r in line.remarks))}
    if side.state == "denied":
        return "unprocessable" if UNPROCESSABLE in remarks else "denied"
    return "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided: the method, the fields that differ, an institutional claim's condition code."""

    method: str
    changes: Sequence[str] = ()
    condition: str = ""


def decide(
    connection: Connection, business_on: str, signature: Signature, one: Correctable, decided: Decision
) -> None:
    """Carries out a person's decision about a corrected encounter, or about a claim that is taken back.

    Raises:
        ActRefused: no reason, or no number of the payer to replace or to take back.
    """
    who, why = named(signature)
    method = decided.method
    if method in ("replacement", "void", "void_then_new") and not one.number:
        raise ActRefused("the payer gave no number for this claim yet; it cannot be replaced or taken back")
    row: Row = {
        "claim_id": one.claim_id,
        "encounter_id": one.corrected_id or None,
        "payer_order": one.payer_order,
        "payer": one.payer,
        "method": method,
        "replaces": one.number if method in ("replacement", "void", "void_then_new") else "",
        "condition": decided.condition,
        "changes": ", ".join(decided.changes),
        "actor": who,
        "why": why,
        "business_on": business_on,
    }
    number = connection.execute(correction.insert().values(row).returning(correction.c.id)).scalar_one()
    if method in ("void", "void_then_new"):
        _send_void(connection, business_on, one, decided.condition)
    if method in ("new", "replacement", LATER_PAYER):
        let_go_on(connection, one.claim_id, one.corrected_id)
    elif method != "void" and method != "void_then_new":
        connection.execute(
            update(encounter).where(encounter.c.id == one.corrected_id).values(state="settled")
        )
    if method in BY_HAND:
        work_items.open_item(connection, business_on, _work(one, method, number, row["changes"]))
    audit.note(connection, business_on, f"correction {method}", f"claim {one.claim_id}", why)


def let_go_on(connection: Connection, claim_id: int, encounter_id: int) -> None:
    """The corrected encounter takes the place of the one that its claim was made from."""
    whose = select(*(claim.c[name] for name in WHOSE)).where(claim.c.id == claim_id)
    values = connection.execute(whose).one()
    same = [encounter.c[name] == value for name, value in zip(WHOSE, values, strict=True)]
    before = (*same, encounter.c.id != encounter_id)
    connection.execute(
        update(encounter)
        .where(*before, encounter.c.state.in_(("claimed", "late", *OPEN)))
        .values(state="replaced")
    )
    connection.execute(
        update(encounter).where(encounter.c.id == encounter_id).values(state="picked_up", doubt="")
    )


def _send_void(connection: Connection, business_on: str, one: Correctable, condition: str) -> None:
    """The last submission goes again, with frequency 8."""
    values = connection.execute(select(submission).where(submission.c.id == one.submission_id)).one()
    _replaced(connection, business_on, one.claim_id, one.payer_order)
    row: Row = {
        "claim_id": one.claim_id,
        "version_id": values.version_id,
        "payer_order": one.payer_order,
        "number": values.number + 1,
        "payer": one.payer,
        "frequency": VOID,
        "replaces": one.number,
        "condition": condition,
        "state": "ready",
        "business_on": business_on,
    }
    submissions.add(connection, business_on, "taken back by a person", [row])


def _replaced(connection: Connection, business_on: str, claim_id: int, order: str) -> None:
    """What went before in this order leaves its place; the payments of it stand."""
    gone = submission.c.claim_id == claim_id, submission.c.payer_order == order
    settled = submission.c.state.not_in(SETTLED_WITHOUT_PAYER)
    submissions.move(connection, business_on, "replaced", "another one goes in its place", *gone, settled)


def of_encounter(connection: Connection, encounter_id: int) -> Row | None:
    """The decision by which a corrected encounter is built; None where nobody decided about it."""
    query = select(correction).where(correction.c.encounter_id == encounter_id)
    row = connection.execute(query.order_by(correction.c.id.desc()).limit(1)).one_or_none()
    return dict(row._mapping) if row is not None else None


def send(
    connection: Connection,
    business_on: str,
    claim_id: int,
    version_id: int,
    payer: str,
    order: str,
    decided: Row,
) -> None:
    """The submission of a corrected claim: a replacement, or a new one beside what the payer decided."""
    query = select(submission.c.number).where(
        submission.c.claim_id == claim_id, submission.c.payer_order == order
    )
    last = connection.execute(query.order_by(submission.c.number.desc()).limit(1)).scalar()
    _replaced(connection, business_on, claim_id, decided["payer_order"])
    replaces = decided["method"] == "replacement"
    row: Row = {
        "claim_id": claim_id,
        "version_id": version_id,
        "payer_order": order,
        "number": (last or 0) + 1,
        "payer": payer,
        "frequency": REPLACEMENT if replaces else "1",
        "replaces": decided["replaces"] if replaces else "",
        "condition": decided["condition"] if replaces else "",
        "state": "ready",
        "business_on": business_on,
    }
    submissions.add(connection, business_on, "its encounter was corrected", [row])


def voids_done(connection: Connection) -> list[tuple[int, int]]:
    """The corrected encounters whose earlier claim is taken back: (claim, encounter)."""
    query = (
        select(correction.c.claim_id, correction.c.encounter_id)
        .join(encounter, encounter.c.id == correction.c.encounter_id)
        .join(
            submission,
            (submission.c.claim_id == correction.c.claim_id)
            & (submission.c.payer_order == correction.c.payer_order),
        )
        .where(
            correction.c.method == "void_then_new",
            encounter.c.state == "late",
            submission.c.frequency == VOID,
            submission.c.replaces == correction.c.replaces,
            submission.c.state.in_(("accepted", "voided")),
        )
    )
    return sorted({(row.claim_id, row.encounter_id) for row in connection.execute(query)})


def _work(one: Correctable, method: str, number: int, changes: str) -> Row:
    return {
        "key": f"correction {number}",
        "kind": KIND,
        "claim_id": one.claim_id,
        "submission_id": one.submission_id,
        "practice": one.practice,
        "payer": one.payer,
        "cents": 0,
        "owed": 0,
        "category": "CORRECTION",
        "owner": "FOLLOW_UP",
        "action": f"{ACTIONS[method]}; what changed: {changes}",
        "fix_path": method.upper(),
    }
