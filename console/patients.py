"""`cleanclaim patients`: what patients owe, by the person who answers for it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.act_options import (
    Act,
    AnyAct,
    CentsOption,
    DollarsOption,
    act_command,
    amount,
    money_act,
    show,
)
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, PracticeOption, next_after, page_of, show_more
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.private_file import hand_out
from intake.parties import Address, Person
from ledger.patients import guarantors
from ledger.patients import statements as kept_statements
from ledger.patients.plans import Plan
from ledger.queries import patient_claims
from ledger.queries.practices import OF_CLAIMS
from tasks.home.home import open_home
from tasks.operations import (
    give_collections,
    name_guarantor,
    patient_money,
    payment_plans,
    small_balances,
    statements,
)
from tasks.operations.give_collections import Given
from tasks.operations.name_guarantor import Naming
from tasks.operations.patient_money import METHODS
from tasks.operations.small_balances import Used, Written
from tasks.patients import accounts
from tasks.patients.accounts import Account, Balance
from tasks.patients.due import due
from tasks.patients.kept import known, rules
from tasks.patients.plan_standing import standing

app = typer.Typer(help="What patients owe, by the person who answers for it.", no_args_is_help=True)

AccountArgument = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="As the list shows it, or the number of one of its claims.")
]


@app.command("list")
def list_accounts(
    every: Annotated[bool, typer.Option("--all", help="Those that owe nothing too.")] = False,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Accounts by the person who answers for them: what is owed, paid ahead and in credit.

    Those of which something is open come in the order of their first open claims; a page of them reads no
    others. With --all they come by their numbers, and all are read.
    """
    with open_home(load(home, inbox=inbox)) as opened:
        chosen = Chosen(practice=practice, partners=opened.partners)
        practices = chosen.page(opened.ledger, OF_CLAIMS).practices
        with opened.ledger.read() as connection:
            if every:
                found = [one for one in accounts.balances(connection) if _of(one, practices)]
                page, more = page_of(found, lambda one: one.number, after=after, limit=limit)
            else:
                page = accounts.page(connection, after=after, limit=limit, practices=practices)
                more = next_after(page, limit, lambda one: one.first_open)
            shown = accounts.load(connection, page)
    if json:
        print_json({"accounts": [_facts(one) for one in shown], "next_after": more})
        leave(ALL_DONE)
    table(
        "Accounts",
        ("account", "practice", "guarantor", "claims", "owes", "paid ahead", "credit", "in collections"),
        [
            (one.number, one.practice, one.name or "nobody is named", len(one.claims), dollars(one.owed),
             _some(one.prepaid), _some(one.credit), _some(one.given_up))
            for one in shown
        ],
        right=("account", "claims", "owes", "paid ahead", "credit", "in collections"),
    )  # fmt: skip
    show_more(more)
    leave(ALL_DONE)


