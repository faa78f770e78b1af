"""Contracts with payers: fee schedules as they were imported, replaced, ended, withdrawn. Rows are added,
never changed; the newest one of a contract's number counts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from ledger.adjudication.contract_prices import MEDICARE, Rate, Rates
from ledger.books.acts import Signature, named
from ledger.schema import claim_payment, contract, contract_rate, remittance
from ledger.sending.billed import BilledClaim
from ledger.storage.database import Ledger, Row, insert_many
from ledger.storage.one_of import one_of
from ledger.storage.stated import stated
from ledger.trail import audit

IN_FORCE, WITHDRAWN = "in_force", "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One fee schedule. `number` 0: it is not kept yet; `payer` "" is Medicare's fee schedule, `practice` ""
    every practice; `rates` is how many rows it has. `to_on` "" no end is known."""

    number: int = 0
    payer: str
    practice: str = ""
    name: str
    sha256: str
    rates: int
    state: str = IN_FORCE
    from_on: str
    to_on: str = ""
    actor: str = ""
    why: str = ""
    business_on: str = ""

    def words(self) -> str:
        """What is said of it, for people."""
        if self.state == WITHDRAWN:
            return "withdrawn"
        return f"in force from {self.from_on} {f'to {self.to_on}' if self.to_on else 'on'}"

    @property
    def whose(self) -> str:
        """Whose prices these are, for people."""
        payer = "the Medicare fee schedule" if self.payer == MEDICARE else self.payer
        return f"{payer} for {self.practice}" if self.practice else payer


_NAMES = tuple(f.name for f in fields(Contract))


def of(ledger: Ledger) -> list[Contract]:
    """Every contract as it stands, by number."""
    with ledger.read() as connection:
        return standing(connection)


def standing(connection: Connection) -> list[Contract]:
    """The same, inside a transaction."""
    return [Contract(**row._mapping) for row in connection.execute(*_standing())]


@stated
def _standing() -> Select[tuple[Any, ...]]:
    c = contract.c
    newest = select(func.max(c.id)).group_by(c.number)
    return select(*(c[name] for name in _NAMES)).where(c.id.in_(newest)).order_by(c.number)


def newest(ledger: Ledger) -> int:
    """The id of what was said last of any contract, 0 nothing: what an act is judged by."""
    with ledger.read() as connection:
        return int(connection.execute(select(func.coalesce(func.max(contract.c.id), 0))).scalar_one())


def history(ledger: Ledger, number: int) -> list[Contract]:
    """All that was said of one, oldest first."""
    c = contract.c
    query = select(*(c[name] for name in _NAMES)).where(c.number == number).order_by(c.id)
    with ledger.read() as connection:
        return [Contract(**row._mapping) for row in connection.execute(query)]


def rows_of(ledger: Ledger, one: Contract, procedure: str = "") -> list[Rate]:
    """The rows of a contract by line, or those that may price a procedure."""
    with ledger.read() as connection:
        found = list(_rates(connection, {one.number: one}, {procedure} if procedure else None))
    if not procedure:
        return found
    return [r for r in found if not r.procedure_to or r.procedure <= procedure <= r.procedure_to]


def rates_for(connection: Connection, claims: Mapping[int, BilledClaim]) -> Rates | None:
    """The rows that may price the lines of these claims; None: there is no contract with their payers."""
    payers = {c.payer for one in claims.values() for v in one.versions.values() for c in v.coverages}
    payers |= {sent.payer for one in claims.values() for sent in one.sent}
    codes = {n.procedure for one in claims.values() for v in one.versions.values() for n in v.lines}
    return rates_of(connection, payers, codes)


def rates_of(connection: Connection, payers: Collection[str], codes: Collection[str]) -> Rates | None:
    """The rows of these payers that may price these procedures; None: there is no contract with them."""
    known = {one.number: one for one in standing(connection) if one.state == IN_FORCE}
    if not {one.payer for one in known.values()}.intersection(payers):
        return None
    wanted = {n: one for n, one in known.items() if one.payer in payers or one.payer == MEDICARE}
    return Rates(_rates(connection, wanted, codes))


