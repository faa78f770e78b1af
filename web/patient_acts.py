"""What may be pressed on a patient's account: what the commands of patients, statements and credits do.

An act gets its account by a claim's own number, and takes no row of another account: what a form names is
compared with what the account has.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from config.counted import counted
from config.dollars import dollars
from intake.parties import Address, Person
from ledger.books.claim_acts import UNDOES
from ledger.patients.estimates import FORMS, Estimate
from ledger.patients.holds import KINDS, Hold
from ledger.patients.statements import Made
from ledger.queries.patient_claims import PatientClaim, PatientPayment
from tasks.errors import StepError
from tasks.operations import (
    claim_money,
    estimates,
    give_collections,
    name_guarantor,
    patient_money,
    payment_plans,
    small_balances,
    statements,
    time_credits,
)
from tasks.patients.accounts import Account
from tasks.patients.plan_standing import Standing
from web.acts import Act, Asked, CameTo, Field
from web.chosen import row_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An account with what is kept of it."""

    account: Account
    payments: Sequence[PatientPayment]
    plans: Sequence[Standing]
    holds: Sequence[Hold]
    made: Sequence[Made]
    estimates: Sequence[Estimate]

    @property
    def number(self) -> str:
        """The number of the account's first claim: it names no other claim, as an id may."""
        return next(one.number for one in self.account.claims if one.id == self.account.number)

    @property
    def standing(self) -> list[PatientPayment]:
        """The payments that nothing undid."""
        undone = {one.how for one in self.payments}
        return [
            one for one in self.payments
            if one.cents > 0 and f"{UNDOES} {one.act}" not in undone
        ]  # fmt: skip


def acts_of(known: Known, day: date) -> dict[str, Act]:
    """Every act by its key; `offered` says which of them the account has a use for."""
    made = [
        *_of_money(known), *_of_plans(known, day), *_of_statements(known, day), *_of_others(known, day)
    ]  # fmt: skip
    return {act.key: act for act in made}


def offered(known: Known) -> list[str]:
    """The acts that the account has a use for now, the likeliest first."""
    account = known.account
    owes, has_credit = account.owed > 0, account.credit > 0
    minors = account.guarantor is None
    use = {
        "pay": owes or account.given_up > 0,
        "unpay": bool(known.standing),
        "use-credit": has_credit and owes,
        "refund": has_credit,
        "contact": has_credit,
        "plan": owes and not any(one.owed for one in known.plans),
        "plan-end": any(one.owed for one in known.plans),
        "hold": owes,
        "release": any(not one.until_on for one in known.holds),
        "void": any(not one.void for one in known.made),
        "guarantor": minors,
        "guarantor-withdraw": any(one.named for one in account.claims),
        "to-collections": owes,
        "recall": account.given_up > 0,
        "estimate-give": any(one.state == "made" for one in known.estimates),
        "estimate-accept": bool(known.estimates),
        "estimate-withdraw": any(not one.withdrawn for one in known.estimates),
        "estimate-undo": any(one.events for one in known.estimates),
    }
    return [key for key, wanted in use.items() if wanted]


def _claims(claims: Sequence[PatientClaim], name: str, label: str, kind: str, required: bool) -> Field:
    words = tuple(f"{c.number}, {c.service_from_on}, owes {dollars(c.owed)}" for c in claims)
    numbers = tuple(c.number for c in claims)
    return Field(name, label, kind, numbers, required=required, labels=words)


def _one_of(asked: Asked, name: str, known: Collection[int]) -> int:
    """The number that a form names, among those that the account has. Raises StepError WEB-08."""
    return _some_of(asked, name, known)[0]


def _some_of(asked: Asked, name: str, known: Collection[int]) -> list[int]:
    found = [row_id(word) for word in asked.ticked(name)]
    if not found or not set(found) <= set(known):
        raise StepError("WEB-08", f"choose the {name} among those of this account")
    return found


def _claim_of(asked: Asked, known: Known) -> str:
    number = asked.field("claim")
    if number not in {one.number for one in known.account.claims}:
        raise StepError("WEB-08", "choose a claim of this account")
    return number


