"""What went out to people, and what still waits to."""

from dataclasses import dataclass

from sqlalchemy import func, select, type_coerce

from ledger.queries.listing import WHOLE, Listing, Page
from ledger.schema import notice, notice_alert, notice_end
from ledger.schema.day_type import DayOrNone
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice to one recipient. `outcome`: sent, over (nothing of it held any more), or "" while it waits;
    `ended_on` is the day of that. `alerts`: how many it tells of."""

    id: int
    kind: str
    recipient: str
    business_on: str
    alerts: int
    outcome: str
    ended_on: str


_alerts = (
    select(func.count()).where(notice_alert.c.notice_id == notice.c.id).correlate(notice).scalar_subquery()
)
NOTICES = Listing(
    row=NoticeRow,
    columns=[
        notice.c.id,
        notice.c.kind,
        notice.c.recipient,
        notice.c.business_on,
        _alerts,
        func.coalesce(notice_end.c.outcome, ""),
        type_coerce(notice_end.c.business_on, DayOrNone()),
    ],
    joined=notice.outerjoin(notice_end, notice_end.c.notice_id == notice.c.id),
    number=notice.c.id,
    newest_first=True,
)
"""Every notice, newest first."""


def notices(ledger: Ledger, page: Page = WHOLE) -> list[NoticeRow]:
    """Every notice, newest first."""
    return NOTICES.read(ledger, page)


def waiting(ledger: Ledger) -> int:
    """How many notices were claimed and not sent."""
    query = (
        select(func.count())
        .select_from(notice.outerjoin(notice_end, notice_end.c.notice_id == notice.c.id))
        .where(notice_end.c.id.is_(None))
    )
    with ledger.read() as connection:
        return int(connection.execute(query).scalar_one())
