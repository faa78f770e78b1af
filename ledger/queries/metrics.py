"""What a monitor asks of the ledger, each time in a few cheap queries: counts by code, partner and state."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.schema import alert, response
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Measured:
    """`alerts`: open ones by their code. `answered_on`: the day of the last file of each partner that sent
    one."""

    alerts: dict[str, int]
    answered_on: dict[str, str]


def measured(ledger: Ledger, clearinghouses: Iterable[str]) -> Measured:
    """The figures, of these partners."""
    by_code = select(alert.c.code, func.count()).where(alert.c.state == "open").group_by(alert.c.code)
    answered = {}
    with ledger.read() as connection:
        for name in clearinghouses:  # each a look into an index, however long the history
            last = select(func.max(response.c.business_on)).where(response.c.clearinghouse == name)
            if day := connection.execute(last).scalar():
                answered[name] = str(day)
        return Measured(dict(connection.execute(by_code).tuples().all()), answered)
