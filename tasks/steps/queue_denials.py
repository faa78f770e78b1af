"""Queues what the calendar makes of denials and answers: deadlines near, answers that are late.

A denial itself is queued in the transaction that posts its payment, so that neither is ever there
without the other. Here each open cause is reported once, and settled when it is gone.
"""

from collections.abc import Sequence
from datetime import date

from config.counted import counted
from config.dollars import dollars
from ledger.books import advice, charges, repricing, settled_anew, work_items
from ledger.encounters import visits
from ledger.payments import deposits, placements
from ledger.queries import batches as batch_queries
from ledger.queries import work
from ledger.runs import alerts
from tasks.batches.story import expected
from tasks.home import told_by
from tasks.home.home import Home
from tasks.patients import accounts

SOON = 7  # days left from which a denial's deadline is reported


def pieces(home: Home, as_of: date) -> Sequence[str]:
    """One piece: the queues are queries."""
    return ["queues"]


def do(home: Home, as_of: date, piece: str) -> dict[str, int]:
    """Reports what is overdue or nearly so, and counts what is open."""
    business_on = as_of.isoformat()
    repricing.finish(home.ledger, business_on)
    _settle_anew(home, business_on)
    advice.refresh(home.ledger, business_on, home.files_mark)
    placements.again(home.ledger, business_on)
    deposits.again(home.ledger, business_on)
    visits.again(home.ledger, business_on)
    accounts.keep_digests(home)
    work_items.reopen_settled(home.ledger, business_on)
    overdue_payers = charges.expire(home.ledger, business_on)
    late = batch_queries.overdue(home.ledger, as_of, expected(home))
    causes = {_cause(one): one for one in late}
    unreported = alerts.unreported(home.ledger, causes)
    for key, one in ((key, one) for key, one in causes.items() if key in unreported):
        alerts.report(
            home.ledger,
            key=key,
            business_on=business_on,
            code=OVERDUE,
            message=f"batch {one.batch_id} ({one.clearinghouse}, interchange {one.isa13:09d}): "
            f"no {one.kind}, due on {one.due}",
            remedy=f"ask {one.clearinghouse} whether it has the file; if it lacks it, "
            f"`cleanclaim batches resend {one.batch_id} --why ...`",
            lasting=True,
            payer=one.payer,
        )
    alerts.settle_but(home.ledger, OVERDUE, set(causes))
    near = {f"deadline:{one.id}": one for one in work.near(home.ledger, as_of, SOON)}
    unreported = alerts.unreported(home.ledger, near)
    for key, deadline in ((key, one) for key, one in near.items() if key in unreported):
        named = f"{deadline.kind.replace('_', ' ')} {deadline.id} of {deadline.practice}"
        alerts.report(
            home.ledger,
            key=key,
            business_on=business_on,
            code="DEN-SOON",
            message=f"{named} can be acted on until {deadline.due_on}",
            remedy=f"{deadline.owner}: {deadline.action}",
            lasting=True,
            practice=deadline.practice,
            payer=deadline.payer,
        )
    count, cents = work.at_stake(home.ledger)
    return {
        "denials": count,
        "cents": cents,
        "near_deadline": len(near),
        "overdue": len(late),
        "overdue_payers": overdue_payers,
        "unnamed": len(batch_queries.unnamed(home.ledger)),
    }


def _settle_anew(home: Home, business_on: str) -> None:
    """The books follow what the payers' files and the program say now; that they moved is an alert."""
    by = told_by.unsettled(home.ledger)
    found = settled_anew.finish(home.ledger, business_on, by)
    if not found.moved:
        return
    why = "the program settles otherwise" if by.rules else f"other terms of {', '.join(by.payers)}"
    owed = "; ".join(
        f"{words} {'+' if cents > 0 else ''}{dollars(cents)}"
        for words, cents in (
            ("owed by payers", found.cents["receivable_payer"]),
            ("owed by patients", found.cents["receivable_patient"]),
        )
        if cents
    )
    alerts.report(
        home.ledger,
        key=f"{ANEW}:{business_on}",
        business_on=business_on,
        code=ANEW,
        message=f"{why}: {counted(found.moved, 'claim')} of {found.claims} came to other amounts"
        f"{f' ({owed})' if owed else ''}",
        remedy="`cleanclaim audit show --act 'settled anew'` says when, `claims show` what was posted; if it "
        "is not what was meant, correct the payer's file: the next run settles them again",
    )


ANEW = "PAY-ANEW"
OVERDUE = "ACK-OVERDUE"


def _cause(one: batch_queries.Overdue) -> str:
    """An answer that is late; after a resend it may be late again."""
    return f"overdue:{one.batch_id}:{one.kind}:{one.sent_on}"
