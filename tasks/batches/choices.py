"""What may be pressed on a batch now, why or why not, and what it would touch. Only reads.

The acts themselves ask here first, `batches show` lists all four, and a dry run shows one: what is
shown is what is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import edi
from ledger.maintenance.backup import RESTORED
from ledger.queries.batches import Standing, standing, unsent
from ledger.sending import batches
from ledger.sending.batches import UNSENT
from ledger.storage import documents
from tasks.batches.mail import MAIL
from tasks.errors import StepError
from tasks.home.home import Home
from transport.site import Site, site_of

Act = Literal["rerun", "resend", "release", "abandon"]
Answer = Literal["yes", "ask first", "nothing to do", "no"]


@dataclass(frozen=True, slots=True)
class File:
    """A claim file. `size` in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Choice:
    """An act on a batch: whether it is open, and what it would touch. `charge` in cents.

    `ask first`: it is open, and right only where the partner confirms it. Where it is not open it would
    touch nothing: no claims, no file, and it `begins_with` no operation at the partner.
    """

    act: Act
    answer: Answer
    because: str
    begins_with: str = ""
    claims: int = 0
    charge: int = 0
    files: tuple[File, ...] = ()

    @property
    def open(self) -> bool:
        return self.answer in ("yes", "ask first")


@dataclass(frozen=True, slots=True)
class _Facts:
    now: Standing
    site: Site | None  # None: the partner has no file any more

    @property
    def doubt(self) -> bool:
        """Held between the intent and `sent`, at a partner without temporary names: no witness knows."""
        batch = self.now.batch
        return (
            batch.state == "committing"
            and bool(batch.hold)
            and self.site is not None
            and not self.site.two_step
        )

    @property
    def by_mail(self) -> bool:
        return self.now.batch.clearinghouse == MAIL

    @property
    def closed_to(self) -> str:
        """Why nothing can go to the partner; "" where it can."""
        clearinghouse = self.now.batch.clearinghouse
        if self.by_mail:
            return "it goes by mail: a run prints it, `batches mailed` says when it went"
        if self.site is None:
            return f"{clearinghouse} has no file under partners/"
        if self.now.stopped:
            stopped = f"sending to {clearinghouse} is stopped ({self.now.stopped})"
            return f"{stopped}; `batches release {clearinghouse}` first"
        if self.now.purged:
            return "its bytes were purged when their time was over"
        return ""


def choices(home: Home, batch_id: int) -> tuple[Choice, ...]:
    """Every act on a batch. Raises StepError BAT-01 where there is no such batch."""
    facts = _facts(home, batch_id)
    return tuple(judge(facts) for judge in _JUDGES.values())


def choose(home: Home, batch_id: int, act: Act) -> Choice:
    """One act on a batch. Raises StepError BAT-01 where there is no such batch."""
    return _JUDGES[act](_facts(home, batch_id))


def open_choice(home: Home, batch_id: int, act: Act) -> Choice:
    """One act that is open. Raises StepError BAT-01, and BAT-04 with the reason where it is not."""
    found = choose(home, batch_id, act)
    if not found.open:
        raise StepError("BAT-04", f"{act} of batch {batch_id}: {found.because}")
    return found


def in_doubt(home: Home, batch_id: int) -> bool:
    """Whether only the partner knows if the batch came: no temporary file is a witness there."""
    return _facts(home, batch_id).doubt


def partner_choice(home: Home, clearinghouse: str) -> Choice:
    """The release of a partner to whom sending stopped, and what goes to it then."""
    reason = batches.stopped(home.ledger).get(clearinghouse)
    if reason is None:
        said = f"nothing is stopped for {clearinghouse}; `cleanclaim status` shows what is"
        return Choice("release", "nothing to do", said)
    waiting = [now for now in unsent(home.ledger, clearinghouse) if not now.batch.hold]
    anew = to_write_anew(home, clearinghouse)
    on = [str(now.batch.id) for now in waiting if now.batch.id not in anew]
    said = f"it was stopped: {reason}"
    if on:
        said += f"; batches {', '.join(on)} go as they were written"
    if anew:
        ids = ", ".join(map(str, anew))
        said += f"; batches {ids} carry ids that its file no longer names: their claims are written anew"
    return Choice(
        "release",
        "ask first" if reason.startswith(RESTORED) else "yes",
        said,
        claims=sum(now.claims for now in waiting),
        charge=sum(now.batch.charge_cents for now in waiting),
        files=tuple(File(now.batch.name, now.size) for now in waiting),
    )


def to_write_anew(home: Home, clearinghouse: str) -> list[int]:
    """Batches of a partner, never sent, with ids (ISA05 to ISA08) that its file no longer names."""
    partner = home.partners.clearinghouses.get(clearinghouse)
    if partner is None:
        return []
    ours = (partner.sender_qualifier, partner.sender_id, partner.receiver_qualifier, partner.receiver_id)
    found = []
    for now in unsent(home.ledger, clearinghouse):
        batch = now.batch
        if batch.hold or batch.resending or batch.state == "committing":
            continue
        isa = edi.read_envelopes(documents.read(home.ledger, batch.sha256))[0]
        if (isa.sender_qualifier, isa.sender_id, isa.receiver_qualifier, isa.receiver_id) != ours:
            found.append(batch.id)
    return found


