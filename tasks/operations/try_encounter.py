"""What the edits would say of a document that was not dropped into the inbox: nothing is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import intake
from config.problem import Problem
from intake.encounter import Encounter
from ledger.agreed import enrolments
from ledger.encounters import history
from ledger.encounters.encounters import EncounterRow, FindingRow
from ledger.queries.coding import number_of
from tasks.claims import source_findings
from tasks.claims.authorized import Authorized
from tasks.claims.edit_context import Contexts
from tasks.claims.encounter_claims import EncounterClaim, EncounterClaims, patient_digest
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


def contexts(home: Home, as_of: date) -> Contexts:
    """What the edits of a night are judged with."""
    return Contexts(home.codes, home.partners, as_of, enrolments.of(home.ledger))


@dataclass(frozen=True, slots=True)
class Given:
    """An encounter that is tried, with the key of its practice, and whose number it bears (`subject`)."""

    encounter: Encounter
    practice: str
    subject: str


def judge(
    home: Home, with_: Contexts, given: Sequence[Given], as_of: date
) -> Iterator[tuple[EncounterClaim, list[FindingRow]]]:
    """The claims of encounters, and what the edits say of each."""
    numbers: dict[int, str] = {}
    rows: list[EncounterRow] = []
    for place, of in enumerate(given):
        own = number_of(home.ledger, of.practice, of.encounter.source, of.encounter.id, of.subject)
        if own:
            numbers[place] = own
        payload = of.encounter.model_dump_json(exclude_defaults=True)
        rows.append(EncounterRow(place, of.practice, payload, "tried"))
    made = list(EncounterClaims(home.partners).of(rows, numbers))
    digests = [patient_digest(one.practice.key, one.claim) for one in made]
    before = history.of(home.ledger, sorted({digest for digest in digests if digest}))
    grants = Authorized.read(home.ledger, [one.claim for one in made if one.payer is not None])
    for place, (one, digest) in enumerate(zip(made, digests, strict=True)):
        own = numbers.get(place, "")
        prior = tuple(past_claim(home.partners, p, own) for p in before.get(digest, ()))
        granted = grants.of(own, one.claim, one.payer.key) if one.payer is not None else None
        context = with_.of(one.encounter, one.practice, one.payer, prior, authorizations=granted)
        found = source_findings.of(home.partners, one, "", (), as_of)
        yield one, [*found, *judged(home.partners, one, context)]


def _tried(home: Home, read: intake.Read, as_of: date, practice: str) -> Iterator[Tried]:
    given = []
    for encounter in read.encounters:
        named = home.partners.practice(encounter.practice) if encounter.practice else None
        key = named.key if named is not None else "" if encounter.practice else practice
        given.append(Given(encounter, key, subject_of(read.format, encounter)))
    for of, (one, findings) in zip(given, judge(home, contexts(home, as_of), given, as_of), strict=True):
        yield Tried(
            of.encounter.source,
            of.encounter.id,
            of.encounter.version,
            one.practice.key,
            one.payer.key if one.payer is not None else "",
            one.claim.charge,
            any(f.severity == "hold" for f in findings),
            tuple(findings),
        )
