"""`cleanclaim claims`: where every claim stands, and one claim's whole story."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.act_options import (
    Act,
    CentsOption,
    ClaimArgument,
    DollarsOption,
    PatientOption,
    amount,
    money_act,
    whose,
)
from console.act_options import PayerOption as OfPayerOption
from console.answer import ALL_DONE, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, PayerOption, PracticeOption, next_after, show_more
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.books.claim_acts import REASONS
from ledger.queries import claim_story
from ledger.queries.claim_story import ClaimStory
from ledger.queries.claims import STATES
from tasks.home.home import open_home, write_private
from tasks.operations import (
    ask_status,
    bill_conditionally,
    bill_next_payer,
    claim_money,
    correct_claim,
    prove_filing,
    resend_claim,
)
from tasks.operations.money_acts import claim_of
from tasks.work.hold_words import words

app = typer.Typer(
    help="Where claims stand, one claim's whole story, and acts about its money.", no_args_is_help=True
)


LISTED = (*STATES, claim_story.RESTRICTED)


@app.command("list")
def list_claims(
    payer: PayerOption = None,
    practice: PracticeOption = None,
    state: Annotated[str | None, typer.Option("--state", help=f"One of {', '.join(LISTED)}.")] = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Claims by their id, each with what payers and the patient still owe and how much work is open."""
    if state is not None and state not in LISTED:
        raise CommandError("CLM-02", f"no claim is ever {state!r}; one of {', '.join(LISTED)}", exit_code=2)
    with open_home(load(home, inbox=inbox)) as opened:
        of_payer, of_practice = Chosen(payer=payer, practice=practice, partners=opened.partners).keys()
        found = claim_story.page(
            opened.ledger,
            practices=None if of_practice is None else [of_practice],
            payer=of_payer,
            state=state,
            after=after,
            limit=limit,
        )
    more = next_after(found, limit, lambda row: row.claim)
    if json:
        print_json({"claims": [asdict(row) for row in found], "next_after": more})
        leave(ALL_DONE)
    table(
        "Claims",
        ("id", "number", "encounter", "practice", "payer", "state", "charged", "payers owe", "patient owes",
         "open work"),
        [
            (r.claim, r.patient_control_number, r.encounter, r.practice, r.payer, r.state,
             dollars(r.charge_cents), dollars(r.receivable_cents), dollars(r.patient_cents),
             r.open_work or "")
            for r in found
        ],
        right=("id", "charged", "payers owe", "patient owes", "open work"),
    )  # fmt: skip
    show_more(more)
    leave(ALL_DONE)


