"""`cleanclaim twin`: what a payer is known to do, and tonight's claims played against it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console.answer import ALL_DONE, CommandError, console, leave, print_json, table, visible
from console.days import next_night
from console.options import HomeOption, InboxOption, JsonOption
from tasks.home.home import open_home, write_private
from tasks.operations.kept_rehearsal import (
    COUNTED,
    calibration_words,
    change_words,
    facts,
    keep,
    left_out_words,
    look_at,
    of_twin,
    others_words,
)
from tasks.operations.learn_twin import Twin, learned_file
from tasks.operations.rehearse_night import OFF, ON, OfPayer, Rehearsal, Switched, rehearse
from tasks.twin.foretold import Foretold

app = typer.Typer(
    help="The payer twin: learn what a payer does, rehearse tonight's claims.", no_args_is_help=True
)
LARGEST: Final = 50_000_000


@app.command("learn")
def learn_twin(
    payer: Annotated[str, typer.Option("--payer", help="The payer, by its key, id or name.")],
    out: Annotated[Path, typer.Option("--out", help="The scenario file to write: NAME.toml.")],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], help="Learn from what was known before this day. Default: all."
        ),
    ] = None,
    home: HomeOption = None,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:
    """Learn from a payer's answers what it rejects, denies and pays, and write it as a scenario file."""
    with open_home(load(home, inbox=inbox)) as opened:
        key = opened.partners.payer_key(payer)
        twin, data = learned_file(opened, key, until.date() if until is not None else next_night(opened))
    file = out.absolute()
    write_private(file, data)
    if json:
        print_json({**of_twin(twin), "file": str(file), "bytes": len(data)})
        leave(ALL_DONE)
    _show_twin(twin)
    console.print(visible(f"{len(data):,} bytes written to {out}: counts and rates, nobody's claims"))
    leave(ALL_DONE)


@app.command("rehearse")
def rehearse_night(
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help="A payer's twin as `learn` wrote it. Default: every payer, learned now.",
            exists=True, dir_okay=False, show_default=False,
        ),
    ] = None,
    edit: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--edit", metavar="ID ON|OFF", show_default=False,
            help="Try an edit: ON holds what it warns of, OFF sends what it alone holds.",
        ),
    ] = None,
    home: HomeOption = None,
    keep_it: Annotated[
        bool, typer.Option("--keep", help="Keep it in the home, for the console's page Twin.")
    ] = False,
    inbox: InboxOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Play the claims that the next run would send against their payers' twins. Nothing is sent."""
    switched = _switched(edit)
    data = _read(file) if file is not None else None
    with open_home(load(home, inbox=inbox)) as opened:
        found = rehearse(opened, next_night(opened), data, switched)
        if keep_it:
            keep(opened, found)
    if json:
        print_json(facts(found))
        leave(ALL_DONE)
    _show(found)
    leave(ALL_DONE)


def _read(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise CommandError("TWN-02", "the file is too large for one that `cleanclaim twin learn` wrote")
    return file.read_bytes()


def _switched(edit: tuple[str, str] | None) -> Switched | None:
    if edit is None:
        return None
    identity, state = edit[0].strip().upper(), edit[1].strip().lower()
    if state not in (ON, OFF):
        raise CommandError("TWN-05", f"an edit is tried ON or OFF, as in --edit {identity} OFF")
    return Switched(identity, state == ON)


def _show(found: Rehearsal) -> None:
    for one in found.payers:
        _show_payer(one)
    if not found.payers:
        rest = "." if found.others else ": there is nothing to rehearse."
        console.print(f"No claim to a first payer is ready, clean or new in the inbox{rest}")
    if len(found.payers) > 1:
        paid = found.paid_cents
        console.print(
            f"All of them: {dollars(round(paid.mean))} expected, 80 % between {dollars(paid.low)} and "
            f"{dollars(paid.high)}{_to_patients(found.patient_cents)}"
        )
    if found.switched is not None:
        state = "on" if found.switched.on else "off"
        console.print(f"With {found.switched.edit} {state}; without --edit the night is rehearsed as it is")
    if found.held:
        console.print(f"Edits would hold {counted(found.held, 'new encounter')}, which no payer sees")
    for hanging in found.others:
        console.print(visible(f"Besides, of {others_words(hanging)}"))
    for other in found.left_out:
        console.print(f"Not rehearsed: {left_out_words(other)}")
    look = look_at(found)
    if look:
        table(
            "Look at these first",
            ("claim", "charge", "expected", "at risk", "most likely", "chance"),
            [
                (one.number, dollars(one.charge_cents), dollars(one.expected_cents), dollars(one.lost_cents),
                 one.reason, f"{one.likely:.0%}")
                for one in look
            ],
            right=("charge", "expected", "at risk", "chance"),
        )  # fmt: skip


def _show_payer(one: OfPayer) -> None:
    if one.foretold is None:
        asked = f"{counted(one.claims, 'claim')}, {dollars(one.charge_cents)} charged"
        console.print(visible(f"{one.twin.payer}: {asked}; {one.why}"))
        return
    _show_twin(one.twin)
    paid = one.foretold.paid_cents
    console.print(
        f"Tonight: {counted(one.claims, 'claim')}, {dollars(one.charge_cents)} charged; "
        f"{dollars(round(paid.mean))} expected, 80 % between {dollars(paid.low)} and {dollars(paid.high)}"
        f"{_to_patients(one.foretold.patient_cents)}, half within "
        f"{counted(one.twin.model.delay(0.5), 'day')}, nine in ten within "
        f"{counted(one.twin.model.delay(0.9), 'day')}"
    )
    _show_reasons(one.foretold)


def _to_patients(cents: int) -> str:
    return f", and {dollars(cents)} left to patients" if cents else ""


def _show_reasons(foretold: Foretold) -> None:
    rows = sorted(foretold.by_reason.items(), key=lambda pair: -pair[1].mean)
    table(
        "What it would deny and reject",
        ("reason", "what", "expected", "80 % from", "to"),
        [(reason, COUNTED[kind], f"{of.mean:.1f}", of.low, of.high) for (kind, reason), of in rows],
        right=("expected", "80 % from", "to"),
    )


def _show_twin(twin: Twin) -> None:
    model = twin.model
    left = f"; {model.left_out:,} more are of days not answered whole yet" if model.left_out else ""
    learned = counted(model.claims, "answered claim")
    console.print(visible(f"{twin.payer}: learned from {learned} until {model.as_of}{left}"))
    for change in model.changes:
        console.print(visible(f"  From {change.month} it decides differently: {change_words(change)}"))
    console.print(visible("  " + calibration_words(twin.calibration)))
