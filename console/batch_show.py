"""`cleanclaim batches show`: one batch, as an operator needs it in the morning."""

from dataclasses import asdict

from config.dollars import dollars
from config.settings import load
from console.answer import ALL_DONE, CommandError, console, leave, print_json, table, visible
from console.batch_acts import Number, plain
from console.days import looked_at
from console.options import HomeOption, InboxOption, JsonOption
from ledger.maintenance import packing
from ledger.sending.batches import BatchRow
from tasks.batches.story import BatchStatus, batch_status
from tasks.home.home import Home, copy_at, open_home

LISTED = 24  # claims without an answer that a person is shown; a program gets them all


def show_batch(
    number: Number, home: HomeOption = None, inbox: InboxOption = None, json: JsonOption = False
) -> None:
    """One batch: what is known, what is not, what may be pressed, and its history."""
    settings = load(home, inbox=inbox)
    with open_home(settings) as opened:
        found = batch_status(opened, looked_at(opened), number)
        batch = found.story.batch if found else None
        file = _where(opened, batch) if batch else ""
    if found is None:
        raise CommandError("BAT-01", f"there is no batch {number}; see `cleanclaim batches list`")
    if json:
        print_json(_plain(found, file or None))
    else:
        _show(found, file)
    leave(ALL_DONE)


def _where(opened: Home, batch: BatchRow) -> str:
    """Where what was sent lies, as a copy or in a pack; "" where it was not sent yet, or was purged."""
    copy = copy_at(opened.sent / batch.clearinghouse / batch.name)
    return str(copy or packing.pack_of(opened.ledger, batch.sha256) or "")


def _plain(found: BatchStatus, file: str | None) -> dict[str, object]:
    story = found.story
    return {
        **asdict(story.batch),
        "isa13": f"{story.batch.isa13:09d}",
        "file": file,
        "resending": story.batch.resending,
        "overdue": found.overdue,
        "to_do": found.next,
        "known": [asdict(fact) for fact in found.facts],
        "choices": [plain(choice) for choice in found.choices],
        "events": [asdict(e) for e in story.events],
        "answers": [
            {"kind": kind, "status": status, "codes": codes, "business_on": night}
            for kind, status, codes, night in story.answers
        ],
        "claims_by_state": dict(story.claims),
        "unanswered": list(story.unanswered),
    }


def _show(found: BatchStatus, file: str) -> None:
    story, b = found.story, found.story.batch
    states = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(story.claims.items()))
    charged = f", {dollars(b.charge_cents)} charged" if b.of_claims else ""
    table(
        f"Batch {b.id}: {b.words}{', OVERDUE' if found.overdue else ''}",
        ("", ""),
        [
            ("to", f"{b.clearinghouse} ({b.receiver}), interchange {b.isa13:09d}"),
            (b.contents, f"{b.claims}{charged}; now {states or 'none: they left it'}"),
            ("file", file or f"{b.name}, {'no copy is left' if b.sent_on else 'not sent yet'}"),
            ("SHA-256", b.sha256),
            ("to do", found.next),
        ],
    )
    table(
        "What is known",
        ("what", "how it stands", "detail"),
        [(f.what, f.standing, f.detail) for f in found.facts],
    )
    table(
        "What may be pressed",
        ("act", "now", "because"),
        [(c.act, c.answer, c.because) for c in found.choices],
    )
    if story.unanswered and b.sent_on:
        more = len(story.unanswered) - LISTED
        left = visible(" ".join(story.unanswered[:LISTED]))
        console.print(f"[bold]{b.contents.capitalize()} not answered[/bold]: {left}")
        if more > 0:
            console.print(f"and {more} more; --json lists them all")
    table(
        "History",
        ("business date", "at (UTC)", "event", "detail", "who"),
        [(e.business_on, e.at[:19].replace("T", " "), e.event, e.detail, e.who) for e in story.events],
    )
