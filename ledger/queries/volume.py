"""How much there is: the claims that went out, in all and in a usual night, and the bytes of the ledger."""

from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select

from ledger.schema import batch, claim
from ledger.sending.batches import CLAIMS
from ledger.storage.database import Ledger, ledger_of


@dataclass(frozen=True, slots=True)
class Volume:
    """`claims` that the ledger has, those `usual` in a nightly run that wrote any (the median of the newest
    ones), and the `bytes` of its database."""

    claims: int
    usual: int
    bytes: int


def of(ledger: Ledger, nights: int) -> Volume:
    """The figures; `usual` is of so many business dates."""
    written = (
        select(func.sum(batch.c.claims))
        .where(batch.c.kind == CLAIMS)
        .group_by(batch.c.business_on)
        .order_by(batch.c.business_on.desc())
        .limit(nights)
    )
    with ledger.read() as connection:
        claims = connection.execute(select(func.count()).select_from(claim)).scalar_one()
        counts = [int(n) for n in connection.execute(written).scalars()]
        size = ledger_of(connection).dialect.size(connection)
    return Volume(int(claims), round(median(counts)) if counts else 0, size)
