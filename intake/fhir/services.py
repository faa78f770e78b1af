"""Services of an encounter: a claim's items, charge items, procedures, and the encounter's own type.

The four often tell of the same service. They are read in this order, and a later one is taken only
where no earlier one has its code on its day; within one of them nothing is dropped.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from intake.code_systems import CPT, HCPCS, POS, Code, diagnosis_of, modifiers_of, procedures_of
from intake.encounter import Concept, Provider
from intake.fhir.parties import codes, concept, provider_of
from intake.fhir.resources import Pool, Resource, days, part, parts, text

_NOT_DONE = {"not-done", "entered-in-error", "stopped", "preparation", "aborted", "not-billable", "planned"}


@dataclass(slots=True)
class Service:
    """One service: the fields of a `Line`, and the ICD-10-CM codes that the document links it to."""

    line: dict[str, Any]
    reasons: tuple[str, ...] = ()
    linked_to_all: bool = False


@dataclass(slots=True)
class Services:
    found: list[Service]
    concepts: list[Concept]


def services_of(
    pool: Pool,
    encounter: Resource,
    claims: list[Resource],
    charge_items: list[Resource],
    procedures: list[Resource],
    first: date | None,
    rendering: Provider | None,
) -> Services:
    """All services of an encounter, and what is coded otherwise as concepts."""
    concepts: list[Concept] = []
    taken: set[tuple[str, date | None]] = set()
    found: list[Service] = []

    def take(services: list[Service]) -> None:
        keys = [(s.line["procedure"], s.line["service_from"]) for s in services]
        new = [s for s, key in zip(services, keys, strict=True) if key not in taken]
        taken.update(keys)
        found.extend(new)

    take([s for claim in claims for s in _claim_items(pool, claim, first, rendering)])
    take([s for item in charge_items for s in _charge_item(pool, item, first, rendering)])
    for procedure in procedures:
        if text(procedure, "status") in _NOT_DONE:
            continue
        told = _procedure(pool, procedure, first, rendering)
        take(told)
        if not told and (made := concept(part(procedure, "code"), "procedure")):
            concepts.append(made)
    for kind in parts(encounter, "type"):
        told = [
            Service({"procedure": code, "modifiers": modifiers, "service_from": first}, linked_to_all=True)
            for code, modifiers in procedures_of(codes(kind)).items()
        ]
        take(told)
        if not told and (made := concept(kind, "visit")):
            concepts.append(made)
    return Services(found, concepts)


def diagnoses_of_claim(pool: Pool, claim: Resource) -> dict[str, str]:
    """ICD-10-CM codes of a claim by their sequence."""
    found: dict[str, str] = {}
    for position, item in enumerate(parts(claim, "diagnosis"), 1):
        condition = pool.find(part(item, "diagnosisReference"), claim)
        told = part(item, "diagnosisCodeableConcept") or part(condition, "code")
        if code := diagnosis_of(codes(told)):
            found[text(item, "sequence") or str(position)] = code
    return found


def _claim_items(
    pool: Pool, claim: Resource, first: date | None, rendering: Provider | None
) -> list[Service]:
    by_sequence = diagnoses_of_claim(pool, claim)
    team = {text(member, "sequence"): member for member in parts(claim, "careTeam")}
    services = []
    for item in parts(claim, "item"):
        modifiers = modifiers_of(
            Code("", text(coding, "code")) for m in parts(item, "modifier") for coding in parts(m, "coding")
        )
        start, end = days(item, "servicedDate", "servicedPeriod")
        performers = [
            provider
            for number in _numbers(item, "careTeamSequence")
            if number in team and (provider := provider_of(pool, part(team[number], "provider"), claim))
        ]
        for code, own in procedures_of(codes(part(item, "productOrService"))).items():
            services.append(
                Service(
                    {
                        "procedure": code,
                        "modifiers": tuple(dict.fromkeys(own + modifiers)),
                        "charge": _charge(item),
                        "units": _units(part(item, "quantity")),
                        "service_from": start or first,
                        "service_to": end,
                        "place_of_service": _place(part(item, "locationCodeableConcept")),
                        "rendering": _other(performers, rendering),
                    },
                    tuple(by_sequence[n] for n in _numbers(item, "diagnosisSequence") if n in by_sequence),
                )
            )
    return services


def _charge_item(pool: Pool, item: Resource, first: date | None, rendering: Provider | None) -> list[Service]:
    if text(item, "status") in _NOT_DONE:
        return []
    start, end = days(item, "occurrenceDateTime", "occurrencePeriod")
    performers = [
        provider
        for performer in parts(item, "performer")
        if (provider := provider_of(pool, part(performer, "actor"), item))
    ]
    told = codes(part(item, "code"))
    extra = modifiers_of(code for code in told if code.system in (CPT, HCPCS))
    return [
        Service(
            {
                "procedure": code,
                "modifiers": tuple(dict.fromkeys(own + extra)),
                "charge": _amount(part(item, "priceOverride")),
                "units": _units(part(item, "quantity")),
                "service_from": start or first,
                "service_to": end,
                "rendering": _other(performers, rendering),
            },
            _reasons(parts(item, "reason")),
        )
        for code, own in procedures_of(told).items()
    ]


def _procedure(
    pool: Pool, procedure: Resource, first: date | None, rendering: Provider | None
) -> list[Service]:
    start, end = days(procedure, "performedDateTime", "performedPeriod", "occurrenceDateTime")
    performers = [
        provider
        for performer in parts(procedure, "performer")
        if (provider := provider_of(pool, part(performer, "actor"), procedure))
    ]
    reasons = _reasons(parts(procedure, "reasonCode")) + tuple(
        code
        for reference in parts(procedure, "reasonReference")
        if (code := diagnosis_of(codes(part(pool.find(reference, procedure), "code"))))
    )
    told = codes(part(procedure, "code"))
    extra = modifiers_of(code for code in told if code.system in (CPT, HCPCS))
    return [
        Service(
            {
                "procedure": code,
                "modifiers": tuple(dict.fromkeys(own + extra)),
                "service_from": start or first,
                "service_to": end,
                "rendering": _other(performers, rendering),
            },
            reasons,
        )
        for code, own in procedures_of(told).items()
    ]


def _reasons(concepts: list[Resource]) -> tuple[str, ...]:
    return tuple(code for c in concepts if (code := diagnosis_of(codes(c))))


def _other(performers: list[Provider], rendering: Provider | None) -> Provider | None:
    """A service's own provider, where it is not the encounter's."""
    return performers[0] if performers and performers[0] != rendering else None


def _numbers(item: Resource, name: str) -> list[str]:
    value = item.get(name)
    return [str(number) for number in value if isinstance(number, int)] if isinstance(value, list) else []


def _place(told: Resource) -> str:
    return next((code.code for code in codes(told) if code.system == POS), "")


def _charge(item: Resource) -> str | None:
    """The item's net amount in dollars, else its price for one unit times its units."""
    if net := _amount(part(item, "net")):
        return net
    price, units = _decimal(_amount(part(item, "unitPrice"))), _decimal(_units(part(item, "quantity")))
    return None if price is None or units is None else str(price * units)


def _amount(money: Resource) -> str | None:
    return text(money, "value") or None


def _units(quantity: Resource) -> str:
    return text(quantity, "value") or "1"


def _decimal(value: str | None) -> Decimal | None:
    try:
        return Decimal(value) if value else None
    except InvalidOperation:
        return None
