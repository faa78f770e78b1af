"""Where a claim payment lies: in suspense, or on the claim that a person names.

Moving it posts the other way round what stood at its old place, and the same again at its new one. Both
claims then come to what the answers left on them come to.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select, update

from ledger.adjudication.facts import NO_NUMBERS, PREDETERMINATION
from ledger.books import acts, claim_books, work_items
from ledger.books.acts import Signature
from ledger.books.entries import Entry, write
from ledger.encounters import judged
from ledger.errors import ActRefused
from ledger.payments import between_practices, matching, other_payers, stored_payments
from ledger.schema import claim, claim_payment, money_act, remittance, submission
from ledger.storage.database import Ledger

RETURNED = "suspense_return"
BY_ITSELF = Signature(who="nightly run", why="what names its claim became known", service=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim payment of a posted remittance, and the claim that it lies on (None: in suspense)."""

    id: int
    remittance_id: int
    claim_id: int | None
    paid: int
    status: str
    payer: str
    practice: str
    payer_claim_control_number: str

    @property
    def cash(self) -> int:
        """What came with it: nothing with an estimate."""
        return 0 if self.status == PREDETERMINATION else self.paid


def match(
    connection: Connection, business_on: str, signature: Signature, payment_id: int, claim_id: int
) -> str:
    """A payment in suspense goes to the claim that a person names. Raises ActRefused."""
    return _to(connection, business_on, signature, _in_suspense(connection, payment_id), claim_id, "match")


def again(ledger: Ledger, business_on: str) -> int:
    """Puts payments in suspense on their claims whose payer's number became known since they came, or whose
    payer did as one that may pay them, where all facts agree now. How many; one that a person decided about
    is left where that person put it."""
    p, r, s = claim_payment.c, remittance.c, submission.c
    decided = select(money_act.c.id).where(money_act.c.claim_payment_id == p.id)
    known = select(s.id).where(
        s.payer == r.payer, s.payer_claim_control_number == p.payer_claim_control_number
    )
    query = (
        select(p.id)
        .join(remittance, r.id == p.remittance_id)
        .where(
            p.claim_id.is_(None),
            or_(
                and_(p.payer_claim_control_number.not_in(("", *NO_NUMBERS)), known.exists()),
                other_payers.may_have_it(),
            ),
            ~decided.exists(),
        )
        .order_by(p.id)
    )
    with ledger.read() as connection:
        waiting = list(connection.execute(query).scalars())
    placed = 0
    for payment_id in waiting:
        with ledger.write() as connection:
            found = matching.match(connection, stored_payments.facts_of(connection, payment_id))[0].match
            payment = get(connection, payment_id)
            if found is not None and payment.claim_id is None:
                _to(connection, business_on, BY_ITSELF, payment, found.claim_id, "match")
                placed += 1
    return placed


def reallocate(
    connection: Connection, business_on: str, signature: Signature, payment_id: int, claim_id: int
) -> str:
    """A payment goes from its claim to another one. Raises ActRefused."""
    placed = get(connection, payment_id)
    if placed.claim_id is None:
        raise ActRefused(f"payment {payment_id} is in suspense; match it: cleanclaim suspense match")
    if placed.claim_id == claim_id:
        raise ActRefused(f"payment {payment_id} is on that claim already")
    return _to(connection, business_on, signature, placed, claim_id, "reallocate")


def unpost(connection: Connection, business_on: str, signature: Signature, payment_id: int) -> str:
    """A payment goes from its claim back to suspense. Raises ActRefused."""
    placed = get(connection, payment_id)
    if placed.claim_id is None:
        raise ActRefused(f"payment {payment_id} is on no claim")
    _to(connection, business_on, signature, placed, None, "unpost")
    return f"payment {payment_id} is back in suspense"


def give_back(connection: Connection, business_on: str, signature: Signature, payment_id: int) -> str:
    """A payment in suspense is paid back to the payer that sent it. Raises ActRefused."""
    placed = _in_suspense(connection, payment_id)
    if placed.cash < 0:
        raise ActRefused(f"payment {payment_id} took money back; there is nothing to return")
    act_id = acts.record(
        connection,
        business_on,
        signature,
        RETURNED,
        placed.cash,
        claim_payment_id=payment_id,
        payer=placed.payer,
        practice=placed.practice,
    )
    _note(connection, business_on, signature, payment_id, "returned to the payer")
    made = Entry(RETURNED, acts.key_of(act_id))
    for account, cents in (("suspense", placed.cash), ("cash", -placed.cash)):
        made.add(account, cents, payer=placed.payer, practice=placed.practice)
    if placed.cash:
        write(connection, business_on, [made])
    if not placed.cash:
        return f"payment {payment_id} brought no money; it is out of the list"
    return f"payment {payment_id} is returned to {placed.payer}"


