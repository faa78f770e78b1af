"""Whether two documents are about one encounter, and what the later one changes: pure, from their JSON.

An encounter's payload is JSON; only its patient, its lines and their charges are looked at here.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Any

CORRECTION = "SRC-02"
SAME_VISIT = "SRC-03"

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a document is compared. `facts` are those that name its patient, the empty ones left out."""

    facts: frozenset[Fact]
    services: tuple[tuple[str, str], ...]  # procedure and day of each line, sorted
    lines: int
    cents: int | None  # None: a line has no charge of its own


def outline(payload: str) -> Outline:
    """Of an encounter's JSON. Of one whose payload was purged nothing is known."""
    document: dict[str, Any] = json.loads(payload) if payload else {}
    patient = document.get("patient") or {}
    name = " ".join(f"{patient.get('last') or ''} {patient.get('first') or ''}".casefold().split())
    named = (
        ("record number", str(patient.get("medical_record_number") or "").casefold()),
        ("name", name),
        ("birth", str(patient.get("birth_date") or "")),
    )
    lines = document.get("lines") or []
    day = str(document.get("service_date") or "")
    charges = [line.get("charge") for line in lines]
    return Outline(
        facts=frozenset(fact for fact in named if fact[1]),
        services=tuple(
            sorted((str(line.get("procedure") or ""), str(line.get("service_from") or day)) for line in lines)
        ),
        lines=len(lines),
        cents=None if any(c is None for c in charges) else sum(int(Decimal(c) * 100) for c in charges),
    )


def strangers(one: Outline, other: Outline) -> bool:
    """Whether two documents agree in nothing that names a patient, though both name one."""
    return bool(one.facts and other.facts) and not one.facts & other.facts


def less(before: Outline, after: Outline) -> bool:
    """Whether the later document bills fewer lines or a lower charge."""
    lower = before.cents is not None and after.cents is not None and after.cents < before.cents
    return after.lines < before.lines or lower


def said(before: Outline, after: Outline, version: int) -> str:
    """The doubt of a document that changes an earlier one; counts and charges, nothing of the patient."""
    what = f"{_counted(before)} became {_counted(after)}"
    return f"{CORRECTION} version {version} changes what came before: {what}"


def _counted(of: Outline) -> str:
    charged = "" if of.cents is None else f" for {of.cents / 100:.2f}"
    return f"{of.lines} line{'' if of.lines == 1 else 's'}{charged}"


@dataclass(slots=True)
class People:
    """The patients under one encounter number, to recognise one whose name or record number was corrected.

    Two of record number, name and birth date make a patient. One alone does not: twins share their birth
    date, and a vendor's sample number stands in the documents of many.
    """

    _pairs: dict[tuple[Fact, Fact], str] = field(default_factory=dict)
    _served: dict[tuple[Fact, tuple[tuple[str, str], ...]], str] = field(default_factory=dict)

    def add(self, subject: str, of: Outline) -> None:
        for pair in _pairs(of.facts):
            self._pairs.setdefault(pair, subject)
        if of.services:
            for fact in of.facts:
                self._served.setdefault((fact, of.services), subject)

    def same(self, of: Outline) -> str | None:
        """The subject that is this patient; None: nobody known."""
        return next((self._pairs[pair] for pair in _pairs(of.facts) if pair in self._pairs), None)

    def perhaps(self, of: Outline) -> bool:
        """Whether someone known agrees in one fact and had the same services: nothing decides that."""
        return any((fact, of.services) in self._served for fact in of.facts)


def _pairs(facts: Iterable[Fact]) -> Iterator[tuple[Fact, Fact]]:
    return combinations(sorted(facts), 2)
