"""What condition categories (CMS-HCC) patients have in a year, each with its evidence; every look is noted.

Shown are the conditions of the year, those of the year before that this one lacks, and what was reported and
is not supported. Nothing is suggested: what a provider documents at a visit is coded, and nothing else.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from coding.codes.condition_categories import (
    ELIGIBLE,
    MODELS,
    Categories,
    categories,
    hierarchy_set,
    label_set,
    mapping_set,
    model_for,
)
from coding.codes.store import Codes
from coding.risk_evidence import Condition, Evidence, Service, Standing, Verdict, conditions, face_to_face
from ledger.queries import coding_frame, diagnosed
from ledger.queries.diagnosed import BilledLine, Diagnosed, NewestDocument, ReviewedLine
from ledger.trail import audit
from tasks.coding_audits.documentation import beside
from tasks.coding_audits.review import NONE
from tasks.errors import StepError
from tasks.home.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which conditions: of services of a year, by a model ("": the newest that is loaded), a practice, a
    provider (NPI) that saw the patient in either year, a payer. "": of all."""

    year: int
    model: str = ""
    practice: str = ""
    provider: str = ""
    payer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient of a practice, named by the first of the claims that were read."""

    number: int
    claim: str
    practice: str
    conditions: tuple[Condition, ...]

    def counted(self, *standings: Standing) -> int:
        """How many conditions stand so, without those below another one."""
        return sum(one.standing in standings and not one.below for one in self.conditions)

    @property
    def unsupported(self) -> int:
        """How many conditions have something that was reported and is not supported."""
        return sum(bool(one.unsupported) for one in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found by a model. `missing` says what is not loaded, and what that means."""

    model: str
    release: str
    year: int
    patients: tuple[Patient, ...]
    missing: tuple[str, ...]


def look(home: Home, as_of: date, asked: Asked) -> Found:
    """The patients with a condition in the year or the one before, by their numbers: none where no mapping is
    loaded for the year. Raises StepError RSK-01, a model or year that is none.
    """
    model = _model(home.codes, asked)
    this, last = (categories(home.codes, model, year) for year in (asked.year, asked.year - 1))
    if this is None:
        return _nothing(model, asked.year)
    with home.ledger.read() as connection:
        practices = [asked.practice] if asked.practice else None
        patients = _patients(connection, home.codes, this, last, {"practices": practices})
    found = tuple(one for one in patients if _wanted(one, asked))
    said = f"{len(found)} patients, services of {asked.year}, {this.model}"
    audit.record(home.ledger, as_of.isoformat(), "looked at", "condition categories", said)
    return _found(home.codes, this, found)


def look_at(home: Home, as_of: date, named: str, asked: Asked) -> Found:
    """One patient, by a patient control number or the number of the list.

    Raises StepError RSK-01 as `look`; RSK-02, no such claim.
    """
    model = _model(home.codes, asked)
    this, last = (categories(home.codes, model, year) for year in (asked.year, asked.year - 1))
    with home.ledger.read() as connection:
        claims = diagnosed.claims_named(connection, named)
        if not claims:
            raise StepError("RSK-02", f"there is no claim {named}; see `cleanclaim risk-adjustment list`")
        if this is None:
            return _nothing(model, asked.year)
        claim_id, patient = claims[0]
        of: dict[str, Any] = {"patients": [patient]} if patient else {"claims": [claim_id]}
        found = tuple(_patients(connection, home.codes, this, last, of))
    audit.record(
        home.ledger,
        as_of.isoformat(),
        "looked at",
        f"condition categories of claim {named}",
        f"services of {asked.year}, {this.model}",
    )
    return _found(home.codes, this, found)


def _model(codes: Codes, asked: Asked) -> str:
    model = asked.model.upper() or model_for(codes, asked.year)
    if model not in MODELS or not 2000 <= asked.year <= 2100:
        raise StepError("RSK-01", f"the model is one of {', '.join(MODELS)}, the year one of services: 2026")
    return model


def _nothing(model: str, year: int) -> Found:
    said = (
        f"The CMS-HCC mapping of {model} is not loaded for services of {year}: no condition is known. Load "
        f"CMS's file: cleanclaim codes load '{year + 1} Initial ICD-10-CM Mappings.csv'"
    )
    return Found(model=model, release="", year=year, patients=(), missing=(said,))


def _found(codes: Codes, this: Categories, patients: tuple[Patient, ...]) -> Found:
    missing = []
    day = date(this.year, 12, 31)
    if codes.table(ELIGIBLE, day) is None:
        missing.append(
            f"The procedures that count as face to face are not loaded for {this.year}: what rests on them "
            f"is unchecked. Load CMS's list: cleanclaim codes load '{this.year} CPT HCPCS.csv'"
        )
    if codes.table(mapping_set(this.model), date(this.year - 1, 12, 31)) is None:
        missing.append(
            f"The mapping is not loaded for services of {this.year - 1}: what was documented then is not "
            f"known. Load CMS's file of {this.year}: cleanclaim codes load '{this.year} ... Mappings.csv'"
        )
    if codes.table(hierarchy_set(this.model), day) is None:
        missing.append(
            f"The hierarchies of {this.model} are not loaded, and none is applied. Load the macro of CMS's "
            f"software whose name ends in H1: cleanclaim codes load {this.model}...H1.TXT"
        )
    if codes.table(label_set(this.model), day) is None:
        missing.append(
            f"The names of {this.model} are not loaded. Load the macro whose name has an L: "
            f"cleanclaim codes load {this.model}...L3.TXT"
        )
    return Found(
        model=this.model, release=this.release, year=this.year, patients=patients, missing=tuple(missing)
    )


