"""How a night ended, for a person: the counts, the money, and what waits."""

from typing import Any

from coding.registry import EDITS
from config.counted import counted
from console.answer import console, dollars, share, table, visible
from tasks.report import WORDS

OUTCOMES = {
    "": "under way, or broken off: run it again",
    "done": "all done",
    "holds": "done, and work waits for a person",
    "failed": "failed:",
}


def show_summary(found: dict[str, Any]) -> None:
    """The summary object of `tasks.report.summary` as tables."""
    inbox, encounters, money = found["inbox"], found["encounters"], found["money"]
    night = found["night"]
    if found["ledger_in_doubt"]:
        console.print(
            f"[red]The ledger is in doubt, and nothing is sent:[/red] {visible(found['ledger_in_doubt'])}. "
            "Look with `cleanclaim ledger show`."
        )
    if night:
        console.print(
            f"[bold]Night of {night['day']}[/bold]: {OUTCOMES[night['outcome']]} {night['note']}".rstrip()
        )
    console.print(
        f"Inbox: {counted(inbox['files'], 'file')}, {inbox['read']} read, {inbox['quarantined']} put aside, "
        f"{counted(inbox['duplicates'], 'duplicate')}. Encounters: {encounters['picked_up']} picked up, "
        f"{encounters['held']} held."
    )
    if found["needs_coding"]:
        console.print(
            f"{counted(found['needs_coding'], 'encounter')} of these for a coder: cleanclaim coding"
        )
    table(
        "Claims",
        ("state", "claims"),
        [(state.replace("_", " "), count) for state, count in found["claims"].items()],
        right=("claims",),
    )
    table(
        "Batches",
        ("id", "interchange", "claims", "charged", "state", "file"),
        [
            (b["id"], b["isa13"], b["claims"], dollars(b["charge_cents"]), _state(b), b["name"])
            for b in found["batches"][-20:]
        ],
        right=("id", "claims", "charged"),
    )
    show_money(money)
    if found["remittances"]:
        table(
            "Remittances",
            ("trace", "payer", "practice", "paid", "claims", "state"),
            [
                (r["trace"], r["payer"], r["practice"], dollars(r["paid_cents"]), r["claims"], r["state"])
                for r in found["remittances"][-20:]
            ],
            right=("paid", "claims"),
        )
    show_unchecked(found["unchecked"])
    show_waiting(found["work"])


def show_unchecked(found: list[dict[str, Any]]) -> None:
    """What the edits could not judge in the last night, so that it never passes for checked."""
    if found:
        table(
            "Not checked last night: a code set or a fact is missing (cleanclaim codes status)",
            ("edit", "what", "encounters", "of them sent"),
            [(u["edit_id"], EDITS[u["edit_id"]].title, u["encounters"], u["claimed"]) for u in found],
            right=("encounters", "of them sent"),
        )


def _state(batch: dict[str, Any]) -> str:
    state = ("resend, " if batch["resending"] else "") + str(batch["state"]).replace("_", " ")
    return f"{state}, held: {batch['hold']}" if batch["hold"] else state


def show_money(money: dict[str, int]) -> None:
    """Where every dollar is."""
    charged = money["charged_cents"]
    parts = {
        "charged": charged,
        "  paid on claims": money["applied_cents"],
        "  written off by contract": money["adjusted_cents"],
        "  owed by payers": money["receivable_payers_cents"],
        "  owed by patients": money["receivable_patients_cents"],
    }
    received = {
        "received from payers": money["cash_cents"],
        "  kept back or added at provider level": money["provider_level_cents"],
        "  in suspense: no claim found": money["suspense_cents"],
    }
    rows = [(words, dollars(cents), share(cents, charged)) for words, cents in parts.items()]
    rows += [(words, dollars(cents), "") for words, cents in received.items()]
    table("Money", ("", "dollars", "of what was charged"), rows, right=("dollars",))


def show_waiting(work: dict[str, int]) -> None:
    """What waits for a person, and where to look."""
    table(
        "Waiting for a person",
        ("what", "pieces", "look with"),
        [(WORDS[name], count, LOOK[name]) for name, count in work.items() if count],
        right=("pieces",),
    )


LOOK = {
    "held": "cleanclaim holds",
    "late": "cleanclaim holds",
    "rejected": "cleanclaim holds",
    "unanswered": "cleanclaim holds",
    "denied": "cleanclaim denials list",
    "quarantined": "cleanclaim quarantine",
    "remittances": "cleanclaim quarantine",
    "suspense": "cleanclaim quarantine",
    "batches_held": "cleanclaim batches list",
    "stopped": "cleanclaim status",
    "alerts": "cleanclaim alerts list",
}
