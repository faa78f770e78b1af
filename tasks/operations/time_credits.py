"""When a credit was identified, and the investigation that suspends its deadline: what a person says of it.

Nothing of the money moves. What was said stays; what is said later of the same credit takes its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from config.dollars import dollars
from ledger.books import acts, credits
from ledger.books.acts import Signature
from ledger.books.credits import CONTACTED, IDENTIFIED, RESUMED, SUSPENDED
from tasks.credits import standing
from tasks.credits.clock import FEDERAL, PATIENT, SUSPENSION_SINCE, WAITING, Clock, latest_end
from tasks.credits.standing import Timed
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations.money_acts import By, claim_of, perform


@dataclass(frozen=True, slots=True)
class Retimed:
    """A credit with its clock as it became; in a dry run, as it would become."""

    what: str
    dry_run: bool
    timed: Timed


Say = Callable[[Connection, str, Signature, Timed], str]


def identify(home: Home, as_of: date, by: By, number: str, payer: str, on: date, *, dry_run: bool) -> Retimed:
    """A payer's credit was identified on a day: its deadline counts from it.

    Raises StepError CRD-01, the claim has no such credit; CRD-02, the day is before its money came, or is
    to come; CRD-03, it is said already; CRD-04, it is a patient's; SecondNeeded, it gives more time for an
    amount above what one person may decide.
    """

    def say(connection: Connection, business_on: str, signature: Signature, one: Timed) -> str:
        if one.clock.kind == PATIENT:
            raise StepError("CRD-04", "a patient's credit is owed at once, whenever it was identified")
        if not one.credit.received_on <= on.isoformat() <= business_on:
            raise StepError(
                "CRD-02",
                f"a credit is identified from the day on which its money came ({one.credit.received_on}) "
                f"until today ({business_on}), not on {on}",
            )
        if one.clock.said and one.clock.identified_on == on:
            raise StepError("CRD-03", f"it is said already that it was identified on {on}")
        if on > one.clock.identified_on:  # it gives more time
            acts.within_limit(signature, one.credit.cents)
        credits.say(connection, business_on, signature, one.credit, IDENTIFIED, on.isoformat())
        return f"{_words(one)}: identified on {on}"

    return _said(home, as_of, by, number, payer, say, dry_run=dry_run)


def suspend(
    home: Home, as_of: date, by: By, number: str, payer: str, from_on: date, until_on: date, *, dry_run: bool
) -> Retimed:
    """An investigation in good faith, begun on a day, suspends the deadline until another one at most. `why`
    is its documentation.

    Raises StepError CRD-01; CRD-04, the payer's credits have no such suspension, nobody said when it was
    identified, or the days are not allowed; CRD-05, it is suspended already; SecondNeeded, its amount is
    above what one person may decide.
    """

    def say(connection: Connection, business_on: str, signature: Signature, one: Timed) -> str:
        _refuse_suspension(one.clock, from_on, until_on, business_on)
        acts.within_limit(signature, one.credit.cents)
        credits.say(
            *(connection, business_on, signature, one.credit, SUSPENDED),
            *(from_on.isoformat(), until_on.isoformat()),
        )
        return f"{_words(one)}: suspended from {from_on} until {until_on}"

    return _said(home, as_of, by, number, payer, say, dry_run=dry_run)


def _refuse_suspension(now: Clock, from_on: date, until_on: date, business_on: str) -> None:
    why = ""
    last = latest_end(now.identified_on)
    if now.kind != FEDERAL:
        why = "only Medicare's and Medicaid's deadline can be suspended"
    elif not now.said:
        why = "say first when it was identified (`cleanclaim credits identify`)"
    elif from_on < max(now.identified_on, SUSPENSION_SINCE):
        why = f"an investigation begins on {max(now.identified_on, SUSPENSION_SINCE)} or later"
    elif from_on.isoformat() > business_on:
        why = f"an investigation that has not begun ({from_on}) suspends nothing"
    elif now.due_on is None or from_on > now.due_on:
        why = f"it was not begun in time: the deadline was {now.due_on}"
    elif not from_on < until_on <= last:
        why = f"it may last until {last}, 180 days after the credit was identified, and ends after it began"
    if why:
        raise StepError("CRD-04", why)
    if now.state == WAITING:
        raise StepError("CRD-05", "it is suspended already; resume it first (`cleanclaim credits resume`)")


def resume(home: Home, as_of: date, by: By, number: str, payer: str, on: date, *, dry_run: bool) -> Retimed:
    """An investigation ended on a day: the deadline counts on.

    Raises StepError CRD-01; CRD-06, nothing suspends it, or the day is not one of the suspension's.
    """

    def say(connection: Connection, business_on: str, signature: Signature, one: Timed) -> str:
        of = one.clock.suspension
        if of is None:
            raise StepError("CRD-06", "no suspension of it is open")
        if not of.from_on <= on <= min(of.until_on, date.fromisoformat(business_on)):
            raise StepError(
                "CRD-06", f"it is suspended from {of.from_on} until {of.until_on}: {on} is not in that"
            )
        credits.say(connection, business_on, signature, one.credit, RESUMED, on.isoformat())
        return f"{_words(one)}: resumed on {on}"

    return _said(home, as_of, by, number, payer, say, dry_run=dry_run)


def contact(home: Home, as_of: date, by: By, number: str, on: date, *, dry_run: bool) -> Retimed:
    """The owner of a patient's credit was in contact on a day: it is not abandoned before anew.

    Raises StepError CRD-01; CRD-02, the day is before the credit or to come; CRD-03, it is said already.
    """

    def say(connection: Connection, business_on: str, signature: Signature, one: Timed) -> str:
        since = one.credit.since_on
        if not since <= on.isoformat() <= business_on:
            raise StepError("CRD-02", f"a contact is from {since} until today ({business_on}), not on {on}")
        if any(said.event == CONTACTED and said.from_on == on.isoformat() for said in one.credit.said):
            raise StepError("CRD-03", f"it is said already that there was contact on {on}")
        credits.say(connection, business_on, signature, one.credit, CONTACTED, on.isoformat())
        return f"{_words(one)}: its owner was in contact on {on}"

    return _said(home, as_of, by, number, "", say, dry_run=dry_run)


def _said(home: Home, as_of: date, by: By, number: str, payer: str, say: Say, *, dry_run: bool) -> Retimed:
    claim_id, whose = claim_of(home, number), home.partners.payer_key(payer)
    after: list[Timed] = []

    def act(connection: Connection, business_on: str, signature: Signature) -> str:
        one = _credit(standing.of(connection, home, as_of, [claim_id]), whose)
        what = say(connection, business_on, signature, one)
        became = _credit(standing.of(connection, home, as_of, [claim_id]), whose)
        standing.keep(connection, [became])
        after.append(became)
        return what

    done = perform(home, as_of, by, act, dry_run=dry_run)
    return Retimed(done.what, dry_run, after[-1])


def _credit(found: list[Timed], payer: str) -> Timed:
    for one in found:
        if one.credit.payer == payer:
            return one
    raise StepError(
        "CRD-01", f"the claim has no credit of {payer or 'the patient'}; see `cleanclaim credits list`"
    )


def _words(one: Timed) -> str:
    of = one.credit
    return f"{dollars(of.cents)} of {of.payer or 'the patient'} on claim {of.patient_control_number}"
