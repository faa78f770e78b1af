"""`cleanclaim holds`: claims that wait for a person before a payer decides on them."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any

import typer

from config.counted import counted
from config.dollars import dollars
from config.settings import load
from console import rejections as rejected
from console.answer import ALL_DONE, DONE_WITH_HOLDS, console, leave, print_json, table, visible
from console.chosen import Chosen, OnlyOption, OwnerOption, Part, PayerOption, PracticeOption
from console.days import looked_at
from console.options import AfterOption, HomeOption, InboxOption, JsonOption, LimitOption
from ledger.encounters import overrides as given
from ledger.queries.batches import UNNAMED, Unnamed
from ledger.queries.claims import HELD, LATE, REJECTED, Held, Late, Rejected
from tasks.claims import needs_coding
from tasks.home.home import Home, open_home
from tasks.operations.override_edit import override
from tasks.work.hold_words import words
from tasks.work.owners import owner_of, owner_of_edit

app = typer.Typer(
    help="Claims that wait for a coder, a corrected encounter or an answer.", invoke_without_command=True
)
PARTS = ("held", "rejected", "late", "unanswered")


@app.callback()
def holds(
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
    """Claims that wait for a coder, a corrected encounter or an answer, with the place and the remedy."""
    if context.invoked_subcommand is not None:
        return
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        part = Part(only, limit, after, PARTS)
        chosen = Chosen(owner, payer, practice, opened.partners)
        held = _held_now(opened, chosen, part)
        refused = part.read(opened.ledger, chosen, "rejected", REJECTED, owner_of)
        # what came late names no payer that a claim has
        corrected = [] if payer else part.read(opened.ledger, chosen, "late", LATE, _follow_up)
        missing = part.read(opened.ledger, chosen, "unanswered", UNNAMED, _follow_up)
    ids = {
        "held": [h.finding_id for h in held],
        "rejected": [r.submission_id for r in refused],
        "late": [one.encounter_id for one in corrected],
        "unanswered": [m.submission_id for m in missing],
    }
    if json:
        print_json(
            {
                "held": [_held(h) for h in held],
                "needs_coding": len(_uncoded(held)),
                "rejected": [rejected.plain(r) for r in refused],
                "late": [asdict(one) for one in corrected],
                "unanswered": [asdict(m) for m in missing],
                "next_after": part.next_after(**ids),
            }
        )
    else:
        _show(held, refused, corrected, missing, chosen.words)
        part.show_more(**ids)
    leave(DONE_WITH_HOLDS if held or refused or corrected or missing else ALL_DONE)


def _held_now(opened: Home, chosen: Chosen, part: Part) -> list[Held]:
    """What holds encounters. Which payer a document means is found in the document, not by the database."""
    if not part.shows("held"):
        return []
    page = part.of("held", replace(chosen, payer=None).page(opened.ledger, HELD, owner=owner_of_edit))
    if chosen.payer is None:
        return HELD.read(opened.ledger, page)
    found = HELD.read(opened.ledger, replace(page, limit=None))
    of_payer = Chosen(payer=chosen.payer, partners=chosen.partners)
    return of_payer.of(found, payer=lambda h: tuple(map(opened.partners.payer_key, h.payers)))[: part.limit]


def _follow_up(_: object) -> str:
    return "FOLLOW_UP"


def _show(
    held: list[Held], refused: list[Rejected], corrected: list[Late], missing: list[Unnamed], chosen: str
) -> None:
    table(
        f"Held: a corrected encounter goes out by itself{chosen}",
        ("encounter", "practice", "edit", "line", "place", "what is wrong", "owner", "remedy"),
        [
            (
                h.external_id,
                h.practice,
                h.edit_id,
                h.line or "",
                h.place,
                h.detail,
                owner_of_edit(h.edit_id),
                words(h.edit_id)[1],
            )
            for h in held
        ],
    )
    if _uncoded(held):
        console.print(f"{counted(len(_uncoded(held)), 'encounter')} of these for a coder: cleanclaim coding")
    if refused:
        rejected.show(refused, chosen)
    if missing:
        table(
            "Missing from the answer: ask the clearinghouse for these",
            ("claim", "practice", "payer", "batch", "charged", "sent"),
            [
                (
                    m.patient_control_number,
                    m.practice,
                    m.payer,
                    m.batch_id,
                    dollars(m.charge_cents),
                    m.sent_on,
                )
                for m in missing
            ],
            right=("charged",),
        )
    if corrected:
        table(
            "Corrected after the claim was sent: the payer has the older one",
            ("encounter", "version", "practice"),
            [(one.external_id, one.version, one.practice) for one in corrected],
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
            f"{row.edit_id} lets encounter {visible(encounter)} pass until {row.until_on}; "
            "it goes out in the next run where nothing else holds it"
            if row.until_on >= row.business_on
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
                    g.override.business_on,
                    g.external_id,
                    g.version,
                    g.practice,
                    g.override.edit_id,
                    g.override.line or "all",
                    g.override.who,
                    g.override.why,
                    g.override.until_on,
                )
                for g in found
            ],
        )
    leave(ALL_DONE)


def _held(found: Held) -> dict[str, Any]:
    title, fix = words(found.edit_id)
    return {**asdict(found), "title": title, "fix": fix}
