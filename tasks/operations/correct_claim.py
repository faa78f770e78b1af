"""A person decides about a correction that came after its claim was sent, or takes a claim back.

How it goes to the payer is in the table of methods (`config.correction_methods`): a replacement, a new claim,
or by hand. Another payer, member or billing provider is no correction of the claim but another claim: the
first one is taken back, then the new one goes. Another coverage of a later payer is none of the first payer's
business: the claim goes on with it where that payer was not billed yet, else it is corrected there, by that
payer's method.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Connection

from config import correction_methods
from config.payer import CorrectionState, Payer
from intake.encounter import Encounter
from ledger.books import letters, work_items
from ledger.books.acts import Done, Signature, named
from ledger.errors import ActRefused
from ledger.sending import corrections
from ledger.sending.billed import LATER_PAYER
from ledger.sending.corrections import Correctable, Decision
from tasks.claims import restricted
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, claim_of, perform

METHODS = ("new", "replacement", *corrections.BY_HAND)
KINDS: dict[str, Literal["P", "I", "D"]] = {"professional": "P", "institutional": "I", "dental": "D"}
ANOTHER_CLAIM = ("payer", "member_id")
"""Fields of the first coverage that make another claim."""
_AUTHORIZATION = re.compile(r"(lines\[\d+\]\.)?(prior_authorization|referral_number)")
BILLING_NPI = "billing NPI"
"""The place of a change that no encounter says: its practice's file does. It makes another claim, too."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: its place, and its value before and after ("" where there is none)."""

    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a decision about a claim would be, before it is carried out."""

    claim_id: int
    payer: str
    state: str
    method: str
    replaces: str
    changes: tuple[Change, ...]


def preview(home: Home, as_of: date, number: str, method: str = "") -> Preview:
    """What `correct` would do. Raises StepError CLM-01, CLM-03 and CLM-04."""
    claim_id = claim_of(home, number)
    with home.ledger.read() as connection:
        return _preview(home, as_of, _load(connection, claim_id), method)


def _load(connection: Connection, claim_id: int) -> Correctable:
    one = corrections.load(connection, claim_id)
    if not one.corrected_id:
        raise StepError("CLM-04", "no corrected encounter of this claim waits; see `cleanclaim holds`")
    refuse_while_appealed(connection, claim_id)
    billed = sorted(_later_orders(one, _differences(one)) & one.orders)
    if len(billed) > 1:
        named = " and ".join(billed)
        raise ActRefused(f"coverages {named} differ and were billed: send a version with one of them changed")
    return corrections.load(connection, claim_id, billed[0]) if billed else one


def refuse_while_appealed(connection: Connection, claim_id: int) -> None:
    """A replacement would end an appeal unheard. Raises StepError CLM-08 while one is under way."""
    if items := letters.under_way(connection, claim_id):
        named = ", ".join(map(str, items))
        raise StepError(
            "CLM-08",
            f"an appeal of this claim is under way (work {named}): wait for its answer, or take it back with "
            f"cleanclaim work appeal-withdraw {items[0]} --why ...",
        )


def _preview(home: Home, as_of: date, one: Correctable, method: str) -> Preview:
    payer = home.partners.payers.get(one.payer)
    if payer is None:
        raise StepError("CLM-05", f"no file under partners/payers names {one.payer}; add it")
    changes = (*_differences(one), *_billing_provider(home, one))
    later = _later_orders(one, changes)
    if not method and later and not later & one.orders:
        method = LATER_PAYER
    if not one.state and method != LATER_PAYER:
        raise StepError(
            "CLM-06", "the payer has not decided on this claim yet; correct it when its answer is here"
        )
    if restricted.is_whole(Encounter.model_validate_json(one.corrected)):
        method = _restricted_method(payer, as_of, one, method)
    if not method:
        method = _method(payer, as_of, one, changes)
    return Preview(
        claim_id=one.claim_id,
        payer=one.payer,
        state=one.state,
        method=method,
        replaces=one.number if method in ("replacement", "void_then_new") else "",
        changes=changes,
    )


def _restricted_method(payer: Payer, as_of: date, one: Correctable, method: str) -> str:
    """Nothing of the corrected encounter is billed: what the payer has of it is taken back."""
    if method in corrections.BY_HAND:
        return method
    if method:
        raise ActRefused("nothing of the corrected encounter is billed; leave the method out")
    if not one.number:
        return "new"
    if not correction_methods.takes_void(payer, _kind(one.original), as_of):
        raise ActRefused(f"{payer.key} takes no frequency 8; ask it by hand to take the claim back")
    return "void_then_new"


def _method(payer: Payer, as_of: date, one: Correctable, changes: tuple[Change, ...]) -> str:
    kind = _kind(one.original)
    if one.state == "rejected":
        # a replacement that was rejected goes again as one, under the same number
        return "replacement" if one.number else "new"
    usual = correction_methods.method(payer, kind, cast(CorrectionState, one.state), as_of)
    another = any(change.place == BILLING_NPI or _another_coverage(one, change.place) for change in changes)
    if usual == "replacement" and another:
        return "void_then_new"
    return usual


def _kind(payload: str) -> Literal["P", "I", "D"]:
    return KINDS[json.loads(payload).get("kind", "professional")]


def _another_coverage(one: Correctable, place: str) -> bool:
    """Whether a place is the payer or the member of the coverage that is corrected."""
    orders = _orders(one.original)
    if one.payer_order not in orders:
        return False
    at = orders.index(one.payer_order) + 1
    return place in {f"coverages[{at}].{name}" for name in ANOTHER_CLAIM}


def _later_orders(one: Correctable, changes: Iterable[Change]) -> set[str]:
    """The orders of the later payers whose coverages or authorizations alone differ; none where anything else
    does. A number that comes after the first payer paid is of a payer after it: the first that was not billed
    yet, or else the last."""
    before, after = (_orders(payload) for payload in (one.original, one.corrected))
    if before[:1] != after[:1] or not set(before) <= set(after):
        return set()
    first, *others = sorted(after, key="PST".index) or ("",)
    found = set()
    for change in changes:
        if change.place.startswith("coverages["):
            found.add(after[int(change.place.removeprefix("coverages[").partition("]")[0]) - 1])
        elif _AUTHORIZATION.fullmatch(change.place) and others and one.state == "paid":
            found.add(next((order for order in others if order not in one.orders), others[-1]))
        else:
            return set()
    return found if first not in found else set()


def _orders(payload: str) -> list[str]:
    return [coverage.get("order", "P") for coverage in json.loads(payload).get("coverages", ())]


def differences(before: Any, after: Any, place: str = "") -> Iterator[Change]:
    """The fields of two encounters that differ, in the order of the document. Lists count from 1.

    Their version does always; how a document names its practice says nothing of the claim.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            if place or name not in ("version", "practice"):
                inner = f"{place}.{name}" if place else name
                yield from differences(before.get(name), after.get(name), inner)
    elif isinstance(before, list) and isinstance(after, list):
        for n in range(max(len(before), len(after))):
            old, new = (side[n] if n < len(side) else None for side in (before, after))
            yield from differences(old, new, f"{place}[{n + 1}]")
    elif before != after:
        yield Change(place, _shown(before), _shown(after))


