"""The sub-ledger of provider-level adjustments: what payers recoup, defer, refund and carry forward.

The amounts of one reference are a chain: a recoupment that is deferred (WO negative), taken (WO
positive) or answered by a refund (72) comes to nothing in the end. Payers name one claim by several
references; what one of them announces is taken under another. A chain that does not come to nothing is
work, and so is every other amount that a payer keeps or gives beside its claims, but for interest.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, false, func, or_, select

from ledger.adjudication.facts import NO_NUMBERS
from ledger.books import work_items
from ledger.books.accounts import of_reason
from ledger.books.entries import Entry
from ledger.payments.remittance_facts import RemittanceFacts
from ledger.schema import (
    claim,
    claim_payment,
    money_act,
    provider_adjustment,
    remittance,
    submission,
    work_item,
)
from ledger.storage.database import bounded, insert_many
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
from ledger.storage.unindexed import unindexed
from ledger.trail import written

RECOUPMENT = "recoupment"
FORWARDED = "forwarded balance"
ACTIONS = {
    "tax_withheld": "The payer withheld tax{of}: enter it for the tax return, then settle this",
    "fees": "The payer kept a fee{of}: see that it was agreed on, then settle this",
    "levy": "The payer paid somebody else by levy or garnishment{of}: see the order, then settle this",
    "settlement": "The payer changed the payment{of} by an amount of no claim: find out what for, "
    "then settle this",
}
KINDS = {"recoupment": RECOUPMENT, "forwarded_balance": FORWARDED} | {kind: kind for kind in ACTIONS}
"""The kind of chain by the account of a reason; interest explains itself."""

RETURNED = "72"
"""The reason by which a payer acknowledges a refund."""
PAYER_REFUND = "payer_refund"
ANNOUNCED = "The payer announced"
"""How the action of a recoupment begins that was not taken yet."""
ACKNOWLEDGED = "The payer acknowledged a refund"
"""How the action begins where a payer says that it got a refund (PLB 72), and no such one is here."""


def post(connection: Connection, facts: RemittanceFacts, remittance_id: int) -> list[Entry]:
    """Keeps the provider-level adjustments of a remittance; the entries that they come to."""
    entries = []
    rows = []
    for n, adjustment in enumerate(facts.provider_adjustments, 1):
        made = Entry("provider_level", f"remit:{remittance_id}:plb:{n}", remittance_id=remittance_id)
        for account, cents in (("cash", -adjustment.cents), (of_reason(adjustment.reason), adjustment.cents)):
            made.add(account, cents, payer=facts.payer, practice=facts.practice, reference=adjustment.reason)
        entries.append(made)
        rows.append(
            {
                "remittance_id": remittance_id,
                "position": n,
                "reason": adjustment.reason,
                "reference": adjustment.reference,
                "fiscal_on": adjustment.fiscal_on,
                "cents": adjustment.cents,
            }
        )
    insert_many(connection, provider_adjustment, rows)
    written.note(connection, provider_adjustment, rows)
    return entries


def _claim(connection: Connection, payer: str, reference: str) -> int | None:
    """The claim that a reference names; payers write the patient's number or a day behind the claim's."""
    found = _claims(connection, payer, [reference, *reference.split()])
    if reference in found:
        return found[reference]
    named = set(found.values())
    return named.pop() if len(named) == 1 else None


def _claims(connection: Connection, payer: str, references: Sequence[str]) -> dict[str, int]:
    """The claims that references name: by a number of the payer's own that an answer or a status gave,
    or by ours."""
    wanted = sorted({reference for reference in references if reference.upper() not in NO_NUMBERS})
    found: dict[str, int] = {}
    p, s = claim_payment.c, submission.c
    for piece in bounded(wanted):
        for query in (
            select(claim.c.patient_control_number, claim.c.id).where(
                claim.c.patient_control_number.in_(piece)
            ),
            select(s.payer_claim_control_number, s.claim_id)
            .where(s.payer == payer, s.payer_claim_control_number.in_(piece))
            .order_by(s.claim_id.desc()),
            select(p.payer_claim_control_number, p.claim_id)
            .join(remittance, remittance.c.id == p.remittance_id)
            .where(
                remittance.c.payer == payer,
                p.payer_claim_control_number.in_(piece),
                p.claim_id.is_not(None),
            )
            .order_by(p.claim_id.desc()),
        ):
            found.update(connection.execute(query).tuples().all())
    return found


Chains = dict[tuple[str, str], set[tuple[str, str]]]
"""By payer and practice, adjustments (reason, reference) that name chains."""


def touch(connection: Connection, chains: Chains, several: Sequence[RemittanceFacts]) -> None:
    """Adds the chains that remittances add to, or whose claim they make known, in whatever practice's
    remittance they began."""
    numbers: dict[str, set[str]] = {}
    for facts in several:
        of = facts.payer, facts.practice
        chains.setdefault(of, set()).update((a.reason, a.reference) for a in facts.provider_adjustments)
        theirs = {p.payer_claim_control_number for p in facts.payments} - {""}
        numbers.setdefault(facts.payer, set()).update(theirs)
    every = set().union(*numbers.values())
    for reason, reference, payer, practice in connection.execute(*_referring(list(every))):
        if reference in numbers.get(payer, ()):
            chains.setdefault((payer, practice), set()).add((reason, reference))
    for reason, reference, payer, practice in connection.execute(*_of_no_claim()):
        if not numbers.get(payer, set()).isdisjoint(reference.split()):
            chains.setdefault((payer, practice), set()).add((reason, reference))


@stated
def _referring(references: Any) -> Select[tuple[Any, ...]]:
    a, r = provider_adjustment.c, remittance.c
    query = select(a.reason, a.reference, r.payer, r.practice).join(remittance, r.id == a.remittance_id)
    return query.where(one_of(a.reference, references))


@stated
def _of_no_claim() -> Select[tuple[Any, ...]]:
    """Of open chains without a claim those whose reference has several words."""
    w = work_item.c
    return select(w.carc, w.reference, w.payer, w.practice).where(
        w.kind == "provider_level",
        unindexed(w.state) == "open",
        w.claim_id.is_(None),
        w.reference.contains(" "),
    )


def sync_chains(
    connection: Connection,
    business_on: str,
    payer: str,
    practice: str,
    adjustments: Iterable[tuple[str, str]],
) -> None:
    """Opens, changes or closes the work of the chains that these (reason, reference) belong to."""
    chains: dict[tuple[str, str], str] = {}
    for reason, reference in sorted(adjustments):
        if kind := kind_of(reason):
            chains.setdefault((kind, reference), reason)
    for kind, reference in list(chains):
        if kind == RECOUPMENT and (claim_id := _claim(connection, payer, reference)) is not None:
            for other in _names_of(connection, claim_id, payer):
                chains.setdefault((kind, other), "WO")
    for (kind, reference), reason in sorted(chains.items()):
        left, claim_id = balance(connection, payer, practice, kind, reference)
        acknowledged = set(_by_reason(connection, payer, practice, kind, reference)) == {RETURNED}
        row = {
            "key": _key_of(payer, practice, kind, reference),
            "kind": "provider_level",
            "reference": reference,
            "claim_id": claim_id,
            "practice": practice,
            "payer": payer,
            "carc": "WO" if kind == RECOUPMENT else reason,
            "category": "TAKEBACK" if kind == RECOUPMENT else "BALANCE",
            "action": _action(kind, left, reference, acknowledged),
        }
        work_items.follow(connection, business_on, row, left)


def _key_of(payer: str, practice: str, kind: str, reference: str) -> str:
    """The key of a chain's work."""
    return f"chain|{payer}|{practice}|{kind}|{reference}"