@app.command("show")
def show_account(
    account: AccountArgument, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """One account: its claims, why each is on the next statement or not, its statements and holds."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = accounts.of_number(opened, account)
        day = looked_at(opened)
        facts = known(opened, found.ids)
        divided = due(found, facts, rules(opened), day)
        held = statements.holds_of(opened, found)
        planned = [one for one in standing(opened, day) if {i for i, _ in one.plan.claims} & found.ids]
        numbers = {n for one in found.claims for n, _, _ in facts.asked.get(one.id, ())}
        with opened.ledger.read() as connection:
            theirs = kept_statements.of_claims(connection, found.ids)
            made = [one for one in theirs if one.id in numbers]
            paid = patient_claims.payments(connection, found.ids)
            words = guarantors.of_claims(connection, sorted(found.ids))
    why = {one.claim.id: one.words for one in divided.left_out}
    if json:
        rows = [
            {**asdict(c), "documents": len(c.documents), "named": bool(c.named),
             "left_out": why.get(c.id, "")}
            for c in found.claims
        ]  # fmt: skip
        print_json(
            {**_facts(found), "claims": rows, "statements": [asdict(one) for one in made],
             "payments": [asdict(one) for one in paid],
             "plans": [asdict(one) for one in planned], "holds": [asdict(one) for one in held],
             "guarantors": [{**asdict(word), "claim": i} for i, word in sorted(words.items())]}
        )  # fmt: skip
        leave(ALL_DONE)
    console.print(visible(f"Account {found.number} in {found.practice}: {found.name or 'nobody is named'}"))
    table(
        "Claims",
        ("id", "claim", "encounter", "service", "patient", "charged", "paid by payers", "paid by patient",
         "owes", "credit", "next statement"),
        [
            (c.id, c.number, c.encounter, c.service_from_on, found.patients[c.id], dollars(c.charge),
             dollars(c.insurance_paid), dollars(c.patient_paid), dollars(c.owed),
             _some(c.credit + c.prepaid), why.get(c.id, "asked for" if c.owed else ""))
            for c in found.claims
        ],
        right=("id", "charged", "paid by payers", "paid by patient", "owes", "credit"),
    )  # fmt: skip
    table(
        "Payments",
        ("payment", "on", "claim", "amount", "how", "who"),
        [(p.act, p.business_on, p.claim_id, dollars(p.cents), p.how, p.actor) for p in paid],
        right=("payment", "claim", "amount"),
    )
    table(
        "Payment plans",
        ("plan", "agreed on", "amount", "instalments", "first", "left", "missed"),
        [
            (s.plan.id, s.plan.business_on, dollars(s.plan.cents), s.plan.instalments, s.plan.first_on,
             _some(s.owed) or "paid: over", _some(s.missed))
            for s in planned
        ],
        right=("plan", "amount", "instalments", "left", "missed"),
    )  # fmt: skip
    table(
        "Statements",
        ("statement", "made on", "amount", "pay by"),
        [(one.id, one.business_on, dollars(one.cents), one.due_on) for one in made],
        right=("statement", "amount"),
    )
    if words:
        table(
            "Guarantors named by a person",
            ("claim", "named", "who", "why", "on"),
            [
                (i, "yes" if w.sha256 else "withdrawn", w.actor, w.why, w.business_on)
                for i, w in sorted(words.items())
            ],
            right=("claim",),
        )
    table(
        "Holds",
        ("hold", "of", "kind", "from", "until", "who", "why"),
        [
            (h.id, "the account" if h.whole else f"claim {h.claim_id}", h.kind, h.from_on, h.until_on,
             h.actor, h.why)
            for h in held
        ],
        right=("hold",),
    )  # fmt: skip
    leave(ALL_DONE)


@money_act(app, "pay")
def pay(
    account: AccountArgument,
    method: Annotated[str, typer.Option("--method", help=f"One of {', '.join(METHODS)}.")],
    reference: Annotated[
        str,
        typer.Option("--reference", help="The check's number, a card's last four digits; never a card's."),
    ] = "",
    claims: Annotated[
        list[str] | None, typer.Option("--claim", help="Only to this claim; once for each.")
    ] = None,
    cents: CentsOption = None,
    dollars_: DollarsOption = None,
) -> Act:
    """Money of a guarantor, to the oldest services first, or to the claims that are named."""
    paid = amount(cents, dollars_)
    if paid is None:
        raise CommandError("ACT-02", "say how much: --cents 2500 or --dollars 25.00", exit_code=WRONG_USE)
    return lambda h, day, by, dry: patient_money.pay(
        h, day, by, account, paid, method, reference, claims or (), dry_run=dry
    )


@money_act(app, "unpay")
def unpay(
    payments: Annotated[
        list[int], typer.Argument(metavar="PAYMENT...", help="As `patients show` shows them.")
    ],
) -> Act:
    """Payments were none: a check came back, or they were entered wrong."""
    return lambda h, day, by, dry: patient_money.unpay(h, day, by, payments, dry_run=dry)


@money_act(app, "use-credit")
def use_credit(account: AccountArgument) -> Act:
    """A guarantor's credit pays what else the account owes, the oldest service first."""
    return lambda h, day, by, dry: small_balances.use_credit(h, day, by, account, dry_run=dry)


def _shown_by_rule(
    made: Used | Written, json: bool, title: str, amount_is: str, verb: str, done: Sequence[tuple[int, int]]
) -> None:
    """What a rule did with small amounts of accounts (`done`: account, cents), and what it left."""
    if json:
        print_json(asdict(made))
        return
    console.print(visible(f"{'dry run: ' if made.done.dry_run else ''}{made.done.what}"))
    table(
        title,
        ("account", amount_is, verb, "why not"),
        [
            *((n, dollars(cents), "yes", "") for n, cents in done),
            *((n, dollars(cents), "no", why) for n, cents, why in made.left),
        ],
        right=("account", amount_is),
    )


def _shown_used(made: Used, json: bool) -> None:
    _shown_by_rule(made, json, "Small credits", "credit", "used", made.used)


@act_command(app, "use-small-credits", _shown_used)
def use_small_credits() -> AnyAct[Used]:
    """Small credits pay what else their accounts owe, by rule; what stays is the guarantor's."""
    return lambda h, day, by, dry: small_balances.use_small_credits(h, day, by, dry_run=dry)


def _shown_written_off(made: Written, json: bool) -> None:
    _shown_by_rule(made, json, "Small balances", "owes", "written off", made.written)


@act_command(app, "write-off-small", _shown_written_off)
def write_off_small() -> AnyAct[Written]:
    """What is too little to ask for is written off by rule; never a deductible, copayment or coinsurance."""
    return lambda h, day, by, dry: small_balances.write_off(h, day, by, dry_run=dry)


def _shown_naming(found: Naming, json: bool) -> None:
    if json:
        print_json(asdict(found))
        return
    whose = f"{counted(len(found.claims), 'claim')} of {found.child or 'the patient'} in {found.practice}"
    said = f"{found.guarantor} answers for" if found.guarantor else "whom the encounters name answers for"
    console.print(visible(f"{'dry run: ' if found.dry_run else ''}{said} {whose}, and for those to come"))


@act_command(app, "guarantor", _shown_naming)
def guarantor(
    claim: Annotated[
        str, typer.Argument(metavar="CLAIM", help="A claim of the child, by any of its numbers.")
    ],
    last: Annotated[str, typer.Option("--last", help="The adult's last name.")] = "",
    first: Annotated[str, typer.Option("--first", help="The first name.")] = "",
    middle: Annotated[str, typer.Option("--middle", help="The middle name.")] = "",
    birth_date: Annotated[
        datetime | None, typer.Option("--birth-date", formats=["%Y-%m-%d"], help="The birth date.")
    ] = None,
    line1: Annotated[str, typer.Option("--line1", help="Street. Default: the child's address.")] = "",
    line2: Annotated[str, typer.Option("--line2", help="Suite, floor.")] = "",
    city: Annotated[str, typer.Option("--city", help="City.")] = "",
    state: Annotated[str, typer.Option("--state", help="The state's two letters.")] = "",
    zip_: Annotated[str, typer.Option("--zip", help="Five or nine digits.")] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Nobody: whom the encounters name answers again.")
    ] = False,
) -> AnyAct[Naming]:
    """An adult answers for a child's bills; a later word takes the place of it."""
    if withdraw and any((last, first, middle, birth_date, line1, line2, city, state, zip_)):
        raise CommandError("PAT-07", "name a guarantor, or withdraw the one there is", exit_code=WRONG_USE)
    if withdraw:
        return lambda h, day, by, dry: name_guarantor.withdraw(h, day, by, claim, dry_run=dry)
    born = birth_date.date() if birth_date is not None else None
    at = Address(line1=line1, line2=line2, city=city, state=state, zip=zip_)
    person = Person(last=last, first=first, middle=middle, birth_date=born, address=at)
    return lambda h, day, by, dry: name_guarantor.name(h, day, by, claim, person, dry_run=dry)


