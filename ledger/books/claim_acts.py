"""What a person does about the money of one claim: a patient's payment, a refund, a write-off, a move.

The act is a fact of the claim (`ClaimFacts`), and what follows from it is derived with all the others:
only the cash is posted as it is, the rest is the difference to what is in the books.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, select

from config.dollars import dollars
from ledger.adjudication.facts import NO_PATIENT_LIABILITY_REMARKS, NOTHING_AGREED, Answer, ClaimFacts
from ledger.adjudication.treatments import NOT_THE_PATIENTS
from ledger.adjudication.work import PRICES
from ledger.books import acts, claim_books, work_items
from ledger.books.acts import Signature
from ledger.books.card_numbers import has_card_number
from ledger.books.claim_books import Books
from ledger.books.entries import Entry, write
from ledger.errors import ActRefused
from ledger.payments import provider_level
from ledger.schema import claim, money_act

PATIENT_PAYMENT = "patient_payment"
REFUND = "refund"
WRITE_OFF = "write_off"
TO_PATIENT = "to_patient"
ACCEPT = "accept_price"
BAD_DEBT = "bad_debt"
PATIENT = ""

OF_CREDIT = "credit of claim"
"""How a payment is said to be made that another claim's credit pays: no money comes for it."""
UNDOES = "undoes act"
"""How the reference of an act that undoes a payment begins."""

EVENTS: Final = {
    PATIENT_PAYMENT: "paid by the patient",
    REFUND: "refunded",
    WRITE_OFF: "written off",
    TO_PATIENT: "moved to the patient",
    ACCEPT: "accepted as the payer's price",
    BAD_DEBT: "given to collections",
}
"""What an act is in the history of the work that it may end."""

OF_CARC: Final = frozenset(("26", "27"))
REASONS: Final = {
    "26": "the service was before the coverage began, verified with the payer",
    "27": "the service was after the coverage ended, verified with the payer",
    "COB": "the patient left the payer's coordination letter unanswered, and the contract allows it",
    "GA": "a signed notice (modifier GA) is on file",
    "WAIVER": "a waiver that the patient signed is on file",
}
"""Why a payer's part may become the patient's. Those of `OF_CARC` need the payer's denial with that CARC."""


def pay(
    connection: Connection,
    business_on: str,
    signature: Signature,
    claim_id: int,
    cents: int,
    reference: str = "",
) -> str:
    """Money that a patient pays for a claim; `reference` is how. No card's number is ever kept."""
    if cents <= 0:
        raise ActRefused("a payment is more than nothing; a refund is an act of its own")
    if has_card_number(reference) or has_card_number(signature.why):
        raise ActRefused(
            "that holds what may be a card's number, which is never kept: give its last four digits"
        )
    before = _books(connection, claim_id)
    _act(
        connection,
        business_on,
        signature,
        PATIENT_PAYMENT,
        before,
        PATIENT,
        cents,
        cash=cents,
        reference=reference,
    )
    return f"{dollars(cents)} received from the patient"


def unpay(connection: Connection, business_on: str, signature: Signature, act_id: int) -> str:
    """A patient's payment was none: the check came back, or it was entered wrong."""
    of = money_act.c
    row = connection.execute(select(money_act).where(of.id == act_id)).one_or_none()
    if row is None or row.kind != PATIENT_PAYMENT or row.cents <= 0:
        raise ActRefused(f"act {act_id} is no payment of a patient; see `cleanclaim patients show`")
    before = _books(connection, row.claim_id)
    undone = f"{UNDOES} {act_id}"
    if connection.execute(select(of.id).where(of.kind == PATIENT_PAYMENT, of.reference == undone)).first():
        raise ActRefused(f"payment {act_id} is undone already")
    _act(
        *(connection, business_on, signature, PATIENT_PAYMENT, before, PATIENT, -row.cents),
        cash=-row.cents,
        reference=undone,
    )
    return f"payment {act_id} of {dollars(row.cents)} is undone"


