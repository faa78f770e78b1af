"""Which resources belong to which encounter, worked out once for a bundle.

A resource belongs to the encounter that it names. If it names none, it belongs to the only encounter of
its patient whose period contains its date; a condition without a date belongs to the patient's only
encounter. Resources that belong to no encounter are counted and reported.
"""

from datetime import date

from intake.days import only_holders
from intake.fhir.kinds import kind_of
from intake.fhir.parties import has_code
from intake.fhir.resources import Pool, Resource, days, numbers, part, parts, text

_ENCOUNTER_EXTENSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Claim.encounter"
# The terms of R4 and R5. An encounter without a status is accepted.
_FINISHED = {"finished", "completed", "discharged", "unknown", ""}
_DEAD_CLAIMS = {"cancelled", "entered-in-error", "draft"}
_TIMES = ("performedDateTime", "performedPeriod", "occurrenceDateTime", "occurrencePeriod")


class EncounterIndex:
    """The finished encounters of a pool, and the resources of each by the encounter's key."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        everyone = pool.all("Encounter")
        self._everyone = {pool.key(e) for e in everyone}
        self.encounters = [e for e in everyone if text(e, "status") in _FINISHED]
        self.unfinished = len(everyone) - len(self.encounters)
        self._by_patient: dict[int, list[Resource]] = {}
        for encounter in self.encounters:
            patient = pool.find(part(encounter, "subject"), encounter)
            self._by_patient.setdefault(pool.key(patient) if patient else 0, []).append(encounter)
        self.unassigned = 0
        self.conditions = self._owned("Condition", ("encounter", "context"))
        self.procedures = self._owned("Procedure", ("encounter", "context"))
        self.charge_items = self._owned("ChargeItem", ("context", "encounter"))
        self.coverages: dict[int, list[Resource]] = {}
        for coverage in pool.all("Coverage"):
            if patient := pool.find(part(coverage, "beneficiary"), coverage):
                self.coverages.setdefault(pool.key(patient), []).append(coverage)
        self.claims: dict[int, list[Resource]] = {}
        self.claims_alone: list[Resource] = []
        self._sort_claims()

    def service_day(self, claim: Resource) -> date | None:
        """The first date of a claim: of its billable period, else of its items."""
        served = [
            first
            for item in parts(claim, "item")
            if (first := days(item, "servicedDate", "servicedPeriod")[0])
        ]
        return days(claim, "billablePeriod")[0] or min(served, default=None)

    def _owned(self, kind: str, fields: tuple[str, ...]) -> dict[int, list[Resource]]:
        owned: dict[int, list[Resource]] = {}
        loose: list[tuple[Resource, date | None]] = []
        for resource in self.pool.all(kind):
            references = [part(resource, field) for field in fields if part(resource, field)]
            if targets := self._encounters_of(references, resource):
                owned.setdefault(targets[0], []).append(resource)
            elif references:
                self.unassigned += 1  # its encounter is in another file
            else:
                loose.append((resource, days(resource, *_TIMES)[0]))
        for resource, encounter in self._by_day(loose):
            if encounter is not None:
                owned.setdefault(self.pool.key(encounter), []).append(resource)
            elif not (kind == "Condition" and on_problem_list(resource)):
                self.unassigned += 1
        return owned

    def _encounters_of(self, references: list[Resource], owner: Resource) -> list[int]:
        """The keys of the encounters, finished or not, that these references name."""
        found = (self.pool.key(self.pool.find(reference, owner)) for reference in references)
        return [key for key in dict.fromkeys(found) if key in self._everyone]

    def _by_day(self, loose: list[tuple[Resource, date | None]]) -> list[tuple[Resource, Resource | None]]:
        """Each resource with the only encounter of its patient that contains its date, or None."""
        by_patient: dict[int, list[tuple[Resource, date | None]]] = {}
        for resource, when in loose:
            reference = part(resource, "subject") or part(resource, "patient")
            patient = self.pool.find(reference, resource)
            by_patient.setdefault(self.pool.key(patient) if patient else 0, []).append((resource, when))
        found: list[tuple[Resource, Resource | None]] = []
        for patient_key, theirs in by_patient.items():
            encounters = self._by_patient.get(patient_key, [])
            spans = [days(e, "period", "actualPeriod") for e in encounters]
            holders = only_holders(spans, (when for _, when in theirs if when))
            only = encounters[0] if len(encounters) == 1 else None
            for resource, when in theirs:
                at = holders.get(when) if when else None
                undated = only if when is None and text(resource, "resourceType") == "Condition" else None
                found.append((resource, undated if at is None else encounters[at]))
        return found

    def _sort_claims(self) -> None:
        loose = []
        live = [
            claim
            for claim in self.pool.all("Claim")
            if _bills(claim) and text(claim, "status") not in _DEAD_CLAIMS
        ]
        replaced = {
            self.pool.key(self.pool.find(part(related, "claim"), claim))
            for claim in live
            for related in parts(claim, "related")
            if has_code([part(related, "relationship")], "prior", "replaces")
        }
        for claim in live:
            if self.pool.key(claim) in replaced:
                continue
            references = parts(claim, "encounter") + [
                part(extension, "valueReference")
                for extension in parts(claim, "extension")
                if text(extension, "url") == _ENCOUNTER_EXTENSION
            ]
            by_encounter: dict[int, list[Resource]] = {
                key: [] for key in self._encounters_of(references, claim)
            }
            unnamed = []
            for item in parts(claim, "item"):
                if named := self._encounters_of(parts(item, "encounter"), claim):
                    by_encounter.setdefault(named[0], []).append(item)
                else:
                    unnamed.append(item)
            if len(by_encounter) > 1:
                some = {key: _part_of(claim, items) for key, items in by_encounter.items()}
                for key, of_one in some.items():
                    self.claims.setdefault(key, []).append(of_one)
                given = {id(d) for of_one in some.values() for d in parts(of_one, "diagnosis")}
                self.unassigned += len(unnamed) + len(parts(claim, "diagnosis")) - len(given)
            elif by_encounter:
                self.claims.setdefault(next(iter(by_encounter)), []).append(claim)
            else:
                loose.append((claim, self.service_day(claim)))
        for claim, encounter in self._by_day(loose):
            if encounter is None:
                self.claims_alone.append(claim)
            else:
                self.claims.setdefault(self.pool.key(encounter), []).append(claim)


def _part_of(claim: Resource, items: list[Resource]) -> Resource:
    """The part of a claim that belongs to one encounter: its items, and the diagnoses they point at."""
    pointed = {number for item in items for number in numbers(item, "diagnosisSequence")}
    diagnoses = [d for d in parts(claim, "diagnosis") if text(d, "sequence") in pointed]
    return {**claim, "item": items, "diagnosis": diagnoses}


def on_problem_list(condition: Resource) -> bool:
    """Whether this is a lasting problem of the patient, not the reason for an encounter."""
    categories = parts(condition, "category")
    return has_code(categories, "problem-list-item") and not has_code(categories, "encounter-diagnosis")


def is_bound(condition: Resource) -> bool:
    """Whether a condition states that it is an encounter's diagnosis."""
    named = part(condition, "encounter") or part(condition, "context")
    return bool(named) or has_code(parts(condition, "category"), "encounter-diagnosis")


def _bills(claim: Resource) -> bool:
    """Whether a claim is one, or asks a dental plan what it would pay."""
    use = text(claim, "use")
    return use in ("claim", "") or (use == "predetermination" and kind_of([claim]) == "dental")