def _differences(one: Correctable) -> Iterator[Change]:
    return differences(json.loads(one.original), json.loads(one.corrected))


def _billing_provider(home: Home, one: Correctable) -> Iterator[Change]:
    """The billing NPI is the practice's: its file may say another one than the claim went out with."""
    practice = home.partners.practices.get(one.practice)
    if practice is not None and practice.npi != one.billing_npi:
        yield Change(BILLING_NPI, one.billing_npi, practice.npi)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def correct(
    home: Home, as_of: date, by: By, number: str, *, method: str = "", condition: str = "", dry_run: bool
) -> Done:
    """A correction goes to the payer by its method, or by the one that is given.

    Raises StepError CLM-01, CLM-03 to CLM-06; LedgerError LED-14.
    """
    claim_id = claim_of(home, number)

    def act(connection: Connection, business_date: str, signature: Signature) -> str:
        one = _load(connection, claim_id)
        found = _preview(home, as_of, one, method)
        decision = Decision(
            method=found.method, changes=[change.place for change in found.changes], condition=condition
        )
        corrections.decide(connection, business_date, signature, one, decision)
        if found.method not in corrections.BY_HAND and found.method != LATER_PAYER:
            _await(home, as_of, connection, one, f"corrected: {found.method.replace('_', ' ')}", signature)
        shown = "; ".join(f"{c.place}: {c.before or '-'} to {c.after or '-'}" for c in found.changes)
        return f"claim {number} ({found.state}): {found.method.replace('_', ' ')}. {shown}"

    return perform(home, as_of, by, act, dry_run=dry_run)


def _await(
    home: Home, as_of: date, connection: Connection, one: Correctable, what: str, signature: Signature
) -> None:
    """What the payer decided before waits for what it says now."""
    until = as_of + timedelta(days=home.partners.payers[one.payer].answer_days)
    who, why = named(signature)
    work_items.await_answer(
        connection, as_of.isoformat(), one.claim_id, until.isoformat(), f"{what}: {why}", who, payer=one.payer
    )


def refuse(home: Home, as_of: date, by: By, number: str, *, dry_run: bool) -> Done:
    """The claim stays as it is out; the correction is settled. Raises as `correct`."""
    claim_id = claim_of(home, number)

    def act(connection: Connection, business_date: str, signature: Signature) -> str:
        one = _load(connection, claim_id)
        changes = _differences(one)
        decision = Decision(method="refused", changes=[change.place for change in changes])
        corrections.decide(connection, business_date, signature, one, decision)
        return f"claim {number} stays as it is out"

    return perform(home, as_of, by, act, dry_run=dry_run)


def void(
    home: Home, as_of: date, by: By, number: str, *, order: str = "", condition: str = "", dry_run: bool
) -> Done:
    """A claim that a payer decided is taken back with frequency 8: from the first payer, which ends the
    claim, or from the later one of this order (S, T). Raises CLM-05, LedgerError LED-14."""
    claim_id = claim_of(home, number)

    def act(connection: Connection, business_date: str, signature: Signature) -> str:
        one = corrections.load(connection, claim_id, order)
        payer = home.partners.payers.get(one.payer)
        if payer is None:
            raise StepError("CLM-05", f"no file under partners/payers names {one.payer}; add it")
        if one.state in ("", "rejected"):
            raise ActRefused("the payer decided nothing of this claim; there is nothing to take back")
        if not correction_methods.takes_void(payer, _kind(one.original), as_of):
            raise ActRefused(
                f"{payer.key} takes no frequency 8; ask it for a reopening, or refund the payment"
            )
        decision = Decision(method="void", condition=condition)
        without = replace(one, corrected_id=0)
        corrections.decide(connection, business_date, signature, without, decision)
        _await(home, as_of, connection, one, "taken back", signature)
        return f"claim {number} is taken back from {payer.key} with the next run"

    return perform(home, as_of, by, act, dry_run=dry_run)
