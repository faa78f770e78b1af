"""How a partner stands is its last file each way, its last test, and what waits for the next run."""

from sqlalchemy import insert

from ledger.queries.partners import Contact, contacts, paid_last, ready
from ledger.schema import batch, document, response
from ledger.trail import audit


def test_a_partner_nobody_wrote_to_says_so_and_another_says_when(ledger):
    audit.keep(ledger, audit.Trail(b"key", "otto", lambda: "2026-11-18T08:00:00.000+00:00"))
    with ledger.write() as connection:
        connection.execute(
            insert(document),
            [
                {
                    "sha256": f"{n}",
                    "size": 1,
                    "bytes": b"x",
                    "key_id": "",
                    "kind": "response",
                    "business_on": "2026-11-16",
                }
                for n in range(6)
            ],
        )
        connection.execute(
            insert(batch),
            [
                {"clearinghouse": "northgate", "receiver": "N", "isa13": n, "name": f"{n}", "sha256": f"{n}",
                 "claims": 1, "charge_cents": 100, "state": state, "hold": hold, "sent_on": sent,
                 "business_on": "2026-11-16"}
                for n, (state, hold, sent) in enumerate(
                    [("sent", "", "2026-11-16"), ("sent", "", "2026-11-17"), ("built", "", ""),
                     ("committing", "in doubt", "")]
                )
            ],
        )  # fmt: skip
        connection.execute(
            insert(response),
            [
                {"clearinghouse": "northgate", "name": f"r{n}", "sha256": f"{n}", "kinds": kinds,
                 "state": "taken", "business_on": day}
                for n, (kinds, day) in enumerate([("999", "2026-11-16"), ("277CA 835", "2026-11-17")])
            ],
        )  # fmt: skip
    audit.record(ledger, "2026-11-18", "connection tested", "partner northgate", "reached")
    found = contacts(ledger, ["northgate", "southgate"], "connection tested")
    assert found["southgate"] == Contact()
    assert found["northgate"] == Contact(
        sent_on="2026-11-17", batch=2, taken_on="2026-11-17", kinds="277CA 835",
        tested_at="2026-11-18T08:00:00.000+00:00", test="reached", unsent=1, held=1,
    )  # fmt: skip
    assert (ready(ledger, ["harbor"]), paid_last(ledger)) == ({}, {})
