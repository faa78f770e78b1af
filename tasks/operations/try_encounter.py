"""What the edits would say of a document that was not dropped into the inbox: nothing is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import intake
from config.problem import Problem
from ledger.agreed import enrolments
from ledger.encounters import history
from ledger.encounters.encounters import EncounterRow, FindingRow
from ledger.queries.coding import number_of
from tasks.claims import source_findings
from tasks.claims.authorized import Authorized
from tasks.claims.edit_context import Contexts
from tasks.claims.encounter_claims import EncounterClaims, patient_digest
from tasks.claims.findings import judged
from tasks.claims.prior_claims import past_claim
from tasks.home.home import Home
from tasks.inbox.routing import subject_of


@dataclass(frozen=True, slots=True)
class Tried:
    """One encounter of the document. `practice` and `payer` are keys, "" where not known; cents."""

    source: str
    external_id: str
    version: int
    practice: str
    payer: str
    charge: int
    held: bool
    findings: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything found in one document."""

    format: str
    encounters: tuple[Tried, ...]
    problems: tuple[Problem, ...]


def try_document(home: Home, name: str, data: bytes, as_of: date, practice: str = "") -> Trial:
    """Reads a document and runs the edits of the night `as_of` on it, with the ledger's history.

    `practice` is the key of the practice for documents that name none.
    """
    read = intake.read(name, data)
    return Trial(read.format, tuple(_tried(home, read, as_of, practice)), tuple(read.problems))


def _tried(home: Home, read: intake.Read, as_of: date, practice: str) -> Iterator[Tried]:
    contexts = Contexts(home.codes, home.partners, as_of, enrolments.of(home.ledger))
    for encounter in read.encounters:
        named = home.partners.practice(encounter.practice) if encounter.practice else None
        key = named.key if named is not None else "" if encounter.practice else practice
        own = number_of(home.ledger, key, encounter.source, encounter.id, subject_of(read.format, encounter))
        row = EncounterRow(0, key, encounter.model_dump_json(exclude_defaults=True), "tried")
        (one,) = EncounterClaims(home.partners).of([row], {0: own} if own else {})
        digest = patient_digest(one.practice.key, one.claim)
        before = history.of(home.ledger, [digest]).get(digest, ()) if digest else ()
        prior = tuple(past_claim(home.partners, p, own) for p in before)
        grants = (
            Authorized.read(home.ledger, [one.claim]).of(own, one.claim, one.payer.key)
            if one.payer is not None
            else None
        )
        context = contexts.of(one.encounter, one.practice, one.payer, prior, authorizations=grants)
        findings = [*source_findings.of(encounter, "", (), as_of), *judged(home.partners, one, context)]
        yield Tried(
            encounter.source,
            encounter.id,
            encounter.version,
            one.practice.key,
            one.payer.key if one.payer is not None else "",
            one.claim.charge,
            any(f.severity == "hold" for f in findings),
            tuple(findings),
        )
