"""`cleanclaim work`: everything that waits for a person in one queue, what is worth most now on top."""

from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from config import adjustment_codes
from config.counted import counted
from config.dollars import dollars
from config.settings import load
from config.work_chances import kinds
from console.act_options import Act, AnyAct, AsOption, act_command, money_act, under_lease
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.chosen import OwnerOption, PayerOption, PracticeOption, next_after, show_more
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.errors import LedgerBusy, LedgerFull, LedgerRefused
from ledger.queries.work_queue import NOBODY, Asked, Event, Item, events, items, names, totals
from ledger.queries.work_queue import item as item_of
from tasks.home.home import Home, open_home, user_name, write_private
from tasks.letters.records import Enclosed
from tasks.operations import appeal_work, draft_encounter, send_records, work_acts
from tasks.operations.appeal_work import CHANNELS, Appealed
from tasks.operations.draft_encounter import Drafted
from tasks.operations.money_acts import By
from tasks.operations.send_records import RecordsSent
from tasks.operations.work_acts import OUTCOMES, Changed
from tasks.work.causes import keep_queue
from tasks.work.commands import commands_of
from tasks.work.owners import DESKS
from tasks.work.remittances import remittance_words
from tasks.work.words import about, reason

app = typer.Typer(
    help="Everything that waits for a person, in one queue: list, show, next, and what is done with it.",
    no_args_is_help=True,
)

IdsArgument = Annotated[list[int], typer.Argument(metavar="ID...", help="As the list shows them.")]
KindOption = Annotated[
    str | None, typer.Option("--kind", help="Only of this kind, like denial or hold.", show_default=False)
]
CauseOption = Annotated[
    str | None,
    typer.Option("--cause", help="Only with this CARC or category, like 16 or CODING.", show_default=False),
]
AssigneeOption = Annotated[
    str | None, typer.Option("--assignee", help="Only what this person has; `-` nobody.", show_default=False)
]
HandedOverOption = Annotated[
    datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day on which it was paid over.")
]
LeastOption = Annotated[int, typer.Option("--least", min=0, help="Only from so many dollars on.")]
DueOption = Annotated[
    datetime | None,
    typer.Option(
        "--due-by", formats=["%Y-%m-%d"], help="Only what has its last day by then.", show_default=False
    ),
]
WorkAct = AnyAct[Changed]
SnoozedOption = Annotated[bool, typer.Option("--snoozed", help="Snoozed work too.")]


