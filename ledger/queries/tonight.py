"""What one night did: what came in, went out, was answered, posted and queued. Nothing of other nights."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select

from ledger.books.work_items import OTHERS
from ledger.schema import (
    alert,
    answer,
    batch,
    claim_version,
    encounter,
    inbox_file,
    inquiry,
    posting,
    remittance,
    response,
    submission,
    work_item,
)
from ledger.schema import entry as entry_table
from ledger.sending.batches import CLAIMS
from ledger.storage.database import Ledger, count
from ledger.storage.stated import stated


@dataclass(frozen=True, slots=True)
class Tonight:
    """Counts of a night; those that end in `_cents` are cents.

    `encounters` are versions that came, `held` those of them that wait now. `answers` are files that
    partners sent, `inquiries` what payers were asked, `accepted` and `rejected` claims that were answered;
    `denials` were queued. Charged is what went to a first payer for the first time: later payers and
    replacements repeat the charge, and a predetermination charges nothing.
    """

    day: str
    files: int
    files_aside: int
    encounters: int
    held: int
    batches: int
    claims: int
    inquiries: int
    charged_cents: int
    answers: int
    answers_aside: int
    accepted: int
    rejected: int
    remittances: int
    posted_cents: int
    not_posted: int
    suspense_cents: int
    denials: int
    denied_cents: int
    alerts: int


def tonight(ledger: Ledger, day: str) -> Tonight:
    """The night of `day`, however often it was run."""
    number = func.count()
    of_money = (work_item.c.business_on == day) & work_item.c.kind.not_in(OTHERS)
    with ledger.read() as connection:
        one = partial(count, connection)
        answered, refused = connection.execute(*_answered(day)).one()
        sent = batch.c.sent_on == day
        out = select(number).select_from(submission).join(batch, batch.c.id == submission.c.batch_id)
        charged = (
            select(func.sum(claim_version.c.charge_cents))
            .join(submission, submission.c.version_id == claim_version.c.id)
            .where(submission.c.batch_id.in_(select(batch.c.id).where(sent)))
            .where(submission.c.payer_order == "P", submission.c.number == 1)
            .where(claim_version.c.predetermination == 0)
        )
        files = select(number).where(inbox_file.c.business_on == day)
        answers = select(number).where(response.c.business_on == day)
        paid = remittance.c.business_on == day
        posted = remittance.c.state == "posted"
        return Tonight(
            day=day,
            files=one(files),
            files_aside=one(files.where(inbox_file.c.outcome == "quarantined")),
            encounters=one(select(number).where(encounter.c.business_on == day)),
            held=one(select(number).where(encounter.c.business_on == day, encounter.c.state == "held")),
            batches=one(select(number).where(sent, batch.c.kind == CLAIMS)),
            inquiries=one(
                select(number)
                .select_from(inquiry)
                .join(batch, batch.c.id == inquiry.c.batch_id)
                .where(sent, inquiry.c.kind != "275")
            ),
            claims=one(out.where(sent)),
            charged_cents=one(charged),
            answers=one(answers),
            answers_aside=one(answers.where(response.c.state == "quarantined")),
            accepted=int(answered) - int(refused),
            rejected=int(refused),
            remittances=one(select(number).where(paid)),
            posted_cents=one(select(func.sum(remittance.c.paid_cents)).where(paid, posted)),
            not_posted=one(select(number).where(paid, ~posted)),
            suspense_cents=-one(
                select(func.sum(posting.c.cents))
                .join(entry_table, entry_table.c.id == posting.c.entry_id)
                .where(posting.c.account == "suspense", entry_table.c.business_on == day)
            ),
            denials=one(select(number).where(of_money)),
            denied_cents=one(select(func.sum(work_item.c.cents)).where(of_money)),
            alerts=one(_alerts(day)),
        )


def alerts_of(ledger: Ledger, day: str) -> int:
    """The alerts of a night that are open."""
    with ledger.read() as connection:
        return count(connection, _alerts(day))


def _alerts(day: str) -> Select[tuple[int]]:
    return select(func.count()).where(alert.c.business_on == day, alert.c.state == "open")


@stated
def _answered(day: Any) -> Select[tuple[int, int]]:
    """The claims that were answered, and those of them that were refused: by the night's last answer of each,
    since a 999 may refuse claims that no other answer names."""
    a, later = answer.c, answer.alias("later")
    of_a_claim = (a.business_on == day, a.submission_id.is_not(None))
    is_later = (later.c.submission_id == a.submission_id, later.c.business_on == day, later.c.id > a.id)
    refused = (
        select(func.count())
        .where(*of_a_claim, a.status.in_(("U", "R")), ~select(later.c.id).where(*is_later).exists())
        .scalar_subquery()
    )
    return select(func.count(a.submission_id.distinct()), refused).where(*of_a_claim)
