"""Proves the books of the night and tells how things stand, to people and to programs.

Counts, amounts, control numbers and codes: no patient's data is in any of it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from coding import EDITS
from config.counted import counted
from ledger import alerts, documents
from ledger.queries import batches as batch_queries
from ledger.queries import claims as claim_queries
from ledger.queries import coding as coding_queries
from ledger.queries import money as money_queries
from ledger.queries import night as night_queries
from ledger.queries import standing, work
from ledger.queries.tonight import tonight
from tasks.answers.settle_replaced import settle_mended
from tasks.claims import needs_coding
from tasks.errors import StepError
from tasks.home import audit_trail
from tasks.home.home import Home, copy_at, write_private
from tasks.runs import closing
from tasks.steps.send import keep_sent
from tasks.steps.validate_coding import UNCHECKED

BROKEN_TRAIL = "AUD-01"  # the code of an alert
WORDS = {
    "held": "held by an edit",
    "late": "corrected after they were sent",
    "rejected": "rejected before adjudication",
    "denied": "denied or paid short",
    "quarantined": "files put aside",
    "remittances": "remittances not posted",
    "batches_held": "batches held",
    "stopped": "partners to whom nothing goes",
    "unanswered": "claims missing from their 277CA",
    "suspense": "payments in suspense",
    "alerts": "alerts",
}


def pieces(home: Home, as_of: date) -> Sequence[str]:
    return ["night"]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Writes the night's report; the postings must sum to zero and every remittance must close.

    Raises:
        StepError: NIT-02, the books do not close; NIT-03, the audit trail, or the money it holds, is not
            what was written. Nothing is hidden: the report is written first.
    """
    purged = documents.purged(home.ledger)
    for batch in batch_queries.all_batches(home.ledger):
        copy = copy_at(home.sent / batch.clearinghouse / batch.name)
        if batch.sent_night and copy is None and batch.sha256 not in purged:
            keep_sent(home, batch, documents.read(home.ledger, batch.sha256))  # a run died before it did
    settle_mended(home, as_of)
    write_private(home.reports / f"{as_of}.md", markdown(home, as_of).encode())
    audit_trail.write_head(home, as_of)
    proof = money_queries.proof(home.ledger)
    money = money_queries.money(home.ledger)
    if not (proof.holds and money.closes):
        raise StepError(
            "NIT-02",
            f"the books do not close: {proof.entries_off} entries and {proof.remittances_off} remittances "
            f"are off, postings sum to {proof.postings_sum}; stop posting and look at the ledger",
        )
    _verify(home, as_of)
    return {"waiting": closing.waiting(home), "postings_sum": proof.postings_sum}


def _verify(home: Home, as_of: date) -> None:
    found = audit_trail.verify_night(home, as_of)
    if found.holds:
        alerts.settle_but(home.ledger, BROKEN_TRAIL, ())
        return
    first = found.faults[0]
    told = f"row {first.id} of the audit trail: {first.what}"
    remedy = "`cleanclaim audit verify` names each place; restore a backup, or put the missing key back"
    closing.alert_of_the_day(home, as_of, BROKEN_TRAIL, told, remedy)
    if not all(fault.unchecked for fault in found.faults):
        raise StepError("NIT-03", f"{told}; look with `cleanclaim audit verify`, and stop posting")


