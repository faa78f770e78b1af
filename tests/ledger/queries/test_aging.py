"""The claims of a figure of the aging, page after page, come to the figure."""

from datetime import date

import pytest
from sqlalchemy import select, update

from ledger.books.work_items import EMPTY
from ledger.queries.aging import owed_claims, owed_figure
from ledger.schema import claim, claim_waiting, work_item
from ledger.storage.database import insert_many
from tests.ledger.conftest import NIGHT


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_no_claim_is_left_out_between_two_pages(office, limit):
    """Many lines of a claim are work, a wait comes to nothing, work takes back what waits."""
    office.sent(*"12345678")
    with office.ledger.write() as connection:
        ids = list(connection.execute(select(claim.c.id).order_by(claim.c.id)).scalars())
        denied, nothing, taken_back = ids[:3], ids[3], ids[4]
        w = claim_waiting.c
        connection.execute(claim_waiting.delete().where(w.claim_id.in_(denied)))
        connection.execute(update(claim_waiting).where(w.claim_id == nothing).values(cents=0))
        lines = [(one, 10_00) for one in denied for _ in range(10)] + [(taken_back, -100_00)]
        about = {"kind": "denial", "practice": "lakeside", "payer": "harbor", "owed": 1, "business_on": NIGHT}
        work = [
            EMPTY | about | {"id": n, "key": f"{n}", "claim_id": of, "cents": cents, "opened_cents": cents}
            for n, (of, cents) in enumerate(lines, 1)
        ]
        insert_many(connection, work_item, work)
    seen, after = [], 0
    while True:
        page = owed_claims(office.ledger, date.fromisoformat(NIGHT), after=after, limit=limit)
        seen += page.claims
        if page.next is None:
            break
        after = page.next
    assert owed_figure(office.ledger, date.fromisoformat(NIGHT)) == (6, 600_00)
    assert [one.claim_id for one in seen] == denied + ids[5:]
    assert [(one.cents, one.in_work, one.waits) for one in seen] == [(100_00, 100_00, 0)] * 3 + [
        (100_00, 0, 100_00)
    ] * 3