def _rates(
    connection: Connection, known: Mapping[int, Contract], codes: Collection[str] | None
) -> Iterator[Rate]:
    """The rows of contracts, cut to the days on which the contracts are in force."""
    r = contract_rate.c
    query = select(contract_rate).where(one_of(r.number, known)).order_by(r.number, r.line)
    if codes is not None:
        query = query.where(or_(one_of(r.procedure, codes), r.procedure == "", r.procedure_to != ""))
    for row in connection.execute(query):
        of = known[row.number]
        yield Rate(
            contract=row.number,
            line=row.line,
            payer=of.payer,
            practice=of.practice,
            rule=row.rule,
            procedure=row.procedure,
            procedure_to=row.procedure_to,
            modifiers=tuple(row.modifiers.split()),
            places=tuple(row.places.split()),
            plan=row.plan,
            revenue_code=row.revenue_code,
            drg=row.drg,
            rate=Decimal(row.rate),
            multiple=tuple(Decimal(step) for step in row.multiple.split("/") if step),
            lesser_of=bool(row.lesser_of),
            time=row.time,
            carve_out=bool(row.carve_out),
            stop_loss=row.stop_loss,
            from_on=max(row.from_on, of.from_on),
            to_on=min((day for day in (row.to_on, of.to_on) if day), default=""),
        )


def add(
    connection: Connection,
    business_on: str,
    signature: Signature,
    previous: int,
    said: Contract,
    rates: Sequence[Rate] = (),
) -> tuple[int, Contract]:
    """Keeps what a person says of a contract, with the rows of a new one (number 0), which gets a number; its
    id. `previous` is the id of what was said last when it was judged.

    Raises ActRefused: nobody is named, or no reason; KeyRefused: something was said since.
    """
    who, why = named(signature)
    number = said.number
    if not number:
        last = connection.execute(select(func.coalesce(func.max(contract.c.number), 0))).scalar_one()
        number = int(last) + 1
    kept = replace(said, number=number, actor=who, why=why, business_on=business_on)
    row = {**asdict(kept), "previous_id": previous}
    made = int(connection.execute(contract.insert().values(row).returning(contract.c.id)).scalar_one())
    insert_many(connection, contract_rate, [_row(number, rate) for rate in rates])
    detail = f"{kept.whose}, {kept.rates} rows, {kept.words()}, by {who}: {why}"
    audit.note(connection, business_on, "contract", f"contract {number}", detail)
    return made, kept


def _row(number: int, rate: Rate) -> Row:
    return {
        "number": number,
        "line": rate.line,
        "rule": rate.rule,
        "procedure": rate.procedure,
        "procedure_to": rate.procedure_to,
        "modifiers": " ".join(rate.modifiers),
        "places": " ".join(rate.places),
        "plan": rate.plan,
        "revenue_code": rate.revenue_code,
        "drg": rate.drg,
        "rate": f"{rate.rate:f}",
        "multiple": "/".join(f"{step:f}" for step in rate.multiple),
        "lesser_of": int(rate.lesser_of),
        "time": rate.time,
        "carve_out": int(rate.carve_out),
        "stop_loss": rate.stop_loss,
        "from_on": rate.from_on,
        "to_on": rate.to_on,
    }


def claims_of(connection: Connection, payer: str, after: int, most: int) -> list[int]:
    """The claims that a payer answered, `most` of those after one; every payer's where it is Medicare's fee
    schedule."""
    p = claim_payment.c
    query = select(p.claim_id).join(remittance, remittance.c.id == p.remittance_id)
    query = query.where(p.claim_id > after).distinct().order_by(p.claim_id).limit(most)
    if payer != MEDICARE:
        query = query.where(remittance.c.payer == payer)
    return [int(i) for i in connection.execute(query).scalars()]
