"""What payers first answered to the claims that went to them, line by line; and the claims that are ready.

Lines are those of the first claim to the first payer alone: what a later payer does hangs on the earlier
ones, and a replacement on what became of the original. Of those there is what was owed and what came, by
claim. Nobody is named but claims by their number.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from ledger.adjudication.coordination import TO_BILL
from ledger.adjudication.facts import REVERSAL
from ledger.adjudication.work import DENIAL
from ledger.encounters.encounters import EncounterRow
from ledger.schema import (
    answer,
    batch,
    claim,
    claim_line,
    claim_payment,
    claim_version,
    claim_waiting,
    correction,
    encounter,
    entry,
    finding,
    line_adjustment,
    payment_line,
    posting,
    remittance,
    submission,
    work_item,
)
from ledger.storage.database import Ledger

REJECTED = "U"
LATER_PAYER, REPLACEMENT, VOID, PREDETERMINATION = "later payer", "replacement", "void", "predetermination"
OTHERS: Final = (LATER_PAYER, REPLACEMENT, VOID, PREDETERMINATION)
"""What is ready and no first claim to a first payer: a claim to a later one, one that replaces another or
takes it back, and one that only asks what would be paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredLine:
    """A line of a claim. Days are ISO text, `sent_on` "" not sent yet. `answered_on` "" not answered yet;
    `rejected` is the status of a 277CA, `denied` group and CARC of the line's denial, "" neither.
    `paid_cents` is what its first remittance paid, `patient_cents` what it left to the patient (CAS PR);
    `claim_paid_cents` and `claim_patient_cents` those of a claim whose line it does not name, None and 0
    where it names it. `diagnoses` have a space between, "" where they are purged."""

    submission_id: int
    claim: str
    payer: str
    sent_on: str
    number: int
    procedure: str
    modifiers: str
    place_of_service: str
    diagnoses: str
    charge_cents: int
    answered_on: str = ""
    rejected: str = ""
    denied: str = ""
    paid_cents: int = 0
    patient_cents: int = 0
    claim_paid_cents: int | None = None
    claim_patient_cents: int = 0


def answered_lines(ledger: Ledger, payer: str, since: str, until: str) -> list[AnsweredLine]:
    """The lines of the claims sent to a payer from a day to another (not included), by submission and line,
    with what was answered before `until`."""
    sent = _sent_to(payer, since, until)
    with ledger.read() as connection:
        lines = _lines(connection, sent)
        rejected = _rejections(connection, sent, until)
        paid = _payments(connection, sent, until)
        of_lines = _paid_lines(connection, sent, until)
        to_patients = _patients_parts(connection, sent, until)
        denied = _denials(connection, sent)
    return [_with_answer(line, rejected, paid, of_lines, to_patients, denied) for line in lines]


