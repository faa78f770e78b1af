"""One batch as an operator needs it: what is known of it, what is not, and what may be pressed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.queries.batches import OF_KIND, BatchStory, Event, awaited_until, promised, show
from ledger.sending.batches import UNSENT, BatchRow
from tasks.batches.choices import Choice, choices
from tasks.batches.mail import MAIL
from tasks.home.home import Home
from transport.site import site_of

Standing = Literal["known", "awaited", "OVERDUE", "not known", "not yet", "not promised", "no longer awaited"]
CLOSED = ("accepted", "part_accepted", "rejected")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that there is to know of a batch, and how it stands with it."""

    what: str
    standing: Standing
    detail: str


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """A batch with everything that can be said of it."""

    story: BatchStory
    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]

    @property
    def overdue(self) -> bool:
        return any(fact.standing == "OVERDUE" for fact in self.facts)

    @property
    def next(self) -> str:
        """What there is to do, in a line."""
        batch = self.story.batch
        ask = f"ask {batch.clearinghouse}"
        if batch.hold:
            return f"it is held: {batch.hold}; then release, or what else is open below"
        if batch.state in UNSENT:
            return f"nothing: the next run goes on with it; at once: rerun {batch.id}"
        if self.overdue:
            return f"{ask} whether it has interchange {batch.isa13:09d}"
        if not batch.of_claims:
            return _next_of_inquiries(self.story)
        if batch.state not in CLOSED and any(kind == "277CA" for kind, _, _, _ in self.story.answers):
            return f"{ask} for the claims that are not answered"
        if batch.state not in CLOSED:
            return "nothing: its answers are awaited"
        if self.story.claims.get("rejected"):
            return "correct what was rejected: cleanclaim holds"
        return "nothing"


def _next_of_inquiries(story: BatchStory) -> str:
    if story.claims.get("refused"):
        return "correct what the partner refused, then ask again: cleanclaim work list --kind inquiry_refused"
    return "nothing" if story.batch.state in CLOSED else "nothing: its answers are awaited"


def batch_status(home: Home, as_of: date, batch_id: int) -> BatchStatus | None:
    """What is to be said of a batch on `as_of`; None where there is none."""
    story = show(home.ledger, batch_id)
    if story is None:
        return None
    clearinghouse = home.partners.clearinghouses.get(story.batch.clearinghouse)
    two_step = clearinghouse is None or site_of(home.reached(clearinghouse)).two_step
    expects = promised(story.batch.kind, expected(home).get(story.batch.clearinghouse, {}))
    way = _way_by_mail(story) if story.batch.clearinghouse == MAIL else _way(story, two_step)
    facts = (*way, *_answers(story, expects, as_of), *_claims(story))
    return BatchStatus(story, facts, choices(home, batch_id))


def _way(story: BatchStory, two_step: bool) -> Iterator[Fact]:
    """How far it is on its way; of a resend, how far the last copy is."""
    batch = story.batch
    yield Fact(
        "stored", "known", f"number, bytes and {batch.contents}, on the business date {batch.business_on}"
    )
    given_up = _last(story.events, "abandoned")
    if given_up is not None:
        yield Fact("given up", "known", f"{given_up.business_on}: {given_up.detail}")
        if not batch.sent_on:
            return
    events = _of_the_last_copy(story.events)
    if batch.resending:
        asked = events[0]
        yield Fact(
            "resend asked", "known", f"{asked.business_on}: {asked.detail}; sent before on {batch.sent_on}"
        )
    if two_step:
        up = _last(events, "uploaded") if batch.state != "built" else None
        yield _step("uploaded", up)
    yield _step(
        "intent stored", _last(events, "committing") if batch.state not in ("built", "uploaded") else None
    )
    name = "final name given"
    if batch.state == "committing":
        where = "the partner's temporary file shows it: rerun looks" if two_step else "only the partner knows"
        yield Fact(name, "not known", where)
    elif batch.state in UNSENT:
        yield Fact(name, "not yet", "")
    else:
        times = sum(e.event == "sent" for e in story.events)
        sent = _last(story.events, "sent")
        often = f"{times} copies went out, the last one on" if times > 1 else "on"
        yield Fact(name, "known", f"{often} {batch.sent_on}" + (f": {sent.detail}" if sent else ""))


