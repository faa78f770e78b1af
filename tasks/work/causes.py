"""Keeps the queue: one piece of work for each thing outside the books that waits for a person.

What the books explain (denials, takebacks, credits) becomes work as it is posted. Holds, rejections, late
encounters, claims that no answer names, suspense, remittances in conflict, files in quarantine, documents
that claims announced and enrolments that run out each have a queue of their own; here they become work as
well, so that one list holds everything. It is derived anew after each night; after an act of a person those
queues of which a table was written to. What is no longer in its queue is resolved.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Final, NamedTuple

from config.business_days import business_days_after
from config.partners import Partners
from ledger.agreed import enrolments
from ledger.books import credits, queue_changes, work_items, work_ranks
from ledger.books.queue_changes import Changes
from ledger.encounters.visits import BOOKED
from ledger.errors import KeyRefused
from ledger.queries import information_requests
from ledger.queries.attachments import announced
from ledger.queries.batches import unnamed
from ledger.queries.claims import (
    Held,
    Rejected,
    holds,
    holds_otherwise,
    late,
    rejections,
    rejections_otherwise,
)
from ledger.queries.deposits import open_deposits, undeposited
from ledger.queries.money import remittances
from ledger.queries.night import problems
from ledger.queries.suspense import open_suspense
from ledger.queries.visits import OPEN, STILL_BOOKED
from ledger.sending import inquiries, packets
from ledger.storage.database import Row
from tasks.credits import standing
from tasks.estimates import billed, needed
from tasks.home.home import Home
from tasks.patients import plan_standing
from tasks.work.hold_words import words
from tasks.work.owners import owner_of_code, owner_of_edit, work_of
from tasks.work.requests import asked_for

RENEW_DAYS = 60
"""An enrolment is work from so many days before its last one: payers take weeks to renew it."""

ENROLMENT_WORDS = {
    enrolments.EDI: "The enrolment for electronic claims",
    enrolments.ERA: "The enrolment for electronic remittances",
    enrolments.EFT: "The enrolment for electronic payments",
    enrolments.CREDENTIAL: "The credentialing",
}


class Differing(NamedTuple):
    """Work as it is derived: all of some kinds, and of others what these keys name, gone where no row is."""

    rows: Sequence[Row]
    kinds: Collection[str]
    keys: Collection[str] = ()


_TRIES = 4


def keep_queue(home: Home, as_of: date, *, anew: bool = False, learn: bool = False) -> int:
    """Makes the open work beside the books what waits now, and ranks it. How many pieces are new.

    Nothing is done where nothing was written since that it is derived from, on the same day and with the same
    program and partners; `learn` looks all the same, by chances that it learns anew, and `anew` derives all
    of it. Where other processes keep it at this moment, again and again, it is left to them: what they did
    not see is seen by the next who keeps it.
    """
    for left in reversed(range(_TRIES)):
        try:
            return _keep(home, as_of, anew, learn)
        except queue_changes.KeptMeanwhile:
            continue
        except KeyRefused:  # another process opened some of it at this moment: it is there now
            if not left:
                raise
    return 0


def _keep(home: Home, as_of: date, anew: bool, learn: bool) -> int:
    of = queue_changes.Kept(as_of.isoformat(), home.files_mark)
    changes = queue_changes.since(home.ledger, of)
    if changes.none and not (anew or learn):
        return 0
    if anew or not changes.files:
        found = [Differing(list(one.rows(home, as_of)), one.kinds) for one in CAUSES]
    else:
        every = learn or not changes.day
        asked = [one for one in CAUSES if every or one.is_touched(changes.tables)]
        found = [one.differing(home, as_of, changes) for one in asked]
    rows, kinds, keys = (list(chain.from_iterable(part)) for part in zip(*found, strict=True))
    with home.ledger.write() as connection:
        opened = work_items.keep_others(connection, as_of.isoformat(), rows, kinds, keys)
        turned = None
        if not anew and changes.files and changes.kept_on:
            entries = changes.before[queue_changes.ENTRIES]
            turned = credits.turned(connection, entries, changes.kept_on, as_of.isoformat())
        standing.keep(connection, standing.of(connection, home, as_of, turned))
        work_ranks.keep(connection, as_of, anew=anew or learn)
        queue_changes.kept(connection, of, changes)
        return opened


def _row(kind: str, number: int, *, reference: str, cents: int, category: str, **about: object) -> Row:
    key = f"{kind}|{number}"
    return {"key": key, "kind": kind, "reference": reference, "cents": cents, "category": category, **about}


def _holds(home: Home) -> Iterator[Row]:
    """One for each held encounter, under the first thing that holds it."""
    seen: set[int] = set()
    for held in holds(home.ledger):
        if held.encounter_id not in seen:
            seen.add(held.encounter_id)
            yield _hold(home, held)


def _differing_holds(home: Home, changes: Changes) -> Differing:
    """Those that were judged since and of which the work says otherwise: there are many, and few change."""
    found, over = holds_otherwise(home.ledger, changes.kept_on)
    rows = [_hold(home, held) for held in found]
    return Differing(rows, (), [*over, *(row["key"] for row in rows)])


def _hold(home: Home, held: Held) -> Row:
    title, fix = words(held.edit_id)
    payer = home.partners.payer_key(held.payers[0]) if held.payers else ""
    return _row(
        "hold",
        held.encounter_id,
        reference=held.external_id,
        cents=held.charge_cents,
        category="HELD",
        practice=held.practice,
        payer=payer,
        line=held.line or 0,
        procedure=held.edit_id,
        owner=owner_of_edit(held.edit_id),
        action=f"{held.edit_id} {title}: {fix}" if title else held.edit_id,
        due_on=_file_by(home.partners, payer, held.service_from_on),
    )


def _rejections(home: Home) -> Iterator[Row]:
    return (_rejection(home, refused) for refused in rejections(home.ledger))


def _differing_rejections(home: Home, changes: Changes) -> Differing:
    """Those of which the work says otherwise, and those that were answered since."""
    found, over = rejections_otherwise(home.ledger, changes.before[queue_changes.ANSWERS])
    rows = [_rejection(home, refused) for refused in found]
    return Differing(rows, (), [*over, *(row["key"] for row in rows)])


def _rejection(home: Home, refused: Rejected) -> Row:
    work = work_of(refused)
    return _row(
        "rejection",
        refused.submission_id,
        reference=refused.patient_control_number,
        cents=refused.charge_cents,
        category="REJECTED",
        claim_id=refused.claim_id,
        submission_id=refused.submission_id,
        practice=refused.practice,
        payer=refused.payer,
        owner=work.owner,
        action=f"{work.words}. {work.remedy}",
        due_on=_file_by(home.partners, refused.payer, refused.service_from_on),
    )


def _late(home: Home) -> Iterator[Row]:
    for one in late(home.ledger):
        yield _row(
            "late_encounter",
            one.encounter_id,
            reference=one.patient_control_number,
            cents=0,
            category="CORRECTED",
            claim_id=one.claim_id,
            practice=one.practice,
            owner="FOLLOW_UP",
            action=f"Version {one.version} came after the claim was out: correct the claim, or leave it "
            "as it is",
        )


def _unanswered(home: Home) -> Iterator[Row]:
    for missing in unnamed(home.ledger):
        yield _row(
            "unanswered",
            missing.submission_id,
            reference=missing.patient_control_number,
            cents=missing.charge_cents,
            category="UNANSWERED",
            claim_id=missing.claim_id,
            submission_id=missing.submission_id,
            practice=missing.practice,
            payer=missing.payer,
            owner="FOLLOW_UP",
            action=f"The 277CA of batch {missing.batch_id} does not name this claim: ask the clearinghouse",
        )


def _suspense(home: Home, as_of: date) -> Iterator[Row]:
    for row in open_suspense(home.ledger, as_of):
        yield _row(
            "suspense",
            row.id,
            reference=str(row.id),
            cents=abs(row.cents),
            category="SUSPENSE",
            claim_payment_id=row.id,
            practice=row.practice,
            payer=row.payer,
            owner="POSTING",
            action="A payment fits no claim: match it to its claim, or return it to the payer",
        )


def _remittances(home: Home) -> Iterator[Row]:
    for row in remittances(home.ledger, unposted=True):
        yield _row(
            "remittance",
            row.id,
            reference=str(row.id),
            cents=abs(row.paid_cents),
            category="CONFLICT",
            practice=row.practice,
            payer=row.payer,
            owner="POSTING",
            action=f"Remittance {row.trace} is not posted ({row.state.replace('_', ' ')}): "
            "look at its parts, then release or refuse it",
        )


def _inquiries(home: Home) -> Iterator[Row]:
    """One for each inquiry whose file the clearinghouse refused."""
    for one in inquiries.refused(home.ledger):
        what = "the claim's status" if one.kind == "276" else "the coverage"
        yield _row(
            "inquiry_refused",
            one.inquiry_id,
            reference=str(one.batch_id if one.encounter_id is None else one.encounter_id),
            cents=0,
            category="REJECTED",
            claim_id=one.claim_id,
            submission_id=one.submission_id,
            practice=one.practice,
            payer=one.payer,
            owner="FOLLOW_UP" if one.encounter_id is None else "ELIGIBILITY",
            action=f"The file that asked for {what} was refused (batch {one.batch_id}): see why, correct "
            "that, and ask again",
        )


def _packets(home: Home) -> Iterator[Row]:
    """One for each packet of records (275) that did not reach its payer."""
    for one in packets.not_taken(home.ledger):
        what = (
            f"could not be written: {one.dropped}" if one.dropped else f"were refused (batch {one.batch_id})"
        )
        yield _row(
            "inquiry_refused",
            one.inquiry_id,
            reference=one.patient_control_number,
            cents=0,
            category="ATTACHMENT",
            claim_id=one.claim_id,
            submission_id=one.submission_id,
            practice=one.practice,
            payer=one.payer,
            owner="RECORDS",
            action=f"The records that were to go as 275 {what}: see why, then send them again or another way",
        )


def _quarantined(home: Home) -> Iterator[Row]:
    """One for each file, under the first of its problems."""
    seen: set[str] = set()
    for problem in reversed(problems(home.ledger, open_only=True)):
        if not problem.quarantined or str(problem.subject) in seen:
            continue
        seen.add(str(problem.subject))
        yield _row(
            "quarantined",
            problem.id,
            reference=str(problem.id),
            cents=0,
            category="QUARANTINED",
            practice=problem.practice,
            owner=owner_of_code(problem.code),
            action=f"{problem.code} {problem.message}; {problem.remedy}",
        )


def _attachments(home: Home) -> Iterator[Row]:
    """One for each claim that is out and announced documents which are not."""
    for one in announced(home.ledger):
        payer = home.partners.payers.get(one.payer)
        days = timedelta(days=payer.attachment_days) if payer is not None else None
        numbers = ", ".join(one.control_numbers) or "without a number"
        way = _WAYS.get(one.transmission, one.transmission)
        yield _row(
            "attachment",
            one.submission_id,
            reference=one.patient_control_number,
            cents=one.charge_cents,
            category="ATTACHMENT",
            claim_id=one.claim_id,
            submission_id=one.submission_id,
            practice=one.practice,
            payer=one.payer,
            owner="RECORDS",
            action=f"The claim announced documents ({numbers}, {way}): send them before the payer decides",
            due_on=(date.fromisoformat(one.sent_on) + days).isoformat() if days is not None else "",
        )


def _information_requests(home: Home) -> Iterator[Row]:
    """One for each request for documents that is not answered."""
    for one in information_requests.open_requests(home.ledger):
        payer = home.partners.payers.get(one.payer)
        by = one.due_on
        if not by and payer is not None:
            by = (date.fromisoformat(one.came_on) + timedelta(days=payer.attachment_days)).isoformat()
        yield _row(
            information_requests.KIND,
            one.number,
            reference=str(one.number),
            cents=one.charge_cents,
            category="ATTACHMENT",
            claim_id=one.claim_id,
            submission_id=one.submission_id,
            practice=one.practice,
            payer=one.payer,
            owner="RECORDS",
            action=f"The payer asks for {asked_for(one)}: send it under its number {one.control_number}",
            due_on=by,
        )


def _deposits(home: Home, as_of: date) -> Iterator[Row]:
    for row in open_deposits(home.ledger):
        if business_days_after(date.fromisoformat(row.deposited_on), WAITED) > as_of:
            continue
        back = row.cents < 0
        yield _row(
            "deposit",
            row.id,
            reference=str(row.id),
            cents=abs(row.open_cents),
            category="DEPOSIT",
            practice=row.practice,
            payer=row.payer,
            owner="POSTING",
            action="The bank took back a deposit: find the payment that it undoes"
            if back
            else "A deposit is of no remittance that is here: ask the payer for its 835, or say what it is",
        )


def _undeposited(home: Home, as_of: date) -> Iterator[Row]:
    for row in undeposited(home.ledger):
        if business_days_after(date.fromisoformat(row.paid_on), WAITED) > as_of:
            continue
        yield _row(
            "undeposited",
            row.id,
            reference=str(row.id),
            cents=row.cents,
            category="DEPOSIT",
            practice=row.practice,
            payer=row.payer,
            owner="POSTING",
            action=f"Remittance {row.trace} is not in the bank: ask the payer where its payment went",
        )


def _visits(home: Home, as_of: date) -> Iterator[Row]:
    """Visits that nothing documents after three business days: they were kept, or no book says so."""
    for row in (*OPEN.read(home.ledger), *STILL_BOOKED.read(home.ledger)):
        if business_days_after(date.fromisoformat(row.visit_on), DOCUMENTED_IN) > as_of:
            continue
        booked = row.state == BOOKED
        yield _row(
            "unbilled_visit",
            row.id,
            reference=str(row.id),
            cents=0,
            category="VISIT",
            practice=row.practice,
            owner="CODING",
            action=f"Visit {row.number} of {row.visit_on} is still booked: import the book that says whether "
            "it was kept, or dismiss it"
            if booked
            else f"Visit {row.number} of {row.visit_on} has no encounter: document it, or dismiss it with "
            "its reason",
        )


DOCUMENTED_IN = 3
"""Business days after a visit in which its encounter is to be here."""

WAITED = 3
"""Business days that a deposit and its remittance may be apart (CAQH CORE 370)."""

_WAYS = {
    "BM": "by mail",
    "EL": "electronically",
    "EM": "by e-mail",
    "FT": "by file transfer",
    "FX": "by fax",
}
"""PWK02, how the claim says that its documents come."""


def _enrolments(home: Home, as_of: date) -> Iterator[Row]:
    """Those that run out soon, or did, with nothing after them."""
    known = enrolments.of(home.ledger)
    for one in enrolments.expiring(known, as_of + timedelta(days=RENEW_DAYS)):
        asked = any(other.whose == one.whose and other.state == enrolments.ASKED for other in known)
        runs = "ran" if one.to_on < as_of.isoformat() else "runs"
        todo = "its renewal is asked for; follow it up" if asked else "renew it"
        practices = home.partners.practices.values()
        yield _row(
            "enrolment",
            one.number,
            reference=str(one.number),
            cents=0,
            category="ENROLMENT",
            practice=next((p.key for p in practices if p.npi == one.npi or p.provider(one.npi)), ""),
            payer=one.payer,
            owner="CREDENTIALING",
            action=f"{ENROLMENT_WORDS[one.kind]} of {one.npi} {runs} out on {one.to_on}: {todo}",
            due_on=one.to_on,
        )


def _plans(home: Home, as_of: date) -> Iterator[Row]:
    """One for each payment plan of which an instalment was not paid."""
    for one in plan_standing.standing(home, as_of):
        if not one.missed:
            continue
        last = one.plan.last_due(as_of - plan_standing.GRACE)
        yield _row(
            "plan_missed",
            one.plan.id,
            reference=str(one.plan.id),
            cents=one.missed,
            category="PATIENT",
            claim_id=one.plan.account,
            practice=one.plan.practice,
            owner="POSTING",
            action=f"Of payment plan {one.plan.id} an instalment due by {last} is not paid: call the "
            "guarantor, or end the plan",
        )


def _estimates(home: Home, as_of: date) -> Iterator[Row]:
    """One for each visit whose estimate is to be made, and one for each estimate that is to be given.

    Past its last day it is as urgent as the service itself.
    """
    seen: set[int] = set()
    for one in needed.needs(home, as_of, over=False):
        to_give = one.state == needed.NOT_GIVEN
        if not one.is_open or (to_give and one.estimate in seen):
            continue
        if to_give:
            seen.add(one.estimate)
        late = one.overdue(as_of)
        what = f"visit {one.visit_number}" if one.service_on else f"the request {one.visit_number}"
        by = f"{'was' if late else 'is'} due by {one.due_on}"
        yield _row(
            "estimate_to_give" if to_give else "estimate_due",
            one.estimate if to_give else one.visit,
            reference=str(one.estimate if to_give else one.visit),
            cents=0,
            category="ESTIMATE",
            practice=one.practice,
            owner="ELIGIBILITY",
            action=f"Estimate {one.estimate} is made and {by}: give it to the patient, and say how"
            if to_give
            else f"A good-faith estimate for {what} {by}: {needed.WORDS[one.state]}",
            due_on=(one.service_on or as_of.isoformat()) if late else one.due_on,
        )


def _bills_above_estimates(home: Home) -> Iterator[Row]:
    for one in billed.too_high(home):
        if one.accepted:
            continue
        yield _row(
            "estimate_exceeded",
            one.number,
            reference=str(one.number),
            cents=one.above,
            category="PATIENT",
            claim_id=one.claims[-1],
            practice=one.practice,
            owner="POSTING",
            action=f"Provider {one.words}. The patient may dispute it: correct or lower the charges, or let "
            f"the bill stand (estimate {one.number}); until then no statement asks for it",
        )


def _file_by(partners: Partners, payer: str, service_from_on: str) -> str:
    """The last day on which the payer takes the claim, "" where none is known."""
    known = partners.payers.get(payer)
    if known is None or not service_from_on:
        return ""
    day = date.fromisoformat(service_from_on)
    return known.file_by(day, day).isoformat()


@dataclass(frozen=True, slots=True)
class Cause:
    """A queue: the kinds of its work, the tables that it is derived from (none named: from any), and how.
    What it reads beside them is the day, the program and the partners' files. `otherwise`: how what its work
    does not say is found without deriving all of it, where these files are the same."""

    kinds: tuple[str, ...]
    tables: frozenset[str]
    rows: Callable[[Home, date], Iterable[Row]]
    otherwise: Callable[[Home, Changes], Differing] | None = None

    def is_touched(self, written: frozenset[str]) -> bool:
        """Whether it may be another one since these tables were written to."""
        return not self.tables or bool(self.tables & written)

    def differing(self, home: Home, as_of: date, changes: Changes) -> Differing:
        """What is to be kept of it, kept by the same program and partners' files before."""
        if self.otherwise is not None:
            return self.otherwise(home, changes)
        return Differing(list(self.rows(home, as_of)), self.kinds)


