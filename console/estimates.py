"""`cleanclaim estimates`: good-faith estimates for uninsured and self-pay patients, and bills above them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, leave, print_json, table, visible
from console.chosen import Chosen, PracticeOption, page_of, show_more
from console.days import next_night
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from console.private_file import hand_out
from ledger.errors import DocumentPurged
from ledger.patients import estimates as kept
from ledger.patients.estimates import FORMS, Estimate, Event
from tasks.estimates import billed, needed
from tasks.estimates.billed import Bill
from tasks.estimates.needed import WORDS, Need
from tasks.home.home import open_home
from tasks.operations import estimates
from tasks.operations.estimates import Act, Made

app = typer.Typer(help="Good-faith estimates, and bills above them.", no_args_is_help=True)

DAY = ["%Y-%m-%d"]
WAYS = tuple(way for ways in FORMS.values() for way in ways)
FACTS = (
    *("number", "version", "practice", "reference", "visit", "kind", "form"),
    *("scheduled_on", "requested_on", "service_on", "until_on", "cents", "state"),
)
"""What of an estimate is told as it is kept."""
NumberArgument = Annotated[int, typer.Argument(metavar="ESTIMATE", help="As the list shows it.")]


@app.command("list")
def list_estimates(
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """The newest version of every estimate, with what was billed of it."""
    with open_home(load(home, inbox=inbox)) as opened:
        with opened.ledger.read() as connection:
            every = kept.newest(connection)
        bills = {one.number: one for one in billed.bills(opened)}
        chosen = Chosen(practice=practice, partners=opened.partners)
        found = chosen.of(every, practice=lambda one: one.practice)
    shown, more = page_of(found, lambda one: one.number, after=after, limit=limit)
    if json:
        print_json(
            {
                "estimates": [_facts(one, bills.get(one.number)) for one in shown],
                "next_after": more,
            }
        )
        leave(ALL_DONE)
    table(
        f"Estimates{chosen.words}",
        ("estimate", "version", "practice", "its number", "visit", "service", "until", "expected", "billed",
         "state"),
        [
            (one.number, one.version, one.practice, one.reference, one.visit, one.service_on, one.until_on,
             dollars(one.cents), _billed(bills.get(one.number)), _state(one))
            for one in shown
        ],
        right=("estimate", "version", "expected", "billed"),
    )  # fmt: skip
    show_more(more)
    leave(ALL_DONE)


def _billed(bill: Bill | None) -> str:
    return dollars(bill.billed) if bill is not None else ""


def _state(one: Estimate) -> str:
    given = one.given
    return f"given {given.given_on} ({given.how})" if given is not None and not one.withdrawn else one.state


def _facts(one: Estimate, bill: Bill | None) -> dict[str, object]:
    given = one.given
    return {
        **{name: getattr(one, name) for name in FACTS},
        "given_on": given.given_on if given is not None else "",
        "how": given.how if given is not None else "",
        "billed_cents": bill.billed if bill is not None else None,
        "above": [{"npi": p.npi, "expected_cents": p.expected, "billed_cents": p.billed} for p in bill.high]
        if bill is not None
        else [],
    }


@app.command("due")
def due(
    every: Annotated[bool, typer.Option("--all", help="Also those that were given, or missed.")] = False,
    practice: PracticeOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Who is to get an estimate and by when: visits of the appointment book, and estimates that wait."""
    with open_home(load(home, inbox=inbox)) as opened:
        day = next_night(opened)
        chosen = Chosen(practice=practice, partners=opened.partners)
        found = chosen.of(needed.needs(opened, day), practice=lambda one: one.practice)
    shown = [one for one in found if every or one.is_open]
    late = {one: one.overdue(day) for one in shown}
    if json:
        print_json({"due": [{**asdict(one), "overdue": late[one]} for one in shown]})
    else:
        table(
            f"Estimates that are due{chosen.words}",
            ("due", "practice", "visit", "estimate", "asked for", "service", "what"),
            [
                (one.due_on, one.practice, one.visit_number, one.estimate or "", one.asked_on, one.service_on,
                 _words(one, late[one]))
                for one in shown
            ],
            right=("estimate",),
        )  # fmt: skip
    leave(DONE_WITH_HOLDS if any(one.is_open and late[one] for one in shown) else ALL_DONE)


def _words(one: Need, late: bool) -> str:
    said = f"{WORDS[one.state]} ({one.given_on})" if one.given_on else WORDS[one.state]
    if one.over and not one.given_on:
        return f"MISSED: {said}"
    return f"{'LATE' if one.given_on else 'OVERDUE'}: {said}" if late else said


def _shown_made(made: Made, json: bool) -> None:
    if json:
        print_json(
            {
                "dry_run": made.dry_run,
                "estimates": [
                    {"number": one.number, "version": one.version, "practice": one.practice,
                     "reference": one.reference, "cents": one.cents}
                    for one in made.made
                ],
                "as_before": made.as_before,
            }
        )  # fmt: skip
        return
    console.print(visible(f"{'dry run: ' if made.dry_run else ''}{made.what}"))
    table(
        "Made" if not made.dry_run else "Would be made",
        ("estimate", "version", "practice", "its number", "visit", "service", "expected"),
        [
            (one.number, one.version, one.practice, one.reference, one.visit, one.service_on,
             dollars(one.cents))
            for one in made.made
        ],
        right=("estimate", "version", "expected"),
    )  # fmt: skip


