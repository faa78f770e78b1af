"""FHIR's JSON as it comes: resources found by reference, fields read without trusting their shape.

Any field may be absent, or something else than the standard says; then it is empty here.
"""

import hashlib
import json
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


def numbers(holder: Any, name: str) -> list[str]:
    """All whole numbers under a name, as text."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return [str(number) for number in value if isinstance(number, int)] if isinstance(value, list) else []


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
        self._resources: list[Resource] = []
        self._places: dict[str, int] = {}  # what a reference may say -> the place in `_resources`
        self._identified: dict[tuple[str, str, str], int] = {}  # type, system, value; type "" for any
        self._by_type: dict[str, list[int]] = {}
        self._urls: dict[int, str] = {}
        self._holders: dict[int, Resource] = {}  # a contained resource -> what contains it
        self._inside: dict[int, dict[str, Resource]] = {}  # what contains resources -> these by their id
        self._kept: list[Resource] = []  # so that no other resource takes over an id

    def add(self, resource: Any, url: str = "", depth: int = 0) -> None:
        """Takes a resource in; those of a bundle (or of Parameters) one by one.

        One that came before is taken once, and its newest version where the file holds several.
        """
        if not isinstance(resource, dict):
            return
        kind = text(resource, "resourceType")
        if kind in ("Bundle", "Parameters"):
            if depth < MAX_DEPTH:
                for entry in parts(resource, "entry") + parts(resource, "parameter"):
                    self.add(entry.get("resource"), text(entry, "fullUrl"), depth + 1)
            return
        number = text(resource, "id")
        names = [_spelled(url)]
        names += [f"{kind}/{number}", _spelled(f"urn:uuid:{number}")] if number else []
        if "/" in url:
            names.append("/".join(url.split("/")[-2:]))
        self._urls[id(resource)] = url
        before = self._places.get(next(filter(None, names), ""))
        if before is not None and text(self._resources[before], "resourceType") == kind:
            known = self._resources[before]
            if _age(resource) > _age(known):
                self._resources[before] = resource
            if resource == known or _age(resource) != _age(known):
                return
        at = len(self._resources)
        self._resources.append(resource)
        self._by_type.setdefault(kind, []).append(at)
        for name in filter(None, names):
            self._places.setdefault(name, at)
        for identifier in parts(resource, "identifier"):
            if value := text(identifier, "value"):
                system = text(identifier, "system")
                self._identified.setdefault((kind, system, value), at)
                if self._identified.setdefault(("", system, value), at) != at:
                    self._identified["", system, value] = -1  # several have it

    def all(self, kind: str) -> list[Resource]:
        return [self._resources[at] for at in self._by_type.get(kind, ())]

    @property
    def kinds(self) -> set[str]:
        return set(self._by_type)

    def find(self, reference: Any, owner: Resource | None = None) -> Resource:
        """The resource that a Reference names: in the file, inside `owner`, or by identifier; else {}.

        R5's CodeableReference is a nested reference, or a concept, which becomes a Condition with that code.
        """
        if not isinstance(reference, dict):
            return {}
        target = reference.get("reference")
        if isinstance(target, dict):
            return self.find(target, owner)
        if not target and (code := part(reference, "concept")):
            self._resources.append({"resourceType": "Condition", "code": code})
            return self._resources[-1]
        target = _spelled(target.strip().split("/_history/")[0]) if isinstance(target, str) else ""
        if target.startswith("#"):
            return self._contained(target[1:], owner or {})
        if target in self._places:
            return self._resources[self._places[target]]
        if "?" in target:
            return self._conditional(target)
        if (short := "/".join(target.split("/")[-2:])) in self._places:
            return self._resources[self._places[short]]
        named = part(reference, "identifier")
        return self._by_identifier(text(reference, "type"), text(named, "system"), text(named, "value"))

    def key(self, resource: Resource) -> int:
        """A key that identifies a resource within this pool."""
        return id(resource)

    def name(self, resource: Resource) -> str:
        """The resource's id, else the end of its fullUrl, else a hash of its content."""
        url = self._urls.get(id(resource), "")
        if named := text(resource, "id") or re.split("[/:]", url)[-1]:
            return named
        content = json.dumps(resource, sort_keys=True).encode()
        return f"sha256 {hashlib.sha256(content).hexdigest()[:32]}"

    def _contained(self, number: str, owner: Resource) -> Resource:
        """A resource inside `owner`, or beside it where `owner` is contained itself; "" is what holds it."""
        holder = self._holders.get(id(owner), owner)
        if not number:
            return holder
        if id(holder) not in self._inside:
            inside = parts(holder, "contained")
            self._inside[id(holder)] = {text(r, "id"): r for r in reversed(inside)}
            self._holders.update((id(r), holder) for r in inside)
            self._kept.append(holder)
        return self._inside[id(holder)].get(number, {})

    def _by_identifier(self, kind: str, system: str, value: str) -> Resource:
        at = self._identified.get((kind, system, value), -1)
        return self._resources[at] if at >= 0 else {}

    def _conditional(self, target: str) -> Resource:
        """`Practitioner?identifier=system|value`, as bundles to be loaded write it.

        Where the file lacks the resource, the identifier itself is all that is known of it.
        """
        kind, _, query = target.partition("?")
        match = re.fullmatch(r"identifier=([^|&]*)\|([^&]*)", query)
        if not match:
            return {}
        if found := self._by_identifier(kind, match[1], match[2]):
            return found
        self._identified[kind, match[1], match[2]] = len(self._resources)
        self._resources.append(
            {"resourceType": kind, "identifier": [{"system": match[1], "value": match[2]}]}
        )
        return self._resources[-1]


def _spelled(url: str) -> str:
    """A UUID says the same in capitals."""
    return url.lower() if url[:9].lower() == "urn:uuid:" else url


def _age(resource: Resource) -> tuple[int, str]:
    """Version and day of a resource, to be compared with those of the same one."""
    version = text(resource, "meta", "versionId")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
    return number, text(resource, "meta", "lastUpdated")