def get(connection: Connection, payment_id: int) -> Placed:
    """A claim payment by its id. Raises ActRefused where there is none."""
    p, r = claim_payment.c, remittance.c
    row = connection.execute(
        select(
            *(p.id, p.remittance_id, p.claim_id, p.paid_cents, p.status, r.payer, r.practice),
            p.payer_claim_control_number,
        )
        .join(remittance, r.id == p.remittance_id)
        .where(p.id == payment_id)
    ).one_or_none()
    if row is None:
        raise ActRefused(f"there is no payment {payment_id}; `cleanclaim claims show` has their ids")
    return Placed(*row)


def _in_suspense(connection: Connection, payment_id: int) -> Placed:
    placed = get(connection, payment_id)
    returned = select(money_act.c.id).where(
        money_act.c.claim_payment_id == payment_id, money_act.c.kind == RETURNED
    )
    if placed.claim_id is not None or connection.execute(returned).first() is not None:
        raise ActRefused(f"payment {payment_id} is not in suspense; see `cleanclaim suspense`")
    return placed


def _to(
    connection: Connection,
    business_on: str,
    signature: Signature,
    placed: Placed,
    claim_id: int | None,
    kind: str,
) -> str:
    act_id = acts.record(
        connection,
        business_on,
        signature,
        kind,
        placed.cash,
        claim_id=claim_id if claim_id is not None else placed.claim_id,
        claim_payment_id=placed.id,
        payer=placed.payer,
        practice=placed.practice,
    )
    if placed.claim_id is None:
        _note(connection, business_on, signature, placed.id, "matched")
    number = _place(connection, placed, claim_id, "CLP07" if signature.service else matching.BY_PERSON)
    concerned = [i for i in (placed.claim_id, claim_id) if i is not None]
    books = claim_books.settled(connection, concerned)
    made = Entry(kind, acts.key_of(act_id), remittance_id=placed.remittance_id)
    for where, cents in ((placed.claim_id, -placed.cash), (claim_id, placed.cash)):
        made.add("cash", cents, claim_id=where, payer=placed.payer, practice=placed.practice)
        if where is None:
            made.add("suspense", -cents, payer=placed.payer, practice=placed.practice)
        elif books[where].practice != placed.practice:
            made.add("due_to", -cents, claim_id=where, payer=placed.payer, practice=placed.practice)
            made.add("due_from", cents, claim_id=where, payer=placed.payer, practice=books[where].practice)
    for b in books.values():
        b.post_moves(made)
    write(connection, business_on, [made])
    claim_books.keep(connection, business_on, books, [made])
    for b in books.values():
        if b.practice != placed.practice:
            between_practices.follow(
                connection, business_on, b.claim_id, placed.payer, placed.practice, b.practice
            )
    return f"payment {placed.id} is on claim {number}"


def _note(
    connection: Connection, business_on: str, signature: Signature, payment_id: int, event: str
) -> None:
    """What a person did with a payment in suspense stands in the history of its work."""
    who, why = acts.named(signature)
    work_items.note_of_key(connection, business_on, f"suspense|{payment_id}", event, why, who)


def _place(connection: Connection, placed: Placed, claim_id: int | None, by: str) -> str:
    """Puts it on a claim or on none; the claim's number. `by` says how the claim was found."""
    found, number = None, ""
    if claim_id is not None:
        number = connection.execute(
            select(claim.c.patient_control_number).where(claim.c.id == claim_id)
        ).scalar_one()
        found = matching.place(connection, stored_payments.facts_of(connection, placed.id), claim_id)
    values = {
        "claim_id": claim_id,
        "submission_id": found.submission_id if found else None,
        "matched_by": by if found else "",
    }
    connection.execute(update(claim_payment).where(claim_payment.c.id == placed.id).values(values))
    judged.again_of(connection, [one for one in (placed.claim_id, claim_id) if one is not None])
    if placed.claim_id is not None and placed.payer_claim_control_number:
        _forget_number(connection, placed)
    return number


def _forget_number(connection: Connection, placed: Placed) -> None:
    """The payer's number that a payment gave a claim goes with it, where no other payment there has it."""
    theirs = placed.payer_claim_control_number
    others = select(claim_payment.c.id).where(
        claim_payment.c.claim_id == placed.claim_id, claim_payment.c.payer_claim_control_number == theirs
    )
    if connection.execute(others).first() is None:
        connection.execute(
            update(submission)
            .where(
                submission.c.claim_id == placed.claim_id,
                submission.c.payer == placed.payer,
                submission.c.payer_claim_control_number == theirs,
            )
            .values(payer_claim_control_number="")
        )
