"""`cleanclaim coverage`: a payer is asked whether it covers a patient, and what it said."""

from dataclasses import asdict
from typing import Annotated

import typer

from config.dollars import dollars
from config.settings import load
from console.act_options import AnyAct, act_command
from console.answer import ALL_DONE, console, leave, print_json, table, visible
from console.options import HomeOption, InboxOption, JsonOption
from tasks.home.home import open_home
from tasks.operations import verify_coverage
from tasks.operations.verify_coverage import Asked, Coverage

app = typer.Typer(help="Coverage as payers say it: verify, show.", no_args_is_help=True)

EncounterArgument = Annotated[
    str, typer.Argument(metavar="ENCOUNTER", help="The encounter's number, as `holds` shows it.")
]


def shown(done: Asked, json: bool) -> None:
    """What will be asked."""
    if json:
        print_json(asdict(done))
    else:
        console.print(visible(f"{'dry run: ' if done.dry_run else ''}{done.what}"))


@act_command(app, "verify", shown)
def verify(encounter: EncounterArgument) -> AnyAct[Asked]:
    """Each payer is asked about the coverage on the day of service (270) by the next run; once a day."""
    return lambda h, day, by, dry: verify_coverage.verify(h, day, by, encounter, dry_run=dry)


@app.command("show")
def show(
    encounter: EncounterArgument, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """What a payer was asked about the coverage of an encounter and what it said, with the patient's part."""
    with open_home(load(home, inbox=inbox)) as opened:
        found = verify_coverage.show(opened, encounter)
    if json:
        print_json(asdict(found))
        leave(ALL_DONE)
    for one in (found, *found.later):
        _show_one(one)
    leave(ALL_DONE)


def _show_one(found: Coverage) -> None:
    table(
        f"Asked of {found.payer} about {found.service_on or 'no day'}",
        ("inquiry", "wanted", "sent", "state", "who", "why"),
        [(i.id, i.business_on, i.sent_on, i.state, i.actor, i.why) for i in found.inquiries],
        right=("inquiry",),
    )
    answer = found.answer
    if answer is None:
        console.print("The payer said nothing yet.")
        return
    table(
        f"Said on {answer.business_on}: {answer.state.replace('_', ' ')}",
        ("", ""),
        [
            row
            for row in (
                ("refused with (AAA)", answer.reasons),
                ("active from", answer.active_from_on),
                ("active to", answer.active_to_on),
                ("in network", answer.in_network),
                *((f"limit of {code}", f"{allowed}, {used} used") for code, allowed, used in answer.limits),
                *((kind, f"{first} to {last or 'open'}") for kind, first, last in answer.periods),
            )
            if row[1]
        ],
    )
    table(
        "The patient's part, as the payer says it",
        ("what", "service types", "period", "amount", "share", "in network"),
        [
            (
                s.kind,
                s.service_types,
                s.period,
                "" if s.cents is None else dollars(s.cents),
                s.percent,
                s.in_network,
            )
            for s in found.shares
        ],
        right=("amount", "share"),
    )