def _shown_plan(plan: Plan, json: bool) -> None:
    if json:
        print_json(asdict(plan))
        return
    each = plan.cents // plan.instalments
    console.print(
        visible(
            f"Account {plan.account}: {dollars(plan.cents)} in {counted(plan.instalments, 'instalment')} of "
            f"{dollars(each)}, the last one {dollars(plan.cents - each * (plan.instalments - 1))} on "
            f"{plan.due_on(plan.instalments)}"
        )
    )


@act_command(app, "plan", _shown_plan)
def plan(
    account: AccountArgument,
    instalments: Annotated[int, typer.Option("--instalments", min=1, help="How many, month by month.")],
    first: Annotated[
        datetime, typer.Option("--first", formats=["%Y-%m-%d"], help="The day of the first one.")
    ],
) -> AnyAct[Plan]:
    """A guarantor pays month by month: no statement asks for it, and a missed instalment is work."""
    return lambda h, day, by, dry: payment_plans.plan(
        h, day, by, account, instalments, first.date(), dry_run=dry
    )


def _shown_end(plan: Plan, json: bool) -> None:
    if json:
        print_json(asdict(plan))
        return
    console.print(
        visible(
            f"Plan {plan.id} of account {plan.account} is over: {dollars(plan.cents)} in "
            f"{counted(plan.instalments, 'instalment')} from {plan.first_on}; "
            "what is left of it may be asked for"
        )
    )