def summary(home: Home) -> dict[str, Any]:
    """How things stand, as one object. Amounts in cents, files as paths."""
    money = money_queries.money(home.ledger)
    last = night_queries.nights(home.ledger, 1)
    encounters = night_queries.encounter_counts(home.ledger)
    denials = work.denials(home.ledger, date.min)
    return {
        "home": str(home.path),
        "ledger_in_doubt": home.doubt,
        "night": asdict(last[0]) if last else None,
        "tonight": asdict(tonight(home.ledger, last[0].day)) if last else None,
        "inbox": asdict(standing.inbox(home.ledger)),
        "encounters": asdict(encounters),
        "needs_coding": coding_queries.uncoded(home.ledger, needs_coding.ID),
        "unchecked": [
            asdict(u) for u in coding_queries.unchecked(home.ledger, last[0].day if last else "", UNCHECKED)
        ],
        "claims": claim_queries.by_state(home.ledger),
        "batches": [
            {
                "id": b.id,
                "state": b.state,
                "claims": b.claims,
                "isa13": f"{b.isa13:09d}",
                "sha256": b.sha256,
                "name": b.name,
                "clearinghouse": b.clearinghouse,
                "charge_cents": b.charge,
                "hold": b.hold,
                "resending": b.resending,
                "night": b.night,
                "sent_night": b.sent_night,
            }
            for b in batch_queries.all_batches(home.ledger)
        ],
        "remittances": [
            {
                "trace": r.trace,
                "paid_cents": r.amount,
                "balanced": r.balanced,
                "state": r.state,
                "payer": r.payer,
                "practice": r.practice,
                "claims": r.claims,
                "night": r.night,
            }
            for r in money_queries.remittances(home.ledger)
        ],
        "money": {
            "charged_cents": money.charged,
            "applied_cents": money.applied,
            "adjusted_cents": money.adjusted,
            "receivable_cents": money.receivable,
            "receivable_payers_cents": money.receivable_payers,
            "receivable_patients_cents": money.receivable_patients,
            "cash_cents": money.cash,
            "provider_level_cents": money.provider_level,
            "suspense_cents": money.suspense,
        },
        "denials": {"open": len(denials), "cents": sum(d.cents for d in denials)},
        "work": asdict(work.waiting(home.ledger)),
        "postings_sum_cents": money.postings_sum,
        "files": {"sent": _files(home.sent), "received": _files(home.received)},
    }


def _files(folder: Path) -> list[str]:
    return [str(path) for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".txt"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the night's artifacts show."""

    markdown: str
    batches: list[dict[str, Any]]
    work: list[dict[str, Any]]


def shown(home: Home, day: date) -> Shown:
    """The night for Prefect's pages."""
    found = asdict(work.waiting(home.ledger))
    return Shown(
        markdown(home, day),
        [
            {
                "batch": b.id,
                "clearinghouse": b.clearinghouse,
                "interchange": f"{b.isa13:09d}",
                "claims": b.claims,
                "state": b.words,
            }
            for b in batch_queries.all_batches(home.ledger, 50)
        ],
        [{"queue": WORDS[name], "pieces": count} for name, count in found.items() if count],
    )


def markdown(home: Home, day: date) -> str:
    """The night's report."""
    inbox = standing.inbox(home.ledger)
    money = money_queries.money(home.ledger)
    states = claim_queries.by_state(home.ledger)
    queues = asdict(work.waiting(home.ledger))
    remitted = money_queries.remittances(home.ledger)
    of_night = [r for r in remitted if r.night == day.isoformat()]
    posted = sum(r.amount for r in of_night if r.state == "posted")
    unchecked = coding_queries.unchecked(home.ledger, day.isoformat(), UNCHECKED)
    lines = [
        f"# Night of {day}",
        "",
        f"Inbox: {counted(inbox.files, 'file')}, {inbox.read} read, {inbox.quarantined} put aside, "
        f"{counted(inbox.duplicates, 'duplicate')}.",
        f"Remittances tonight: {len(of_night)}, {_dollars(posted)} posted.",
        "",
        "| Claims | |",
        "|---|---:|",
        *(f"| {state.replace('_', ' ')} | {count} |" for state, count in states.items()),
        "",
        "| Money | |",
        "|---|---:|",
        f"| charged | {_dollars(money.charged)} |",
        f"| paid on claims | {_dollars(money.applied)} |",
        f"| written off | {_dollars(money.adjusted)} |",
        f"| owed by payers | {_dollars(money.receivable_payers)} |",
        f"| owed by patients | {_dollars(money.receivable_patients)} |",
        f"| received | {_dollars(money.cash)} |",
        f"| at provider level | {_dollars(money.provider_level)} |",
        f"| in suspense | {_dollars(money.suspense)} |",
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


def _to_look_at(home: Home) -> list[str]:
    """What is late, held, stopped or told as an alert, each with the remedy."""
    rows = [
        *(
            (f"batch {b.id} held", b.hold, f"`cleanclaim batches show {b.id}`")
            for b in batch_queries.all_batches(home.ledger)
            if b.hold
        ),
        *(
            (f"{house} stopped", why, f"`cleanclaim batches release {house} --why ...`")
            for house, why in sorted(batch_queries.stopped(home.ledger).items())
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


def _dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"
