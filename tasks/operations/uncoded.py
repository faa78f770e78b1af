"""The encounters that wait for a coder, with what the encoder finds for their words, and drafts for them."""

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from coding.codes.encoder import Encoder, Hit
from intake.encounter import Concept, Encounter
from ledger.queries.coding import waiting
from ledger.queries.listing import WHOLE, Page
from tasks.claims import needs_coding
from tasks.claims.needs_coding import OF_DIAGNOSES
from tasks.home.home import Home
from tasks.operations.draft_encounter import to_fill_in

_SUGGESTED = 3


_LEAST = 0.45  # below this the words have little to do with the code


_TAG = re.compile(r"\s*\((?:disorder|finding|situation|procedure|event|person|regime/therapy)\)\s*$")


@dataclass(frozen=True, slots=True)
class Suggested:
    """One documented concept with the ICD-10-CM codes that its words find, best first."""

    role: str
    system: str
    code: str
    text: str
    suggestions: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Uncoded:
    """An encounter that waits for a coder. `wants` are diagnoses, procedures or both."""

    encounter_id: int
    source: str
    external_id: str
    version: int
    practice: str
    service_date: date | None
    wants: tuple[str, ...]
    concepts: tuple[Suggested, ...]
    since: str


WAITING = waiting(needs_coding.ID)
"""The encounters that wait for a coder, oldest first."""


def queue(home: Home, page: Page = WHOLE) -> list[Uncoded]:
    """The encounters that wait for a coder, with suggestions for each diagnosis."""
    encoder = home.codes.encoder
    found = []
    for row in WAITING.read(home.ledger, page):
        encounter = Encounter.model_validate_json(row.payload)
        wants = {r.place for r in needs_coding.of(encounter)}
        found.append(
            Uncoded(
                encounter_id=row.encounter_id,
                source=row.source,
                external_id=row.external_id,
                version=row.version,
                practice=row.practice,
                service_date=encounter.service_date,
                wants=tuple(w for p, w in (("HI", "diagnoses"), ("LX", "procedures")) if p in wants),
                concepts=tuple(_suggested(c, encoder) for c in encounter.concepts),
                since=row.since,
            )
        )
    return found


def _suggested(concept: Concept, encoder: Encoder | None) -> Suggested:
    hits: tuple[Hit, ...] = ()
    if concept.role in OF_DIAGNOSES and encoder is not None:
        hits = suggestions(encoder, concept.text)
    return Suggested(concept.role, concept.system, concept.code, concept.text, hits)


@lru_cache(maxsize=4096)
def suggestions(encoder: Encoder, text: str) -> tuple[Hit, ...]:
    """What a coder's search for these words would show first; empty where nothing is near."""
    words = _TAG.sub("", text).strip()
    if not words:
        return ()
    return tuple(hit for hit in encoder.search(words, _SUGGESTED) if hit.score >= _LEAST)


def draft(home: Home, external_id: str) -> str | None:
    """An uncoded encounter as JSON one version higher, with places for codes; None where none waits."""
    for row in WAITING.read(home.ledger):
        if external_id == row.external_id:
            encounter = Encounter.model_validate_json(row.payload)
            facts = to_fill_in(encounter, row.version + 1, row.practice)
            return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    return None
