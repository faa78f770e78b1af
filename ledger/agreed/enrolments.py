"""Enrolments with payers, and the credentialing of providers: asked for, approved, ended. Rows are added,
never changed; the newest one of an enrolment's number counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from ledger.books.acts import Signature, named
from ledger.schema import enrolment
from ledger.storage.database import Ledger, insert_many
from ledger.trail import audit

ASKED, APPROVED, ENDED = "asked", "approved", "ended"
STATES = (ASKED, APPROVED, ENDED)
EDI, ERA, EFT, CREDENTIAL = "edi", "era", "eft", "credential"
KINDS = (EDI, ERA, EFT, CREDENTIAL)
"""Claims, remittances and payments of a billing NPI; a rendering provider's credentialing."""
OF_CLEARINGHOUSE = (EDI, ERA)
"""The kinds that are with a payer through one clearinghouse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One enrolment. `number` 0: it is not kept yet. `from_on` is "" while it is asked for, `to_on` its last
    day, "" where no end is known."""

    number: int = 0
    kind: str
    payer: str
    npi: str
    clearinghouse: str = ""
    state: str
    from_on: str = ""
    to_on: str = ""
    actor: str = ""
    why: str = ""
    business_on: str = ""

    @property
    def whose(self) -> tuple[str, str, str, str]:
        """What it is an enrolment of."""
        return (self.kind, self.payer, self.npi, self.clearinghouse)

    @property
    def said(self) -> tuple[str, str, str]:
        """What is said of it."""
        return (self.state, self.from_on, self.to_on)

    def in_force(self, day: date) -> bool:
        """Whether it is approved and covers a day."""
        on = day.isoformat()
        return bool(self.from_on) and self.from_on <= on and (not self.to_on or on <= self.to_on)

    def words(self) -> str:
        """What is said of it, for people."""
        if not self.from_on:
            return "asked for, not approved" if self.state == ASKED else "ended before it was approved"
        return f"{self.state} from {self.from_on} {f'to {self.to_on}' if self.to_on else 'on'}"


_NAMES = tuple(Enrolment.__dataclass_fields__)


def of(ledger: Ledger) -> list[Enrolment]:
    """Every enrolment as it stands, by number."""
    with ledger.read() as connection:
        return [Enrolment(**row._mapping) for row in connection.execute(_AS_THEY_STAND)]


_AS_THEY_STAND = (
    select(*(enrolment.c[name] for name in _NAMES))
    .where(enrolment.c.id.in_(select(func.max(enrolment.c.id)).group_by(enrolment.c.number)))
    .order_by(enrolment.c.number)
)


def expiring(known: Sequence[Enrolment], by: date) -> list[Enrolment]:
    """Those that were approved and are over by a day, with nothing that goes on after them."""
    on = by.isoformat()
    return [
        one
        for one in known
        if one.state == APPROVED
        and "" < one.to_on <= on
        and not any(other.whose == one.whose and other.from_on > one.from_on for other in known)
    ]


def history(ledger: Ledger, number: int) -> list[Enrolment]:
    """All that was said of one, oldest first."""
    e = enrolment.c
    query = select(*(e[name] for name in _NAMES)).where(e.number == number).order_by(e.id)
    with ledger.read() as connection:
        return [Enrolment(**row._mapping) for row in connection.execute(query)]


def add(connection: Connection, business_on: str, signature: Signature, said: Sequence[Enrolment]) -> None:
    """Keeps what a person says of enrolments, each with its row of the audit trail; one whose number is 0
    gets one. Raises ActRefused: nobody is named, or no reason."""
    who, why = named(signature)
    last = int(connection.execute(select(func.coalesce(func.max(enrolment.c.number), 0))).scalar_one())
    for one in said:
        number = one.number
        if not number:
            number = last = last + 1
        row = {name: getattr(one, name) for name in _NAMES}
        row |= {"number": number, "actor": who, "why": why, "business_on": business_on}
        insert_many(connection, enrolment, [row])
        place = f" through {one.clearinghouse}" if one.clearinghouse else ""
        detail = f"{one.kind} of {one.npi} with {one.payer}{place} {one.words()}, by {who}: {why}"
        audit.note(connection, business_on, "enrolment", f"enrolment {number}", detail)