def _of_money(known: Known) -> list[Act]:
    number, claims = known.number, known.account.claims
    owing = [one for one in claims if one.owed > 0 or one.given_up > 0]
    credits_ = [one for one in claims if one.credit > 0]
    paid = known.standing

    def pay(asked: Asked) -> CameTo:
        return patient_money.pay(
            asked.home, asked.day, asked.by, number, asked.cents("amount"), asked.field("method"),
            asked.field("reference"), asked.ticked("claim"), dry_run=asked.dry_run,
        )  # fmt: skip

    def unpay(asked: Asked) -> CameTo:
        of = _some_of(asked, "payment", [one.act for one in paid])
        return patient_money.unpay(asked.home, asked.day, asked.by, of, dry_run=asked.dry_run)

    payments = Field(
        "payment", "Which payments", "ticks", tuple(str(one.act) for one in paid),
        labels=tuple(f"{one.act}: {one.business_on}, {dollars(one.cents)}, {one.how}" for one in paid),
    )  # fmt: skip
    return [
        Act("pay", "Take a payment", "bill", pay, (
            Field("amount", "Amount", "dollars"),
            Field("method", "How", "choice", patient_money.METHODS),
            Field("reference", "Reference", hint="the check's number, a card's last four digits",
                  required=False),
            _claims(owing, "claim", "Only to these claims; else the oldest service first", "ticks", False),
        )),
        Act("unpay", "A payment was none", "bill", unpay, (payments,)),
        Act("use-credit", "Use the credit for what is owed", "bill",
            lambda a: small_balances.use_credit(a.home, a.day, a.by, number, dry_run=a.dry_run)),
        Act("refund", "Refund the credit of a claim", "bill",
            lambda a: claim_money.refund(
                a.home, a.day, a.by, _claim_of(a, known), "", a.cents("amount") or None, dry_run=a.dry_run),
            (_claims(credits_, "claim", "Claim", "choice", True),
             Field("amount", "Amount", "dollars", hint="all of it", required=False))),
    ]  # fmt: skip


def _of_plans(known: Known, day: date) -> list[Act]:
    kept = [one for one in known.plans if one.owed]

    def plan(asked: Asked) -> CameTo:
        text = asked.field("instalments")
        if not (text.isascii() and text.isdigit() and len(text) < 4):
            raise StepError("PLN-02", "say how many instalments, in digits")
        made = payment_plans.plan(
            asked.home, asked.day, asked.by, known.number, int(text), asked.on("first"), dry_run=asked.dry_run
        )
        each = made.cents // made.instalments
        last = made.cents - each * (made.instalments - 1)
        times = counted(made.instalments, "instalment")
        ends = f"the last, {dollars(last)}, on {made.due_on(made.instalments)}"
        return [
            f"{dollars(made.cents)} in {times} of {dollars(each)}",
            f"the first on {made.due_on(1)}, {ends}",
        ]

    def end(asked: Asked) -> CameTo:
        which = _one_of(asked, "plan", [one.plan.id for one in kept])
        over = payment_plans.end(asked.home, asked.day, asked.by, which, dry_run=asked.dry_run)
        return f"plan {over.id} of {dollars(over.cents)} is over; what is left is on the next statement"

    plans = Field(
        "plan", "Plan", "choice", tuple(str(one.plan.id) for one in kept),
        labels=tuple(f"{one.plan.id}: {dollars(one.owed)} left" for one in kept),
    )  # fmt: skip
    return [
        Act("plan", "Agree a payment plan", "bill", plan, (
            Field("instalments", "Instalments", hint="how many, month by month"),
            Field("first", "The first one on", "day", value=day.isoformat()),
        )),
        Act("plan-end", "End a payment plan", "bill", end, (plans,)),
    ]  # fmt: skip


def _of_statements(known: Known, day: date) -> list[Act]:
    open_holds = [one for one in known.holds if not one.until_on]
    counting = [one for one in known.made if not one.void]

    def hold(asked: Asked) -> CameTo:
        alone = asked.field("claim")
        _, held = statements.hold(
            asked.home, asked.day, asked.by, _claim_of(asked, known) if alone else known.number,
            asked.field("kind"), from_on=asked.on("from"), claim_alone=bool(alone), dry_run=asked.dry_run,
        )  # fmt: skip
        what = f"claim {alone}" if alone else "the account"
        return f"no statement asks for {what} from {held.from_on}: {KINDS[held.kind]}"

    def release(asked: Asked) -> CameTo:
        which = _one_of(asked, "hold", [one.id for one in open_holds])
        ended = statements.release(
            asked.home, asked.day, asked.by, which, from_on=asked.on("from"), dry_run=asked.dry_run
        )
        return f"hold {ended.id} ({ended.kind}) ends"

    def void(asked: Asked) -> CameTo:
        which = _some_of(asked, "statement", [one.id for one in counting])
        gone = statements.void(asked.home, asked.day, asked.by, which, dry_run=asked.dry_run)
        return [f"statement {one.id}, {dollars(one.cents)}, does not count" for one in gone]

    today = Field("from", "From", "day", value=day.isoformat())
    holds = Field(
        "hold", "Hold", "choice", tuple(str(one.id) for one in open_holds),
        labels=tuple(f"{one.id}: {one.kind.replace('_', ' ')}, from {one.from_on}" for one in open_holds),
    )  # fmt: skip
    sent = Field(
        "statement", "Which statements", "ticks", tuple(str(one.id) for one in counting),
        labels=tuple(f"{one.id}: {one.business_on}, {dollars(one.cents)}" for one in counting),
    )  # fmt: skip
    return [
        Act("hold", "Hold its statements", "bill", hold, (
            Field("kind", "Because", "choice", tuple(KINDS), labels=tuple(KINDS.values())),
            today,
            _claims(known.account.claims, "claim", "Of one claim alone", "choice", False),
        )),
        Act("release", "End a hold", "bill", release, (holds, today)),
        Act("void", "A statement does not count", "bill", void, (sent,)),
    ]  # fmt: skip