def kind_of(reason: str) -> str:
    """The kind of chain that a reason (PLB03-1) belongs to; "" for one that explains itself."""
    return KINDS.get(of_reason(reason), "")


def _action(kind: str, left: int, reference: str, acknowledged: bool) -> str:
    of = f" under {reference}" if reference else ""
    if kind in ACTIONS:
        return ACTIONS[kind].format(of=of)
    if kind == RECOUPMENT:
        if left > 0:
            return (
                f"The payer recouped money{of} without a reversal here: find out what for, appeal or accept"
            )
        if acknowledged:
            return (
                f"{ACKNOWLEDGED}{of} without recouping anything: enter the refund if it was paid, "
                "else find out whose money it is"
            )
        return f"{ANNOUNCED} a recoupment{of}: refund it, appeal, or wait until it is taken"
    return f"The payer carries a balance{of}: it is to come back in a later remittance"


def taken_of(connection: Connection, claim_id: int, payer: str, practice: str) -> dict[str, int]:
    """By reference, the cents that a payer took back of a claim beside its answers (or got back by a refund
    under the reference) and that no announcement explains. What a person settled is not among them."""
    found = {}
    for reference in sorted(_names_of(connection, claim_id, payer)):
        left, of = balance(connection, payer, practice, RECOUPMENT, reference)
        key = _key_of(payer, practice, RECOUPMENT, reference)
        if left > 0 and of == claim_id and work_items.state_of(connection, key) != work_items.SETTLED:
            found[reference] = left
    return found


