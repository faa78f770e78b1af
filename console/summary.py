"""How a night ended, for a person: whether it went well, what it did, how everything stands, what waits.

What the last night did and how all nights stand are never in one table: a number says which it is of.
"""

from typing import Any

from coding.registry import EDITS
from config.counted import counted
from config.dollars import dollars
from console.answer import console, share, table, visible
from ledger.sending.batches import UNSENT
from tasks.reports.summary import WORDS


def show_summary(found: dict[str, Any]) -> None:
    """The summary object of `tasks.reports.summary`."""
    if found["ledger_in_doubt"]:
        console.print(
            f"[red]The ledger is in doubt, and nothing is sent:[/red] {visible(found['ledger_in_doubt'])}. "
            "Look with `cleanclaim ledger show`."
        )
    show_verdict(found)
    if found["tonight"]:
        show_tonight(found)
    show_unchecked(found["unchecked"])
    show_standing(found)
    show_waiting(found["work"])


def show_verdict(found: dict[str, Any]) -> None:
    """Whether the last night went well, in words, and what is safe to press."""
    night, waits = found["night"], sum(found["work"].values())
    if not night:
        console.print("No night was run yet. [bold]Safe to press[/bold]: cleanclaim run")
        return
    outcome = {
        "": "is under way, or was broken off. What was done stays done.",
        "failed": f"FAILED: {visible(night['note'])}. What was done stays done.",
        "holds": f"went well: every step is done. {counted(waits, 'piece')} of work "
        f"{'waits' if waits == 1 else 'wait'} for people.",
        "done": "went well: every step is done, and nothing waits for a person.",
    }
    console.print(
        f"[bold]The run for business date {night['business_on']}[/bold] {outcome[night['outcome']]}"
    )
    if found["postings_sum_cents"]:
        console.print("[bold]THE BOOKS DO NOT CLOSE[/bold]: stop posting and look at the ledger.")
    goes_on = {
        "": "it continues where it stopped",
        "failed": "once the cause is fixed: it continues where it stopped",
    }
    why = goes_on.get(night["outcome"], "as often as you like: nothing is sent or posted twice")
    console.print(f"[bold]Safe to press[/bold]: cleanclaim run, {why}.")


def show_tonight(found: dict[str, Any]) -> None:
    """What the last night did: nothing of other nights is in it."""
    t = found["tonight"]
    aside, refused = t["files_aside"], t["answers_aside"]
    rows = [
        ("came in", f"{counted(t['files'], 'new file')} with {counted(t['encounters'], 'encounter')}; "
         f"{t['held']} held" + (f"; {counted(aside, 'file')} quarantined" if aside else "")),
        ("went out", f"{counted(t['claims'], 'claim')} in {counted(t['batches'], 'batch', 'batches')}, "
         f"{dollars(t['charged_cents'])} newly charged" if t["batches"] else "nothing"),
        *[("was asked", counted(n, "inquiry", "inquiries") + " of payers") for n in [t["inquiries"]] if n],
        ("was answered", f"{counted(t['answers'], 'file')} from partners: {t['accepted']} claims accepted, "
         f"{t['rejected']} rejected" + (f"; {counted(refused, 'file')} quarantined" if refused else "")
         if t["answers"] else "nothing"),
        ("was posted", f"{counted(t['remittances'], 'remittance')}, {dollars(t['posted_cents'])} received"
         + (f"; {t['not_posted']} not posted" if t["not_posted"] else "")
         + (f"; {dollars(t['suspense_cents'])} to suspense" if t["suspense_cents"] else "")
         if t["remittances"] else "nothing"),
        ("was queued", f"{counted(t['denials'], 'denial')}, {dollars(t['denied_cents'])} at stake; "
         f"{counted(t['alerts'], 'alert')}" if t["denials"] or t["alerts"] else "nothing"),
    ]  # fmt: skip
    table(f"What the run for business date {t['day']} did", ("part", "what came of it"), rows)
    show_batches(found)
    tonight = [r for r in found["remittances"] if r["business_on"] == t["day"]]
    if tonight:
        table(
            "Its remittances",
            ("trace", "payer", "practice", "paid", "claims", "state"),
            [
                (r["trace"], r["payer"], r["practice"], dollars(r["paid_cents"]), r["claims"],
                 str(r["state"]).replace("_", " "))
                for r in tonight
            ],
            right=("paid", "claims"),
        )  # fmt: skip


def show_batches(found: dict[str, Any]) -> None:
    """The batches that the night wrote or sent, and earlier ones that are not out yet."""
    day = found["tonight"]["day"]
    shown = [
        b
        for b in found["batches"]
        if day in (b["business_on"], b["sent_on"]) or b["hold"] or b["state"] in UNSENT
    ]
    if shown:
        table(
            "Its batches, and those that are not out yet",
            ("id", "interchange", "claims", "charged", "state", "file"),
            [
                (b["id"], b["isa13"], b["claims"], dollars(b["charge_cents"]), _state(b), b["name"])
                for b in shown
            ],
            right=("id", "claims", "charged"),
        )


def show_standing(found: dict[str, Any]) -> None:
    """How everything stands, over all nights."""
    inbox, encounters = found["inbox"], found["encounters"]
    console.print("\n[bold]How everything stands, over all nights[/bold]")
    console.print(
        f"The inbox holds {counted(inbox['files'], 'file')}: {inbox['read']} read, {inbox['quarantined']} "
        f"not readable, {counted(inbox['duplicates'], 'duplicate')}. "
        f"{counted(encounters['picked_up'], 'encounter')} came, {encounters['held']} wait on hold"
        + (
            f", {found['needs_coding']} of them for a coder (cleanclaim coding)"
            if found["needs_coding"]
            else ""
        )
        + "."
    )
    table(
        "Claims by where they stand",
        ("state", "claims"),
        [(state.replace("_", " "), count) for state, count in found["claims"].items()],
        right=("claims",),
    )
    show_money(found["money"])


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
        "- paid on claims": money["applied_cents"],
        "- paid by patients": money["from_patients_cents"],
        "- written off by contract": money["adjusted_cents"],
        "- owed by payers": money["receivable_payers_cents"],
        "- owed by patients": money["receivable_patients_cents"],
    }
    for words, cents in (
        ("- withheld by payers", money["withheld_cents"]),
        ("- less what was paid beyond what is owed", -money["held_for_others_cents"]),
        ("- reversed by payers, of payments that are not here", money["reversed_unknown_cents"]),
    ):
        if cents:
            parts[words] = cents
    received = {
        "received from payers": money["cash_cents"],
        "- kept back or added at provider level": money["provider_level_cents"],
        "- in suspense: no claim found": money["suspense_cents"],
    }
    rows = [(words, dollars(cents), share(cents, charged, 10)) for words, cents in parts.items()]
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
    "rejected": "cleanclaim rejections",
    "unanswered": "cleanclaim holds",
    "denied": "cleanclaim denials list",
    "quarantined": "cleanclaim quarantine",
    "remittances": "cleanclaim quarantine",
    "suspense": "cleanclaim suspense",
    "batches_held": "cleanclaim batches list",
    "stopped": "cleanclaim status",
    "alerts": "cleanclaim alerts list",
}
