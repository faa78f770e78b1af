"""A person's statement that claims were sent before, so that a restored ledger does not send them again.

The ledger forgot a file, not the partner: it gets its batch again, with its number and bytes, `sent`, so
that acknowledgments and payments find what they are about. A claim is found by its patient control number,
or, where it was built anew after the restore, by what it bills; then it takes the number that it is out
under. A partner's list has no bytes of ours: its batch holds the list, and can never be sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from config.counted import counted
from ledger.books import charges
from ledger.schema import batch, batch_event, claim, claim_line, claim_version, control_number, submission
from ledger.sending import batches, submissions
from ledger.storage import documents
from ledger.storage.database import Ledger, bounded
from ledger.trail import audit

OUT = "counted as out"  # the event of such a batch


@dataclass(frozen=True, slots=True)
class ClaimOut:
    """A claim as the partner has it. `charge` in cents; empty but for the number where only that is known."""

    patient_control_number: str
    billing_npi: str = ""
    member_id: str = ""
    charge: int = 0
    lines: tuple[tuple[str, str], ...] = ()  # procedure, first day (ISO)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOut:
    """A file that went out, or a partner's list. `isa13` 0: not known, one that never goes out is taken."""

    clearinghouse: str
    receiver: str
    name: str
    data: bytes
    claims: Sequence[ClaimOut]
    isa13: int = 0
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of one file. `sent` is True where its own batch was found unsent and is sent now; `not_found`
    counts its claims that no ready claim is like."""

    name: str
    claims: int = 0
    charge: int = 0
    sent: bool = False
    not_found: int = 0


class _Undo(Exception):
    pass


def count(ledger: Ledger, business_on: str, file: FileOut, why: str, *, really: bool) -> Counted:
    """Counts a file's claims as out, in one transaction; without `really` all is taken back."""
    done = Counted(file.name)
    try:
        with ledger.write() as connection:
            done = _count(connection, business_on, file, why)
            if not really:
                raise _Undo
    except _Undo:
        pass
    return done


def _count(connection: Connection, business_on: str, file: FileOut, why: str) -> Counted:
    row = connection.execute(
        select(batch.c.id, batch.c.state, batch.c.sha256).where(
            batch.c.clearinghouse == file.clearinghouse, batch.c.name == file.name
        )
    ).one_or_none()
    document = documents.Document(documents.PARTNER_LIST if file.listed else "claim_file", file.data)
    if row is not None and row.state in batches.UNSENT:
        return _was_sent(connection, business_on, file, row.id, row.sha256 == document.sha256, why)
    if row is not None and not _counted_before(connection, row.id):
        return Counted(file.name)  # sent by this ledger: it knows all of it
    found = _match(connection, file)
    if not found:
        return Counted(file.name, not_found=0 if row is not None else len(file.claims))
    charge = charges.total(connection, [i for i, _ in found])
    batch_id = (
        row.id if row is not None else _batch(connection, business_on, file, document, len(found), charge)
    )
    if row is not None:
        connection.execute(
            update(batch)
            .where(batch.c.id == row.id)
            .values(claims=batch.c.claims + len(found), charge_cents=batch.c.charge_cents + charge)
        )
    for submission_id, number in found:
        submissions.move(
            connection,
            business_on,
            "sent",
            OUT,
            submission.c.id == submission_id,
            submission.c.state == "ready",
            batch_id=batch_id,
        )
        of_it = select(submission.c.claim_id).where(submission.c.id == submission_id).scalar_subquery()
        connection.execute(update(claim).where(claim.c.id == of_it).values(patient_control_number=number))
    charges.post(connection, business_on, batch_id)
    batches.add_event(connection, batch_id, business_on, OUT, f"{counted(len(found), 'claim')}; {why}")
    return Counted(file.name, len(found), charge, not_found=len(file.claims) - len(found))


