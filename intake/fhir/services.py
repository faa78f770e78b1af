"""Services of an encounter: a claim's items, charge items, procedures, and the encounter's own type.

The four often describe the same service. They are read in this order, and a later one is taken only
where no earlier one has its code on its day; within one of them nothing is dropped, but what a second
claim says again. What has no CPT or HCPCS code is shown to the coder.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from intake.amounts import dollars
from intake.code_systems import CPT, HCPCS, POS, Code, diagnoses_of, modifiers_of, procedures_of
from intake.encounter import Concept
from intake.fhir.diagnoses import diagnoses_of_claim
from intake.fhir.kinds import kind_of, line_of
from intake.fhir.parties import codes, concept, provider_of
from intake.fhir.resources import Pool, Resource, days, numbers, part, parts, text
from intake.parties import Provider

_NOT_DONE = {"not-done", "entered-in-error", "stopped", "preparation", "aborted", "not-billable", "planned"}
_CENT = Decimal("0.01")
_OF_ITEM = (
    "servicedDate",
    "servicedPeriod",
    "diagnosisSequence",
    "careTeamSequence",
    "locationCodeableConcept",
    "bodySite",
    "subSite",
    "informationSequence",
)


@dataclass(slots=True)
class Service:
    """One service: the fields of a `Line`, and the ICD-10-CM codes that the document links it to."""

    line: dict[str, Any]
    reasons: tuple[str, ...] = ()
    linked_to_all: bool = False


class Services:
    """All services of an encounter (or of a claim without one), and what is coded otherwise.

    `notes` say what was left out and why; `doubts` what a person must look at before it is billed.
    """

    def __init__(self, pool: Pool, first: date | None, rendering: Provider | None, charged: str) -> None:
        self.found: list[Service] = []
        self.concepts: list[Concept] = []
        self.notes: list[str] = []
        self.doubts: list[str] = []
        self._pool, self._first, self._rendering = pool, first, rendering
        self._charged = charged  # the role of what is charged without a billing code
        self._taken: set[tuple[str, date | None]] = set()

    def take(self, services: list[Service]) -> None:
        """Add the services whose code and date no earlier kind of resource has named."""
        keys = [(s.line["procedure"], s.line["service_from"]) for s in services]
        self.found.extend(s for s, key in zip(services, keys, strict=True) if key not in self._taken)
        self._taken.update(keys)

    def of_claims(self, claims: list[Resource]) -> list[Service]:
        """The items of all claims; what a later claim repeats, for another payer, is one service."""
        found: list[Service] = []
        billed: dict[tuple[Any, ...], Counter[Any]] = {}
        for claim in claims:
            by_key: dict[tuple[Any, ...], list[Service]] = {}
            for s in self._of_claim(claim):
                key = (s.line["procedure"], s.line["service_from"], s.line["modifiers"])
                by_key.setdefault(key, []).append(s)
            for key, services in by_key.items():
                priced = Counter(
                    (_number(s.line.get("charge")), _number(s.line.get("units"))) for s in services
                )
                if key not in billed:
                    found += services
                elif billed[key] != priced:
                    self.doubts.append(
                        "two claims bill a service with other charges or units: those of the first are taken"
                    )
                billed.setdefault(key, priced)
        return found

    def _of_claim(self, claim: Resource) -> list[Service]:
        by_sequence = diagnoses_of_claim(self._pool, claim)
        team = {text(member, "sequence"): member for member in parts(claim, "careTeam")}
        services = []
        kind = kind_of([claim])
        for item in _items(claim, self.doubts):
            code = part(item, "productOrService")
            of_kind = line_of(claim, item, kind)
            members = [team[number] for number in numbers(item, "careTeamSequence") if number in team]
            linked = [by_sequence[n] for n in numbers(item, "diagnosisSequence") if n in by_sequence]
            services += self._services(
                code,
                claim,
                days(item, "servicedDate", "servicedPeriod"),
                [part(member, "provider") for member in members],
                self._modifiers(item),
                tuple(diagnosis for diagnoses in linked for diagnosis in diagnoses),
                charge=self._charge(item),
                units=_units(part(item, "quantity")),
                place_of_service=_place(part(item, "locationCodeableConcept")),
                **of_kind,
            )
            if "revenue_code" not in of_kind:
                self._show(code, self._charged)
            if not code:
                self.notes.append("an item of a claim has no productOrService, as R4 has it")
        return services

    def _modifiers(self, item: Resource) -> tuple[str, ...]:
        """The modifiers of an item; one that is words, or a code of another form, is a doubt."""
        found: list[str] = []
        for modifier in parts(item, "modifier"):
            taken = modifiers_of(Code("", text(coding, "code")) for coding in parts(modifier, "coding"))
            if not taken and modifier:
                self.doubts.append("an item has a modifier without a code of two characters: it is not taken")
            found += taken
        return tuple(dict.fromkeys(found))

    def of_charge_item(self, item: Resource) -> list[Service]:
        if text(item, "status") in _NOT_DONE:
            return []
        code = part(item, "code")
        self._show(code, self._charged)
        return self._services(
            code,
            item,
            days(item, "occurrenceDateTime", "occurrencePeriod"),
            [part(performer, "actor") for performer in parts(item, "performer")],
            _written_modifiers(code),
            _reasons(parts(item, "reason")),
            charge=self._amount(part(item, "priceOverride")),
            units=_units(part(item, "quantity")),
        )

    def of_procedure(self, procedure: Resource) -> list[Service]:
        if text(procedure, "status") in _NOT_DONE:
            return []
        code = part(procedure, "code")
        conditions = [
            self._pool.find(reason, procedure)
            for reason in parts(procedure, "reasonReference") + parts(procedure, "reason")
        ]
        self._show(code, "procedure")
        return self._services(
            code,
            procedure,
            days(procedure, "performedDateTime", "performedPeriod", "occurrenceDateTime", "occurrencePeriod"),
            [part(performer, "actor") for performer in parts(procedure, "performer")],
            _written_modifiers(code),
            _reasons(parts(procedure, "reasonCode") + [part(c, "code") for c in conditions]),
        )

    def of_type(self, kind: Resource) -> list[Service]:
        """The encounter's own type, where it is a billing code: a visit for all its diagnoses."""
        self._show(kind, "visit")
        services = self._services(kind, {}, (None, None), [], (), ())
        return [replace(service, linked_to_all=True) for service in services]

    def _services(
        self,
        code: Resource,
        owner: Resource,
        served: tuple[date | None, date | None],
        performers: list[Resource],
        modifiers: tuple[str, ...],
        reasons: tuple[str, ...],
        **more: Any,
    ) -> list[Service]:
        """One service for each CPT or HCPCS code of a concept."""
        found = procedures_of(codes(code)) or ({"": ()} if more.get("revenue_code") else {})
        if not found:
            return []
        done_by = [p for one in performers if (p := provider_of(self._pool, one, owner))]
        line = {
            "service_from": served[0] or self._first,
            "service_to": served[1],
            "rendering": done_by[0] if done_by and done_by[0] != self._rendering else None,
            **more,
        }
        return [
            Service({"procedure": c, "modifiers": tuple(dict.fromkeys(own + modifiers)), **line}, reasons)
            for c, own in found.items()
        ]

    def _show(self, code: Resource, role: str) -> None:
        """A service without a billing code is shown to the coder."""
        if not procedures_of(codes(code)) and (made := concept(code, role)):
            self.concepts.append(made)

    def _charge(self, item: Resource, level: int = 0) -> str | None:
        """The item's net amount in dollars, else unit price times units times factor, else the sum of its
        details."""
        net = self._amount(part(item, "net"))
        price = _decimal(self._amount(part(item, "unitPrice")))
        units = _decimal(_units(part(item, "quantity")))
        factor = _decimal(text(item, "factor")) if "factor" in item else Decimal(1)
        if factor is None or not factor.is_finite() or factor <= 0:
            self.doubts.append("a price factor that is zero, negative or no number")
        try:
            made = (
                None if price is None or units is None or factor is None else _product(price, units * factor)
            )
            if net:
                amount = _decimal(net)
                if made is not None and amount is not None and amount.is_finite() and amount != made:
                    self.doubts.append("a net amount that is not its price times quantity times factor")
                return net
            if price is None and level < 2 and (details := _inner(item)):
                inner = [_decimal(self._charge(detail, level + 1)) for detail in details]
                return None if None in inner else str(sum(d for d in inner if d is not None))
            return None if made is None else str(made)
        except ArithmeticError:  # exponents beyond any amount: the border says so
            return net or "NaN"

    def _amount(self, money: Resource) -> str | None:
        """An amount in US dollars. Another currency is noted, and left to the fee schedule."""
        if text(money, "currency") not in ("", "USD") and "value" in money:
            self.notes.append("a price in another currency than USD")
            return None
        return text(money, "value") or None


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
    services = Services(pool, first, rendering, "charge" if encounter else "procedure")
    services.take(services.of_claims(claims))
    services.take([s for item in charge_items for s in services.of_charge_item(item)])
    services.take([s for procedure in procedures for s in services.of_procedure(procedure)])
    services.take([s for kind in parts(encounter, "type") for s in services.of_type(kind)])
    return services


