"""TA1, 999 and 277CA move batches and claims. A rejection is before adjudication, never a denial.

* TA1 025 (duplicate) reopens nothing: the partner holds that interchange already and the first
  one's answer is awaited. Envelope and partner faults stop the partner until a person releases it.
* A rejected interchange goes again by itself under a new number; a rejected claim waits for a
  person, since only a change mends it.
* 277CA: U at 2200B rejects the whole file, at 2200C every claim of that billing provider.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, func, select, update

from edi.records import ClaimAcknowledgment, ImplementationAcknowledgment, InterchangeAcknowledgment, Status
from ledger import alerts, batches, claims, responses
from ledger.database import Ledger, Row, bounded, insert_many
from ledger.inbox import Trouble
from ledger.schema import answer, batch, claim, response, submission

PARTNER_FAULTS = {f"{n:03d}" for n in (*range(5, 14), 20)}
DUPLICATE = "025"
REFUSED = ("R", "M", "W", "X")
AT_PARTNER = ("committing", "sent", "acknowledged", "accepted", "part_accepted", "rejected")

Acknowledgment = InterchangeAcknowledgment | ImplementationAcknowledgment | ClaimAcknowledgment


@dataclass(slots=True)
class Taken:
    """What a file of acknowledgments did."""

    batches: int = 0
    accepted: int = 0
    rejected: int = 0
    again: int = 0
    unknown: int = 0


@dataclass(slots=True)
class _Work:
    connection: Connection
    response_id: int
    clearinghouse: str
    night: str
    taken: Taken = field(default_factory=Taken)
    answers: list[Row] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def note(
        self,
        kind: str,
        status: str,
        codes: str,
        batch_id: int | None,
        submission_id: int | None = None,
        place: str = "",
    ) -> None:
        self.answers.append(
            {
                "response_id": self.response_id,
                "batch_id": batch_id,
                "submission_id": submission_id,
                "kind": kind,
                "status": status,
                "codes": codes,
                "place": place,
                "night": self.night,
            }
        )

    def unknown(self, kind: str, number: str) -> None:
        self.taken.unknown += 1
        self.troubles.append(
            Trouble(
                code="ACK-UNKNOWN",
                place=f"{kind} for control number {number}",
                message="it answers a file that was never sent from here",
                remedy="ask the partner whose file it is; nothing was changed",
            )
        )


def take(ledger: Ledger, night: str, response_id: int, acknowledgments: Iterable[Acknowledgment]) -> Taken:
    """Applies everything that a file says, in one transaction with its done-mark.

    A file that was taken before changes nothing. What answers no batch of ours puts the file into
    quarantine with the reason; the rest of it is applied.
    """
    records = list(acknowledgments)
    row, _ = responses.get(ledger, response_id)
    with ledger.write() as connection:
        work = _Work(connection, response_id, row.clearinghouse, night)
        if not responses.finish(connection, response_id):
            return work.taken
        for record in records:
            if isinstance(record, InterchangeAcknowledgment):
                _interchange(work, record)
            elif isinstance(record, ImplementationAcknowledgment):
                _implementation(work, record)
            else:
                _claims(work, record)
        insert_many(connection, answer, work.answers)
        if work.troubles:
            connection.execute(
                update(response).where(response.c.id == response_id).values(state="quarantined")
            )
            responses.add_troubles(connection, response_id, row.name, work.troubles, night)
        return work.taken


def _find(work: _Work, number: str) -> Row | None:
    """The batch of an interchange number (ISA13, GS06 and BHT03 are the same with us)."""
    if not number.strip().isdigit():
        return None
    row = work.connection.execute(
        select(batch.c.id, batch.c.state, batch.c.isa13).where(
            batch.c.clearinghouse == work.clearinghouse,
            batch.c.isa13 == int(number),
            batch.c.state.in_(AT_PARTNER),
        )
    ).one_or_none()
    return None if row is None else dict(row._mapping)


def _move(work: _Work, found: Row, becomes: str, event: str, detail: str) -> None:
    """An answer proves that the file arrived: also one whose rename was left in doubt is sent."""
    if found["state"] == "committing":
        work.connection.execute(
            update(batch)
            .where(batch.c.id == found["id"], batch.c.state == "committing")
            .values(state="sent", hold="", sent_night=work.night)
        )
        work.connection.execute(
            update(submission)
            .where(submission.c.batch_id == found["id"], submission.c.state == "batched")
            .values(state="sent")
        )
        batches.add_event(work.connection, found["id"], work.night, "sent", "shown by the partner's answer")
        found["state"] = "sent"
    if becomes != found["state"]:
        work.connection.execute(
            update(batch)
            .where(batch.c.id == found["id"], batch.c.state == found["state"])
            .values(state=becomes)
        )
        found["state"] = becomes
    batches.add_event(work.connection, found["id"], work.night, event, detail)
    work.taken.batches += 1


def _interchange(work: _Work, ack: InterchangeAcknowledgment) -> None:
    found = _find(work, ack.control_number)
    if found is None:
        work.unknown("TA1", ack.control_number)
        return
    work.note("TA1", ack.status, ack.note, found["id"])
    if ack.status in ("A", "E"):
        _move(work, found, _later(found["state"], "acknowledged"), "TA1", f"{ack.status} {ack.note}")
    elif ack.note == DUPLICATE:
        _move(
            work,
            found,
            _later(found["state"], "sent"),
            "TA1",
            "R 025, duplicate: the first one's answer is awaited",
        )
        alerts.add(
            work.connection,
            f"duplicate:{found['id']}:{work.response_id}",
            work.night,
            "ACK-025",
            f"batch {found['id']}: the partner says it holds interchange {found['isa13']} already",
            "nothing is reopened; wait for the 999 or 277CA of the first one, or ask the partner",
        )
    elif found["state"] not in ("committing", "sent") or _decided(work, found["id"]):
        # it has claims of ours in hand: to send them again would be twice
        batches.add_event(
            work.connection, found["id"], work.night, "TA1", f"R {ack.note}, after other answers: ignored"
        )
        if found["state"] != "rejected":
            _contradicts(work, found, "TA1", f"refuses interchange {found['isa13']} (note {ack.note})")
    else:
        _move(work, found, "rejected", "TA1", f"R {ack.note}")
        ids = _live(work, found["id"])
        _reject(work, ids)
        if ack.note in PARTNER_FAULTS:
            batches.stop_partner(work.connection, work.clearinghouse, work.night, f"TA1 {ack.note}")
            alerts.add(
                work.connection,
                f"stopped:{work.clearinghouse}:{work.response_id}",
                work.night,
                "ACK-STOP",
                f"{work.clearinghouse} refused interchange {found['isa13']} (note {ack.note}); sending stops",
                f"mend the partner's file, then `cleanclaim batches release {work.clearinghouse} --why ...`",
            )
        work.taken.again += claims.submit_again(work.connection, ids, work.night)


def _later(state: str, wanted: str) -> str:
    """States only go forward: a late TA1 does not take an accepted batch back."""
    order = ("committing", "sent", "acknowledged")
    if state not in order:
        return state
    return wanted if order.index(wanted) > order.index(state) else state


def _implementation(work: _Work, ack: ImplementationAcknowledgment) -> None:
    found = _find(work, ack.group_control_number)
    if found is None:
        work.unknown("999", ack.group_control_number)
        return
    refused = [t for t in ack.transactions if t.status in REFUSED]
    sets = max(ack.included, len(ack.transactions))
    whole = ack.status in REFUSED or (bool(refused) and len(refused) == sets)
    codes = " ".join(
        dict.fromkeys(
            f"{f.segment}:{f.code or e[1]}"
            for t in refused
            for f in t.faults
            for e in (f.elements or (("", "", ""),))
        )
    )
    work.note("999", ack.status, codes[:400], found["id"])
    if not whole:
        _move(work, found, _later(found["state"], "acknowledged"), "999", ack.status)
        if refused:  # we write one transaction set a batch: which claims these are, only the partner knows
            _contradicts(
                work, found, "999", f"refuses {len(refused)} of {sets} transaction sets, we sent one"
            )
        return
    # one transaction set a batch: a refused set is the whole batch; its claims wait for a person
    ids = _live(work, found["id"])
    if _decided(work, found["id"]):
        _move(work, found, found["state"], "999", f"{ack.status}, after other answers")
        _contradicts(work, found, "999", "refuses a file of which other claims are accepted")
    else:
        _move(work, found, "rejected", "999", f"{ack.status} {codes[:200]}".strip())
    for submission_id in ids:
        work.note("999", "R", codes[:400], found["id"], submission_id)
    _reject(work, ids)


def _live(work: _Work, batch_id: int) -> list[int]:
    """Its claims of which the partner has said nothing yet."""
    query = select(submission.c.id).where(
        submission.c.batch_id == batch_id, submission.c.state.in_(("batched", "sent"))
    )
    return list(work.connection.execute(query).scalars())


def _decided(work: _Work, batch_id: int) -> bool:
    """Whether the partner has one of its claims in hand: accepted, paid, denied ..."""
    query = select(submission.c.id).where(
        submission.c.batch_id == batch_id, submission.c.state.not_in(("batched", "sent", "rejected"))
    )
    return work.connection.execute(query.limit(1)).first() is not None


def _contradicts(work: _Work, found: Row, kind: str, what: str) -> None:
    alerts.add(
        work.connection,
        f"contradicts:{found['id']}:{kind}",
        work.night,
        "ACK-CONTRADICTS",
        f"batch {found['id']}: the partner's {kind} {what}",
        "ask the partner what it holds; no claim was reopened",
    )


def _reject(work: _Work, ids: Sequence[int]) -> None:
    for piece in bounded(list(ids)):
        work.connection.execute(
            update(submission)
            .where(submission.c.id.in_(piece))
            .values(state="rejected", acknowledged=work.night)
        )
    work.taken.rejected += len(ids)


def _codes(statuses: Iterable[Status]) -> str:
    return " ".join(f"{s.category}:{s.code}" + (f":{s.entity}" if s.entity else "") for s in statuses)


def _claims(work: _Work, ack: ClaimAcknowledgment) -> None:
    found = _find(work, ack.batch_reference)
    if found is None:
        work.unknown("277CA", ack.batch_reference)
        return
    work.note("277CA", "U" if _refuses(ack.statuses) else "WQ", _codes(ack.statuses), found["id"])
    ours = {
        row.patient_control_number: row
        for row in work.connection.execute(
            select(claim.c.patient_control_number, claim.c.billing_npi, submission.c.id, submission.c.state)
            .join(claim, claim.c.id == submission.c.claim_id)
            .where(submission.c.batch_id == found["id"])
        )
    }
    rejected: dict[int, str] = {}
    accepted: dict[int, str] = {}
    listed = 0
    for provider in ack.providers:
        for status in provider.claims:
            row = ours.get(status.patient_control_number)
            if row is None:
                work.troubles.append(
                    Trouble(
                        code="ACK-CLAIM",
                        place=f"277CA for batch {found['id']}",
                        message="it names a claim that this batch does not hold",
                        remedy="ask the partner whose claim it is",
                    )
                )
                work.taken.unknown += 1
                continue
            listed += 1
            said = [*status.statuses, *(s for _, line in status.lines for s in line)]
            if status.rejected:
                rejected[row.id] = _codes(said)
            else:
                accepted[row.id] = status.payer_claim_control_number
            work.note("277CA", "U" if status.rejected else "WQ", _codes(said), found["id"], row.id, "2200D")
            if any(s.rejects and s.action == "WQ" for s in said):
                alerts.add(
                    work.connection,
                    f"conflict:{row.id}:{work.response_id}",
                    work.night,
                    "ACK-CONFLICT",
                    f"submission {row.id}: its category rejects, its action accepts; taken as rejected",
                    "ask the partner which holds",
                )
        if _refuses(provider.statuses):
            for row in ours.values():
                if row.billing_npi == provider.provider.npi and row.id not in rejected:
                    rejected[row.id] = _codes(provider.statuses)
                    accepted.pop(row.id, None)
                    work.note("277CA", "U", _codes(provider.statuses), found["id"], row.id, "2200C")
    if _refuses(ack.statuses):
        for row in ours.values():
            if row.id not in rejected:
                rejected[row.id] = _codes(ack.statuses)
                accepted.pop(row.id, None)
                work.note("277CA", "U", _codes(ack.statuses), found["id"], row.id, "2200B")
    _settle(work, found, {r.id: r.state for r in ours.values()}, rejected, accepted)


def _refuses(statuses: Iterable[Status]) -> bool:
    return any(s.rejects for s in statuses)


def _settle(
    work: _Work, found: Row, states: dict[int, str], rejected: dict[int, str], accepted: dict[int, str]
) -> None:
    gone = [i for i in rejected if states[i] in ("batched", "sent", "accepted", "pended")]
    kept = [i for i in accepted if states[i] in ("batched", "sent", "accepted")]
    _reject(work, gone)
    if kept:
        for piece in bounded(kept):
            work.connection.execute(
                update(submission)
                .where(submission.c.id.in_(piece), submission.c.state.in_(("batched", "sent", "accepted")))
                .values(state="accepted", acknowledged=work.night)
            )
        with_number = [{"row": i, "its_number": accepted[i]} for i in kept if accepted[i]]
        if with_number:
            work.connection.execute(
                update(submission)
                .where(submission.c.id == bindparam("row"))
                .values(payer_claim_control_number=bindparam("its_number")),
                with_number,
            )
    work.taken.accepted += len(kept)
    left: dict[str, int] = dict(
        work.connection.execute(
            select(submission.c.state, func.count())
            .where(submission.c.batch_id == found["id"])
            .group_by(submission.c.state)
        ).all()
    )
    refused = left.get("rejected", 0) + left.get("replaced", 0)
    open_ = left.get("sent", 0) + left.get("batched", 0)
    if open_:
        becomes = _later(found["state"], "acknowledged")
    elif refused and refused == sum(left.values()):
        becomes = "rejected"
    else:
        becomes = "part_accepted" if refused else "accepted"
    _move(work, found, becomes, "277CA", f"{len(kept)} accepted, {len(gone)} rejected, {open_} not named")