def _way_by_mail(story: BatchStory) -> Iterator[Fact]:
    """How far a batch is that is printed and mailed."""
    batch = story.batch
    yield Fact(
        "stored", "known", f"number, bytes and {batch.contents}, on the business date {batch.business_on}"
    )
    given_up = _last(story.events, "abandoned")
    if given_up is not None:
        yield Fact("given up", "known", f"{given_up.business_on}: {given_up.detail}")
        return
    yield _step("printed", _last(story.events, "uploaded"))
    mailed = _last(story.events, "sent")
    yield Fact("mailed", "not yet", "") if mailed is None else Fact("mailed", "known", mailed.detail)


def _of_the_last_copy(events: Sequence[Event]) -> Sequence[Event]:
    start = max((n for n, e in enumerate(events) if e.event == "resend"), default=0)
    return events[start:]


def _last(events: Sequence[Event], name: str) -> Event | None:
    return next((e for e in reversed(events) if e.event == name), None)


def _step(what: str, event: Event | None) -> Fact:
    if event is None:
        return Fact(what, "not yet", "")
    return Fact(what, "known", f"on {event.business_on}" + (f": {event.detail}" if event.detail else ""))


def _answers(story: BatchStory, expects: dict[str, int], as_of: date) -> Iterator[Fact]:
    """Each acknowledgment: what it said, or until when it is awaited."""
    came: dict[str, list[str]] = {}
    for kind, status, codes, on in story.answers:
        came.setdefault(kind, []).append(" ".join(f"{status} {codes}".split()) + f" on {on}")
    kinds = OF_KIND[story.batch.kind]
    for kind in kinds if story.batch.of_claims else kinds[:2]:
        if kind in came:
            yield Fact(kind, "known", "; ".join(came[kind]))
        elif story.batch.sent_on or (kind in expects and story.batch.state in UNSENT):
            yield _missing(story.batch, kind, expects, as_of)


def _missing(batch: BatchRow, kind: str, expects: dict[str, int], as_of: date) -> Fact:
    if batch.state in CLOSED:
        return Fact(kind, "no longer awaited", "it did not come; later answers have settled the batch")
    if kind not in expects:
        return Fact(kind, "not promised", "the partner's file expects none")
    if not batch.sent_on:
        return Fact(kind, "not yet", f"within {expects[kind]} hours of sending")
    until = awaited_until(batch.sent_on, expects[kind])
    if as_of <= until:
        return Fact(kind, "awaited", f"until {until}")
    days = (as_of - until).days
    return Fact(kind, "OVERDUE", f"it was due on {until}, {days} {'day' if days == 1 else 'days'} ago")


def _claims(story: BatchStory) -> Iterator[Fact]:
    """How many claims are answered. Which are not, the console lists."""
    total, left = sum(story.claims.values()), len(story.unanswered)
    if not total or not story.batch.sent_on:
        return
    if not story.batch.of_claims:
        standing: Standing = "awaited" if left and story.batch.state not in CLOSED else "known"
        yield Fact("inquiries answered", standing, f"{total - left} of {total}")
        return
    yield Fact("claims answered", "known", f"{total - left} of {total}")
    if left:
        named = any(kind == "277CA" for kind, _, _, _ in story.answers)
        why = "the 277CA came without them" if named else "no answer names them yet"
        yield Fact("claims not answered", "not known", f"{left} of {total}: {why}")


def expected(home: Home) -> dict[str, dict[str, int]]:
    """Which acknowledgments each partner sends, and within how many hours."""
    return {
        key: {str(kind): hours for kind, hours in clearinghouse.expects.items()}
        for key, clearinghouse in home.partners.clearinghouses.items()
    }
