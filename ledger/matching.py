"""Which claim, submission and line a payment speaks of.

Claims: the patient control number (CLP01) where the charge or the member agrees; then the payer's
own number (CLP07) at that payer; then member, first day of service and charge, where just one fits.
Lines: the line control number (REF 6R); then procedure with modifiers and charge; then procedure
with charge; then procedure alone: payers drop modifiers and change charges.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from ledger.database import bounded
from ledger.schema import claim, claim_line, submission


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A service line as the payer names it. `modifiers` with a space between; cents."""

    control_number: str
    procedure: str
    modifiers: str
    charge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a claim payment says about whose it is."""

    patient_control_number: str
    payer_claim_control_number: str
    charge: int
    member_id: str = ""
    service_from: str = ""
    lines: Sequence[PaidLine] = ()


@dataclass(slots=True)
class Match:
    """The claim found, its submission to this payer (None: it was never billed there: a crossover),
    how it was found, and for each paid line (from 1) the claim's line number."""

    claim_id: int
    submission_id: int | None
    by: str
    lines: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Claim:
    id: int
    number: str
    charge: int
    member_id: str
    service_from: str


def match(connection: Connection, payer: str, payments: Sequence[Named]) -> list[Match | None]:
    """The match of each payment, None where none is certain. A few look-ups a chunk, none a claim."""
    by_number = _by(connection, claim.c.patient_control_number, [p.patient_control_number for p in payments])
    found: list[Match | None] = [None] * len(payments)
    for i, p in enumerate(payments):
        for c in by_number.get(p.patient_control_number, ()):
            if c.charge == abs(p.charge) or (p.member_id and c.member_id == p.member_id):
                found[i] = Match(c.id, None, "CLP01")
    _by_payer_number(connection, payer, payments, found)
    left = [i for i, m in enumerate(found) if m is None and payments[i].member_id]
    by_member = _by(connection, claim.c.member_id, [payments[i].member_id for i in left])
    for i in left:
        p = payments[i]
        fits = [
            c
            for c in by_member.get(p.member_id, ())
            if c.charge == abs(p.charge) and p.service_from and c.service_from == p.service_from
        ]
        if len(fits) == 1:
            found[i] = Match(fits[0].id, None, "member, date and charge")
    _submissions(connection, payer, payments, found)
    _lines(connection, payments, found)
    return found


def _by(connection: Connection, column: object, values: Sequence[str]) -> dict[str, list[_Claim]]:
    wanted = list(dict.fromkeys(v for v in values if v and v != "0"))
    found: dict[str, list[_Claim]] = {}
    for piece in bounded(wanted):
        rows = connection.execute(
            select(
                claim.c.id,
                claim.c.patient_control_number,
                claim.c.charge,
                claim.c.member_id,
                claim.c.service_from,
                column.label("wanted"),  # type: ignore[attr-defined]
            ).where(column.in_(piece))  # type: ignore[attr-defined]
        )
        for row in rows:
            found.setdefault(row.wanted, []).append(_Claim(*row[:5]))
    return found


def _by_payer_number(
    connection: Connection, payer: str, payments: Sequence[Named], found: list[Match | None]
) -> None:
    left = [i for i, m in enumerate(found) if m is None and payments[i].payer_claim_control_number]
    numbers: dict[str, tuple[int, int]] = {}
    for piece in bounded([payments[i].payer_claim_control_number for i in left]):
        rows = connection.execute(
            select(submission.c.payer_claim_control_number, submission.c.claim_id, claim.c.charge)
            .join(claim, claim.c.id == submission.c.claim_id)
            .where(submission.c.payer == payer, submission.c.payer_claim_control_number.in_(piece))
        )
        numbers.update((r.payer_claim_control_number, (r.claim_id, r.charge)) for r in rows)
    for i in left:
        hit = numbers.get(payments[i].payer_claim_control_number)
        if hit is not None:
            found[i] = Match(hit[0], None, "CLP07")


def _submissions(
    connection: Connection, payer: str, payments: Sequence[Named], found: list[Match | None]
) -> None:
    """Of the claim's submissions to this payer: the one with its number, else the newest."""
    ids = list({m.claim_id for m in found if m is not None})
    rows: dict[int, list[tuple[int, str]]] = {}
    for piece in bounded(ids):
        query = (
            select(submission.c.claim_id, submission.c.id, submission.c.payer_claim_control_number)
            .where(
                submission.c.claim_id.in_(piece),
                submission.c.payer == payer,
                submission.c.batch_id.is_not(None),
            )
            .order_by(submission.c.number)
        )
        for row in connection.execute(query):
            rows.setdefault(row.claim_id, []).append((row.id, row.payer_claim_control_number))
    for p, m in zip(payments, found, strict=True):
        if m is not None and m.claim_id in rows:
            own = rows[m.claim_id]
            named = [i for i, number in own if number and number == p.payer_claim_control_number]
            m.submission_id = named[-1] if named else own[-1][0]


def _lines(connection: Connection, payments: Sequence[Named], found: list[Match | None]) -> None:
    billed: dict[int, list[tuple[int, PaidLine]]] = {}
    for piece in bounded(list({m.claim_id for m in found if m is not None})):
        query = select(claim_line).where(claim_line.c.claim_id.in_(piece)).order_by(claim_line.c.number)
        for r in connection.execute(query):
            line = PaidLine(r.control_number, r.procedure, r.modifiers, r.charge)
            billed.setdefault(r.claim_id, []).append((r.number, line))
    for p, m in zip(payments, found, strict=True):
        if m is not None:
            m.lines = match_lines(billed.get(m.claim_id, []), p.lines)


def match_lines(billed: Sequence[tuple[int, PaidLine]], paid: Sequence[PaidLine]) -> dict[int, int]:
    """For each paid line (from 1) the number of the billed line; none is given out twice."""
    free = dict(billed)
    found: dict[int, int] = {}
    rules = (
        lambda b, p: bool(p.control_number) and b.control_number == p.control_number,
        lambda b, p: (
            (b.procedure, set(b.modifiers.split()), b.charge)
            == (p.procedure, set(p.modifiers.split()), abs(p.charge))
        ),
        lambda b, p: (b.procedure, b.charge) == (p.procedure, abs(p.charge)),
        lambda b, p: (b.procedure, set(b.modifiers.split())) == (p.procedure, set(p.modifiers.split())),
        lambda b, p: b.procedure == p.procedure,
    )
    for rule in rules:
        for n, p in enumerate(paid, 1):
            if n in found:
                continue
            for number, b in free.items():
                if rule(b, p):
                    found[n] = number
                    del free[number]
                    break
    return found
