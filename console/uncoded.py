"""`cleanclaim coding`: encounters that wait for a coder, with the concepts they were documented in."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.settings import load
from console.answer import ALL_DONE, DONE_WITH_HOLDS, CommandError, console, leave, print_json, table, visible
from console.chosen import Chosen, OwnerOption, PracticeOption, next_after, show_more
from console.options import AfterOption, HomeOption, JsonOption, LimitOption
from tasks.home.home import open_home, write_private
from tasks.operations.uncoded import WAITING, draft, queue
from tasks.work.owners import CODING

app = typer.Typer(help="Encounters that wait for a coder.", invoke_without_command=True)


@app.callback()
def coding(
    context: typer.Context,
    owner: OwnerOption = None,
    practice: PracticeOption = None,
    limit: LimitOption = 50,
    after: AfterOption = 0,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Encounters documented without billing codes: the concepts, and codes their words find.

    Nothing is guessed: a coder chooses, and sends the encounter as a higher version.
    """
    if context.invoked_subcommand is not None:
        return
    settings = load(home)
    with open_home(settings) as opened:
        chosen = Chosen(owner, practice=practice, partners=opened.partners)
        page = chosen.page(opened.ledger, WAITING, owner=lambda _: CODING, after=after, limit=limit)
        found = queue(opened, page)
    more = next_after(found, limit, lambda one: one.encounter_id)
    if json:
        print_json({"needs_coding": [asdict(one) for one in found], "next_after": more})
    else:
        for one in found:
            table(
                f"{visible(one.external_id)} of {one.practice or 'a practice not known'}, "
                f"{one.service_date or 'no day'}: wants {' and '.join(one.wants)}",
                ("role", "system", "concept", "documented as", "the encoder finds"),
                [
                    (
                        c.role,
                        c.system,
                        c.code,
                        c.text,
                        "\n".join(f"{hit.dotted} {hit.title}" for hit in c.suggestions),
                    )
                    for c in one.concepts
                ],
            )
        console.print(
            f"{counted(len(found), 'encounter')} for a coder"
            + (": cleanclaim coding draft ENCOUNTER --out FILE" if found else "")
        )
        show_more(more)
    leave(DONE_WITH_HOLDS if found else ALL_DONE)


@app.command("draft")
def write_draft(
    encounter: Annotated[str, typer.Argument(help="The encounter's number.")],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Write an encounter as JSON, one version higher: fill in the codes, drop it into the inbox."""
    settings = load(home)
    with open_home(settings) as opened:
        text = draft(opened, encounter)
    if text is None:
        raise CommandError("COD-02", f"{encounter} does not wait for a coder; see `cleanclaim coding`")
    write_private(out.absolute(), text.encode())
    if json:
        print_json({"encounter": encounter, "file": str(out.absolute())})
    else:
        console.print(f"{visible(str(out))}: fill in diagnoses and lines, then drop it into the inbox")
    leave(ALL_DONE)