def _names_of(connection: Connection, claim_id: int, payer: str) -> set[str]:
    """The references by which a payer's adjustments and refunds to it name a claim."""
    p, s, a, m, w = claim_payment.c, submission.c, provider_adjustment.c, money_act.c, work_item.c
    numbers: set[str] = set()
    for named in (
        select(claim.c.patient_control_number).where(claim.c.id == claim_id),
        select(s.payer_claim_control_number).where(s.claim_id == claim_id, s.payer == payer),
        select(p.payer_claim_control_number)
        .join(remittance, remittance.c.id == p.remittance_id)
        .where(p.claim_id == claim_id, remittance.c.payer == payer),
    ):
        numbers.update(connection.execute(named).scalars())
    used: set[str] = set()
    for query in (
        select(a.reference).where(one_of(a.reference, numbers)),
        select(m.reference).where(m.claim_id == claim_id, m.payer == payer, m.kind == PAYER_REFUND),
        select(w.reference).where(w.claim_id == claim_id, w.payer == payer, w.kind == "provider_level"),
    ):
        used.update(connection.execute(query).scalars())
    longer = [a.reference.between(f"{number} ", f"{number} ~") for number in sorted(numbers - {""})]
    for reference in connection.execute(select(a.reference).where(or_(false(), *longer))).scalars():
        if reference not in used and _claim(connection, payer, reference) == claim_id:
            used.add(reference)
    return used - {""}


def balance(
    connection: Connection, payer: str, practice: str, kind: str, reference: str
) -> tuple[int, int | None]:
    """What is left of a chain, in cents, and the claim that it is about."""
    cents = _sum(connection, payer, practice, kind, reference)
    if kind == FORWARDED:  # its reference is the trace of a remittance (005010X221A1, PLB03-2)
        return cents, None
    claim_id = _claim(connection, payer, reference)
    if kind != RECOUPMENT or claim_id is None or not cents:
        return cents, claim_id
    sums = {reference: cents}
    for other in _names_of(connection, claim_id, payer) - {reference}:
        key = _key_of(payer, practice, kind, other)
        if work_items.state_of(connection, key) != work_items.SETTLED:
            sums[other] = _sum(connection, payer, practice, kind, other)
    return _beside(reference, sums), claim_id


def _beside(reference: str, sums: Mapping[str, int]) -> int:
    """What is left under a reference once those of the other sign have taken their part of it, in order."""
    sign = 1 if sums[reference] > 0 else -1
    against = sum(-sign * cents for cents in sums.values() if sign * cents < 0)
    for one, cents in sorted(sums.items()):
        if sign * cents <= 0:
            continue
        took = min(sign * cents, against)
        against -= took
        if one == reference:
            return sign * (sign * cents - took)
    return 0


def _sum(connection: Connection, payer: str, practice: str, kind: str, reference: str) -> int:
    """The adjustments of a kind under a reference, and what was refunded under it."""
    cents = sum(_by_reason(connection, payer, practice, kind, reference).values())
    if kind != RECOUPMENT:
        return cents
    refunded = connection.execute(
        select(func.coalesce(func.sum(money_act.c.cents), 0)).where(
            money_act.c.kind == PAYER_REFUND,
            money_act.c.payer == payer,
            money_act.c.practice == practice,
            money_act.c.reference == reference,
        )
    ).scalar_one()
    return cents + int(refunded)


def _by_reason(
    connection: Connection, payer: str, practice: str, kind: str, reference: str
) -> dict[str, int]:
    """What remittances say of a chain, in cents by reason."""
    by_reason = connection.execute(
        select(provider_adjustment.c.reason, func.sum(provider_adjustment.c.cents))
        .join(remittance, remittance.c.id == provider_adjustment.c.remittance_id)
        .where(
            remittance.c.payer == payer,
            remittance.c.practice == practice,
            provider_adjustment.c.reference == reference,
        )
        .group_by(provider_adjustment.c.reason)
    )
    return {reason: int(total) for reason, total in by_reason if kind_of(reason) == kind}
