"""Why a claim is unpaid, who moves next and by when: the first line of its page."""

from dataclasses import dataclass

from config.dollars import dollars
from ledger.queries.claim_story import ClaimStory, PayerStanding, WorkStanding
from tasks.work.hold_words import words

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class NextMove:
    """`who` moves next and does `what`; `by_on` is the day, "" where none is known. `work` is the id of the
    work that says so, None where it is none's."""

    why: str
    who: str
    what: str
    by_on: str
    work: int | None = None


def next_move(story: ClaimStory) -> NextMove:
    """What keeps a claim from being settled: a hold, then open work, then a payer, then the patient."""
    if story.holds:
        first = story.holds[0]
        title, fix = words(first.edit_id)
        others = len(story.holds) - 1
        more = f" and {others} more" if others else ""
        work = _first([w for w in _open(story) if w.kind == "hold"])
        who = work.owner if work is not None else "CODING"
        return NextMove(f"held: {first.edit_id} {title}{more}", who, fix, "", work.id if work else None)
    work = _first(_open(story))
    if work is not None:
        return _of_work(work)
    waiting = [p for p in story.payers if p.receivable_cents > 0]
    if waiting:
        return _of_payer(story, waiting[0])
    if story.credit_cents > 0:
        words_ = f"{dollars(story.credit_cents)} were paid beyond what is owed"
        return NextMove(words_, "CREDITS", "Refund it, or let the payer take it back", "")
    if story.patient_receivable_cents > 0:
        owes = f"the patient owes {dollars(story.patient_receivable_cents)}; payers owe nothing more"
        return NextMove(owes, "the patient", "pays; a statement asks for it", "")
    return NextMove("nothing is owed", NOBODY, "", "")


def _open(story: ClaimStory) -> list[WorkStanding]:
    return [w for w in story.work if w.state == "open"]


def _first(found: list[WorkStanding]) -> WorkStanding | None:
    """What a payer owes first, then what has its last day soonest."""
    return min(found, key=lambda w: (not w.owed, w.due or "9999", -w.cents, w.id), default=None)


def _of_work(work: WorkStanding) -> NextMove:
    kind = work.kind.replace("_", " ")
    parts = [
        f"{kind} by {work.payer}" if work.kind in ("denial", "rejection") and work.payer else kind,
        f"line {work.line}" if work.line else "",
        work.reason,
        dollars(work.cents) if work.cents else "",
    ]
    return NextMove(", ".join(filter(None, parts)), work.owner, work.action, work.due, work.id)


def _of_payer(story: ClaimStory, payer: PayerStanding) -> NextMove:
    last = next((s for s in reversed(story.submissions) if s.payer == payer.payer), None)
    until = payer.waiting_until.isoformat() if payer.waiting_until else ""
    if last is None or not last.sent_on:
        why = f"{dollars(payer.receivable_cents)} are for {payer.payer}; nothing was sent to it yet"
        return NextMove(why, "the next run", f"sends it to {payer.payer}", until)
    why = f"{payer.payer} has it since {last.sent_on}: {payer.state.replace('_', ' ')}"
    return NextMove(why, payer.payer, f"answers; {dollars(payer.receivable_cents)} are with it", until)