def _items(claim: Resource, doubts: list[str]) -> Iterator[Resource]:
    """The items of a claim; of a group without a billing code of its own, its details."""
    for item in parts(claim, "item"):
        details = parts(item, "detail")
        if details and not procedures_of(codes(part(item, "productOrService"))):
            if _priced(item) and not all(_priced(detail) for detail in details):
                doubts.append("a price that stands on a group of services and not on each of them")
            for detail in details:
                yield {**{name: item[name] for name in _OF_ITEM if name in item}, **detail}
        else:
            if any(procedures_of(codes(part(detail, "productOrService"))) for detail in details):
                doubts.append(
                    "details with billing codes below an item that has its own: only the item is billed"
                )
            yield item


def _priced(item: Resource) -> bool:
    return bool(part(item, "net") or part(item, "unitPrice"))


def _inner(item: Resource) -> list[Resource]:
    return parts(item, "detail") or parts(item, "subDetail")


def _written_modifiers(code: Resource) -> tuple[str, ...]:
    return modifiers_of(c for c in codes(code) if c.system in (CPT, HCPCS))


def _reasons(concepts: list[Resource]) -> tuple[str, ...]:
    return tuple(code for c in concepts for code in diagnoses_of(codes(c)))


def _place(concept: Resource) -> str:
    return next((code.code for code in codes(concept) if code.system == POS), "")


def _units(quantity: Resource) -> str:
    return text(quantity, "value") or "1"


def _product(price: Decimal, times: Decimal) -> Decimal:
    """The price so many times, to the cent. What is written with parts of a cent stays as it is written."""
    return price if times == 1 else (price * times).quantize(_CENT, ROUND_HALF_UP)


def _number(value: str | None) -> Decimal | None:
    return dollars(value or "")


def _decimal(value: str | None) -> Decimal | None:
    try:
        return Decimal(value) if value else None
    except InvalidOperation:
        return None