@act_command(app, "plan-end", _shown_end)
def plan_end(
    number: Annotated[int, typer.Argument(metavar="PLAN", help="As `patients show` shows it.")],
) -> AnyAct[Plan]:
    """A payment plan is over: what is left of it is on the next statement."""
    return lambda h, day, by, dry: payment_plans.end(h, day, by, number, dry_run=dry)


def _shown_given(given: Given, json: bool) -> None:
    if json:
        print_json(
            {**asdict(given.done), "number": given.number, "claims": given.claims, "cents": given.cents}
        )
        return
    show(given.done, json)
    if given.file is not None:
        console.print(
            visible(f"For the agency: cleanclaim patients collections-file {given.number} --out FILE")
        )


@act_command(app, "to-collections", _shown_given)
def to_collections(
    accounts_: Annotated[list[str], typer.Argument(metavar="ACCOUNT...", help="As the list shows them.")],
) -> AnyAct[Given]:
    """Accounts that were asked often enough are given to a collection agency; what they owe is bad debt."""
    return lambda h, day, by, dry: give_collections.give(h, day, by, accounts_, dry_run=dry)


@money_act(app, "recall")
def recall(account: AccountArgument) -> Act:
    """What collections still have of an account is the guarantor's again."""
    return lambda h, day, by, dry: give_collections.recall(h, day, by, account, dry_run=dry)


@app.command("collections-file")
def collections_file(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The hand-over's.")],
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Writes the file of a hand-over to collections: it names patients, so send it on a safe way."""
    with open_home(load(home, inbox=inbox)) as opened:
        data = give_collections.file_of(opened, number)
    hand_out(out, data, f"Hand-over {number}", {"number": number}, json=json)


def _of(one: Balance, practices: Collection[str] | None) -> bool:
    return practices is None or one.practice in practices


def _some(cents: int) -> str:
    return dollars(cents) if cents else ""


def _facts(one: Account) -> dict[str, Any]:
    return {
        "account": one.number,
        "practice": one.practice,
        "guarantor": one.name,
        "claims": len(one.claims),
        "owed_cents": one.owed,
        "prepaid_cents": one.prepaid,
        "credit_cents": one.credit,
        "given_up_cents": one.given_up,
    }
