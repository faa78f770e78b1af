"""Who answers for a child's bills, as a person said. The newest word of a child counts.

The person's name and address are a document of the store, sealed and purged like every other; a row names the
claims that the child had then. Claims of the same child that came later are told by the claim's own digest.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from ledger.schema import claim, guarantor, guarantor_claim
from ledger.storage import documents
from ledger.storage.archive import PURGED
from ledger.storage.database import insert_many
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
    """Keeps who answers for the child of these claims, None whom its encounters name; its id."""
    if person is not None:
        documents.store(connection, business_on, [person])
    values = {
        "sha256": person.sha256 if person is not None else None,
        "actor": actor,
        "why": why,
        "business_on": business_on,
    }
    made = int(connection.execute(guarantor.insert().values(values).returning(guarantor.c.id)).scalar_one())
    rows = [{"guarantor_id": made, "claim_id": claim_id} for claim_id in sorted(claims)]
    insert_many(connection, guarantor_claim, rows)
    act = "guarantor named" if person is not None else "guarantor withdrawn"
    audit.note(connection, business_on, act, f"claim {min(claims)}", f"{actor}, {len(claims)} claims: {why}")
    return made


def of_claims(connection: Connection, claim_ids: Sequence[int]) -> dict[int, Word]:
    """By claim, the newest word of its child, of those that have one."""
    every = _said(connection)
    if not every:
        return {}
    whose = connection.execute(select(claim.c.id, claim.c.patient).where(one_of(claim.c.id, claim_ids)))
    return _newest(every, whose.tuples())


def kept_words(connection: Connection, whose: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Of claims (id, the digest of their patient): by claim, the hash of the document that says who answers
    for its child, of those that is kept."""
    every = _said(connection)
    if not every:
        return {}
    words = {claim_id: word.sha256 for claim_id, word in _newest(every, whose).items() if word.sha256}
    kept = documents.kept(connection, set(words.values()))
    return {claim_id: sha256 for claim_id, sha256 in words.items() if sha256 in kept}


def _said(connection: Connection) -> Sequence[Row[Any]]:
    """Every word with its claims, oldest first."""
    g, c = guarantor.c, claim.c
    said = (
        select(g.id, g.sha256, g.actor, g.why, g.business_on, c.id.label("claim_id"), c.patient)
        .join(guarantor_claim, guarantor_claim.c.guarantor_id == g.id)
        .join(claim, c.id == guarantor_claim.c.claim_id)
        .order_by(g.id)
    )
    return connection.execute(said).all()


def _newest(said: Iterable[Row[tuple[int | str, ...]]], whose: Iterable[tuple[int, str]]) -> dict[int, Word]:
    by_claim: dict[int, Word] = {}
    by_child: dict[str, Word] = {}
    for number, sha256, actor, why, business_on, claim_id, patient in said:
        word = Word(int(number), str(sha256 or ""), str(actor), str(why), str(business_on))
        by_claim[int(claim_id)] = word
        by_child[str(patient)] = word
    found = {}
    for claim_id, patient in whose:
        words = [by_claim.get(claim_id), by_child.get(patient) if patient not in ("", PURGED) else None]
        known = [word for word in words if word is not None]
        if known:
            found[claim_id] = max(known, key=lambda word: word.id)
    return found


def named(connection: Connection, claim_ids: Sequence[int]) -> dict[int, bytes]:
    """By claim, the document that says who answers for its child; those that were purged are left out."""
    words = {claim_id: word for claim_id, word in of_claims(connection, claim_ids).items() if word.sha256}
    kept = documents.load_kept(connection, {word.sha256 for word in words.values()})
    return {i: kept[word.sha256] for i, word in words.items() if word.sha256 in kept}