@app.command("show")
def show_claim(
    number: ClaimArgument,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One claim's story: who owes what, what was sent, answered and posted, and what is open."""
    with open_home(load(home, inbox=inbox)) as opened:
        story = claim_story.show(opened.ledger, claim_of(opened, number))
    if json:
        holds = [
            asdict(one) | dict(zip(("title", "fix"), words(one.edit_id), strict=True)) for one in story.holds
        ]
        print_json({**asdict(story), "holds": holds})
    else:
        _show(story)
    leave(ALL_DONE)


def _show(story: ClaimStory) -> None:
    table(
        f"Claim {story.patient_control_number}",
        ("what", "value"),
        [
            ("encounter, practice", f"{story.encounter}, {story.practice}"),
            ("state", story.state.replace("_", " ")),
            ("charged", dollars(story.charge_cents)),
            ("paid", dollars(story.paid_cents)),
            ("adjusted", dollars(story.adjusted_cents)),
            ("payers owe", dollars(sum(p.receivable_cents for p in story.payers))),
            ("patient owes", dollars(story.patient_receivable_cents)),
            ("paid beyond what is owed", dollars(story.credit_cents)),
        ],
    )
    table(
        "Payers",
        ("order", "payer", "state", "owes", "waiting until", "its number"),
        [
            (p.order, p.payer, p.state.replace("_", " "), dollars(p.receivable_cents),
             p.waiting_until or "", p.payer_claim_control_number)
            for p in story.payers
        ],
        right=("owes",),
    )  # fmt: skip
    if story.holds:
        table(
            "Holds",
            ("edit", "line", "place", "what is wrong", "remedy"),
            [
                (one.edit_id, one.line or "", one.place, one.detail, words(one.edit_id)[1])
                for one in story.holds
            ],
        )
    open_work = [w for w in story.work if w.state == "open"]
    if open_work:
        table(
            "Open work",
            ("id", "what", "payer", "line", "reason", "at stake", "owner", "next", "due"),
            [
                (w.id, w.kind.replace("_", " "), w.payer, w.line or "", w.reason, dollars(w.cents), w.owner,
                 w.action, w.due)
                for w in open_work
            ],
            right=("id", "at stake"),
        )  # fmt: skip
    table(
        "What happened",
        ("on", "what", "by", "evidence"),
        [(s.on, s.what, s.who, s.evidence) for s in story.steps],
    )


@app.command("filing-proof")
def filing_proof(
    number: ClaimArgument,
    out: Annotated[Path, typer.Option("--out", help="The PDF to write.")],
    payer: Annotated[
        str,
        typer.Option("--payer", help="Of which payer, by its key. Default: the first.", show_default=False),
    ] = "",
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Proof of timely filing: when the claim's file was sent, and what was answered to it, as PDF."""
    with open_home(load(home, inbox=inbox)) as opened:
        proven = prove_filing.prove(opened, looked_at(opened), number, payer)
    write_private(out.absolute(), proven.pdf)
    if json:
        print_json({**asdict(proven), "pdf": len(proven.pdf), "file": str(out.absolute())})
        leave(ALL_DONE)
    limit = {True: "in time", False: "too late", None: "its limit is not known"}[proven.in_time]
    console.print(
        visible(
            f"Claim {proven.claim} went to {proven.payer} {counted(proven.filings, 'time')}, first on "
            f"{proven.first_on}{f', last day {proven.limit_on}' if proven.limit_on else ''}: {limit}"
        )
    )
    console.print(
        visible(
            f"Written to {out}. The files that it names hold other patients' claims: do not enclose them."
        )
    )
    leave(ALL_DONE)


@money_act(app, "bill-next")
def bill_next(number: ClaimArgument) -> Act:
    """The next payer of a claim is billed with the next run, whatever is open with the one before it.

    For a claim that was forwarded and did not arrive, or a denial that is left as it is. Refused where the
    payer before it did not answer.
    """
    return lambda h, day, by, dry: bill_next_payer.bill(h, day, by, number, dry_run=dry)


@money_act(app, "bill-conditional")
def bill_conditional(number: ClaimArgument) -> Act:
    """Medicare, the second payer, is asked to pay conditionally with the next run: the first one is silent.

    For the insurer of an accident (no-fault, workers' compensation, black lung, liability) that said nothing
    within 120 days. Refused of a group health plan: its denial is billed, not its silence. When the first
    payer answers after all, that is work: what Medicare paid is given back.
    """
    return lambda h, day, by, dry: bill_conditionally.bill(h, day, by, number, dry_run=dry)


@money_act(app, "ask-status")
def ask_for_status(number: ClaimArgument) -> Act:
    """The payer that has a claim is asked what became of it (276), with the next run.

    Refused where no payer has it undecided, where the payer takes no 276, and while an inquiry waits for its
    answer. The nightly run asks by itself for an answer that is overdue.
    """
    return lambda h, day, by, dry: ask_status.ask(h, day, by, number, dry_run=dry)


@money_act(app, "resend")
def resend(number: ClaimArgument) -> Act:
    """A claim that its payer does not have goes again as it is, under the same number, with the next run.

    Refused where the payer said that it has it, and where it said nothing and its answer is not overdue.
    """
    return lambda h, day, by, dry: resend_claim.resend(h, day, by, number, dry_run=dry)


MethodOption = Annotated[
    str,
    typer.Option(
        "--method", help=f"Another way than the payer's usual one: {', '.join(correct_claim.METHODS)}."
    ),
]
ConditionOption = Annotated[
    str,
    typer.Option("--condition", help="Condition code of a replaced or void institutional claim, like D1."),
]


@money_act(app, "correct")
def correct(number: ClaimArgument, method: MethodOption = "", condition: ConditionOption = "") -> Act:
    """A corrected encounter that came after its claim was sent goes to the payer in the way that it takes.

    The payer's table of methods decides: a replacement, a new claim, or by hand. Another payer or member is
    another claim: the first one is taken back, then the new one goes. A dry run prints what differs.
    """
    if method and method not in correct_claim.METHODS:
        raise CommandError("CLM-07", f"--method is one of {', '.join(correct_claim.METHODS)}", exit_code=2)
    return lambda h, day, by, dry: correct_claim.correct(
        h, day, by, number, method=method, condition=condition, dry_run=dry
    )


@money_act(app, "refuse-correction")
def refuse_correction(number: ClaimArgument) -> Act:
    """A corrected encounter that came after its claim was sent is left: the claim stays as it is."""
    return lambda h, day, by, dry: correct_claim.refuse(h, day, by, number, dry_run=dry)


OrderOption = Annotated[
    str,
    typer.Option("--order", help="From a later payer: S or T. Default: the first one.", show_default=False),
]


@money_act(app, "void")
def void(number: ClaimArgument, condition: ConditionOption = "", order: OrderOption = "") -> Act:
    """A claim that the payer decided is taken back (frequency 8) with the next run.

    From the first payer it ends the claim; from a later one the others' part stands. Refused where the payer
    takes none.
    """
    return lambda h, day, by, dry: correct_claim.void(
        h, day, by, number, order=order.strip().upper(), condition=condition, dry_run=dry
    )


@money_act(app, "pay")
def pay(
    number: ClaimArgument,
    cents: CentsOption = None,
    dollars: DollarsOption = None,
) -> Act:
    """Money that the patient pays for a claim."""
    wanted = amount(cents, dollars)
    if wanted is None:
        raise CommandError("ACT-02", "give the amount, --cents 2500 or --dollars 25.00", exit_code=2)
    return lambda h, day, by, dry: claim_money.pay(h, day, by, number, wanted, dry_run=dry)


@money_act(app, "refund")
def refund(
    number: ClaimArgument,
    payer: OfPayerOption = None,
    patient: PatientOption = False,
    cents: CentsOption = None,
    dollars: DollarsOption = None,
) -> Act:
    """Money goes back to a payer or the patient who paid beyond what is owed.

    Without an amount it is all of that.
    """
    of, wanted = whose(payer, patient), amount(cents, dollars)
    return lambda h, day, by, dry: claim_money.refund(h, day, by, number, of, wanted, dry_run=dry)


@money_act(app, "write-off")
def write_off(
    number: ClaimArgument,
    payer: OfPayerOption = None,
    patient: PatientOption = False,
    cents: CentsOption = None,
    dollars: DollarsOption = None,
) -> Act:
    """What a payer or the patient owes is written off: nobody is asked for it any more.

    Without an amount it is all that is owed.
    """
    of, wanted = whose(payer, patient), amount(cents, dollars)
    return lambda h, day, by, dry: claim_money.write_off(h, day, by, number, of, wanted, dry_run=dry)


@money_act(app, "to-patient")
def to_patient(
    number: ClaimArgument,
    payer: Annotated[str, typer.Option("--payer", help="Whose denied part it is, by the payer's key.")],
    reason: Annotated[
        str, typer.Option("--reason", help="; ".join(f"{code}: {words}" for code, words in REASONS.items()))
    ],
    line: Annotated[
        int | None, typer.Option("--line", min=1, help="Only what is denied of this line.")
    ] = None,
    cents: CentsOption = None,
    dollars: DollarsOption = None,
) -> Act:
    """What a payer denied becomes the patient's, for one of the listed reasons.

    Refused where the patient must not be asked (QMB, OA 209, Medicaid, workers' compensation).
    """
    wanted = amount(cents, dollars)
    return lambda h, day, by, dry: claim_money.to_patient(
        h, day, by, number, payer, reason, wanted, line or 0, dry_run=dry
    )
