"""TA1, 999 and 277CA move batches and claims. A rejection is before adjudication, never a denial.

* TA1 025 (duplicate) reopens nothing: the partner holds that interchange already and the first
  one's answer is awaited. Envelope and partner faults stop the partner until a person releases it.
* A batch that was sent again may be answered twice, in any order: both are taken, and what the second
  says of the first, a duplicate, reopens nothing.
* A rejected interchange goes again by itself under a new number; a rejected claim waits for a
  person, since only a change mends it.
* 277CA: U at 2200B rejects the whole file, at 2200C every claim of that billing provider.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from edi.records import ClaimAcknowledgment, ImplementationAcknowledgment, InterchangeAcknowledgment
from ledger import responses
from ledger.acknowledge.border import fault
from ledger.acknowledge.claims import take_claims
from ledger.acknowledge.implementation import take_implementation
from ledger.acknowledge.interchange import take_interchange
from ledger.acknowledge.work import Taken, Work
from ledger.border import of_content, shown
from ledger.database import Ledger, insert_many
from ledger.schema import answer
from ledger.taken import Trouble

__all__ = ["Acknowledgment", "Taken", "take"]

Acknowledgment = InterchangeAcknowledgment | ImplementationAcknowledgment | ClaimAcknowledgment


def take(
    ledger: Ledger,
    night: str,
    response_id: int,
    acknowledgments: Iterable[Acknowledgment],
    aside: Sequence[Trouble] = (),
) -> Taken:
    """Applies everything that a file says, in one transaction with its done-mark.

    A file that was taken before changes nothing. What answers no batch of ours, or cannot be applied,
    puts the file into quarantine with the reason; the rest of it is applied. `aside` are the reasons
    that are known already: what of the file was not handed on.
    """
    records = list(acknowledgments)
    row, _ = responses.get(ledger, response_id)
    with ledger.write() as connection:
        work = Work(connection, response_id, row.clearinghouse, night)
        if not responses.finish(connection, response_id):
            return work.taken
        work.troubles += aside
        for record in records:
            _one(ledger, work, record)
        if work.troubles:
            responses.put_aside(connection, row, work.troubles, night)
        return work.taken


def _one(ledger: Ledger, work: Work, record: Acknowledgment) -> None:
    """Applies one acknowledgment, or puts it alone aside."""
    place = f"interchange {shown(record.interchange_control_number)}, {_name(record)}"
    before, known = replace(work.taken), len(work.troubles)
    reason = fault(record)
    if not reason:
        try:
            with ledger.savepoint(work.connection):
                if isinstance(record, InterchangeAcknowledgment):
                    take_interchange(work, record)
                elif isinstance(record, ImplementationAcknowledgment):
                    take_implementation(work, record)
                else:
                    take_claims(work, record)
                insert_many(work.connection, answer, work.answers)
        except Exception as error:
            if not of_content(error):
                raise
            reason = f"it cannot be applied ({type(error).__name__})"
            work.taken = before
            del work.troubles[known:]
    work.answers.clear()
    if reason:
        work.taken.unknown += 1
        work.troubles.append(
            Trouble(
                code="ACK-FORM",
                place=place,
                message=f"{reason}; nothing of it was applied",
                remedy="ask the partner for a corrected acknowledgment",
            )
        )


def _name(record: Acknowledgment) -> str:
    if isinstance(record, InterchangeAcknowledgment):
        return "TA1"
    kind = "999" if isinstance(record, ImplementationAcknowledgment) else "277CA"
    return f"{kind} {shown(record.transaction_control_number)}"