def _cause(
    kinds: str,
    tables: str,
    rows: Callable[[Home, date], Iterable[Row]],
    otherwise: Callable[[Home, Changes], Differing] | None = None,
) -> Cause:
    return Cause(tuple(kinds.split()), frozenset(tables.split()), rows, otherwise)


_OF_A_CLAIM: Final = "submission claim claim_version batch"

CAUSES: Final = (
    _cause("hold", "encounter finding", lambda home, _: _holds(home), _differing_holds),
    _cause("rejection", f"{_OF_A_CLAIM} answer", lambda home, _: _rejections(home), _differing_rejections),
    _cause("late_encounter", "encounter claim correction", lambda home, _: _late(home)),
    _cause("unanswered", f"{_OF_A_CLAIM} answer", lambda home, _: _unanswered(home)),
    _cause("suspense", "claim_payment remittance money_act", _suspense),
    _cause("remittance", "remittance settlement", lambda home, _: _remittances(home)),
    _cause("quarantined", "problem inbox_file response settlement", lambda home, _: _quarantined(home)),
    _cause("attachment", f"{_OF_A_CLAIM} attachment letter", lambda home, _: _attachments(home)),
    _cause(
        information_requests.KIND,
        f"{_OF_A_CLAIM} status_answer letter claim_payment remittance",
        lambda home, _: _information_requests(home),
    ),
    _cause("enrolment", "enrolment", _enrolments),
    _cause("deposit", "deposit deposit_match", _deposits),
    _cause("undeposited", "deposit deposit_match remittance", _undeposited),
    _cause("unbilled_visit", "visit visit_event encounter", _visits),
    _cause("inquiry_refused", "", lambda home, _: (*_inquiries(home), *_packets(home))),  # few, of much
    _cause("plan_missed", "", _plans),
    _cause("estimate_due estimate_to_give", "", _estimates),
    _cause("estimate_exceeded", "", lambda home, _: _bills_above_estimates(home)),
)