@act_command(app, "make", _shown_made)
def make(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; docs/runbook.md has its columns.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="An estimate that says something else gets a new version.")
    ] = False,
) -> AnyAct[Made]:
    """The estimates of a file are made, each with its letter; the same file again makes nothing."""
    return lambda h, day, by, dry: estimates.make(h, day, by, file, replace=replace, dry_run=dry)


@app.command("show")
def show(
    number: NumberArgument,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """One estimate: what it says, its versions with what happened to them, and what was billed."""
    with open_home(load(home, inbox=inbox)) as opened:
        versions = estimates.versions(opened, number)
        newest = versions[-1]
        bill = next((one for one in billed.bills(opened) if one.number == number), None)
        try:
            said = asdict(estimates.said_of(opened, newest))
        except DocumentPurged:
            said = {}
    if json:
        print_json(
            {
                **_facts(newest, bill),
                "said": said,
                "versions": [
                    {"version": one.version, "made_on": one.business_on, "cents": one.cents, "why": one.why,
                     "events": [asdict(event) for event in one.events]}
                    for one in versions
                ],
            }
        )  # fmt: skip
        leave(ALL_DONE)
    _show_words(newest, said, versions, bill)
    leave(ALL_DONE)


def _show_words(
    newest: Estimate, said: dict[str, object], versions: Sequence[Estimate], bill: Bill | None
) -> None:
    who = f"{said['first']} {said['last']}" if said else "purged"
    days = " to ".join(day for day in (newest.service_on, newest.until_on) if day) or "not scheduled"
    console.print(
        visible(
            f"Estimate {newest.number} of {newest.practice} for {who}, service {days}: "
            f"{dollars(newest.cents)}, {_state(newest)}"
        )
    )
    table(
        "Expected",
        ("provider", "procedure", "units", "times", "charge"),
        [
            (line.npi, " ".join((line.procedure, line.modifiers)).strip(), line.units, line.times,
             dollars(line.cents))
            for line in newest.lines
        ],
        right=("units", "times", "charge"),
    )  # fmt: skip
    table(
        "Versions",
        ("version", "day", "what", "by", "why"),
        [
            row
            for one in versions
            for row in (
                (one.version, one.business_on, f"made: {dollars(one.cents)}", one.actor, one.why),
                *(
                    (one.version, event.business_on, _event(event), event.actor, event.why)
                    for event in one.events
                ),
            )
        ],
        right=("version",),
    )  # fmt: skip
    if bill is not None:
        table(
            "Billed",
            ("provider", "expected", "billed", "above"),
            [(p.npi, dollars(p.expected), dollars(p.billed), dollars(max(p.above, 0))) for p in bill.parts],
            right=("expected", "billed", "above"),
        )


def _event(of: Event) -> str:
    return " ".join(part for part in (of.event, of.given_on, of.how) if part)


@app.command("letter")
def letter(
    number: NumberArgument,
    out: Annotated[Path, typer.Option("--out", help="The PDF to write.")],
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Writes the newest version as PDF, to be printed, sent or shown: it names the patient."""
    with open_home(load(home, inbox=inbox)) as opened:
        data = estimates.page_of(opened, number)
    hand_out(out, data, f"Estimate {number}", {"estimate": number}, json=json)


def _shown(done: Act, json: bool) -> None:
    if json:
        print_json(asdict(done))
        return
    console.print(visible(f"{'dry run: ' if done.dry_run else ''}{done.what}"))


@act_command(app, "give", _shown)
def give(
    number: NumberArgument,
    on: Annotated[datetime, typer.Option("--on", formats=DAY, help="The day on which the patient got it.")],
    how: Annotated[str, typer.Option("--how", help=f"One of {', '.join(WAYS)}.")],
) -> AnyAct[Act]:
    """Says that the patient got the newest version, when and how: the evidence."""
    return lambda h, day, by, dry: estimates.give(h, day, by, number, on.date(), how, dry_run=dry)


@act_command(app, "withdraw", _shown)
def withdraw(number: NumberArgument) -> AnyAct[Act]:
    """An estimate does not count: it was a mistake, or the visit was cancelled."""
    return lambda h, day, by, dry: estimates.withdraw(h, day, by, number, dry_run=dry)


@act_command(app, "accept", _shown)
def accept(number: NumberArgument) -> AnyAct[Act]:
    """A bill that is $400 or more above its estimate stands: the patient may be asked for it."""
    return lambda h, day, by, dry: estimates.accept(h, day, by, number, dry_run=dry)


@act_command(app, "undo", _shown)
def undo(number: NumberArgument) -> AnyAct[Act]:
    """Takes back what was said last of an estimate: given, withdrawn or accepted."""
    return lambda h, day, by, dry: estimates.undo(h, day, by, number, dry_run=dry)