def _wanted(patient: Patient, asked: Asked) -> bool:
    """Whether the provider or payer asked for has something of the patient: all evidence is judged whoever
    gave it, or another provider's visit would look like a gap."""
    evidence = [e for one in patient.conditions for e in (*one.evidence, *one.last_year)]
    return any(asked.provider in ("", one.provider) and asked.payer in ("", one.payer) for one in evidence)


def _patients(
    connection: Connection, codes: Codes, this: Categories, last: Categories | None, of: Mapping[str, Any]
) -> list[Patient]:
    """Every patient with a category, by number."""
    mapped = set(this.of) | (set(last.of) if last is not None else set())
    first, end = f"{this.year - 1}-01-01", f"{this.year}-12-31"
    by_patient: dict[int | str, list[Evidence]] = {}
    named: dict[int | str, tuple[int, str, str]] = {}
    for piece in diagnosed.diagnosed(connection, first, end, **of):
        kept = [one for one in piece if not mapped.isdisjoint(one.diagnoses.split())]
        for claim, evidence in _evidence(connection, codes, kept, mapped):
            # A claim of which a purge took whose it is is a patient of its own.
            who = claim.patient_id or f"claim {claim.claim_id}"
            named.setdefault(who, (claim.claim_id, claim.number, claim.practice))
            by_patient.setdefault(who, []).extend(evidence)
    found = []
    for who, evidence in by_patient.items():
        now = [one for one in evidence if one.service_on.year == this.year]
        before = [one for one in evidence if one.service_on.year < this.year]
        made = conditions(this, last, now, before)
        if made:
            number, claim_number, practice = named[who]
            found.append(Patient(number=number, claim=claim_number, practice=practice, conditions=made))
    return sorted(found, key=lambda one: one.number)


def _evidence(
    connection: Connection, codes: Codes, claims: Collection[Diagnosed], mapped: Collection[str]
) -> Iterable[tuple[Diagnosed, list[Evidence]]]:
    """The evidence that claims are of their diagnoses."""
    versions = {one.version_id for one in claims}
    lines = diagnosed.billed_lines(connection, versions)
    documents = diagnosed.newest_documents(connection, {one.claim_id for one in claims})
    reviewed = diagnosed.reviewed_lines(connection, versions)
    billed_as = coding_frame.documented(connection, {one.version_id for one in reviewed})
    for one in claims:
        billed = lines.get(one.version_id, [])
        if billed:  # else all of it is the patient's own
            said = [review for review in reviewed if review.version_id == one.version_id]
            payload = billed_as[one.version_id].payload if one.version_id in billed_as else ""
            against = _Against(documents.get(one.claim_id), said, payload)
            yield one, _of_claim(codes, one, billed, against, mapped)


def _of_claim(
    codes: Codes,
    claim: Diagnosed,
    lines: Collection[BilledLine],
    against: "_Against",
    mapped: Collection[str],
) -> list[Evidence]:
    services = [
        Service(
            procedure=line.procedure,
            modifiers=tuple(line.modifiers.split()),
            day=date.fromisoformat(line.service_on),
        )
        for line in lines
        if line.number not in against.not_services
    ]
    verdict, why = face_to_face(codes, claim.kind, against.type_of_bill, services)
    found = []
    for code in dict.fromkeys(claim.diagnoses.split()):
        if code in mapped:
            contradiction = against.why(code)
            found.append(
                Evidence(
                    claim=claim.number,
                    service_on=date.fromisoformat(claim.service_on),
                    practice=claim.practice,
                    provider=next((line.provider for line in lines if line.provider), claim.provider),
                    payer=claim.payer,
                    diagnosis=code,
                    document=against.document.external_id if against.document is not None else "",
                    document_version=against.document.version if against.document is not None else 0,
                    reported=claim.reported,
                    verdict=Verdict.CONTRADICTED if contradiction else verdict,
                    why=contradiction or why,
                )
            )
    return found


class _Against:
    """What speaks against the diagnoses of a claim: its newest document, and reviewers of coding audits."""

    def __init__(
        self, document: NewestDocument | None, reviews: Collection[ReviewedLine], billed_as: str
    ) -> None:
        said: dict[str, Any] = (
            json.loads(document.payload) if document is not None and document.payload else {}
        )
        self.document = document
        self.type_of_bill = ((said.get("institutional") or {}).get("type_of_bill") or "")[:2]
        #: the lines that a reviewer says were not to be billed
        self.not_services = {one.line for one in reviews if one.procedure == NONE}
        self._has = frozenset(str(code).replace(".", "").upper() for code in said.get("diagnoses", ()))
        self._unsigned = (said.get("documentation") or {}).get("signed") is False
        self._documented = bool(said)
        self._missed: dict[str, int] = {}
        kept: set[str] = set()
        for one in reviews:
            line = beside(billed_as, one.line)
            pointed = set(line.diagnoses) if line is not None else set()
            should = set(one.diagnoses.split()) if one.diagnoses else pointed
            kept |= should
            self._missed |= dict.fromkeys(pointed - should, one.audit_id)
        for code in kept:
            self._missed.pop(code, None)

    def why(self, code: str) -> str:
        """What speaks against a diagnosis; "" nothing does."""
        if self._documented and self.document is not None and code not in self._has:
            return f"version {self.document.version} of the document does not have it"
        if self._unsigned:
            return "the note is not signed"
        if code in self._missed:
            return f"a reviewer of coding audit {self._missed[code]} did not find it documented"
        return ""
