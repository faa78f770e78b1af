"""`cleanclaim quarantine`: what could not be taken in; settles it, or takes it again."""

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from config.dollars import dollars
from config.settings import load
from console.answer import ALL_DONE, DONE_WITH_HOLDS, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, OnlyOption, OwnerOption, Part, PayerOption, PracticeOption
from console.days import next_night
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.queries.money import UNPOSTED, RemittanceRow, money, remittances
from ledger.queries.night import OPEN_PROBLEMS, ProblemRow, problems
from ledger.runs import settling
from ledger.runs.settling import Settlement, Subject
from tasks.home.home import open_home, user
from tasks.operations.retry_quarantined import ALREADY, IN_PART, STILL, TAKEN, retry
from tasks.operations.settle_quarantined import quarantined
from tasks.operations.settle_quarantined import settle as settle_quarantined
from tasks.runs.lease import lease
from tasks.work.owners import POSTING, owner_of_code

app = typer.Typer(
    help="Quarantined files and remittances: list, retry, settle, reopen, history.",
    invoke_without_command=True,
)
PARTS = ("files", "remittances")
NumberArgument = Annotated[
    str, typer.Argument(metavar="ID", help="As the list shows it: 12, or R3 for a remittance.")
]
WhyOption = Annotated[
    str, typer.Option("--why", help="What was done, in a line; it stays in the history. No patient's data.")
]


