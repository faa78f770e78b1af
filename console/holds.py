"""`cleanclaim holds`: claims that wait for a person before a payer decides on them."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from coding import EDITS
from config.counted import counted
from config.settings import load
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, dollars, leave, print_json, table, visible
from console.days import looked_at
from console.options import HomeOption, InboxOption, JsonOption
from edi.words import remedy_of, told
from ledger import overrides as given
from ledger.queries.batches import unnamed
from ledger.queries.claims import Held, late, rejections
from ledger.queries.claims import holds as held_claims
from tasks import check_batch, doubts, needs_coding
from tasks.home import open_home
from tasks.override_edit import override
from tasks.validate_coding import FAILED_ON, UNCHECKED, UNKNOWN_PRACTICE

app = typer.Typer(
    help="Claims that wait for a coder, a corrected encounter or an answer.", invoke_without_command=True
)
OTHERS = {
    needs_coding.ID: (needs_coding.TITLE, needs_coding.FIX),
    **doubts.WORDS,
    UNCHECKED: (
        "Not checked",
        "Load the code sets that are missing (cleanclaim codes status) or complete the facts.",
    ),
    FAILED_ON: (
        "CleanClaim fails on this encounter",
        "Report the text beside it; correct the encounter at the source and send it as a higher version.",
    ),
    UNKNOWN_PRACTICE: (
        "Practice not known",
        "Name a practice of partners/practices in the document, or drop the file into its folder.",
    ),
}


@app.callback()
def holds(
    context: typer.Context, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """Claims that wait for a coder, a corrected encounter or an answer, with the place and the remedy."""
    if context.invoked_subcommand is not None:
        return
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        held = held_claims(opened.ledger)
        refused = rejections(opened.ledger)
        corrected = late(opened.ledger)
        missing = unnamed(opened.ledger)
    if json:
        print_json(
            {
                "held": [_held(h) for h in held],
                "needs_coding": len(_uncoded(held)),
                "rejected": [
                    {**asdict(r), "meaning": told(r.codes), "remedy": remedy_of(r.codes)} for r in refused
                ],
                "late": [
                    {"encounter_id": i, "source": s, "external_id": e, "version": v, "practice": p}
                    for i, s, e, v, p in corrected
                ],
                "unanswered": [asdict(m) for m in missing],
            }
        )
    else:
        _show(held, refused, corrected, missing)
    leave(DONE_WITH_HOLDS if held or refused or corrected or missing else ALL_DONE)


def _show(held: list[Held], refused: list[Any], corrected: list[Any], missing: list[Any]) -> None:
    table(
        "Held: a corrected encounter goes out by itself",
        ("encounter", "practice", "edit", "line", "place", "what is wrong", "remedy"),
        [
            (h.external_id, h.practice, h.edit_id, h.line or "", h.place, h.detail, words(h.edit_id)[1])
            for h in held
        ],
    )
    if _uncoded(held):
        console.print(f"{counted(len(_uncoded(held)), 'encounter')} of these for a coder: cleanclaim coding")
    if refused:
        table(
            "Rejected before adjudication: correct the encounter, it goes out as a new claim",
            ("encounter", "practice", "payer", "claim", "by", "why", "charged", "since", "what to do"),
            [
                (
                    r.external_id,
                    r.practice,
                    r.payer,
                    r.patient_control_number,
                    r.kind,
                    f"{told(r.codes)} ({r.codes})",
                    dollars(r.charge),
                    r.night,
                    remedy_of(r.codes),
                )
                for r in refused
            ],
            right=("charged",),
        )
    if missing:
        table(
            "Missing from the answer: ask the clearinghouse for these",
            ("claim", "practice", "payer", "batch", "charged", "sent"),
            [
                (m.patient_control_number, m.practice, m.payer, m.batch_id, dollars(m.charge), m.sent_night)
                for m in missing
            ],
            right=("charged",),
        )
    if corrected:
        table(
            "Corrected after the claim was sent: the payer has the older one",
            ("encounter", "version", "practice"),
            [(e, v, p) for _, _, e, v, p in corrected],
        )


def _uncoded(held: list[Held]) -> set[int]:
    return {h.encounter_id for h in held if h.edit_id == needs_coding.ID}


@app.command("override")
def override_edit(
    encounter: Annotated[str, typer.Argument(help="The encounter's number, as `holds` shows it.")],
    edit: Annotated[str, typer.Option("--edit", help="The edit that holds it, like NCCI-01.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the audit trail; no patient's data.")],
    until: Annotated[
        datetime,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], help="Last day on which it counts; a past one withdraws."
        ),
    ],
    who: Annotated[str, typer.Option("--who", help="Who decides it.")],
    line: Annotated[
        int | None, typer.Option("--line", min=1, help="Only on this line. Default: the whole claim.")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Let a held claim go although an edit holds it: who, why and until when are kept for ever."""
    settings = load(home)
    with open_home(settings) as opened:
        row = override(
            opened,
            encounter.strip(),
            edit.strip().upper(),
            who=who,
            why=why,
            until=until.date(),
            as_of=looked_at(opened),
            line=line,
        )
    if json:
        print_json(asdict(row))
    else:
        console.print(
            f"{row.edit_id} lets encounter {visible(encounter)} pass until {row.until}; "
            "it goes out in the next run where nothing else holds it"
            if row.until >= row.day
            else f"{row.edit_id} holds encounter {visible(encounter)} again, the override is withdrawn"
        )
    leave(ALL_DONE)


@app.command("overrides")
def list_overrides(home: HomeOption = None, json: JsonOption = False) -> None:
    """Every override ever given, newest first: the audit trail."""
    settings = load(home)
    with open_home(settings) as opened:
        found = given.every(opened.ledger)
    if json:
        print_json({"overrides": [{**asdict(g), **asdict(g.override)} for g in found]})
    else:
        table(
            "Overrides",
            ("given", "encounter", "version", "practice", "edit", "line", "who", "why", "until"),
            [
                (
                    g.override.day,
                    g.external_id,
                    g.version,
                    g.practice,
                    g.override.edit_id,
                    g.override.line or "all",
                    g.override.who,
                    g.override.why,
                    g.override.until,
                )
                for g in found
            ],
        )
    leave(ALL_DONE)


def words(edit_id: str) -> tuple[str, str]:
    """Title and remedy of an edit, or of what only the steps see."""
    edit = EDITS.get(edit_id)
    if edit is not None:
        return edit.title, edit.fix
    return check_batch.words(edit_id) or OTHERS.get(edit_id, ("", ""))


def _held(found: Held) -> dict[str, Any]:
    title, fix = words(found.edit_id)
    return {**asdict(found), "title": title, "fix": fix}