def give_up(
    connection: Connection,
    business_on: str,
    signature: Signature,
    claim_id: int,
    cents: int | None,
    reference: str,
) -> str:
    """What a patient owes goes to a collection agency: bad debt. What is paid later comes off it first."""
    before = _books(connection, claim_id)
    cents = _within(cents, before.settlement.patient, "is owed", PATIENT)
    _act(connection, business_on, signature, BAD_DEBT, before, PATIENT, cents, reference=reference)
    return f"{dollars(cents)} of the patient given to collections"


def recall(connection: Connection, business_on: str, signature: Signature, claim_id: int) -> str:
    """What a collection agency still has of a claim is the patient's again."""
    before = _books(connection, claim_id)
    given = before.settlement.balances["bad_debt", PATIENT]
    if given <= 0:
        raise ActRefused("nothing of this claim is in collections")
    asked = before.facts.bad_debt  # more than is left where the patient paid since
    _act(connection, business_on, signature, BAD_DEBT, before, PATIENT, -asked, reference="recalled")
    return f"{dollars(given)} is the patient's again"


def refund(
    connection: Connection,
    business_on: str,
    signature: Signature,
    claim_id: int,
    payer: str,
    cents: int | None,
    taken_under: str = "",
) -> str:
    """Money that goes back to a payer or the patient ("") who paid beyond what was owed. `taken_under`: the
    payer took it back itself, under this reference."""
    before = _books(connection, claim_id)
    _is_of_claim(before, payer)
    balances = before.settlement.balances
    beyond = -balances["credit", payer] - (balances["prepayment", PATIENT] if payer == PATIENT else 0)
    cents = _within(cents, beyond, "was paid beyond what is owed", payer)
    if payer != PATIENT and not taken_under:
        taken = provider_level.taken_of(connection, claim_id, payer, before.practice)
        if cents > beyond - sum(taken.values()):
            raise ActRefused(
                f"{payer} took {dollars(sum(taken.values()))} back itself (under {', '.join(taken)}): "
                "`cleanclaim credits offset` settles the two; where it was for something else, settle its "
                "work first (`cleanclaim work resolve`)"
            )
    _act(
        *(connection, business_on, signature, REFUND, before, payer, cents),
        cash=-cents,
        reference=taken_under,
    )
    return f"{dollars(cents)} refunded to {payer or 'the patient'}"


def write_off(
    connection: Connection,
    business_on: str,
    signature: Signature,
    claim_id: int,
    payer: str,
    cents: int | None,
    line: int = 0,
) -> str:
    """What nobody is asked for any more, of a payer's part or the patient's (""). `line`: the one whose
    denial it ends first, 0 none in particular."""
    before = _books(connection, claim_id)
    _is_of_claim(before, payer)
    cents = _within(cents, _owed(before, payer), "is owed", payer)
    _act(connection, business_on, signature, WRITE_OFF, before, payer, cents, line=line)
    return f"{dollars(cents)} of {payer or 'the patient'} written off"


def to_patient(
    connection: Connection,
    business_on: str,
    signature: Signature,
    claim_id: int,
    payer: str,
    reason: str,
    cents: int | None,
    line: int = 0,
) -> str:
    """What a payer leaves unpaid, of one line or of all (0), becomes the patient's, for a listed reason."""
    if reason not in REASONS:
        raise ActRefused(f"{reason} is no reason for asking the patient; one of {', '.join(REASONS)}")
    before = _books(connection, claim_id)
    _is_of_claim(before, payer)
    forbidden = patient_protected(before.facts)
    if forbidden:
        raise ActRefused(f"the patient must not be asked: {forbidden}")
    denied = sum(
        work.cents
        for work in before.settlement.work
        if work.owed
        and work.payer == payer
        and (reason not in OF_CARC or work.carc == reason)
        and line in (0, work.line)
    )
    of = f"is denied with CARC {reason}" if reason in OF_CARC else "is denied"
    of += f" on line {line}" if line else ""
    cents = _within(cents, denied, of, payer)
    _act(connection, business_on, signature, TO_PATIENT, before, payer, cents, reference=reason, line=line)
    return f"{dollars(cents)} of {payer} moved to the patient: {REASONS[reason]}"