@app.callback()
def quarantine(
    context: typer.Context,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    only: OnlyOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Files that were not taken, or not whole, and remittances that were not posted.

    One leaves the list by itself when its corrected form was taken, or by `settle`.
    """
    if context.invoked_subcommand is not None:
        return
    show_quarantine(Chosen(owner, payer, practice), Part(only, limit, after, PARTS), home, inbox, json)


@app.command("list")
def list_quarantine(
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    only: OnlyOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The same list."""
    show_quarantine(Chosen(owner, payer, practice), Part(only, limit, after, PARTS), home, inbox, json)


def show_quarantine(asked: Chosen, part: Part, home: HomeOption, inbox: InboxOption, json: bool) -> None:
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        chosen = replace(asked, partners=opened.partners)
        found: list[ProblemRow] = []
        if asked.payer is None:  # a file that could not be read has no payer
            found = part.read(opened.ledger, chosen, "files", OPEN_PROBLEMS, owner_of_code)
        waiting = part.read(opened.ledger, chosen, "remittances", UNPOSTED, lambda _: POSTING)
        suspense = money(opened.ledger).suspense
    ids = {"files": [p.id for p in found], "remittances": [r.id for r in waiting]}
    if json:
        print_json(
            {
                "files": [{**asdict(p), "owner": owner_of_code(p.code)} for p in found],
                "remittances": [asdict(r) for r in waiting],
                "suspense_cents": suspense,
                "next_after": part.next_after(**ids),
            }
        )
    else:
        _show(found, waiting, chosen.words)
        part.show_more(**ids)
        if suspense:
            console.print(f"In suspense, paid for claims that were not found: {dollars(suspense)}; see "
                          "cleanclaim suspense")  # fmt: skip
    leave(DONE_WITH_HOLDS if found or waiting else ALL_DONE)


def _show(found: list[ProblemRow], waiting: list[RemittanceRow], chosen: str) -> None:
    table(
        f"Not taken, or not whole{chosen}",
        ("id", "business date", "from", "file", "code", "place", "what is wrong", "owner", "remedy"),
        [
            (p.id, p.business_on, p.origin, p.name.replace("\n", "\\x0a"), p.code, p.place, p.message,
             owner_of_code(p.code), p.remedy)
            for p in found
        ],
        right=("id",),
    )  # fmt: skip
    if waiting:
        table(
            f"Remittances not posted{chosen}",
            ("id", "business date", "trace", "payer", "payee", "paid", "why", "out by"),
            [
                (f"R{r.id}", r.business_on, r.trace, r.payer, r.payee, dollars(r.paid_cents),
                 r.state.replace("_", " "), dollars(r.difference_cents))
                for r in waiting
            ],
            right=("paid", "out by"),
        )  # fmt: skip
    if found or waiting:
        console.print(
            "Each leaves this list by itself when its corrected form was taken. "
            "What CleanClaim can take by now: cleanclaim quarantine retry ID --why ... "
            "Dealt with in another way: cleanclaim quarantine settle ID --why ..."
        )


@app.command("settle")
def settle(
    number: NumberArgument,
    why: WhyOption,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Settle a quarantined file as a whole, with everything that was wrong in it."""
    _say(number, why, home, inbox, json, settled=True)


@app.command("reopen")
def reopen(
    number: NumberArgument,
    why: WhyOption,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Put it back into the list, where it was settled by mistake."""
    _say(number, why, home, inbox, json, settled=False)


def _say(number: str, why: str, home: HomeOption, inbox: InboxOption, json: bool, *, settled: bool) -> None:
    with open_home(load(home, inbox=inbox)) as opened:
        one = quarantined(opened, number)
        done = settle_quarantined(opened, next_night(opened), one, user(), why, settled=settled)
    state = "settled" if settled else "in the list again"
    message = f"{one.name} is {state}" if done else f"{one.name} is {state} already; nothing was changed"
    if json:
        print_json({"id": number, "subject": str(one.subject), "changed": done, "message": message})
    else:
        console.print(visible(message))
    leave(ALL_DONE)


@app.command("retry")
def retry_one(
    number: NumberArgument,
    why: Annotated[
        str, typer.Option("--why", help="What was corrected, in a line. Required except for a dry run.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would become of it; nothing is written.")
    ] = False,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Take it again from the stored bytes: after an update, or once a partner's or practice's file is right.

    What was taken of it before is not taken twice; what still cannot be taken stays in the list.
    """
    if not (dry_run or why.strip()):
        raise CommandError("QUA-02", "say in --why what was corrected: it stays in the history")
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        one = quarantined(opened, number)
        day = next_night(opened)
        if dry_run:
            done = retry(opened, day, one.subject, user(), why.strip(), really=False)
    if not dry_run:
        with lease(str(settings.home), str(settings.inbox), day, opens_night=False) as taken:
            if taken.home is None:
                raise CommandError("NIT-01", taken.message)
            done = retry(taken.home, day, one.subject, user(), why.strip(), really=True)
    message = f"{'dry run: ' if dry_run else ''}{one.name}: {_BECAME[done.state]}"
    if json:
        print_json(
            {
                "id": number,
                "subject": str(one.subject),
                "dry_run": dry_run,
                "state": done.state.replace(" ", "_"),
                "message": message,
                "counts": done.counts,
                "left": [asdict(t) for t in done.left],
            }
        )
    else:
        console.print(visible(message))
        for name_of, count in done.counts.items():
            if count:
                console.print(f"  {name_of.replace('_', ' ')} {count}")
        for t in done.left:
            console.print(visible(f"  {t.code} {t.place}: {t.message}. {t.remedy}".replace(" : ", ": ")))
    leave(DONE_WITH_HOLDS if done.left else ALL_DONE)


_BECAME = {
    ALREADY: "it was taken before; nothing is changed",
    STILL: "it cannot be taken yet; nothing is changed",
    IN_PART: "taken in part; the rest stays in the list",
    TAKEN: "taken; it leaves the list",
}


@app.command("history")
def show_history(home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False) -> None:
    """What was settled or put back, by whom, when and why; newest first."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        found = settling.history(opened.ledger)
        ids = {p.subject: (str(p.id), p.name) for p in reversed(problems(opened.ledger))}
        ids |= {Subject("remittance", r.id): (f"R{r.id}", r.trace) for r in remittances(opened.ledger)}
    if json:
        print_json({"history": [_plain(s, *ids.get(s.subject, ("", ""))) for s in found]})
    else:
        table(
            "Settled and put back",
            ("id", "file", "business date", "now", "who", "why"),
            [
                (*ids.get(s.subject, ("", str(s.subject))), s.business_on, s.state, s.who, s.why)
                for s in found
            ],
        )
    leave(ALL_DONE)


def _plain(said: Settlement, number: str, name: str) -> dict[str, Any]:
    return {"id": number, "name": name, **asdict(said)}
