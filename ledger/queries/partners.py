"""How things stand with each partner: the last contact, what waits to go out, what the payers sent last."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.schema import audit, batch, remittance, response, submission
from ledger.sending.batches import UNSENT
from ledger.storage.database import Ledger
from ledger.storage.one_of import one_of


@dataclass(frozen=True, slots=True)
class Contact:
    """A clearinghouse. `sent_on` and `batch` are of the last file that went to it, `taken_on` and `kinds` of
    the last one that came from it; `tested_at` (UTC) and `test` of the last test of the connection; "" and 0
    where there was none. `unsent` counts the batches that the next run goes on with, `held` those that wait
    for a person."""

    sent_on: str = ""
    batch: int = 0
    taken_on: str = ""
    kinds: str = ""
    tested_at: str = ""
    test: str = ""
    unsent: int = 0
    held: int = 0


def contacts(ledger: Ledger, clearinghouses: Collection[str], tested: str) -> dict[str, Contact]:
    """Each of these clearinghouses; `tested` is the act that a test of the connection is in the trail."""
    b, r, a = batch.c, response.c, audit.c
    count = func.count()
    unsent = select(b.clearinghouse, count).where(b.state.in_(sorted(UNSENT)), b.hold == "")
    held = select(b.clearinghouse, count).where(b.hold != "").group_by(b.clearinghouse)
    found = {}
    with ledger.read() as connection:
        waiting = dict(connection.execute(unsent.group_by(b.clearinghouse)).tuples().all())
        for_a_person = dict(connection.execute(held).tuples().all())
        for name in clearinghouses:
            sent = select(b.sent_on, b.id).where(b.clearinghouse == name, b.sent_on.is_not(None))
            came = select(r.business_on, r.kinds).where(r.clearinghouse == name).order_by(r.id.desc())
            test = select(a.recorded_at, a.detail).where(a.subject == f"partner {name}", a.act == tested)
            last = connection.execute(sent.order_by(b.id.desc()).limit(1)).one_or_none()
            taken = connection.execute(came.limit(1)).one_or_none()
            seen = connection.execute(test.order_by(a.id.desc()).limit(1)).one_or_none()
            found[name] = Contact(
                sent_on=last.sent_on if last is not None else "",
                batch=last.id if last is not None else 0,
                taken_on=taken.business_on if taken is not None else "",
                kinds=taken.kinds if taken is not None else "",
                tested_at=seen.recorded_at if seen is not None else "",
                test=seen.detail if seen is not None else "",
                unsent=waiting.get(name, 0),
                held=for_a_person.get(name, 0),
            )
    return found


def ready(ledger: Ledger, payers: Collection[str]) -> dict[str, int]:
    """How many claims wait to be written for each of these payers; a payer without one is not in it."""
    s = submission.c
    query = select(s.payer, func.count()).where(s.state == "ready", one_of(s.payer, sorted(payers)))
    with ledger.read() as connection:
        return dict(connection.execute(query.group_by(s.payer)).tuples().all())


def paid_last(ledger: Ledger) -> dict[str, str]:
    """The business date of each payer's last remittance, by its key."""
    query = select(remittance.c.payer, func.max(remittance.c.business_on)).group_by(remittance.c.payer)
    with ledger.read() as connection:
        return dict(connection.execute(query).tuples().all())
