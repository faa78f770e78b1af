"""`cleanclaim suspense`: money that came for a claim that was not found."""

from dataclasses import asdict, replace

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import Act, ClaimArgument, PaymentArgument, money_act
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, leave, print_json, table
from console.chosen import Chosen, OwnerOption, PayerOption, PracticeOption, next_after, show_more
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.payments.matching import Candidate
from ledger.queries.suspense import SUSPENSE, suspense_cents
from ledger.queries.suspense import suspense as in_suspense
from tasks.home.home import open_home
from tasks.operations import place_payment
from tasks.work.owners import POSTING

app = typer.Typer(
    help="Money that came for a claim that was not found: list, match, return.", invoke_without_command=True
)


@app.callback()
def suspense(
    context: typer.Context,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Each payment in suspense: who paid what for which claim number, and since when it lies there."""
    if context.invoked_subcommand is not None:
        return
    show_suspense(Chosen(owner, payer, practice), limit, after, home, inbox, json)


@app.command("list")
def list_suspense(
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The same list."""
    show_suspense(Chosen(owner, payer, practice), limit, after, home, inbox, json)


@money_act(app, "match")
def match(
    payment: PaymentArgument,
    claim: ClaimArgument,
) -> Act:
    """A payment goes from suspense to the claim that it is of; the list names the likely ones."""
    return lambda h, day, by, dry: place_payment.match(h, day, by, payment, claim, dry_run=dry)


@money_act(app, "return")
def give_back(
    payment: PaymentArgument,
) -> Act:
    """A payment in suspense is paid back to its payer."""
    return lambda h, day, by, dry: place_payment.give_back(h, day, by, payment, dry_run=dry)


def show_suspense(
    asked: Chosen, limit: int, after: int, home: HomeOption, inbox: InboxOption, json: bool
) -> None:
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        chosen = replace(asked, partners=opened.partners)
        page = chosen.page(opened.ledger, SUSPENSE, owner=lambda _: POSTING, after=after, limit=limit)
        found = in_suspense(opened.ledger, looked_at(opened), page)
        total = suspense_cents(opened.ledger, page)
    more = next_after(found, limit, lambda s: s.id)
    if json:
        print_json({"suspense": [asdict(s) for s in found], "cents": total, "next_after": more})
    else:
        table(
            f"In suspense{chosen.words}",
            ("id", "paid on", "days", "payer", "practice", "trace", "claim number", "payer's number",
             "charged", "paid", "may be of"),
            [
                (s.id, s.paid_on, s.days, s.payer, s.practice, s.trace, s.patient_control_number,
                 s.payer_claim_control_number, dollars(s.charge_cents), dollars(s.cents),
                 "; ".join(_candidate(c) for c in s.candidates[:2]))
                for s in found
            ],
            right=("id", "days", "charged", "paid"),
        )  # fmt: skip
        if found:
            console.print(
                f"{dollars(total)} in suspense. Each names the claims that it may be of, and what speaks "
                "against them. To one of them: cleanclaim suspense match ID CLAIM --why ... "
                "Back to the payer: cleanclaim suspense return ID --why ..."
            )
        show_more(more)
    leave(DONE_WITH_HOLDS if found else ALL_DONE)


def _candidate(candidate: Candidate) -> str:
    """A claim that the payment may be of, with what speaks against it."""
    against = f" (but not the {', '.join(candidate.against)})" if candidate.against else ""
    return f"{candidate.patient_control_number}{against}"
