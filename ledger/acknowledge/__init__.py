"""TA1, 999 and 277CA move batches and claims. A rejection is before adjudication, never a denial.
A 277 that answers an inquiry says what became of a claim, one that asks for documents what the payer wants;
neither moves a claim.

* TA1 025 (duplicate) reopens nothing: the partner has that interchange already and the first
  one's answer is awaited. Envelope and partner faults stop the partner until a person releases it.
* A batch that was sent again may be answered twice, in any order: both are taken, and what the second
  says of the first, a duplicate, reopens nothing.
* A rejected interchange goes again by itself under a new number; a rejected claim waits for a
  person, since only a change corrects it.
* 277CA: U at 2200B rejects the whole file, at 2200C every claim of that billing provider.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select, func, select

from config.problem import Problem
from edi.records import (
    ClaimAcknowledgment,
    ClaimStatusAnswer,
    Eligibility,
    ImplementationAcknowledgment,
    InformationRequest,
    InterchangeAcknowledgment,
)
from ledger.acknowledge.border import fault
from ledger.acknowledge.claims import take_claims
from ledger.acknowledge.coverages import take_coverage
from ledger.acknowledge.implementation import take_implementation
from ledger.acknowledge.interchange import take_interchange
from ledger.acknowledge.requests import take_request
from ledger.acknowledge.statuses import in_order, take_status
from ledger.acknowledge.work import Taken, Work
from ledger.books import charges
from ledger.border import number_fault, of_content, shown
from ledger.schema import answer, batch
from ledger.sending import responses
from ledger.storage.database import Ledger, insert_many
from ledger.storage.stated import stated

__all__ = ["Acknowledgment", "Taken", "take"]

Acknowledgment = (
    InterchangeAcknowledgment
    | ImplementationAcknowledgment
    | ClaimAcknowledgment
    | ClaimStatusAnswer
    | InformationRequest
    | Eligibility
)

NO_PAYERS: Final[Mapping[str, str]] = MappingProxyType({})


def take(
    ledger: Ledger,
    business_on: str,
    response_id: int,
    acknowledgments: Iterable[Acknowledgment],
    left: Sequence[Problem] = (),
    payers: Mapping[str, str] = NO_PAYERS,
) -> Taken:
    """Applies everything that a file says, in one transaction with its done-mark.

    A file that was taken before changes nothing. What answers no batch of ours, or cannot be applied,
    puts the file into quarantine with the reason; the rest of it is applied. `left` are the reasons
    that are known already: what of the file was not handed on. `payers`: the keys of payers by the ids that
    their requests give.
    """
    records = list(acknowledgments)
    with ledger.write() as connection:
        row = responses.row_of(connection, response_id)
        work = Work(connection, response_id, row.clearinghouse, business_on)
        if not responses.finish(connection, response_id):
            return work.taken
        work.troubles += left
        for record in in_order(_not_applied(work, records)):
            _one(ledger, work, record, payers)
        if work.claims:
            charges.bring_up_to_date(connection, business_on, work.claims, f"status:{response_id}")
        if work.troubles:
            responses.quarantine(connection, row, work.troubles, business_on)
        return work.taken


def _not_applied(work: Work, records: Sequence[Acknowledgment]) -> Iterator[Acknowledgment]:
    """What an earlier taking of this file did not apply: one quarantined for a part may be taken again."""
    if not records:  # as of a file of remittances alone
        return
    before = {(row[0], row[1]): row[2] for row in work.connection.execute(*_applied(work.response_id))}
    there = Counter(map(_answers, records)) if before else Counter()
    for record in records:
        applied = before.get(_answers(record), 0)
        if not applied:
            yield record
        elif applied < there[_answers(record)]:
            work.troubles.append(
                Problem(
                    code="ACK-SOME",
                    place=f"interchange {shown(record.interchange_control_number)}, {_name(record)}",
                    message="another answer of this file for the same batch was applied before; this one may "
                    "have been too, and is not applied twice",
                    remedy="ask the partner for it in a file of its own",
                )
            )


@stated
def _applied(response_id: Any) -> Select[tuple[str, int, int]]:
    return (
        select(answer.c.kind, batch.c.isa13, func.count())
        .join(batch, batch.c.id == answer.c.batch_id)
        .where(answer.c.response_id == response_id, answer.c.submission_id.is_(None))
        .group_by(answer.c.kind, batch.c.isa13)
    )


def _answers(record: Acknowledgment) -> tuple[str, int]:
    """What kind of answer it is, and the number of the batch that it names; 0 none that can be."""
    if isinstance(record, InterchangeAcknowledgment):
        kind, number = "TA1", record.control_number
    elif isinstance(record, ImplementationAcknowledgment):
        kind, number = "999", record.group_control_number
    elif isinstance(record, ClaimStatusAnswer | InformationRequest):
        return "277", 0  # of no batch; the same answer again is known by what it says
    elif isinstance(record, Eligibility):
        return "271", 0  # of no batch; the same answer again is known by what it says
    else:
        kind, number = "277CA", record.batch_reference
    return kind, 0 if number_fault(number) else int(number)


def _one(ledger: Ledger, work: Work, record: Acknowledgment, payers: Mapping[str, str]) -> None:
    """Applies one acknowledgment, or quarantines it alone."""
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
                elif isinstance(record, ClaimStatusAnswer):
                    take_status(work, record)
                elif isinstance(record, InformationRequest):
                    take_request(work, record, payers)
                elif isinstance(record, Eligibility):
                    take_coverage(work, record)
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
            Problem(
                code="ACK-FORM",
                place=place,
                message=f"{reason}; nothing of it was applied",
                remedy="ask the partner for a corrected acknowledgment",
            )
        )


def _name(record: Acknowledgment) -> str:
    if isinstance(record, InterchangeAcknowledgment):
        return "TA1"
    if isinstance(record, Eligibility):
        return f"271 {shown(record.transaction_control_number)}"
    if isinstance(record, ClaimStatusAnswer | InformationRequest):
        kind = "277"
    else:
        kind = "999" if isinstance(record, ImplementationAcknowledgment) else "277CA"
    return f"{kind} {shown(record.transaction_control_number)}"