@app.command("list")
def list_work(
    kind: KindOption = None,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    cause: CauseOption = None,
    assignee: AssigneeOption = None,
    least: LeastOption = 0,
    due_by: DueOption = None,
    snoozed: SnoozedOption = False,
    limit: LimitOption = 20,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Open work, by priority: what is likely to be recovered, times how soon its last day is."""
    with _open(home, inbox) as opened:
        day = _kept(opened)
        asked = _asked(opened, kind, owner, payer, practice, cause, assignee, least, due_by, snoozed)
        found = items(opened.ledger, day, asked, after=after, limit=limit)
        count, cents = totals(opened.ledger, day, asked)
    more = next_after(found, limit, lambda w: w.id)
    if json:
        listed = [asdict(one) for one in found]
        print_json({"work": listed, "count": count, "cents": cents, "next_after": more})
    else:
        table(
            "Work, what is worth most now on top",
            ("id", "kind", "about", "practice", "payer", "why", "at stake", "chance", "days left",
             "priority", "owner", "assignee", "next"),
            [
                (w.id, _kind(w), about(w), w.practice, w.payer, reason(w), _stake(w), f"{w.chance:.0%}",
                 w.days_left, dollars(w.priority_cents), w.owner, w.assignee, w.action)
                for w in found
            ],
            right=("id", "at stake", "chance", "days left", "priority"),
        )  # fmt: skip
        console.print(f"{count} open, {dollars(cents)} at stake")
        show_more(more)
    leave(ALL_DONE)


@app.command("show")
def show_work(
    number: Annotated[int, typer.Argument(metavar="ID")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One piece of work: why it is there, until when, what it rests on, and the commands that do it."""
    with _open(home, inbox) as opened:
        found = item_of(opened.ledger, _kept(opened), number)
        if found is None:
            raise CommandError("WRK-01", f"there is no work {number}; see `cleanclaim work list`")
        history = events(opened.ledger, number)
        other_way = remittance_words(opened, found, looked_at(opened))
    _show(found, history, json, other_way)
    leave(ALL_DONE)


@app.command("next")
def next_work(
    kind: KindOption = None,
    owner: OwnerOption = None,
    payer: PayerOption = None,
    practice: PracticeOption = None,
    take: Annotated[bool, typer.Option("--take", help="It is assigned to who asks.")] = False,
    as_: AsOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The piece of work that is worth most now, of what you have or nobody has."""
    who = " ".join((as_ if as_ is not None else user_name()).split())
    if who in ("", NOBODY):
        raise CommandError("WRK-02", "say who asks: --as NAME", exit_code=WRONG_USE)

    def pick(opened: Home, day: date) -> tuple[Item | None, list[Event]]:
        found: list[Item] = []
        for assignee in (who, NOBODY):
            asked = _asked(opened, kind, owner, payer, practice, None, assignee, 0, None, snoozed=False)
            found += items(opened.ledger, day, asked, limit=1)
        best = max(found, key=lambda w: (w.priority_cents, -w.id), default=None)
        if best is None:
            return None, []
        if take and best.assignee.casefold() != who.casefold():
            work_acts.assign(opened, day, By(who, "taken by `work next`"), [best.id], who, dry_run=False)
            best = item_of(opened.ledger, day, best.id) or best
        return best, events(opened.ledger, best.id)

    def kept_first(opened: Home, day: date) -> tuple[Item | None, list[Event]]:
        keep_queue(opened, day)
        return pick(opened, day)

    if take:
        best, history = under_lease(kept_first, home, inbox, dry_run=False)
    else:
        with _open(home, inbox) as opened:
            best, history = pick(opened, _kept(opened))
    if best is None:
        if json:
            print_json({"work": None})
        else:
            console.print("Nothing waits for you.")
        leave(ALL_DONE)
    _show(best, history, json)
    leave(ALL_DONE)


def shown(done: Changed, json: bool) -> None:
    """What an act changed."""
    if json:
        print_json(asdict(done))
        return
    for one in done.changes:
        console.print(visible(f"{'dry run: ' if done.dry_run else ''}work {one.id}: {one.what}"))
    cents = sum(one.cents for one in done.changes)
    if not done.changes:
        console.print("Nothing to change: that is how it stands.")
    elif cents:
        console.print(f"{counted(len(done.changes), 'piece')} of work, {dollars(cents)}")


@act_command(app, "assign", shown)
def assign(
    ids: IdsArgument,
    to: Annotated[str, typer.Option("--to", help="Whom it is given to; `-` nobody.")],
) -> WorkAct:
    """Work is given to a person, or to nobody (`--to -`)."""
    name = "" if to.strip() == NOBODY else to
    return lambda h, day, by, dry: work_acts.assign(h, day, by, ids, name, dry_run=dry)


@act_command(app, "note", shown)
def note(ids: IdsArgument) -> WorkAct:
    """A note is kept with work: `--why` is the note. No patient's data."""
    return lambda h, day, by, dry: work_acts.note(h, day, by, ids, dry_run=dry)


@act_command(app, "snooze", shown)
def snooze(
    ids: IdsArgument,
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The day it is back.")],
) -> WorkAct:
    """Work is left out of the list until a day, its last day to act at most."""
    return lambda h, day, by, dry: work_acts.snooze(h, day, by, ids, until.date(), dry_run=dry)


@act_command(app, "wake", shown)
def wake(ids: IdsArgument) -> WorkAct:
    """A snooze is taken back."""
    return lambda h, day, by, dry: work_acts.wake(h, day, by, ids, dry_run=dry)


@act_command(app, "resolve", shown)
def resolve(
    ids: IdsArgument,
    outcome: Annotated[str, typer.Option("--outcome", help=f"One of {', '.join(OUTCOMES)}.")],
) -> WorkAct:
    """Work is over under which nobody owes anything. What is owed ends by an act about its money."""
    return lambda h, day, by, dry: work_acts.resolve(h, day, by, ids, outcome, dry_run=dry)


@act_command(app, "reopen", shown)
def reopen(ids: IdsArgument) -> WorkAct:
    """What a person resolved is open again."""
    return lambda h, day, by, dry: work_acts.reopen(h, day, by, ids, dry_run=dry)


@money_act(app, "hand-over")
def hand_over(number: Annotated[int, typer.Argument(metavar="ID")], on: HandedOverOption) -> Act:
    """What a practice received for another one of the same tax id was paid over to it on a day."""
    return lambda h, day, by, dry: work_acts.hand_over(h, day, by, number, on.date(), dry_run=dry)


@act_command(app, "accept", shown)
def accept(ids: IdsArgument) -> WorkAct:
    """What a payer allowed is its price, though a contract or the code that was billed says more."""
    return lambda h, day, by, dry: work_acts.accept(h, day, by, ids, dry_run=dry)


@act_command(app, "write-off", shown)
def write_off(ids: IdsArgument) -> WorkAct:
    """What payers owe under pieces of work is written off: nobody is asked for it any more."""
    return lambda h, day, by, dry: work_acts.write_off(h, day, by, ids, dry_run=dry)


def drafted(done: Drafted, json: bool) -> None:
    """What was drafted, and where it lies."""
    if json:
        print_json({**asdict(done), "file": str(done.file)})
        return
    for change in done.changes:
        console.print(visible(f"{change.place}: {change.before or '-'} to {change.after or '-'}"))
    said = "dry run: " if done.dry_run else ""
    then = "fill it in and move it into the inbox" if done.waits else "the next run takes it"
    console.print(visible(f"{said}{done.encounter} version {done.version}: {done.file}; {then}"))


@act_command(app, "draft", drafted)
def draft(
    number: Annotated[int, typer.Argument(metavar="ID")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="PLACE=VALUE, like lines[2].modifiers[1]=59; repeat it."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="File to write. Default with --set: the practice's folder of the inbox.",
            show_default=False,
        ),
    ] = None,
) -> AnyAct[Drafted]:
    """The corrected encounter of work is written, one version higher; the next run takes it.

    Places are named as `claims correct --dry-run` prints them. For a claim that is out, `claims correct`
    follows once it is taken; for one that is held or was rejected it goes by itself.
    """
    return lambda h, day, by, dry: draft_encounter.draft(
        h, day, by, number, changes=changes or (), out=out, dry_run=dry
    )


def appealed(done: Appealed, json: bool) -> None:
    """What was filed, and where its letter is."""
    if json:
        print_json({**asdict(done), "file": str(done.file), "letter": len(done.letter)})
        return
    due = f"; its answer is due {done.due_on}" if done.due_on else ""
    console.print(visible(f"{'dry run: ' if done.dry_run else ''}work {done.work}: {done.name}{due}"))
    console.print(visible(f"The letter{' would be' if done.dry_run else ''}: {done.file}"))


def said(words: str, json: bool) -> None:
    """What an act came to, in words."""
    if json:
        print_json({"what": words})
    else:
        console.print(visible(words))


@act_command(app, "appeal", appealed)
def appeal(
    number: Annotated[int, typer.Argument(metavar="ID")],
    sent: Annotated[str, typer.Option("--sent", help=f"How it goes: {', '.join(CHANNELS)}.")] = "mail",
    argument: Annotated[
        str, typer.Option("--argument", help="A paragraph of your own; it stands in the letter alone.")
    ] = "",
    enclose: Annotated[
        list[str] | None,
        typer.Option("--enclose", help="What goes with it, like 'Operative note'; repeat it."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A copy of the letter, to be read; of a dry run the only one."),
    ] = None,
) -> AnyAct[Appealed]:
    """The letter of the next level of appeal is written, and the work waits until its answer is due."""

    def act(home: Home, day: date, by: By, dry_run: bool) -> Appealed:
        done = appeal_work.appeal(
            home, day, by, number, channel=sent, argument=argument, enclosures=enclose or (), dry_run=dry_run
        )
        if out is not None:
            write_private(out.absolute(), done.letter)
        return done

    return act


@act_command(app, "appeal-lost", said)
def appeal_lost(number: Annotated[int, typer.Argument(metavar="ID")]) -> AnyAct[str]:
    """The payer said no by letter: the work is back, and its next level is open."""
    return lambda h, day, by, dry: appeal_work.lose(h, day, by, number, dry_run=dry)


@act_command(app, "appeal-withdraw", said)
def appeal_withdraw(number: Annotated[int, typer.Argument(metavar="ID")]) -> AnyAct[str]:
    """An appeal is taken back, or was never sent: its level is open again."""
    return lambda h, day, by, dry: appeal_work.withdraw(h, day, by, number, dry_run=dry)


def records_sent(done: RecordsSent, json: bool) -> None:
    """What was sent, and where its packet is."""
    if json:
        print_json({**asdict(done), "file": str(done.file), "packet": len(done.packet)})
        return
    what = f"{counted(len(done.titles), 'document')}, {counted(done.pages, 'page')}"
    by = f" under {', '.join(done.control_numbers)}" if done.control_numbers else ""
    console.print(visible(f"{'dry run: ' if done.dry_run else ''}work {done.work}: {what}{by}"))
    console.print(visible(f"The packet{' would be' if done.dry_run else ''}: {done.file}"))
    if done.clearinghouse:
        console.print(visible(f"It goes to {done.clearinghouse} as 275 with the next run"))
    console.print(f"An answer is expected by {done.due_on}")


@act_command(app, "records", records_sent)
def records(
    number: Annotated[int, typer.Argument(metavar="ID")],
    document: Annotated[
        list[str],
        typer.Option("--document", help="'TITLE=FILE', a PDF or a picture; the title is kept. Repeat it."),
    ],
    sent: Annotated[
        str, typer.Option("--sent", help=f"How it goes: {', '.join(send_records.CHANNELS)}.")
    ] = "mail",
) -> AnyAct[RecordsSent]:
    """Records for a claim are written as one packet with a cover letter; the work waits for the answer."""
    enclosed = [_enclosed(one) for one in document]
    return lambda h, day, by, dry: send_records.send(
        h, day, by, number, channel=sent, enclosed=enclosed, dry_run=dry
    )


def _enclosed(asked: str) -> Enclosed:
    title, _, file = asked.partition("=")
    if not title.strip() or not file:
        raise CommandError("WRK-02", "--document is 'TITLE=FILE'", exit_code=WRONG_USE)
    try:
        return Enclosed(" ".join(title.split()), Path(file).expanduser().read_bytes())
    except OSError as error:
        raise CommandError("REC-01", f"{file}: {error.strerror}", exit_code=WRONG_USE) from None


@act_command(app, "records-withdraw", said)
def records_withdraw(number: Annotated[int, typer.Argument(metavar="ID")]) -> AnyAct[str]:
    """Records that were kept as sent never went: the work is back."""
    return lambda h, day, by, dry: send_records.withdraw(h, day, by, number, dry_run=dry)


def _open(home: HomeOption, inbox: InboxOption) -> Home:
    return open_home(load(home, inbox=inbox))


def _kept(opened: Home) -> date:
    """The day that days left are counted from, with the queue as it is now."""
    day = looked_at(opened)
    # another process keeps it or a run writes at this moment, or the disk is full: it is read all the same
    with suppress(LedgerRefused, LedgerBusy, LedgerFull):
        keep_queue(opened, day)
    return day


def _asked(
    opened: Home,
    kind: str | None,
    owner: str | None,
    payer: str | None,
    practice: str | None,
    cause: str | None,
    assignee: str | None,
    least: int,
    due_by: datetime | None,
    snoozed: bool,
) -> Asked:
    """Raises CommandError LST-01 for a name that nothing has: an empty list must mean that nothing waits."""
    known = names(opened.ledger)
    listed_carc = {cause.upper()} if cause and ("CARC", cause.upper()) in adjustment_codes.load() else set()
    there = {
        "kind": known["kind"] | kinds(),
        "owner": known["owner"] | DESKS,
        "payer": known["payer"] | set(opened.partners.payers),
        "practice": known["practice"] | set(opened.partners.practices),
        "cause": known["carc"] | known["category"] | listed_carc,
    }
    chosen: dict[str, list[str] | None] = {}
    for what, wanted in (
        ("kind", kind),
        ("owner", owner),
        ("payer", payer),
        ("practice", practice),
        ("cause", cause),
    ):
        found = [name for name in there[what] if wanted and name.casefold() == wanted.casefold()]
        if wanted and not found:
            listed = ", ".join(sorted(name for name in there[what] if name)) or "none"
            raise CommandError(
                "LST-01", f"no {what} is called {wanted!r}; there are: {listed}", exit_code=WRONG_USE
            )
        chosen[what] = found if wanted else None
    [named_cause] = chosen["cause"] or [""]
    is_category = named_cause in known["category"]
    return Asked(
        kinds=chosen["kind"],
        owners=chosen["owner"],
        payers=chosen["payer"],
        practices=chosen["practice"],
        carc="" if is_category else named_cause,
        category=named_cause if is_category else "",
        assignee=work_acts.spelled(known["assignee"], " ".join((assignee or "").split())),
        cents=least * 100,
        due_by=due_by.date() if due_by else None,
        snoozed=snoozed,
    )


def _show(found: Item, history: list[Event], json: bool, other_way: str = "") -> None:
    commands = commands_of(found)
    if json:
        print_json(
            {
                "work": asdict(found),
                "commands": [asdict(c) for c in commands],
                "events": [asdict(e) for e in history],
            }
        )
        return
    meaning = adjustment_codes.find("CARC", found.carc) if found.carc else None
    if meaning is not None and meaning.code != found.carc:
        meaning = None  # no code of a claim: a payer's own, or ours
    rows = [
        ("about", about(found)),
        ("service", found.service_from_on),
        ("practice, payer", ", ".join(part for part in (found.practice, found.payer) if part)),
        ("payer's claim number", found.payer_claim_control_number),
        ("line", f"{found.line} {found.procedure}" if found.line else found.procedure),
        ("reason", reason(found)),
        ("means", meaning.meaning if meaning else ""),
        ("remittance", found.trace or other_way),
        ("next", f"{found.owner}: {found.action}"),
        ("last day", f"{found.due_on} ({found.days_left} days left)" if found.due_on else "not known"),
        ("assigned to", found.assignee or "nobody"),
        ("snoozed until", found.snoozed_until_on),
        ("chance", f"{found.chance:.0%}: {found.basis}"),
        ("urgency", f"{found.urgency:g}"),
        ("priority", f"{dollars(found.priority_cents)}: at stake x chance x urgency"),
        ("state", " ".join(part for part in (found.state, found.outcome) if part)),
    ]  # fmt: skip
    title = f"Work {found.id}: {_kind(found)}, {_stake(found)} at stake"
    table(title, ("", ""), [row for row in rows if row[1]])
    table("What happened", ("date", "event", "who", "words"),
          [(e.business_on, e.event, e.actor, e.detail) for e in history])  # fmt: skip
    if found.state == "open":
        console.print("To do it:")
        for command in commands:
            console.print(visible(f"  {command.words}:"))
            console.print(visible(f"    {command.typed}"))


def _kind(item: Item) -> str:
    return item.kind.replace("_", " ")


def _stake(item: Item) -> str:
    return dollars(item.cents) if item.cents else "not known"
