"""`cleanclaim enrolments`: who is enrolled with which payer, and which providers it has credentialed."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.practice import Practice
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, payer_key
from console.days import looked_at
from console.options import HomeOption, InboxOption, JsonOption
from ledger.agreed import enrolments
from ledger.agreed.enrolments import APPROVED, ASKED, KINDS, Enrolment
from tasks.claims.enrolled import remittances_by_other_ways
from tasks.home.home import Home, open_home
from tasks.operations import enrol
from tasks.operations.enrol import Enrolled

app = typer.Typer(
    help="Enrolments with payers (claims, remittances, payments) and the credentialing of providers.",
    no_args_is_help=True,
)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="As the list shows it.")]
DAY = ["%Y-%m-%d"]


@app.command("list")
def list_enrolments(
    kind: Annotated[
        str | None, typer.Option("--kind", help=f"Only {', '.join(KINDS)}.", show_default=False)
    ] = None,
    payer: Annotated[
        str | None, typer.Option("--payer", help="Only with this payer.", show_default=False)
    ] = None,
    practice: Annotated[
        str | None,
        typer.Option("--practice", help="Only of this practice and its providers.", show_default=False),
    ] = None,
    npi: Annotated[str | None, typer.Option("--npi", help="Only of this NPI.", show_default=False)] = None,
    expiring: Annotated[
        int | None,
        typer.Option(
            "--expiring",
            min=0,
            max=36_500,
            help="Only what runs out within so many days with nothing after it.",
            show_default=False,
        ),
    ] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """What is kept, with the payers of which nothing is: no claim is held for want of it there."""
    with open_home(load(home, inbox=inbox)) as opened:
        day = looked_at(opened)
        known = enrolments.of(opened.ledger)
        key = payer_key(opened.partners, payer)
        _, whose = Chosen(practice=practice, partners=opened.partners).keys()
        npis = None if whose is None else _npis(opened.partners.practices[whose])
        notes = _notes(opened, known, day)
    if kind is not None and kind not in KINDS:
        raise CommandError("LST-01", f"the kind is one of {', '.join(KINDS)}", exit_code=WRONG_USE)
    shown = known if expiring is None else enrolments.expiring(known, day + timedelta(days=expiring))
    shown = [
        one
        for one in shown
        if kind in (None, one.kind)
        and key in (None, one.payer)
        and npi in (None, one.npi)
        and (npis is None or one.npi in npis)
    ]
    if json:
        print_json({"enrolments": [asdict(one) for one in shown], "notes": notes})
        leave(ALL_DONE)
    table(
        "Enrolments",
        ("number", "kind", "payer", "npi", "through", "state", "from", "to", "said by", "on"),
        [
            (
                e.number,
                e.kind,
                e.payer,
                e.npi,
                e.clearinghouse,
                e.state,
                e.from_on,
                e.to_on,
                e.actor,
                e.business_on,
            )
            for e in shown
        ],
        right=("number",),
    )
    for note in notes:
        console.print(visible(note))
    leave(ALL_DONE)


@app.command("show")
def show_enrolment(
    number: NumberArgument, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """All that was said of one enrolment: who, when and why."""
    with open_home(load(home, inbox=inbox)) as opened:
        said = enrolments.history(opened.ledger, number)
    if not said:
        raise CommandError("ENL-01", f"there is no enrolment {number}; see `cleanclaim enrolments list`")
    if json:
        print_json({"enrolment": asdict(said[-1]), "history": [asdict(one) for one in said]})
        leave(ALL_DONE)
    one = said[-1]
    table(
        f"Enrolment {number}: {one.kind} of {one.npi} with {one.payer}",
        ("on", "who", "what", "why"),
        [(e.business_on, e.actor, e.words(), e.why) for e in said],
    )
    leave(ALL_DONE)


def shown(done: Enrolled, json: bool) -> None:
    """What an act changed, and whose claims it holds or lets go."""
    if json:
        print_json(asdict(done))
        return
    for line in (*done.changes, *done.effects):
        console.print(visible(f"{'dry run: ' if done.dry_run else ''}{line}"))
    if done.changes:
        console.print(counted(len(done.changes), "enrolment"))
    else:
        console.print("Nothing to change: that is how it stands.")


EnrolAct = AnyAct[Enrolled]


@act_command(app, "set", shown)
def set_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")],
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="The payer, by its key.")],
    npi: Annotated[
        str,
        typer.Argument(metavar="NPI", help="The billing NPI; of a credentialing the rendering provider's."),
    ],
    clearinghouse: Annotated[
        str, typer.Option("--clearinghouse", help="Of edi and era: through whom. Default: the payer's file.")
    ] = "",
    asked: Annotated[bool, typer.Option("--asked", help="It is asked for and not approved yet.")] = False,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="Approved: its first day.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="Approved: its last day, where one is known.")
    ] = None,
) -> EnrolAct:
    """An enrolment is asked for, or approved from a day on. One with the same first day is changed."""
    wanted = Enrolment(
        kind=kind.strip().lower(),
        payer=payer,
        npi=npi.strip(),
        clearinghouse=clearinghouse,
        state=ASKED if asked else APPROVED,
        from_on=_iso(from_),
        to_on=_iso(to),
    )
    return lambda h, day, by, dry: enrol.say(h, day, by, wanted, dry_run=dry)


@act_command(app, "renew", shown)
def renew(
    number: NumberArgument,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="Its new last day. Default: no end is known.")
    ] = None,
) -> EnrolAct:
    """An enrolment is in force until another day; one that was ended goes on."""
    return lambda h, day, by, dry: enrol.renew(h, day, by, number, to.date() if to else None, dry_run=dry)


@act_command(app, "end", shown)
def end(
    number: NumberArgument,
    on: Annotated[datetime, typer.Option("--on", formats=DAY, help="Its last day.")],
) -> EnrolAct:
    """An enrolment ends; one that was only asked for is over."""
    return lambda h, day, by, dry: enrol.end(h, day, by, number, on.date(), dry_run=dry)


@act_command(app, "import", shown)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; docs/runbook.md has its columns.")],
) -> EnrolAct:
    """Every row of a file is said, or none where one is wrong. The same file again changes nothing."""
    return lambda h, day, by, dry: enrol.import_file(h, day, by, file, dry_run=dry)


def _iso(day: datetime | None) -> str:
    return day.date().isoformat() if day else ""


def _npis(practice: Practice) -> set[str]:
    """The numbers under which a practice and those who work in it are enrolled."""
    return {practice.npi, *(one.npi for one in practice.providers)}


def _notes(opened: Home, known: list[Enrolment], day: date) -> list[str]:
    """What is not kept, and from whom no electronic remittance comes."""
    payers = opened.partners.payers.values()
    notes = []
    for kind, effect in (("edi", "no claim is held"), ("credential", "no provider is questioned")):
        kept = {one.payer for one in known if one.kind == kind}
        rest = sorted(p.key for p in payers if p.key not in kept)
        if rest:
            notes.append(f"No table is kept of {kind} with {', '.join(rest)}: {effect} for want of one.")
    for practice in opened.partners.practices.values():
        for payer in payers:
            era = remittances_by_other_ways(known, practice, payer, day)
            if era is not None:
                notes.append(
                    f"Remittances of {payer.key} for {practice.key} come by paper or portal: "
                    f"ERA is {era.words()}."
                )
    return notes
