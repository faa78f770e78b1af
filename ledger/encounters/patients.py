"""Patients: one person in one practice each, known by a number and told apart by a digest, never by a name.

Two documents are of one patient where practice, name and birth date are the same, whatever medical record
numbers they have (`tasks/claims/encounter_claims.py` makes the digest). Of a document without a name or a
birth date nobody is recognised: its claim has a patient of its own.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, func, select

from ledger.schema import claim, guarantor, patient
from ledger.storage.database import insert_many, new_ids
from ledger.storage.one_of import one_of
from ledger.trail import audit


def of(connection: Connection, business_on: str, persons: Sequence[tuple[str, str]]) -> list[int]:
    """The patient of each person (practice, digest): made where it is new. Each without a digest is one that
    nobody else is."""
    known = by_digest(connection, {digest for _, digest in persons if digest})
    new: list[tuple[str, str | None]] = [
        (practice, digest) for practice, digest in dict.fromkeys(persons) if digest and digest not in known
    ]
    alone = [(practice, None) for practice, digest in persons if not digest]
    ids = new_ids(connection, patient, len(new) + len(alone))
    names = ("id", "practice", "digest", "business_on")
    insert_many(
        connection,
        patient,
        [
            dict(zip(names, (number, *person, business_on), strict=True))
            for number, person in zip(ids, [*new, *alone], strict=True)
        ],
    )
    known |= {digest: number for number, (_, digest) in zip(ids, new, strict=False) if digest}
    unknown = iter(ids[len(new) :])
    return [known[digest] if digest else next(unknown) for _, digest in persons]


def by_digest(connection: Connection, digests: Collection[str]) -> dict[str, int]:
    """The patients whom these digests recognise, of those that are known. A digest has the practice in it."""
    query = select(patient.c.digest, patient.c.id).where(one_of(patient.c.digest, digests))
    return {str(digest): number for digest, number in connection.execute(query).tuples()} if digests else {}


def corrected(connection: Connection, business_on: str, moved: Mapping[int, int]) -> None:
    """What was said of patients goes on for others: the claims of the ones are those of the others now, since
    their documents were corrected.

    Of one that no claim is left of, the newest word of who answers for the child is said of the other too,
    where nothing later was said of that one. One that has other claims keeps its word: the claim was filed
    for the wrong person.
    """
    left = select(claim.c.patient_id).where(one_of(claim.c.patient_id, moved))
    over = sorted(moved.keys() - set(connection.execute(left).scalars()))
    g = guarantor.c
    newest = select(func.max(g.id)).group_by(g.patient_id)
    words = newest.where(one_of(g.patient_id, over + [moved[one] for one in over]))
    said = select(g.patient_id, g.id, g.sha256, g.actor, g.why).where(g.id.in_(words))
    of_patient = {row.patient_id: row for row in connection.execute(said.order_by(g.id))}
    for one in over:
        word, other = of_patient.get(one), of_patient.get(moved[one])
        if word is None or (other is not None and other.id > word.id):
            continue
        values = {"sha256": word.sha256, "actor": word.actor, "why": word.why, "business_on": business_on}
        connection.execute(guarantor.insert().values(patient_id=moved[one], **values))
        audit.note(
            connection, business_on, "guarantor goes on", f"patient {moved[one]}", f"was patient {one}"
        )
