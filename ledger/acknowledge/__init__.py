"""TA1, 999 and 277CA move batches and claims. A rejection is before adjudication, never a denial.

* TA1 025 (duplicate) reopens nothing: the partner holds that interchange already and the first
  one's answer is awaited. Envelope and partner faults stop the partner until a person releases it.
* A batch that was sent again may be answered twice, in any order: both are taken, and what the second
  says of the first, a duplicate, reopens nothing.
* A rejected interchange goes again by itself under a new number; a rejected claim waits for a
  person, since only a change mends it.
* 277CA: U at 2200B rejects the whole file, at 2200C every claim of that billing provider.
"""

from collections.abc import Iterable

from sqlalchemy import update

from edi.records import ClaimAcknowledgment, ImplementationAcknowledgment, InterchangeAcknowledgment
from ledger import responses
from ledger.acknowledge.claims import take_claims
from ledger.acknowledge.implementation import take_implementation
from ledger.acknowledge.interchange import take_interchange
from ledger.acknowledge.work import Taken, Work
from ledger.database import Ledger, insert_many
from ledger.schema import answer, response

__all__ = ["Acknowledgment", "Taken", "take"]

Acknowledgment = InterchangeAcknowledgment | ImplementationAcknowledgment | ClaimAcknowledgment


def take(ledger: Ledger, night: str, response_id: int, acknowledgments: Iterable[Acknowledgment]) -> Taken:
    """Applies everything that a file says, in one transaction with its done-mark.

    A file that was taken before changes nothing. What answers no batch of ours puts the file into
    quarantine with the reason; the rest of it is applied.
    """
    records = list(acknowledgments)
    row, _ = responses.get(ledger, response_id)
    with ledger.write() as connection:
        work = Work(connection, response_id, row.clearinghouse, night)
        if not responses.finish(connection, response_id):
            return work.taken
        for record in records:
            if isinstance(record, InterchangeAcknowledgment):
                take_interchange(work, record)
            elif isinstance(record, ImplementationAcknowledgment):
                take_implementation(work, record)
            else:
                take_claims(work, record)
        insert_many(connection, answer, work.answers)
        if work.troubles:
            connection.execute(
                update(response).where(response.c.id == response_id).values(state="quarantined")
            )
            responses.add_troubles(connection, response_id, row.name, work.troubles, night)
        return work.taken