def _was_sent(
    connection: Connection, business_on: str, file: FileOut, batch_id: int, same: bool, why: str
) -> Counted:
    """The batch itself was written before the backup and sent after it."""
    if not same:
        return Counted(file.name, not_found=len(file.claims))
    connection.execute(
        update(batch).where(batch.c.id == batch_id).values(state="sent", hold="", sent_on=business_on)
    )
    moved = batches.claims_are_sent(connection, business_on, batch_id)
    batches.add_event(connection, batch_id, business_on, "sent", f"counted as out; {why}")
    charge = connection.execute(select(batch.c.charge_cents).where(batch.c.id == batch_id)).scalar_one()
    return Counted(file.name, moved, charge, sent=True)


def _counted_before(connection: Connection, batch_id: int) -> bool:
    query = select(batch_event.c.id).where(batch_event.c.batch_id == batch_id, batch_event.c.event == OUT)
    return connection.execute(query.limit(1)).first() is not None


def _match(connection: Connection, file: FileOut) -> list[tuple[int, str]]:
    """The ready submissions of these claims, each once, with the number that the claim is out under."""
    numbered: dict[str, int] = {}
    taken: set[str] = set()
    for piece in bounded([c.patient_control_number for c in file.claims]):
        rows = connection.execute(
            select(claim.c.patient_control_number, submission.c.id, submission.c.state)
            .join(submission, submission.c.claim_id == claim.c.id)
            .where(claim.c.patient_control_number.in_(piece))
        )
        for row in rows:
            taken.add(row.patient_control_number)
            if row.state == "ready":
                numbered[row.patient_control_number] = row.id
    found = [
        (numbered[c.patient_control_number], c.patient_control_number)
        for c in file.claims
        if c.patient_control_number in numbered
    ]
    used = {i for i, _ in found}
    for one in file.claims:
        if one.patient_control_number in taken or not one.lines:
            continue
        alike = [i for i in _alike(connection, one) if i not in used]
        if len(alike) == 1:
            used.add(alike[0])
            found.append((alike[0], one.patient_control_number))
    return found


def _alike(connection: Connection, one: ClaimOut) -> list[int]:
    """Ready submissions of claims that bill the same: provider, member, charge, procedures and days."""
    rows = connection.execute(
        select(submission.c.id, submission.c.version_id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .where(
            submission.c.state == "ready",
            claim_version.c.member_id == one.member_id,
            claim_version.c.billing_npi == one.billing_npi,
            claim_version.c.charge_cents == one.charge,
        )
    ).all()
    wanted = sorted(one.lines)
    return [row.id for row in rows if _lines(connection, row.version_id) == wanted]


def _lines(connection: Connection, version_id: int) -> list[tuple[str, str]]:
    query = select(claim_line.c.procedure, claim_line.c.service_from_on).where(
        claim_line.c.version_id == version_id, claim_line.c.restricted == 0
    )
    return sorted((row.procedure, row.service_from_on) for row in connection.execute(query))


def _batch(
    connection: Connection,
    business_on: str,
    file: FileOut,
    document: documents.Document,
    claims: int,
    charge: int,
) -> int:
    documents.store(connection, business_on, [document])
    made = connection.execute(
        batch.insert()
        .values(
            clearinghouse=file.clearinghouse,
            receiver=file.receiver,
            payer="",
            isa13=file.isa13 or _unused_number(connection, file.receiver),
            name=file.name,
            sha256=document.sha256,
            claims=claims,
            charge_cents=charge,
            state="accepted" if file.listed else "sent",
            sent_on=business_on,
            business_on=business_on,
        )
        .returning(batch.c.id)
    ).scalar_one()
    return int(made)


def _unused_number(connection: Connection, receiver: str) -> int:
    number = connection.execute(
        update(control_number)
        .where(control_number.c.receiver == receiver)
        .values(last=control_number.c.last + 1)
        .returning(control_number.c.last)
    ).scalar()
    if number is None:
        connection.execute(control_number.insert().values(receiver=receiver, last=1))
        return 1
    return int(number)


def record(ledger: Ledger, business_on: str, found: Sequence[Counted], why: str) -> None:
    """The statement itself, in the trail, whatever came of it."""
    claims = sum(one.claims for one in found)
    said = f"{counted(claims, 'claim')} of {counted(len(found), 'file')}; {why}"
    audit.record(ledger, business_on, OUT, "claims", said)
