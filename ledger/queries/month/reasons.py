"""What was adjusted in a month: by account, as payers stated it by group and CARC, and by whom it was written
off."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from ledger.books.accounts import ADJUSTED
from ledger.books.acts import act_of
from ledger.books.claim_acts import WRITE_OFF
from ledger.queries.month.roll import of_month, summed
from ledger.schema import (
    claim_payment,
    entry,
    line_adjustment,
    money_act,
    posting,
    remittance,
)
from ledger.storage.one_of import one_of

ACCOUNTS = (*ADJUSTED, "withholding")


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What an account took of what a payer or the patients ("") owed, in cents."""

    practice: str
    account: str
    payer: str
    cents: int


@dataclass(frozen=True, slots=True)
class Stated:
    """What a payer's remittances of the month state under a group and CARC: how often, in cents, reversals as
    they are signed. Not all of it is adjusted: PR is the patient's, and a denial is work."""

    payer: str
    group: str
    carc: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """What a person wrote off of a claim, of a payer's part or the patient's (""); `second` signed too."""

    business_on: str
    practice: str
    claim_id: int
    payer: str
    cents: int
    actor: str
    second: str


def adjusted(connection: Connection, month: str) -> list[Adjusted]:
    """By practice, account and payer."""
    p = posting.c
    query = (
        select(p.practice, p.account, p.payer, summed(p.cents))
        .join(entry, entry.c.id == p.entry_id)
        .where(entry.c.period == month, p.account.in_(ACCOUNTS), p.claim_id.is_not(None))
        .group_by(p.practice, p.account, p.payer)
        .having(func.sum(p.cents) != 0)
        .order_by(p.practice, p.account, p.payer)
    )
    return [Adjusted(*row) for row in connection.execute(query)]


def stated(connection: Connection, month: str) -> list[Stated]:
    """By payer, group and CARC, of posted remittances. One without a cent of postings counts in the month of
    its business date."""
    a, r, e = line_adjustment.c, remittance.c, entry.c
    posted = remittance.alias()
    entries = (  # those that it came with: an act may post to an earlier month's
        select(posted.c.id)
        .join(entry, e.remittance_id == posted.c.id)
        .where(e.business_on == posted.c.business_on)
    )
    counted = or_(
        r.id.in_(entries.where(e.period == month)),
        and_(of_month(month, r.business_on), r.id.not_in(entries)),
    )
    query = (
        select(r.payer, a.group, a.carc, func.count(), summed(a.cents))
        .join(claim_payment, claim_payment.c.id == a.claim_payment_id)
        .join(remittance, r.id == claim_payment.c.remittance_id)
        .where(r.state == "posted", counted)
        .group_by(r.payer, a.group, a.carc)
        .order_by(r.payer, a.group, a.carc)
    )
    return [Stated(*row) for row in connection.execute(query)]


def written_off(connection: Connection, month: str) -> list[WrittenOff]:
    """Each write-off of a person, in their order."""
    a = money_act.c
    keys = connection.execute(
        select(entry.c.key).where(entry.c.period == month, entry.c.kind == WRITE_OFF)
    ).scalars()
    ids = {act_of(key) for key in keys}
    query = select(
        a.business_on, a.practice, a.claim_id, a.payer, a.cents, a.actor, func.coalesce(a.second, "")
    ).where(one_of(a.id, ids))
    return [WrittenOff(*row) for row in connection.execute(query.order_by(a.id))]
