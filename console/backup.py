"""`cleanclaim backup` and `cleanclaim restore`: the ledger as one file."""

from pathlib import Path
from typing import Annotated

import typer

from config.counted import counted
from config.settings import load, require_home
from console.act_options import AsOption, by
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, leave, print_json, visible
from console.days import next_night, today
from console.ledger import KnownOut, listed_in
from console.options import HomeOption, InboxOption, JsonOption
from tasks.home.home import open_home
from tasks.home.keys import archive_folder
from tasks.operations.backup import back_up, default_file
from tasks.operations.backup import restore as restore_into


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="A new file. Default: HOME/backups/ledger-DATE.zip.")
    ] = None,
    why: Annotated[
        str, typer.Option("--why", help="The reason; it stays in the audit trail.")
    ] = "the regular backup",
    without_archive: Annotated[
        bool,
        typer.Option(
            "--without-archive",
            help="Leave out the packs of old documents: the archive's folder is copied by other means.",
        ),
    ] = False,
    as_: AsOption = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Write the whole ledger to one file, also during a run. Sealed where the archive has a key."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        day = next_night(opened)
        file = to.absolute() if to else default_file(opened, day)
        done = back_up(opened, day, by(why, as_, ""), file, with_packs=not without_archive)
    held = done.contents
    if json:
        print_json(
            {"file": str(done.file), "bytes": done.size, "rows": held.rows, "archive_packs": held.packs}
        )
    else:
        packs = f", {counted(held.packs, 'pack')} of old documents" if held.packs else ""
        console.print(
            f"{counted(held.rows, 'row')}{packs}, {counted(done.size, 'byte')}: {visible(str(done.file))}"
        )
        if without_archive:
            console.print("The archive's folder is no part of it: copy it as well.")
        console.print("Partners' files, settings and keys are no part of it; keep those too.")
    leave(ALL_DONE)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    nothing_since: Annotated[
        bool,
        typer.Option(
            "--nothing-since",
            help="Nothing was sent after the backup (a move to another machine or database): "
            "go on without stopping partners.",
        ),
    ] = False,
    known_out: KnownOut = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Folder of the archive's keys, where the backup is sealed.")
    ] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Restore a backup into a home without a ledger. Nothing is sent before a person releases it."""
    settings = load(home, inbox=inbox)
    require_home(settings)
    done = restore_into(
        settings,
        file.absolute(),
        today(settings),
        nothing_since=nothing_since,
        archive_keys=keys.absolute() if keys else archive_folder(settings),
        listed=listed_in(known_out),
    )
    if json:
        print_json(
            {
                "rows": done.contents.rows,
                "last_night": done.contents.last_night,
                "batches_held": done.held,
                "partners_stopped": not nothing_since,
                "audit_keys_missing": list(done.keys_missing),
                "archive_packs_missing": done.packs_missing,
            }
        )
    else:
        console.print(
            f"{counted(done.contents.rows, 'row')} restored; its last business date is "
            f"{done.contents.last_night or 'none'}"
        )
        if not nothing_since:
            console.print(
                f"Every partner is stopped and {counted(done.held, 'unsent batch', 'unsent batches')} held: "
                "ask each partner what came after the backup, say what was out by `cleanclaim ledger "
                "claims-out`, then `cleanclaim batches release`."
            )
        for key in done.keys_missing:
            console.print(
                f"The audit trail has rows under the key {key}, which is not here: copy the earlier home's "
                "keys/audit to keys/audit.earlier, or `cleanclaim audit verify` can't check them."
            )
        if done.packs_missing:
            console.print(
                f"{counted(done.packs_missing, 'pack')} of old documents are not in the archive's folder: "
                "copy the earlier home's there, or what lies in them can't be read (LED-18)."
            )
    leave(ALL_DONE if nothing_since else DONE_WITH_HOLDS)
