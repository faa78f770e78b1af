"""The report of a nightly run, as Markdown and as tables. No patient's data is in any of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from coding import EDITS
from config.counted import counted
from config.dollars import dollars
from ledger.queries import batches as batch_queries
from ledger.queries import claims as claim_queries
from ledger.queries import coding as coding_queries
from ledger.queries import money as money_queries
from ledger.queries import standing, work
from ledger.sending.batches import BatchRow
from tasks.batches import story
from tasks.claims.findings import UNCHECKED
from tasks.home.home import Home
from tasks.reports.summary import WORDS


@dataclass(frozen=True, slots=True)
class Shown:
    """What the night's artifacts show."""

    markdown: str
    batches: list[dict[str, Any]]
    work: list[dict[str, Any]]
    pages: dict[str, str]  # a page for each batch of the business date, by its artifact key


LINKED = 50
"""Batches of one business date that get a page of their own; the command shows all of them."""


def batch_key(batch_id: int) -> str:
    """The artifact key of a batch's page."""
    return f"batch-{batch_id}"


def shown(home: Home, day: date) -> Shown:
    """The night for Prefect's pages."""
    found = asdict(work.waiting(home.ledger))
    of_day = batch_queries.of_night(home.ledger, day.isoformat(), LINKED)
    return Shown(
        "\n".join((markdown(home, day), *_batch_links(of_day))),
        [
            {
                "batch": b.id,
                "kind": b.kind,
                "clearinghouse": b.clearinghouse,
                "interchange": f"{b.isa13:09d}",
                "claims": b.claims,
                "state": b.words,
            }
            for b in batch_queries.all_batches(home.ledger, 50)
        ],
        [{"queue": WORDS[name], "pieces": count} for name, count in found.items() if count],
        {batch_key(b.id): page for b in of_day if (page := _batch_page(home, day, b.id))},
    )


def _batch_links(batches: Sequence[BatchRow]) -> list[str]:
    """The batches of the business date, each linked to its page on the Prefect server."""
    if not batches:
        return []
    return [
        "",
        "| Batch | Clearinghouse | What is in it | State |",
        "|---|---|---|---|",
        *(
            f"| [{b.id}, interchange {b.isa13:09d}](/artifacts/key/{batch_key(b.id)}) | {b.clearinghouse} "
            f"| {b.counted(b.claims)} | {b.words} |"
            for b in batches
        ),
    ]


def _batch_page(home: Home, day: date, batch_id: int) -> str:
    """What is known of a batch and what may be done, as `cleanclaim batches show` says it."""
    found = story.batch_status(home, day, batch_id)
    if found is None:
        return ""
    batch = found.story.batch
    return "\n".join(
        (
            f"# Batch {batch.id}, interchange {batch.isa13:09d} to {batch.clearinghouse}",
            "",
            f"{batch.counted(batch.claims)}, {dollars(batch.charge_cents)}. Next: {found.next}.",
            "",
            "| What | Standing | Detail |",
            "|---|---|---|",
            *(f"| {fact.what} | {fact.standing} | {fact.detail} |" for fact in found.facts),
            "",
            f"`cleanclaim batches show {batch.id}` lists what may be done with it.",
        )
    )


def markdown(home: Home, day: date) -> str:
    """The night's report."""
    inbox = standing.inbox(home.ledger)
    money = money_queries.money(home.ledger)
    states = claim_queries.by_state(home.ledger)
    queues = asdict(work.waiting(home.ledger))
    of_night = money_queries.remittances(home.ledger, business_on=day.isoformat())
    posted = sum(r.paid_cents for r in of_night if r.state == "posted")
    unchecked = coding_queries.unchecked(home.ledger, day.isoformat(), UNCHECKED)
    lines = [
        f"# Business date {day}",
        "",
        f"Inbox: {counted(inbox.files, 'file')}, {inbox.read} read, {inbox.quarantined} quarantined, "
        f"{counted(inbox.duplicates, 'duplicate')}.",
        f"Remittances tonight: {len(of_night)}, {dollars(posted)} posted.",
        "",
        "| Claims | |",
        "|---|---:|",
        *(f"| {state.replace('_', ' ')} | {count} |" for state, count in states.items()),
        "",
        "| Money | |",
        "|---|---:|",
        f"| charged | {dollars(money.charged)} |",
        f"| paid on claims | {dollars(money.applied)} |",
        f"| paid by patients | {dollars(money.from_patients)} |",
        f"| written off | {dollars(money.adjusted)} |",
        f"| owed by payers | {dollars(money.receivable_payers)} |",
        f"| owed by patients | {dollars(money.receivable_patients)} |",
        *(f"| {words} | {dollars(cents)} |" for words, cents in _of_some_homes(money) if cents),
        f"| received from payers | {dollars(money.cash)} |",
        f"| at provider level | {dollars(money.provider_level)} |",
        f"| in suspense | {dollars(money.suspense)} |",
        "",
        f"Postings sum to {money.postings_sum}; the books {'close' if money.closes else 'DO NOT CLOSE'}.",
        "",
        "| Waiting for a person | |",
        "|---|---:|",
        *(f"| {WORDS[name]} | {count} |" for name, count in queues.items() if count),
        "",
        *_to_look_at(home),
        *_unchecked(unchecked),
    ]
    return "\n".join(lines)


def _of_some_homes(money: money_queries.Money) -> list[tuple[str, int]]:
    """What is a part of the charges too, and is shown where there is some."""
    return [
        ("withheld by payers", money.withheld),
        ("less what was paid beyond what is owed", -money.held),
        ("reversed by payers, of payments that are not here", money.reversed_unknown),
    ]


def _to_look_at(home: Home) -> list[str]:
    """What is late, held, stopped or an alert, each with the remedy."""
    rows = [
        *(
            (f"batch {b.id} held", b.hold, f"`cleanclaim batches show {b.id}`")
            for b in batch_queries.held(home.ledger)
        ),
        *(
            (f"{clearinghouse} stopped", why, f"`cleanclaim batches release {clearinghouse} --why ...`")
            for clearinghouse, why in sorted(batch_queries.stopped(home.ledger).items())
        ),
        *((a.code, a.message, a.remedy) for a in work.alerts(home.ledger)),
    ]
    if not rows:
        return []
    lines = ["| To look at | what | remedy |", "|---|---|---|"]
    return [*lines, *("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows), ""]


def _unchecked(found: Sequence[coding_queries.Unchecked]) -> list[str]:
    """What the edits could not judge: said each night, so that it never passes for checked."""
    if not found:
        return []
    return [
        "| Not checked: a code set or a fact is missing | encounters | sent |",
        "|---|---:|---:|",
        *(f"| {u.edit_id} {EDITS[u.edit_id].title} | {u.encounters} | {u.claimed} |" for u in found),
        "",
    ]
