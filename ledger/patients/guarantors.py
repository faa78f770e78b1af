"""Who answers for a child's bills, as a person said. The newest word counts, for all claims of the child.

The person's name and address are a document of the store, sealed and purged like every other; a row names the
child by number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.schema import claim, guarantor
from ledger.storage import documents
from ledger.storage.documents import Document
from ledger.storage.one_of import one_of
from ledger.trail import audit

KIND = "guarantor"
"""The kind of its document."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said: `sha256` of the document that says who it is, "" what the encounters say counts."""

    id: int
    sha256: str
    actor: str
    why: str
    business_on: str


def keep(
    connection: Connection,
    business_on: str,
    claims: Collection[int],
    person: Document | None,
    actor: str,
    why: str,
) -> int:
    """Keeps who answers for the child whose claims these are, None whom its encounters name; its id."""
    if person is not None:
        documents.store(connection, business_on, [person])
    values = {
        "patient_id": select(claim.c.patient_id).where(claim.c.id == min(claims)).scalar_subquery(),
        "sha256": person.sha256 if person is not None else None,
        "actor": actor,
        "why": why,
        "business_on": business_on,
    }
    made = int(connection.execute(guarantor.insert().values(values).returning(guarantor.c.id)).scalar_one())
    act = "guarantor named" if person is not None else "guarantor withdrawn"
    audit.note(connection, business_on, act, f"claim {min(claims)}", f"{actor}, {len(claims)} claims: {why}")
    return made


def of_claims(connection: Connection, claim_ids: Sequence[int]) -> dict[int, Word]:
    """By claim, the newest word of its child, of those that have one."""
    g = guarantor.c
    newest = select(func.max(g.id)).group_by(g.patient_id)
    query = (
        select(claim.c.id, g.id, g.sha256, g.actor, g.why, g.business_on)
        .join(guarantor, g.patient_id == claim.c.patient_id)
        .where(one_of(claim.c.id, claim_ids), g.id.in_(newest))
    )
    return {
        claim_id: Word(number, sha256 or "", *more)
        for claim_id, number, sha256, *more in connection.execute(query).tuples()
    }


def kept_words(connection: Connection, claim_ids: Sequence[int]) -> dict[int, str]:
    """By claim, the hash of the document that says who answers for its child, of those that is kept."""
    words = {claim_id: word.sha256 for claim_id, word in of_claims(connection, claim_ids).items()}
    kept = documents.kept(connection, set(words.values()) - {""})
    return {claim_id: sha256 for claim_id, sha256 in words.items() if sha256 in kept}


def named(connection: Connection, claim_ids: Sequence[int]) -> dict[int, bytes]:
    """By claim, the document that says who answers for its child; those that were purged are left out."""
    words = {claim_id: word for claim_id, word in of_claims(connection, claim_ids).items() if word.sha256}
    kept = documents.load_kept(connection, {word.sha256 for word in words.values()})
    return {i: kept[word.sha256] for i, word in words.items() if word.sha256 in kept}
