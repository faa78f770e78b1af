"""FHIR's JSON as it comes: resources found by reference, fields read without trusting their shape.

Any field may be absent, or something else than the standard says; then it is empty here.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

Resource = Mapping[str, Any]
MAX_DEPTH = 4  # bundles within bundles


def text(holder: Any, *path: str) -> str:
    """The string (or number) at the end of a path of names, else ""."""
    for name in path[:-1]:
        holder = part(holder, name)
    value = holder.get(path[-1]) if isinstance(holder, dict) else None
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def part(holder: Any, name: str) -> Resource:
    """The object under a name, the first one of a list, else an empty one."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict)), None)
    return value if isinstance(value, dict) else {}


def parts(holder: Any, name: str) -> list[Resource]:
    """All objects under a name."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(holder: Any, name: str) -> list[str]:
    """All strings under a name."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(value, str):
        return [value.strip()]
    return [item.strip() for item in value if isinstance(item, str)] if isinstance(value, list) else []


def day(value: str) -> date | None:
    """The day of a FHIR date or dateTime as written; None where only a year or month is given."""
    match = re.match(r"(\d{4})-(\d{2})-(\d{2})(?![0-9])", value)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def days(holder: Any, *names: str) -> tuple[date | None, date | None]:
    """First and last day of the first of these fields that is there: a date or a period."""
    for name in names:
        if point := day(text(holder, name)):
            return point, None
        period = part(holder, name)
        start, end = day(text(period, "start")), day(text(period, "end"))
        if start or end:
            return start or end, end if start and end and end > start else None
    return None, None


class Pool:
    """The resources of a file, found by type and by reference."""

    def __init__(self) -> None:
        self._by_reference: dict[str, Resource] = {}
        self._by_identifier: dict[tuple[str, str, str], Resource] = {}
        self._by_type: dict[str, list[Resource]] = {}
        self._seen: set[int] = set()

    def add(self, resource: Any, url: str = "", depth: int = 0) -> None:
        """Takes a resource in; a bundle's entries one by one."""
        if not isinstance(resource, dict) or id(resource) in self._seen:
            return
        self._seen.add(id(resource))
        kind = text(resource, "resourceType")
        if kind == "Bundle":
            if depth < MAX_DEPTH:
                for entry in parts(resource, "entry"):
                    self.add(entry.get("resource"), text(entry, "fullUrl"), depth + 1)
            return
        self._by_type.setdefault(kind, []).append(resource)
        number = text(resource, "id")
        for key in (url, f"{kind}/{number}" if number else "", f"urn:uuid:{number}" if number else ""):
            if key:
                self._by_reference.setdefault(key, resource)
        for identifier in parts(resource, "identifier"):
            if value := text(identifier, "value"):
                self._by_identifier.setdefault((kind, text(identifier, "system"), value), resource)

    def all(self, kind: str) -> list[Resource]:
        return self._by_type.get(kind, [])

    @property
    def kinds(self) -> set[str]:
        return set(self._by_type)

    def find(self, reference: Any, owner: Resource | None = None) -> Resource:
        """What a Reference points at: in the file, inside `owner`, or by its identifier; {} if nowhere."""
        target = text(reference, "reference").split("/_history/")[0]
        if target.startswith("#"):
            inside = parts(owner, "contained") if owner is not None else []
            return next((r for r in inside if text(r, "id") == target[1:]), {})
        if target in self._by_reference:
            return self._by_reference[target]
        if "?" in target:
            return self._conditional(target)
        if (short := "/".join(target.split("/")[-2:])) in self._by_reference:
            return self._by_reference[short]
        named = part(reference, "identifier")
        if named:
            key = (text(reference, "type"), text(named, "system"), text(named, "value"))
            return self._by_identifier.get(key, {})
        return {}

    def key(self, resource: Resource) -> int:
        """What tells one resource from another within this pool."""
        return id(resource)

    def _conditional(self, target: str) -> Resource:
        """`Practitioner?identifier=system|value`, as bundles to be loaded write it.

        Where the file lacks the resource, the identifier itself is all that is known of it.
        """
        kind, _, query = target.partition("?")
        match = re.fullmatch(r"identifier=([^|&]*)\|([^&]*)", query)
        if not match:
            return {}
        made = {"resourceType": kind, "identifier": [{"system": match[1], "value": match[2]}]}
        return self._by_identifier.setdefault((kind, match[1], match[2]), made)
