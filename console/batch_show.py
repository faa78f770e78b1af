"""`cleanclaim batches show`: one batch, as an operator needs it in the morning."""

from dataclasses import asdict

from config.settings import load
from console.answer import ALL_DONE, CommandError, dollars, leave, print_json, table
from console.batch_acts import Number
from console.options import HomeOption, InboxOption, JsonOption
from console.run import made
from ledger.queries.batches import show as story_of
from tasks.home import open_home


def show_batch(
    number: Number, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """One batch: its history, its answers, its claims by state."""
    settings = load(home, inbox=inbox)
    made(settings)
    with open_home(settings) as opened:
        found = story_of(opened.ledger, number)
        file = opened.sent / found.batch.clearinghouse / found.batch.name if found else None
    if found is None:
        raise CommandError("BAT-01", f"there is no batch {number}; see `cleanclaim batches list`")
    b = found.batch
    if json:
        print_json(
            {
                **asdict(b),
                "isa13": f"{b.isa13:09d}",
                "file": str(file) if file and file.exists() else None,
                "events": [asdict(e) for e in found.events],
                "answers": [
                    {"kind": kind, "status": state, "codes": codes, "night": when}
                    for kind, state, codes, when in found.answers
                ],
                "claims_by_state": dict(found.claims),
            }
        )
        leave(ALL_DONE)
    table(
        f"Batch {b.id}: {b.state.replace('_', ' ')}",
        ("", ""),
        [
            ("to", f"{b.clearinghouse} ({b.receiver})"),
            ("interchange", f"{b.isa13:09d}"),
            ("claims", f"{b.claims}, {dollars(b.charge)} charged"),
            ("SHA-256", b.sha256),
            ("file", str(file) if file and file.exists() else f"{b.name}, not sent yet"),
            ("held because", b.hold or "nothing holds it"),
        ],
    )
    table("History", ("night", "event", "detail"), [(e.night, e.event, e.detail) for e in found.events])
    table("Answers", ("kind", "status", "codes", "night"), found.answers)
    table("Its claims", ("state", "claims"), sorted(found.claims.items()), right=("claims",))
    leave(ALL_DONE)