def accept_price(
    connection: Connection, business_on: str, signature: Signature, claim_id: int, payer: str, line: int
) -> str:
    """What a payer allowed of a line (0: of all) is its price though a contract or the code billed says more:
    the rest is a contractual adjustment."""
    before = _books(connection, claim_id)
    cents = sum(
        work.cents
        for work in before.settlement.work
        if work.kind in PRICES and (work.payer, work.line) == (payer, line)
    )
    cents = _within(None, cents, "is short of a price", payer)
    _act(connection, business_on, signature, ACCEPT, before, payer, cents, line=line)
    return f"{dollars(cents)} less is accepted as the price of {payer}"


def patient_protected(facts: ClaimFacts) -> str:
    """Why nothing of a claim may reach the patient beyond what a payer says; "" it may."""
    if remarks := NO_PATIENT_LIABILITY_REMARKS & set(_remarks(facts.answers)):
        return f"a qualified Medicare beneficiary ({', '.join(sorted(remarks))})"
    if facts.qmb:
        return "a qualified Medicare beneficiary (271)"
    if any(a.carc == NOT_THE_PATIENTS for answer in facts.answers for a in answer.every_adjustment):
        return f"CARC {NOT_THE_PATIENTS} forbids it"
    for payer in (
        *(c.payer for c in facts.coverages),
        *(payer for _, payer in facts.billed),
        *(a.payer for a in facts.answers),
    ):
        terms = facts.terms.get(payer, NOTHING_AGREED)
        if terms.medicaid or terms.workers_compensation:
            return f"{payer} is {'Medicaid' if terms.medicaid else 'workers compensation'}"
    return ""


def _remarks(answers: Iterable[Answer]) -> Iterable[str]:
    for answer in answers:
        yield from answer.remarks
        for line in answer.lines:
            yield from line.remarks


def _books(connection: Connection, claim_id: int) -> Books:
    """The claim's books, which no other act changes until this one is over."""
    connection.execute(select(claim.c.id).where(claim.c.id == claim_id).with_for_update())
    return claim_books.settled(connection, [claim_id])[claim_id]


def _owed(books: Books, payer: str) -> int:
    if payer == PATIENT:
        return books.settlement.patient
    return sum(side.receivable for side in books.settlement.sides if side.payer == payer)


def _is_of_claim(books: Books, payer: str) -> None:
    """Raises ActRefused for a payer that the claim has nothing to do with: a mistyped one, mostly."""
    facts = books.facts
    payers = {
        *(c.payer for c in facts.coverages),
        *(key for _, key in facts.billed),
        *(a.payer for a in facts.answers),
        *(key for _, key in books.settlement.balances),
    }
    if payer not in payers | {PATIENT}:
        raise ActRefused(f"{payer} is no payer of this claim; its payers: {', '.join(sorted(payers - {''}))}")


def _within(cents: int | None, most: int, of: str, payer: str) -> int:
    """The amount asked for, or all there is. Raises ActRefused where there is less."""
    wanted = most if cents is None else cents
    if cents is not None and cents <= 0 < most:
        raise ActRefused(f"{dollars(most)} {of} by {payer or 'the patient'}; give an amount above $0.00")
    if wanted <= 0 or wanted > most:
        raise ActRefused(f"{dollars(max(most, 0))} {of} by {payer or 'the patient'}, not more")
    return wanted


def _act(
    connection: Connection,
    business_on: str,
    signature: Signature,
    kind: str,
    before: Books,
    payer: str,
    cents: int,
    *,
    cash: int = 0,
    reference: str = "",
    line: int = 0,
) -> None:
    claim_id, practice = before.claim_id, before.practice
    act_id = acts.record(
        connection,
        business_on,
        signature,
        kind,
        cents,
        claim_id=claim_id,
        payer=payer,
        practice=practice,
        reference=reference,
        line=line,
    )
    who, why = acts.named(signature)
    words = f"{dollars(cents)}: {why}"
    work_items.note_acted(connection, business_on, claim_id, payer, line, EVENTS[kind], words, who)
    books = claim_books.settled(connection, [claim_id])
    made = Entry(kind, acts.key_of(act_id))
    made.add("cash", cash, claim_id=claim_id, payer=payer, practice=practice)
    books[claim_id].post_moves(made)
    write(connection, business_on, [made])
    claim_books.keep(connection, business_on, books, [made])