def ready_lines(ledger: Ledger) -> list[AnsweredLine]:
    """The lines of the claims that go to a first payer with the next run."""
    with ledger.read() as connection:
        return _lines(connection, submission.c.state == "ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherClaim:
    """A submission that is no first claim to a first payer: what it is, one of `OTHERS`. Days are ISO text:
    `sent_on` "" not sent yet, `answered_on` "" not answered yet; `submission_id` 0 not made yet. `owed_cents`
    is what the books had its payer owe of the claim when it was sent (now, where it was not); `brought_cents`
    what the payer paid of the claim from then to its answer, less what it took back."""

    submission_id: int
    what: str
    payer: str
    sent_on: str
    charge_cents: int
    owed_cents: int
    answered_on: str = ""
    brought_cents: int = 0


def ready_others(ledger: Ledger) -> list[OtherClaim]:
    """What goes with the next run and is no first claim to a first payer: what is ready, and what the run
    itself makes ready: claims of which those before left something to a later payer, and the replacements
    that a person decided on."""
    with ledger.read() as connection:
        ready = _others(connection, submission.c.state == "ready")
        return ready + _to_bill(connection) + _to_replace(connection)


def answered_others(ledger: Ledger, payer: str, since: str, until: str) -> list[OtherClaim]:
    """What of that went to a payer from a day to another (not included), with what came before `until`."""
    sent = _sent_to(payer, since, until)
    with ledger.read() as connection:
        others = _others(connection, sent)
        rejected = _rejections(connection, sent, until)
        paid = _payments(connection, sent, until)
        moved = _moved(connection, sent, until)
    found = []
    for one in others:
        known = paid if one.submission_id in paid else rejected
        on = known[one.submission_id][0] if one.submission_id in known else ""
        brought = sum(cents for day, cents in moved.get(one.submission_id, ()) if day <= on)
        found.append(replace(one, answered_on=on, brought_cents=brought))
    return found


def warned_by(ledger: Ledger, edit: str) -> set[int]:
    """The ready submissions of whose encounter an edit warns."""
    f = finding.c
    warns = exists().where(
        f.encounter_id == claim_version.c.encounter_id, f.edit_id == edit, f.severity == "warn"
    )
    query = (
        select(submission.c.id)
        .join(claim_version, claim_version.c.id == submission.c.version_id)
        .where(submission.c.state == "ready", warns)
    )
    with ledger.read() as connection:
        return set(connection.execute(query).scalars())


def held_by_alone(ledger: Ledger, edit: str) -> list[EncounterRow]:
    """The held encounters that nothing but one edit holds."""
    e, f = encounter.c, finding.c
    holds = select(f.id).where(f.encounter_id == e.id, f.severity == "hold")
    query = (
        select(e.id, e.practice, e.payload, e.state, e.doubt)
        .where(e.state == "held", e.doubt == "", e.payload != "")
        .where(holds.where(f.edit_id == edit).exists(), ~holds.where(f.edit_id != edit).exists())
        .order_by(e.id)
    )
    with ledger.read() as connection:
        return [EncounterRow(*row) for row in connection.execute(query)]


def warned_encounters(ledger: Ledger, edit: str) -> set[int]:
    """The clean encounters, whose claims the next run builds, of which an edit warns."""
    f = finding.c
    query = (
        select(encounter.c.id)
        .join(finding, f.encounter_id == encounter.c.id)
        .where(encounter.c.state == "clean", f.edit_id == edit, f.severity == "warn")
    )
    with ledger.read() as connection:
        return set(connection.execute(query).scalars())


def _sent_to(payer: str, since: str, until: str) -> ColumnElement[bool]:
    return and_(submission.c.payer == payer, batch.c.sent_on >= since, batch.c.sent_on < until)


def _others(connection: Connection, which: ColumnElement[bool]) -> list[OtherClaim]:
    s, v, p = submission.c, claim_version.c, posting.c
    what = case(
        (v.predetermination == 1, PREDETERMINATION), (s.frequency == "8", VOID),
        (s.frequency != "1", REPLACEMENT), else_=LATER_PAYER,
    )  # fmt: skip
    owed = (
        select(func.coalesce(func.sum(p.cents), 0))
        .join(entry, entry.c.id == p.entry_id)
        .where(p.claim_id == s.claim_id, p.account == "receivable_payer", p.payer == s.payer)
        .where(or_(batch.c.sent_on.is_(None), entry.c.business_on <= batch.c.sent_on))
        .correlate(submission, batch)
        .scalar_subquery()
    )
    query = (
        select(s.id, what, s.payer, batch.c.sent_on, v.charge_cents, owed)
        .join(claim_version, v.id == s.version_id)
        .outerjoin(batch, batch.c.id == s.batch_id)
        .where(or_(s.payer_order != "P", s.frequency != "1", v.predetermination == 1), which)
        .order_by(s.id)
    )
    return [
        OtherClaim(
            submission_id=row[0], what=row[1], payer=row[2], sent_on=row[3] or "", charge_cents=int(row[4]),
            owed_cents=int(row[5]),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _to_bill(connection: Connection) -> list[OtherClaim]:
    w = claim_waiting.c
    billed = exists().where(submission.c.claim_id == w.claim_id, submission.c.payer == w.payer)
    query = (
        select(w.payer, claim_version.c.charge_cents, w.cents)
        .join(claim, claim.c.id == w.claim_id)
        .join(claim_version, claim_version.c.id == claim.c.version_id)
        .where(w.state == TO_BILL, ~billed)
        .order_by(w.claim_id)
    )
    return [_not_made(LATER_PAYER, *row) for row in connection.execute(query).tuples()]


def _to_replace(connection: Connection) -> list[OtherClaim]:
    """They are charged as their claims stand: what the correction charges is told when it is built."""
    c, p = correction.c, posting.c
    owed = (
        select(func.coalesce(func.sum(p.cents), 0))
        .where(p.claim_id == c.claim_id, p.account == "receivable_payer", p.payer == c.payer)
        .correlate(correction)
        .scalar_subquery()
    )
    query = (
        select(c.payer, claim_version.c.charge_cents, owed)
        .join(encounter, encounter.c.id == c.encounter_id)
        .join(claim, claim.c.id == c.claim_id)
        .join(claim_version, claim_version.c.id == claim.c.version_id)
        .where(c.method == "replacement", encounter.c.state == "picked_up")
        .order_by(c.id)
    )
    return [_not_made(REPLACEMENT, *row) for row in connection.execute(query).tuples()]


def _not_made(what: str, payer: str, charge_cents: int, owed_cents: int) -> OtherClaim:
    return OtherClaim(
        submission_id=0,
        what=what,
        payer=payer,
        sent_on="",
        charge_cents=int(charge_cents),
        owed_cents=int(owed_cents),
    )


def _moved(connection: Connection, sent: ColumnElement[bool], until: str) -> dict[int, list[tuple[str, int]]]:
    """By submission, what its payer paid of its claim, or took back, on each day after it was sent."""
    any_of, p, on = submission.alias(), claim_payment.c, remittance.c.business_on
    query = (
        select(submission.c.id, on, func.sum(p.paid_cents))
        .join(batch, batch.c.id == submission.c.batch_id)
        .join(
            any_of,
            and_(
                any_of.c.claim_id == submission.c.claim_id,
                any_of.c.payer_order == submission.c.payer_order,
            ),
        )
        .join(claim_payment, p.submission_id == any_of.c.id)
        .join(remittance, remittance.c.id == p.remittance_id)
        .where(remittance.c.state == "posted", on > batch.c.sent_on, on < until, sent)
        .group_by(submission.c.id, on)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for submission_id, day, cents in connection.execute(query):
        found.setdefault(submission_id, []).append((day, int(cents)))
    return found


def _lines(connection: Connection, which: ColumnElement[bool]) -> list[AnsweredLine]:
    s, v, n = submission.c, claim_version.c, claim_line.c
    query = (
        select(
            s.id.label("submission_id"),
            claim.c.patient_control_number.label("claim"),
            s.payer,
            batch.c.sent_on,
            n.number,
            func.coalesce(func.nullif(n.procedure, ""), n.revenue_code).label("procedure"),
            n.modifiers,
            n.place_of_service,
            v.diagnoses,
            n.charge_cents,
        )
        .join(claim, claim.c.id == s.claim_id)
        .join(claim_version, v.id == s.version_id)
        .join(claim_line, n.version_id == v.id)
        .outerjoin(batch, batch.c.id == s.batch_id)
        .where(s.payer_order == "P", s.frequency == "1", v.predetermination == 0)
        .where(n.restricted == 0, n.patients == 0, which)
        .order_by(s.id, n.number)
    )
    return [AnsweredLine(**row._mapping) for row in connection.execute(query)]


def _rejections(connection: Connection, sent: ColumnElement[bool], until: str) -> dict[int, tuple[str, str]]:
    """By submission, the day and status of its first rejection in a 277CA."""
    query = (
        select(answer.c.submission_id, answer.c.business_on, answer.c.codes)
        .join(submission, submission.c.id == answer.c.submission_id)
        .join(batch, batch.c.id == submission.c.batch_id)
        .where(answer.c.kind == "277CA", answer.c.status == REJECTED, answer.c.business_on < until, sent)
        .order_by(answer.c.id.desc())
    )
    return {row[0]: (row[1], row[2].partition(" ")[0]) for row in connection.execute(query)}


def _first_payments(sent: ColumnElement[bool], until: str) -> Any:
    """The first payment of each submission that a remittance brought, as a subquery of ids."""
    p = claim_payment.c
    return (
        select(func.min(p.id))
        .join(submission, submission.c.id == p.submission_id)
        .join(batch, batch.c.id == submission.c.batch_id)
        .join(remittance, remittance.c.id == p.remittance_id)
        .where(p.status != REVERSAL, p.charge_cents >= 0)
        .where(remittance.c.state == "posted", remittance.c.business_on < until, sent)
        .group_by(p.submission_id)
    )


Paid = dict[int, tuple[str, int]]


def _payments(connection: Connection, sent: ColumnElement[bool], until: str) -> Paid:
    """By submission, the day of its first payment and its cents."""
    p = claim_payment.c
    query = (
        select(p.submission_id, remittance.c.business_on, p.paid_cents)
        .join(remittance, remittance.c.id == p.remittance_id)
        .where(p.id.in_(_first_payments(sent, until)))
    )
    return {row[0]: (row[1], int(row[2])) for row in connection.execute(query)}


def _paid_lines(connection: Connection, sent: ColumnElement[bool], until: str) -> dict[int, dict[int, int]]:
    """By submission and line, the cents of its first payment."""
    p, n = claim_payment.c, payment_line.c
    query = (
        select(p.submission_id, n.line, n.paid_cents)
        .join(payment_line, n.claim_payment_id == p.id)
        .where(p.id.in_(_first_payments(sent, until)))
    )
    found: dict[int, dict[int, int]] = {}
    for submission_id, line, cents in connection.execute(query):
        of = found.setdefault(submission_id, {})
        of[line] = of.get(line, 0) + int(cents)
    return found


def _patients_parts(
    connection: Connection, sent: ColumnElement[bool], until: str
) -> dict[tuple[int, int], int]:
    """By submission and line (0 all of it), the cents that its first payment leaves to the patient."""
    p, n, a = claim_payment.c, payment_line.c, line_adjustment.c
    line = func.coalesce(n.line, 0)
    query = (
        select(p.submission_id, line, func.sum(a.cents))
        .join(line_adjustment, a.claim_payment_id == p.id)
        .outerjoin(payment_line, and_(n.claim_payment_id == p.id, n.position == a.position))
        .where(a.group == "PR", p.id.in_(_first_payments(sent, until)))
        .group_by(p.submission_id, line)
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


def _denials(connection: Connection, sent: ColumnElement[bool]) -> dict[tuple[int, int], str]:
    """By submission and line (0 all of it), group and CARC of its first denial."""
    w = work_item.c
    query = (
        select(w.submission_id, w.line, w.group, w.carc)
        .join(submission, submission.c.id == w.submission_id)
        .join(batch, batch.c.id == submission.c.batch_id)
        .where(w.kind == DENIAL, sent)
        .order_by(w.id.desc())
    )
    return {(row[0], row[1]): f"{row[2]}-{row[3]}" for row in connection.execute(query)}


def _with_answer(
    line: AnsweredLine,
    rejected: dict[int, tuple[str, str]],
    paid: Paid,
    of_lines: dict[int, dict[int, int]],
    to_patients: dict[tuple[int, int], int],
    denied: dict[tuple[int, int], str],
) -> AnsweredLine:
    """A line with what was said of it: a payment before a rejection, which a resend may have brought."""
    one = line.submission_id
    if one in paid:
        on, cents = paid[one]
        return replace(
            line,
            answered_on=on,
            denied=denied.get((one, line.number), denied.get((one, 0), "")),
            paid_cents=of_lines.get(one, {}).get(line.number, 0),
            patient_cents=to_patients.get((one, line.number), 0),
            claim_paid_cents=None if line.number in of_lines.get(one, {}) else cents,
            claim_patient_cents=to_patients.get((one, 0), 0),
        )
    if one in rejected:
        return replace(line, answered_on=rejected[one][0], rejected=rejected[one][1])
    return line
