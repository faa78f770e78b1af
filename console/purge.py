"""`cleanclaim purge`: removes what is past its time; shows it first."""

from dataclasses import asdict
from typing import Annotated

import typer

from config.counted import counted
from console.act_options import AsOption, by
from console.answer import ALL_DONE, console, leave, print_json
from console.key import working_home
from console.options import HomeOption, InboxOption, JsonOption
from tasks.operations.purge import purge as purge_home


def purge(
    really: Annotated[
        bool, typer.Option("--really", help="Remove it. Without this it is only counted.")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", help="The reason; it stays in the audit trail. Needed with --really.")
    ] = "",
    as_: AsOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Remove content older than `retention_days` that nobody waits for. Totals and the audit stay."""
    with working_home(home, inbox) as (opened, day):
        done = purge_home(opened, day, by(why, as_, ""), really=really)
    if json:
        print_json(
            {"really": really, "before": done.before, "copies": done.copies, **asdict(done.found)},
        )
        leave(ALL_DONE)
    found = done.found
    console.print(
        f"{'Removed' if really else 'Would be removed'} from nights before {done.before}: the content of "
        f"{counted(found.claims, 'claim')}, {counted(found.encounters, 'encounter')}, "
        f"{counted(found.findings, 'finding')} and {counted(found.documents, 'document')} "
        f"({found.bytes} bytes)."
    )
    if really:
        console.print(f"{counted(done.copies, 'copy', 'copies')} under edi/ removed.")
    if found.open_claims:
        console.print(f"{found.open_claims} older claims stay: somebody owes for them or works on them.")
    if not really:
        console.print("Nothing was changed; `cleanclaim purge --really --why ...` does it.")
    leave(ALL_DONE)