def _of_others(known: Known, day: date) -> list[Act]:
    number, credits_ = known.number, [one for one in known.account.claims if one.credit > 0]

    def name(asked: Asked) -> CameTo:
        at = Address(**{part: asked.field(part) for part in ("line1", "line2", "city", "state", "zip")})
        person = Person(
            last=asked.field("last"), first=asked.field("first"), birth_date=asked.on("birth_date"),
            address=at,
        )  # fmt: skip
        done = name_guarantor.name(
            asked.home, asked.day, asked.by, _claim_of(asked, known), person, dry_run=asked.dry_run
        )
        return f"{done.guarantor} answers for {counted(len(done.claims), 'claim')}, and for those to come"

    def withdraw(asked: Asked) -> CameTo:
        done = name_guarantor.withdraw(
            asked.home, asked.day, asked.by, _claim_of(asked, known), dry_run=asked.dry_run
        )
        return f"whom the encounters name answers for {counted(len(done.claims), 'claim')}"

    of_claims = _claims(known.account.claims, "claim", "A claim of the child", "choice", True)
    parts = (
        Field("last", "Last name"), Field("first", "First name"), Field("birth_date", "Birth date", "day"),
        Field("line1", "Street", hint="where it is not the child's", required=False),
        Field("line2", "Suite, floor", required=False), Field("city", "City", required=False),
        Field("state", "State", required=False), Field("zip", "ZIP", required=False),
    )  # fmt: skip
    return [
        Act("contact", "The owner of a credit was in contact", "bill",
            lambda a: time_credits.contact(
                a.home, a.day, a.by, _claim_of(a, known), a.on("on"), dry_run=a.dry_run).what,
            (_claims(credits_, "claim", "Claim", "choice", True),
             Field("on", "On", "day", value=day.isoformat()))),
        Act("guarantor", "Name who answers for a child", "bill", name, (of_claims, *parts)),
        Act("guarantor-withdraw", "Whom the encounters name answers again", "bill", withdraw, (of_claims,)),
        Act("to-collections", "Give it to a collection agency", "bill",
            lambda a: give_collections.give(a.home, a.day, a.by, [number], dry_run=a.dry_run).done),
        Act("recall", "Take it back from collections", "bill",
            lambda a: give_collections.recall(a.home, a.day, a.by, number, dry_run=a.dry_run)),
        *_of_estimates(known.estimates, day),
    ]  # fmt: skip


def _of_estimates(kept: Sequence[Estimate], day: date) -> list[Act]:
    numbers = [one.number for one in kept]
    which = Field(
        "estimate", "Estimate", "choice", tuple(map(str, numbers)),
        labels=tuple(f"{one.number}: {dollars(one.cents)}, {one.state}" for one in kept),
    )  # fmt: skip
    ways = tuple(way for of in FORMS.values() for way in of)

    def give(asked: Asked) -> CameTo:
        of, on, how = _one_of(asked, "estimate", numbers), asked.on("on"), asked.field("how")
        return estimates.give(asked.home, asked.day, asked.by, of, on, how, dry_run=asked.dry_run).what

    return [
        Act("estimate-give", "The patient got an estimate", "bill", give,
            (which, Field("on", "On", "day", value=day.isoformat()), Field("how", "How", "choice", ways))),
        Act("estimate-accept", "The bill above an estimate stands", "bill",
            lambda a: estimates.accept(
                a.home, a.day, a.by, _one_of(a, "estimate", numbers), dry_run=a.dry_run).what, (which,)),
        Act("estimate-withdraw", "An estimate does not count", "bill",
            lambda a: estimates.withdraw(
                a.home, a.day, a.by, _one_of(a, "estimate", numbers), dry_run=a.dry_run).what, (which,)),
        Act("estimate-undo", "Take back what was said of an estimate", "bill",
            lambda a: estimates.undo(
                a.home, a.day, a.by, _one_of(a, "estimate", numbers), dry_run=a.dry_run).what, (which,)),
    ]  # fmt: skip