def _facts(home: Home, batch_id: int) -> _Facts:
    now = standing(home.ledger, batch_id)
    if now is None:
        raise StepError("BAT-01", f"there is no batch {batch_id}; see `cleanclaim batches list`")
    clearinghouse = home.partners.clearinghouses.get(now.batch.clearinghouse)
    return _Facts(now, None if clearinghouse is None else site_of(home.reached(clearinghouse)))


def _rerun(facts: _Facts) -> Choice:
    batch = facts.now.batch
    if batch.state not in UNSENT:
        said = f"it is {batch.state.replace('_', ' ')}; what was sent is never sent again by itself"
        return Choice("rerun", "nothing to do", said)
    if batch.hold:
        return Choice("rerun", "nothing to do", f"it is held: {batch.hold}")
    if facts.closed_to:
        return Choice("rerun", "no", facts.closed_to)
    what = "the resend" if batch.resending else "it"
    return _touching(facts, "rerun", "yes", f"{what} goes on from {batch.state}: same number, same bytes")


def _resend(facts: _Facts) -> Choice:
    batch, now = facts.now.batch, facts.now
    if batch.resending:
        return Choice("resend", "no", "a resend is under way: rerun goes on with it, abandon takes it back")
    if batch.state == "committing" and not facts.doubt:
        return Choice("resend", "no", "whether it was sent is not known yet; rerun finds out")
    if batch.state in UNSENT and not facts.doubt:
        how = "release lets it go on" if batch.hold else "rerun sends it"
        return Choice("resend", "no", f"it was not sent yet; {how}")
    if batch.state == "rejected":
        said = "the partner refused it" if now.claims else "it was given up"
        what = "its claims travel" if batch.of_claims else "what is asked again travels"
        return Choice("resend", "no", f"{said}; {what} under a new number, never under this one")
    if now.answered or batch.state in ("accepted", "part_accepted"):
        what = f"{now.answered} of {now.claims} {batch.contents}"
        said = f"{what} answered already: a second file could put those twice"
        return Choice("resend", "no", f"{said}; ask the partner for what is missing")
    if facts.closed_to:
        return Choice("resend", "no", facts.closed_to)
    said = "when the partner says that it lacks the file: number and bytes stay the same, so a partner that"
    return _touching(facts, "resend", "ask first", f"{said} has it answers TA1 025, and nothing is reopened")


def _release(facts: _Facts) -> Choice:
    batch = facts.now.batch
    if batch.state not in UNSENT or not batch.hold:
        return Choice("release", "nothing to do", "nothing holds it")
    if facts.doubt:
        said = "when the partner says that it has the file: it counts as sent and its answer is awaited"
        return _touching(facts, "release", "ask first", f"{said}; where it lacks it, resend")
    if facts.by_mail:
        return _touching(facts, "release", "yes", "the next run prints it again")
    what = "the resend" if batch.resending else "it"
    said = f"{what} goes on from {batch.state} with the next run"
    if facts.closed_to:
        said = f"{said}, once this is corrected: {facts.closed_to}"
    return _touching(facts, "release", "yes", said)


def _abandon(facts: _Facts) -> Choice:
    batch, now = facts.now.batch, facts.now
    if batch.resending and batch.state != "committing":
        return Choice("abandon", "yes", "the resend is taken back: it stays sent, and no claim moves")
    again = f"{batch.counted(now.claims)} ready again, under a new number"
    if batch.state in ("built", "uploaded"):
        if batch.hold.startswith(RESTORED):
            said = f"when the partner says that it lacks the file: the ledger was restored; then {again}"
            return _touching(facts, "abandon", "ask first", said)
        if facts.by_mail:
            return _touching(facts, "abandon", "ask first", f"when nobody mailed its pages: {again}")
        return _touching(
            facts, "abandon", "yes", f"the final name was never given, so it is not out: {again}"
        )
    if now.only_refused:
        said = f"when the partner says that it holds no copy, since it refused one: {again}"
        return _touching(facts, "abandon", "ask first", said)
    if batch.state == "rejected":
        return Choice("abandon", "nothing to do", "it is over: refused, or given up")
    if batch.state == "committing" and not batch.hold:
        return Choice("abandon", "no", "it may be at the partner; rerun looks")
    return Choice(
        "abandon", "no", "it may be at the partner: under a new number its claims could be there twice"
    )


def _touching(facts: _Facts, act: Act, answer: Answer, because: str) -> Choice:
    """An act on the batch's file and claims."""
    batch, now = facts.now.batch, facts.now
    begins = _begins_with(facts, act) if act != "abandon" else ""
    file = File(batch.name, now.size)
    return Choice(act, answer, because, begins, now.claims, batch.charge_cents, (file,))


def _begins_with(facts: _Facts, act: Act) -> str:
    """The first operation at the partner."""
    batch, site = facts.now.batch, facts.site
    if site is None:
        return ""
    temporary = f"{batch.name}{site.temporary_suffix}"
    if act == "resend" or (batch.resending and batch.state != "committing"):
        return f"read {batch.name} back: it may still lie there"
    if not site.two_step:
        return f"write {batch.name}" if batch.state != "committing" else ""  # else: a person knows, or holds
    if batch.state == "built":
        return f"write {temporary}"
    if batch.state == "uploaded":
        return f"look for {temporary}"
    return f"look for {temporary}: there, it is renamed; gone, it was submitted"


_JUDGES: dict[Act, Callable[[_Facts], Choice]] = {
    "rerun": _rerun,
    "resend": _resend,
    "release": _release,
    "abandon": _abandon,
}
