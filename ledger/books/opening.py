"""Open items of an older system, taken over once: each a claim that counts as sent, with its balance.

What was paid and cut there is in no answer here: the entry `opening` brings in what is still owed, the
patient's part is moved to the patient by an act, and late remittances post by matching as always.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from ledger.books import acts, charges, claim_acts
from ledger.books.acts import Signature
from ledger.books.entries import Entry, write
from ledger.encounters import patients
from ledger.errors import ActRefused
from ledger.schema import claim, claim_line, claim_version, coverage, posting
from ledger.sending import submissions
from ledger.storage.database import bounded
from ledger.trail import written

SOURCE = "opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One open claim. `number` is its patient control number there; amounts in cents, days in ISO form."""

    number: str
    practice: str
    payer: str
    payer_claim_control_number: str = ""
    patient_name: str = ""
    member_id: str = ""
    service_from: str
    charge: int
    payer_balance: int
    patient_balance: int = 0
    procedure: str = ""
    opened_on: str
    act_by: str = ""

    @property
    def cents(self) -> int:
        return self.payer_balance + self.patient_balance


def take(connection: Connection, business_on: str, signature: Signature, items: Sequence[OpenItem]) -> int:
    """Takes the items that are not here yet; how many. Raises ActRefused where a number is another claim's,
    or was taken with another balance."""
    known = _known(connection, [item.number for item in items])
    made: dict[int, OpenItem] = {}
    alone = [(item.practice, "") for item in items if item.number not in known]
    whose = iter(patients.of(connection, business_on, alone))
    for row, item in enumerate(items, 1):
        if item.number not in known:
            made[_claim(connection, business_on, item, next(whose))] = item
        elif known[item.number] != (SOURCE, item.practice, item.cents):
            raise ActRefused(
                f"row {row}: its number is a claim's here already, with another balance or practice"
            )
    new = [
        {
            "claim_id": claim_id,
            "version_id": version_id,
            "payer_order": "P",
            "number": 1,
            "payer": made[claim_id].payer,
            "state": "sent",
            "payer_claim_control_number": made[claim_id].payer_claim_control_number,
            "opened_on": made[claim_id].opened_on,
            "due_on": made[claim_id].act_by,
            "business_on": business_on,
        }
        for claim_id, version_id in _versions(connection, list(made))
    ]
    submissions.add(connection, business_on, "taken over from an older system", new)
    entries = []
    for claim_id, item in made.items():
        entry = Entry("opening", f"opening:{claim_id}")
        entry.add("receivable_payer", item.cents, claim_id=claim_id, payer=item.payer, practice=item.practice)
        entry.add("opening", -item.cents, claim_id=claim_id, payer=item.payer, practice=item.practice)
        entries.append(entry)
        if item.patient_balance:
            kind = claim_acts.TO_PATIENT
            acts.record(
                connection,
                business_on,
                signature,
                kind,
                item.patient_balance,
                claim_id=claim_id,
                payer=item.payer,
                practice=item.practice,
                reference=SOURCE,
                unlimited=True,
            )
    if made:
        total = sum(item.cents for item in made.values())
        acts.record(connection, business_on, signature, SOURCE, total)
    write(connection, business_on, entries)
    charges.bring_up_to_date(connection, business_on, set(made), SOURCE)
    return len(made)


def _known(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[str, str, int]]:
    found: dict[str, tuple[str, str, int]] = {}
    for piece in bounded(numbers):
        query = (
            select(
                claim.c.patient_control_number,
                claim.c.source,
                claim.c.practice,
                func.coalesce(func.sum(-posting.c.cents), 0),
            )
            .outerjoin(posting, (posting.c.claim_id == claim.c.id) & (posting.c.account == SOURCE))
            .where(claim.c.patient_control_number.in_(piece))
            .group_by(claim.c.id, claim.c.patient_control_number, claim.c.source, claim.c.practice)
        )
        for number, source, practice, cents in connection.execute(query):
            found[number] = (source, practice, int(cents))
    return found


def _claim(connection: Connection, business_on: str, item: OpenItem, whose: int) -> int:
    """The claim with its version, line and coverage."""
    values = {
        "patient_control_number": item.number,
        "source": SOURCE,
        "external_id": item.number,
        "practice": item.practice,
        "patient_id": whose,
        "business_on": business_on,
    }
    claim_id = int(connection.execute(claim.insert().values(values).returning(claim.c.id)).scalar_one())
    written.note(connection, claim, [{"id": claim_id}])
    version = {
        "claim_id": claim_id,
        "number": 1,
        "member_id": item.member_id,
        "patient_name": item.patient_name,
        "service_from_on": item.service_from,
        "charge_cents": item.charge,
        "business_on": business_on,
    }
    version_id = connection.execute(
        claim_version.insert().values(version).returning(claim_version.c.id)
    ).scalar_one()
    connection.execute(update(claim).where(claim.c.id == claim_id).values(version_id=version_id))
    line = {
        "number": 1,
        "procedure": item.procedure,
        "charge_cents": item.charge,
        "service_from_on": item.service_from,
    }
    connection.execute(claim_line.insert().values(version_id=version_id, **line))
    covered = {"place": 1, "payer_order": "P", "payer": item.payer, "member_id": item.member_id}
    connection.execute(coverage.insert().values(version_id=version_id, **covered))
    return claim_id


def _versions(connection: Connection, claim_ids: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for piece in bounded(claim_ids):
        query = select(claim.c.id, claim.c.version_id).where(claim.c.id.in_(piece)).order_by(claim.c.id)
        found += [(int(a), int(b)) for a, b in connection.execute(query)]
    return found
